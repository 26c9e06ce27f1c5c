package link

import (
	"sync"
	"time"
)

// Direction tells packets that leave from packets that arrive.
type Direction uint8

// Directions, as the owner of the link sees them.
const (
	Outbound Direction = iota
	Inbound
)

// String is "out" or "in".
func (d Direction) String() string {
	if d == Outbound {
		return "out"
	}
	return "in"
}

// Observer is shown packets, one at a time. It must not keep or change the
// octets, and must neither block nor use the link.
type Observer func(at time.Time, direction Direction, packet []byte)

type tap struct {
	Link
	mu      sync.Mutex // so that observers need none
	observe Observer
}

// Tap shows an observer all the packets that pass through a link: those sent
// before the link has them, those received before the caller has them.
func Tap(l Link, observe Observer) Link { return &tap{Link: l, observe: observe} }

func (t *tap) show(direction Direction, batch []*Packet) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := time.Now()
	for _, p := range batch {
		t.observe(at, direction, p.B)
	}
}

// Send implements Link.
func (t *tap) Send(batch []*Packet) error {
	t.show(Outbound, batch)
	return t.Link.Send(batch)
}

// Recv implements Link.
func (t *tap) Recv(batch []*Packet) (int, error) {
	n, err := t.Link.Recv(batch)
	t.show(Inbound, batch[:n])
	return n, err
}
