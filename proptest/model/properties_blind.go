package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What segments may do that nobody, or somebody who sees nothing, has sent; and
// what is said to segments that are not acceptable.

var blindProperties = []Property{
	{
		Name: "unacceptable-gets-ACK", Source: "RFC 9293 3.10.7.4 first",
		Says:    "an unacceptable segment without RST changes nothing and is answered <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
		Catches: "old text taken; a half-open connection that is never found out; a SYN that resets",
		On:      arrivals,
		Step:    unacceptableGetsACK,
	},
	{
		Name: "blind-reset", Source: "RFC 5961 3.2",
		Says:    "a RST that does not hit RCV.NXT changes nothing; in the window it is challenged, outside it is not answered",
		Catches: "a reset by guessing",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			blind := s.Has(tcp.RST) && receives(b.State) && s.SEG.SEQ != b.RCV.NXT
			in := b.RCV.NXT.LessEq(s.SEG.SEQ) && s.SEG.SEQ.Less(b.RCV.NXT.Add(b.RCV.WND))
			straddles := !in && acceptable(b, &s.SEG)
			return implies(blind, s.unchanged() && (straddles || s.answers(in && s.challengeAllowed())))
		},
	},
	{
		Name: "exact-reset", Source: "RFC 9293 3.10.7.4 second",
		Says:    "a RST at RCV.NXT ends the connection, except in TIME-WAIT, and is never answered",
		Catches: "a half-open connection that cannot be reset",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			exact := s.Has(tcp.RST) && receives(b.State) && s.SEG.SEQ == b.RCV.NXT
			return implies(exact, len(s.Sent) == 0 && s.Ends == (b.State != tcp.TimeWait))
		},
	},
	{
		Name: "reset-in-SYN-SENT", Source: "RFC 9293 3.10.7.3, erratum 8167",
		Says:    "in SYN-SENT a RST counts if and only if it acknowledges our SYN",
		Catches: "a blind reset of an opening connection; a refusal that is not heard",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			reset := s.Has(tcp.RST) && b.State == tcp.SynSent
			refused := s.Has(tcp.ACK) && b.ISS.Less(s.SEG.ACK) && s.SEG.ACK.LessEq(b.SND.NXT)
			return implies(reset, len(s.Sent) == 0 && s.Ends == refused && (refused || s.unchanged()))
		},
	},
	{
		Name: "blind-SYN", Source: "RFC 5961 4.2",
		Says:    "a SYN changes nothing in a synchronized connection and is challenged, wherever its number lies",
		Catches: "a connection reset, or its receive side moved, by a forged or old SYN",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			syn := s.syn() && !s.Has(tcp.RST) && !s.paws() && tcp.Synchronized.Has(b.State) && !s.Again
			probe := b.RCV.WND == 0 && s.SEG.SEQ == b.RCV.NXT
			text := s.SEG.LEN > 1 && !acceptable(b, &s.SEG) && !probe && (b.State != tcp.TimeWait || s.Has(tcp.ACK))
			return implies(syn, s.unchanged() && s.answers(text || s.challengeAllowed()))
		},
	},
	{
		Name: "blind-text", Source: "RFC 5961 5.2 MAY-12",
		Says:    "a segment whose ACK is beyond SND.NXT, or older than the largest window, changes nothing and is challenged",
		Catches: "text injected by guessing one number; an ACK storm",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			blind := tcp.Synchronized.Has(b.State) && acceptable(b, &s.SEG) && !s.Has(tcp.RST) && !s.syn() && !s.paws() &&
				s.Has(tcp.ACK) && !ackInRange(b, s.SEG.ACK)
			return implies(blind, s.unchanged() && s.answers(s.challengeAllowed()))
		},
	},
	{
		Name: "ACK-bit-off", Source: "RFC 9293 3.10.7.4 fifth",
		Says:    "a segment without ACK, RST and SYN changes nothing",
		Catches: "text taken from a segment nobody's machine sends",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			off := s.SEG.CTL&(tcp.ACK|tcp.RST) == 0 && !s.syn() && !s.paws() && receives(s.Before.TCB.State) && acceptable(&s.Before.TCB, &s.SEG) &&
				!(s.Has(tcp.SYN) && s.SEG.SEQ == s.Before.TCB.IRS)
			return implies(off, s.unchanged() && s.answers(false))
		},
	},
	{
		Name: "no-reset-for-reset", Source: "RFC 9293 3.5.2",
		Says:    "a reset is never answered by a reset",
		Catches: "two closed ports that answer each other for ever",
		On:      arrivals,
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
		Name: "closed-port", Source: "RFC 9293 3.10.7.1",
		Says:    "without a connection every segment but a RST is answered <SEQ=SEG.ACK><CTL=RST>, or <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>",
		Catches: "a reset that the peer cannot accept, as when the SYN is not counted",
		On:      arrivals,
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
		Name: "listener", Source: "RFC 9293 3.10.7.2",
		Says:    "a listener ignores RST, answers ACK with <SEQ=SEG.ACK><CTL=RST> and a SYN with SYN,ACK, and stays a listener",
		Catches: "a listener that a segment can close, or that opens without a SYN",
		On:      arrivals,
		Step:    listener,
	},
	{
		Name: "bad-ACK-while-opening", Source: "RFC 9293 3.10.7.3 first, 3.10.7.4 fifth, 3.5.2",
		Says:    "while opening, an ACK of what was not sent is answered <SEQ=SEG.ACK><CTL=RST>, and changes nothing",
		Catches: "an old SYN,ACK that opens a connection; a forged FIN that a bad ACK does not stop",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			opening := b.State == tcp.SynSent || b.State == tcp.SynReceived && acceptable(b, &s.SEG) && !s.syn() && !s.paws()
			bad := opening && s.Has(tcp.ACK) && !s.Has(tcp.RST) && !(b.ISS.Less(s.SEG.ACK) && s.SEG.ACK.LessEq(b.SND.NXT))
			return implies(bad, s.unchanged() && s.sends(true, tcp.Sent{SEQ: s.SEG.ACK, CTL: tcp.RST}))
		},
	},
	{
		Name: "stray-in-SYN-SENT", Source: "RFC 9293 3.10.7.3 fifth",
		Says:    "in SYN-SENT a segment with neither SYN nor RST changes nothing",
		Catches: "a connection opened without the peer's SYN",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			stray := s.Before.TCB.State == tcp.SynSent && s.SEG.CTL&(tcp.SYN|tcp.RST) == 0
			return implies(stray, s.unchanged())
		},
	},
	{
		Name: "challenge-limit", Source: "RFC 5961 7",
		Says:    "no more challenge ACKs are sent in an interval than the limit allows",
		Catches: "a host used to flood another; a limit that one challenge uses up for ever",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			limit := b.Settings.ChallengeLimit
			dumb := limit > 0 && tcp.Synchronized.Has(b.State) && b.Challenges >= limit
			empty := s.SEG.LEN == 0 && s.Has(tcp.ACK) && !s.Has(tcp.RST) && !acceptable(b, &s.SEG)
			return implies(dumb && empty, len(s.Sent) == 0)
		},
	},
}

