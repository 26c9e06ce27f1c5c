package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What must hold of a host in every state of the world.

var stateProperties = []Property{
	{
		Name: "sequence-numbers", Source: "RFC 9293 3.4",
		Says:    "ISS =< SND.UNA =< SND.NXT, and SND.NXT counts our SYN, the text we were given and our FIN, no more",
		Catches: "SND.NXT pulled back, or an acknowledgment of something not sent taken",
		Host:    sequenceNumbers,
	},
	{
		Name: "acknowledged-is-received", Source: "RFC 9293 3.4",
		Says:    "what we think acknowledged the peer has, and what we received he has sent",
		Catches: "an acknowledgment of text that was not taken, or an old one taken for new",
		Pair: func(h, p *Host) Verdict {
			return implies(paired(h, p), h.TCB.RCV.NXT.LessEq(p.TCB.SND.NXT) && p.TCB.SND.UNA.LessEq(h.TCB.RCV.NXT))
		},
	},
	{
		Name: "handshake-agreement", Source: "RFC 9293 3.5",
		Says:    "an established connection has a peer that knows the same two initial sequence numbers, or had one that is gone",
		Catches: "a connection made of an old duplicate SYN or SYN,ACK",
		Pair:    handshakeAgreement,
	},
	{
		Name: "stream-prefix", Source: "RFC 9293 3.8",
		Says:    "the octets delivered are those the peer's user gave, each once, in order",
		Catches: "text lost, doubled, reordered, taken from elsewhere; a forged octet delivered",
		Host:    func(h *Host) Verdict { return implies(h.Received > 0 || h.Strange, !h.Strange) },
	},
	{
		Name: "own-text", Source: "RFC 9293 3.4",
		Says:    "what is sent, and what is taken as acknowledged, is what the user gave",
		Catches: "a retransmission from the wrong place; an acknowledgment that counts the SYN or the FIN as text",
		Host:    func(h *Host) Verdict { return implies(h.Submitted > 0 || h.Torn, !h.Torn) },
	},
	{
		Name: "retransmission-queue", Source: "RFC 9293 3.4",
		Says:    "the octets acknowledged are those below SND.UNA",
		Catches: "text dropped from the retransmission queue too early, or kept for ever",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			una := t.SND.UNA.Sub(t.ISS)
			text := una - min(una, one(!t.SYNOutstanding)) - one(t.FINSent && una > 0 && t.SND.UNA == t.SND.NXT)
			return implies(!h.vacant() && !t.SYNOutstanding, uint32(h.Front) == text)
		},
	},
	{
		Name: "no-buffer-overrun", Source: "RFC 9293 3.8.6",
		Says:    "what is unread and what is offered fit the RECEIVE buffer together",
		Catches: "a window larger than the buffer; text taken beyond it",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(knowsPeer(t), h.OnHand()+t.RCV.WND <= t.Settings.RCV.BUFF)
		},
	},
	{
		Name: "held-is-within", Source: "RFC 9293 3.10.7.4 SHLD-31",
		Says:    "what is held lies in the window and above RCV.NXT, and holes says whether anything is",
		Catches: "text held beyond the window, or the hole forgotten while text is held",
		Host: func(h *Host) Verdict {
			some := h.Held|h.HeldFIN != 0
			within := h.Held>>min(h.TCB.RCV.WND, 8) == 0 && uint32(h.HeldFIN) <= h.TCB.RCV.WND
			if h.TCB.Holes && h.TCB.RCV.WND > 8 {
				some = true // it may lie further away than Held can tell
			}
			return implies((some || h.TCB.Holes) && !h.EOF, some == h.TCB.Holes && h.Held&1 == 0 && within)
		},
	},
	{
		Name: "FIN-number", Source: "RFC 9293 3.4",
		Says:    "the peer's FIN is taken once, behind all his text",
		Catches: "a second FIN that advances RCV.NXT; a FIN in front of text",
		Pair: func(h, p *Host) Verdict {
			return implies(h.EOF && paired(h, p),
				p.TCB.FINSent && h.TCB.RCV.NXT == p.TCB.ISS.Add(2+uint32(p.Submitted)) && h.Received == p.Submitted)
		},
	},
	{
		Name: "timers-by-state", Source: "RFC 6298 5.1-5.3",
		Says:    "RETRANSMISSION, GIVE-UP and USER run while something is outstanding, PERSIST and USER while only the window keeps text back",
		Catches: "a timer not started, not stopped, or started in the wrong state",
		Host:    timersByState,
	},
	{
		Name: "reason-to-wake", Source: "RFC 9293 3.8.1",
		Says:    "while anything waits for an answer, a timer runs that will ask again",
		Catches: "a missing persist timer; a FIN nobody sends again; a host asleep for ever",
		Host:    reasonToWake,
	},
	{
		Name: "TIME-WAIT-timers", Source: "RFC 9293 3.6.1 MUST-13",
		Says:    "in TIME-WAIT the 2 MSL timer runs, and none that could send",
		Catches: "TIME-WAIT without end, or a retransmission from it",
		Host: func(h *Host) Verdict {
			const others = 1<<tcp.TimerTimeWait | 1<<tcp.TimerChallenge | 1<<tcp.TimerTSRecent
			return implies(h.TCB.State == tcp.TimeWait, h.TCB.Timers.Has(tcp.TimerTimeWait) && h.TCB.Timers&^others == 0)
		},
	},
	{
		Name: "slow-timers-by-state", Source: "RFC 9293 3.8.4",
		Says:    "TIME-WAIT and FIN-WAIT-2 timers run in their states alone; KEEP-ALIVE and DELAYED-ACK not before the connection is synchronized",
		Catches: "a timer that outlives its state",
		Host:    slowTimersByState,
	},
	{
		Name: "state-tells-of-FINs", Source: "RFC 9293 3.3.2",
		Says:    "the state tells whether the peer's FIN was taken, and whether the user has closed",
		Catches: "a wrong transition at CLOSE or FIN",
		Host:    stateTellsOfFINs,
	},
	{
		Name: "acknowledgment-owed", Source: "RFC 9293 3.8.6.3",
		Says:    "what was received is acknowledged, or the delayed-ACK timer runs",
		Catches: "an acknowledgment forgotten",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			owed := t.Last.ACK.Sent != t.RCV.NXT
			return implies(tcp.Synchronized.Has(t.State), !owed || t.Timers.Has(tcp.TimerDelayedACK) && !t.Settings.AckAtOnce)
		},
	},
	{
		Name: "delayed-ACK-bound", Source: "RFC 9293 3.8.6.3 SHLD-19",
		Says:    "less than two full segments wait for their acknowledgment",
		Catches: "delayed acknowledgments beyond every second full-sized segment",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(t.Timers.Has(tcp.TimerDelayedACK), t.RCV.NXT.Sub(t.Last.ACK.Sent) < 2*t.SND.MSS)
		},
	},
	{
		Name: "nothing-kept-back", Source: "RFC 9293 3.8.6.2.1",
		Says:    "text, or a FIN, waits only for the window, for an acknowledgment, or for the override timer",
		Catches: "a sender that sleeps although it could send",
		Host:    nothingKeptBack,
	},
	{
		Name: "quiescence", Source: "RFC 9293 3.8",
		Says:    "when all is acknowledged and nothing waits, no timer runs but keep-alive and those that end states",
		Catches: "a timer that keeps a connection busy for nothing",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			const idle = 1<<tcp.TimerKeepAlive | 1<<tcp.TimerTimeWait | 1<<tcp.TimerFinWait2 | 1<<tcp.TimerChallenge | 1<<tcp.TimerTSRecent
			quiet := tcp.Synchronized.Has(t.State) && t.SND.UNA == t.SND.NXT && h.Unsent() == 0 &&
				(!t.FINQueued || t.FINSent) && t.Last.ACK.Sent == t.RCV.NXT
			return implies(quiet, t.Timers&^idle == 0)
		},
	},
	{
		Name: "largest-window", Source: "RFC 5961 5.2",
		Says:    "MAX.SND.WND is no less than SND.WND, and SND.ACKED no more than it or than what was acknowledged",
		Catches: "an acknowledgment of octets never sent that passes for a very old one (CVE-2023-52881)",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(tcp.Synchronized.Has(t.State),
				t.SND.WND <= t.MAX.SND.WND && t.SND.ACKED <= t.MAX.SND.WND && t.SND.ACKED <= uint32(h.Front))
		},
	},
	{
		Name: "wake-the-sender", Source: "RFC 9293 3.8.6.2.2",
		Says:    "a receiver whose buffer is empty offers a window, and has told the peer of it",
		Catches: "a window that stays closed when the user has read everything",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			s := &t.Settings
			must := tcp.MayReceive.Has(t.State) && h.OnHand() == 0 && s.RCV.BUFF >= 1
			return implies(must, t.RCV.WND >= 1 && (t.RCV.ADV.Sub(t.RCV.NXT) >= 1 || h.TCB.Timers.Has(tcp.TimerDelayedACK)))
		},
	},
	{
		Name: "counters", Source: "RFC 5961 7, RFC 9293 3.8.3, 3.8.4",
		Says:    "challenges, retransmissions and probes are counted up to their limits, and not beyond",
		Catches: "a limit that is not kept; a counter that is not reset",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			s := &t.Settings
			return implies(!h.vacant(), t.Retransmissions <= s.R1 && t.Probes <= s.KeepAliveLimit && t.Challenges <= s.ChallengeLimit &&
				(t.Challenges == 0 || t.Timers.Has(tcp.TimerChallenge)) && (t.Retransmissions == 0 || t.SND.UNA != t.SND.NXT))
		},
	},
	{
		Name: "options-agreed", Source: "RFC 7323 1.3 MUST-14",
		Says:    "window scaling and timestamps are in use at both ends, or at neither, and each scales as the other does",
		Catches: "an option used that was not negotiated; a shift on one side alone",
		Pair: func(h, p *Host) Verdict {
			a, b := &h.TCB, &p.TCB
			both := paired(h, p) && tcp.Synchronized.Has(a.State) && tcp.Synchronized.Has(b.State)
			return implies(both, a.WS.OK == b.WS.OK && a.TS.OK == b.TS.OK && a.Snd.Wind.Shift == b.Rcv.Wind.Shift &&
				a.WS.OK == (a.Settings.OfferWS && b.Settings.OfferWS) && a.TS.OK == (a.Settings.OfferTS && b.Settings.OfferTS) &&
				(!a.WS.OK || a.Rcv.Wind.Shift == a.Settings.OfferShift))
		},
	},
	{
		Name: "segment-size", Source: "RFC 9293 3.7.1 MUST-16",
		Says:    "SND.MSS is no more than the way and the peer carry, less the timestamps option",
		Catches: "a segment too large for the way",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(tcp.Synchronized.Has(t.State), t.SND.MSS <= min(1460, t.Settings.PATH.MSS)-12*one(t.TS.OK))
		},
	},
	{
		Name: "urgent-mode", Source: "RFC 9293 3.8.5",
		Says:    "the sender is in urgent mode until SND.UP is acknowledged; the receiver not when all up to RCV.UP was read",
		Catches: "an urgent mode that never ends, or ends too early",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			read := t.RCV.NXT - tcp.Seq(h.OnHand())
			return implies(t.SND.Urgent || t.RCV.Urgent,
				(!t.SND.Urgent || t.SND.UNA.Less(t.SND.UP)) && (!t.RCV.Urgent || h.EOF || read.Less(t.RCV.UP)))
		},
	},
}

