package sim

import (
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// congestion holds what a step made of a connection's congestion control and its
// retransmission timeout to what it was before.
func (k *watch) congestion(w *world, p *party, s *engine.Status) {
	was := p.was
	p.was = *s
	k.bounds(w, p, s)
	k.karn(w, p, &was, s)
	if s.Retransmitted > was.Retransmitted || k.waited(w) && was.TCB.SND.UNA != was.TCB.SND.NXT && s.TCB.SND.UNA != was.TCB.SND.UNA {
		k.repaired = w.now
	}
	if was.CWND == 0 && s.CWND != 0 {
		k.begun(w, p, s)
	}
	if was.CWND == 0 || s.CWND == 0 || was.TCB.ISS != s.TCB.ISS {
		return // not yet open, or no more
	}
	k.growth(w, p, &was, s)
	k.lost(w, p, &was, s)
	k.window(w, p, &was, s)
	k.threshold(w, p, &was, s)
	k.timeout(w, p, &was, s)
}

// window is C2 and C6: what arrives makes cwnd neither smaller nor, if it
// acknowledges nothing, larger.
func (k *watch) window(w *world, p *party, was, s *engine.Status) {
	side := p.host.side
	// A batch may hold a whole recovery.
	if k.cause != byPacket || k.host != side || was.Recovering || s.Recovering || s.SSThresh != was.SSThresh {
		return
	}
	// "if the TCP has not sent data in an interval exceeding the retransmission
	// timeout", cwnd may shrink once nothing is outstanding any more (4.1).
	if s.TCB.SND.UNA.Less(was.TCB.SND.NXT) {
		w.asked(CongestionKeeps)
		if s.CWND < was.CWND {
			w.fail(CongestionKeeps, "%v: cwnd went from %d to %d by what arrived", side, was.CWND, s.CWND)
		}
	}
	if s.TCB.SND.UNA == was.TCB.SND.UNA {
		w.asked(EmptyACKs)
		if s.CWND > was.CWND {
			w.fail(EmptyACKs, "%v: cwnd went from %d to %d, and nothing was acknowledged", side, was.CWND, s.CWND)
		}
	}
}

// threshold is C3.
func (k *watch) threshold(w *world, p *party, was, s *engine.Status) {
	side := p.host.side
	if s.SSThresh == was.SSThresh {
		return
	}
	switch {
	case k.host != side:
	case k.cause == byPacket:
		w.asked(OneReduction)
		// "if recover = una" is RFC 6582's exception, for an ACK that may be lost (4.1).
		if p.edge != 0 && s.TCB.SND.UNA.Less(p.edge) {
			w.fail(OneReduction, "%v: ssthresh went from %d to %d by what arrived, and what was outstanding at the reduction before it, up to %d, is not acknowledged", side, was.SSThresh, s.SSThresh, p.edge)
		}
		p.edge = was.TCB.SND.NXT
	case k.cause == byTimer:
		w.asked(OneReduction)
		if s.TCB.SND.UNA == p.timedOut && p.timeouts {
			w.fail(OneReduction, "%v: ssthresh went from %d to %d at another timeout for the same octets", side, was.SSThresh, s.SSThresh)
		}
		p.timedOut, p.timeouts = s.TCB.SND.UNA, true
		p.edge = 0
	}
}

// The bounds of the engine's RTO, as these hosts have it.
const (
	rtoLeast    = time.Second
	rtoMost     = time.Minute
	granularity = time.Millisecond
)

// timeout is C7.
func (k *watch) timeout(w *world, p *party, was, s *engine.Status) {
	side := p.host.side
	if s.SRTT == 0 || s.TCB.State == tcp.TimeWait {
		return
	}
	w.asked(RetransmissionTimeout)
	measured := max(s.SRTT+max(granularity, 4*s.RTTVar), rtoLeast)
	// "the RTO MUST be re-initialized to 3 seconds when data transmission begins" (5.7), if the SYN was lost.
	if !doubles(measured, s.RTO) && (w.c.clean() || !doubles(max(measured, 3*time.Second), s.RTO)) {
		w.fail(RetransmissionTimeout, "%v: the RTO is %v, which is no doubling of what SRTT %v and RTTVAR %v give", side, s.RTO, s.SRTT, s.RTTVar)
	}
	if !w.c.clean() {
		return
	}
	trip := ms(w.c.Delay[A]) + ms(w.c.Delay[B])
	const delayed = 500*time.Millisecond + 2*granularity // "the delay MUST be less than 0.5 seconds" (MUST-40)
	if s.SRTT < trip-granularity || s.SRTT > trip+delayed {
		w.fail(RetransmissionTimeout, "%v: SRTT is %v, a round trip takes %v", side, s.SRTT, trip)
	}
}

// doubles tells whether a timeout is base, doubled any number of times, or the most there is.
func doubles(base, rto time.Duration) bool {
	for base < rto {
		base *= 2
	}
	return min(base, rtoMost) == rto
}

// Events that a host may need for each thing that happens to it, and for the segments it sends.
const (
	eventsEach = 12
	eventsLeft = 4
)

// cost is R6: what one step makes both hosts do is bounded by the packets that came and went,
// and by the connections that users end at the end of a run, all at once.
func (k *watch) cost(w *world) {
	w.asked(Cost)
	if most := eventsEach*(1+k.came) + eventsLeft*(k.went+k.ended); k.work > most {
		w.fail(Cost, "%d events in a step in which %d packets came and %d went, and %d connections were ended", k.work, k.came, k.went, k.ended)
	}
	if k.came+k.went > 0 {
		if w.now-k.heard > k.trip(w)+time.Second {
			k.broken = w.now
		}
		k.heard = w.now
	}
	k.events, k.work, k.came, k.went, k.ended = 0, 0, 0, 0, 0
}

// End is what a connection was for its user.
type End struct {
	Side    Side
	Written uint64 // octets the engine took
	Read    uint64
	EOF     bool
	Err     error // how it ended
}

// ends tells what became of each connection.
func (w *world) ends() (all []End) {
	for _, h := range w.hosts {
		if h == nil {
			continue
		}
		for _, p := range h.user.parties {
			all = append(all, End{h.side, p.written, p.read, p.eof, p.c.Err()})
		}
	}
	return all
}

// waited tells that what arrives comes of the first packet behind a silence, in which something
// that was lost was waited for. If that was an acknowledgment, the peer's next segment says
// the same, and nothing is sent again.
func (k *watch) waited(w *world) bool { return k.broken > 0 && w.now <= k.broken+k.trip(w) }

// trip is how long a packet and its answer are under way, at the least.
func (k *watch) trip(w *world) time.Duration {
	return time.Duration(w.c.Delay[A]+w.c.Delay[B]) * time.Millisecond
}
