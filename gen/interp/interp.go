// Package interp executes the text itself: it walks the tree of a program for one
// event and changes a tcp.TCB as the text says, rule by rule.
//
// It is the oracle for the generated code, which it shares nothing with but the
// tree and the names of the fields. It takes any reading of the text, and any
// tree of the same variables: one that somebody broke on purpose, for example.
// It is simple and slow: some microseconds an event.
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
	p      *ir.Program
	events map[string]*parser.Event

	tcb, settings, segment []field
	effects                [][]field // by Effect.Index, the parameters
	rules                  []int     // by Rule.Index, the tcp.RuleID of that name; else NumRules

	// The event being executed.
	vars    [4][]uint32 // values by scope and Var.Index: InTCB, InSettings, InSegment
	state   int
	running uint32 // timers, by Timer.Index
	control uint32 // bits, by Bit.Index
	locals  []local
	frame   int // where the locals of the running action begin
	out     *tcp.Effects
	ended   bool
}

type local struct {
	v     *parser.Var
	value uint32
}

// New prepares a machine. It fails if the types of package tcp are not those of the text.
func New(p *ir.Program) (*Machine, error) {
	m := &Machine{p: p, events: map[string]*parser.Event{}}
	for _, e := range p.Events {
		m.events[e.Name] = e
	}
	var err error
	m.tcb = fieldsOf(tcp.TCB{}, p.TCB, nil, &err)
	m.settings = fieldsOf(tcp.TCB{}, p.Settings, []string{"Settings"}, &err)
	m.segment = fieldsOf(tcp.Segment{}, trimmed(p.Segment), nil, &err)
	for _, e := range p.Effects {
		m.effects = append(m.effects, fieldsOf(tcp.Effects{}, e.Params, []string{ir.Exported(e.Name)}, &err))
	}
	if err != nil {
		return nil, fmt.Errorf("generated/tcp does not fit the text: %w; run go generate ./... first", err)
	}
	for _, r := range p.Rules {
		m.rules = append(m.rules, ruleID(r.Name))
	}
	for scope, list := range map[parser.Scope][]field{parser.InTCB: m.tcb, parser.InSettings: m.settings, parser.InSegment: m.segment} {
		m.vars[scope] = make([]uint32, len(list))
	}
	return m, nil
}

// ruleID finds a rule by its name, for in a text that was changed by hand they are
// numbered otherwise. Rules that package tcp does not have are not told of.
func ruleID(name string) int {
	for i := range tcp.Rules {
		if tcp.Rules[i].Name == name {
			return i
		}
	}
	return tcp.NumRules
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
	m.out, m.ended, m.locals, m.frame = out, false, m.locals[:0], 0
	out.Set, out.Start, out.Signals, out.Reply, out.NSend, out.Rules = 0, 0, 0, 0, 0, tcp.RuleSet{}
	load(t, m.tcb, m.vars[parser.InTCB])
	load(t, m.settings, m.vars[parser.InSettings])
	m.state, m.running = int(t.State), uint32(t.Timers)
	if seg != nil {
		load(seg, m.segment, m.vars[parser.InSegment])
		m.control = uint32(seg.CTL)
	}
	for i, v := range e.Params {
		m.locals = append(m.locals, local{v, args[i]})
	}
	if e.Timer != nil {
		m.stop(e.Timer)
	}
	m.handle(e)
	store(t, m.tcb, m.vars[parser.InTCB])
	t.State, t.Timers = tcp.State(m.state), tcp.Timers(m.running)
	if seg != nil {
		store(seg, m.segment, m.vars[parser.InSegment])
		seg.CTL = tcp.Flags(m.control)
	}
}

func (m *Machine) handle(e *parser.Event) {
	for _, h := range m.p.HandlersOf(e) {
		if h.States>>m.state&1 != 0 {
			m.list(h.Body)
			return
		}
	}
}

// list runs statements in order until one ends the event.
func (m *Machine) list(list []parser.Stmt) {
	for _, s := range list {
		if m.ended {
			return
		}
		m.stmt(s)
	}
}

func (m *Machine) stmt(s parser.Stmt) {
	switch s := s.(type) {
	case *parser.Step, *parser.Rule, *parser.In:
		if m.applies(s) {
			m.inside(s)
		}
	case *parser.Ordered:
		m.firstOf(s.Arms)
	case *parser.If:
		if m.holds(s.Cond) {
			m.list(s.Then)
		} else {
			m.list(s.Else)
		}
	case *parser.Defect:
		m.list(m.p.Chosen(s))
	case *parser.Call:
		m.call(s)
	case *parser.Continue:
		m.continueAt(s)
	case *parser.Drop:
		m.ended = true
	case *parser.Return:
		m.out.Reply, m.ended = tcp.Reply(s.Phrase.Index+1), true
	default:
		m.simple(s)
	}
}

