package engine

import "math"

// control is congestion control: how many octets the network may hold for us. It
// knows of losses and of octets that arrived, and nothing of sequence numbers.
type control interface {
	// Begin sets the initial window, when the handshake is complete.
	Begin(mss, initial uint32)
	// Window returns cwnd, in octets.
	Window() uint32
	// Threshold returns ssthresh, in octets.
	Threshold() uint32
	// Acknowledged takes in that n new octets were acknowledged, outside of fast
	// recovery, when flight octets were outstanding.
	Acknowledged(n, flight uint32)
	// Lost takes in one event of loss, with flight octets outstanding.
	Lost(flight uint32)
	// TimedOut takes in that the retransmission timer expired; again if it did so
	// before for the same octets.
	TimedOut(flight uint32, again bool)
	// Adjust sets cwnd during fast recovery, and at its end.
	Adjust(window uint32)
	// Idle takes in that nothing was sent for longer than the RTO.
	Idle(initial uint32)
}

// reno is the congestion control of RFC 5681, counting octets as RFC 3465 does. What one
// acknowledgment of a whole batch may open is our own: docs/decisions.md.
type reno struct {
	cwnd, ssthresh uint32
	mss            uint32
	counted        uint32 // octets acknowledged since cwnd last grew in congestion avoidance
}

// initialWindow is IW: "min (10*MSS, max (2*MSS, 14600))" (RFC 6928, 2), with
// another number of segments if so configured; one segment after a lost SYN:
// "the initial window used by a sender after a correctly transmitted SYN MUST be
// one segment consisting of at most SMSS bytes" (RFC 5681, 3.1).
func initialWindow(mss uint32, segments int, lostSYN bool) uint32 {
	if lostSYN {
		return mss
	}
	const ethernet = 1460
	n := uint32(segments)
	return min(n*mss, max(2*mss, n*ethernet))
}

func (r *reno) Begin(mss, initial uint32) {
	// "The initial value of ssthresh SHOULD be set arbitrarily high" (3.1)
	*r = reno{cwnd: initial, ssthresh: math.MaxUint32, mss: mss}
}

func (r *reno) Window() uint32 { return r.cwnd }

func (r *reno) Threshold() uint32 { return r.ssthresh }

// Acknowledged opens the window, unless it was not used: what was not tried tells
// nothing of the network (RFC 7661, 1).
func (r *reno) Acknowledged(n, flight uint32) {
	switch {
	case r.cwnd < r.ssthresh:
		if flight < r.cwnd/2 {
			return
		}
		// "cwnd += min (N, SMSS)" (3.1). Where a whole batch is acknowledged at once
		// (MUST-59), that acknowledgment stands for one of every second segment.
		r.grow(max(min(n, r.mss), n/2))
	case flight+r.mss > r.cwnd:
		// "cwnd is incremented by roughly 1 full-sized segment per round-trip time.
		// ... When the number of bytes acknowledged reaches cwnd, then cwnd can be
		// incremented by up to SMSS bytes. Note that during congestion avoidance, cwnd
		// MUST NOT be increased by more than SMSS bytes per RTT." (3.1) An ACK of several
		// windows is of one round trip, and counts as one window.
		r.counted += min(n, r.cwnd)
		if r.counted >= r.cwnd {
			r.counted -= r.cwnd
			r.grow(r.mss)
		}
	}
}

func (r *reno) grow(by uint32) { r.cwnd += min(by, math.MaxUint32>>1-min(r.cwnd, math.MaxUint32>>1)) }

func (r *reno) Lost(flight uint32) {
	// "ssthresh = max (FlightSize / 2, 2*SMSS)" (equation 4)
	r.ssthresh = max(flight/2, 2*r.mss)
	r.cwnd, r.counted = r.ssthresh, 0
}

func (r *reno) TimedOut(flight uint32, again bool) {
	// "when a TCP sender detects segment loss using the retransmission timer and the
	// given segment has already been retransmitted by way of the retransmission
	// timer at least once, the value of ssthresh is held constant" (3.1)
	if !again {
		r.Lost(flight)
	}
	// "cwnd MUST be set to no more than the loss window, LW, which equals 1
	// full-sized segment" (3.1)
	r.cwnd, r.counted = r.mss, 0
}

func (r *reno) Adjust(window uint32) { r.cwnd, r.counted = max(window, r.mss), 0 }

func (r *reno) Idle(initial uint32) {
	// "a TCP SHOULD set cwnd to no more than RW before beginning transmission if the
	// TCP has not sent data in an interval exceeding the retransmission timeout";
	// "RW = min(IW,cwnd)" (4.1)
	r.cwnd, r.counted = min(initial, r.cwnd), 0
}
