package sim

import (
	"net"
	"sync"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// cable is the link of a stack with sockets: what the stack sends waits until the run
// takes it, and what the run puts in the stack receives.
type cable struct {
	mtu  int
	tell func() // that something was sent
	in   chan *link.Packet
	end  chan struct{}

	mu     sync.Mutex
	out    []*link.Packet
	closed bool
}

func newCable(mtu int, tell func()) *cable {
	return &cable{mtu: mtu, tell: tell, in: make(chan *link.Packet), end: make(chan struct{})}
}

// MTU implements link.Link.
func (c *cable) MTU() int { return c.mtu }

// Send implements link.Link.
func (c *cable) Send(batch []*link.Packet) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		link.PutAll(batch)
		return net.ErrClosed
	}
	c.out = append(c.out, batch...)
	c.tell()
	return nil
}

// Recv implements link.Link.
func (c *cable) Recv(batch []*link.Packet) (int, error) {
	select {
	case batch[0] = <-c.in:
		return 1, nil
	case <-c.end:
		return 0, net.ErrClosed
	}
}

// Close implements link.Link.
func (c *cable) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		close(c.end)
	}
	return nil
}

// take returns what was sent since it was called last.
func (c *cable) take() []*link.Packet {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.out
	c.out = nil
	return out
}
