package sim

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// losses is what a connection's events tell of its retransmission timer.
type losses struct {
	SYN     bool    // it expired while the SYN was out
	expired bool    // in this step, on text or FIN
	again   bool    // and before, for the same octets
	flight  uint32  // octets outstanding then
	una     tcp.Seq // SND.UNA at the last expiry
	any     bool    // there was one
}

// note takes in an event. What a closed window holds up is not lost.
func (l *losses) note(e *trace.Event) {
	b := &e.Before
	switch {
	case e.Kind != trace.Timeout || e.What != tcp.TimerRetransmission.String():
	case b.SYNOutstanding:
		l.SYN = true
	case b.SND.WND > 0:
		l.again = l.any && l.una == b.SND.UNA
		l.expired, l.any = true, true
		l.una, l.flight = b.SND.UNA, b.SND.NXT.Sub(b.SND.UNA)
	}
}

// bounds is C1: neither nothing nor more than anybody has tried.
//
// cwnd grows only while half of it is in use, and then by at most half of that, or a
// segment: three send buffers are more than it can be. In recovery it is inflated by
// whatever has left the network, once for each duplicate ACK, which C1g counts.
func (k *watch) bounds(w *world, p *party, s *engine.Status) {
	if s.CWND == 0 {
		return
	}
	w.asked(CongestionBounds)
	mss := s.TCB.SND.MSS
	buffer := uint32(p.host.user.set.options(sockets[p.host.side]).SendBuffer)
	if most := max(initialWindow(mss), 3*buffer+5*mss); s.CWND < mss || s.CWND > most && !s.Recovering {
		w.fail(CongestionBounds, "%v: cwnd is %d, a segment %d, and more than %d was never tried", p.host.side, s.CWND, mss, most)
	}
}

// initialWindow is IW: "min (10*MSS, max (2*MSS, 14600))" (RFC 6928, 2).
func initialWindow(mss uint32) uint32 { return min(10*mss, max(2*mss, 14600)) }

// begun is C1i. "If the SYN or SYN/ACK is lost, the initial window used by a sender
// after a correctly transmitted SYN MUST be one segment" (RFC 5681, 3.1).
func (k *watch) begun(w *world, p *party, s *engine.Status) {
	w.asked(InitialWindow)
	most := initialWindow(s.TCB.SND.MSS)
	if p.flow.losses.SYN {
		most = s.TCB.SND.MSS
	}
	if s.CWND > most {
		w.fail(InitialWindow, "%v: cwnd is %d at the start, with segments of %d and a lost SYN: %v", p.host.side, s.CWND, s.TCB.SND.MSS, p.flow.losses.SYN)
	}
}

// growth is C1g: how much a step may add to cwnd.
func (k *watch) growth(w *world, p *party, was, s *engine.Status) {
	packets := k.segments[p.host.side]
	mss, n := s.TCB.SND.MSS, s.TCB.SND.UNA.Sub(was.TCB.SND.UNA)
	if n > 0 {
		w.asked(CongestionGrowth)
	}
	p.credit += n
	most, why := was.CWND, "nothing has arrived"
	switch {
	case packets == 0:
	case !was.Recovering && !s.Recovering && was.SSThresh == s.SSThresh && was.CWND >= was.SSThresh:
		most, why = p.avoid(was.CWND, s.CWND, packets*mss, mss), "congestion avoidance"
	case !was.Recovering && !s.Recovering && was.SSThresh == s.SSThresh && packets == 1:
		most, why = was.CWND+max(min(n, mss), n/2), "slow start"
	case !was.Recovering && !s.Recovering && was.SSThresh == s.SSThresh:
		most, why = was.CWND+n, "slow start, of several segments"
	case was.Recovering && packets == 1:
		most, why = max(was.CWND+mss, s.SSThresh), "recovery"
	case packets == 1:
		// "cwnd MUST be set to ssthresh plus 3*SMSS" (RFC 5681, 3.2)
		most, why = s.SSThresh+3*mss, "the begin of recovery"
	default:
		most, why = max(was.CWND, s.SSThresh+3*mss)+packets*mss+n/2, "a batch, with recovery"
	}
	if s.CWND > most {
		w.fail(CongestionGrowth, "%v: cwnd went from %d to %d where %s, with %d octets acknowledged by %d segments, allows %d", p.host.side, was.CWND, s.CWND, why, n, packets, most)
	}
	switch {
	case p.flow.losses.expired, was.SSThresh != s.SSThresh && packets == 1:
		p.credit = 0
	case was.SSThresh != s.SSThresh:
		p.credit = n
	}
	// "cwnd MUST NOT be increased by more than SMSS bytes per RTT" (RFC 5681, 3.1): an ACK
	// of several windows is none for the next round trip.
	p.credit = min(p.credit, s.CWND)
}

// avoid tells what cwnd may be in congestion avoidance: a segment more whenever as
// many octets as cwnd has were acknowledged, "incremented by roughly 1 full-sized
// segment per round-trip time" (RFC 5681, 3.1), and at most one for each ACK.
func (p *party) avoid(was, cwnd, most, mss uint32) uint32 {
	for end := was + most; was < cwnd && was < end && p.credit >= was; was += mss {
		p.credit -= was
	}
	return was
}

// lost is C1l: what a loss leaves of cwnd and ssthresh.
func (k *watch) lost(w *world, p *party, was, s *engine.Status) {
	l, mss := &p.flow.losses, s.TCB.SND.MSS
	var flight uint32
	switch {
	case l.expired:
		w.asked(LossResponse)
		if s.CWND > mss {
			w.fail(LossResponse, "%v: cwnd is %d after a timeout, a segment %d", p.host.side, s.CWND, mss)
		}
		if l.again {
			return // C3 holds ssthresh
		}
		flight = l.flight
	case k.segments[p.host.side] > 0 && !was.Recovering && s.Recovering:
		w.asked(LossResponse)
		flight = was.TCB.SND.NXT.Sub(was.TCB.SND.UNA)
		if k.segments[p.host.side] > 1 { // text may have left between them
			flight = s.TCB.SND.NXT.Sub(was.TCB.SND.UNA)
		}
	default:
		return
	}
	// "ssthresh = max (FlightSize / 2, 2*SMSS)" (RFC 5681, equation 4)
	if most := max(flight/2, 2*mss); s.SSThresh > most || s.SSThresh < 2*mss {
		w.fail(LossResponse, "%v: ssthresh is %d after a loss, with %d octets outstanding and segments of %d", p.host.side, s.SSThresh, flight, mss)
	}
}
