package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What acceptable segments do: they open connections, acknowledge, and set windows.

var segmentAgain = []again{
	{
		Name: "simultaneous-open",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m, seg := &s.Before.TCB, &s.Mid, &s.SEG
			meets := b.State == tcp.SynSent && s.Has(tcp.SYN) && seg.CTL&(tcp.ACK|tcp.RST) == 0
			return implies(meets, m.State == tcp.SynReceived && !m.PassiveOpen && m.IRS == seg.SEQ && m.RCV.NXT == seg.SEQ+1 && m.SND.WND == seg.WND &&
				m.SND.WL1 == seg.SEQ && m.SND.WL2 == b.ISS && s.Out.Start.Has(tcp.TimerRetransmission) &&
				s.sends(true, tcp.Sent{SEQ: b.ISS, ACK: seg.SEQ + 1, CTL: tcp.SYN | tcp.ACK}))
		},
	},
	{
		Name: "crossed-SYN-ACK",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			crossed := b.State == tcp.SynReceived && s.Has(tcp.SYN|tcp.ACK) && !s.Has(tcp.RST) && s.SEG.SEQ == b.IRS && s.SEG.ACK == b.SND.NXT && s.SEG.LEN == 1
			return implies(crossed && !s.paws(), s.Mid.State == tcp.Established || b.FINQueued && s.Mid.State == tcp.FinWait1)
		},
	},
	{
		Name: "repeated-SYN",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			again := b.State == tcp.SynReceived && s.Has(tcp.SYN) && s.SEG.CTL&(tcp.ACK|tcp.RST) == 0 && s.SEG.SEQ == b.IRS && !s.paws()
			return implies(again, s.Mid.State == tcp.SynReceived &&
				s.sends(s.challengeAllowed(), tcp.Sent{SEQ: b.ISS, ACK: b.RCV.NXT, CTL: tcp.SYN | tcp.ACK}))
		},
	},
	{
		Name: "SYN-in-window",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			syn := b.State == tcp.SynReceived && s.syn() && !s.Has(tcp.RST) && acceptable(b, &s.SEG) && !s.paws()
			return implies(syn, s.Ends == b.PassiveOpen && (s.Ends || s.unchanged() && s.answers(s.challengeAllowed())))
		},
	},
	{
		Name: "ACK-of-SYN",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			good := b.State == tcp.SynReceived && s.passes() && b.SND.UNA.Less(s.SEG.ACK) && s.SEG.ACK.LessEq(b.SND.NXT)
			return implies(good, s.Out.Signals.Has(tcp.SignalEstablished) &&
				(s.Ends || m.SND.UNA == s.SEG.ACK && m.SND.WND == s.window() && m.SND.WL1 == s.firstSEQ() && m.SND.WL2 == s.SEG.ACK && !m.SYNOutstanding))
		},
	},
}

// firstSEQ is SEG.SEQ when what was received before is cut off.
func (s *Step) firstSEQ() tcp.Seq {
	if b := &s.Before.TCB; s.SEG.SEQ.Less(b.RCV.NXT) && acceptable(b, &s.SEG) {
		return b.RCV.NXT
	}
	return s.SEG.SEQ
}

// window is the window of the segment, scaled.
func (s *Step) window() uint32 {
	if s.Has(tcp.SYN) {
		return s.SEG.WND
	}
	return s.SEG.WND << s.Before.TCB.Snd.Wind.Shift
}
