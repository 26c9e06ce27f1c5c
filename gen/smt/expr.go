package smt

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

var operators = map[parser.Op]string{
	parser.Add: "bvadd", parser.Mul: "bvmul", parser.Div: "bvudiv", parser.Shl: "bvshl", parser.Shr: "bvlshr",
	parser.And: "and", parser.Or: "or", parser.Implies: "=>", parser.Eq: "=", parser.Ne: "distinct",
	parser.Lt: "bvult", parser.Le: "bvule", parser.Gt: "bvugt", parser.Ge: "bvuge",
}

func (w *writer) expr(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.Lit:
		if e.T == parser.Bool {
			return fmt.Sprint(e.N != 0)
		}
		return number(e.N)
	case *parser.Ref:
		return "|" + e.Var.Name + "|"
	case *parser.BitSet:
		return hasAny("CTL", 1<<e.Bit.Index)
	case *parser.StateIn:
		return hasAny(fmt.Sprintf("(bvshl %s %s)", number(1), "state"), uint32(e.States))
	case *parser.Running:
		if e.Timer == nil {
			return hasAny("timers", 1<<len(w.p.Timers)-1)
		}
		return hasAny("timers", 1<<e.Timer.Index)
	case *parser.Word:
		return w.expr(ir.DefinitionOf(e).Expr)
	case *parser.Not:
		return "(not " + w.expr(e.X) + ")"
	case *parser.Cond:
		return fmt.Sprintf("(ite %s %s %s)", w.expr(e.If), w.expr(e.Then), w.expr(e.Else))
	case *parser.Binary:
		return w.binary(e)
	}
	panic(fmt.Sprintf("smt: no term for %T", e))
}

func hasAny(set string, of uint32) string {
	return fmt.Sprintf("(distinct (bvand %s %s) %s)", set, number(of), number(0))
}

func (w *writer) binary(e *parser.Binary) string {
	x, y := w.expr(e.X), w.expr(e.Y)
	circle := e.X.Type() == parser.Seq || e.X.Type() == parser.Stamp
	switch {
	case e.Op == parser.Sub && !circle:
		return fmt.Sprintf("(ite (bvuge %s %s) (bvsub %s %s) %s)", x, y, x, y, number(0))
	case e.Op == parser.Sub:
		return fmt.Sprintf("(bvsub %s %s)", x, y)
	case e.Op == parser.Min:
		return fmt.Sprintf("(ite (bvult %s %s) %s %s)", x, y, x, y)
	case e.Op == parser.Max:
		return fmt.Sprintf("(ite (bvugt %s %s) %s %s)", x, y, x, y)
	case circle && e.Op == parser.Lt: // as Seq.Less: y is one of the 2^31-1 numbers behind x
		return fmt.Sprintf("(bvsgt (bvsub %s %s) %s)", y, x, number(0))
	case circle && e.Op == parser.Le:
		return fmt.Sprintf("(bvsge (bvsub %s %s) %s)", y, x, number(0))
	case circle && e.Op == parser.Gt:
		return fmt.Sprintf("(bvsgt (bvsub %s %s) %s)", x, y, number(0))
	case circle && e.Op == parser.Ge:
		return fmt.Sprintf("(bvsge (bvsub %s %s) %s)", x, y, number(0))
	}
	return fmt.Sprintf("(%s %s %s)", operators[e.Op], x, y)
}
