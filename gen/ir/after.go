package ir

import "github.com/lockstep-tcp/lockstep/parser"

// After returns the states in which processing may stand behind list if it
// stood before it in one of in. Conditions are taken to go either way.
func (p *Program) After(list []parser.Stmt, in parser.StateSet) parser.StateSet {
	for _, s := range list {
		if in == 0 {
			return 0
		}
		in = p.after(s, in)
	}
	return in
}

// AfterOne is After for one statement.
func (p *Program) AfterOne(s parser.Stmt, in parser.StateSet) parser.StateSet { return p.after(s, in) }

func (p *Program) after(s parser.Stmt, in parser.StateSet) parser.StateSet {
	switch s := s.(type) {
	case *parser.Drop, *parser.Return, *parser.Continue:
		return 0
	case *parser.Goto:
		return 1 << s.State.Index
	case *parser.Call:
		return p.After(s.Action.Body, in)
	case *parser.Defect:
		return p.After(p.Chosen(s), in)
	case *parser.Ordered:
		return p.afterArms(s.Arms, in)
	case *parser.If:
		return p.After(s.Then, in) | p.After(s.Else, in)
	case *parser.In:
		return in&^s.States | p.After(s.Body, in&s.States)
	case *parser.Rule:
		if s.Cond == nil {
			return p.After(s.Body, in)
		}
		return in | p.After(s.Body, in)
	case *parser.Step:
		return in | p.After(s.Body, in)
	}
	return in
}

func (p *Program) afterArms(arms []parser.Stmt, in parser.StateSet) parser.StateSet {
	var out parser.StateSet
	for _, arm := range arms {
		switch arm := arm.(type) {
		case *parser.In:
			out |= p.After(arm.Body, in&arm.States)
			in &^= arm.States
		case *parser.Rule:
			out |= p.After(arm.Body, in)
		default:
			out |= p.after(arm, in)
		}
		if p.Always(arm) {
			return out
		}
	}
	return out | in
}

// Apart reports whether running the in-blocks one behind the other equals
// choosing one of them by the state at their beginning.
func (p *Program) Apart(run []*parser.In) bool {
	var later parser.StateSet
	for i := len(run) - 1; i >= 0; i-- {
		in := run[i]
		if in.States&later != 0 || p.After(in.Body, in.States)&later != 0 {
			return false
		}
		later |= in.States
	}
	return true
}