// knows tells that h has the SYN of p's present incarnation.
func knows(h, p *Host) bool {
	return !h.vacant() && !p.vacant() && knowsPeer(&h.TCB) && h.TCB.IRS == p.TCB.ISS
}

// paired tells that h and p are the two ends of one connection.
func paired(h, p *Host) bool { return knows(h, p) && knows(p, h) }

func sequenceNumbers(h *Host) Verdict {
	t := &h.TCB
	return implies(!h.vacant(), t.ISS.LessEq(t.SND.UNA) && t.SND.UNA.LessEq(t.SND.NXT) &&
		t.SND.NXT.Sub(t.ISS)-1-one(t.FINSent) <= uint32(h.Submitted) &&
		t.SYNOutstanding == (t.SND.UNA == t.ISS))
}

func handshakeAgreement(h, p *Host) Verdict {
	if h.TCB.State != tcp.Established {
		return Silent
	}
	if p.vacant() || p.TCB.ISS != h.TCB.IRS {
		// He is gone, or in another life: that he had this ISS is all that can be asked.
		return implies(true, p.Lives > 0)
	}
	return implies(true, knows(p, h) && p.TCB.State != tcp.SynSent)
}

func timersByState(h *Host) Verdict {
	t := &h.TCB
	if h.vacant() || t.State == tcp.TimeWait {
		return Silent
	}
	outstanding := t.SND.UNA != t.SND.NXT
	const watch = 1<<tcp.TimerRetransmission | 1<<tcp.TimerGiveUp
	const user = 1 << tcp.TimerUser
	switch {
	case outstanding:
		return implies(true, t.Timers&(watch|user) == watch|user && !t.Timers.Has(tcp.TimerPersist))
	case t.Timers.Has(tcp.TimerPersist):
		waiting := h.Unsent() > 0 || t.FINQueued && !t.FINSent
		return implies(true, waiting && t.SND.WND == 0 && t.Timers&(watch|user) == user)
	}
	return implies(true, t.Timers&(watch|user) == 0 || t.Timers.Has(tcp.TimerSWSOverride))
}

