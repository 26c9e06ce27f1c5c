// Package world is what stands around the machine when a text is written for another
// checker: the world that its emitters, gen/promela and gen/tla, have in common.
package world

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/gen/ir"
)

// Config is the world that the machine lives in. Two-element arrays have one entry
// for each host.
type Config struct {
	Name, Doc string
	Settings  [2]map[string]uint32 // by their names in the text; flags as 0 and 1
	Script    [2][]Call            // what the user does, in order
	Reads     [2]bool              // the user takes octets whenever there are some
	Queue     int                  // segments under way in order, per direction; one more is lost
	SendBuff  int                  // octets that a send queue takes
	Once      bool                 // a listener takes one connection
	Begun     bool                 // both users make the first calls of their scripts before anything else happens
	Harm      Harm
	Live      []string // what must happen in the end, of the text's properties
}

// Harm is how often something may go wrong: segments of a host that are lost,
// duplicated, delayed; its timers that expire early, or end it; ICMP errors at it.
type Harm struct{ Lose, Duplicate, Delay, Early, GiveUp, ICMP [2]uint8 }

// Call is one line of a user's script.
type Call struct {
	Op    Op
	N     uint8 // octets, for SEND
	Quiet bool  // only when nothing is under way
}

// Op is a call, or something else that happens to a host, or a wait. Its value is its name in world.pml.
type Op string

// Ops.
const (
	OpenActive   Op = "OPEN_ACTIVE"
	OpenPassive  Op = "OPEN_PASSIVE"
	Send         Op = "SEND"
	SendUrgent   Op = "SEND_URGENT"
	Close        Op = "CLOSE"
	CloseHalf    Op = "CLOSE_HALF"
	Abort        Op = "ABORT"
	Crash        Op = "CRASH"
	StopListener Op = "STOP_LISTENER"
	AwaitOpen    Op = "AWAIT_OPEN"
	AwaitEOF     Op = "AWAIT_EOF"
	AwaitEnd     Op = "AWAIT_END"
)

// Waits tells whether the call only waits for something.
func (o Op) Waits() bool { return o == AwaitOpen || o == AwaitEOF || o == AwaitEnd }

// The largest counts that fit what world.pml keeps them in.
const (
	maxBuffer = 7  // octets of a RECEIVE buffer: Held is a bitmap of eight
	maxQueue  = 16 // segments under way
)

// Check refuses what the abstraction does not have.
func (c *Config) Check(p *ir.Program) error {
	for i, settings := range c.Settings {
		for _, v := range p.Settings {
			if _, ok := settings[v.Name]; !ok {
				return fmt.Errorf("configuration %s: host %d has no value for %s", c.Name, i, v.Name)
			}
		}
		if settings["offer-TS"] != 0 {
			return fmt.Errorf("configuration %s offers timestamps, which the export leaves out: set offer-TS to 0", c.Name)
		}
		if n := settings["RCV.BUFF"]; n > maxBuffer {
			return fmt.Errorf("configuration %s has a RECEIVE buffer of %d octets; the export has room for %d", c.Name, n, maxBuffer)
		}
	}
	if c.Queue < 1 || c.Queue > maxQueue {
		return fmt.Errorf("configuration %s lets %d segments be under way; the export needs 1 to %d", c.Name, c.Queue, maxQueue)
	}
	return nil
}

// Before is how many states, and as many steps, lie before the world has begun.
func (c *Config) Before() int64 {
	if c.Begun {
		return 2
	}
	return 0
}
