package promela

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// operators as Promela has them; its binding strengths are those of C.
var operators = map[parser.Op]string{
	parser.Or: "||", parser.And: "&&", parser.Eq: "==", parser.Ne: "!=", parser.Lt: "<", parser.Le: "<=",
	parser.Gt: ">", parser.Ge: ">=", parser.Add: "+", parser.Sub: "-", parser.Mul: "*", parser.Div: "/",
	parser.Shl: "<<", parser.Shr: ">>",
}

// expr writes an expression.
func (w *writer) expr(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.Lit:
		if e.T == parser.Bool {
			return strconv.FormatBool(e.N != 0)
		}
		return strconv.FormatUint(uint64(e.N), 10)
	case *parser.Ref:
		return w.variable(e.Var)
	case *parser.BitSet:
		return "has(" + e.Bit.Name + ")"
	case *parser.StateIn:
		return "state_in(" + w.states(e.States) + ")"
	case *parser.Running:
		if e.Timer == nil {
			return "running(all_timers)"
		}
		return "running(" + timerName(e.Timer) + ")"
	case *parser.Word:
		if e.Guard != nil {
			return ident(e.Guard.Name)
		}
		return ident(e.Value.Name)
	case *parser.Not:
		return "!" + w.operand(e.X)
	case *parser.Cond:
		return fmt.Sprintf("(%s -> %s : %s)", w.expr(e.If), w.expr(e.Then), w.expr(e.Else))
	case *parser.Binary:
		return w.binary(e)
	}
	panic(fmt.Sprintf("promela: no text for %T", e))
}

// operand is an expression in brackets, where it needs any.
func (w *writer) operand(e parser.Expr) string {
	if b, ok := e.(*parser.Binary); ok && operators[b.Op] != "" && !w.minus(b) {
		return "(" + w.expr(e) + ")"
	}
	return w.expr(e)
}

// minus: counts stop at zero, numbers do not.
func (w *writer) minus(e *parser.Binary) bool {
	return e.Op == parser.Sub && e.X.Type() != parser.Seq && e.X.Type() != parser.Stamp
}

func (w *writer) binary(e *parser.Binary) string {
	switch {
	case e.Op == parser.Min:
		return fmt.Sprintf("min(%s, %s)", w.expr(e.X), w.expr(e.Y))
	case e.Op == parser.Max:
		return fmt.Sprintf("max(%s, %s)", w.expr(e.X), w.expr(e.Y))
	case w.minus(e):
		return fmt.Sprintf("minus(%s, %s)", w.expr(e.X), w.expr(e.Y))
	}
	return w.side(e, e.X) + " " + operators[e.Op] + " " + w.side(e, e.Y)
}

// side leaves brackets out of chains of one operator whose order does not matter.
func (w *writer) side(e *parser.Binary, x parser.Expr) string {
	b, ok := x.(*parser.Binary)
	if ok && b.Op == e.Op && (e.Op == parser.And || e.Op == parser.Or) {
		return w.binary(b)
	}
	return w.operand(x)
}

func (w *writer) variable(v *parser.Var) string {
	switch v.Scope {
	case parser.InTCB:
		return "my." + ident(v.Name)
	case parser.InSettings, parser.InSegment:
		return ident(v.Name)
	}
	return w.declare(v)
}

// states writes a set as an union of named sets and single states.
func (w *writer) states(set parser.StateSet) string {
	if set == w.p.AllStates() {
		return "any_state"
	}
	named, rest := w.p.Cover(set)
	var parts []string
	for _, s := range named {
		parts = append(parts, ident(s.Name))
	}
	for _, s := range rest {
		parts = append(parts, "S("+ident(s.Name)+")")
	}
	return strings.Join(parts, " | ")
}
