package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What hosts send.

var outputAgain = []again{
	{
		Name: "window-respected",
		On:   anyEvent,
		If:   Lives | SendsNumbers,
		Step: func(s *Step) Verdict {
			t, fresh := &s.After.TCB, false
			for i := range s.Sent {
				p := &s.Sent[i]
				end := p.SEQ.Add(p.Len())
				if p.Len() == 0 || p.CTL.Has(tcp.SYN) || end.LessEq(s.Before.TCB.SND.NXT) {
					continue
				}
				fresh = true
				probe := s.Expires() && (s.timer() == tcp.TimerPersist) && p.Len() == 1
				if !probe && t.SND.UNA.Add(t.SND.WND).Less(end) {
					return Broken
				}
			}
			return implies(fresh, true)
		},
	},
	{
		Name: "segment-fits",
		On:   anyEvent,
		If:   SendsNumbers,
		Step: func(s *Step) Verdict {
			text := false
			for i := range s.Sent {
				text = text || s.Sent[i].DATA > 0
				if uint32(s.Sent[i].DATA) > s.After.TCB.SND.MSS && s.lives() {
					return Broken
				}
			}
			return implies(text, true)
		},
	},
	{
		Name: "FIN-once",
		On:   anyEvent,
		If:   Lives | Sends,
		Step: func(s *Step) Verdict {
			h, fin := s.After, false
			last := h.TCB.ISS.Add(1 + uint32(h.Submitted))
			for i := range s.Sent {
				p := &s.Sent[i]
				if p.CTL.Has(tcp.FIN) {
					fin = true
					if p.SEQ.Add(uint32(p.DATA)) != last || !h.TCB.FINQueued {
						return Broken
					}
				}
				if !p.CTL.Has(tcp.RST) && last.Add(one(h.TCB.FINSent)).Less(p.SEQ.Add(p.Len())) {
					return Broken
				}
			}
			return implies(fin, true)
		},
	},
	{
		Name: "ACK-on-everything",
		On:   anyEvent,
		If:   Lives | Sends,
		Step: func(s *Step) Verdict {
			some := false
			for i := range s.Sent {
				p := &s.Sent[i]
				if p.CTL.Has(tcp.RST) || s.Before.TCB.State == tcp.SynSent {
					continue
				}
				some = true
				// What was said before more text was taken is older, but not newer.
				if !p.CTL.Has(tcp.ACK) || s.After.TCB.RCV.NXT.Less(p.ACK) || p.ACK.Less(s.Before.TCB.RCV.NXT) {
					return Broken
				}
			}
			return implies(some, true)
		},
	},
	{
		Name: "numbers-of-segments",
		On:   anyEvent,
		If:   Lives | Sends,
		Step: numbersOfSegments,
	},
	{
		Name: "push",
		On:   anyEvent,
		If:   Lives | SendsNumbers,
		Step: func(s *Step) Verdict {
			some := false
			for i := range s.Sent {
				p := &s.Sent[i]
				if p.DATA == 0 {
					continue
				}
				some = true
				fresh := !p.SEQ.Less(s.Before.TCB.SND.NXT)
				end := s.After.TCB.ISS.Add(1 + uint32(s.After.Submitted))
				if !fresh {
					end = s.After.TCB.SND.NXT - tcp.Seq(one(s.After.TCB.FINSent))
					if s.Before.TCB.SND.NXT != s.After.TCB.SND.NXT {
						continue // sent again, and then more was sent
					}
				}
				if p.CTL.Has(tcp.PSH) != (p.SEQ.Add(uint32(p.DATA)) == end) {
					return Broken
				}
			}
			return implies(some, true)
		},
	},
	{
		Name: "urgent-sent",
		On:   anyEvent,
		If:   Lives | SendsNumbers,
		Step: func(s *Step) Verdict {
			t, some := &s.After.TCB, false
			for i := range s.Sent {
				p := &s.Sent[i]
				if p.DATA == 0 {
					continue
				}
				urgent := (t.SND.Urgent || s.Before.TCB.SND.Urgent) && p.SEQ.Less(t.SND.UP)
				some = some || urgent
				if p.CTL.Has(tcp.URG) != urgent || urgent && tcp.Seq(p.UP) != t.SND.UP-p.SEQ {
					return Broken
				}
			}
			return implies(some, true)
		},
	},
	{
		Name: "sends-what-it-can",
		On:   anyEvent,
		If:   Lives | SendsNumbers,
		Step: func(s *Step) Verdict {
			t, some := &s.After.TCB, false
			forced := s.Expires() && (s.timer() == tcp.TimerPersist || s.timer() == tcp.TimerSWSOverride)
			for i := range s.Sent {
				p := &s.Sent[i]
				n := uint32(p.DATA)
				if n == 0 || p.SEQ.Less(s.Before.TCB.SND.NXT) || forced {
					continue
				}
				some = true
				empties := p.SEQ.Add(n) == t.ISS.Add(1+uint32(s.After.Submitted))
				alone := t.Settings.NoDelay || p.SEQ == t.SND.UNA
				if n != t.SND.MSS && !(alone && (empties || n >= t.MAX.SND.WND/2)) {
					return Broken
				}
			}
			return implies(some, true)
		},
	},
	{
		Name: "override",
		On:   timeouts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			edge := b.SND.UNA.Add(b.SND.WND)
			if s.timer() != tcp.TimerSWSOverride || !b.SND.NXT.Less(edge) || s.Before.Unsent() == 0 || !tcp.MayTransmit.Has(b.State) {
				return Silent
			}
			n := min(s.Before.Unsent(), edge.Sub(b.SND.NXT), b.SND.MSS)
			return implies(true, s.Out.NSend == 1 && s.Out.Send[0].SEQ == b.SND.NXT && s.Out.Send[0].DATA == n && s.Mid.SND.NXT == b.SND.NXT.Add(n))
		},
	},
	{
		Name: "FIN-with-the-last-text",
		On:   anyEvent &^ timeouts,
		If:   Lives | SendsNumbers,
		Step: func(s *Step) Verdict {
			text, together := false, false
			for i := range s.Sent {
				p := &s.Sent[i]
				fresh := !p.SEQ.Less(s.Before.TCB.SND.NXT)
				if fresh && p.CTL.Has(tcp.FIN) && p.DATA == 0 && text {
					return Broken
				}
				text = text || fresh && p.DATA > 0
				together = together || fresh && p.DATA > 0 && p.CTL.Has(tcp.FIN)
			}
			return implies(together, true)
		},
	},
	{
		Name: "acknowledgment-noted",
		On:   anyEvent,
		If:   Sends,
		Step: func(s *Step) Verdict {
			t, some := &s.After.TCB, false
			for i := range s.Sent {
				p := &s.Sent[i]
				some = some || p.CTL&(tcp.ACK|tcp.RST) == tcp.ACK && p.ACK == t.RCV.NXT
			}
			return implies(some && s.After.TCB.State >= tcp.SynReceived,
				t.Last.ACK.Sent == t.RCV.NXT && t.RCV.ADV == t.RCV.NXT.Add(t.RCV.WND) && !t.Timers.Has(tcp.TimerDelayedACK))
		},
	},
	{
		Name: "timers-are-not-put-off",
		On:   anyEvent,
		If:   Lives | Still,
		Step: func(s *Step) Verdict {
			const patient = 1<<tcp.TimerPersist | 1<<tcp.TimerSWSOverride | 1<<tcp.TimerDelayedACK | 1<<tcp.TimerChallenge | 1<<tcp.TimerFinWait2
			running := s.Before.TCB.Timers & s.Mid.Timers & s.After.TCB.Timers & patient
			if s.Expires() {
				running &^= 1 << s.timer()
			}
			return implies(running != 0, s.begun()&running == 0)
		},
	},
	{
		Name: "a-reason-to-stop",
		On:   anyEvent,
		If:   Lives,
		Step: func(s *Step) Verdict {
			why := s.Rules.Has(tcp.RuleOutputNothing) || s.Rules.Has(tcp.RuleOutputNotNow) || s.Rules.Has(tcp.RuleOutputPersist) || s.Rules.Has(tcp.RuleOutputOverride)
			return implies(!s.Mute, why)
		},
	},
}

func numbersOfSegments(s *Step) Verdict {
	b, t, some := &s.Before.TCB, &s.After.TCB, false
	next := b.SND.NXT
	for i := range s.Sent {
		p := &s.Sent[i]
		if p.CTL&(tcp.RST|tcp.SYN) != 0 {
			if p.CTL.Has(tcp.SYN) && p.SEQ != t.ISS {
				return Broken
			}
			continue
		}
		some = true
		probe := s.Expires() && s.timer() == tcp.TimerKeepAlive && p.SEQ == b.SND.NXT-1
		switch {
		case p.Len() == 0 && p.SEQ != t.SND.NXT && p.SEQ != next && !probe:
			return Broken
		case p.Len() > 0 && next.Less(p.SEQ): // a hole
			return Broken
		case p.Len() > 0 && p.SEQ.Less(next) && (p.SEQ != t.SND.UNA || next.Less(p.SEQ.Add(p.Len()))):
			return Broken // neither all new nor the front of the retransmission queue
		case p.Len() > 0 && p.SEQ == next:
			next = next.Add(p.Len())
		}
	}
	return implies(some, next == t.SND.NXT)
}
