package ir

import "github.com/lockstep-tcp/lockstep/parser"

// Known is a set of flags that may be set and timers that may run, by bit.
type Known uint64

func (k Known) has(bit Known) bool { return k&bit != 0 }

// vocabulary gives every timer and every flag of the TCB its bit.
type vocabulary struct {
	timers int
	bits   map[*parser.Var]Known
}

func newVocabulary(p *Program) *vocabulary {
	v := &vocabulary{timers: len(p.Timers), bits: map[*parser.Var]Known{}}
	next := Known(1) << v.timers
	for _, x := range p.TCB {
		if x.Type == parser.Bool {
			v.bits[x], next = next, next<<1
		}
	}
	if next == 0 {
		panic("ir: more timers and flags than Known has bits")
	}
	return v
}

// timer is the bit of a timer; nil: those of all.
func (v *vocabulary) timer(t *parser.Timer) Known {
	if t == nil {
		return 1<<v.timers - 1
	}
	return 1 << t.Index
}

// flag is the bit of a flag of the TCB, and no bit for any other variable.
func (v *vocabulary) flag(x *parser.Var) Known { return v.bits[x] }

// RunningIn lists the timers that may run.
func (p *Program) RunningIn(k Known) []*parser.Timer {
	var list []*parser.Timer
	for _, t := range p.Timers {
		if k>>t.Index&1 != 0 {
			list = append(list, t)
		}
	}
	return list
}

// FlagsIn lists the flags of the TCB that may be set.
func (p *Program) FlagsIn(k Known) []*parser.Var {
	known := newVocabulary(p)
	var list []*parser.Var
	for _, v := range p.TCB {
		if k.has(known.flag(v)) {
			list = append(list, v)
		}
	}
	return list
}

// Can reports whether a condition may hold, and whether it may fail, in some state
// of a set, where no more than may is set.
func (p *Program) Can(e parser.Expr, states parser.StateSet, may Known) (hold, fail bool) {
	f := &flow{p: p, known: newVocabulary(p)}
	for _, s := range p.Members(states) {
		answer := f.decide(e, s.Index, may)
		hold, fail = hold || answer != no, fail || answer != yes
	}
	return hold, fail
}

// answer is what is known of a condition when only the state is, and which flags
// and timers may be set.
type answer int

const (
	maybe answer = iota
	no
	yes
)

func (a answer) not() answer {
	switch a {
	case no:
		return yes
	case yes:
		return no
	}
	return maybe
}

func certain(b bool) answer {
	if b {
		return yes
	}
	return no
}

// possible is maybe for what may be, and no for what cannot.
func possible(b bool) answer {
	if b {
		return maybe
	}
	return no
}

// decide evaluates a condition; nil holds always.
func (f *flow) decide(e parser.Expr, state int, may Known) answer {
	switch e := e.(type) {
	case nil:
		return yes
	case *parser.Lit:
		return certain(e.N != 0)
	case *parser.StateIn:
		return certain(e.States>>state&1 != 0)
	case *parser.Running:
		return possible(may.has(f.known.timer(e.Timer)))
	case *parser.Ref:
		bit := f.known.flag(e.Var)
		return possible((bit == 0 || may.has(bit)) && !f.never[e.Var])
	case *parser.Not:
		return f.decide(e.X, state, may).not()
	case *parser.Word:
		if e.Guard != nil {
			return f.decide(e.Guard.Expr, state, may)
		}
	case *parser.Binary:
		return f.decideBoth(e, state, may)
	}
	return maybe
}

func (f *flow) decideBoth(e *parser.Binary, state int, may Known) answer {
	decisive := no // what one side needs to be for the whole to be it
	switch e.Op {
	case parser.And:
	case parser.Or:
		decisive = yes
	default:
		return maybe
	}
	x, y := f.decide(e.X, state, may), f.decide(e.Y, state, may)
	switch {
	case x == decisive || y == decisive:
		return decisive
	case x == decisive.not() && y == decisive.not():
		return decisive.not()
	}
	return maybe
}
