package model

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Kind is what an event is.
type Kind uint8

const (
	CallOf      Kind = iota // the next call of the host's script
	Read                    // the user takes what is on hand
	Deliver                 // the first segment under way to the host arrives
	DeliverLate             // the late one does
	Expire                  // a timer, in its time
	ExpireEarly             // a timer, out of its time, or one whose expiry is harm
	ICMP                    // an ICMP error arrives; Arg 1: a hard one
	Forge                   // a forged segment arrives
	Lose                    // the first segment under way to the host is lost
	Duplicate               // … is copied to the end of the queue
	Delay                   // … is put aside, to arrive at any time
	Tried                   // no event of the world: see try.go
	Poked                   // nor this: see poke.go; Arg is the PokeKind
	numKinds
)

var kindNames = [numKinds]string{
	"call", "read", "deliver", "deliver late", "timeout", "early timeout", "ICMP error", "forged segment", "lose", "duplicate", "delay", "tried", "poked",
}

func (k Kind) String() string { return kindNames[k] }

// kindGoNames are the names of the constants.
var kindGoNames = [numKinds]string{
	"CallOf", "Read", "Deliver", "DeliverLate", "Expire", "ExpireEarly", "ICMP", "Forge", "Lose", "Duplicate", "Delay", "Tried", "Poked",
}

// The hosts of an Event.
const (
	A uint8 = iota
	B
)

// Event is one step of a World. Host is the one it happens to: the receiver of a segment.
type Event struct {
	Kind Kind
	Host uint8
	Arg  uint16 // the call's place in the script, the tcp.Timer, the place among Config.forged or Config.trials
}

func (e Event) label() explore.Label {
	return explore.Label(e.Kind)<<24 | explore.Label(e.Host)<<16 | explore.Label(e.Arg)
}

func eventOf(l explore.Label) Event {
	return Event{Kind(l >> 24), uint8(l >> 16), uint16(l)}
}

// class sorts events for fairness: one class for each host and kind, and, of
// timeouts, each host and timer.
func (e Event) class() explore.Class {
	if e.Kind == Expire {
		return explore.Class(2*uint8(numKinds) + 2*uint8(e.Arg) + e.Host)
	}
	return explore.Class(2*uint8(e.Kind) + e.Host)
}

// Text describes the event for people.
func (c *Config) Text(e Event) string {
	host := hostName(e.Host)
	switch e.Kind {
	case CallOf:
		if int(e.Arg) < len(c.Script[e.Host]) {
			return fmt.Sprintf("%s calls %v", host, c.Script[e.Host][e.Arg])
		}
	case Expire, ExpireEarly:
		return fmt.Sprintf("%s: %v %v", host, e.Kind, tcp.Timer(e.Arg))
	case Lose, Duplicate, Delay:
		return fmt.Sprintf("the network: %v the next segment to %s", e.Kind, host)
	case Poked:
		return fmt.Sprintf("if %s had %v", host, PokeKind(e.Arg))
	}
	return fmt.Sprintf("%s: %v", host, e.Kind)
}
