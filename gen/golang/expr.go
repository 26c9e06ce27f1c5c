package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Binding strength of Go's operators, loosest first.
const (
	bindOr = iota + 1
	bindAnd
	bindCompare
	bindAdd
	bindMul
	bindUnary
)

// kind is the Go type of an expression. Octets are uint32 and small counts
// uint8; a number has no type until it meets one.
type kind int

const (
	untyped kind = iota
	boolean
	seq
	stamp
	word
	octet
)

func kindOf(t parser.Type) kind {
	switch t {
	case parser.Bool:
		return boolean
	case parser.Seq:
		return seq
	case parser.Stamp:
		return stamp
	case parser.Octets:
		return word
	case parser.Small:
		return octet
	}
	return untyped
}

func goType(t parser.Type) *jen.Statement {
	switch t {
	case parser.Bool:
		return jen.Bool()
	case parser.Seq:
		return jen.Id("Seq")
	case parser.Stamp:
		return jen.Id("Stamp")
	case parser.Small:
		return jen.Uint8()
	}
	return jen.Uint32()
}

func (w *writer) kind(e parser.Expr) kind {
	switch e := e.(type) {
	case *parser.Lit:
		switch {
		case e.T == parser.Bool:
			return boolean
		case e.N > 255:
			return word // no small count is so large
		}
		return untyped
	case *parser.Binary:
		return w.binaryKind(e)
	case *parser.Cond:
		return join(w.kind(e.Then), w.kind(e.Else))
	}
	return kindOf(e.Type())
}

func (w *writer) binaryKind(e *parser.Binary) kind {
	switch {
	case e.Op >= parser.And && e.Op <= parser.Ge:
		return boolean
	case e.T == parser.Seq:
		return seq
	case e.Op == parser.Min || e.Op == parser.Max:
		return join(w.kind(e.X), w.kind(e.Y))
	case w.kind(e.X) == untyped && w.kind(e.Y) == untyped:
		return untyped
	}
	return word // arithmetic on small counts is done in 32 bits
}

func join(a, b kind) kind {
	switch {
	case a == b, b == untyped:
		return a
	case a == untyped:
		return b
	}
	return word
}

// expr writes e for a place where nothing binds tighter.
func (w *writer) expr(e parser.Expr) *jen.Statement {
	s, _ := w.bound(e)
	return s
}

// operand writes e with parentheses if it binds looser than least.
func (w *writer) operand(e parser.Expr, least int) *jen.Statement {
	s, bind := w.bound(e)
	if bind < least {
		return jen.Parens(s)
	}
	return s
}

// as writes e as a value of kind k, converting a small count if need be.
func (w *writer) as(e parser.Expr, k kind, least int) *jen.Statement {
	if have := w.kind(e); k == word && have == octet {
		return jen.Uint32().Parens(w.expr(e))
	}
	return w.operand(e, least)
}

// typed is as, and gives a bare number its type too.
func (w *writer) typed(e parser.Expr, k kind) *jen.Statement {
	if w.kind(e) == untyped && k != octet {
		return jen.Uint32().Parens(w.expr(e))
	}
	return w.as(e, k, bindOr)
}

func (w *writer) bound(e parser.Expr) (*jen.Statement, int) {
	switch e := e.(type) {
	case *parser.Ref:
		return variable(e.Var), bindUnary
	case *parser.Lit:
		return literal(e), bindUnary
	case *parser.BitSet:
		return jen.Id("seg").Dot("CTL").Dot("Has").Call(jen.Id(e.Bit.Name)), bindUnary
	case *parser.StateIn:
		return w.stateIn(e.States)
	case *parser.Running:
		if e.Timer == nil {
			return jen.Id("t").Dot("Timers").Op("!=").Lit(0), bindCompare
		}
		return jen.Id("t").Dot("Timers").Dot("Has").Call(timer(e.Timer)), bindUnary
	case *parser.Word:
		if e.Guard != nil {
			return w.call(e.Guard.Name, w.p.Uses(e.Guard), nil), bindUnary
		}
		return w.call(e.Value.Name, w.p.Uses(e.Value), nil), bindUnary
	case *parser.Not:
		return w.not(e)
	case *parser.Cond:
		return w.cond(e), bindUnary
	case *parser.Binary:
		return w.binary(e)
	}
	panic("gen: unknown expression")
}

func literal(e *parser.Lit) *jen.Statement {
	if e.T == parser.Bool {
		return jen.Lit(e.N != 0)
	}
	return jen.Lit(int(e.N))
}

// variable is t.SND.UNA, t.Settings.NoDelay, seg.SEQ, or a local name.
func variable(v *parser.Var) *jen.Statement {
	path := ir.Path(v.Name)
	var s *jen.Statement
	switch v.Scope {
	case parser.InTCB:
		s = jen.Id("t")
	case parser.InSettings:
		s = jen.Id("t").Dot("Settings")
	case parser.InSegment:
		s, path = jen.Id("seg"), path[1:]
	default:
		return jen.Id(ir.Unexported(v.Name))
	}
	for _, part := range path {
		s = s.Dot(part)
	}
	return s
}

func (w *writer) stateIn(set parser.StateSet) (*jen.Statement, int) {
	named, rest := w.p.Cover(set)
	var alternatives []*jen.Statement
	for _, s := range rest {
		alternatives = append(alternatives, jen.Id("t").Dot("State").Op("==").Id(ir.StateName(s.Name)))
	}
	for _, s := range named {
		alternatives = append(alternatives, jen.Id(ir.Exported(s.Name)).Dot("Has").Call(jen.Id("t").Dot("State")))
	}
	s := alternatives[0]
	for _, a := range alternatives[1:] {
		s = s.Op("||").Add(a)
	}
	switch {
	case len(alternatives) > 1:
		return s, bindOr
	case len(rest) == 1:
		return s, bindCompare
	}
	return s, bindUnary
}

func (w *writer) not(e *parser.Not) (*jen.Statement, int) {
	switch x := e.X.(type) {
	case *parser.Not:
		return w.bound(x.X)
	case *parser.Binary:
		flipped := map[parser.Op]parser.Op{parser.Eq: parser.Ne, parser.Ne: parser.Eq}
		if op, ok := flipped[x.Op]; ok {
			return w.binary(&parser.Binary{Op: op, X: x.X, Y: x.Y, T: x.T, Pos: x.Pos})
		}
	case *parser.StateIn:
		if members := w.p.Members(x.States); len(members) == 1 {
			return jen.Id("t").Dot("State").Op("!=").Id(ir.StateName(members[0].Name)), bindCompare
		}
	}
	return jen.Op("!").Add(w.operand(e.X, bindUnary)), bindUnary
}

// cond is a choice inside an expression; both sides are harmless to evaluate.
func (w *writer) cond(e *parser.Cond) *jen.Statement {
	if number(e.Then, 1) && number(e.Else, 0) {
		w.need("one")
		return jen.Id("one").Call(w.expr(e.If))
	}
	w.need("pick")
	k := w.kind(e)
	then, els := w.as(e.Then, k, bindOr), w.as(e.Else, k, bindOr)
	if k == untyped {
		then = w.typed(e.Then, word)
	}
	return jen.Id("pick").Call(w.expr(e.If), then, els)
}

func number(e parser.Expr, n uint32) bool {
	l, ok := e.(*parser.Lit)
	return ok && l.T != parser.Bool && l.N == n
}

func timer(t *parser.Timer) *jen.Statement { return jen.Id("Timer" + ir.WordName(t.Name)) }
