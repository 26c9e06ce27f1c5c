package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// World is a state: two hosts, what is under way between them, and how much
// harm may still be done. It is a plain value.
type World struct {
	Host [2]Host
	Net  [2]Way // Net[i] carries what host i sends
	Left Budget
	Time uint8 // how often time has passed, as far as timestamps show it
}

// Host is a TCB and what the checker remembers beside it. A host without a
// connection has a TCB in CLOSED, or in LISTEN while it listens.
type Host struct {
	TCB tcp.TCB

	Next      uint8  // the call of the script that comes next
	Lives     uint8  // incarnations so far; the ISS follows from it
	Listening bool   // a listener takes SYNs that belong to no connection
	Ended     Ending // how the last connection ended, until the next begins

	// Of this incarnation, in octets of text:
	Submitted uint8 // taken from the user by SEND
	Front     uint8 // of these, gone from the retransmission queue
	Received  uint8 // moved to the RECEIVE buffer
	Read      uint8 // of these, taken by the user
	Held      uint8 // bit i: octet RCV.NXT+i is held
	HeldFIN   uint8 // 1+i: a FIN numbered RCV.NXT+i is held; 0: none
	Strange   bool  // an octet was delivered that the peer did not send at that place
	Torn      bool  // text was sent, or acknowledged, that the user never gave
	EOF       bool  // the peer's FIN was taken
}

// Ending is how a connection ended for its user.
type Ending uint8

const (
	NotEnded Ending = iota
	EndedInPeace
	EndedByReset
	EndedByRefusal
	EndedByTimeout
	EndedByCrash // and nobody was told
)

// Unsent is the octets that wait in the send queue, as the runtime counts them:
// what is in the buffer beyond SND.NXT.
func (h *Host) Unsent() uint32 {
	t := &h.TCB
	inFlight := t.SND.NXT.Sub(t.SND.UNA) - one(t.SYNOutstanding) - one(t.FINSent)
	kept := uint32(h.Submitted - h.Front)
	if t.State == tcp.Closed || t.State == tcp.Listen || inFlight > kept {
		return 0
	}
	return kept - inFlight
}

// OnHand is the octets received and not read.
func (h *Host) OnHand() uint32 { return uint32(h.Received - h.Read) }

func one(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// Packet is a segment under way.
type Packet struct {
	SEQ, ACK tcp.Seq
	WND      uint16
	DATA, UP uint8
	Text     Text // of its first octet
	CTL      tcp.Flags
	Options  OptionSet
	TSval    uint8
}

// Len is SEG.LEN.
func (p *Packet) Len() uint32 {
	return uint32(p.DATA) + one(p.CTL.Has(tcp.SYN)) + one(p.CTL.Has(tcp.FIN))
}

// OptionSet is the TCP options of a packet.
type OptionSet uint8

const (
	HasWS OptionSet = 1 << iota
	HasTS
	Forged    // no option: the packet was sent by neither host
	NoMSS     // no MSS option; else there is one, of 1460, in every SYN
	TinyMSS   // … of 1
	WideShift // a shift of 15
)

// Text is what an octet is: the incarnation that sent it, and its position there.
type Text uint8

// Garbage is an octet nobody ever gave to be sent.
const Garbage Text = 0xff

const positionBits = 5

func textAt(life uint8, position uint32) Text {
	return Text(life<<positionBits) | Text(position&(1<<positionBits-1))
}

// MaxQueue is the most segments under way in order, in one direction.
const MaxQueue = 6

// Way is one direction of the network: segments in order, and one that is late.
type Way struct {
	N    uint8
	Late bool
	Seg  [MaxQueue]Packet
	Slow Packet // the late one, if Late
}

// Budget is how much harm may be done: by direction, or by host.
type Budget struct {
	Lose      [2]uint8 // segments of this host that get lost
	Duplicate [2]uint8 // … that arrive twice, the second time behind all others
	Delay     [2]uint8 // … that arrive whenever they like
	Early     [2]uint8 // timers of this host that fire although a segment is under way, or a shorter timer runs
	GiveUp    [2]uint8 // GIVE-UP, USER and TS-RECENT timers of this host that expire
	ICMP      [2]uint8 // ICMP errors that reach this host
	Forge     [2]uint8 // forged segments that reach this host
}
