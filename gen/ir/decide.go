package ir

import "github.com/lockstep-tcp/lockstep/parser"

// Answer is what is known of a condition when only the state is.
type Answer int

const (
	Maybe Answer = iota
	No
	Yes
)

func (a Answer) not() Answer {
	switch a {
	case No:
		return Yes
	case Yes:
		return No
	}
	return Maybe
}

func answer(b bool) Answer {
	if b {
		return Yes
	}
	return No
}

// Decide evaluates a condition in a state; nil holds always.
func (p *Program) Decide(e parser.Expr, state int) Answer {
	switch e := e.(type) {
	case nil:
		return Yes
	case *parser.Lit:
		return answer(e.N != 0)
	case *parser.StateIn:
		return answer(e.States>>state&1 != 0)
	case *parser.Not:
		return p.Decide(e.X, state).not()
	case *parser.Word:
		if e.Guard != nil {
			return p.Decide(e.Guard.Expr, state)
		}
	case *parser.Binary:
		return p.decideBoth(e, state)
	}
	return Maybe
}

func (p *Program) decideBoth(e *parser.Binary, state int) Answer {
	decisive := No // what one side needs to be for the whole to be it
	switch e.Op {
	case parser.And:
	case parser.Or:
		decisive = Yes
	default:
		return Maybe
	}
	x, y := p.Decide(e.X, state), p.Decide(e.Y, state)
	switch {
	case x == decisive || y == decisive:
		return decisive
	case x == decisive.not() && y == decisive.not():
		return decisive.not()
	}
	return Maybe
}
