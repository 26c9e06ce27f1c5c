package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What segments may do that nobody, or somebody who sees nothing, has sent.

var blindAgain = []again{
	{
		Name: "blind-reset",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			blind := s.Has(tcp.RST) && receives(b.State) && s.SEG.SEQ != b.RCV.NXT
			in := b.RCV.NXT.LessEq(s.SEG.SEQ) && s.SEG.SEQ.Less(b.RCV.NXT.Add(b.RCV.WND))
			probes := b.RCV.WND == 0 && s.SEG.SEQ == b.RCV.NXT+1
			return implies(blind, s.unchanged() && s.answers((in || probes) && s.challengeAllowed()))
		},
	},
	{
		Name: "exact-reset",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			exact := s.Has(tcp.RST) && receives(b.State) && s.SEG.SEQ == b.RCV.NXT
			return implies(exact, len(s.Sent) == 0 && s.Ends == (b.State != tcp.TimeWait))
		},
	},
	{
		Name: "reset-in-SYN-SENT",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			reset := s.Has(tcp.RST) && b.State == tcp.SynSent
			refused := s.Has(tcp.ACK) && b.ISS.Less(s.SEG.ACK) && s.SEG.ACK.LessEq(b.SND.NXT)
			return implies(reset, len(s.Sent) == 0 && s.Ends == refused && (refused || s.unchanged()))
		},
	},
	{
		Name: "blind-SYN",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			syn := s.syn() && !s.Has(tcp.RST) && !s.paws() && tcp.Synchronized.Has(b.State) && !s.Again
			probe := b.RCV.WND == 0 && s.SEG.SEQ == b.RCV.NXT
			text := s.SEG.LEN > 1 && !acceptable(b, &s.SEG) && !probe && (b.State != tcp.TimeWait || s.Has(tcp.ACK))
			return implies(syn, s.unchanged() && s.answers(text || s.challengeAllowed()))
		},
	},
	{
		Name: "blind-text",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			blind := tcp.Synchronized.Has(b.State) && acceptable(b, &s.SEG) && !s.Has(tcp.RST) && !s.syn() && !s.paws() &&
				s.Has(tcp.ACK) && !ackInRange(b, s.SEG.ACK)
			return implies(blind, s.unchanged() && s.answers(s.challengeAllowed()))
		},
	},
	{
		Name: "no-reset-for-reset",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			for i := range s.Sent {
				if s.Sent[i].CTL.Has(tcp.RST) && s.Has(tcp.RST) {
					return Broken
				}
			}
			return implies(s.Has(tcp.RST), true)
		},
	},
	{
		Name: "closed-port",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			if !s.Stray {
				return Silent
			}
			want := tcp.Sent{SEQ: s.SEG.ACK, CTL: tcp.RST}
			if !s.Has(tcp.ACK) {
				want = tcp.Sent{ACK: s.SEG.SEQ.Add(s.SEG.LEN), CTL: tcp.RST | tcp.ACK}
			}
			return implies(true, s.sends(!s.Has(tcp.RST), want))
		},
	},
	{
		Name: "listener",
		On:   arrivals,
		Step: listener,
	},
	{
		Name: "bad-ACK-while-opening",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			opening := b.State == tcp.SynSent || b.State == tcp.SynReceived && acceptable(b, &s.SEG) && !s.syn() && !s.paws()
			bad := opening && s.Has(tcp.ACK) && !s.Has(tcp.RST) && !(b.ISS.Less(s.SEG.ACK) && s.SEG.ACK.LessEq(b.SND.NXT))
			return implies(bad, s.unchanged() && s.sends(true, tcp.Sent{SEQ: s.SEG.ACK, CTL: tcp.RST}))
		},
	},
	{
		Name: "stray-in-SYN-SENT",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			stray := s.Before.TCB.State == tcp.SynSent && s.SEG.CTL&(tcp.SYN|tcp.RST) == 0
			return implies(stray, s.unchanged())
		},
	},
}

// listener is 3.10.7.2.
func listener(s *Step) Verdict {
	if !s.Forks || s.Again {
		return Silent
	}
	m := &s.Mid
	switch {
	case s.Has(tcp.RST):
		return implies(true, m.State == tcp.Listen && s.sends(false, tcp.Sent{}))
	case s.Has(tcp.ACK):
		return implies(true, m.State == tcp.Listen && s.sends(true, tcp.Sent{SEQ: s.SEG.ACK, CTL: tcp.RST}))
	case !s.Has(tcp.SYN):
		return implies(true, m.State == tcp.Listen && s.sends(false, tcp.Sent{}))
	}
	return implies(true, m.State == tcp.SynReceived && m.PassiveOpen && m.IRS == s.SEG.SEQ && m.RCV.NXT == s.SEG.SEQ+1 &&
		m.SND.UNA == m.ISS && m.SND.NXT == m.ISS+1 && m.SND.WND == s.SEG.WND && m.SND.WL1 == s.SEG.SEQ && m.SND.WL2 == m.ISS &&
		m.RCV.WND == min(m.Settings.RCV.BUFF, 65535) &&
		s.sends(true, tcp.Sent{SEQ: m.ISS, ACK: m.RCV.NXT, CTL: tcp.SYN | tcp.ACK}))
}
