package sim

import (
	"errors"
	"net"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// A run that stands still is not one that leaves something behind; a panic is told where it is.
func TestStuck(t *testing.T) {
	for name, c := range map[string]struct {
		play func()
		want Property
	}{
		"in the middle": {func() { <-make(chan bool) }, Totality},
		"at the end":    {func() { go func() { <-make(chan bool) }() }, Conservation},
	} {
		w := &world{hash: newFNV()}
		w.inBubble(c.play)
		if w.violation == nil || w.violation.Property != c.want {
			t.Errorf("stuck %s: %v", name, w.violation)
		}
	}
	w := &world{hash: newFNV()}
	w.inBubble(func() { w.guarded(new(caller).leave) }) // it has no stack
	if w.violation == nil || w.violation.Property != Totality {
		t.Errorf("a panic while everybody leaves: %v", w.violation)
	}
}

// The cable keeps link.Link's word on what comes after Close.
func TestClosedCable(t *testing.T) {
	told := 0
	c := newCable(1500, func() { told++ })
	send := func() error { return c.Send([]*link.Packet{link.Get(1)}) }
	if err := send(); err != nil || len(c.take()) != 1 || told != 1 {
		t.Errorf("before Close: %v, told %d times", err, told)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := send(); !errors.Is(err, net.ErrClosed) || len(c.take()) != 0 || told != 1 {
		t.Errorf("Send after Close: %v, told %d times", err, told)
	}
	if n, err := c.Recv(make([]*link.Packet, 1)); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Errorf("Recv after Close: %d, %v", n, err)
	}
}