// simple runs what neither branches nor ends.
func (m *Machine) simple(s parser.Stmt) {
	switch s := s.(type) {
	case *parser.Let:
		m.locals = append(m.locals, local{s.Var, m.eval(s.Expr)})
	case *parser.Assign:
		m.assign(s.Var, m.eval(s.Expr))
	case *parser.Clear:
		m.control &^= 1 << s.Bit.Index
	case *parser.Send:
		m.send(s)
	case *parser.Start:
		m.running |= 1 << s.Timer.Index
		m.out.Start |= 1 << s.Timer.Index
	case *parser.Stop:
		m.stop(s.Timer)
	case *parser.Goto:
		m.state = s.State.Index
	case *parser.Signal:
		m.out.Signals |= 1 << s.Phrase.Index
	case *parser.Forget:
		clear(m.vars[parser.InTCB])
		m.stop(nil)
	case *parser.Do:
		m.do(s)
	default:
		panic(fmt.Sprintf("interp: %s:%d: no meaning for %T", s.At().File, s.At().Line, s))
	}
}

// applies reports whether what the statement contains is to be run.
func (m *Machine) applies(s parser.Stmt) bool {
	switch s := s.(type) {
	case *parser.In:
		return s.States>>m.state&1 != 0
	case *parser.Step:
		return s.When == nil || m.holds(s.When)
	case *parser.Rule:
		return s.Cond == nil || m.holds(s.Cond)
	case *parser.If:
		return len(s.Else) > 0 || m.holds(s.Cond)
	}
	return true
}

func (m *Machine) inside(s parser.Stmt) {
	switch s := s.(type) {
	case *parser.In:
		m.list(s.Body)
	case *parser.Step:
		m.list(s.Body)
	case *parser.Rule:
		if id := m.rules[s.Index]; id < tcp.NumRules {
			m.out.Rules[id/64] |= 1 << (id % 64)
		}
		m.list(s.Body)
	default:
		m.stmt(s)
	}
}

func (m *Machine) firstOf(arms []parser.Stmt) {
	for _, arm := range arms {
		if m.applies(arm) {
			m.inside(arm)
			return
		}
	}
}

func (m *Machine) call(s *parser.Call) {
	var args []local
	for i, v := range s.Action.Params {
		args = append(args, local{v, m.eval(s.Args[i])})
	}
	frame, size := m.frame, len(m.locals)
	m.frame, m.locals = size, append(m.locals, args...)
	m.list(s.Action.Body)
	m.frame, m.locals = frame, m.locals[:size]
}

func (m *Machine) continueAt(s *parser.Continue) {
	found := false
	for _, inner := range s.Handler.Body {
		found = found || inner == parser.Stmt(s.Step)
		if found && !m.ended {
			m.stmt(inner)
		}
	}
	m.ended = true
}

func (m *Machine) stop(t *parser.Timer) {
	gone := ^uint32(0)
	if t != nil {
		gone = 1 << t.Index
	}
	m.running &^= gone
	m.out.Start &^= tcp.Timers(gone)
}

func (m *Machine) assign(v *parser.Var, value uint32) {
	if v.Type == parser.Small {
		value = min(value, 255)
	}
	m.vars[v.Scope][v.Index] = value
}

func (m *Machine) send(s *parser.Send) {
	sent := tcp.Sent{SEQ: tcp.Seq(m.eval(s.SEQ))}
	if s.ACK != nil {
		sent.ACK = tcp.Seq(m.eval(s.ACK))
	}
	if s.DATA != nil {
		sent.DATA = m.eval(s.DATA)
	}
	for _, b := range s.CTL {
		sent.CTL |= 1 << b.Index
	}
	for _, c := range s.Cond {
		if m.holds(c.Cond) {
			sent.CTL |= 1 << c.Bit.Index
		}
	}
	if s.UP != nil && (s.UPIf == nil || m.holds(s.UPIf)) {
		sent.CTL |= tcp.URG
		sent.UP = m.eval(s.UP) - uint32(sent.SEQ)
	}
	if int(m.out.NSend) < len(m.out.Send) { // a text broken on purpose may send more than fits
		m.out.Send[m.out.NSend] = sent
		m.out.NSend++
	}
}

func (m *Machine) do(s *parser.Do) {
	var args []uint32
	for _, a := range s.Args {
		args = append(args, m.eval(a))
	}
	m.out.Set |= 1 << s.Effect.Index
	store(m.out, m.effects[s.Effect.Index], args)
}
