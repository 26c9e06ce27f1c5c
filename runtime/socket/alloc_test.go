//go:build !race

package socket_test

// Under the race detector pools forget at random, to find those who use what they
// gave back; so allocations are counted without it.

import (
	"io"
	"testing"
	"time"
)

// TestCallsDoNotAllocate counts what a question and its answer cost.
func TestCallsDoNotAllocate(t *testing.T) {
	a, b := pair(t, quick)
	x, y := connect(t, a, b)
	go io.Copy(y, y)
	buf := make([]byte, 3000)
	n := testing.AllocsPerRun(1000, func() {
		x.SetDeadline(time.Now().Add(time.Minute))
		if _, err := x.Write(buf); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(x, buf); err != nil {
			t.Fatal(err)
		}
	})
	if n >= 1 {
		t.Errorf("%v allocations", n)
	}
}

// TestUDPReadsAndWritesDoNotAllocate counts what a datagram costs.
func TestUDPReadsAndWritesDoNotAllocate(t *testing.T) {
	a, b := pair(t, quick)
	p, _ := bind(t, a)
	q, to := bind(t, b)
	buf := make([]byte, 1000)
	n := testing.AllocsPerRun(1000, func() {
		if _, err := p.WriteToAddrPort(buf, to); err != nil {
			t.Fatal(err)
		}
		if _, _, err := q.ReadFromAddrPort(buf); err != nil {
			t.Fatal(err)
		}
	})
	if n >= 1 {
		t.Errorf("%v allocations for a datagram", n)
	}
}
