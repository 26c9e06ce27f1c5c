package model

import (
	"encoding/binary"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// The canonical form of a World. Sequence numbers are written relative to the ISS
// of their sender's first incarnation: worlds that differ only in where the
// numbers begin are one. What is zero is left out, and one octet does for a
// number in all but odd cases (a "wide" host has four for those that need them, a
// "wide" packet for each).

const bias = 16 // numbers a little below the first ISS occur, too

// Encode appends the canonical form of w.
func (c *Config) Encode(w *World, b []byte) []byte {
	b = purseOf(&w.Left, w.Time).append(b)
	for i := range w.Host {
		b = c.encodeHost(i, &w.Host[i], b)
	}
	for i := range w.Net {
		b = c.encodeWay(i, &w.Net[i], b)
	}
	return b
}

// encodeWay writes the segments on their way from host i: those in order, and the late one, if there is one.
func (c *Config) encodeWay(i int, way *Way, b []byte) []byte {
	b = append(b, way.N|bit(way.Late)<<7)
	for j := range way.Seg[:way.N] {
		b = c.encodePacket(i, &way.Seg[j], b)
	}
	if way.Late {
		b = c.encodePacket(i, &way.Slow, b)
	}
	return b
}

// Decode is the inverse of Encode.
func (c *Config) Decode(b []byte, w *World) {
	var p pieces
	p.dissect(b)
	*w = World{}
	w.Left, w.Time = p.purse.budget()
	for i := range w.Host {
		c.decodeHost(i, &w.Host[i], p.host[i])
		l, way := laneOf(p.way[i]), &w.Net[i]
		way.N, way.Late = l.n, l.late != 0
		rest := l.octets[1:]
		for j := range way.N {
			rest = c.decodePacket(i, &way.Seg[j], rest)
		}
		if way.Late {
			c.decodePacket(i, &way.Slow, rest)
		}
	}
}

func bit(x bool) uint8 {
	if x {
		return 1
	}
	return 0
}

// Flags of a host's encoding. Those of the TCB come first.
const (
	flagPassive = 1 << iota
	flagSYNOutstanding
	flagFINQueued
	flagFINSent
	flagReaderGone
	flagHoles
	flagSNDUrgent
	flagRCVUrgent
	flagWS
	flagTS
	flagOutdated
	flagEOF
	flagHeld  // Held and HeldFIN follow
	flagExtra // what is seldom there follows
	flagWide  // three octets tell which numbers have four octets
	flagPeer  // the peer's SYN is in
)

func (h *Host) flags() uint16 {
	t := &h.TCB
	return uint16(bit(t.PassiveOpen)) | uint16(bit(t.SYNOutstanding))<<1 | uint16(bit(t.FINQueued))<<2 |
		uint16(bit(t.FINSent))<<3 | uint16(bit(t.ReaderGone))<<4 | uint16(bit(t.Holes))<<5 |
		uint16(bit(t.SND.Urgent))<<6 | uint16(bit(t.RCV.Urgent))<<7 | uint16(bit(t.WS.OK))<<8 |
		uint16(bit(t.TS.OK))<<9 | uint16(bit(t.TS.Outdated))<<10 | uint16(bit(h.EOF))<<11
}

// The numbers of a host, as offsets or counts: those every connection has, those
// that need a peer, and those that are mostly zero.
const (
	ownNumbers   = 6
	peerNumbers  = 6
	extraNumbers = 11
)

type numbers struct {
	own   [ownNumbers]uint32
	peer  [peerNumbers]uint32
	extra [extraNumbers]uint32
}

func (c *Config) numbers(i int, h *Host, n *numbers) {
	t := &h.TCB
	own, other := c.ISS[i]-bias, c.ISS[1-i]-bias
	n.own = [...]uint32{t.SND.UNA.Sub(own), t.SND.NXT.Sub(own), t.SND.WND, t.SND.ACKED, t.MAX.SND.WND, t.RCV.WND}
	n.extra = [...]uint32{
		t.SND.UP.Sub(t.ISS), 0, t.SND.MSS, uint32(t.Snd.Wind.Shift), uint32(t.Rcv.Wind.Shift),
		uint32(t.Retransmissions), uint32(t.Probes), uint32(t.Challenges), uint32(t.TS.Recent),
		t.ISS.Sub(c.iss(i, h.Lives)), uint32(bit(h.Strange) | bit(h.Torn)<<1),
	}
	n.peer = [peerNumbers]uint32{}
	if knowsPeer(t) {
		n.peer = [...]uint32{
			t.SND.WL1.Sub(other), t.SND.WL2.Sub(own), t.IRS.Sub(other), t.RCV.NXT.Sub(other), t.RCV.ADV.Sub(other), t.Last.ACK.Sent.Sub(other),
		}
		n.extra[1] = t.RCV.UP.Sub(t.IRS + 1)
		n.extra[2] -= c.usualMSS(i, t.TS.OK)
	}
	if t.TS.OK {
		n.extra[8] -= uint32(stampBase)
	}
}

func (c *Config) setNumbers(i int, h *Host, n *numbers, peer bool) {
	t := &h.TCB
	own, other := c.ISS[i]-bias, c.ISS[1-i]-bias
	t.SND.UNA, t.SND.NXT, t.SND.WND = own.Add(n.own[0]), own.Add(n.own[1]), n.own[2]
	t.SND.ACKED, t.MAX.SND.WND, t.RCV.WND = n.own[3], n.own[4], n.own[5]
	t.ISS = c.iss(i, h.Lives).Add(n.extra[9])
	t.SND.UP, t.SND.MSS = t.ISS.Add(n.extra[0]), n.extra[2]
	t.Snd.Wind.Shift, t.Rcv.Wind.Shift = uint8(n.extra[3]), uint8(n.extra[4])
	t.Retransmissions, t.Probes, t.Challenges = uint8(n.extra[5]), uint8(n.extra[6]), uint8(n.extra[7])
	t.TS.Recent = tcp.Stamp(n.extra[8])
	h.Strange, h.Torn = n.extra[10]&1 != 0, n.extra[10]&2 != 0
	if peer {
		t.SND.WL1, t.SND.WL2, t.IRS = other.Add(n.peer[0]), own.Add(n.peer[1]), other.Add(n.peer[2])
		t.RCV.NXT, t.RCV.ADV, t.Last.ACK.Sent = other.Add(n.peer[3]), other.Add(n.peer[4]), other.Add(n.peer[5])
		t.RCV.UP = (t.IRS + 1).Add(n.extra[1])
		t.SND.MSS += c.usualMSS(i, t.TS.OK)
	}
	if t.TS.OK {
		t.TS.Recent += stampBase
	}
}

// usualMSS is what SND.MSS is once the peer's SYN is in.
func (c *Config) usualMSS(i int, timestamps bool) uint32 {
	n := c.Settings[i].PATH.MSS
	if timestamps {
		n -= 12
	}
	return n
}

// knowsPeer tells whether one of the variables is set that a peer's SYN sets.
func knowsPeer(t *tcp.TCB) bool {
	return t.SND.WL1|t.SND.WL2|t.IRS|t.RCV.NXT|t.RCV.UP|t.RCV.ADV|t.Last.ACK.Sent != 0
}

// encodeHost writes a head of two octets and, if there is a connection, flags,
// timers and numbers.
func (c *Config) encodeHost(i int, h *Host, b []byte) []byte {
	t := &h.TCB
	vacant := h.vacant()
	odd := vacant && (h.Strange || h.Torn)
	b = append(b, uint8(t.State)|bit(h.Listening)<<4|uint8(h.Ended)<<5, h.Next|h.Lives<<4|bit(odd)<<7)
	if vacant {
		if odd {
			b = append(b, bit(h.Strange)|bit(h.Torn)<<1)
		}
		return b
	}
	flags := h.flags()
	if h.Held|h.HeldFIN != 0 {
		flags |= flagHeld
	}
	peer := knowsPeer(t)
	if peer {
		flags |= flagPeer
	}
	// Nearly always every number fits one octet and nothing extra is there.
	own, other := c.ISS[i]-bias, c.ISS[1-i]-bias
	una, nxt := t.SND.UNA.Sub(own), t.SND.NXT.Sub(own)
	large := una | nxt | t.SND.WND | t.SND.ACKED | t.MAX.SND.WND | t.RCV.WND
	var wl1, wl2, irs, rcv, adv, last uint32
	if peer {
		wl1, wl2, irs = t.SND.WL1.Sub(other), t.SND.WL2.Sub(own), t.IRS.Sub(other)
		rcv, adv, last = t.RCV.NXT.Sub(other), t.RCV.ADV.Sub(other), t.Last.ACK.Sent.Sub(other)
		large |= wl1 | wl2 | irs | rcv | adv | last
	}
	if large > 0xff || c.extra(i, h, peer) {
		return c.encodeOdd(i, h, flags, b)
	}
	b = append(b, uint8(flags), uint8(flags>>8), uint8(t.Timers), uint8(t.Timers>>8), h.Submitted|h.Front<<4, h.Received|h.Read<<4,
		uint8(una), uint8(nxt), uint8(t.SND.WND), uint8(t.SND.ACKED), uint8(t.MAX.SND.WND), uint8(t.RCV.WND))
	if peer {
		b = append(b, uint8(wl1), uint8(wl2), uint8(irs), uint8(rcv), uint8(adv), uint8(last))
	}
	if flags&flagHeld != 0 {
		b = append(b, h.Held, h.HeldFIN)
	}
	return b
}

// extra tells whether one of the numbers is there that seldom are.
func (c *Config) extra(i int, h *Host, peer bool) bool {
	t := &h.TCB
	odd, mss := t.SND.UP != t.ISS || t.ISS != c.iss(i, h.Lives), t.SND.MSS
	if peer {
		odd = odd || t.RCV.UP != t.IRS+1
		mss -= c.usualMSS(i, t.TS.OK)
	}
	few := t.Snd.Wind.Shift | t.Rcv.Wind.Shift | t.Retransmissions | t.Probes | t.Challenges
	return odd || mss|uint32(few) != 0 || t.TS.OK || t.TS.Recent != 0 || h.Strange || h.Torn
}

// encodeOdd is encodeHost when something is extra or large.
func (c *Config) encodeOdd(i int, h *Host, flags uint16, b []byte) []byte {
	t := &h.TCB
	var n numbers
	c.numbers(i, h, &n)
	if c.extra(i, h, flags&flagPeer != 0) {
		flags |= flagExtra
	}
	wide := n.wide(flags)
	if wide != 0 {
		flags |= flagWide
	}
	b = append(b, uint8(flags), uint8(flags>>8), uint8(t.Timers), uint8(t.Timers>>8), h.Submitted|h.Front<<4, h.Received|h.Read<<4)
	if wide != 0 {
		b = append(b, uint8(wide), uint8(wide>>8), uint8(wide>>16))
	}
	for _, list := range n.lists(flags) {
		for _, x := range list {
			if x > 0xff {
				b = binary.LittleEndian.AppendUint32(b, x)
			} else {
				b = append(b, uint8(x))
			}
		}
	}
	if flags&flagHeld != 0 {
		b = append(b, h.Held, h.HeldFIN)
	}
	return b
}

// wide is the numbers, by their places, that one octet cannot hold.
func (n *numbers) wide(flags uint16) (places uint32) {
	place := 0
	for _, list := range n.lists(flags) {
		for _, x := range list {
			if x > 0xff {
				places |= 1 << place
			}
			place++
		}
	}
	return places
}

// lists are those of the numbers that an encoding with these flags has.
func (n *numbers) lists(flags uint16) [][]uint32 {
	lists := [][]uint32{n.own[:]}
	if flags&flagPeer != 0 {
		lists = append(lists, n.peer[:])
	}
	if flags&flagExtra != 0 {
		lists = append(lists, n.extra[:])
	}
	return lists
}

func (c *Config) decodeHost(i int, h *Host, b []byte) {
	t := &h.TCB
	t.Settings = c.Settings[i]
	t.State, h.Listening, h.Ended = tcp.State(b[0]&15), b[0]>>4&1 != 0, Ending(b[0]>>5)
	h.Next, h.Lives = b[1]&15, b[1]>>4&7
	if t.State == tcp.Closed || t.State == tcp.Listen {
		if b[1]>>7 != 0 { // odd
			h.Strange, h.Torn = b[2]&1 != 0, b[2]&2 != 0
		}
		return
	}
	b = b[2:]
	flags := uint16(b[0]) | uint16(b[1])<<8
	h.setFlags(flags)
	t.Timers = tcp.Timers(b[2]) | tcp.Timers(b[3])<<8
	h.Submitted, h.Front, h.Received, h.Read = b[4]&15, b[4]>>4, b[5]&15, b[5]>>4
	var n numbers
	b = n.read(flags, b[6:])
	c.setNumbers(i, h, &n, flags&flagPeer != 0)
	if flags&flagHeld != 0 {
		h.Held, h.HeldFIN = b[0], b[1]
	}
}

func (n *numbers) read(flags uint16, b []byte) []byte {
	wide := uint32(0)
	if flags&flagWide != 0 {
		wide, b = uint32(b[0])|uint32(b[1])<<8|uint32(b[2])<<16, b[3:]
	}
	for _, list := range n.lists(flags) {
		for j := range list {
			if wide&1 != 0 {
				list[j], b = binary.LittleEndian.Uint32(b), b[4:]
			} else {
				list[j], b = uint32(b[0]), b[1:]
			}
			wide >>= 1
		}
	}
	return b
}

func (h *Host) setFlags(f uint16) {
	t := &h.TCB
	t.PassiveOpen, t.SYNOutstanding = f&flagPassive != 0, f&flagSYNOutstanding != 0
	t.FINQueued, t.FINSent = f&flagFINQueued != 0, f&flagFINSent != 0
	t.ReaderGone, t.Holes = f&flagReaderGone != 0, f&flagHoles != 0
	t.SND.Urgent, t.RCV.Urgent = f&flagSNDUrgent != 0, f&flagRCVUrgent != 0
	t.WS.OK, t.TS.OK, t.TS.Outdated = f&flagWS != 0, f&flagTS != 0, f&flagOutdated != 0
	h.EOF = f&flagEOF != 0
}

// Beside the six control bits that are used, a packet's first octet says how it is written.
const (
	packetWide  = 1 << 6 // numbers have four octets, counts two
	packetExtra = 1 << 7 // UP, Options and TSval follow
	controlBits = packetWide - 1
)
