package tla

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// operators as TLA+ has them.
var operators = map[parser.Op]string{
	parser.Or: `\/`, parser.And: `/\`, parser.Eq: "=", parser.Ne: "#", parser.Lt: "<", parser.Le: "<=",
	parser.Gt: ">", parser.Ge: ">=", parser.Add: "+", parser.Sub: "-", parser.Mul: "*", parser.Div: `\div`, parser.Implies: "=>",
}

// view says what the parts of an expression are called where it stands.
type view struct {
	*writer
	host     string // a record with the TCB
	settings string
	seg      string // the segment
	suffix   string // of words: "" in the machine
	args     string // what words are given
	peer     func(view) view
	was      func(view) view
	ghost    func(v view, name string) string
}

// machine is the view of rules: m is the machine.
func (w *writer) at(m string) view {
	return view{writer: w, host: m + ".my", settings: "Settings[" + m + ".me]", seg: m + ".SEG", args: "(" + m + ")"}
}

func (v view) expr(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.Lit:
		return literal(e.T, e.N)
	case *parser.Ref:
		return v.variable(e.Var)
	case *parser.BitSet:
		return quoted(e.Bit.Name) + ` \in ` + v.seg + ".CTL"
	case *parser.StateIn:
		if list := v.p.Members(e.States); len(list) == 1 {
			return v.host + ".state = " + quoted(list[0].Name)
		}
		return v.host + `.state \in ` + v.states(e.States)
	case *parser.Running:
		if e.Timer == nil {
			return v.host + ".timers # {}"
		}
		return quoted(e.Timer.Name) + ` \in ` + v.host + ".timers"
	case *parser.Word:
		return v.used(e)
	case *parser.Not:
		return "~" + v.operand(e.X)
	case *parser.Cond:
		return fmt.Sprintf("(IF %s THEN %s ELSE %s)", v.expr(e.If), v.expr(e.Then), v.expr(e.Else))
	case *parser.Binary:
		return v.binary(e)
	}
	return v.step(e)
}

// operand is an expression in brackets, where it needs any.
func (v view) operand(e parser.Expr) string { return wrapped(v.expr(e)) }

func wrapped(s string) string {
	depth := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("([{", r):
			depth++
		case strings.ContainsRune(")]}", r):
			depth--
		case r == ' ' && depth == 0:
			return "(" + s + ")"
		}
	}
	return s
}

func (v view) binary(e *parser.Binary) string {
	call := func(name string) string { return fmt.Sprintf("%s(%s, %s)", name, v.expr(e.X), v.expr(e.Y)) }
	numbers := e.X.Type() == parser.Seq || e.X.Type() == parser.Stamp
	switch {
	case e.Op == parser.Min:
		return call("Min")
	case e.Op == parser.Max:
		return call("Max")
	case e.Op == parser.Sub && !numbers:
		return call("Minus")
	case e.Op == parser.Sub && e.Y.Type() == parser.Seq && v.suffix != "":
		return call("Distance")
	case e.Op == parser.Shl:
		return v.operand(e.X) + " * 2^" + v.operand(e.Y)
	case e.Op == parser.Shr:
		return v.operand(e.X) + ` \div (2^` + v.operand(e.Y) + ")"
	}
	return v.side(e, e.X) + " " + operators[e.Op] + " " + v.side(e, e.Y)
}

// side leaves brackets out of chains of one operator whose order does not matter.
func (v view) side(e *parser.Binary, x parser.Expr) string {
	b, ok := x.(*parser.Binary)
	if ok && b.Op == e.Op && (e.Op == parser.And || e.Op == parser.Or) {
		return v.binary(b)
	}
	return v.operand(x)
}

func (v view) variable(x *parser.Var) string {
	switch x.Scope {
	case parser.InTCB:
		return v.host + "." + ir.Ident(x.Name)
	case parser.InSettings:
		return v.settings + "." + ir.Ident(x.Name)
	case parser.InSegment:
		return v.seg + "." + field(x)
	case parser.InGhost:
		return v.ghost(v, ir.Ident(x.Name))
	}
	if v.suffix != "" {
		return "e." + ir.Ident(x.Name)
	}
	return local(x)
}

// field is a variable of the segment without its SEG.
func field(x *parser.Var) string { return ir.Ident(strings.TrimPrefix(x.Name, "SEG.")) }

// local is the name of a parameter or a let: no operator is called so.
func local(x *parser.Var) string { return ir.Ident(x.Name) + "_" }

// used is the use of a guard, a value or a term.
func (v view) used(e *parser.Word) string {
	d := ir.DefinitionOf(e)
	if v.suffix != "" {
		v.ask(d)
	}
	return ir.Ident(d.Name) + v.suffix + v.args
}
