package buffer

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Receive keeps the octets that have arrived: first those that are in sequence
// and wait to be read, then, with holes between them, those that wait for text
// before them (SHLD-31) and perhaps the FIN. Text in sequence ends at RCV.NXT.
//
// An octet that is held is never changed: later copies of it are ignored, so
// that nobody can rewrite what the peer was told has arrived.
type Receive struct {
	pages     pages
	limit     int
	maxPieces int
	head      uint64 // position of the octet to be read next
	tail      uint64 // position of RCV.NXT

	pieces   []piece // above tail, in order, neither touching nor overlapping
	fin      uint64  // position of the FIN, if hasFIN
	hasFIN   bool
	overflow uint64 // octets refused or given up because of too many pieces
}

// piece is text that is held from one position up to another.
type piece struct{ from, to uint64 }

// NewReceive makes a buffer for up to limit octets, read or not, and for up to
// pieces separate parts of text out of order; it takes its memory from a pool as
// it needs it.
func NewReceive(limit, pieces int, pool *Pool) Receive {
	return Receive{pages: pages{pool: pool}, limit: limit, maxPieces: pieces}
}

// Len is how many octets are ready to be read.
func (r *Receive) Len() int { return int(r.tail - r.head) }

// Room is how many octets more the buffer takes, held ones included: the
// greatest RCV.WND it can stand.
func (r *Receive) Room() int { return max(r.limit-r.Len(), 0) }

// SetLimit changes how many octets the buffer takes; those it has stay.
func (r *Receive) SetLimit(limit int) { r.limit = limit }

// Held is how many octets wait out of sequence, and in how many pieces.
func (r *Receive) Held() (octets, pieces int) {
	for _, p := range r.pieces {
		octets += int(p.to - p.from)
	}
	return octets, len(r.pieces)
}

// Overflow is how many octets were refused, or given up, because there would
// have been too many pieces.
func (r *Receive) Overflow() uint64 { return r.overflow }

// Deliver adds the text that is next in sequence: RCV.NXT goes up by its length.
// All of it is taken, since the window offered room for it.
func (r *Receive) Deliver(text []byte) {
	if len(r.pieces) == 0 && !r.hasFIN { // nearly always
		r.pages.write(r.tail, text)
		r.tail += uint64(len(text))
		return
	}
	first, after := r.overlapping(r.tail, r.tail+uint64(len(text)))
	r.fill(r.tail, text, r.pieces[first:after])
	r.advance(len(text))
}

// Hold keeps text that is out of sequence, and remembers whether a FIN follows
// it. The text begins at from; rcvNXT is RCV.NXT. It says how many octets were
// new. Octets beyond the room or beyond a known FIN are not taken; when there
// are too many pieces the furthest are given up (D-20).
func (r *Receive) Hold(rcvNXT, from tcp.Seq, text []byte, fin bool) (kept int) {
	// Modular: text that begins below RCV.NXT has a negative offset.
	begin := int64(int32(from.Sub(rcvNXT)))
	if begin < 0 {
		skip := min(-begin, int64(len(text)))
		text, begin = text[skip:], begin+skip
		if begin < 0 {
			return 0
		}
	}
	at := r.tail + uint64(begin)
	if fin {
		r.holdFIN(at + uint64(len(text)))
	}
	end := min(at+uint64(len(text)), r.edge())
	if r.hasFIN {
		end = min(end, r.fin)
	}
	if at >= end {
		return 0
	}
	return r.insert(at, text[:end-at])
}

// edge is the first position for which there is no room.
func (r *Receive) edge() uint64 { return r.head + uint64(r.limit) }

// holdFIN remembers where the text ends: the first such news counts, unless text
// from behind that place has been taken already.
func (r *Receive) holdFIN(at uint64) {
	last := len(r.pieces) - 1
	if r.hasFIN || at > r.edge() || last >= 0 && r.pieces[last].to > at {
		return
	}
	r.fin, r.hasFIN = at, true
}

