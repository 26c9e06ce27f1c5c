package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What must hold of a host in every state of the world.

var stateAgain = []again{
	{
		Name: "sequence-numbers",
		Host: sequenceNumbers,
	},
	{
		Name: "acknowledged-is-received",
		Pair: func(h, p *Host) Verdict {
			return implies(paired(h, p), h.TCB.RCV.NXT.LessEq(p.TCB.SND.NXT) && p.TCB.SND.UNA.LessEq(h.TCB.RCV.NXT))
		},
	},
	{
		Name: "handshake-agreement",
		Pair: handshakeAgreement,
	},
	{
		Name: "stream-prefix",
		Host: func(h *Host) Verdict { return implies(h.Received > 0 || h.Strange, !h.Strange) },
	},
	{
		Name: "own-text",
		Host: func(h *Host) Verdict { return implies(h.Submitted > 0 || h.Torn, !h.Torn) },
	},
	{
		Name: "retransmission-queue",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			una := t.SND.UNA.Sub(t.ISS)
			text := una - min(una, one(!t.SYNOutstanding)) - one(t.FINSent && una > 0 && t.SND.UNA == t.SND.NXT)
			return implies(!h.vacant() && !t.SYNOutstanding, uint32(h.Front) == text)
		},
	},
	{
		Name: "no-buffer-overrun",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(knowsPeer(t), h.OnHand()+t.RCV.WND <= t.Settings.RCV.BUFF)
		},
	},
	{
		Name: "FIN-number",
		Pair: func(h, p *Host) Verdict {
			return implies(h.EOF && paired(h, p),
				p.TCB.FINSent && h.TCB.RCV.NXT == p.TCB.ISS.Add(2+uint32(p.Submitted)) && h.Received == p.Submitted)
		},
	},
	{
		Name: "timers-by-state",
		Host: timersByState,
	},
	{
		Name: "reason-to-wake",
		Host: reasonToWake,
	},
	{
		Name: "TIME-WAIT-timers",
		Host: func(h *Host) Verdict {
			const others = 1<<tcp.TimerTimeWait | 1<<tcp.TimerChallenge | 1<<tcp.TimerTSRecent
			return implies(h.TCB.State == tcp.TimeWait, h.TCB.Timers.Has(tcp.TimerTimeWait) && h.TCB.Timers&^others == 0)
		},
	},
	{
		Name: "slow-timers-by-state",
		Host: slowTimersByState,
	},
	{
		Name: "state-tells-of-FINs",
		Host: stateTellsOfFINs,
	},
	{
		Name: "acknowledgment-owed",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			owed := t.Last.ACK.Sent != t.RCV.NXT
			return implies(tcp.Synchronized.Has(t.State), !owed || t.Timers.Has(tcp.TimerDelayedACK) && !t.Settings.AckAtOnce)
		},
	},
	{
		Name: "delayed-ACK-bound",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(t.Timers.Has(tcp.TimerDelayedACK), t.RCV.NXT.Sub(t.Last.ACK.Sent) < 2*t.SND.MSS)
		},
	},
	{
		Name: "nothing-kept-back",
		Host: nothingKeptBack,
	},
	{
		Name: "quiescence",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			const idle = 1<<tcp.TimerKeepAlive | 1<<tcp.TimerTimeWait | 1<<tcp.TimerFinWait2 | 1<<tcp.TimerChallenge | 1<<tcp.TimerTSRecent
			quiet := tcp.Synchronized.Has(t.State) && t.SND.UNA == t.SND.NXT && h.Unsent() == 0 &&
				(!t.FINQueued || t.FINSent) && t.Last.ACK.Sent == t.RCV.NXT
			return implies(quiet, t.Timers&^idle == 0)
		},
	},
	{
		Name: "largest-window",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(tcp.Synchronized.Has(t.State),
				t.SND.WND <= t.MAX.SND.WND && t.SND.ACKED == min(t.SND.UNA.Sub(t.ISS)-one(!t.SYNOutstanding), 65535<<14))
		},
	},
	{
		Name: "wake-the-sender",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			s := &t.Settings
			must := tcp.MayReceive.Has(t.State) && h.OnHand() == 0 && s.RCV.BUFF >= 1
			return implies(must, t.RCV.WND >= 1 && (t.RCV.ADV.Sub(t.RCV.NXT) >= 1 || h.TCB.Timers.Has(tcp.TimerDelayedACK)))
		},
	},
	{
		Name: "counters",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			s := &t.Settings
			return implies(!h.vacant(), t.Retransmissions <= s.R1 && t.Probes <= s.KeepAliveLimit && t.Challenges <= s.ChallengeLimit &&
				(t.Challenges == 0 || t.Timers.Has(tcp.TimerChallenge)) && (t.Retransmissions == 0 || t.SND.UNA != t.SND.NXT))
		},
	},
	{
		Name: "options-agreed",
		Pair: func(h, p *Host) Verdict {
			a, b := &h.TCB, &p.TCB
			both := paired(h, p) && tcp.Synchronized.Has(a.State) && tcp.Synchronized.Has(b.State)
			return implies(both, a.WS.OK == b.WS.OK && a.TS.OK == b.TS.OK && a.Snd.Wind.Shift == b.Rcv.Wind.Shift &&
				a.WS.OK == (a.Settings.OfferWS && b.Settings.OfferWS) && a.TS.OK == (a.Settings.OfferTS && b.Settings.OfferTS) &&
				(!a.WS.OK || a.Rcv.Wind.Shift == a.Settings.OfferShift))
		},
	},
	{
		Name: "segment-size",
		Host: func(h *Host) Verdict {
			t := &h.TCB
			return implies(tcp.Synchronized.Has(t.State), t.SND.MSS <= min(1460, t.Settings.PATH.MSS)-12*one(t.TS.OK))
		},
	},
	{
		Name: "urgent-mode",
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
		return implies(true, uint32(p.Lives) > one(!p.vacant()))
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
