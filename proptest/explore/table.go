package explore

import (
	"bytes"
	"runtime"
	"sync/atomic"
)

// visited is the set of states seen so far. touch, add may be called by many at
// once; grow by one alone.
type visited interface {
	// touch loads the places where many are, or would be, so that their misses overlap.
	// What it returns must be used.
	touch(many []successor) uint64
	// add reports whether f was not there before, and the state's index if the set numbers states.
	add(f Print, encoding []byte, a *arena) (id uint32, fresh bool)
	// places is how many entries there is room for; grow makes it n.
	places() int
	grow(n int)
	// octets is the memory that n places take.
	octets(n int) int64
	// each visits all entries, with what add was given and gave.
	each(visit func(f Print, encoding []byte, id uint32))
}

// numbers is the indices of states, place by place; the zero value gives none.
type numbers struct {
	ids  []atomic.Uint32 // index+1; written just behind the place
	next *atomic.Uint32  // the next index
}

// give is the index of a new state at place i.
func (n *numbers) give(i int) uint32 {
	if n.next == nil {
		return 0
	}
	id := n.next.Add(1)
	n.ids[i].Store(id)
	return id - 1
}

// index is that of the state at place i: who sees it before its index waits for that.
func (n *numbers) index(i int) uint32 {
	for n.next != nil {
		if id := n.ids[i].Load(); id != 0 {
			return id - 1
		}
		runtime.Gosched()
	}
	return 0
}

// touch loads the places of many, if there are any.
func (n *numbers) touch(many []successor) (sum uint64) {
	if n.next == nil {
		return 0
	}
	for i := range many {
		sum += uint64(n.ids[place(many[i].print.a, len(n.ids))].Load())
	}
	return sum
}

// octets is the memory that so many places take.
func (n *numbers) octets(places int) int64 {
	if n.next == nil {
		return 0
	}
	return 4 * int64(places)
}

// renew makes new places, and returns what moves an index from its old place to a new one.
func (n *numbers) renew(places int) (move func(from, to int)) {
	if n.next == nil {
		return func(int, int) {}
	}
	old := n.ids
	n.ids = make([]atomic.Uint32, places)
	return func(from, to int) { n.ids[to].Store(old[from].Load()) }
}

// prints64 holds fingerprints of 64 bits: open addressing with linear probing.
type prints64 struct {
	slots []atomic.Uint64
	numbers
}

func (t *prints64) touch(many []successor) uint64 {
	return touchSlots(t.slots, many) + t.numbers.touch(many)
}
func (t *prints64) places() int        { return len(t.slots) }
func (t *prints64) octets(n int) int64 { return 8*int64(n) + t.numbers.octets(n) }
func (t *prints64) each(visit func(Print, []byte, uint32)) {
	eachSlot(t.slots, func(i int, x uint64) { visit(Print{a: x}, nil, t.index(i)) })
}

func (t *prints64) add(f Print, _ []byte, _ *arena) (uint32, bool) {
	for i := place(f.a, len(t.slots)); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		p := &t.slots[i]
		x := p.Load()
		if x == 0 {
			if p.CompareAndSwap(0, f.a) {
				return t.give(i), true
			}
			x = p.Load()
		}
		if x == f.a {
			return t.index(i), false
		}
	}
}

func (t *prints64) grow(n int) {
	old, move := t.slots, t.renew(n)
	t.slots = make([]atomic.Uint64, n)
	eachSlot(old, func(i int, x uint64) {
		j := freeSlot(t.slots, x)
		t.slots[j].Store(x)
		move(i, j)
	})
}

// touchSlots is touch, in a loop so short that a core has a dozen loads under way.
func touchSlots(slots []atomic.Uint64, many []successor) (sum uint64) {
	for i := range many {
		sum += slots[place(many[i].print.a, len(slots))].Load()
	}
	return sum
}

func eachSlot(slots []atomic.Uint64, visit func(i int, x uint64)) {
	for i := range slots {
		if x := slots[i].Load(); x != 0 {
			visit(i, x)
		}
	}
}

