package ir

import (
	"sort"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Edge is a transition that the text allows: in state From, event Event may end
// in state To, moved there by the gotos of the rules Hops, in this order. A rule
// stands for the gotos of the actions it calls.
type Edge struct {
	From, To *parser.State
	Event    *parser.Event
	Hops     []*parser.Rule
}

// Facts are what the paths through all handlers have in common.
type Facts struct {
	Edges   []Edge // in the order of states, events and rules; self-loops only if some goto ran
	MaxSend int    // most segments that one event sends
}

// Facts follows every path of every event in every state. Conditions on the state
// are decided, all others are taken to go either way: what is found is allowed by
// the text's form, though a condition may forbid it.
func (p *Program) Facts() Facts {
	var facts Facts
	for _, s := range p.States {
		for _, e := range p.Events {
			f := &flow{p: p, ends: points{}}
			f.event(e, s)
			for at, sends := range f.ends {
				facts.MaxSend = max(facts.MaxSend, sends)
				if at.hops != "" {
					facts.Edges = append(facts.Edges, Edge{s, p.States[at.state], e, p.rulesOf(at.hops)})
				}
			}
		}
	}
	sort.Slice(facts.Edges, func(i, j int) bool { return before(facts.Edges[i], facts.Edges[j]) })
	return facts
}

func before(a, b Edge) bool {
	switch {
	case a.From != b.From:
		return a.From.Index < b.From.Index
	case a.To != b.To:
		return a.To.Index < b.To.Index
	}
	for i := 0; i < len(a.Hops) && i < len(b.Hops); i++ {
		if a.Hops[i] != b.Hops[i] {
			return a.Hops[i].Index < b.Hops[i].Index
		}
	}
	if len(a.Hops) != len(b.Hops) {
		return len(a.Hops) < len(b.Hops)
	}
	return a.Event.Name < b.Event.Name
}

// point is where processing stands: the state, and the rules whose gotos ran, one
// octet each. points has the most segments sent on any path to each.
type (
	point struct {
		state int
		hops  string
	}
	points map[point]int
)

func (ps points) add(at point, sends int) { ps[at] = max(ps[at], sends) }

func (ps points) addAll(qs points) {
	for at, sends := range qs {
		ps.add(at, sends)
	}
}

func (p *Program) rulesOf(hops string) []*parser.Rule {
	var list []*parser.Rule
	for _, r := range hops {
		list = append(list, p.Rules[r-1])
	}
	return list
}

type flow struct {
	p    *Program
	ends points
	rule *parser.Rule // the innermost rule around the statement
}

func (f *flow) event(e *parser.Event, s *parser.State) {
	for _, h := range f.p.HandlersOf(e) {
		if h.States>>s.Index&1 != 0 {
			f.ends.addAll(f.list(h.Body, points{{state: s.Index}: 0}))
		}
	}
}

func (f *flow) list(list []parser.Stmt, in points) points {
	for _, s := range list {
		in = f.stmt(s, in)
	}
	return in
}

func (f *flow) stmt(s parser.Stmt, in points) points {
	switch s := s.(type) {
	case *parser.Drop, *parser.Return:
		f.ends.addAll(in)
		return nil
	case *parser.Continue:
		f.ends.addAll(f.list(s.Handler.Body[indexOf(s.Handler, s.Step):], in))
		return nil
	case *parser.Goto:
		out := points{}
		for at, sends := range in {
			out.add(point{s.State.Index, at.hops + string(rune(f.rule.Index+1))}, sends)
		}
		return out
	case *parser.Send:
		out := points{}
		for at, sends := range in {
			out.add(at, sends+1)
		}
		return out
	case *parser.Call:
		return f.list(s.Action.Body, in)
	case *parser.Defect:
		return f.list(f.p.Chosen(s), in)
	case *parser.Ordered:
		return f.arms(s.Arms, in)
	case *parser.If:
		return f.fork(s.Cond, in, func(in points) points { return f.list(s.Then, in) },
			func(in points) points { return f.list(s.Else, in) })
	}
	apply, rest := f.applies(s, in)
	if apply == nil {
		return in
	}
	rest.addAll(f.within(s, apply))
	return rest
}

func indexOf(h *parser.Handler, step *parser.Step) int {
	for i, s := range h.Body {
		if s == parser.Stmt(step) {
			return i
		}
	}
	panic("ir: continue at a step of another handler")
}

// applies splits in into the points where an arm may be taken and where it may be left.
func (f *flow) applies(s parser.Stmt, in points) (apply, rest points) {
	var cond parser.Expr
	switch s := s.(type) {
	case *parser.In:
		cond = &parser.StateIn{States: s.States}
	case *parser.Rule:
		cond = s.Cond
	case *parser.Step:
		cond = s.When
	case *parser.If:
		cond = s.Cond
	case *parser.Ordered:
	default:
		return nil, nil
	}
	apply, rest = points{}, points{}
	f.fork(cond, in, func(in points) points { apply.addAll(in); return nil },
		func(in points) points { rest.addAll(in); return nil })
	return apply, rest
}

// within runs the inside of an arm.
func (f *flow) within(s parser.Stmt, in points) points {
	switch s := s.(type) {
	case *parser.Rule:
		outer := f.rule
		f.rule = s
		out := f.list(s.Body, in)
		f.rule = outer
		return out
	case *parser.Ordered:
		return f.arms(s.Arms, in)
	}
	return f.list(f.p.Blocks(s)[0], in)
}

func (f *flow) arms(arms []parser.Stmt, in points) points {
	out := points{}
	for _, arm := range arms {
		apply, rest := f.applies(arm, in)
		out.addAll(f.within(arm, apply))
		in = rest
	}
	out.addAll(in)
	return out
}

func (f *flow) fork(cond parser.Expr, in points, yes, no func(points) points) points {
	a, b := points{}, points{}
	for at, sends := range in {
		holds := f.p.Decide(cond, at.state)
		if holds != No {
			a.add(at, sends)
		}
		if holds != Yes {
			b.add(at, sends)
		}
	}
	out := points{}
	out.addAll(yes(a))
	out.addAll(no(b))
	return out
}