// receives tells whether a segment meets the eight steps of 3.10.7.4.
func receives(x tcp.State) bool { return x == tcp.SynReceived || tcp.Synchronized.Has(x) }

// acceptable is Table 6, written down a second time.
func acceptable(t *tcp.TCB, seg *tcp.Segment) bool {
	first := seg.SEQ.Sub(t.RCV.NXT)
	last := first + seg.LEN - 1
	switch {
	case t.RCV.WND == 0:
		return seg.LEN == 0 && first == 0
	case seg.LEN == 0:
		return first < t.RCV.WND
	}
	return first < t.RCV.WND || last < t.RCV.WND
}

// ackInRange is the test of RFC 5961, 5.2, bounded by what was acknowledged at all.
func ackInRange(t *tcp.TCB, ack tcp.Seq) bool {
	oldest := t.SND.UNA - tcp.Seq(min(t.MAX.SND.WND, t.SND.ACKED))
	return ack.Sub(oldest) <= t.SND.NXT.Sub(oldest)
}

// unchanged tells that the event left the TCB as it was, but for what sending an
// acknowledgment notes down, and for what hearing of the peer does.
func (s *Step) unchanged() bool {
	a, b := s.Before.TCB, s.Mid
	const noted = 1<<tcp.TimerDelayedACK | 1<<tcp.TimerChallenge | 1<<tcp.TimerKeepAlive | 1<<tcp.TimerTSRecent
	a.Timers, b.Timers = a.Timers&^noted, b.Timers&^noted
	a.Last, a.RCV.ADV, a.Challenges, a.Probes, a.TS = b.Last, b.RCV.ADV, b.Challenges, b.Probes, b.TS
	return a == b && s.Out.Set == 0 && s.Out.Signals == 0 && s.Out.Start&^noted == 0
}

// challengeAllowed tells whether one more challenge ACK may be sent.
func (s *Step) challengeAllowed() bool {
	b := &s.Before.TCB
	return b.Settings.ChallengeLimit == 0 || b.Challenges < b.Settings.ChallengeLimit
}

// answers tells that the event sent the current acknowledgment, or nothing.
func (s *Step) answers(should bool) bool {
	b := &s.Before.TCB
	return s.sends(should, tcp.Sent{SEQ: b.SND.NXT, ACK: b.RCV.NXT, CTL: tcp.ACK})
}

// sends tells that the event itself sent this segment alone, or nothing.
func (s *Step) sends(should bool, want tcp.Sent) bool {
	if !should {
		return s.Out.NSend == 0
	}
	return s.Out.NSend == 1 && s.Out.Send[0] == want
}

func unacceptableGetsACK(s *Step) Verdict {
	b, seg := &s.Before.TCB, &s.SEG
	if !receives(b.State) || s.Has(tcp.RST) || acceptable(b, seg) || s.Again {
		return Silent
	}
	if b.TS.OK && (!seg.HasTS || seg.TSval.Less(b.TS.Recent)) {
		return Silent // PAWS comes first
	}
	switch {
	case b.State == tcp.SynReceived && s.Has(tcp.SYN) && seg.SEQ == b.IRS:
		return Silent // another copy of the peer's SYN
	case b.State == tcp.TimeWait && s.Has(tcp.FIN) && !s.Has(tcp.SYN) && seg.SEQ.Add(seg.LEN) == b.RCV.NXT:
		return implies(true, s.answers(true)) // it starts 2 MSL anew
	case seg.LEN > 0 && b.RCV.WND == 0 && seg.SEQ == b.RCV.NXT:
		return Silent // a window probe: its ACK counts
	case atRightEdge(b, seg) && s.Has(tcp.ACK):
		return Silent // its ACK counts
	}
	if b.State == tcp.TimeWait && s.Has(tcp.SYN) && !s.Has(tcp.ACK) {
		return Silent // RFC 6191 comes first
	}
	text := seg.LEN > one(s.Has(tcp.SYN))
	return implies(true, s.unchanged() && s.answers(text || s.challengeAllowed()))
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