// freeSlot is the place of a fingerprint that is not there.
func freeSlot(slots []atomic.Uint64, f uint64) int {
	i := place(f, len(slots))
	for slots[i].Load() != 0 {
		i = (i + 1) % len(slots)
	}
	return i
}

// prints128 holds fingerprints of 128 bits.
type prints128 struct {
	slots []pair
	numbers
}

// pair is written first half first: who sees the first and not yet the second waits for it.
type pair struct{ a, b atomic.Uint64 }

func (p *pair) second() uint64 {
	for {
		if x := p.b.Load(); x != 0 {
			return x
		}
		runtime.Gosched()
	}
}

func (t *prints128) places() int        { return len(t.slots) }
func (t *prints128) octets(n int) int64 { return 16*int64(n) + t.numbers.octets(n) }

func (t *prints128) touch(many []successor) (sum uint64) {
	for i := range many {
		sum += t.slots[place(many[i].print.a, len(t.slots))].a.Load()
	}
	return sum + t.numbers.touch(many)
}

func (t *prints128) each(visit func(Print, []byte, uint32)) {
	for i := range t.slots {
		if x := t.slots[i].a.Load(); x != 0 {
			visit(Print{x, t.slots[i].second()}, nil, t.index(i))
		}
	}
}

func (t *prints128) add(f Print, _ []byte, _ *arena) (uint32, bool) {
	for i := place(f.a, len(t.slots)); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		p := &t.slots[i]
		if p.a.Load() == 0 && p.a.CompareAndSwap(0, f.a) {
			p.b.Store(f.b)
			return t.give(i), true
		}
		if p.a.Load() == f.a && p.second() == f.b {
			return t.index(i), false
		}
	}
}

func (t *prints128) grow(n int) {
	old, move := t.slots, t.renew(n)
	t.slots = make([]pair, n)
	for i := range old {
		x := old[i].a.Load()
		if x == 0 {
			continue
		}
		j := place(x, n)
		for t.slots[j].a.Load() != 0 {
			j = (j + 1) % n
		}
		t.slots[j].a.Store(x)
		t.slots[j].b.Store(old[i].second())
		move(i, j)
	}
}

// whole holds the encodings themselves: it cannot take two states for one. A
// slot has 24 bits of the fingerprint, to spare most comparisons, and 40 that
// say where the encoding is.
type whole struct {
	slots  []atomic.Uint64
	stored *store
	hash   func(encoding []byte) Print
	numbers
}

const refBits = 40

func (t *whole) touch(many []successor) uint64 {
	return touchSlots(t.slots, many) + t.numbers.touch(many)
}
func (t *whole) places() int        { return len(t.slots) }
func (t *whole) octets(n int) int64 { return 8*int64(n) + t.numbers.octets(n) + t.stored.octets() }
func (t *whole) each(visit func(Print, []byte, uint32)) {
	eachSlot(t.slots, func(i int, x uint64) {
		encoding := t.stored.at(x)
		visit(t.hash(encoding), encoding, t.index(i))
	})
}

func (t *whole) add(f Print, encoding []byte, a *arena) (uint32, bool) {
	written := uint64(0)
	for i := place(f.a, len(t.slots)); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		p := &t.slots[i]
		x := p.Load()
		if x == 0 {
			if written == 0 {
				written = f.a<<refBits | a.put(encoding)
			}
			if p.CompareAndSwap(0, written) {
				return t.give(i), true
			}
			x = p.Load()
		}
		if x>>refBits == f.a<<refBits>>refBits && bytes.Equal(t.stored.at(x), encoding) {
			if written != 0 {
				a.takeBack(encoding)
			}
			return t.index(i), false
		}
	}
}

func (t *whole) grow(n int) {
	old, move := t.slots, t.renew(n)
	t.slots = make([]atomic.Uint64, n)
	eachSlot(old, func(i int, x uint64) {
		j := freeSlot(t.slots, t.hash(t.stored.at(x)).a)
		t.slots[j].Store(x)
		move(i, j)
	})
}
