package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What happens when a timer expires.

var timerAgain = []again{
	{
		Name: "retransmission",
		On:   timeouts,
		Step: retransmission,
	},
	{
		Name: "loss-is-told",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			return implies(s.retransmits(), s.Out.Set.Has(tcp.EffectTimedOut) == (b.SND.WND > 0 || b.SYNOutstanding))
		},
	},
	{
		Name: "R1",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			r1 := b.Settings.R1
			told := s.Out.Signals.Has(tcp.SignalDeliveryProblem)
			return implies(s.retransmits() && r1 > 0 || told,
				m.Retransmissions == min(b.Retransmissions+1, r1) && told == (b.Retransmissions+1 == r1))
		},
	},
	{
		Name: "give-up",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			over := s.timer() == tcp.TimerGiveUp || s.timer() == tcp.TimerUser
			reset := b.State == tcp.SynReceived && !b.PassiveOpen || tcp.Synchronized.Has(b.State)
			return implies(over, s.Ends && s.sends(reset, tcp.Sent{SEQ: b.SND.NXT, CTL: tcp.RST}))
		},
	},
	{
		Name: "persist",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if s.timer() != tcp.TimerPersist {
				return Silent
			}
			want := tcp.Sent{SEQ: b.SND.NXT, ACK: b.RCV.NXT, CTL: tcp.ACK}
			if n := s.Before.Unsent(); n > 0 {
				want.DATA = 1
				if n == 1 {
					want.CTL |= tcp.PSH
				}
				if b.SND.Urgent && b.SND.NXT.Less(b.SND.UP) {
					want.CTL |= tcp.URG
					want.UP = b.SND.UP.Sub(b.SND.NXT)
				}
			} else {
				want.CTL |= tcp.FIN
			}
			return implies(true, s.sends(true, want) && m.SND.NXT == b.SND.NXT+1 && m.Timers.Has(tcp.TimerRetransmission) && m.Timers.Has(tcp.TimerGiveUp))
		},
	},
	{
		Name: "delayed-ACK",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.timer() == tcp.TimerDelayedACK, s.answers(true) && s.Mid.Last.ACK.Sent == s.Before.TCB.RCV.NXT)
		},
	},
	{
		Name: "keep-alive",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if s.timer() != tcp.TimerKeepAlive {
				return Silent
			}
			idle := waits(s.Before)
			switch {
			case !idle:
				return implies(true, s.Out.NSend == 0 && m.State == b.State)
			case b.SND.UNA != b.SND.NXT:
				return implies(true, s.Out.NSend == 0 && s.Out.Start.Has(tcp.TimerKeepAlive))
			case b.Probes >= b.Settings.KeepAliveLimit:
				return implies(true, s.Ends)
			}
			return implies(true, s.sends(true, tcp.Sent{SEQ: b.SND.NXT - 1, ACK: b.RCV.NXT, CTL: tcp.ACK}) &&
				s.Out.Start.Has(tcp.TimerKeepAlive) && m.Probes == b.Probes+1)
		},
	},
	{
		Name: "keep-alive-hears",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			asked := waits(s.Before) && b.Settings.KeepAliveLimit > 0 && s.lives() && m.State != tcp.TimeWait
			if s.SEG.CTL&(tcp.ACK|tcp.SYN|tcp.RST) == tcp.ACK && ackInRange(b, s.SEG.ACK) && !s.paws() {
				return implies(asked, m.Probes == 0 && s.Out.Start.Has(tcp.TimerKeepAlive))
			}
			return implies(asked, m.Probes == b.Probes && !s.Out.Start.Has(tcp.TimerKeepAlive))
		},
	},
	{
		Name: "keep-alive-begins",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			switch t.State {
			case tcp.Established, tcp.CloseWait, tcp.FinWait2:
				return implies(true, t.Timers.Has(tcp.TimerKeepAlive) == (waits(h) && t.Settings.KeepAliveLimit > 0))
			}
			return Silent
		},
	},
	{
		Name: "two-MSL",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.timer() == tcp.TimerTimeWait, s.Ends && s.Mid.State == tcp.Closed && s.Out.NSend == 0 && s.Out.Set.Has(tcp.EffectFlush))
		},
	},
	{
		Name: "orphan",
		On:   timeouts,
		Step: func(s *Step) Verdict { return implies(s.timer() == tcp.TimerFinWait2, s.Ends && s.Out.NSend == 0) },
	},
	{
		Name: "challenge-interval",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.timer() == tcp.TimerChallenge, s.Mid.Challenges == 0 && s.Out.NSend == 0 && s.Mid.State == s.Before.TCB.State)
		},
	},
	{
		Name: "timestamp-ages",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.timer() == tcp.TimerTSRecent, s.Mid.TS.Outdated && s.Out.NSend == 0)
		},
	},
	{
		Name: "timestamp-watched",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			active := t.TS.OK && receives(t.State) && t.State != tcp.TimeWait
			return implies(active, t.TS.Outdated != t.Timers.Has(tcp.TimerTSRecent))
		},
	},
	{
		Name: "ICMP",
		On:   on(ICMP),
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			opening := b.State == tcp.SynSent || b.State == tcp.SynReceived
			if opening && s.Event.Arg == 1 {
				reset := b.State == tcp.SynReceived && !b.PassiveOpen
				return implies(true, s.Ends && s.sends(reset, tcp.Sent{SEQ: b.SND.NXT, CTL: tcp.RST}))
			}
			return implies(!s.Before.vacant(), s.Mid == *b && s.Out.NSend == 0 && s.Out.Signals == 1<<tcp.SignalSoftError)
		},
	},
}

// retransmits tells that RETRANSMISSION expired with something outstanding.
func (s *Step) retransmits() bool {
	return s.timer() == tcp.TimerRetransmission && s.Before.TCB.SND.UNA != s.Before.TCB.SND.NXT
}

func retransmission(s *Step) Verdict {
	b := &s.Before.TCB
	if !s.retransmits() {
		return Silent
	}
	want := front(s.Before)
	return implies(true, s.sends(true, want) && s.Out.Start.Has(tcp.TimerRetransmission) && s.Mid.SND == b.SND && s.Mid.State == b.State)
}

// waits tells whether a host may wait for its peer for ever.
func waits(h *Host) bool {
	s := h.TCB.State
	return s == tcp.Established || s == tcp.CloseWait || s == tcp.FinWait2 && !h.TCB.ReaderGone
}
