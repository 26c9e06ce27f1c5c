package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/parser"
)

var symbols = map[parser.Op]string{
	parser.Add: "+", parser.Mul: "*", parser.Div: "/", parser.Shl: "<<", parser.Shr: ">>",
	parser.And: "&&", parser.Or: "||",
	parser.Eq: "==", parser.Ne: "!=", parser.Lt: "<", parser.Le: "<=", parser.Gt: ">", parser.Ge: ">=",
}

func (w *writer) binary(e *parser.Binary) (*jen.Statement, int) {
	switch e.Op {
	case parser.And:
		return w.infix(e, boolean, bindAnd), bindAnd
	case parser.Or:
		return w.infix(e, boolean, bindOr), bindOr
	case parser.Eq, parser.Ne, parser.Lt, parser.Le, parser.Gt, parser.Ge:
		return w.compare(e)
	case parser.Min, parser.Max:
		return w.extreme(e), bindUnary
	}
	return w.arithmetic(e)
}

func (w *writer) infix(e *parser.Binary, k kind, bind int) *jen.Statement {
	return w.as(e.X, k, bind).Op(symbols[e.Op]).Add(w.as(e.Y, k, bind+1))
}

// compare uses the methods of Seq and Stamp, so that order is always modular.
func (w *writer) compare(e *parser.Binary) (*jen.Statement, int) {
	k := join(w.kind(e.X), w.kind(e.Y))
	if k != seq && k != stamp || e.Op == parser.Eq || e.Op == parser.Ne {
		return w.infix(e, k, bindCompare), bindCompare
	}
	x, y, method := e.X, e.Y, "Less"
	if e.Op == parser.Gt || e.Op == parser.Ge {
		x, y = y, x
	}
	if e.Op == parser.Le || e.Op == parser.Ge {
		method = "LessEq"
	}
	return w.operand(x, bindUnary).Dot(method).Call(w.expr(y)), bindUnary
}

func (w *writer) extreme(e *parser.Binary) *jen.Statement {
	k := w.binaryKind(e)
	if k == seq || k == stamp {
		panic("gen: " + e.Pos.File + ": min and max of sequence numbers have no meaning")
	}
	name := "min"
	if e.Op == parser.Max {
		name = "max"
	}
	var args []jen.Code
	for _, x := range operands(e, e.Op) {
		args = append(args, w.as(x, k, bindOr))
	}
	return jen.Id(name).Call(args...)
}

// operands flattens a chain of one operator: min(min(a, b), c) has three.
func operands(e parser.Expr, op parser.Op) []parser.Expr {
	b, ok := e.(*parser.Binary)
	if !ok || b.Op != op {
		return []parser.Expr{e}
	}
	return append(operands(b.X, op), operands(b.Y, op)...)
}

func (w *writer) arithmetic(e *parser.Binary) (*jen.Statement, int) {
	x, y := w.kind(e.X), w.kind(e.Y)
	switch {
	case e.Op == parser.Add && x == seq:
		return w.method(e.X, "Add", e.Y), bindUnary
	case e.Op == parser.Add && y == seq:
		return w.method(e.Y, "Add", e.X), bindUnary
	case e.Op == parser.Sub && x == seq && y == seq:
		return w.method(e.X, "Sub", e.Y), bindUnary
	case e.Op == parser.Sub && x == seq:
		w.need("Back")
		return w.method(e.X, "Back", e.Y), bindUnary
	case e.Op == parser.Sub:
		w.need("sub")
		return jen.Id("sub").Call(w.as(e.X, word, bindOr), w.as(e.Y, word, bindOr)), bindUnary
	case e.Op == parser.Shl || e.Op == parser.Shr:
		return w.typed32(e.X).Op(symbols[e.Op]).Add(w.operand(e.Y, bindMul+1)), bindMul
	case e.Op == parser.Add:
		return w.infix(e, word, bindAdd), bindAdd
	}
	return w.infix(e, word, bindMul), bindMul
}

// method writes x.Name(n); a count of either size becomes a uint32.
func (w *writer) method(x parser.Expr, name string, n parser.Expr) *jen.Statement {
	return w.operand(x, bindUnary).Dot(name).Call(w.as(n, word, bindOr))
}

// typed32 gives the left side of a shift its type, which Go would else infer.
func (w *writer) typed32(e parser.Expr) *jen.Statement {
	if w.kind(e) == word {
		return w.operand(e, bindMul)
	}
	return jen.Uint32().Parens(w.expr(e))
}
