// Package interp executes the text itself: it makes a function of every statement
// and every expression of a program, and runs them for one event, which changes a
// tcp.TCB as the text says, rule by rule.
//
// It is the oracle for the generated code, which it shares nothing with but the
// tree and the names of the fields. It takes any reading of the text, and any
// tree of the same variables: one that somebody broke on purpose, for example.
// Once a machine is made, the tree may be changed: the machine stays what it is.
package interp

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Machine executes the events of one program. It holds no state between events
// and may be used by one goroutine at a time.
type Machine struct {
	p        *ir.Program
	events   map[string]*parser.Event
	handlers map[*parser.Event]*handlers

	// The event being executed. What the functions read and write lies here, so
	// that they know its place; what was given is copied in and out.
	tcb tcp.TCB
	seg tcp.Segment
	out tcp.Effects
}

// handlers are an event's on-blocks, by state, and where its parameters are put.
type handlers struct {
	in     [tcp.NumStates]run
	params []*uint32
	timer  tcp.Timers // of a timeout: it is stopped first
}

// New prepares a machine. It fails if the types of package tcp are not those of the text.
func New(p *ir.Program) (*Machine, error) { return build(p, nil, nil) }

func build(p *ir.Program, sites []ir.Site, seen *Seen) (*Machine, error) {
	m := &Machine{p: p, events: map[string]*parser.Event{}, handlers: map[*parser.Event]*handlers{}}
	c, err := newCompiler(m)
	if err != nil {
		return nil, fmt.Errorf("generated/tcp does not fit the text: %w; run go generate ./... first", err)
	}
	c.look(sites, seen)
	for _, e := range p.Events {
		m.events[e.Name] = e
		m.handlers[e] = c.event(e)
	}
	return m, nil
}

// Event finds an event by its name in the text: "SEND", "timeout PERSIST".
func (m *Machine) Event(name string) (*parser.Event, bool) {
	e, ok := m.events[name]
	return e, ok
}

// Run executes one event on t. args are the parameters of the event in the order
// of the text, flags as 0 and 1. seg is the segment of an event that has one, and
// is trimmed in place. out is reset first.
func (m *Machine) Run(e *parser.Event, args []uint32, t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	m.run(m.handlers[e], args, t, seg, out)
}

func (m *Machine) run(h *handlers, args []uint32, t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	m.tcb, m.out = *t, *out
	m.out.Set, m.out.Start, m.out.Signals, m.out.Reply, m.out.NSend, m.out.Rules = 0, 0, 0, 0, 0, tcp.RuleSet{}
	if seg != nil {
		m.seg = *seg
	}
	for i, p := range h.params {
		*p = args[i]
	}
	m.stop(h.timer)
	if body := h.in[m.tcb.State]; body != nil {
		body()
	}
	*t, *out = m.tcb, m.out
	if seg != nil {
		*seg = m.seg
	}
}

func (m *Machine) stop(timers tcp.Timers) {
	m.tcb.Timers &^= timers
	m.out.Start &^= timers
}
