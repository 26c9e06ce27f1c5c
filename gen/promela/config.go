package promela

import (
	"fmt"
	"strings"

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

// waits tells whether the call only waits for something.
func (o Op) waits() bool { return o == AwaitOpen || o == AwaitEOF || o == AwaitEnd }

// The largest counts that fit what world.pml keeps them in.
const (
	maxBuffer = 7  // octets of a RECEIVE buffer: Held is a bitmap of eight
	maxQueue  = 16 // segments under way
)

// check refuses what the abstraction does not have.
func (c *Config) check(p *ir.Program) error {
	for i, settings := range c.Settings {
		for _, v := range p.Settings {
			if _, ok := settings[v.Name]; !ok {
				return fmt.Errorf("promela: configuration %s: host %d has no value for %s", c.Name, i, v.Name)
			}
		}
		if settings["offer-TS"] != 0 {
			return fmt.Errorf("promela: configuration %s offers timestamps, which the export leaves out: set offer-TS to 0", c.Name)
		}
		if n := settings["RCV.BUFF"]; n > maxBuffer {
			return fmt.Errorf("promela: configuration %s has a RECEIVE buffer of %d octets; the export has room for %d", c.Name, n, maxBuffer)
		}
	}
	if c.Queue < 1 || c.Queue > maxQueue {
		return fmt.Errorf("promela: configuration %s lets %d segments be under way; the export needs 1 to %d", c.Name, c.Queue, maxQueue)
	}
	return nil
}

// config writes the world's numbers.
func (w *writer) config(c Config) {
	for _, v := range w.p.Settings {
		w.define(ident(v.Name), perHost(c.Settings[0][v.Name], c.Settings[1][v.Name]), v.Doc)
	}
	for _, v := range w.p.Settings {
		if a, b := c.Settings[0][v.Name], c.Settings[1][v.Name]; a != b {
			w.differs[v.Name] = true
			w.define(ident(v.Name)+"_of(me)", fmt.Sprintf("pick((me) == 0, %d, %d)", a, b), "")
		}
	}
	w.define("PEER_offer_shift", perHost(c.Settings[1]["offer-shift"], c.Settings[0]["offer-shift"]), "")
	w.line("")
	w.define("QUEUE", fmt.Sprint(c.Queue), "segments under way in order, per direction; one more is lost")
	w.define("SEND_BUFF", fmt.Sprint(c.SendBuff), "octets that a send queue takes")
	w.define("ONCE", fmt.Sprint(c.Once), "a listener takes one connection")
	w.define("BEGUN", fmt.Sprint(c.Begun), "both users make their first calls before anything else happens")
	w.define("READS", perHost(bit(c.Reads[0]), bit(c.Reads[1])), "the user takes octets whenever there are some")
	for _, x := range []struct {
		name, doc string
		n         [2]uint8
	}{
		{"MAY_LOSE", "segments of this host that get lost", c.Harm.Lose},
		{"MAY_DUPLICATE", "that arrive twice, the second time behind all others", c.Harm.Duplicate},
		{"MAY_DELAY", "that arrive whenever they like", c.Harm.Delay},
		{"MAY_BE_EARLY", "timers of this host that fire although a segment is under way, or a shorter timer runs", c.Harm.Early},
		{"MAY_GIVE_UP", "timers of this host that expire and end its connection", c.Harm.GiveUp},
		{"MAY_ICMP", "ICMP errors that reach this host", c.Harm.ICMP},
	} {
		w.define(x.name, "("+perProcess(x.n, "_pid == 0")+")", x.doc)
		w.define("PEER_"+x.name, "("+perProcess(x.n, "_pid == 1")+")", "")
	}
	w.define("WAIT_IS_OVER", "("+c.waits()+")", "the user goes on")
	w.line("")
}

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// perHost is a constant, or one for each host.
func perHost(a, b uint32) string {
	if a == b {
		return fmt.Sprint(a)
	}
	return fmt.Sprintf("(_pid == 0 -> %d : %d)", a, b)
}

func perProcess(n [2]uint8, first string) string {
	if n[0] == n[1] {
		return fmt.Sprint(n[0])
	}
	return fmt.Sprintf("%s -> %d : %d", first, n[0], n[1])
}

// calls writes the choices that the scripts are: one option of an if for each call.
func (c *Config) calls() string {
	var b strings.Builder
	for i, script := range c.Script {
		for k, call := range script {
			if call.Op.waits() {
				continue
			}
			when := c.turn(i, k)
			if call.Quiet {
				when += " && quiet"
			}
			fmt.Fprintf(&b, "\t:: d_step { _pid == %d && my.Next == %d && CAN_%s%s -> happens = CALL; call = %s; octets = %d; }\n",
				i, k, call.Op, when, call.Op, call.N)
		}
	}
	return b.String()
}

// turn is the condition that a call is not made before those that begin the world.
func (c *Config) turn(host, call int) string {
	switch {
	case !c.Begun || host == 0 && call == 0:
		return ""
	case call == 0:
		return " && your.Next > 0"
	}
	return " && begun"
}

// Before is how many states, and as many steps, lie before the world has begun.
func (c *Config) Before() int64 {
	if c.Begun {
		return 2
	}
	return 0
}

// waits is the condition that a user waits for, and has come.
func (c *Config) waits() string {
	var list []string
	for i, script := range c.Script {
		for k, call := range script {
			if call.Op.waits() {
				list = append(list, fmt.Sprintf("_pid == %d && my.Next == %d && CAN_%s", i, k, call.Op))
			}
		}
	}
	if len(list) == 0 {
		return "false"
	}
	return strings.Join(list, " || ")
}
