package ir

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Binding strength of the text's operators, loosest first.
const (
	bindIf = iota + 1
	bindOr
	bindAnd
	bindNot
	bindCompare
	bindAdd
	bindMul
	bindWord
)

var operators = map[parser.Op]struct {
	sign string
	bind int
}{
	parser.Or: {"or", bindOr}, parser.And: {"and", bindAnd},
	parser.Eq: {"=", bindCompare}, parser.Ne: {"!=", bindCompare}, parser.Lt: {"<", bindCompare},
	parser.Le: {"=<", bindCompare}, parser.Gt: {">", bindCompare}, parser.Ge: {">=", bindCompare},
	parser.Add: {"+", bindAdd}, parser.Sub: {"-", bindAdd},
	parser.Mul: {"*", bindMul}, parser.Div: {"/", bindMul}, parser.Shl: {"<<", bindMul}, parser.Shr: {">>", bindMul},
	parser.Min: {"min", bindWord}, parser.Max: {"max", bindWord},
}

// Text writes an expression as the text does.
func (p *Program) Text(e parser.Expr) string {
	s, _ := p.text(e)
	return s
}

func (p *Program) operand(e parser.Expr, least int) string {
	s, bind := p.text(e)
	if bind < least {
		return "(" + s + ")"
	}
	return s
}

func (p *Program) text(e parser.Expr) (string, int) {
	switch e := e.(type) {
	case *parser.Ref:
		return e.Var.Name, bindWord
	case *parser.Lit:
		if e.T == parser.Bool {
			return strconv.FormatBool(e.N != 0), bindWord
		}
		return strconv.FormatUint(uint64(e.N), 10), bindWord
	case *parser.BitSet:
		return e.Bit.Name, bindWord
	case *parser.StateIn:
		return "state in " + p.SetText(e.States), bindCompare
	case *parser.Running:
		if e.Timer == nil {
			return "running(any)", bindWord
		}
		return "running(" + e.Timer.Name + ")", bindWord
	case *parser.Word:
		if e.Guard != nil {
			return e.Guard.Name, bindWord
		}
		return e.Value.Name, bindWord
	case *parser.Not:
		return "not " + p.operand(e.X, bindNot), bindNot
	case *parser.Cond:
		return p.operand(e.Then, bindOr) + " if " + p.operand(e.If, bindOr) + " else " + p.operand(e.Else, bindIf), bindIf
	case *parser.Binary:
		return p.binaryText(e)
	}
	panic(fmt.Sprintf("ir: no text for %T", e))
}

func (p *Program) binaryText(e *parser.Binary) (string, int) {
	op := operators[e.Op]
	if op.bind == bindWord {
		return op.sign + "(" + p.Text(e.X) + ", " + p.Text(e.Y) + ")", bindWord
	}
	if s, ok := p.chain(e); ok {
		return s, bindCompare
	}
	left, right := op.bind, op.bind+1
	if op.bind == bindCompare {
		left++
	}
	return p.operand(e.X, left) + " " + op.sign + " " + p.operand(e.Y, right), op.bind
}

// chain writes a < b and b =< c as a < b =< c.
func (p *Program) chain(e *parser.Binary) (string, bool) {
	x, ok := e.X.(*parser.Binary)
	y, also := e.Y.(*parser.Binary)
	if e.Op != parser.And || !ok || !also || operators[x.Op].bind != bindCompare || operators[y.Op].bind != bindCompare ||
		p.Text(x.Y) != p.Text(y.X) {
		return "", false
	}
	return p.Text(x) + " " + operators[y.Op].sign + " " + p.operand(y.Y, bindAdd), true
}

// SetText writes a set of states as the text does.
func (p *Program) SetText(set parser.StateSet) string {
	if set == p.AllStates() {
		return "any"
	}
	named, rest := p.Cover(set)
	var parts []string
	for _, s := range rest {
		parts = append(parts, s.Name)
	}
	for _, s := range named {
		parts = append(parts, s.Name)
	}
	return strings.Join(parts, " | ")
}

// StmtText writes a statement that contains no others as the text does.
func (p *Program) StmtText(s parser.Stmt) string {
	switch s := s.(type) {
	case *parser.Let:
		return "let " + s.Var.Name + " = " + p.Text(s.Expr)
	case *parser.Assign:
		return s.Var.Name + " <- " + p.Text(s.Expr)
	case *parser.Clear:
		return "clear " + s.Bit.Name
	case *parser.Send:
		return "send " + p.segmentText(s)
	case *parser.Start:
		return "start " + s.Timer.Name
	case *parser.Stop:
		if s.Timer == nil {
			return "stop all"
		}
		return "stop " + s.Timer.Name
	case *parser.Goto:
		return "goto " + s.State.Name
	case *parser.Signal:
		return "signal " + s.Phrase.Name
	case *parser.Return:
		return "return " + s.Phrase.Name
	case *parser.Drop:
		return "drop"
	case *parser.Forget:
		return "forget"
	case *parser.Continue:
		return "continue at step " + s.Step.Name
	case *parser.Do:
		return s.Effect.Name + p.argsText(s.Args)
	case *parser.Call:
		return s.Action.Name + p.argsText(s.Args)
	}
	panic(fmt.Sprintf("ir: no text for %T", s))
}

func (p *Program) argsText(args []parser.Expr) string {
	if len(args) == 0 {
		return ""
	}
	var parts []string
	for _, a := range args {
		parts = append(parts, p.Text(a))
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func (p *Program) segmentText(s *parser.Send) string {
	var b strings.Builder
	field := func(format string, args ...any) { fmt.Fprintf(&b, "<"+format+">", args...) }
	field("SEQ=%s", p.Text(s.SEQ))
	if s.ACK != nil {
		field("ACK=%s", p.Text(s.ACK))
	}
	var bits []string
	for _, bit := range s.CTL {
		bits = append(bits, bit.Name)
	}
	field("CTL=%s", strings.Join(bits, ","))
	for _, c := range s.Cond {
		field("%s if %s", c.Bit.Name, p.Text(c.Cond))
	}
	if s.DATA != nil {
		field("DATA=%s", p.Text(s.DATA))
	}
	if s.UP != nil && s.UPIf != nil {
		field("UP=%s if %s", p.Text(s.UP), p.Text(s.UPIf))
	} else if s.UP != nil {
		field("UP=%s", p.Text(s.UP))
	}
	return b.String()
}
