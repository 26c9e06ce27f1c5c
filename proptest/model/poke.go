package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// Some calls and events must change nothing where they come, and a world that
// they led to would be the same world. They are tried on a copy of every host,
// and only their answers are looked at.

// Poke is such a call: what it did to a copy of the host.
type Poke struct {
	Kind   PokeKind
	Before *Host
	After  *tcp.TCB
	Out    *tcp.Effects
}

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
	"HELD TEXT, empty", "SEGMENTIZE without room", "an ICMP error and nobody to hear it", "KEEP-ALIVE TURNED on", "KEEP-ALIVE TURNED off", "timeout KEEP-ALIVE with keep-alives off",
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

// poke tries everything on host i, and asks the properties of pokes. It returns the rules that fired.
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
	k.ofPoke(kind, f)
	return true
}

// one makes one call: k.nobody is what became of the TCB. False if it does not fit.
func (k *tester) one(kind PokeKind, i int, h *Host) bool {
	k.poked = *h
	if h.vacant() {
		k.poked.TCB.ISS = k.c.iss(i, h.Lives+1)
	}
	k.nobody = k.poked.TCB
	return k.call(kind, &k.poked, &k.nobody)
}

// ofPoke asks the properties of pokes about the last.
func (k *tester) ofPoke(kind PokeKind, f *finding) {
	k.asking = Poke{Kind: kind, Before: &k.poked, After: &k.nobody, Out: &k.out}
	for j := range k.checks.pokes {
		q := &k.checks.pokes[j]
		f.note(q.ask(&k.asking), q.place)
	}
}

// call makes one call on the TCB; false if it does not fit.
func (k *tester) call(kind PokeKind, h *Host, t *tcp.TCB) bool {
	core, out := k.core, &k.out
	switch kind {
	case PokeOpenActive:
		core.Open(t, false, true, out)
	case PokeOpenNowhere:
		core.Open(t, false, false, out)
	case PokeOpenPassive:
		core.Open(t, true, false, out)
	case PokeOpenSomebody:
		core.Open(t, true, true, out)
	case PokeSend:
		core.Send(t, 1, h.Unsent(), 2, true, false, out)
	case PokeSendNoRoom:
		core.Send(t, 1, h.Unsent(), 0, true, false, out)
	case PokeSendNowhere:
		core.Send(t, 1, 0, 0, false, false, out)
		return h.TCB.State == tcp.Listen
	case PokeSendNothing:
		core.Send(t, 0, h.Unsent(), 0, true, false, out)
		return h.TCB.State != tcp.Closed
	case PokeSendUrgent:
		core.Send(t, 1, 0, 2, true, true, out)
		return h.TCB.State == tcp.Listen
	case PokeReceive:
		core.Receive(t, 0, 0, out)
	case PokeReceiveRest:
		core.Receive(t, h.OnHand(), h.OnHand()-min(1, h.OnHand()), out)
		return h.OnHand() > 1
	case PokeStatus:
		core.Status(t, out)
	case PokeRetransmit:
		core.Retransmit(t, t.SND.UNA, out)
	case PokeRetransmitBeyond:
		core.Retransmit(t, t.SND.NXT, out)
	case PokeRetransmitOld:
		core.Retransmit(t, t.SND.UNA-1, out)
	case PokeRetransmitLast:
		core.Retransmit(t, t.SND.NXT-1-tcp.Seq(one(t.FINSent)), out)
		return t.SND.NXT.Sub(t.SND.UNA) > 1+one(t.FINSent) && !t.SYNOutstanding
	case PokeShrunk, PokeNarrowed:
		k.seg = tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.UNA, WND: uint32(kind - PokeShrunk), CTL: tcp.ACK}
		core.SegmentArrives(t, &k.seg, out)
		k.poked.TCB = *t
		core.Expires(t, tcp.TimerRetransmission, h.Unsent(), out)
		return tcp.MayTransmit.Has(t.State) && !t.TS.OK && k.poked.TCB.Timers.Has(tcp.TimerRetransmission)
	case PokeLongRetransmit, PokeLongSend, PokeLongUrgent:
		return k.callLate(kind, t)
	case PokeHeld:
		k.seg = tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.UNA, CTL: tcp.ACK}
		core.HeldText(t, &k.seg, true, out)
	case PokeNoRoom:
		core.Segmentize(t, h.Unsent(), 0, out)
	case PokeICMP:
		core.ICMPError(t, true, out)
		return h.vacant()
	case PokeKeepAliveOn, PokeKeepAliveTurnedOff:
		t.Settings.KeepAliveLimit = uint8(PokeKeepAliveTurnedOff - kind)
		k.poked.TCB = *t
		core.KeepAliveTurned(t, out)
	case PokeKeepAliveOff:
		t.Settings.KeepAliveLimit = 0
		core.Expires(t, tcp.TimerKeepAlive, h.Unsent(), out)
	default:
		timer := tcp.Timer(kind - PokeTimer)
		core.Expires(t, timer, h.Unsent(), out)
		return !h.TCB.Timers.Has(timer)
	}
	return true
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
		k.core.Retransmit(t, t.SND.UNA, &k.out)
	case PokeLongSend:
		k.core.Segmentize(t, 1, 1, &k.out)
	default:
		k.seg = tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.UNA, WND: 1, UP: 1, CTL: tcp.ACK | tcp.URG}
		k.core.SegmentArrives(t, &k.seg, &k.out)
		return tcp.MayReceive.Has(k.poked.TCB.State) && t.State != tcp.Closed
	}
	return k.out.NSend > 0
}