// insert puts text at a position and joins the pieces it touches.
func (r *Receive) insert(at uint64, text []byte) (kept int) {
	joined := piece{at, at + uint64(len(text))}
	first, after := r.overlapping(joined.from, joined.to)
	if first == after && !r.makeRoom(first, len(text)) {
		return 0
	}
	kept = r.fill(at, text, r.pieces[first:after])
	if first < after {
		joined.from = min(joined.from, r.pieces[first].from)
		joined.to = max(joined.to, r.pieces[after-1].to)
	}
	r.pieces = slices.Replace(r.pieces, first, after, joined)
	return kept
}

// makeRoom gives up the last piece if a new one, of so many octets, would be one
// too many; if the new one would be the last, it is the one not to be taken.
func (r *Receive) makeRoom(index, octets int) bool {
	last := len(r.pieces) - 1
	if len(r.pieces) < r.maxPieces {
		return true
	}
	if index > last {
		r.overflow += uint64(octets)
		return false
	}
	r.overflow += r.pieces[last].to - r.pieces[last].from
	r.pieces = r.pieces[:last]
	return true
}

// overlapping finds the pieces, first … after-1, that touch or overlap the text
// from one position up to another. Without any, first is where they would be.
func (r *Receive) overlapping(from, to uint64) (first, after int) {
	first, _ = slices.BinarySearchFunc(r.pieces, from, func(p piece, from uint64) int {
		if p.to < from {
			return -1
		}
		return 1
	})
	after, _ = slices.BinarySearchFunc(r.pieces, to, func(p piece, to uint64) int {
		if p.from <= to {
			return -1
		}
		return 1
	})
	return first, max(first, after)
}

// fill writes text at a position, except for the octets that are in held, and
// says how many it wrote.
func (r *Receive) fill(at uint64, text []byte, held []piece) (written int) {
	end := at + uint64(len(text))
	write := func(from, to uint64) {
		if from < to {
			r.pages.write(from, text[from-at:to-at])
			written += int(to - from)
		}
	}
	next := at
	for _, p := range held {
		write(next, min(p.from, end))
		next = max(next, p.to)
	}
	write(next, end)
	return written
}

// Next tells of what is held: how many octets are next in sequence, whether the
// FIN follows them, and whether more is held beyond.
func (r *Receive) Next() (octets int, fin, more bool) {
	rest := r.pieces
	if len(rest) > 0 && rest[0].from == r.tail {
		octets, rest = int(rest[0].to-r.tail), rest[1:]
	}
	fin = r.hasFIN && r.fin == r.tail+uint64(octets)
	return octets, fin, len(rest) > 0 || r.hasFIN && !fin
}

// DeliverHeld adds n held octets that are next in sequence to those that can be
// read: RCV.NXT goes up by n, which must not be more than Next told of. They are
// in their place already.
func (r *Receive) DeliverHeld(n int) {
	octets, _, _ := r.Next()
	r.advance(min(max(n, 0), octets))
}

// advance moves the end of the text in sequence over n octets.
func (r *Receive) advance(n int) {
	r.tail += uint64(n)
	below := 0
	for below < len(r.pieces) && r.pieces[below].to <= r.tail {
		below++
	}
	r.pieces = slices.Delete(r.pieces, 0, below)
	if len(r.pieces) > 0 {
		r.pieces[0].from = max(r.pieces[0].from, r.tail)
	}
	if r.hasFIN && r.fin < r.tail {
		r.hasFIN = false
	}
}

// Read moves octets in sequence to b and says how many.
func (r *Receive) Read(b []byte) int {
	n := min(len(b), r.Len())
	r.pages.read(r.head, b[:n])
	r.discard(n)
	return n
}

// Forget gives up what is held out of sequence, the FIN too.
func (r *Receive) Forget() {
	r.pieces, r.hasFIN = nil, false
	r.discard(0)
}

// Reset empties the buffer; what was held is forgotten, the FIN too.
func (r *Receive) Reset() {
	r.Forget()
	r.discard(r.Len())
}

// discard takes n octets off the front.
func (r *Receive) discard(n int) {
	r.head += uint64(n)
	if r.head == r.tail && len(r.pieces) == 0 {
		r.pages.freeAll()
	} else {
		r.pages.freeBelow(r.head)
	}
}
