package ir

import "github.com/lockstep-tcp/lockstep/parser"

// flow follows the paths of one event.
type flow struct {
	p     *Program
	known *vocabulary
	ends  points
	rule  *parser.Rule         // the innermost rule around the statement
	never map[*parser.Var]bool // parameters that are false in this call
}

func (f *flow) event(e *parser.Event, s *parser.State, may Known) {
	if e.Timer != nil {
		may &^= f.known.timer(e.Timer)
	}
	for _, h := range f.p.HandlersOf(e) {
		if h.States>>s.Index&1 != 0 {
			f.ends.addAll(f.list(h.Body, points{{state: s.Index}: {may: may}}))
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
	case *parser.Call:
		return f.call(s, in)
	case *parser.Defect:
		return f.list(f.p.Chosen(s), in)
	case *parser.Ordered:
		return f.arms(s.Arms, in)
	case *parser.If:
		apply, rest := f.fork(s.Cond, in)
		out := f.list(s.Then, apply)
		if out == nil {
			out = points{}
		}
		out.addAll(f.list(s.Else, rest))
		return out
	case *parser.In, *parser.Rule, *parser.Step:
		apply, rest := f.fork(condition(s), in)
		rest.addAll(f.within(s, apply))
		return rest
	}
	return in.each(func(at *point, w *what) { f.simple(s, at, w) })
}

// call runs an action; of its arguments only a literal false is remembered.
func (f *flow) call(s *parser.Call, in points) points {
	outer := f.never
	f.never = map[*parser.Var]bool{}
	for i, v := range s.Action.Params {
		l, ok := s.Args[i].(*parser.Lit)
		f.never[v] = ok && l.T == parser.Bool && l.N == 0
	}
	out := f.list(s.Action.Body, in)
	f.never = outer
	return out
}

// simple is what a statement without branches does to a point.
func (f *flow) simple(s parser.Stmt, at *point, w *what) {
	switch s := s.(type) {
	case *parser.Goto:
		at.state = s.State.Index
		at.hops += string([]rune{rune(f.rule.Index), rune(s.State.Index)})
	case *parser.Send:
		w.sends++
	case *parser.Start:
		w.may |= f.known.timer(s.Timer)
	case *parser.Stop:
		w.may &^= f.known.timer(s.Timer)
	case *parser.Forget:
		w.may = 0
	case *parser.Assign:
		bit := f.known.flag(s.Var)
		if f.decide(s.Expr, at.state, w.may) == no {
			w.may &^= bit
		} else {
			w.may |= bit
		}
	}
}

func indexOf(h *parser.Handler, step *parser.Step) int {
	for i, s := range h.Body {
		if s == parser.Stmt(step) {
			return i
		}
	}
	panic("ir: continue at a step of another handler")
}

// condition is what must hold for the inside of s to run; nil: nothing.
func condition(s parser.Stmt) parser.Expr {
	switch s := s.(type) {
	case *parser.In:
		return &parser.StateIn{States: s.States}
	case *parser.Rule:
		return s.Cond
	case *parser.Step:
		return s.When
	case *parser.If:
		if len(s.Else) == 0 {
			return s.Cond
		}
	}
	return nil
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
	case *parser.If:
		return f.stmt(s, in)
	}
	return f.list(f.p.Blocks(s)[0], in)
}

func (f *flow) arms(arms []parser.Stmt, in points) points {
	out := points{}
	for _, arm := range arms {
		apply, rest := f.fork(condition(arm), in)
		out.addAll(f.within(arm, apply))
		in = rest
	}
	out.addAll(in)
	return out
}

// fork splits in into the points where cond may hold and those where it may not.
func (f *flow) fork(cond parser.Expr, in points) (apply, rest points) {
	apply, rest = points{}, points{}
	for at, w := range in {
		holds := f.decide(cond, at.state, w.may)
		if holds != no {
			apply.add(at, w)
		}
		if holds != yes {
			rest.add(at, w)
		}
	}
	return apply, rest
}
