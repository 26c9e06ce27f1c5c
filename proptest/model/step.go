package model

import (
	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Step is one event at one host, for properties to look at: the event itself and
// all that followed at once (held text that became next in sequence, and what
// could then be sent).
type Step struct {
	Event  Event
	Before *Host
	After  *Host

	Call Call         // for CallOf
	SEG  tcp.Segment  // for segments, as it arrived
	Out  *tcp.Effects // of the event itself
	Mid  tcp.TCB      // behind the event itself; before what followed at once

	Then  []part      // what the host did itself behind the event
	Sent  []Packet    // everything the host sent, in order
	Rules tcp.RuleSet // everything that fired
	Forks bool        // the event happened to a copy of the listener's TCB
	Stray bool        // … to the fictional CLOSED state
	Again bool        // a connection in TIME-WAIT made place for the listener: RFC 9293 3.6.1
	Above tcp.Seq     // … which must choose an ISS above this
	Ends  bool        // the connection ended, or its opening failed
	Mute  bool        // the output was cut off: it did not end

	first         occurrence // the event itself, as the properties of the text see it
	before, after proof.Host
	asking        proof.Step
}

// Arrives tells whether the event is a segment's arrival.
func (s *Step) Arrives() bool {
	switch s.Event.Kind {
	case Deliver, DeliverLate, Forge:
		return true
	}
	return false
}

// Expires tells whether the event is the expiry of a timer.
func (s *Step) Expires() bool { return s.Event.Kind == Expire || s.Event.Kind == ExpireEarly }

// Has tells whether the segment that arrived has all these control bits.
func (s *Step) Has(f tcp.Flags) bool { return s.SEG.CTL.Has(f) }
