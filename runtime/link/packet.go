package link

import "sync"

// Headroom is how many octets every packet from Get has in front of it, for
// what a device wants there.
const Headroom = 16

// Packet is one IP packet. It has one owner at a time; links and engines pass
// it on rather than copy it.
type Packet struct {
	B []byte // the packet; may be shortened, or replaced

	frame []byte // the headroom and the packet's memory behind it
}

// Sizes of the memory of a packet, headroom included: what an Ethernet carries,
// a jumbo frame, and the greatest packet there is.
var sizes = [...]int{2048, 16 * 1024, Headroom + 65535}

var pools [len(sizes)]sync.Pool

// Get makes a packet of n octets, 0 to 65535, whose contents are arbitrary. It
// panics if n is greater.
func Get(n int) *Packet {
	class := 0
	for n+Headroom > sizes[class] {
		class++
	}
	p, _ := pools[class].Get().(*Packet)
	if p == nil {
		p = &Packet{frame: make([]byte, sizes[class])}
	}
	p.B = p.frame[Headroom : Headroom+n]
	return p
}

// Copy makes a packet with the octets of b.
func Copy(b []byte) *Packet {
	p := Get(len(b))
	copy(p.B, b)
	return p
}

// Put returns a packet that is needed no more. Nobody may keep it, or a view of it.
func Put(p *Packet) {
	p.B = nil
	for class, size := range sizes {
		if len(p.frame) == size {
			pools[class].Put(p)
			return
		}
	}
}

// PutAll returns the packets of a batch, and clears the batch.
func PutAll(batch []*Packet) {
	for i, p := range batch {
		Put(p)
		batch[i] = nil
	}
}

// Frame is the packet with the headroom in front of it, from Headroom before its
// first octet to its last. If B is not where Get has placed it, it is moved there.
func (p *Packet) Frame() []byte {
	n := len(p.B)
	if len(p.frame) < Headroom+n {
		p.frame = make([]byte, Headroom+n)
	}
	if n > 0 && &p.B[0] != &p.frame[Headroom] {
		copy(p.frame[Headroom:], p.B)
		p.B = p.frame[Headroom : Headroom+n]
	}
	return p.frame[:Headroom+n]
}
