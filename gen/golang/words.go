package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"

	"github.com/lockstep-tcp/lockstep/parser"
)

// guard writes a named condition as a function.
func (w *writer) guard(keyword string, g *parser.Guard) []jen.Code {
	return append(comment(keyword+" "+headline(g.Name, g.Decl)),
		w.signature(g.Name, w.p.Uses(g), nil).Bool().Block(jen.Return(w.alternatives(g.Expr))), jen.Line())
}

// alternatives writes a long condition with one alternative, or one conjunct, a line.
func (w *writer) alternatives(e parser.Expr) *jen.Statement {
	whole := w.expr(e)
	b, ok := e.(*parser.Binary)
	if !ok || b.Op != parser.Or && b.Op != parser.And || len(fmt.Sprintf("%#v", whole)) <= commentWidth {
		return whole
	}
	bind := bindAnd
	if b.Op == parser.Or {
		bind = bindOr
	}
	var s *jen.Statement
	for _, x := range operands(e, b.Op) {
		if s == nil {
			s = w.operand(x, bind)
			continue
		}
		s = s.Op(symbols[b.Op]).Line().Add(w.operand(x, bind+1))
	}
	return s
}

// value writes a named expression as a function.
func (w *writer) value(v *parser.Value) []jen.Code {
	var body []jen.Code
	if c, ok := v.Expr.(*parser.Cond); ok {
		body = []jen.Code{jen.If(w.expr(c.If)).Block(jen.Return(w.result(c.Then, v))), jen.Return(w.result(c.Else, v))}
	} else {
		body = []jen.Code{jen.Return(w.result(v.Expr, v))}
	}
	return append(comment("value "+headline(v.Name, v.Decl)),
		w.signature(v.Name, w.p.Uses(v), nil).Add(goType(v.Type)).Block(body...), jen.Line())
}

func (w *writer) result(e parser.Expr, v *parser.Value) *jen.Statement {
	return w.as(e, kindOf(v.Type), bindOr)
}

// action writes a named list of statements as a function.
func (w *writer) action(a *parser.Action) []jen.Code {
	reports := w.p.MayStop(a.Body) && !w.p.MustStop(a.Body)
	head := comment("action " + headline(a.Name, a.Decl))
	if reports {
		head = append(head, comment("It reports whether the event is over.")...)
	}
	signature := w.signature(a.Name, w.p.Uses(a), a.Params)
	if reports {
		signature = signature.Bool()
	}
	return w.function(a.Name, head, signature, func() []jen.Code { return w.body(a.Body, reports) })
}

// invariants writes what a file of the text says must hold after every event.
func (w *writer) invariants(f *parser.File) []jen.Code {
	var code, rows []jen.Code
	for _, g := range w.p.Invariants {
		if g.Pos.File != f.Name {
			continue
		}
		code = append(code, w.guard("invariant", g)...)
		rows = append(rows, jen.Values(jen.Lit(g.Name), jen.Lit(g.Doc), jen.Lit(g.Catches), jen.Lit(sources(g.Decl)),
			jen.Parens(jen.Op("*").Id("TCB")).Dot(ir.Unexported(g.Name))))
	}
	if len(rows) == 0 {
		return nil
	}
	return append(code,
		jen.Comment("Invariant is a condition on one TCB that holds after every event."),
		jen.Type().Id("Invariant").Struct(
			jen.List(jen.Id("Name"), jen.Id("Doc"), jen.Id("Catches"), jen.Id("Sources")).String(),
			jen.Id("Holds").Func().Params(jen.Op("*").Id("TCB")).Bool(),
		),
		jen.Line(),
		jen.Comment("Invariants are those of the text, in its order."),
		jen.Var().Id("Invariants").Op("=").Index(jen.Op("...")).Id("Invariant").Values(onLines(rows)...),
		jen.Line(),
	)
}
