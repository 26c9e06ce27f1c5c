package model

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// A world is a mosaic: a purse, two hosts, two ways, each written for itself and known
// by a number. What an event does is done to the pieces: those it leaves alone keep theirs.

// mosaic is a World as the search has it.
type mosaic struct {
	purse purse
	host  both // in gallery.hosts
	way   both // in gallery.ways
}

// both is two numbers of pieces, of host A's and of host B's. It is one word, since a
// processor that reads at once what was written half by half has to wait.
type both uint64

func bothOf(a, b uint32) both { return both(a) | both(b)<<32 }

func (n both) at(i uint8) uint32 { return uint32(n >> (i & 1 * 32)) }

// with is the two with another at i.
func (n both) with(i uint8, number uint32) both {
	at := i & 1 * 32
	return n&^(math.MaxUint32<<at) | both(number)<<at
}

// swapped is the two the other way round.
func (n both) swapped() both { return both(bits.RotateLeft64(uint64(n), 32)) }

// mosaicOctets is the length of an encoded mosaic.
const mosaicOctets = 20

func (m *mosaic) read(b []byte) {
	b = b[:mosaicOctets]
	m.purse = purse(binary.LittleEndian.Uint32(b))
	m.host, m.way = both(binary.LittleEndian.Uint64(b[4:])), both(binary.LittleEndian.Uint64(b[12:]))
}

func (m *mosaic) append(b []byte) []byte {
	b = slices.Grow(b, mosaicOctets)
	x := b[len(b):][:mosaicOctets]
	binary.LittleEndian.PutUint32(x, uint32(m.purse))
	binary.LittleEndian.PutUint64(x[4:], uint64(m.host))
	binary.LittleEndian.PutUint64(x[12:], uint64(m.way))
	return b[:len(b)+mosaicOctets]
}

// pieces is a World written out, taken to pieces and not decoded.
type pieces struct {
	purse     purse
	host, way [2][]byte
}

// dissect takes what Config.Encode has written to pieces. They stay parts of it.
func (m *pieces) dissect(b []byte) {
	m.purse, b = purse(binary.LittleEndian.Uint32(b)), b[4:]
	for i := range m.host {
		n := hostLen(b)
		m.host[i], b = b[:n], b[n:]
	}
	for i := range m.way {
		m.way[i] = laneOf(b).octets
		b = b[len(m.way[i]):]
	}
}

// load is how much is on a lane.
type load struct {
	n    uint8 // segments in order
	late uint8 // 1 if there is a late one
}

// lane is one direction of the network, encoded: segments in order, then the late one.
type lane struct {
	load
	second uint8 // where in octets the second segment begins
	end    uint8 // … and where those in order end
	octets []byte
}

// laneOf is the lane that is written at the front of b.
func laneOf(b []byte) lane {
	l := lane{load: load{b[0] & 0x7f, b[0] >> 7}, second: 1, end: 1}
	for j := range l.n {
		l.end += packetLen(b[l.end:])
		if j == 0 {
			l.second = l.end
		}
	}
	l.octets = b[:l.end]
	if l.late != 0 {
		l.octets = b[:l.end+packetLen(b[l.end:])]
	}
	return l
}

// quiet tells that nothing is under way.
func (l *load) quiet() bool { return l.n|l.late == 0 }

// front is the encoding of the first segment, slow that of the late one.
func (l *lane) front() []byte { return l.octets[1:l.second] }
func (l *lane) slow() []byte  { return l.octets[l.end:] }

// with writes the lane with n segments more at its end, which are given encoded.
func (l *lane) with(n uint8, more, b []byte) []byte {
	b = append(b, l.n+n|l.late<<7)
	b = append(b, l.octets[1:l.end]...)
	b = append(b, more...)
	return append(b, l.slow()...)
}

// change is what can happen to the segments on a lane, other than that some are sent.
type change uint8

const (
	less     change = iota // the first one has arrived, or is lost
	doubled                // the first one is copied to the end
	delayed                // the first one is put aside
	punctual               // the late one has arrived
	numChanges
)

