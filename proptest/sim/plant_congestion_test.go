package sim

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// sees has the sender's status looked at once more while text is outstanding.
func sees(change func(p *party, s *engine.Status)) func(*world, *party, *engine.Status, bool) bool {
	return func(_ *world, p *party, s *engine.Status, wrong bool) bool {
		if wrong {
			change(p, s)
		}
		return p.host.side == A && s.TCB.State == tcp.Established && s.TCB.SND.UNA != s.TCB.SND.NXT
	}
}

// ofCongestion is what buffers and congestion control do wrong.
var ofCongestion = []Plant{
	{Breaks: NoOverrun, What: "more is held than the buffer has room for", words: sending,
		see: sees(func(_ *party, s *engine.Status) { s.Held = int(s.TCB.Settings.RCV.BUFF) + 1 })},
	{Breaks: FewPieces, What: "a piece too many is held", words: sending,
		see: sees(func(_ *party, s *engine.Status) { s.Pieces = 257 })},
	{Breaks: FinEnds, What: "text from behind a FIN is taken", words: sending + " A#3:reorder:1",
		told: func(w *world, of Side, e *trace.Event) {
			if e.What == heldText {
				x := &w.watch.newest(of, e.After.ISS).end
				x.known, x.fin = true, e.After.RCV.NXT-10
			}
		}},
	{Breaks: FinEnds, What: "text is held when the FIN is taken", words: short,
		see: func(_ *world, _ *party, s *engine.Status, wrong bool) bool {
			if wrong {
				s.Held = 1
			}
			return s.TCB.State == tcp.CloseWait
		}},
	{Breaks: FinEnds, What: "text is held behind a FIN that is held", words: sending,
		see: func(_ *world, p *party, s *engine.Status, wrong bool) bool {
			p.flow.end.known, p.flow.end.fin = true, s.TCB.RCV.NXT+5
			if s.Held = 5; wrong {
				s.Held = 6
			}
			return s.TCB.State == tcp.Established
		}},
	{Breaks: RetransmissionTimeout, What: "the RTO is not rounded up", words: sending,
		see: sees(func(_ *party, s *engine.Status) { s.RTO -= granularity })},
	{Breaks: RetransmissionTimeout, What: "a round trip is measured from what was sent twice", words: sending,
		step: lives(A, func(l *life) {
			for i := range l.departures {
				l.departures[i].again = true
			}
		})},
	{Breaks: RetransmissionTimeout, What: "SRTT is far from a round trip", words: sending,
		see: sees(func(_ *party, s *engine.Status) {
			s.SRTT, s.RTTVar = rtoLeast, 0
			s.RTO = s.SRTT + granularity
		})},
	{Breaks: CongestionGrowth, What: "cwnd grows when nothing has arrived", words: sending,
		see: sees(func(_ *party, s *engine.Status) { s.CWND++ })},
	{Breaks: OneReduction, What: "two losses of one window make ssthresh smaller twice", words: sending,
		see: func(w *world, p *party, s *engine.Status, wrong bool) bool {
			s.SSThresh /= 2
			if wrong {
				p.edge = s.TCB.SND.NXT
			}
			return p.host.side == A && w.watch.host == A && w.watch.cause == byPacket && s.TCB.SND.UNA != s.TCB.SND.NXT
		}},
	{Breaks: OneReduction, What: "another timeout for the same octets makes ssthresh smaller", words: sending,
		see: func(w *world, p *party, s *engine.Status, wrong bool) bool {
			w.watch.cause = byTimer
			s.SSThresh /= 2
			if wrong {
				p.timedOut, p.timeouts = s.TCB.SND.UNA, true
			}
			return p.host.side == A && w.watch.host == A && s.TCB.SND.UNA != s.TCB.SND.NXT
		}},
	{Breaks: CongestionBounds, What: "cwnd is less than a segment", words: sending,
		see: sees(func(_ *party, s *engine.Status) { s.CWND = s.TCB.SND.MSS - 1 })},
	{Breaks: CongestionBounds, What: "cwnd grows without being used", words: sending,
		see: sees(func(_ *party, s *engine.Status) { s.CWND = 1 << 20 })},
	{Breaks: InitialWindow, What: "the first burst is a segment too large", words: sending,
		see: sees(func(p *party, s *engine.Status) { p.was.CWND, s.CWND = 0, 11*s.TCB.SND.MSS })},
	{Breaks: InitialWindow, What: "the SYN was lost, and the first burst is as large as ever", words: sending,
		see: sees(func(p *party, _ *engine.Status) { p.was.CWND, p.flow.losses.SYN = 0, true })},
	{Breaks: LossResponse, What: "the timer expires, and cwnd is what it was", words: sending,
		told: func(w *world, of Side, e *trace.Event) {
			if of == A && e.Kind == trace.Received && e.Before.State == tcp.Established && e.Before.SND.UNA != e.Before.SND.NXT {
				timeout := *e
				timeout.Kind, timeout.What, timeout.After = trace.Timeout, tcp.TimerRetransmission.String(), e.Before
				tracer{w, of}.Trace(&timeout)
			}
		}},
	{Breaks: LossResponse, What: "ssthresh is more than half of what was outstanding", words: sending,
		see: func(_ *world, p *party, s *engine.Status, wrong bool) bool {
			mss, flight := s.TCB.SND.MSS, s.TCB.SND.NXT.Sub(s.TCB.SND.UNA)
			p.flow.losses.expired, p.flow.losses.flight = true, flight
			s.CWND, s.SSThresh = mss, flight/2
			if wrong {
				s.SSThresh++
			}
			return p.host.side == A && s.TCB.State == tcp.Established && flight > 4*mss
		}},
	{Breaks: CongestionKeeps, What: "an ACK makes cwnd smaller", words: sending,
		see: func(w *world, p *party, s *engine.Status, wrong bool) bool {
			if wrong {
				s.CWND--
			}
			return p.host.side == A && w.watch.host == A && w.watch.cause == byPacket && s.TCB.SND.UNA != s.TCB.SND.NXT
		}},
	// In congestion avoidance: there, what was acknowledged before may make cwnd grow
	// later, which C1g allows. In slow start C1g allows nothing, and is asked first.
	{Breaks: EmptyACKs, What: "cwnd grows at an ACK of nothing, by what others acknowledged", words: sending,
		see: func(w *world, p *party, s *engine.Status, wrong bool) bool {
			w.watch.segments[A] = 1
			p.was.SSThresh, s.SSThresh = 2*s.TCB.SND.MSS, 2*s.TCB.SND.MSS
			p.credit = s.CWND
			if wrong {
				s.CWND += s.TCB.SND.MSS
			}
			return p.host.side == A && w.watch.host == A && w.watch.cause == byPacket && s.CWND > 0
		}},
}
