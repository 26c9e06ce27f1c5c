package engine

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// newReno is loss recovery without selective acknowledgments: limited transmit
// (RFC 3042), fast retransmit and fast recovery (RFC 5681, 3.2; RFC 6582), and
// retransmission in slow start after a timeout.
//
// The machine tells it what every acknowledgment was, and never moves SND.NXT
// back (D-02); it tells what to send again.
type newReno struct {
	control control
	mss     uint32

	duplicates uint32  // duplicate ACKs since SND.UNA last advanced
	before     uint32  // octets outstanding at the first of them
	advance    uint32  // by how much SND.UNA last advanced
	fast       bool    // in fast recovery
	recover    tcp.Seq // SND.NXT when a loss was last detected: the "recover" of RFC 6582, plus one
	cursor     tcp.Seq // after a timeout: what is to be sent again next, up to recover
	timedOut   tcp.Seq // SND.UNA at the last timeout
	timeouts   bool    // no advance since then
}

// begin starts with the sequence number ISS: "recover is set to the initial send
// sequence number" (RFC 6582, 3.2).
func (r *newReno) begin(c control, iss tcp.Seq, mss uint32) {
	*r = newReno{control: c, mss: mss, recover: iss, cursor: iss}
}

// resending tells whether octets before recover still have to be sent again.
func (r *newReno) resending() bool { return r.cursor.Less(r.recover) }

// flight estimates how many octets the network holds. After a timeout everything
// that was not sent again counts as lost.
func (r *newReno) flight(una, nxt tcp.Seq) uint32 {
	if r.resending() {
		return r.cursor.Sub(una)
	}
	return nxt.Sub(una)
}

// room returns how many octets of new text congestion control lets go out.
func (r *newReno) room(una, nxt tcp.Seq) uint32 {
	if r.resending() {
		return 0
	}
	window := r.control.Window()
	if !r.fast {
		// "transmit new data upon the arrival of the first two consecutive duplicate
		// ACKs when ... The amount of outstanding data would remain less than or equal
		// to the congestion window plus 2 segments." (RFC 3042, 2)
		window += min(r.duplicates, 2) * r.mss
	}
	if flight := nxt.Sub(una); flight < window {
		return window - flight
	}
	return 0
}

// acknowledged takes in that SND.UNA advanced by n to una; flight octets were
// thought to be out before. It tells whether una is a hole to be filled at once.
func (r *newReno) acknowledged(n, flight uint32, una, nxt tcp.Seq) (retransmit bool) {
	r.duplicates, r.advance, r.timeouts = 0, n, false
	if r.resending() {
		// "During the slow start phase following an RTO, a TCP MUST use L=1*SMSS ...
		// since ACKs for large amounts of previously unacknowledged data are common"
		// (RFC 3465, 2.3)
		n = min(n, r.mss)
	}
	if r.cursor.Less(una) {
		r.cursor = una
	}
	switch {
	case !r.fast:
		r.control.Acknowledged(n, flight)
		if r.recover.Less(una) {
			r.recover = una - 1 // kept near, so that comparisons never wrap around
		}
		return false
	case una.Less(r.recover):
		r.partial(n)
		return true
	}
	// Full acknowledgment: "Set cwnd to ... min (ssthresh, max(FlightSize, SMSS) +
	// SMSS)" (RFC 6582, 3.2, step 3)
	r.fast = false
	r.control.Adjust(min(r.control.Threshold(), max(nxt.Sub(una), r.mss)+r.mss))
	return false
}

// partial takes in an acknowledgment of some but not all of what was outstanding:
// "retransmit the first unacknowledged segment. Deflate the congestion window by
// the amount of new data acknowledged ... If the partial ACK acknowledges at least
// one SMSS of new data, then add back SMSS bytes" (RFC 6582, 3.2, step 3).
func (r *newReno) partial(n uint32) {
	window := r.control.Window()
	window -= min(n, window)
	if n >= r.mss {
		window += r.mss
	}
	r.control.Adjust(window)
}

// duplicate takes in one duplicate ACK and tells whether una is to be sent again.
func (r *newReno) duplicate(una, nxt tcp.Seq) (retransmit bool) {
	flight := nxt.Sub(una)
	r.duplicates++
	if r.duplicates == 1 {
		r.before = flight
	}
	switch {
	case r.fast:
		// "For each additional duplicate ACK received (after the third), cwnd MUST be
		// incremented by SMSS", but "a TCP MAY therefore limit the number of times cwnd
		// is artificially inflated during loss recovery to the number of outstanding
		// segments" (RFC 5681, 3.2)
		if uint64(r.duplicates)*uint64(r.mss) <= uint64(r.before) {
			r.control.Adjust(r.control.Window() + r.mss)
		}
		return false
	case r.duplicates != 3 || r.resending() || !r.newLoss(una):
		return false
	}
	// "segments sent in [limited transmit] MUST NOT be included in this calculation"
	r.control.Lost(r.before)
	r.control.Adjust(r.control.Threshold() + 3*r.mss)
	r.fast, r.recover, r.cursor = true, nxt, nxt
	return true
}

// newLoss tells whether duplicate ACKs for una are news, or may come from segments
// sent twice: "If the Cumulative Acknowledgment field didn't cover more than recover,
// check to see if the congestion window is greater than SMSS bytes and the difference
// between highest_ack and prev_highest_ack is at most [3]*SMSS bytes. If true,
// duplicate ACKs indicate a lost segment" (RFC 6582, 4.1; erratum 6871).
func (r *newReno) newLoss(una tcp.Seq) bool {
	return r.recover.Less(una) ||
		r.recover == una && r.control.Window() > r.mss && r.advance <= 3*r.mss
}

// timeout takes in that the retransmission timer expired, and that what stands
// between una and sent has been sent again: "After a retransmit timeout, record
// the highest sequence number transmitted in the variable recover, and exit the
// fast recovery procedure if applicable" (RFC 6582, 3.2, step 4).
func (r *newReno) timeout(una, sent, nxt tcp.Seq) {
	again := r.timeouts && r.timedOut == una
	r.control.TimedOut(nxt.Sub(una), again)
	r.fast, r.duplicates = false, 0
	r.timeouts, r.timedOut = true, una
	r.recover, r.cursor = nxt, sent
}

// missing returns what is to be sent again now, after a timeout, as far as the
// congestion window allows.
func (r *newReno) missing(una tcp.Seq) (from tcp.Seq, ok bool) {
	ok = r.resending() && r.cursor.Sub(una) < r.control.Window()
	return r.cursor, ok
}

// resent moves on behind what was sent again.
func (r *newReno) resent(end tcp.Seq) { r.cursor = end }