// changed writes the lane with that change.
func (l *lane) changed(c change, b []byte) []byte {
	switch c {
	case less:
		return append(append(b, l.n-1|l.late<<7), l.octets[l.second:]...)
	case doubled:
		return l.with(1, l.front(), b)
	case delayed:
		b = append(append(b, l.n-1|1<<7), l.octets[l.second:l.end]...)
		return append(b, l.front()...)
	}
	return append(append(b, l.n), l.octets[1:l.end]...)
}

// way is a lane that was met, and the numbers of the lanes it has become: one line of a cache.
type way struct {
	to      [numChanges]atomic.Uint32 // 1+number; 0 when nobody has asked yet
	first   uint32                    // the first segment, in gallery.freight, if there is one
	belated uint32                    // … and the late one
	load
	joint [9]atomic.Uint32 // the last ones
}

// joint is what a way became when something was sent on it: that, in gallery.freight, in the
// upper bits, and 1+number in the others. Where a number is too large for it, none is made.
type joint uint32

const jointBits = 22

func jointOf(sent, to uint32) (joint, bool) {
	return joint(sent<<jointBits | to + 1), sent < 1<<(32-jointBits) && to < 1<<jointBits-1
}

// of is the number of the way, if it is the joint of what was sent.
func (j joint) of(sent uint32) (uint32, bool) {
	to := uint32(j) & (1<<jointBits - 1)
	return to - 1, uint32(j)>>jointBits == sent && to != 0
}

// firstOf is the encodings of the first n of several segments.
func firstOf(n uint8, packets []byte) []byte {
	end := uint8(0)
	for range n {
		end += packetLen(packets[end:])
	}
	return packets[:end]
}

// hostLen is the length of the encoding of the host at the front of b.
func hostLen(b []byte) int {
	if s := tcp.State(b[0] & 15); s == tcp.Closed || s == tcp.Listen {
		return 2 + int(b[1]>>7)
	}
	flags := uint16(b[2]) | uint16(b[3])<<8
	n := ownNumbers
	if flags&flagPeer != 0 {
		n += peerNumbers
	}
	if flags&flagExtra != 0 {
		n += extraNumbers
	}
	if flags&flagWide != 0 {
		n += 3 + 3*(bits.OnesCount8(b[8])+bits.OnesCount8(b[9])+bits.OnesCount8(b[10]))
	}
	if flags&flagHeld != 0 {
		n += 2
	}
	return 8 + n
}

// packetLen is the length of the encoding of the segment at the front of b.
func packetLen(b []byte) uint8 {
	n := uint8(4)
	switch {
	case b[0]&packetWide != 0:
		n = 13
	case b[3]>>4 > 0:
		n = 5
	}
	if b[0]&packetExtra != 0 {
		n += 3
	}
	return n
}

// purse is the head of an encoding: how much of each harm may still be done to, or
// by, each host, two bits each; and the time.
type purse uint32

// harmKind is a harm: the place of its first bit in a purse.
type harmKind uint8

const (
	loses      harmKind = 4 * iota // segments of this host that get lost
	duplicates                     // … and so on, as in Budget
	delays
	earlies
	giveUps
	icmps
	forges
	timeBits
)

func purseOf(l *Budget, time uint8) purse {
	p := purse(time) << timeBits
	for i, of := range [...]*[2]uint8{&l.Lose, &l.Duplicate, &l.Delay, &l.Early, &l.GiveUp, &l.ICMP, &l.Forge} {
		p |= purse(of[0]&3|of[1]&3<<2) << (4 * i)
	}
	return p
}

// budget is what is left, and the time.
func (p purse) budget() (l Budget, time uint8) {
	for i, of := range [...]*[2]uint8{&l.Lose, &l.Duplicate, &l.Delay, &l.Early, &l.GiveUp, &l.ICMP, &l.Forge} {
		*of = [2]uint8{uint8(p>>(4*i)) & 3, uint8(p>>(4*i+2)) & 3}
	}
	return l, p.time()
}

func (p purse) time() uint8                     { return uint8(p >> timeBits) }
func (p purse) at(time uint8) purse             { return p&(1<<timeBits-1) | purse(time)<<timeBits }
func (p purse) left(h harmKind, i uint8) bool   { return p>>(uint8(h)+2*i)&3 != 0 }
func (p purse) spent(h harmKind, i uint8) purse { return p - 1<<(uint8(h)+2*i) }

func (p purse) append(b []byte) []byte { return binary.LittleEndian.AppendUint32(b, uint32(p)) }
