package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What calls and events answer where they must not change anything: every state
// has an answer to every call.

var pokeAgain = []again{
	{
		Name: "OPEN-again",
		Poke: func(p *poke) Verdict {
			b, reply := &p.Before.TCB, p.Out.Reply
			switch p.Kind {
			case PokeOpenActive, PokeOpenNowhere, PokeOpenPassive, PokeOpenSomebody:
			default:
				return Silent
			}
			switch {
			case p.Kind >= PokeOpenPassive && b.State == tcp.Closed:
				return implies(true, p.After.State == tcp.Listen && reply == tcp.ReplyOk && p.Out.NSend == 0)
			case p.Kind == PokeOpenActive && p.Before.vacant():
				return implies(true, p.opensActively())
			case p.Kind == PokeOpenNowhere && p.Before.vacant():
				return implies(true, p.unchanged() && reply == tcp.ReplyRemoteSocketUnspecified)
			}
			return implies(true, p.unchanged() && reply == tcp.ReplyConnectionAlreadyExists)
		},
	},
	{
		Name: "SEND-refused",
		Poke: func(p *poke) Verdict {
			if p.Kind != PokeSend && p.Kind != PokeSendNoRoom && p.Kind != PokeSendNowhere {
				return Silent
			}
			b, reply := &p.Before.TCB, p.Out.Reply
			switch {
			case b.State == tcp.Closed:
				return implies(true, p.unchanged() && reply == tcp.ReplyConnectionDoesNotExist)
			case b.State == tcp.Listen && p.Kind == PokeSendNowhere:
				return implies(true, p.unchanged() && reply == tcp.ReplyRemoteSocketUnspecified)
			case b.State == tcp.Listen && p.Kind == PokeSend:
				return implies(true, p.opensActively() && p.Out.Set.Has(tcp.EffectQueue) && p.Out.Queue.Count == 1 && !p.After.SND.Urgent)
			case b.FINQueued:
				return implies(true, p.unchanged() && reply == tcp.ReplyConnectionClosing)
			case p.Kind == PokeSendNoRoom:
				return implies(true, p.unchanged() && reply == tcp.ReplyInsufficientResources)
			}
			return implies(true, reply == tcp.ReplyOk && p.Out.Set == 1<<tcp.EffectQueue && p.Out.Queue.Count == 1 && p.Out.NSend == 0)
		},
	},
	{
		Name: "SEND-urgent-opens",
		Poke: func(p *poke) Verdict {
			return implies(p.Kind == PokeSendUrgent, p.opensActively() && p.Out.Set.Has(tcp.EffectQueue) && p.Out.Queue.Count == 1 &&
				p.After.SND.Urgent && p.After.SND.UP == p.After.ISS+2)
		},
	},
	{
		Name: "SEND-nothing",
		Poke: func(p *poke) Verdict {
			want := tcp.ReplyOk
			if p.Before.TCB.State == tcp.Listen {
				return implies(p.Kind == PokeSendNothing, p.opensActively() && p.Out.Queue.Count == 0)
			}
			if p.Before.TCB.FINQueued {
				want = tcp.ReplyConnectionClosing
			}
			return implies(p.Kind == PokeSendNothing, p.Out.Reply == want && p.Out.NSend == 0 && *p.After == p.Before.TCB)
		},
	},
	{
		Name: "RECEIVE-nothing",
		Poke: func(p *poke) Verdict {
			if p.Kind != PokeReceive {
				return Silent
			}
			want := tcp.ReplyPending
			switch p.Before.TCB.State {
			case tcp.Closed:
				want = tcp.ReplyConnectionDoesNotExist
			case tcp.CloseWait, tcp.Closing, tcp.LastAck, tcp.TimeWait:
				want = tcp.ReplyConnectionClosing
			}
			return implies(true, p.unchanged() && p.Out.Reply == want)
		},
	},
	{
		Name: "RECEIVE-some",
		Poke: func(p *poke) Verdict {
			b := &p.Before.TCB
			if p.Kind != PokeReceiveRest || !tcp.MayReceive.Has(b.State) {
				return Silent
			}
			space, want := min(b.Settings.RCV.BUFF-(p.Before.OnHand()-1), 65535<<b.Rcv.Wind.Shift), b.RCV.WND
			if space >= want+min(b.Settings.RCV.BUFF/2, b.SND.MSS) {
				want = space
			}
			offered := b.RCV.ADV.Sub(b.RCV.NXT)
			tell := want > offered && (offered < 2*b.SND.MSS || want-offered >= b.Settings.RCV.BUFF/2)
			return implies(true, p.After.RCV.WND == want && p.Out.Reply == tcp.ReplyOk && p.Out.NSend == uint8(one(tell)))
		},
	},
	{
		Name: "RECEIVE-urgent",
		Poke: func(p *poke) Verdict {
			b := &p.Before.TCB
			read := b.RCV.NXT.Back(p.Before.OnHand() - 1 + one(p.Before.EOF))
			return implies(p.Kind == PokeReceiveRest, p.After.RCV.Urgent == (b.RCV.Urgent && read.Less(b.RCV.UP)))
		},
	},
	{
		Name: "STATUS",
		Poke: func(p *poke) Verdict {
			want := tcp.ReplyOk
			if p.Before.TCB.State == tcp.Closed {
				want = tcp.ReplyConnectionDoesNotExist
			}
			return implies(p.Kind == PokeStatus, p.unchanged() && p.Out.Reply == want)
		},
	},
	{
		Name: "retransmit-the-front",
		Poke: func(p *poke) Verdict {
			b := &p.Before.TCB
			holds := states(tcp.SynSent, tcp.SynReceived) | tcp.MayTransmit
			switch {
			case p.Kind == PokeRetransmitBeyond || p.Kind == PokeRetransmitOld:
				return implies(true, p.unchanged())
			case p.Kind == PokeRetransmitLast && tcp.MayTransmit.Has(b.State):
				return implies(true, p.Out.NSend == 1 && p.Out.Send[0] == last(b) && p.Out.Start == 0)
			case p.Kind != PokeRetransmit:
				return Silent
			case !holds.Has(b.State) || b.SND.UNA == b.SND.NXT:
				return implies(true, p.unchanged())
			}
			return implies(true, p.Out.NSend == 1 && p.Out.Send[0] == front(p.Before) && p.After.SND == b.SND && p.Out.Start == 0 &&
				p.After.Timers|1<<tcp.TimerDelayedACK == b.Timers|1<<tcp.TimerDelayedACK)
		},
	},
	{
		Name: "shrunk-window",
		Poke: func(p *poke) Verdict {
			return implies(p.Kind == PokeShrunk || p.Kind == PokeNarrowed, p.Out.NSend == 1 && p.Out.Send[0] == front(p.Before))
		},
	},
	{
		Name: "old-pointers",
		Poke: func(p *poke) Verdict {
			switch p.Kind {
			case PokeLongRetransmit, PokeLongSend:
				return implies(true, !p.Out.Send[0].CTL.Has(tcp.URG))
			case PokeLongUrgent:
				return implies(true, p.Out.Signals.Has(tcp.SignalUrgentData) && p.After.RCV.Urgent && p.After.RCV.UP == p.Before.TCB.RCV.NXT+1)
			}
			return Silent
		},
	},
	{
		Name: "held-text-is-noted",
		Poke: func(p *poke) Verdict {
			if p.Kind != PokeHeld {
				return Silent
			}
			b := &p.Before.TCB
			if !receives(b.State) {
				return implies(true, p.unchanged())
			}
			return implies(true, p.After.Holes && p.After.RCV.NXT == b.RCV.NXT && p.Out.NSend == 1 &&
				p.Out.Send[0] == tcp.Sent{SEQ: b.SND.NXT, ACK: b.RCV.NXT, CTL: tcp.ACK} && p.After.State == b.State)
		},
	},
	{
		Name: "no-room-no-text",
		Poke: func(p *poke) Verdict {
			if p.Kind != PokeNoRoom {
				return Silent
			}
			for _, s := range p.Out.Send[:p.Out.NSend] {
				if s.DATA > 0 {
					return Broken
				}
			}
			return implies(true, true)
		},
	},
	{
		Name: "keep-alive-turned",
		Poke: func(p *poke) Verdict {
			const timer = tcp.Timers(1) << tcp.TimerKeepAlive
			want, begun := p.Before.TCB, tcp.Timers(0)
			if states(tcp.Established, tcp.CloseWait, tcp.FinWait2).Has(want.State) {
				want.Probes = 0
				want.Timers &^= timer
				if p.Kind == PokeKeepAliveOn && !(want.State == tcp.FinWait2 && want.ReaderGone) {
					begun = timer
				}
			}
			want.Timers |= begun
			return implies(p.Kind == PokeKeepAliveOn || p.Kind == PokeKeepAliveTurnedOff,
				*p.After == want && p.Out.Start == begun && p.Out.NSend == 0 && p.Out.Signals == 0 && p.Out.Set == 0 && p.Out.Rules != tcp.RuleSet{})
		},
	},
	{
		Name: "untimely-timers",
		Poke: func(p *poke) Verdict {
			if p.Kind == PokeICMP {
				return implies(true, p.unchanged())
			}
			if p.Kind == PokeKeepAliveOff {
				p.After.Settings, p.After.Timers = p.Before.TCB.Settings, p.Before.TCB.Timers
				return implies(true, p.unchanged())
			}
			if p.Kind < PokeTimer {
				return Silent
			}
			b := &p.Before.TCB
			idle := states(tcp.Established, tcp.CloseWait)
			wrong := false
			switch tcp.Timer(p.Kind - PokeTimer) {
			case tcp.TimerRetransmission:
				wrong = !(states(tcp.SynSent, tcp.SynReceived) | tcp.MayTransmit).Has(b.State)
			case tcp.TimerPersist:
				waits := p.Before.Unsent() > 0 || b.FINQueued && !b.FINSent
				wrong = !tcp.MayTransmit.Has(b.State) || b.SND.UNA != b.SND.NXT || !waits
			case tcp.TimerSWSOverride:
				idleToo := p.Before.Unsent() == 0 || b.SND.UNA.Add(b.SND.WND).LessEq(b.SND.NXT)
				if tcp.MayTransmit.Has(b.State) {
					return implies(idleToo, p.unchanged() && p.Out.Rules != tcp.RuleSet{})
				}
				wrong = true
			case tcp.TimerDelayedACK:
				wrong = !receives(b.State)
			case tcp.TimerKeepAlive:
				wrong = !idle.Has(b.State) || b.Settings.KeepAliveLimit == 0
			case tcp.TimerFinWait2:
				wrong = b.State != tcp.FinWait2
			}
			return implies(wrong, p.unchanged() && p.Out.Rules != tcp.RuleSet{})
		},
	},
	{
		Name: "an-answer-for-everything",
		Poke: func(p *poke) Verdict {
			none := true
			for _, word := range p.Out.Rules {
				none = none && word == 0
			}
			asks := p.Kind <= PokeStatus
			answered := asks || p.Kind == PokeHeld || p.Kind == PokeICMP ||
				p.Kind == PokeRetransmit && !(states(tcp.SynSent, tcp.SynReceived)|tcp.MayTransmit).Has(p.Before.TCB.State)
			return implies(true, (!none || !answered) && (p.Out.Reply != tcp.NoReply) == asks)
		},
	},
}

