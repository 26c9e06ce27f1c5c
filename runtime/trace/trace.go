// Package trace is the schema of what a stack tells of itself. One kind of
// event feeds ladders, captures, rule coverage and live views alike.
package trace

import (
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Kind is what an event is about.
type Kind uint8

// Kinds of events.
const (
	Sent     Kind = iota // a segment left the host
	Received             // a segment arrived and was processed
	Call                 // a user called
	Timeout              // a timer expired
	Dropped              // a packet arrived and was not processed
	NumKinds
)

var kindNames = [NumKinds]string{"sent", "received", "call", "timeout", "dropped"}

// String is the kind in a word.
func (k Kind) String() string {
	if k >= NumKinds {
		return "unknown kind"
	}
	return kindNames[k]
}

// Event is one thing that happened to one connection, or to a packet that
// belongs to none. It is complete: a connection's events can be replayed from
// the values before them.
type Event struct {
	At     time.Duration // since the stack began
	Host   string        // the stack's name
	Kind   Kind
	What   string // the event as the text calls it, or the reason of a drop
	Local  netip.AddrPort
	Remote netip.AddrPort

	Sent   tcp.Sent    // of a segment sent
	SEG    tcp.Segment // of a segment received, as it arrived
	Before tcp.TCB
	After  tcp.TCB
	Rules  tcp.RuleSet // the rules that fired

	Packet []byte // the packet, if there is one; valid only during the call of Trace
}

// Tracer is told of every event, in order, while the stack's lock is held: it
// must neither block nor call the stack. The event is valid only during the call.
type Tracer interface {
	Trace(*Event)
}
