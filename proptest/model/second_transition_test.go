package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What must hold of every step, whatever the event.

var transitionAgain = []again{
	{
		Name: "figure-5",
		On:   anyEvent,
		Step: func(s *Step) Verdict {
			from, to := s.Before.TCB.State, s.Mid.State
			if s.Forks {
				from = tcp.Listen
			}
			if s.Stray || s.Again && s.Forks {
				return Silent
			}
			return implies(from != to, follows[from].Has(to))
		},
	},
	{
		Name: "passive-or-active",
		On:   arrivals | timeouts | on(ICMP),
		Step: func(s *Step) Verdict {
			leaves := s.Before.TCB.State == tcp.SynReceived && (s.Mid.State == tcp.Listen || s.Mid.State == tcp.Closed)
			return implies(leaves && !s.Forks && !s.Out.Signals.Has(tcp.SignalEstablished), (s.Mid.State == tcp.Listen) == s.Before.TCB.PassiveOpen)
		},
	},
	{
		Name: "never-back",
		On:   anyEvent,
		Step: func(s *Step) Verdict {
			a, b := &s.Before.TCB, &s.After.TCB
			same := s.lives() && a.State != tcp.SynSent
			return implies(same, a.SND.UNA.LessEq(b.SND.UNA) && a.SND.NXT.LessEq(b.SND.NXT) && a.RCV.NXT.LessEq(b.RCV.NXT) &&
				a.MAX.SND.WND <= b.MAX.SND.WND && a.ISS == b.ISS && a.IRS == b.IRS)
		},
	},
	{
		Name: "no-shrinking-window",
		On:   anyEvent,
		Step: func(s *Step) Verdict {
			a, b := &s.Before.TCB, &s.After.TCB
			same := s.lives() && a.State != tcp.SynSent
			return implies(same, a.RCV.NXT.Add(a.RCV.WND).LessEq(b.RCV.NXT.Add(b.RCV.WND)) && a.RCV.ADV.LessEq(b.RCV.ADV) &&
				b.RCV.ADV.LessEq(b.RCV.NXT.Add(b.RCV.WND)))
		},
	},
	{
		Name: "reset-form",
		On:   anyEvent,
		Step: func(s *Step) Verdict {
			reset := s.Ends && !s.Stray && !s.Forks && s.Out.NSend > 0 && s.Out.Send[0].CTL.Has(tcp.RST)
			return implies(reset, s.Out.Send[0] == tcp.Sent{SEQ: s.Before.TCB.SND.NXT, CTL: tcp.RST})
		},
	},
	{
		Name: "new-incarnation",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			later := (b.RCV.NXT - 1).Less(s.SEG.SEQ)
			switch {
			case !b.TS.OK && s.SEG.HasTS && b.Settings.OfferTS:
				later = true
			case b.TS.OK && s.SEG.HasTS:
				later = b.TS.Recent.Less(s.SEG.TSval) || b.TS.Recent == s.SEG.TSval && later
			}
			return implies(s.Again, b.State == tcp.TimeWait && s.Has(tcp.SYN) && later && s.SEG.Listener && s.Above == b.SND.NXT)
		},
	},
}

// follows is Figure 5, and what one segment can do that takes two of its arcs.
var follows = [tcp.NumStates]tcp.States{
	tcp.Closed:      states(tcp.Listen, tcp.SynSent),
	tcp.Listen:      states(tcp.SynReceived, tcp.SynSent, tcp.Closed),
	tcp.SynSent:     states(tcp.Established, tcp.SynReceived, tcp.Closed, tcp.CloseWait),
	tcp.SynReceived: states(tcp.Established, tcp.FinWait1, tcp.Listen, tcp.Closed, tcp.CloseWait, tcp.FinWait2, tcp.Closing, tcp.TimeWait),
	tcp.Established: states(tcp.FinWait1, tcp.CloseWait, tcp.Closed),
	tcp.FinWait1:    states(tcp.FinWait2, tcp.Closing, tcp.TimeWait, tcp.Closed),
	tcp.FinWait2:    states(tcp.TimeWait, tcp.Closed),
	tcp.CloseWait:   states(tcp.LastAck, tcp.Closed),
	tcp.Closing:     states(tcp.TimeWait, tcp.Closed),
	tcp.LastAck:     states(tcp.Closed),
	tcp.TimeWait:    states(tcp.Closed),
}