func reasonToWake(h *Host) Verdict {
	t := &h.TCB
	waits := t.SND.UNA != t.SND.NXT || h.Unsent() > 0 && tcp.MayTransmit.Has(t.State)
	switch t.State {
	case tcp.SynSent, tcp.SynReceived, tcp.FinWait1, tcp.Closing, tcp.LastAck, tcp.TimeWait:
		waits = true
	}
	const wakes = 1<<tcp.TimerRetransmission | 1<<tcp.TimerPersist | 1<<tcp.TimerSWSOverride | 1<<tcp.TimerTimeWait
	return implies(!h.vacant() && waits, t.Timers&wakes != 0)
}

func slowTimersByState(h *Host) Verdict {
	t := &h.TCB
	is := func(timer tcp.Timer, states ...tcp.State) bool {
		if !t.Timers.Has(timer) {
			return true
		}
		for _, s := range states {
			if t.State == s {
				return true
			}
		}
		return false
	}
	return implies(!h.vacant(), is(tcp.TimerTimeWait, tcp.TimeWait) && is(tcp.TimerFinWait2, tcp.FinWait2) &&
		(!t.Timers.Has(tcp.TimerKeepAlive) || tcp.Synchronized.Has(t.State) && t.Settings.KeepAliveLimit > 0) &&
		(!t.Timers.Has(tcp.TimerDelayedACK) || tcp.Synchronized.Has(t.State)) &&
		(!t.Timers.Has(tcp.TimerTSRecent) || t.TS.OK) &&
		(t.State != tcp.FinWait2 || t.Timers.Has(tcp.TimerFinWait2) == t.ReaderGone))
}

