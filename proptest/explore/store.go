package explore

import (
	"encoding/binary"
	"sync/atomic"
)

// store keeps the encodings of exact mode: blocks that are filled and never moved.
// A reference is block<<blockBits | offset, and never 0.
type store struct {
	blocks []atomic.Pointer[[]byte]
	taken  atomic.Int64
}

const (
	blockBits = 20
	maxBlocks = 1 << 14 // 16 GiB of encodings
)

func newStore() *store { return &store{blocks: make([]atomic.Pointer[[]byte], maxBlocks)} }

func (s *store) octets() int64 { return s.taken.Load() << blockBits }

// at returns the encoding that the low refBits of x refer to.
func (s *store) at(x uint64) []byte {
	ref := x & (1<<refBits - 1)
	b := (*s.blocks[ref>>blockBits].Load())[ref&(1<<blockBits-1):]
	n := binary.LittleEndian.Uint16(b)
	return b[2 : 2+n]
}

// arena is one worker's place to write encodings.
type arena struct {
	store *store
	block []byte
	base  uint64 // reference of the block's first octet
	used  int
}

// put writes an encoding and returns its reference. It panics when the store is
// full: 16 GiB are beyond any memory bound that is meant seriously.
func (a *arena) put(encoding []byte) uint64 {
	n := 2 + len(encoding)
	if a.used+n > len(a.block) {
		i := a.store.taken.Add(1) - 1
		if i >= maxBlocks {
			panic("explore: the store of exact mode is full")
		}
		block := make([]byte, 1<<blockBits)
		a.block = block
		a.base, a.used = uint64(i)<<blockBits, 1 // 1: no reference is 0
		a.store.blocks[i].Store(&block)
	}
	ref := a.base + uint64(a.used)
	binary.LittleEndian.PutUint16(a.block[a.used:], uint16(len(encoding)))
	copy(a.block[a.used+2:], encoding)
	a.used += n
	return ref
}

// takeBack undoes the last put.
func (a *arena) takeBack(encoding []byte) { a.used -= 2 + len(encoding) }
