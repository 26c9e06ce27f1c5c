package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// Some calls and events lead nowhere where they come, and a world that they led to
// would be the same world. They are tried on a copy of every host, properties are asked
// of them as of every step, and the copy is thrown away.

// PokeKind tells which call it was.
type PokeKind uint8

const (
	PokeOpenActive         PokeKind = iota // OPEN, active, remote socket given
	PokeOpenNowhere                        // OPEN, active, no remote socket
	PokeOpenPassive                        // OPEN, passive
	PokeOpenSomebody                       // OPEN, passive, remote socket given
	PokeSend                               // SEND of one octet
	PokeSendNoRoom                         // SEND, and the queue is full
	PokeSendNowhere                        // SEND, no remote socket, and the queue is full
	PokeSendNothing                        // SEND of no octet, and the queue is full
	PokeSendUrgent                         // SEND of one urgent octet, which opens
	PokeReceive                            // RECEIVE, nothing on hand
	PokeReceiveRest                        // RECEIVE of one of the octets on hand
	PokeStatus                             // STATUS
	PokeRetransmit                         // RETRANSMIT of the front
	PokeRetransmitBeyond                   // RETRANSMIT of what was not sent
	PokeRetransmitOld                      // RETRANSMIT of what is acknowledged
	PokeRetransmitLast                     // RETRANSMIT of the last octet that was sent
	PokeShrunk                             // RETRANSMISSION expires after the peer took its window back
	PokeNarrowed                           // … but for one octet
	PokeLongRetransmit                     // RETRANSMIT, 2^31 octets after urgent mode
	PokeLongSend                           // SEGMENTIZE of one octet, 2^31 octets after urgent mode
	PokeLongUrgent                         // SEGMENT ARRIVES with URG, 2^31 octets after urgent mode
	PokeHeld                               // HELD TEXT, empty, more is held
	PokeNoRoom                             // SEGMENTIZE, and congestion control lets nothing go
	PokeSegmentize                         // SEGMENTIZE once more
	PokeICMP                               // ICMP ERROR, and nobody to hear it
	PokeKeepAliveOn                        // KEEP-ALIVE TURNED, on
	PokeKeepAliveTurnedOff                 // KEEP-ALIVE TURNED, off
	PokeKeepAliveOff                       // the keep-alive timer, left over after the user switched keep-alives off
	PokeTimer                              // a timer that is not for this state; one kind for each timer
)

// numPokes counts a kind for each timer.
const numPokes = PokeTimer + PokeKind(tcp.NumTimers)

var pokeNames = [PokeTimer]string{
	"OPEN active", "OPEN active without a remote socket", "OPEN passive", "OPEN passive with a remote socket", "SEND", "SEND without room",
	"SEND without a remote socket", "SEND of nothing without room", "urgent SEND in LISTEN", "RECEIVE with nothing on hand", "RECEIVE of a part", "STATUS", "RETRANSMIT",
	"RETRANSMIT of what was not sent", "RETRANSMIT of what is acknowledged", "RETRANSMIT of the last octet",
	"an ACK that closes the window, then timeout RETRANSMISSION", "an ACK that leaves a window of one octet, then timeout RETRANSMISSION",
	"RETRANSMIT, 2^31 octets after urgent mode", "SEGMENTIZE of one octet, 2^31 octets after urgent mode", "an urgent segment, 2^31 octets after urgent mode",
	"HELD TEXT, empty", "SEGMENTIZE without room", "SEGMENTIZE once more", "an ICMP error and nobody to hear it", "KEEP-ALIVE TURNED on", "KEEP-ALIVE TURNED off", "timeout KEEP-ALIVE with keep-alives off",
}

// String is the call, or the timer's timeout.
func (k PokeKind) String() string {
	switch {
	case k < PokeTimer:
		return pokeNames[k]
	case k < numPokes:
		return "timeout " + tcp.Timer(k-PokeTimer).String()
	}
	return "an unknown call"
}

// poke tries everything on host i, and asks the properties of steps. It returns the rules that fired.
func (k *tester) poke(i int, h *Host, f *finding) (rules tcp.RuleSet) {
	for kind := range numPokes {
		if !k.pokeOnce(i, h, kind, f) {
			continue
		}
		for j, word := range k.out.Rules {
			rules[j] |= word
		}
	}
	return rules
}

// pokeOnce tries one call on host i; false if it does not fit.
func (k *tester) pokeOnce(i int, h *Host, kind PokeKind, f *finding) bool {
	if !k.one(kind, i, h) {
		return false
	}
	said := k.checks.ofStep(&k.step)
	f.join(&said)
	return true
}

// one makes one call: k.nobody is what became of the TCB, k.step what happened. False if it
// does not fit.
func (k *tester) one(kind PokeKind, i int, h *Host) bool {
	k.poked = *h
	if h.vacant() {
		k.poked.TCB.ISS = k.c.iss(i, h.Lives+1)
		k.poked.Ended = NotEnded // who calls a listener has not ended it
	}
	k.nobody = k.poked.TCB
	fits := k.call(kind, &k.poked, &k.nobody)
	k.h, k.main = k.poked, k.out
	k.h.TCB = k.nobody
	k.step = Step{
		Event: Event{Poked, uint8(i), uint16(kind)}, Before: &k.poked, After: &k.h, Mid: k.nobody,
		SEG: k.brought, Out: &k.main, Rules: k.out.Rules, first: k.asked,
	}
	return fits
}

