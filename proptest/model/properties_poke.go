package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What calls and events answer where they must not change anything: every state
// has an answer to every call.

var pokeProperties = []Property{
	{
		Name: "OPEN-again", Source: "RFC 9293 3.10.1",
		Says:    "OPEN answers \"connection already exists\" for a connection, and needs a remote socket to be active",
		Catches: "a connection opened over another",
		Poke: func(p *Poke) Verdict {
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
		Name: "SEND-refused", Source: "RFC 9293 3.10.2",
		Says:    "SEND without a connection, after CLOSE, without room, or without a remote socket answers so, and takes nothing",
		Catches: "text taken that nobody will send",
		Poke: func(p *Poke) Verdict {
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
		Name: "SEND-urgent-opens", Source: "RFC 9293 3.10.2 MUST-62",
		Says:    "an urgent SEND that makes an active open of a passive one points behind the octets it queues",
		Catches: "urgent text that is sent as any other",
		Poke: func(p *Poke) Verdict {
			return implies(p.Kind == PokeSendUrgent, p.opensActively() && p.Out.Set.Has(tcp.EffectQueue) && p.Out.Queue.Count == 1 &&
				p.After.SND.Urgent && p.After.SND.UP == p.After.ISS+2)
		},
	},
	{
		Name: "SEND-nothing", Source: "RFC 9293 3.10.2",
		Says:    "a SEND of no octet needs no room",
		Catches: "an error for a user who asked for nothing",
		Poke: func(p *Poke) Verdict {
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
		Name: "RECEIVE-nothing", Source: "RFC 9293 3.10.3",
		Says:    "RECEIVE waits while text may come, and answers \"connection closing\" when none will",
		Catches: "a user who waits for ever behind the peer's FIN",
		Poke: func(p *Poke) Verdict {
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
		Name: "RECEIVE-some", Source: "RFC 9293 3.8.6.2.2 MUST-39",
		Says:    "a RECEIVE that leaves something on hand opens the window by no less than a segment or half the buffer",
		Catches: "a window opened octet by octet",
		Poke: func(p *Poke) Verdict {
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
		Name: "RECEIVE-urgent", Source: "RFC 9293 3.8.5",
		Says:    "a RECEIVE that leaves urgent text on hand does not end urgent mode, and one that leaves none does, also behind the peer's FIN",
		Catches: "a user told too early that what follows is not urgent",
		Poke: func(p *Poke) Verdict {
			b := &p.Before.TCB
			read := b.RCV.NXT.Back(p.Before.OnHand() - 1 + one(p.Before.EOF))
			return implies(p.Kind == PokeReceiveRest, p.After.RCV.Urgent == (b.RCV.Urgent && read.Less(b.RCV.UP)))
		},
	},
	{
		Name: "STATUS", Source: "RFC 9293 3.10.6",
		Says:    "STATUS answers whether there is a connection, and changes nothing",
		Catches: "a question that changes the answer",
		Poke: func(p *Poke) Verdict {
			want := tcp.ReplyOk
			if p.Before.TCB.State == tcp.Closed {
				want = tcp.ReplyConnectionDoesNotExist
			}
			return implies(p.Kind == PokeStatus, p.unchanged() && p.Out.Reply == want)
		},
	},
	{
		Name: "retransmit-the-front", Source: "RFC 5681 3.2",
		Says:    "loss recovery may have the front of the retransmission queue sent again, and nothing that was not sent",
		Catches: "a fast retransmit that sends new text, or nothing",
		Poke: func(p *Poke) Verdict {
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
		Name: "shrunk-window", Source: "RFC 9293 3.8.6 MUST-34",
		Says:    "behind a window that the peer took back, one octet is sent again; through one that is open, as much as a segment holds",
		Catches: "a retransmission into a closed window",
		Poke: func(p *Poke) Verdict {
			return implies(p.Kind == PokeShrunk || p.Kind == PokeNarrowed, p.Out.NSend == 1 && p.Out.Send[0] == front(p.Before))
		},
	},
	{
		Name: "old-pointers", Source: "RFC 9293 3.8.5",
		Says:    "an urgent pointer left over from an urgent mode that has ended does not count, however far the numbers went since",
		Catches: "urgent text out of nothing, or none, after 2 GiB",
		Poke: func(p *Poke) Verdict {
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
		Name: "held-text-is-noted", Source: "RFC 9293 3.10.7.4 SHLD-31",
		Says:    "when held text is not yet next in sequence, the hole is remembered and the peer told at once",
		Catches: "a hole forgotten while text is held behind it",
		Poke: func(p *Poke) Verdict {
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
		Name: "no-room-no-text", Source: "RFC 5681 3.1",
		Says:    "when congestion control lets nothing go, no text goes",
		Catches: "a congestion window that does not count",
		Poke: func(p *Poke) Verdict {
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
		Name: "keep-alive-turned", Source: "RFC 9293 3.8.4 MUST-24",
		Says:    "turned on, keep-alives begin with a whole interval and no probe counted, in the states that have them; turned off, they end; nothing else changes",
		Catches: "keep-alives that wait for a segment, which a dead peer never sends",
		Poke: func(p *Poke) Verdict {
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
		Name: "untimely-timers", Source: "RFC 9293 3.10.8",
		Says:    "a timer that expires in a state it is not for, or when there is nothing for it to do, changes nothing, and a rule says so",
		Catches: "a stale timer that sends, or ends something",
		Poke: func(p *Poke) Verdict {
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
		Name: "an-answer-for-everything", Source: "RFC 9293 3.10",
		Says:    "every call in every state fires a rule and has an answer",
		Catches: "a call nobody thought of",
		Poke: func(p *Poke) Verdict {
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
func (p *Poke) unchanged() bool {
	return *p.After == p.Before.TCB && p.Out.NSend == 0 && p.Out.Set == 0 && p.Out.Signals == 0 && p.Out.Start == 0
}

// opensActively tells that the call made an active open of it.
func (p *Poke) opensActively() bool {
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
