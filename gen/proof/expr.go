package proof

import (
	"fmt"
	"strings"

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

type writer struct {
	p     *ir.Program
	words map[any]bool // those that were used
	signs []string     // conditions of steps, as code
}

// view is a writer of expressions for one kind of function: what its parameters are
// called there.
type view struct {
	*writer
	kind kind
	host string // the host that plain names are of
	peer string // the other
	seg  string
}

// in is the view of a function.
func (w *writer) in(k kind) view {
	v := view{writer: w, kind: k, host: "h", peer: "p", seg: "seg"}
	if k == steps {
		v.host, v.seg = "s.After", "s.SEG"
	}
	return v
}

// of is the view of the other host, or of the same host before the step.
func (v view) of(whose parser.Whose) view {
	if whose == parser.Was {
		v.host = "s.Before"
	} else {
		v.host, v.peer = v.peer, v.host
	}
	return v
}

func goType(t parser.Type) string {
	switch t {
	case parser.Bool:
		return "bool"
	case parser.Seq:
		return "tcp.Seq"
	case parser.Stamp:
		return "tcp.Stamp"
	}
	return "uint32" // small counts too: properties only compare them
}

// as writes an expression as the result of a function.
func (v view) as(e parser.Expr, _ parser.Type) string { return v.expr(e, 0) }

// expr writes e for a place where what binds looser than least needs parentheses.
func (v view) expr(e parser.Expr, least int) string { return v.bound(e, least) }

func (v view) bound(e parser.Expr, least int) string {
	text, bind := v.write(e)
	if bind < least {
		return "(" + text + ")"
	}
	return text
}

func (v view) write(e parser.Expr) (string, int) {
	switch e := e.(type) {
	case *parser.Ref:
		return v.variable(e.Var), bindUnary
	case *parser.Lit:
		if e.T == parser.Bool {
			return fmt.Sprint(e.N != 0), bindUnary
		}
		return fmt.Sprint(e.N), bindUnary
	case *parser.BitSet:
		return v.seg + ".CTL.Has(tcp." + e.Bit.Name + ")", bindUnary
	case *parser.StateIn:
		return v.stateIn(e.States)
	case *parser.Running:
		if e.Timer == nil {
			return v.host + ".TCB.Timers != 0", bindCompare
		}
		return v.host + ".TCB.Timers.Has(" + timer(e.Timer) + ")", bindUnary
	case *parser.Word:
		return v.call(e), bindUnary
	case *parser.Of:
		return v.of(e.Whose).write(e.X)
	case *parser.Not:
		return "!" + v.bound(e.X, bindUnary), bindUnary
	case *parser.Cond:
		return v.cond(e), bindUnary
	case *parser.Binary:
		return v.binary(e)
	}
	return v.step(e)
}

// variable is h.TCB.SND.UNA, h.Submitted, seg.SEQ or a parameter of the event. Small
// counts become counts.
func (v view) variable(x *parser.Var) string {
	path := ir.Path(x.Name)
	var s string
	switch x.Scope {
	case parser.InTCB:
		s = v.host + ".TCB." + strings.Join(path, ".")
	case parser.InSettings:
		s = v.host + ".TCB.Settings." + strings.Join(path, ".")
	case parser.InGhost:
		return v.host + "." + ir.Exported(x.Name)
	case parser.InSegment:
		s = v.seg + "." + strings.Join(path[1:], ".")
	default:
		if x.Type == parser.Bool {
			return fmt.Sprintf("(s.Params[%d] != 0)", x.Index)
		}
		if x.Type == parser.Octets || x.Type == parser.Small {
			return fmt.Sprintf("s.Params[%d]", x.Index)
		}
		return fmt.Sprintf("%s(s.Params[%d])", goType(x.Type), x.Index)
	}
	if x.Type == parser.Small {
		return "uint32(" + s + ")"
	}
	return s
}

func (v view) stateIn(set parser.StateSet) (string, int) {
	named, rest := v.p.Cover(set)
	var list []string
	for _, s := range rest {
		list = append(list, v.host+".TCB.State == tcp."+ir.StateName(s.Name))
	}
	for _, s := range named {
		list = append(list, "tcp."+ir.Exported(s.Name)+".Has("+v.host+".TCB.State)")
	}
	switch {
	case len(list) > 1:
		return strings.Join(list, " || "), bindOr
	case len(rest) == 1:
		return list[0], bindCompare
	}
	return list[0], bindUnary
}

// call writes the use of a word, which is a function of what it looks at.
func (v view) call(e *parser.Word) string {
	d := ir.DefinitionOf(e)
	switch {
	case e.Guard != nil:
		v.words[e.Guard] = true
	case e.Value != nil:
		v.words[e.Value] = true
	default:
		v.words[e.Term] = true
	}
	args := [...]string{v.host, v.host + ", " + v.seg, v.host + ", " + v.peer, "s"}
	k := v.kindOf(d.Expr)
	return wordName(d.Name) + "(" + args[k] + ")"
}

func (v view) cond(e *parser.Cond) string {
	if number(e.Then, 1) && number(e.Else, 0) {
		return "one(" + v.expr(e.If, 0) + ")"
	}
	return apart("pick", v.expr(e.If, 0), v.typed(e.Then), v.typed(e.Else))
}

// typed gives a bare number its type.
func (v view) typed(e parser.Expr) string {
	if l, ok := e.(*parser.Lit); ok && l.T != parser.Bool {
		return fmt.Sprintf("uint32(%d)", l.N)
	}
	return v.expr(e, 0)
}

func number(e parser.Expr, n uint32) bool {
	l, ok := e.(*parser.Lit)
	return ok && l.T != parser.Bool && l.N == n
}

var symbols = map[parser.Op]string{
	parser.Add: "+", parser.Mul: "*", parser.Div: "/", parser.Shl: "<<", parser.Shr: ">>",
	parser.And: "&&", parser.Or: "||",
	parser.Eq: "==", parser.Ne: "!=", parser.Lt: "<", parser.Le: "<=", parser.Gt: ">", parser.Ge: ">=",
}

func (v view) binary(e *parser.Binary) (string, int) {
	switch e.Op {
	case parser.And:
		return v.infix(e, bindAnd), bindAnd
	case parser.Or:
		return v.infix(e, bindOr), bindOr
	case parser.Implies:
		return "!" + v.bound(e.X, bindUnary) + " || " + v.bound(e.Y, bindOr), bindOr
	case parser.Min, parser.Max:
		return e.Op.String() + "(" + v.typed(e.X) + ", " + v.typed(e.Y) + ")", bindUnary
	case parser.Eq, parser.Ne:
		return v.bound(e.X, bindCompare+1) + " " + symbols[e.Op] + " " + v.bound(e.Y, bindCompare+1), bindCompare
	case parser.Lt, parser.Le, parser.Gt, parser.Ge:
		return v.compare(e)
	}
	return v.arithmetic(e)
}

func (v view) infix(e *parser.Binary, bind int) string {
	return v.bound(e.X, bind) + " " + symbols[e.Op] + " " + v.bound(e.Y, bind+1)
}

// compare uses the methods of Seq and Stamp, so that order is always modular.
func (v view) compare(e *parser.Binary) (string, int) {
	if t := e.X.Type(); t != parser.Seq && t != parser.Stamp {
		return v.infix(e, bindCompare), bindCompare
	}
	x, y, method := e.X, e.Y, ".Less("
	if e.Op == parser.Gt || e.Op == parser.Ge {
		x, y = y, x
	}
	if e.Op == parser.Le || e.Op == parser.Ge {
		method = ".LessEq("
	}
	return v.bound(x, bindUnary) + method + v.expr(y, 0) + ")", bindUnary
}

func (v view) arithmetic(e *parser.Binary) (string, int) {
	x, y := e.X.Type(), e.Y.Type()
	method := func(name string) (string, int) {
		return v.bound(e.X, bindUnary) + "." + name + "(" + v.expr(e.Y, 0) + ")", bindUnary
	}
	switch {
	case e.Op == parser.Add && x == parser.Seq:
		return method("Add")
	case e.Op == parser.Sub && x == parser.Seq && y == parser.Seq:
		return method("Sub")
	case e.Op == parser.Sub && x == parser.Seq:
		return method("Back")
	case e.Op == parser.Sub:
		return "sub(" + v.expr(e.X, 0) + ", " + v.expr(e.Y, 0) + ")", bindUnary
	case e.Op == parser.Add:
		return v.infix(e, bindAdd), bindAdd
	}
	if _, bare := e.X.(*parser.Lit); bare {
		return v.typed(e.X) + " " + symbols[e.Op] + " " + v.bound(e.Y, bindMul+1), bindMul
	}
	return v.bound(e.X, bindMul) + " " + symbols[e.Op] + " " + v.bound(e.Y, bindMul+1), bindMul
}

func timer(t *parser.Timer) string { return "tcp.Timer" + ir.WordName(t.Name) }
