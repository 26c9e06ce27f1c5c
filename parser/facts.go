package parser

import (
	"math"
	"strconv"
)

// A small decision procedure: a condition is taken apart into cases, each a list
// of atoms that hold together, and a case is refused when its atoms contradict
// each other in states, flags, the order of two operands, or the span of one.

// atom is a condition without and, or, not, wanted true or false.
type atom struct {
	expr Expr
	want bool
}

// A condition has at most so many cases, and a case so many atoms; beyond, nothing is shown.
const (
	maxCases = 512
	maxAtoms = 256
)

// disjunction takes conditions apart, each named one once.
type disjunction struct {
	words map[wanted][][]atom
}

type wanted struct {
	word *Decl
	want bool
}

// cases are the ways in which a condition can be as wanted; none if it cannot,
// nil if there are too many.
func (d *disjunction) cases(e Expr, want bool) [][]atom {
	switch e := e.(type) {
	case nil:
		return constant(want)
	case *Lit:
		return constant((e.N != 0) == want)
	case *Not:
		return d.cases(e.X, !want)
	case *Word:
		return d.word(e, want)
	case *Cond:
		return union(both(d.cases(e.If, true), d.cases(e.Then, want)), both(d.cases(e.If, false), d.cases(e.Else, want)))
	case *Binary:
		return d.binaryCases(e, want)
	}
	return [][]atom{{{e, want}}}
}

func (d *disjunction) word(w *Word, want bool) [][]atom {
	decl, inner := w.definition()
	key := wanted{decl, want}
	if _, known := d.words[key]; !known {
		d.words[key] = d.cases(inner, want)
	}
	return d.words[key]
}

func (d *disjunction) binaryCases(e *Binary, want bool) [][]atom {
	switch {
	case e.Op == And && want || e.Op == Or && !want:
		return both(d.cases(e.X, want), d.cases(e.Y, want))
	case e.Op == And || e.Op == Or:
		return union(d.cases(e.X, want), d.cases(e.Y, want))
	case e.X.Type() == Bool:
		same := (e.Op == Eq) == want
		return union(both(d.cases(e.X, true), d.cases(e.Y, same)), both(d.cases(e.X, false), d.cases(e.Y, !same)))
	}
	return [][]atom{{{e, want}}}
}

func constant(holds bool) [][]atom {
	if holds {
		return [][]atom{{}}
	}
	return [][]atom{}
}

func union(a, b [][]atom) [][]atom {
	if a == nil || b == nil || len(a)+len(b) > maxCases {
		return nil
	}
	return append(a[:len(a):len(a)], b...)
}

func both(a, b [][]atom) [][]atom {
	all, _ := product(a, b)
	return all
}

// product joins every case of one condition with every case of another; not ok
// if there are too many.
func product(a, b [][]atom) (all [][]atom, ok bool) {
	if a == nil || b == nil || len(a)*len(b) > maxCases {
		return nil, false
	}
	all = [][]atom{}
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxAtoms {
				return nil, false
			}
			all = append(all, append(x[:len(x):len(x)], y...))
		}
	}
	return all, true
}

// facts are what a case says so far.
type facts struct {
	states StateSet
	flags  map[string]bool
	orders map[[2]string]order
	spans  map[string]span
}

// order is a set of ways in which two operands can stand. Sequence numbers and
// timestamps exactly 2^31 apart are each less than the other.
type order uint8

const (
	less order = 1 << iota
	equal
	greater
	apart
)

// span is what a count can be.
type span struct {
	low, high uint64
	except    map[uint64]bool
}

func newFacts(states StateSet) *facts {
	return &facts{states: states, flags: map[string]bool{}, orders: map[[2]string]order{}, spans: map[string]span{}}
}

func (f *facts) addAll(all []atom) bool {
	for _, a := range all {
		if !f.add(a) {
			return false
		}
	}
	return true
}

// add takes one more atom; false if it contradicts the others.
func (f *facts) add(a atom) bool {
	switch e := a.expr.(type) {
	case *StateIn:
		if a.want {
			f.states &= e.States
		} else {
			f.states &^= e.States
		}
		return f.states != 0
	case *Binary:
		return f.compare(e, a.want)
	}
	key := leafText(a.expr)
	if was, known := f.flags[key]; known {
		return was == a.want
	}
	f.flags[key] = a.want
	return true
}

func (f *facts) compare(e *Binary, want bool) bool {
	possible, all := ordersOf(e.Op), less|equal|greater|apart
	if e.X.Type().counts() {
		all = less | equal | greater
	}
	if !want {
		possible = ^possible
	}
	possible &= all
	x, y := keyText(e.X), keyText(e.Y)
	xn, xIsLit := e.X.(*Lit)
	yn, yIsLit := e.Y.(*Lit)
	switch {
	case x == y:
		return possible&equal != 0
	case yIsLit && e.X.Type().counts():
		return f.within(e.X, x, possible, uint64(yn.N))
	case xIsLit && e.Y.Type().counts():
		return f.within(e.Y, y, possible.flipped(), uint64(xn.N))
	case x > y:
		x, y, possible = y, x, possible.flipped()
	}
	if was, known := f.orders[[2]string{x, y}]; known {
		possible &= was
	}
	f.orders[[2]string{x, y}] = possible
	return possible != 0
}

// opposite tells whether all this holds only of numbers 2^31 apart.
func (f *facts) opposite() bool {
	for _, o := range f.orders {
		if o == apart {
			return true
		}
	}
	return false
}

func ordersOf(op Op) order {
	return map[Op]order{Lt: less | apart, Le: less | equal | apart, Eq: equal,
		Ne: less | greater | apart, Gt: greater | apart, Ge: greater | equal | apart}[op]
}

func (o order) flipped() order {
	flipped := o & (equal | apart)
	if o&less != 0 {
		flipped |= greater
	}
	if o&greater != 0 {
		flipped |= less
	}
	return flipped
}

// within compares a count with a number.
func (f *facts) within(e Expr, key string, possible order, n uint64) bool {
	s, known := f.spans[key]
	if !known {
		s = span{high: math.MaxUint32, except: map[uint64]bool{}}
		if e.Type() == Small {
			s.high = math.MaxUint8
		}
		if lit, ok := e.(*Lit); ok {
			s.low, s.high = uint64(lit.N), uint64(lit.N)
		}
	}
	if possible&less == 0 {
		s.low = max(s.low, n)
	}
	if possible&greater == 0 {
		s.high = min(s.high, n)
	}
	if possible&equal == 0 {
		s.except[n] = true
	}
	for s.low <= s.high && s.except[s.low] {
		s.low++
	}
	for s.low < s.high && s.except[s.high] {
		s.high--
	}
	f.spans[key] = s
	return possible != 0 && s.low <= s.high
}

// keyText names an operand; the same text is the same value at one moment.
func keyText(e Expr) string {
	return exprText(e, func(s StateSet) string { return strconv.Itoa(int(s)) })
}

// leafText writes an expression that has no others in it.
func leafText(e Expr) string {
	switch e := e.(type) {
	case *Ref:
		return e.Var.Name
	case *Lit:
		if e.T == Bool {
			return strconv.FormatBool(e.N != 0)
		}
		return strconv.FormatUint(uint64(e.N), 10)
	case *BitSet:
		return e.Bit.Name
	case *Running:
		if e.Timer == nil {
			return "running(any)"
		}
		return "running(" + e.Timer.Name + ")"
	case *Word:
		d, _ := e.definition()
		return d.Name
	}
	return ""
}
