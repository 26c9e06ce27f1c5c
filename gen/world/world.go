// Package world is what stands around the machine when a text is written for another
// checker: the world that its emitters, gen/promela and gen/tla, have in common.
package world

import (
	"fmt"
	"slices"

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
	Clock     bool                 // timestamps move on when time passes
	Old       [2]*Segment          // a segment of this host's former life that is still under way; then it is in its second
	Harm      Harm
	Forges    Forgery
	Live      []string // what must happen in the end, of the text's properties
	States    int64    // that this world is known to have; 0: nobody has written it down
}

// Harm is how often something may go wrong: segments of a host that are lost,
// duplicated, delayed; its timers that expire early, or end it; ICMP errors at it, and
// segments that an attacker has forged.
type Harm struct{ Lose, Duplicate, Delay, Early, GiveUp, ICMP, Forge [2]uint8 }

// Forgery is what an attacker forges; early: also while a connection opens.
type Forgery struct{ RST, SYN, Text, ACK, Early bool }

// Segment is one of a former life. Its numbers count from the ISS of the first life of its
// sender, and its acknowledgment from that of its receiver.
type Segment struct {
	SEQ, ACK uint32
	DATA     uint8
	CTL      []string // control bits, by their names in the text
}

// Has tells whether the segment has that control bit.
func (s *Segment) Has(bit string) bool { return slices.Contains(s.CTL, bit) }

// Position is where in the text of its sender its first octet stands.
func (s *Segment) Position() uint32 {
	if s.Has("SYN") {
		return 0
	}
	return s.SEQ - 1
}

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

// The largest counts that fit what the exports keep them in.
const (
	maxSendBuff = 8  // octets of a send queue: what is held of them is a bitmap of eight
	maxQueue    = 16 // segments under way
	maxForged   = 13 // octets of a window that an attacker guesses in: there are FIRST numbers below the first ISS
)

// Attacked tells whether there is an attacker.
func (c *Config) Attacked() bool { return c.Harm.Forge != [2]uint8{} }

// Check refuses what the abstraction does not have.
func (c *Config) Check(p *ir.Program) error {
	for i, settings := range c.Settings {
		for _, v := range p.Settings {
			if _, ok := settings[v.Name]; !ok {
				return fmt.Errorf("configuration %s: host %d has no value for %s", c.Name, i, v.Name)
			}
		}
		if n := settings["RCV.BUFF"]; n > maxForged && c.Attacked() {
			return fmt.Errorf("configuration %s has an attacker, and a RECEIVE buffer of %d octets; the export has room for %d then", c.Name, n, maxForged)
		}
	}
	if c.SendBuff > maxSendBuff {
		return fmt.Errorf("configuration %s has a send queue of %d octets; the export has room for %d", c.Name, c.SendBuff, maxSendBuff)
	}
	if c.Queue < 1 || c.Queue > maxQueue {
		return fmt.Errorf("configuration %s lets %d segments be under way; the export needs 1 to %d", c.Name, c.Queue, maxQueue)
	}
	return nil
}

// Counted says what a checker counts that the world does not have: so many states, and as
// many steps, before it begins; and with them, coming to the first.
func (c *Config) Counted(checker, steps string, before int64) string {
	s := fmt.Sprintf("%s counts %d states and %d %s before the world begins; the rest are the world's.", checker, before, before+1, steps)
	if c.States > 0 {
		s += fmt.Sprintf("\nThis world has %d states, so %s is to count %d.", c.States, checker, c.States+before)
	}
	return s
}

// Before is how many states, and as many steps, lie before both users have made their first calls.
func (c *Config) Before() int64 {
	if c.Begun {
		return 2
	}
	return 0
}
