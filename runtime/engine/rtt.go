package engine

import "time"

// rtt estimates the round-trip time and computes the retransmission timeout
// (RFC 6298, MUST-18).
type rtt struct {
	SRTT, RTTVAR time.Duration
	base         time.Duration // RTO as section 2 computes it, before any backoff
	backoff      uint8         // doublings by section 5.5 since the last sample
	sampled      bool
}

// begin sets what holds "until a round-trip time (RTT) measurement has been made" (2.1).
func (r *rtt) begin(s *Settings) { *r = rtt{base: s.RTOInitial} }

// RTO returns the timeout, backed off and bounded.
func (r *rtt) RTO(s *Settings) time.Duration { return doubled(r.base, r.backoff, s.RTOMax) }

// doubled returns d·2^n, or most if that is less.
func doubled(d time.Duration, n uint8, most time.Duration) time.Duration {
	for ; n > 0 && d < most; n-- {
		d *= 2
	}
	return min(d, most)
}

// sample takes in one measurement R. It comes from new data, so that the backoff
// of the timeout ends (5.7, Karn's algorithm).
func (r *rtt) sample(R time.Duration, s *Settings) {
	R = max(R, 0)
	if !r.sampled {
		// "the host MUST set SRTT <- R RTTVAR <- R/2" (2.2)
		r.sampled, r.SRTT, r.RTTVAR = true, R, R/2
	} else {
		// "RTTVAR <- (1 - beta) * RTTVAR + beta * |SRTT - R'|
		// SRTT <- (1 - alpha) * SRTT + alpha * R'
		// The value of SRTT used in the update to RTTVAR is its value before
		// updating SRTT itself" (2.3); alpha = 1/8, beta = 1/4.
		r.RTTVAR += (max(r.SRTT-R, R-r.SRTT) - r.RTTVAR) / 4
		r.SRTT += (R - r.SRTT) / 8
	}
	r.backoff = 0
	// "RTO <- SRTT + max (G, K*RTTVAR) where K = 4"; "Whenever RTO is computed, if
	// it is less than 1 second, then the RTO SHOULD be rounded up to 1 second." (2.4)
	r.base = max(r.SRTT+max(s.Granularity, 4*r.RTTVAR), s.RTOMin)
}

// backOff doubles the timeout: "RTO <- RTO * 2" (5.5).
func (r *rtt) backOff() {
	if r.backoff < 30 {
		r.backoff++
	}
}

// afterLostSYN obeys 5.7: "If the timer expires awaiting the ACK of a SYN segment
// and the TCP implementation is using an RTO less than 3 seconds, the RTO MUST be
// re-initialized to 3 seconds when data transmission begins". 3 seconds are three
// times the initial RTO of 2.1, and stay so when that is set otherwise.
func (r *rtt) afterLostSYN(s *Settings) {
	r.backoff = 0
	r.base = max(r.base, 3*s.RTOInitial)
}
