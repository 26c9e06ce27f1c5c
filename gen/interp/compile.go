package interp

import (
	"fmt"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// run executes statements; true if the event has ended.
type run func() bool

// compiler makes the functions of one machine.
type compiler struct {
	m       *Machine
	places  map[*parser.Var]place
	effects [][]place // by Effect.Index, the parameters
	actions map[*parser.Action]run
	watch   map[any][]int // the sites at a statement or an expression; see watch.go
	sites   []ir.Site
	seen    *Seen
}

// ruleIDs are the numbers of rules by their names, for in a text that was changed by
// hand they are numbered otherwise. Rules that package tcp does not have are not told of.
var ruleIDs = func() map[string]int {
	ids := map[string]int{}
	for i := range tcp.Rules {
		ids[tcp.Rules[i].Name] = i
	}
	return ids
}()

func newCompiler(m *Machine) (*compiler, error) {
	c := &compiler{m: m, places: map[*parser.Var]place{}, actions: map[*parser.Action]run{}}
	err := c.fields(&m.tcb, m.p.TCB, func(v *parser.Var) []string { return ir.Path(v.Name) })
	if err == nil {
		err = c.fields(&m.tcb, m.p.Settings, func(v *parser.Var) []string { return append([]string{"Settings"}, ir.Path(v.Name)...) })
	}
	if err == nil {
		err = c.fields(&m.seg, m.p.Segment, func(v *parser.Var) []string { return ir.Path(v.Name)[1:] })
	}
	for _, e := range m.p.Effects {
		var list []place
		for _, v := range e.Params {
			at, bad := fieldOf(&m.out, append([]string{ir.Exported(e.Name)}, ir.Path(v.Name)...))
			if err == nil {
				err = bad
			}
			list = append(list, at)
		}
		c.effects = append(c.effects, list)
	}
	return c, err
}

// fields finds the places of variables in a struct of the machine.
func (c *compiler) fields(in any, vars []*parser.Var, path func(*parser.Var) []string) error {
	for _, v := range vars {
		at, err := fieldOf(in, path(v))
		if err != nil {
			return err
		}
		c.places[v] = at
	}
	return nil
}

// place is where a variable is. No action calls itself, so parameters and lets have one, too.
func (c *compiler) place(v *parser.Var) place {
	at, ok := c.places[v]
	if !ok {
		at = place{number: new(uint32)}
		c.places[v] = at
	}
	return at
}

func (c *compiler) event(e *parser.Event) *handlers {
	h := &handlers{}
	for _, v := range e.Params {
		h.params = append(h.params, c.place(v).number)
	}
	if e.Timer != nil {
		h.timer = 1 << e.Timer.Index
	}
	for _, on := range c.m.p.HandlersOf(e) {
		body := c.list(on.Body)
		for state := range h.in {
			if h.in[state] == nil && on.States>>state&1 != 0 {
				h.in[state] = body
			}
		}
	}
	return h
}

// list runs statements in order until one ends the event.
func (c *compiler) list(list []parser.Stmt) run {
	var all []run
	for _, s := range list {
		all = append(all, c.stmt(s))
	}
	switch len(all) {
	case 0:
		return func() bool { return false }
	case 1:
		return all[0]
	case 2:
		first, second := all[0], all[1]
		return func() bool { return first() || second() }
	}
	return func() bool {
		for _, s := range all {
			if s() {
				return true
			}
		}
		return false
	}
}

func (c *compiler) stmt(s parser.Stmt) run {
	f := c.statement(s)
	if _, isRule := s.(*parser.Rule); isRule {
		return f // a rule that does not fire is as good as none
	}
	return c.comesTo(f, c.watch[s])
}

func (c *compiler) statement(s parser.Stmt) run {
	switch s := s.(type) {
	case *parser.Step, *parser.Rule, *parser.In:
		applies, inside := c.arm(s)
		if applies == nil {
			return inside
		}
		return func() bool { return applies() && inside() }
	case *parser.Ordered:
		return c.firstOf(s.Arms)
	case *parser.If:
		cond, then, other := c.holds(s.Cond), c.list(s.Then), c.list(s.Else)
		return func() bool {
			if cond() {
				return then()
			}
			return other()
		}
	case *parser.Defect:
		return c.list(c.m.p.Chosen(s))
	case *parser.Call:
		return c.call(s)
	case *parser.Continue:
		rest := c.list(s.Handler.Body[slices.Index(s.Handler.Body, parser.Stmt(s.Step)):])
		return func() bool { rest(); return true }
	case *parser.Drop:
		return func() bool { return true }
	case *parser.Return:
		m, reply := c.m, tcp.Reply(s.Phrase.Index+1)
		return func() bool { m.out.Reply = reply; return true }
	}
	f := c.simple(s)
	return func() bool { f(); return false }
}

// arm is what an arm asks before it is run, nil if nothing, and what is run then.
func (c *compiler) arm(s parser.Stmt) (applies func() bool, inside run) {
	m := c.m
	switch s := s.(type) {
	case *parser.In:
		set := s.States
		return func() bool { return set>>m.tcb.State&1 != 0 }, c.list(s.Body)
	case *parser.Step:
		return c.holds(s.When), c.list(s.Body)
	case *parser.Rule:
		body := c.list(s.Body)
		inside := body
		if id, known := ruleIDs[s.Name]; known {
			word, bit := id/64, uint64(1)<<(id%64)
			inside = func() bool { m.out.Rules[word] |= bit; return body() }
		}
		return c.holds(s.Cond), c.comesTo(inside, c.watch[s])
	case *parser.If:
		if len(s.Else) == 0 {
			return c.holds(s.Cond), c.list(s.Then)
		}
	}
	return nil, c.stmt(s)
}

func (c *compiler) firstOf(arms []parser.Stmt) run {
	type arm struct {
		applies func() bool
		inside  run
	}
	var all []arm
	for _, s := range arms {
		applies, inside := c.arm(s)
		if applies == nil {
			applies = func() bool { return true }
		}
		all = append(all, arm{applies, inside})
	}
	return func() bool {
		for i := range all {
			if all[i].applies() {
				return all[i].inside()
			}
		}
		return false
	}
}

func (c *compiler) call(s *parser.Call) run {
	body, ok := c.actions[s.Action]
	if !ok {
		body = c.list(s.Action.Body)
		c.actions[s.Action] = body
	}
	if len(s.Args) == 0 {
		return body
	}
	pass := make([]func(), len(s.Args))
	for i, v := range s.Action.Params {
		pass[i] = c.assign(v, s.Args[i])
	}
	return func() bool {
		for _, p := range pass {
			p()
		}
		return body()
	}
}

// simple is what neither branches nor ends.
func (c *compiler) simple(s parser.Stmt) func() {
	m := c.m
	switch s := s.(type) {
	case *parser.Let:
		return c.assign(s.Var, s.Expr)
	case *parser.Assign:
		return c.assign(s.Var, s.Expr)
	case *parser.Clear:
		bit := tcp.Flags(1) << s.Bit.Index
		return func() { m.seg.CTL &^= bit }
	case *parser.Send:
		return c.send(s)
	case *parser.Start:
		bit := tcp.Timers(1) << s.Timer.Index
		return func() { m.tcb.Timers |= bit; m.out.Start |= bit }
	case *parser.Stop:
		gone := ^tcp.Timers(0)
		if s.Timer != nil {
			gone = 1 << s.Timer.Index
		}
		return func() { m.stop(gone) }
	case *parser.Goto:
		state := tcp.State(s.State.Index)
		return func() { m.tcb.State = state }
	case *parser.Signal:
		bit := tcp.SignalSet(1) << s.Phrase.Index
		return func() { m.out.Signals |= bit }
	case *parser.Forget:
		return func() {
			m.stop(^tcp.Timers(0))
			m.tcb = tcp.TCB{State: m.tcb.State, Settings: m.tcb.Settings}
		}
	case *parser.Do:
		return c.do(s)
	}
	panic(fmt.Sprintf("interp: %s:%d: no meaning for %T", s.At().File, s.At().Line, s))
}

func (c *compiler) assign(v *parser.Var, e parser.Expr) func() {
	x, at := c.eval(e), c.place(v)
	switch {
	case v.Type == parser.Small && at.number != nil:
		return func() { *at.number = min(x(), 255) }
	case at.number != nil:
		return func() { *at.number = x() }
	case at.seq != nil:
		return func() { *at.seq = tcp.Seq(x()) }
	}
	return func() { at.set(x()) }
}

func (c *compiler) do(s *parser.Do) func() {
	m, set, places := c.m, tcp.EffectSet(1)<<s.Effect.Index, c.effects[s.Effect.Index]
	var args []func() uint32
	for _, a := range s.Args {
		args = append(args, c.eval(a))
	}
	return func() {
		m.out.Set |= set
		for i, a := range args {
			places[i].set(a())
		}
	}
}
