package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What acceptable segments do: they open connections, acknowledge, and set windows.

var openingAgain = []again{
	{
		Name: "SYN-ACK-establishes",
		On:   arrivals,
		In:   states(tcp.SynSent),
		If:   Lives,
		Step: func(s *Step) Verdict {
			b, m, seg := &s.Before.TCB, &s.Mid, &s.SEG
			good := s.Has(tcp.SYN|tcp.ACK) && !s.Has(tcp.RST) && seg.ACK == b.SND.NXT
			return implies(good, (m.State == tcp.Established || s.Has(tcp.FIN) && m.State == tcp.CloseWait) && m.IRS == seg.SEQ &&
				m.SND.UNA == seg.ACK && m.SND.WND == seg.WND && m.SND.WL1 == seg.SEQ && m.SND.WL2 == seg.ACK && m.MAX.SND.WND == seg.WND &&
				s.Out.Signals.Has(tcp.SignalEstablished) && m.RCV.ADV == m.RCV.NXT.Add(m.RCV.WND) && s.acknowledges())
		},
	},
	{
		Name: "text-with-the-handshake",
		On:   arrivals,
		In:   states(tcp.SynSent, tcp.SynReceived),
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			completes := tcp.Synchronized.Has(s.Mid.State)
			syn := one(s.Has(tcp.SYN))
			start, text, window := s.SEG.SEQ.Add(syn), s.SEG.LEN-syn, b.RCV.WND
			if b.State == tcp.SynSent {
				window = min(b.Settings.RCV.BUFF, 65535<<s.Mid.Rcv.Wind.Shift)
			}
			next := text > 0 && (start == b.RCV.NXT || b.State == tcp.SynSent)
			return implies(completes && next, s.Mid.RCV.NXT == start.Add(min(text, window)))
		},
	},
	{
		Name: "established-once",
		On:   anyEvent,
		Step: func(s *Step) Verdict {
			told := s.Out.Signals.Has(tcp.SignalEstablished)
			b := s.Before.TCB.State
			opens := (b == tcp.SynSent || b == tcp.SynReceived || b == tcp.FinWait1 && s.Before.TCB.SYNOutstanding) && tcp.Synchronized.Has(s.Mid.State) && !s.Forks && !s.Stray
			if told {
				return implies(true, b == tcp.SynSent || b == tcp.SynReceived)
			}
			return implies(opens && s.lives() && b != tcp.FinWait1 && s.Event.Kind != CallOf, false)
		},
	},
	{
		Name: "no-answer-to-empty",
		On:   arrivals,
		If:   Passes,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			empty := receives(b.State) && s.SEG.LEN == 0 && (b.State == tcp.SynReceived || ackInRange(b, s.SEG.ACK))
			for i := range s.Sent {
				p := &s.Sent[i]
				if empty && p.Len() == 0 && !p.CTL.Has(tcp.RST) {
					return Broken
				}
			}
			return implies(empty, true)
		},
	},
	{
		Name: "right-edge",
		On:   arrivals,
		In:   tcp.Synchronized,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			edge := s.SEG.CTL == tcp.ACK && atRightEdge(b, &s.SEG) && !s.paws() && ackInRange(b, s.SEG.ACK)
			return implies(edge, s.Out.NSend == 0 || s.Out.Send[0].DATA > 0 || s.Out.Send[0].CTL.Has(tcp.FIN))
		},
	},
	{
		Name: "PAWS",
		On:   arrivals,
		If:   Stamps,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			if !receives(b.State) || s.Has(tcp.RST) || s.Again {
				return Silent
			}
			if b.State == tcp.TimeWait && s.Has(tcp.SYN) && !s.Has(tcp.ACK) {
				return Silent // RFC 6191 comes first
			}
			switch {
			case !s.SEG.HasTS:
				return implies(true, s.unchanged() && s.answers(false))
			case s.paws():
				return implies(true, s.unchanged() && s.answers(s.challengeAllowed()))
			}
			return Silent
		},
	},
	{
		Name: "TS.Recent",
		On:   arrivals,
		In:   tcp.Synchronized,
		If:   Stamps | Lives,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			inWindow := acceptable(b, &s.SEG) || s.SEG.SEQ == b.RCV.NXT
			takes := s.SEG.HasTS && !s.Has(tcp.RST) && !s.paws() && inWindow && s.SEG.SEQ.LessEq(b.Last.ACK.Sent)
			if takes && !(s.Has(tcp.SYN) && !s.Has(tcp.ACK) && b.State == tcp.TimeWait) {
				return implies(true, m.TS.Recent == s.SEG.TSval)
			}
			return implies(true, m.TS.Recent == b.TS.Recent)
		},
	},
}

// paws tells that PAWS rejects the segment, if it has a timestamp at all.
func (s *Step) paws() bool {
	b := &s.Before.TCB
	return b.TS.OK && !s.Has(tcp.RST) && (!s.SEG.HasTS || s.SEG.TSval.Less(b.TS.Recent) && !b.TS.Outdated)
}

// syn tells that the segment has a SYN that counts: any but, in SYN-RECEIVED, the
// peer's own, sent again or with the acknowledgment of ours.
func (s *Step) syn() bool {
	b := &s.Before.TCB
	own := b.State == tcp.SynReceived && s.SEG.SEQ == b.IRS && !s.Has(tcp.RST) &&
		(!s.Has(tcp.ACK) || b.SND.UNA.Less(s.SEG.ACK) && s.SEG.ACK.LessEq(b.SND.NXT))
	return s.Has(tcp.SYN) && !own
}

// passes tells that a segment gets as far as its ACK field: acceptable, or one of
// those with a special allowance, with ACK, without RST and SYN.
func (s *Step) passes() bool {
	b := &s.Before.TCB
	return s.SEG.CTL&(tcp.ACK|tcp.RST) == tcp.ACK && !s.syn() && !s.paws() && !s.Again &&
		(acceptable(b, &s.SEG) || s.SEG.LEN > 0 && b.RCV.WND == 0 && s.SEG.SEQ == b.RCV.NXT || atRightEdge(b, &s.SEG))
}

// atRightEdge tells that an empty segment comes from a peer that has filled our
// window, or has a probe of a closed one outstanding.
func atRightEdge(t *tcp.TCB, seg *tcp.Segment) bool {
	edge := t.RCV.NXT.Add(t.RCV.WND)
	return seg.LEN == 0 && (seg.SEQ == edge || t.RCV.WND == 0 && seg.SEQ == edge+1)
}

// acknowledges tells that something was sent that acknowledges all that was received.
func (s *Step) acknowledges() bool {
	for i := range s.Sent {
		if p := &s.Sent[i]; p.CTL.Has(tcp.ACK) && p.ACK == s.After.TCB.RCV.NXT {
			return true
		}
	}
	return false
}
