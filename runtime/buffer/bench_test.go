package buffer

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

const mss = 1460

// BenchmarkSend is an octet's way through the send queue: written in 16 KiB,
// sent in segments, acknowledged two segments at a time. Per segment.
func BenchmarkSend(b *testing.B) {
	b.SetBytes(mss)
	b.ReportAllocs()
	s := NewSend(256<<10, NewPool(1<<20))
	user, segment := make([]byte, 16<<10), make([]byte, mss)
	unsent := 0
	for b.Loop() {
		if s.Len()-unsent < mss {
			s.Append(user)
		}
		s.Copy(segment, unsent)
		if unsent += mss; unsent >= 64*mss {
			s.Drop(2 * mss)
			unsent -= 2 * mss
		}
	}
}

// BenchmarkReceive is a segment's way through the receive queue, read in 16 KiB.
func BenchmarkReceive(b *testing.B) {
	b.SetBytes(mss)
	b.ReportAllocs()
	r := NewReceive(256<<10, 64, NewPool(1<<20))
	user, segment := make([]byte, 16<<10), make([]byte, mss)
	for b.Loop() {
		r.Deliver(segment)
		if r.Len() >= len(user) {
			r.Read(user)
		}
	}
}

// BenchmarkReassembly is a segment's way when the first of every 32 comes last.
func BenchmarkReassembly(b *testing.B) {
	b.SetBytes(mss)
	b.ReportAllocs()
	r := NewReceive(256<<10, 64, NewPool(1<<20))
	user, segment := make([]byte, 32*mss), make([]byte, mss)
	next, i := tcp.Seq(0), uint32(0)
	for b.Loop() {
		if i++; i < 32 {
			r.Hold(next, next.Add(i*mss), segment, false)
			continue
		}
		r.Deliver(segment)
		n, _, _ := r.Next()
		r.DeliverHeld(n)
		r.Read(user)
		next, i = next.Add(32*mss), 0
	}
}

// BenchmarkTinyPieces is the worst that can be sent to Hold: each octet a piece
// of its own before all others.
func BenchmarkTinyPieces(b *testing.B) {
	b.ReportAllocs()
	const window = 1 << 20
	r := NewReceive(window, 256, NewPool(window))
	at, octet := tcp.Seq(window-1), []byte("x")
	for b.Loop() {
		r.Hold(0, at, octet, false)
		if at -= 2; at > window {
			r.Reset()
			at = window - 1
		}
	}
}

func TestNothingIsAllocatedInSteadyState(t *testing.T) {
	pool := NewPool(1 << 20)
	s, r := NewSend(64<<10, pool), NewReceive(64<<10, 64, pool)
	b, next := make([]byte, mss), tcp.Seq(0)
	round := func() {
		for range 20 {
			s.Append(b)
		}
		for i := range 20 {
			s.Copy(b, (19-i)*mss)
			if i < 19 {
				r.Hold(next, next.Add(uint32(19-i)*mss), b, false)
			}
		}
		r.Deliver(b)
		n, _, _ := r.Next()
		r.DeliverHeld(n)
		next = next.Add(20 * mss)
		s.Drop(20 * mss)
		for r.Read(b) > 0 {
		}
	}
	if allocs := testing.AllocsPerRun(200, round); allocs != 0 {
		t.Errorf("%v allocations in a round of 20 segments", allocs)
	}
}
