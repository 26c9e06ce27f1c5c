package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What user calls do, and what they answer.

var userAgain = []again{
	{
		Name: "OPEN-active",
		On:   userCalls,
		Step: func(s *Step) Verdict {
			m := &s.Mid
			return implies(s.calls(OpenActive), s.Out.Reply == tcp.ReplyOk && m.State == tcp.SynSent && !m.PassiveOpen &&
				m.SND.UNA == m.ISS && m.SND.NXT == m.ISS+1 && m.SYNOutstanding && m.RCV.WND == min(m.Settings.RCV.BUFF, 65535) &&
				m.WS.OK == m.Settings.OfferWS && m.TS.OK == m.Settings.OfferTS &&
				s.sends(true, tcp.Sent{SEQ: m.ISS, CTL: tcp.SYN}))
		},
	},
	{
		Name: "OPEN-passive",
		On:   userCalls,
		Step: func(s *Step) Verdict {
			return implies(s.calls(OpenPassive), s.Out.Reply == tcp.ReplyOk && s.Mid.State == tcp.Listen && s.Out.NSend == 0)
		},
	},
	{
		Name: "ABORT",
		On:   userCalls,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			if !s.calls(Abort) {
				return Silent
			}
			if s.Before.over() {
				return implies(true, s.Out.Reply == tcp.ReplyConnectionDoesNotExist && s.Out.NSend == 0)
			}
			reset := states(tcp.SynReceived, tcp.Established, tcp.FinWait1, tcp.FinWait2, tcp.CloseWait).Has(b.State)
			return implies(true, s.Ends && s.Out.Reply == tcp.ReplyOk && s.Mid.State == tcp.Closed && s.sends(reset, tcp.Sent{SEQ: b.SND.NXT, CTL: tcp.RST}))
		},
	},
}
