package explore

import (
	"bytes"
	"runtime"
	"sync/atomic"
)

// visited is the set of states seen so far. touch, add may be called by many at
// once; grow by one alone.
type visited interface {
	// touch loads the place where f is, or would be, so that the misses of many
	// states overlap. The sum of what it returns must be used.
	touch(f print) uint64
	// add reports whether f was not there before, and the state's index if the set numbers states.
	add(f print, encoding []byte, a *arena) (id uint32, fresh bool)
	// places is how many entries there is room for; grow makes it n.
	places() int
	grow(n int)
	// octets is the memory that n places take.
	octets(n int) int64
	// each visits all entries.
	each(visit func(print))
}

// prints64 holds fingerprints of 64 bits: open addressing with linear probing.
type prints64 struct{ slots []atomic.Uint64 }

func (t *prints64) touch(f print) uint64   { return t.slots[place(f.a, len(t.slots))].Load() }
func (t *prints64) places() int            { return len(t.slots) }
func (t *prints64) octets(n int) int64     { return 8 * int64(n) }
func (t *prints64) each(visit func(print)) { eachSlot(t.slots, func(x uint64) { visit(print{a: x}) }) }

func (t *prints64) add(f print, _ []byte, _ *arena) (uint32, bool) {
	for i := place(f.a, len(t.slots)); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		switch p := &t.slots[i]; p.Load() {
		case f.a:
			return 0, false
		case 0:
			if p.CompareAndSwap(0, f.a) {
				return 0, true
			}
			if p.Load() == f.a {
				return 0, false
			}
		}
	}
}

func (t *prints64) grow(n int) {
	old := t.slots
	t.slots = make([]atomic.Uint64, n)
	eachSlot(old, func(x uint64) { t.add(print{a: x}, nil, nil) })
}

func eachSlot(slots []atomic.Uint64, visit func(uint64)) {
	for i := range slots {
		if x := slots[i].Load(); x != 0 {
			visit(x)
		}
	}
}

// prints128 holds fingerprints of 128 bits.
type prints128 struct{ slots []pair }

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

func (t *prints128) touch(f print) uint64 { return t.slots[place(f.a, len(t.slots))].a.Load() }
func (t *prints128) places() int          { return len(t.slots) }
func (t *prints128) octets(n int) int64   { return 16 * int64(n) }

func (t *prints128) each(visit func(print)) {
	for i := range t.slots {
		if x := t.slots[i].a.Load(); x != 0 {
			visit(print{x, t.slots[i].second()})
		}
	}
}

func (t *prints128) add(f print, _ []byte, _ *arena) (uint32, bool) {
	for i := place(f.a, len(t.slots)); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		p := &t.slots[i]
		if p.a.Load() == 0 && p.a.CompareAndSwap(0, f.a) {
			p.b.Store(f.b)
			return 0, true
		}
		if p.a.Load() == f.a && p.second() == f.b {
			return 0, false
		}
	}
}

func (t *prints128) grow(n int) {
	old := prints128{t.slots}
	t.slots = make([]pair, n)
	old.each(func(f print) { t.add(f, nil, nil) })
}

// numbered holds fingerprints of 64 bits and gives each state an index.
type numbered struct {
	slots []atomic.Uint64
	ids   []atomic.Uint32 // index+1; written just behind its slot
	next  *atomic.Uint32
}

func (t *numbered) touch(f print) uint64   { return t.slots[place(f.a, len(t.slots))].Load() }
func (t *numbered) places() int            { return len(t.slots) }
func (t *numbered) octets(n int) int64     { return 12 * int64(n) }
func (t *numbered) each(visit func(print)) { eachSlot(t.slots, func(x uint64) { visit(print{a: x}) }) }

func (t *numbered) add(f print, _ []byte, _ *arena) (uint32, bool) {
	for i := place(f.a, len(t.slots)); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		p := &t.slots[i]
		if p.Load() == 0 && p.CompareAndSwap(0, f.a) {
			id := t.next.Add(1)
			t.ids[i].Store(id)
			return id - 1, true
		}
		if p.Load() != f.a {
			continue
		}
		for {
			if id := t.ids[i].Load(); id != 0 {
				return id - 1, false
			}
			runtime.Gosched()
		}
	}
}

func (t *numbered) grow(n int) {
	slots, ids := t.slots, t.ids
	t.slots, t.ids = make([]atomic.Uint64, n), make([]atomic.Uint32, n)
	for i := range slots {
		x := slots[i].Load()
		if x == 0 {
			continue
		}
		j := place(x, n)
		for t.slots[j].Load() != 0 {
			j = (j + 1) % n
		}
		t.slots[j].Store(x)
		t.ids[j].Store(ids[i].Load())
	}
}

// whole holds the encodings themselves: it cannot take two states for one. A
// slot has 24 bits of the fingerprint, to spare most comparisons, and 40 that
// say where the encoding is.
type whole struct {
	slots  []atomic.Uint64
	stored *store
}

const refBits = 40

func (t *whole) touch(f print) uint64 { return t.slots[place(f.a, len(t.slots))].Load() }
func (t *whole) places() int          { return len(t.slots) }
func (t *whole) octets(n int) int64   { return 8*int64(n) + t.stored.octets() }
func (t *whole) each(visit func(print)) {
	eachSlot(t.slots, func(x uint64) { visit(fingerprint(t.stored.at(x))) })
}

func (t *whole) add(f print, encoding []byte, a *arena) (uint32, bool) {
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
				return 0, true
			}
			x = p.Load()
		}
		if x>>refBits == f.a<<refBits>>refBits && bytes.Equal(t.stored.at(x), encoding) {
			if written != 0 {
				a.takeBack(encoding)
			}
			return 0, false
		}
	}
}

func (t *whole) grow(n int) {
	old := t.slots
	t.slots = make([]atomic.Uint64, n)
	eachSlot(old, func(x uint64) {
		j := place(fingerprint(t.stored.at(x)).a, n)
		for t.slots[j].Load() != 0 {
			j = (j + 1) % n
		}
		t.slots[j].Store(x)
	})
}
