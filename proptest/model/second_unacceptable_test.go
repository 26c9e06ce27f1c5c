package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What segments may do that nobody, or somebody who sees nothing, has sent; and
// what is said to segments that are not acceptable.

var unacceptableAgain = []again{
	{
		Name: "unacceptable-gets-ACK",
		On:   arrivals,
		Step: unacceptableGetsACK,
	},
	{
		Name: "ACK-bit-off",
		On:   arrivals,
		Step: func(s *Step) Verdict {
			off := s.SEG.CTL&(tcp.ACK|tcp.RST) == 0 && !s.syn() && !s.paws() && receives(s.Before.TCB.State) && acceptable(&s.Before.TCB, &s.SEG) &&
				!(s.Has(tcp.SYN) && s.SEG.SEQ == s.Before.TCB.IRS)
			return implies(off, s.unchanged() && s.answers(false))
		},
	},
	{
		Name: "challenge-limit",
		On:   arrivals,
		In:   tcp.Synchronized,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			limit := b.Settings.ChallengeLimit
			dumb := limit > 0 && b.Challenges >= limit
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