// last is the segment that begins with the last octet sent.
func last(t *tcp.TCB) tcp.Sent {
	sent := tcp.Sent{SEQ: t.SND.NXT - 1 - tcp.Seq(one(t.FINSent)), ACK: t.RCV.NXT, DATA: 1, CTL: tcp.ACK | tcp.PSH}
	if t.FINSent {
		sent.CTL |= tcp.FIN
	}
	if t.SND.Urgent && sent.SEQ.Less(t.SND.UP) {
		sent.CTL |= tcp.URG
		sent.UP = t.SND.UP.Sub(sent.SEQ)
	}
	return sent
}

// unchanged tells that the call did nothing.
func (p *poke) unchanged() bool {
	return *p.After == p.Before.TCB && p.Out.NSend == 0 && p.Out.Set == 0 && p.Out.Signals == 0 && p.Out.Start == 0
}

// opensActively tells that the call made an active open of it.
func (p *poke) opensActively() bool {
	a := p.After
	return a.State == tcp.SynSent && !a.PassiveOpen && p.Out.Reply == tcp.ReplyOk && a.SND.UNA == a.ISS && a.SND.NXT == a.ISS+1 &&
		p.Out.NSend == 1 && p.Out.Send[0] == tcp.Sent{SEQ: a.ISS, CTL: tcp.SYN} && a.Timers.Has(tcp.TimerRetransmission)
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
