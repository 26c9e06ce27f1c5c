package ir

import "github.com/lockstep-tcp/lockstep/parser"

// Blocks returns the lists of statements directly inside s, under the reading.
func (p *Program) Blocks(s parser.Stmt) [][]parser.Stmt {
	switch s := s.(type) {
	case *parser.Step:
		return [][]parser.Stmt{s.Body}
	case *parser.Rule:
		return [][]parser.Stmt{s.Body}
	case *parser.Ordered:
		return [][]parser.Stmt{s.Arms}
	case *parser.In:
		return [][]parser.Stmt{s.Body}
	case *parser.If:
		return [][]parser.Stmt{s.Then, s.Else}
	case *parser.Defect:
		return [][]parser.Stmt{p.Chosen(s)}
	}
	return nil
}

// Each calls f for every statement of list and everything inside, outermost first.
// It does not look into the actions called.
func (p *Program) Each(list []parser.Stmt, f func(parser.Stmt)) {
	for _, s := range list {
		f(s)
		for _, block := range p.Blocks(s) {
			p.Each(block, f)
		}
	}
}

// Operands returns the expressions of s itself; nil ones are left out.
func Operands(s parser.Stmt) []parser.Expr {
	var list []parser.Expr
	add := func(es ...parser.Expr) {
		for _, e := range es {
			if e != nil {
				list = append(list, e)
			}
		}
	}
	switch s := s.(type) {
	case *parser.Step:
		add(s.When)
	case *parser.Rule:
		add(s.Cond)
	case *parser.If:
		add(s.Cond)
	case *parser.Let:
		add(s.Expr)
	case *parser.Assign:
		add(s.Expr)
	case *parser.Send:
		add(s.SEQ, s.ACK, s.DATA, s.UP, s.UPIf)
		for _, c := range s.Cond {
			add(c.Cond)
		}
	case *parser.Do:
		add(s.Args...)
	case *parser.Call:
		add(s.Args...)
	}
	return list
}

// EachExpr calls f for e and every expression inside it, outermost first.
func EachExpr(e parser.Expr, f func(parser.Expr)) {
	if e == nil {
		return
	}
	f(e)
	switch e := e.(type) {
	case *parser.Not:
		EachExpr(e.X, f)
	case *parser.Binary:
		EachExpr(e.X, f)
		EachExpr(e.Y, f)
	case *parser.Cond:
		EachExpr(e.If, f)
		EachExpr(e.Then, f)
		EachExpr(e.Else, f)
	}
}

// Uses says what a named thing reads or writes, itself or through what it names.
type Uses struct{ TCB, Segment, Effects bool }

func (u Uses) and(v Uses) Uses {
	return Uses{u.TCB || v.TCB, u.Segment || v.Segment, u.Effects || v.Effects}
}

// Uses computes what a *Guard, *Value, *Action, *Step or *Handler uses.
func (p *Program) Uses(x any) Uses {
	if u, ok := p.uses[x]; ok {
		return u
	}
	var u Uses
	switch x := x.(type) {
	case *parser.Guard:
		u = p.exprUses(x.Expr)
	case *parser.Value:
		u = p.exprUses(x.Expr)
	case *parser.Action:
		u = p.listUses(x.Body)
	case *parser.Step:
		u = p.listUses(x.Body)
	case *parser.Handler:
		u = p.listUses(x.Body)
	}
	p.uses[x] = u
	return u
}

func (p *Program) listUses(list []parser.Stmt) Uses {
	var u Uses
	p.Each(list, func(s parser.Stmt) {
		u = u.and(p.stmtUses(s))
		for _, e := range Operands(s) {
			u = u.and(p.exprUses(e))
		}
	})
	return u
}

func (p *Program) stmtUses(s parser.Stmt) Uses {
	switch s := s.(type) {
	case *parser.In, *parser.Goto:
		return Uses{TCB: true}
	case *parser.Rule, *parser.Send, *parser.Signal, *parser.Return, *parser.Do:
		return Uses{Effects: true}
	case *parser.Start, *parser.Stop, *parser.Forget:
		return Uses{TCB: true, Effects: true}
	case *parser.Clear:
		return Uses{Segment: true}
	case *parser.Assign:
		return scopeUses(s.Var)
	case *parser.Call:
		return p.Uses(s.Action)
	case *parser.Continue:
		return Uses{true, true, true}
	}
	return Uses{}
}

func (p *Program) exprUses(e parser.Expr) Uses {
	var u Uses
	EachExpr(e, func(e parser.Expr) {
		switch e := e.(type) {
		case *parser.Ref:
			u = u.and(scopeUses(e.Var))
		case *parser.BitSet:
			u.Segment = true
		case *parser.StateIn, *parser.Running:
			u.TCB = true
		case *parser.Word:
			if e.Guard != nil {
				u = u.and(p.Uses(e.Guard))
			} else {
				u = u.and(p.Uses(e.Value))
			}
		}
	})
	return u
}

func scopeUses(v *parser.Var) Uses {
	switch v.Scope {
	case parser.InTCB, parser.InSettings:
		return Uses{TCB: true}
	case parser.InSegment:
		return Uses{Segment: true}
	}
	return Uses{}
}

// MayStop reports whether some path through list ends the event.
func (p *Program) MayStop(list []parser.Stmt) bool {
	stops := false
	p.Each(list, func(s parser.Stmt) {
		switch s := s.(type) {
		case *parser.Drop, *parser.Return, *parser.Continue:
			stops = true
		case *parser.Call:
			stops = stops || p.MayStop(s.Action.Body)
		}
	})
	return stops
}

// MustStop reports whether every path through list ends the event, whatever the state.
func (p *Program) MustStop(list []parser.Stmt) bool {
	for _, s := range list {
		if p.mustStop(s) {
			return true
		}
	}
	return false
}

func (p *Program) mustStop(s parser.Stmt) bool {
	switch s := s.(type) {
	case *parser.Drop, *parser.Return, *parser.Continue:
		return true
	case *parser.Call:
		return p.MustStop(s.Action.Body)
	case *parser.Rule:
		return s.Cond == nil && p.MustStop(s.Body)
	case *parser.Defect:
		return p.MustStop(p.Chosen(s))
	case *parser.If:
		return p.MustStop(s.Then) && p.MustStop(s.Else)
	case *parser.Ordered:
		return p.armsMustStop(s.Arms)
	}
	return false
}

func (p *Program) armsMustStop(arms []parser.Stmt) bool {
	for _, arm := range arms {
		if !p.armMustStop(arm) {
			return false
		}
	}
	return len(arms) > 0 && p.Always(arms[len(arms)-1])
}

// armMustStop: once the arm applies, every path through it ends the event.
func (p *Program) armMustStop(arm parser.Stmt) bool {
	switch arm := arm.(type) {
	case *parser.Rule:
		return p.MustStop(arm.Body)
	case *parser.In:
		return p.MustStop(arm.Body)
	case *parser.If:
		return p.MustStop(arm.Then) && (len(arm.Else) == 0 || p.MustStop(arm.Else))
	}
	return p.mustStop(arm)
}

// Always reports whether an arm applies whatever the state and the segment.
func (p *Program) Always(arm parser.Stmt) bool {
	switch arm := arm.(type) {
	case *parser.Rule:
		return arm.Cond == nil
	case *parser.Ordered:
		return true
	case *parser.If:
		return len(arm.Else) > 0
	}
	return false
}
