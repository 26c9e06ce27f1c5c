package buffer

// Send keeps the octets that the user has sent and the peer has not
// acknowledged: the retransmission queue and what is not yet sent, in one. The
// octet at offset 0 is the one at SND.UNA, once the SYN is acknowledged.
type Send struct {
	pages pages
	limit int
	head  uint64 // position of offset 0
	tail  uint64 // where the next octet goes
}

// NewSend makes a buffer for up to limit octets, which takes its memory from a
// pool as it needs it.
func NewSend(limit int, pool *Pool) Send {
	return Send{pages: pages{pool: pool}, limit: limit}
}

// Len is how many octets are in the buffer.
func (s *Send) Len() int { return int(s.tail - s.head) }

// Room is how many octets more the buffer takes.
func (s *Send) Room() int { return max(s.limit-s.Len(), 0) }

// SetLimit changes how many octets the buffer takes; those it has stay.
func (s *Send) SetLimit(limit int) { s.limit = limit }

// Append takes as many octets of b as there is room for, and says how many.
func (s *Send) Append(b []byte) int {
	n := min(len(b), s.Room())
	s.pages.write(s.tail, b[:n])
	s.tail += uint64(n)
	return n
}

// Copy copies octets from an offset on to b, for the first transmission as well
// as for any other, and says how many: fewer than len(b) only if the buffer ends.
func (s *Send) Copy(b []byte, offset int) int {
	if offset < 0 || offset >= s.Len() {
		return 0
	}
	n := min(len(b), s.Len()-offset)
	s.pages.read(s.head+uint64(offset), b[:n])
	return n
}

// Drop takes n acknowledged octets off the front, or all if there are fewer.
func (s *Send) Drop(n int) {
	s.head += uint64(min(max(n, 0), s.Len()))
	if s.head == s.tail {
		s.pages.freeAll()
	} else {
		s.pages.freeBelow(s.head)
	}
}

// Reset empties the buffer.
func (s *Send) Reset() { s.Drop(s.Len()) }
