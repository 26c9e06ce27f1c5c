package promela

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// operators as Promela has them; its binding strengths are those of C.
var operators = map[parser.Op]string{
	parser.Or: "||", parser.And: "&&", parser.Eq: "==", parser.Ne: "!=", parser.Lt: "<", parser.Le: "<=",
	parser.Gt: ">", parser.Ge: ">=", parser.Add: "+", parser.Sub: "-", parser.Mul: "*", parser.Div: "/",
	parser.Shl: "<<", parser.Shr: ">>",
}

// view is a writer of expressions: of the machine's, or of properties, which look at
// a host, at its peer, at what was before a step, and at what the event itself made.
type view struct {
	*writer
	host string // its number, as an expression; "": my, in the machine
	when string // now, was, made or began
	sent string // if it is about one of the segments that are sent: which, in brackets
}

// When a property sees a host. The prefix is that of the variables that remember it.
const (
	now   = ""
	was   = "was_"   // before the step
	made  = "made_"  // behind the event itself, before what followed at once; but what is counted, now
	began = "began_" // before the step, as made sees it: what follows has another before
)

// expr writes an expression of the machine.
func (w *writer) expr(e parser.Expr) string { return view{writer: w}.expr(e) }

func (v view) expr(e parser.Expr) string {
	switch e := e.(type) {
	case *parser.Lit:
		if e.T == parser.Bool {
			return strconv.FormatBool(e.N != 0)
		}
		return strconv.FormatUint(uint64(e.N), 10)
	case *parser.Ref:
		return v.variable(e.Var)
	case *parser.BitSet:
		return v.bit(e.Bit)
	case *parser.StateIn:
		return v.stateIn(e.States)
	case *parser.Running:
		if e.Timer == nil {
			return v.running("all_timers")
		}
		return v.running(timerName(e.Timer))
	case *parser.Word:
		return v.word(e)
	case *parser.Not:
		return "!" + v.negated(e.X)
	case *parser.Cond:
		return fmt.Sprintf(v.pick(), v.expr(e.If), v.expr(e.Then), v.expr(e.Else))
	case *parser.Binary:
		return v.binary(e)
	}
	return v.step(e)
}

// operand is an expression in brackets, where it needs any.
func (v view) operand(e parser.Expr) string {
	if bare(v.expr(e)) {
		return v.expr(e)
	}
	return "(" + v.expr(e) + ")"
}

// negated is an operand of !, which SPIN does not want twice.
func (v view) negated(e parser.Expr) string {
	if s := v.operand(e); s[0] != '!' {
		return s
	}
	return "(" + v.expr(e) + ")"
}

// bare tells that an expression needs no brackets: it is a name, or has its own.
func bare(s string) bool {
	depth := 0
	for _, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ' ':
			if depth == 0 {
				return false
			}
		}
	}
	return true
}

// minus: counts stop at zero, numbers do not.
func (v view) minus(e *parser.Binary) bool {
	return e.Op == parser.Sub && e.X.Type() != parser.Seq && e.X.Type() != parser.Stamp
}

func (v view) binary(e *parser.Binary) string {
	call := func(name string) string { return fmt.Sprintf("%s(%s, %s)", name, v.expr(e.X), v.expr(e.Y)) }
	switch {
	case v.host != "" && functions[e.Op] != "" && (e.Op != parser.Sub || v.minus(e)):
		return call(functions[e.Op])
	case v.host != "" && e.Op == parser.Sub && e.Y.Type() == parser.Seq:
		return call("distance")
	case e.Op == parser.Implies:
		return "!" + v.negated(e.X) + " || " + v.operand(e.Y)
	case e.Op == parser.Min:
		return call("min")
	case e.Op == parser.Max:
		return call("max")
	case v.minus(e):
		return call("minus")
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

func (w *writer) variable(v *parser.Var) string { return view{writer: w}.variable(v) }

func (v view) variable(x *parser.Var) string {
	switch {
	case v.host != "":
		return v.seen(x)
	case x.Scope == parser.InTCB:
		return "my." + ir.Ident(x.Name)
	case x.Scope == parser.InSettings, x.Scope == parser.InSegment:
		return ir.Ident(x.Name)
	}
	return v.declare(x)
}

// states writes a set as an union of named sets and single states.
func (w *writer) states(set parser.StateSet) string {
	if set == w.p.AllStates() {
		return "any_state"
	}
	named, rest := w.p.Cover(set)
	var parts []string
	for _, s := range named {
		parts = append(parts, ir.Ident(s.Name))
	}
	for _, s := range rest {
		parts = append(parts, "S("+ir.Ident(s.Name)+")")
	}
	return strings.Join(parts, " | ")
}