func stateTellsOfFINs(h *Host) Verdict {
	t := &h.TCB
	if h.vacant() {
		return Silent
	}
	switch t.State {
	case tcp.CloseWait:
		return implies(true, h.EOF && !t.FINSent)
	case tcp.Closing:
		return implies(true, h.EOF && t.FINQueued)
	case tcp.LastAck, tcp.TimeWait:
		return implies(true, h.EOF && t.FINQueued && t.FINSent)
	case tcp.FinWait1:
		return implies(true, !h.EOF && t.FINQueued)
	case tcp.FinWait2:
		return implies(true, !h.EOF && t.FINQueued && t.FINSent && t.SND.UNA == t.SND.NXT)
	case tcp.SynReceived:
		return implies(true, !h.EOF && !t.FINSent)
	}
	return implies(true, !h.EOF && !t.FINQueued && !t.FINSent)
}

func nothingKeptBack(h *Host) Verdict {
	t := &h.TCB
	fin := t.FINQueued && !t.FINSent
	if !tcp.MayTransmit.Has(t.State) || h.Unsent() == 0 && !fin {
		return Silent
	}
	outstanding := t.SND.UNA != t.SND.NXT
	edge := t.SND.UNA.Add(t.SND.WND)
	switch {
	case edge.LessEq(t.SND.NXT): // the window is closed
		return implies(true, outstanding || t.Timers.Has(tcp.TimerPersist))
	case h.Unsent() == 0: // the FIN waits for nothing but the window
		return Broken
	case t.Settings.NoDelay && t.SND.MSS == 1:
		return Broken
	}
	return implies(true, outstanding || t.Timers.Has(tcp.TimerSWSOverride))
}
