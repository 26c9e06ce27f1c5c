package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What happens when a timer expires.

var timerProperties = []Property{
	{
		Name: "retransmission", Source: "RFC 9293 3.10.8 MUST-18",
		Says:    "RETRANSMISSION sends the front of the retransmission queue again: SYN, SYN,ACK, or text and FIN as they were, one octet into a closed window; and it runs again",
		Catches: "a FIN not sent again in CLOSING or LAST-ACK; a SYN sent with the wrong number; a timer that runs once",
		On:      timeouts,
		Step:    retransmission,
	},
	{
		Name: "loss-is-told", Source: "RFC 5681 3.1",
		Says:    "a retransmission timeout is a sign of loss, unless it probes a closed window",
		Catches: "congestion control that does not hear of loss, or backs off for a slow reader",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			return implies(s.retransmits(), s.Out.Set.Has(tcp.EffectTimedOut) == (b.SND.WND > 0 || b.SYNOutstanding))
		},
	},
	{
		Name: "R1", Source: "RFC 9293 3.8.3 MUST-20 SHLD-9",
		Says:    "at the R1-th retransmission of a segment the user is told of the delivery problem, once",
		Catches: "an R1 off by one, or never reached",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			r1 := b.Settings.R1
			told := s.Out.Signals.Has(tcp.SignalDeliveryProblem)
			return implies(s.retransmits() && r1 > 0 || told,
				m.Retransmissions == min(b.Retransmissions+1, r1) && told == (b.Retransmissions+1 == r1))
		},
	},
	{
		Name: "give-up", Source: "RFC 9293 3.8.3, 3.10.8 MUST-20",
		Says:    "GIVE-UP and USER end the connection; a synchronized peer is sent a reset, a passive opener listens again",
		Catches: "a connection that cannot die",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			over := s.Timer == tcp.TimerGiveUp || s.Timer == tcp.TimerUser
			reset := b.State == tcp.SynReceived && !b.PassiveOpen || tcp.Synchronized.Has(b.State)
			return implies(over, s.Ends && s.sends(reset, tcp.Sent{SEQ: b.SND.NXT, CTL: tcp.RST}))
		},
	},
	{
		Name: "persist", Source: "RFC 9293 3.8.6.1 MUST-36",
		Says:    "PERSIST sends one octet of new text, or the FIN when it is all that is left, and then watches for its acknowledgment",
		Catches: "no zero-window probe; a probe without an octet when there is one",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if s.Timer != tcp.TimerPersist {
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
		Name: "override", Source: "RFC 9293 3.8.6.2.1",
		Says:    "the override timer sends what the window allows of what was held back",
		Catches: "a small write that waits for ever",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			edge := b.SND.UNA.Add(b.SND.WND)
			if s.Timer != tcp.TimerSWSOverride || !b.SND.NXT.Less(edge) || s.Before.Unsent() == 0 || !tcp.MayTransmit.Has(b.State) {
				return Silent
			}
			n := min(s.Before.Unsent(), edge.Sub(b.SND.NXT), b.SND.MSS)
			return implies(true, s.Out.NSend == 1 && s.Out.Send[0].SEQ == b.SND.NXT && s.Out.Send[0].DATA == n && s.Mid.SND.NXT == b.SND.NXT.Add(n))
		},
	},
	{
		Name: "delayed-ACK", Source: "RFC 9293 3.8.6.3 MUST-40",
		Says:    "DELAYED-ACK sends the acknowledgment",
		Catches: "an acknowledgment that is never sent",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.Timer == tcp.TimerDelayedACK, s.answers(true) && s.Mid.Last.ACK.Sent == s.Before.TCB.RCV.NXT)
		},
	},
	{
		Name: "keep-alive", Source: "RFC 9293 3.8.4 MUST-26 MUST-29",
		Says:    "KEEP-ALIVE sends <SEQ=SND.NXT-1><ACK=RCV.NXT><CTL=ACK> if nothing is outstanding, and ends the connection only after so many without an answer",
		Catches: "a probe the peer need not answer; a connection ended by one lost probe",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if s.Timer != tcp.TimerKeepAlive {
				return Silent
			}
			idle := b.State == tcp.Established || b.State == tcp.CloseWait
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
		Name: "keep-alive-hears", Source: "RFC 9293 3.8.4 MUST-26",
		Says:    "whatever arrives in the window starts the keep-alive interval anew",
		Catches: "probes sent to a peer that is talking",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			idle := b.State == tcp.Established || b.State == tcp.CloseWait
			hears := idle && b.Settings.KeepAliveLimit > 0 && acceptable(b, &s.SEG) && !s.paws() && s.lives()
			return implies(hears, m.Probes == 0 && s.Out.Start.Has(tcp.TimerKeepAlive))
		},
	},
	{
		Name: "keep-alive-begins", Source: "RFC 9293 3.8.4 MUST-25",
		Says:    "the keep-alive timer runs in ESTABLISHED and CLOSE-WAIT if and only if the user wants it",
		Catches: "keep-alives by default, or none although asked for",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			idle := t.State == tcp.Established || t.State == tcp.CloseWait
			return implies(idle, t.Timers.Has(tcp.TimerKeepAlive) == (t.Settings.KeepAliveLimit > 0))
		},
	},
	{
		Name: "2MSL", Source: "RFC 9293 3.10.8 MUST-13",
		Says:    "2 MSL end TIME-WAIT, quietly",
		Catches: "a TIME-WAIT without end",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.Timer == tcp.TimerTimeWait, s.Ends && s.Mid.State == tcp.Closed && s.Out.NSend == 0 && s.Out.Set.Has(tcp.EffectFlush))
		},
	},
	{
		Name: "orphan", Source: "RFC 9293 3.6.1",
		Says:    "in FIN-WAIT-2 a connection without a user ends when its timer expires",
		Catches: "FIN-WAIT-2 for ever",
		On:      timeouts,
		Step:    func(s *Step) Verdict { return implies(s.Timer == tcp.TimerFinWait2, s.Ends && s.Out.NSend == 0) },
	},
	{
		Name: "challenge-interval", Source: "RFC 5961 7",
		Says:    "a new interval allows challenge ACKs again",
		Catches: "a host that stops challenging",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.Timer == tcp.TimerChallenge, s.Mid.Challenges == 0 && s.Out.NSend == 0 && s.Mid.State == s.Before.TCB.State)
		},
	},
	{
		Name: "timestamp-ages", Source: "RFC 7323 5.5",
		Says:    "after 24 days TS.Recent no longer rejects anything, until it is renewed",
		Catches: "a connection dead after an idle month",
		On:      timeouts,
		Step: func(s *Step) Verdict {
			return implies(s.Timer == tcp.TimerTSRecent, s.Mid.TS.Outdated && s.Out.NSend == 0)
		},
	},
	{
		Name: "timestamp-watched", Source: "RFC 7323 5.5",
		Says:    "TS.Recent is outdated, or its timer runs",
		Catches: "a timestamp that never ages",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			active := t.TS.OK && receives(t.State) && t.State != tcp.TimeWait
			return implies(active, t.TS.Outdated != t.Timers.Has(tcp.TimerTSRecent))
		},
	},
	{
		Name: "ICMP", Source: "RFC 9293 3.9.2.2 MUST-56, RFC 5927 5.2",
		Says:    "an ICMP error ends only an opening connection, and only a hard one; otherwise the user is told",
		Catches: "a blind attacker who ends connections by ICMP",
		On:      on(ICMP),
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
	return s.Timer == tcp.TimerRetransmission && s.Before.TCB.SND.UNA != s.Before.TCB.SND.NXT
}

