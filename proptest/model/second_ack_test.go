package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What an acknowledgment does, from ESTABLISHED on.

var ackAgain = []again{
	{
		Name: "ACK-advances",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if !s.hears() {
				return implies(s.lives() && tcp.Synchronized.Has(b.State), m.SND.UNA == b.SND.UNA && !s.Out.Set.Has(tcp.EffectAcknowledged))
			}
			if s.Ends {
				return Silent
			}
			return implies(true, m.SND.UNA == later(b.SND.UNA, s.SEG.ACK) &&
				s.Out.Set.Has(tcp.EffectAcknowledged) == b.SND.UNA.Less(s.SEG.ACK) &&
				(!s.Out.Set.Has(tcp.EffectAcknowledged) || s.Out.Acknowledged.Count == newText(b, s.SEG.ACK)))
		},
	},
	{
		Name: "window-update",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if !tcp.Synchronized.Has(b.State) || !s.lives() || b.State == tcp.TimeWait || m.State == tcp.TimeWait && b.State != tcp.TimeWait {
				return Silent
			}
			seq, ack := s.firstSEQ(), s.SEG.ACK
			newer := b.SND.WL1.Less(seq) || b.SND.WL1 == seq && b.SND.WL2.LessEq(ack)
			told := s.Out.Set.Has(tcp.EffectWindowOpened)
			if s.hears() && b.SND.UNA.LessEq(ack) && ack.LessEq(b.SND.NXT) && newer {
				return implies(true, told == (m.SND.WND > 0) && m.SND.WND == s.window() && m.SND.WL1 == seq && m.SND.WL2 == ack && m.MAX.SND.WND == max(b.MAX.SND.WND, s.window()))
			}
			return implies(true, !told && m.SND.WND == b.SND.WND && m.SND.WL1 == b.SND.WL1 && m.SND.WL2 == b.SND.WL2)
		},
	},
	{
		Name: "progress-restarts",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			news := s.hears() && b.SND.UNA.Less(s.SEG.ACK) && s.lives() && m.State != tcp.TimeWait
			const watch = 1<<tcp.TimerRetransmission | 1<<tcp.TimerGiveUp | 1<<tcp.TimerUser
			if m.SND.UNA == m.SND.NXT {
				return implies(news, m.Timers&watch == 0 && m.Retransmissions == 0)
			}
			return implies(news, s.Out.Start&watch == watch && m.Retransmissions == 0)
		},
	},
	{
		Name: "old-ACK-is-old",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			old := s.hears() && s.SEG.ACK.LessEq(b.SND.UNA) && s.lives()
			opens := b.SND.WND == 0 && m.SND.WND > 0
			const watch = 1<<tcp.TimerRetransmission | 1<<tcp.TimerUser
			beyond := b.SND.UNA.Add(m.SND.WND).Less(b.SND.NXT)
			return implies(old && !opens, s.Out.Start&watch == 0 && (beyond || !s.Out.Start.Has(tcp.TimerGiveUp)))
		},
	},
	{
		Name: "window-reopens",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			opens := s.hears() && s.lives() && b.SND.WND == 0 && m.SND.WND > 0 && m.State != tcp.TimeWait
			again := s.Out.NSend > 0 && s.Out.Send[0].SEQ == m.SND.UNA && s.Out.Send[0].CTL.Has(tcp.ACK)
			if m.SND.UNA == m.SND.NXT {
				return implies(opens, s.Out.Set.Has(tcp.EffectWindowOpened) && !m.Timers.Has(tcp.TimerPersist))
			}
			return implies(opens, s.Out.Set.Has(tcp.EffectWindowOpened) && again && s.Out.Start.Has(tcp.TimerRetransmission))
		},
	},
	{
		Name: "stays-while-answered",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			m := &s.Mid
			beyond := s.hears() && s.lives() && m.SND.UNA.Add(m.SND.WND).Less(m.SND.NXT)
			return implies(beyond, s.Out.Start.Has(tcp.TimerGiveUp))
		},
	},
	{
		Name: "duplicate-ACK",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			if !tcp.Synchronized.Has(b.State) {
				return Silent
			}
			dup := s.hears() && b.SND.UNA != b.SND.NXT && s.SEG.LEN == 0 && s.SEG.ACK == b.SND.UNA && s.window() == b.SND.WND && b.SND.WND > 0
			said := s.Out.Set.Has(tcp.EffectDuplicateACK)
			return implies(dup || said, dup == said)
		},
	},
	{
		Name: "FIN-acknowledged",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if !s.hears() {
				return Silent
			}
			acked := b.FINSent && b.SND.UNA.Less(s.SEG.ACK) && s.SEG.ACK == b.SND.NXT
			to := states(b.State)
			switch b.State {
			case tcp.FinWait1:
				if to = states(tcp.FinWait1, tcp.Closing, tcp.Closed); acked {
					to = states(tcp.FinWait2, tcp.TimeWait, tcp.Closed)
				}
			case tcp.Closing:
				if acked {
					to = states(tcp.TimeWait)
				}
			case tcp.LastAck:
				if acked {
					to = states(tcp.Closed)
				}
			default:
				return implies(s.Out.Signals.Has(tcp.SignalCloseAcknowledged), false)
			}
			return implies(true, to.Has(m.State) && s.Out.Signals.Has(tcp.SignalCloseAcknowledged) == acked)
		},
	},
	{
		Name: "SND.ACKED",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			news := s.hears() && b.SND.UNA.Less(s.SEG.ACK) && s.lives()
			return implies(news, m.SND.ACKED == min(b.SND.ACKED+s.SEG.ACK.Sub(b.SND.UNA)-one(b.SYNOutstanding), 65535<<14))
		},
	},
}

// hears tells that the ACK of the segment is taken as in ESTABLISHED.
func (s *Step) hears() bool {
	b := &s.Before.TCB
	return tcp.Synchronized.Has(b.State) && b.State != tcp.TimeWait && s.passes() && ackInRange(b, s.SEG.ACK)
}

// newText is the octets of text that ack acknowledges first.
func newText(t *tcp.TCB, ack tcp.Seq) uint32 {
	return ack.Sub(t.SND.UNA) - one(t.SYNOutstanding) - one(t.FINSent && ack == t.SND.NXT)
}
