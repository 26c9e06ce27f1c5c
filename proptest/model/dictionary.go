package model

import (
	"bytes"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// dictionary numbers the pieces that worlds are made of: equal octets have one number,
// and different ones two, as long as it lives. Who has a number looks it up without a lock.
type dictionary[T any] struct {
	mu     sync.RWMutex
	number map[string]uint32
	shelf  atomic.Pointer[shelf[T]]
	read   func(entry *T, octets []byte) // fills a new entry
	held   int64                         // octets of memory
}

// shelf is what is known of pieces, in blocks that stay where they are. Of many pieces few are
// at hand: what is asked for together stands together, and nothing else between.
type shelf[T any] struct {
	prints  []*[dictionaryBlock]explore.Print
	entries []*[dictionaryBlock]T
	octets  []*[dictionaryBlock][]byte
}

// slot is the octets of an entry of number, at the least load of the map, and those by which
// the two copies of what is numbered are rounded up.
var slot = sizeOf[struct {
	octets string
	number uint32
}]()*16/7 + 2*8

const dictionaryBlock = 1 << 9

// at is the entry of a number. It stays where it is.
func (d *dictionary[T]) at(number uint32) *T {
	return &d.shelf.Load().entries[number/dictionaryBlock][number%dictionaryBlock]
}

// print is the fingerprint of a piece.
func (d *dictionary[T]) print(number uint32) *explore.Print {
	return &d.shelf.Load().prints[number/dictionaryBlock][number%dictionaryBlock]
}

// spelt is the octets of a piece.
func (d *dictionary[T]) spelt(number uint32) []byte {
	return d.shelf.Load().octets[number/dictionaryBlock][number%dictionaryBlock]
}

// numberOf is the number of octets.
func (d *dictionary[T]) numberOf(octets []byte) uint32 {
	d.mu.RLock()
	n, known := d.number[string(octets)]
	d.mu.RUnlock()
	if known {
		return n
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if n, known := d.number[string(octets)]; known {
		return n
	}
	if d.number == nil {
		d.number = map[string]uint32{}
	}
	n = uint32(len(d.number))
	if n%dictionaryBlock == 0 {
		d.lengthen()
	}
	octets = bytes.Clone(octets)
	*d.print(n) = explore.Fingerprint(octets)
	d.shelf.Load().octets[n/dictionaryBlock][n%dictionaryBlock] = octets
	if d.read != nil {
		d.read(d.at(n), octets)
	}
	d.number[string(octets)] = n
	d.held += int64(2*len(octets)) + slot
	return n
}

// size is how many numbers there are.
func (d *dictionary[T]) size() uint32 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return uint32(len(d.number))
}

// octets is the memory that it holds.
func (d *dictionary[T]) octets() int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.held
}

// sizeOf is the octets of a value, without what it points to.
func sizeOf[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

// lengthen makes one block more. Whoever looks meanwhile has no number in it.
func (d *dictionary[T]) lengthen() {
	var s shelf[T]
	if p := d.shelf.Load(); p != nil {
		s = *p
	}
	s.prints = append(s.prints, new([dictionaryBlock]explore.Print))
	s.entries = append(s.entries, new([dictionaryBlock]T))
	s.octets = append(s.octets, new([dictionaryBlock][]byte))
	d.held += dictionaryBlock * (sizeOf[explore.Print]() + sizeOf[T]() + sizeOf[[]byte]())
	d.shelf.Store(&s)
}
