package buffer

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"testing/quick"
)

// Whatever is appended, copied and dropped, Send is a slice of octets.
func TestSendIsASlice(t *testing.T) {
	const limit = 3*pageSize + 100
	law := func(seed uint64) bool {
		random := rand.New(rand.NewPCG(seed, 1))
		s, m := NewSend(limit, NewPool(limit)), []byte(nil)
		for range 60 {
			n := random.IntN(2 * pageSize)
			if random.IntN(3) > 0 {
				n = random.IntN(50)
			}
			switch random.IntN(3) {
			case 0:
				b := bytes.Repeat([]byte{byte(random.Uint32()), byte(n)}, n)[:n]
				taken := s.Append(b)
				if taken != min(n, limit-len(m)) {
					t.Logf("%d octets of %d were taken into room for %d", taken, n, limit-len(m))
					return false
				}
				m = append(m, b[:taken]...)
			case 1:
				n = min(n, len(m))
				s.Drop(n)
				m = m[n:]
			case 2:
				b, offset := make([]byte, n), random.IntN(len(m)+1)
				want := m[offset:min(offset+n, len(m))]
				if got := b[:s.Copy(b, offset)]; !bytes.Equal(got, want) {
					t.Logf("%d octets at %d are %d others", len(want), offset, len(got))
					return false
				}
			}
			if s.Len() != len(m) || s.Room() != limit-len(m) || s.pages.inUse() > len(m)/pageSize+2 || len(m) == 0 && s.pages.inUse() != 0 {
				t.Logf("Len %d, Room %d, %d pages for %d octets", s.Len(), s.Room(), s.pages.inUse(), len(m))
				return false
			}
		}
		return true
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

func TestSendAtItsEdges(t *testing.T) {
	s := NewSend(4, NewPool(0))
	if n := s.Append([]byte("abcdef")); n != 4 || s.Room() != 0 {
		t.Errorf("%d octets were taken into room for 4", n)
	}
	b := make([]byte, 8)
	for offset, want := range map[int]int{-1: 0, 0: 4, 3: 1, 4: 0, 5: 0} {
		if n := s.Copy(b, offset); n != want {
			t.Errorf("%d octets were copied from offset %d, want %d", n, offset, want)
		}
	}
	s.SetLimit(2)
	if s.Room() != 0 || s.Len() != 4 {
		t.Errorf("room for %d with %d octets in a buffer for 2", s.Room(), s.Len())
	}
	s.Drop(100)
	if s.Len() != 0 || s.pages.inUse() != 0 {
		t.Errorf("%d octets in %d pages after all were dropped", s.Len(), s.pages.inUse())
	}
	s.Append([]byte("ab"))
	s.Reset()
	if s.Len() != 0 || s.Room() != 2 {
		t.Errorf("%d octets are left", s.Len())
	}
}

func TestPoolKeepsNoMoreThanItShould(t *testing.T) {
	pool := NewPool(3 * pageSize)
	s := NewSend(10*pageSize, pool)
	s.Append(make([]byte, 10*pageSize))
	s.Reset()
	if len(pool.free) != 3 {
		t.Errorf("%d pages are kept, want 3", len(pool.free))
	}
	s.Append(make([]byte, 2*pageSize))
	if len(pool.free) != 1 {
		t.Errorf("%d pages are left of 3 after 2 were taken", len(pool.free))
	}
}