func retransmission(s *Step) Verdict {
	b := &s.Before.TCB
	if !s.retransmits() {
		return Silent
	}
	want := front(s.Before)
	return implies(true, s.sends(true, want) && s.Out.Start.Has(tcp.TimerRetransmission) && s.Mid.SND == b.SND && s.Mid.State == b.State)
}

// front is the segment at the front of the retransmission queue, as it is sent again.
func front(h *Host) tcp.Sent {
	t := &h.TCB
	switch {
	case t.SYNOutstanding && t.State == tcp.SynSent:
		return tcp.Sent{SEQ: t.ISS, CTL: tcp.SYN}
	case t.SYNOutstanding:
		return tcp.Sent{SEQ: t.ISS, ACK: t.RCV.NXT, CTL: tcp.SYN | tcp.ACK}
	}
	left := t.SND.NXT.Sub(t.SND.UNA) - one(t.FINSent)
	n := min(left, t.SND.MSS)
	if t.SND.WND == 0 {
		n = min(left, 1)
	}
	sent := tcp.Sent{SEQ: t.SND.UNA, ACK: t.RCV.NXT, DATA: n, CTL: tcp.ACK}
	if n == left {
		sent.CTL |= tcp.PSH
		if t.FINSent {
			sent.CTL |= tcp.FIN
		}
	}
	if t.SND.Urgent && t.SND.UNA.Less(t.SND.UP) {
		sent.CTL |= tcp.URG
		sent.UP = t.SND.UP.Sub(t.SND.UNA)
	}
	return sent
}
