package link

import "net"

// PipeConfig describes a pipe; the zero value has the defaults.
type PipeConfig struct {
	MTU   int // octets; 1500 if 0
	Queue int // packets that may wait at each end; 4096 if 0
}

// PipeEnd is one end of a pipe.
type PipeEnd struct {
	mtu   int
	inbox inbox // what the other end has sent
	peer  *PipeEnd
}

// Pipe makes a link in memory and returns its two ends. Each direction is a
// queue of its own: packets keep their order and take no time.
func Pipe(config PipeConfig) (a, b *PipeEnd) {
	if config.MTU == 0 {
		config.MTU = 1500
	}
	if config.Queue == 0 {
		config.Queue = 4096
	}
	a, b = &PipeEnd{mtu: config.MTU}, &PipeEnd{mtu: config.MTU}
	a.inbox.init(config.Queue)
	b.inbox.init(config.Queue)
	a.peer, b.peer = b, a
	return a, b
}

// MTU implements Link.
func (e *PipeEnd) MTU() int { return e.mtu }

// Send implements Link. A packet longer than the MTU is a mistake of the sender;
// the pipe carries it all the same, for tests of what a receiver does with it.
func (e *PipeEnd) Send(batch []*Packet) error {
	if err := e.inbox.closed(); err != nil {
		PutAll(batch)
		return err
	}
	return e.peer.inbox.add(batch)
}

// Recv implements Link.
func (e *PipeEnd) Recv(batch []*Packet) (int, error) { return e.inbox.take(batch) }

// Close implements Link. To the other end the link then looks like one that
// loses everything.
func (e *PipeEnd) Close() error {
	e.inbox.close(net.ErrClosed)
	return nil
}

// Counters count the packets at one end of a pipe.
type Counters struct {
	Sent     uint64 // that the other end's queue took
	Dropped  uint64 // that it did not take, being full or closed
	Received uint64 // handed over by Recv
}

// Counters tells what this end has counted.
func (e *PipeEnd) Counters() Counters {
	var c Counters
	e.peer.inbox.mu.Lock()
	c.Sent, c.Dropped = e.peer.inbox.accepted, e.peer.inbox.refused
	e.peer.inbox.mu.Unlock()
	e.inbox.mu.Lock()
	c.Received = e.inbox.taken
	e.inbox.mu.Unlock()
	return c
}