// call makes one call on the TCB; false if it does not fit.
func (k *tester) call(kind PokeKind, h *Host, t *tcp.TCB) bool {
	switch {
	case kind <= PokeStatus:
		return k.userCalls(kind, h, t)
	case kind >= PokeTimer:
		timer := tcp.Timer(kind - PokeTimer)
		k.expires(t, timer, h.Unsent())
		return !h.TCB.Timers.Has(timer)
	}
	return k.brings(kind, h, t)
}

// userCalls makes a call of the user.
func (k *tester) userCalls(kind PokeKind, h *Host, t *tcp.TCB) bool {
	switch kind {
	case PokeOpenActive:
		k.openTCB(t, false, true)
	case PokeOpenNowhere:
		k.openTCB(t, false, false)
	case PokeOpenPassive:
		k.openTCB(t, true, false)
	case PokeOpenSomebody:
		k.openTCB(t, true, true)
	case PokeSend:
		k.submit(t, 1, h.Unsent(), 2, true, false)
	case PokeSendNoRoom:
		k.submit(t, 1, h.Unsent(), 0, true, false)
	case PokeSendNowhere:
		k.submit(t, 1, 0, 0, false, false)
		return h.TCB.State == tcp.Listen
	case PokeSendNothing:
		k.submit(t, 0, h.Unsent(), 0, true, false)
		return h.TCB.State != tcp.Closed
	case PokeSendUrgent:
		k.submit(t, 1, 0, 2, true, true)
		return h.TCB.State == tcp.Listen
	case PokeReceive:
		k.receive(t, 0, 0)
	case PokeReceiveRest:
		k.receive(t, h.OnHand(), h.OnHand()-min(1, h.OnHand()))
		return h.OnHand() > 1
	case PokeStatus:
		k.status(t)
	}
	return true
}

// brings brings another event about.
func (k *tester) brings(kind PokeKind, h *Host, t *tcp.TCB) bool {
	switch kind {
	case PokeRetransmit:
		k.retransmit(t, t.SND.UNA)
	case PokeRetransmitBeyond:
		k.retransmit(t, t.SND.NXT)
	case PokeRetransmitOld:
		k.retransmit(t, t.SND.UNA-1)
	case PokeRetransmitLast:
		k.retransmit(t, t.SND.NXT-1-tcp.Seq(one(t.FINSent)))
		return t.SND.NXT.Sub(t.SND.UNA) > 1+one(t.FINSent) && !t.SYNOutstanding
	case PokeShrunk, PokeNarrowed:
		k.bring(t, tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.UNA, WND: uint32(kind - PokeShrunk), CTL: tcp.ACK})
		k.poked.TCB = *t
		k.expires(t, tcp.TimerRetransmission, h.Unsent())
		return tcp.MayTransmit.Has(t.State) && !t.TS.OK && k.poked.TCB.Timers.Has(tcp.TimerRetransmission)
	case PokeLongRetransmit, PokeLongSend, PokeLongUrgent:
		return k.callLate(kind, t)
	case PokeHeld:
		k.brought = tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.UNA, CTL: tcp.ACK}
		k.seg = k.brought
		k.heldText(t, true)
	case PokeNoRoom:
		k.segmentize(t, h.Unsent(), 0)
	case PokeSegmentize:
		k.segmentize(t, h.Unsent(), 1<<16)
	case PokeICMP:
		k.icmpError(t, true)
		return h.vacant()
	case PokeKeepAliveOn, PokeKeepAliveTurnedOff:
		t.Settings.KeepAliveLimit = uint8(PokeKeepAliveTurnedOff - kind)
		k.poked.TCB = *t
		k.keepAliveTurned(t)
	case PokeKeepAliveOff:
		t.Settings.KeepAliveLimit = 0
		k.poked.TCB = *t
		k.expires(t, tcp.TimerKeepAlive, h.Unsent())
	}
	return true
}

// bring has a segment arrive.
func (k *tester) bring(t *tcp.TCB, seg tcp.Segment) {
	k.brought, k.seg = seg, seg
	k.segmentArrives(t)
}

// callLate makes a call on a connection that has carried so much text since its last
// urgent mode that pointers left over from it lie ahead of its numbers again.
func (k *tester) callLate(kind PokeKind, t *tcp.TCB) bool {
	if t.SND.Urgent || t.RCV.Urgent || t.TS.OK || t.SYNOutstanding {
		return false
	}
	t.SND.UP, t.RCV.UP = t.SND.NXT+100, t.RCV.NXT+100
	k.poked.TCB = *t
	switch kind {
	case PokeLongRetransmit:
		k.retransmit(t, t.SND.UNA)
	case PokeLongSend:
		if t.FINSent {
			return false
		}
		k.poked.Submitted++
		k.segmentize(t, k.poked.Unsent(), 1<<16)
	default:
		k.bring(t, tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.UNA, WND: 1, UP: 1, CTL: tcp.ACK | tcp.URG})
		return tcp.MayReceive.Has(k.poked.TCB.State) && t.State != tcp.Closed
	}
	return k.out.NSend > 0
}
