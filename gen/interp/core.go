package interp

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Core is a program with the entries of generated/tcp, so that whatever runs the
// generated code can run any reading or any mutant of the text in its place. It
// is used by one goroutine at a time.
type Core struct {
	m    *Machine
	call [numCalls]*handlers
	due  [tcp.NumTimers]*handlers
	args [5]uint32
}

const (
	open = iota
	send
	receive
	closing
	abort
	status
	keepAliveTurned
	segmentArrives
	heldText
	segmentize
	retransmit
	icmpError
	numCalls
)

// NewCore prepares a program. It fails if the program lacks an event, or its types
// are not those of package tcp.
func NewCore(p *ir.Program) (*Core, error) { return newCore(p, nil, nil) }

// Watch prepares a program that tells which sites of it events come to.
func Watch(p *ir.Program, sites []ir.Site) (*Core, Seen, error) {
	var seen Seen
	c, err := newCore(p, sites, &seen)
	return c, seen, err
}

func newCore(p *ir.Program, sites []ir.Site, seen *Seen) (*Core, error) {
	m, err := build(p, sites, seen)
	if err != nil {
		return nil, err
	}
	c := &Core{m: m}
	find := func(name string) *handlers {
		e, ok := m.Event(name)
		if !ok && err == nil {
			err = fmt.Errorf("the text has no event %s", name)
		}
		return m.handlers[e]
	}
	for i, name := range [numCalls]string{"OPEN", "SEND", "RECEIVE", "CLOSE", "ABORT", "STATUS", "KEEP-ALIVE TURNED",
		"SEGMENT ARRIVES", "HELD TEXT", "SEGMENTIZE", "RETRANSMIT", "ICMP ERROR"} {
		c.call[i] = find(name)
	}
	for i := range c.due {
		c.due[i] = find("timeout " + tcp.Timer(i).String())
	}
	return c, err
}

func (c *Core) run(call int, t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects, args ...uint32) {
	c.m.run(c.call[call], append(c.args[:0], args...), t, seg, out)
}

// Open is tcp.TCB.Open.
func (c *Core) Open(t *tcp.TCB, passive, remote bool, out *tcp.Effects) {
	c.run(open, t, nil, out, truth(passive), truth(remote))
}

// Send is tcp.TCB.Send.
func (c *Core) Send(t *tcp.TCB, count, queued, room uint32, remote, urgent bool, out *tcp.Effects) {
	c.run(send, t, nil, out, count, queued, room, truth(remote), truth(urgent))
}

// Receive is tcp.TCB.Receive.
func (c *Core) Receive(t *tcp.TCB, onHand, rcvUSER uint32, out *tcp.Effects) {
	c.run(receive, t, nil, out, onHand, rcvUSER)
}

// Close is tcp.TCB.Close.
func (c *Core) Close(t *tcp.TCB, queued, unread uint32, half bool, out *tcp.Effects) {
	c.run(closing, t, nil, out, queued, unread, truth(half))
}

// Abort is tcp.TCB.Abort.
func (c *Core) Abort(t *tcp.TCB, out *tcp.Effects) { c.run(abort, t, nil, out) }

// Status is tcp.TCB.Status.
func (c *Core) Status(t *tcp.TCB, out *tcp.Effects) { c.run(status, t, nil, out) }

// KeepAliveTurned is tcp.TCB.KeepAliveTurned.
func (c *Core) KeepAliveTurned(t *tcp.TCB, out *tcp.Effects) { c.run(keepAliveTurned, t, nil, out) }

// SegmentArrives is tcp.TCB.SegmentArrives.
func (c *Core) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	c.run(segmentArrives, t, seg, out)
}

// HeldText is tcp.TCB.HeldText.
func (c *Core) HeldText(t *tcp.TCB, seg *tcp.Segment, more bool, out *tcp.Effects) {
	c.run(heldText, t, seg, out, truth(more))
}

// Segmentize is tcp.TCB.Segmentize.
func (c *Core) Segmentize(t *tcp.TCB, queued, room uint32, out *tcp.Effects) {
	c.run(segmentize, t, nil, out, queued, room)
}

// Retransmit is tcp.TCB.Retransmit.
func (c *Core) Retransmit(t *tcp.TCB, from tcp.Seq, out *tcp.Effects) {
	c.run(retransmit, t, nil, out, uint32(from))
}

// ICMPError is tcp.TCB.ICMPError.
func (c *Core) ICMPError(t *tcp.TCB, hard bool, out *tcp.Effects) {
	c.run(icmpError, t, nil, out, truth(hard))
}

// Expires is tcp.TCB.Expires.
func (c *Core) Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects) {
	c.m.run(c.due[timer], append(c.args[:0], queued), t, nil, out)
}
