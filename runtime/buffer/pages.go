package buffer

// pageSize is the octets of a page: a power of two, large enough for several
// segments of an Ethernet, small enough that many connections with little to say
// do not hold much.
const pageSize = 8192

type page [pageSize]byte

// Pool is where the buffers of one owner take their pages from, and the most
// recently returned is taken first, being most likely in the processor's cache.
// The zero value is a pool that keeps no free page.
type Pool struct {
	free []*page
	keep int
}

// NewPool makes a pool that keeps up to so many octets of free pages; what is
// returned beyond them is left to the garbage collector.
func NewPool(keep int) *Pool { return &Pool{keep: keep / pageSize} }

func (p *Pool) get() *page {
	last := len(p.free) - 1
	if last < 0 {
		return new(page)
	}
	taken := p.free[last]
	p.free[last] = nil
	p.free = p.free[:last]
	return taken
}

func (p *Pool) put(returned *page) {
	if len(p.free) < p.keep {
		p.free = append(p.free, returned)
	}
}

// pages is a row of octets that begins somewhere and has no end. Positions are
// counted from the beginning of the connection. Only pages that were written on
// have memory, wherever they are.
type pages struct {
	pool  *Pool
	table []*page // page n has its place at n modulo the length, a power of two
	first uint64  // the pages that may have memory are first … end-1
	end   uint64
}

// write copies b to the octets from position at on.
func (s *pages) write(at uint64, b []byte) {
	for len(b) > 0 {
		n := copy(s.writable(at / pageSize)[at%pageSize:], b)
		at, b = at+uint64(n), b[n:]
	}
}

// read copies the octets from position at on to b. They must have been written.
func (s *pages) read(at uint64, b []byte) {
	for len(b) > 0 {
		n := copy(b, s.table[s.place(at/pageSize)][at%pageSize:])
		at, b = at+uint64(n), b[n:]
	}
}

func (s *pages) place(n uint64) uint64 { return n & uint64(len(s.table)-1) }

// writable is page n, which gets memory if it has none.
func (s *pages) writable(n uint64) *page {
	if n < s.first || n >= s.end {
		s.extend(n)
	}
	place := s.place(n)
	if s.table[place] == nil {
		s.table[place] = s.pool.get()
	}
	return s.table[place]
}

// extend makes room in the table for page n, which may be before the first one: text
// out of sequence comes early.
func (s *pages) extend(n uint64) {
	first, end := min(s.first, n), max(s.end, n+1)
	if s.first == s.end {
		first, end = n, n+1
	}
	if size := uint64(len(s.table)); end-first > size {
		size = max(size, 4)
		for size < end-first {
			size *= 2
		}
		table := make([]*page, size)
		for n := s.first; n < s.end; n++ {
			table[n&(size-1)] = s.table[s.place(n)]
		}
		s.table = table
	}
	s.first, s.end = first, end
}

// freeBelow gives back the pages that end at or below a position.
func (s *pages) freeBelow(at uint64) {
	for ; s.first < s.end && s.first < at/pageSize; s.first++ {
		s.release(s.first)
	}
}

// freeAll gives back every page, and a table that has grown long.
func (s *pages) freeAll() {
	for ; s.first < s.end; s.first++ {
		s.release(s.first)
	}
	const short = 256 // a buffer of 1 MiB empties and fills without allocating
	if len(s.table) > short {
		s.table = nil
	}
}

func (s *pages) release(n uint64) {
	place := s.place(n)
	if s.table[place] != nil {
		s.pool.put(s.table[place])
		s.table[place] = nil
	}
}
