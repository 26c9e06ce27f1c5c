package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// send writes <SEQ=…><ACK=…><CTL=…> as one literal; what hangs on a condition
// is added to it behind.
func (w *writer) send(s *parser.Send) []jen.Code {
	segment := jen.Id("Sent").Values(w.fields(s)...)
	if len(s.Cond) == 0 && s.UP == nil {
		return []jen.Code{jen.Id("out").Dot("send").Call(segment)}
	}
	w.sends++
	name := "s"
	if w.sends > 1 {
		name = fmt.Sprintf("s%d", w.sends)
	}
	code := []jen.Code{jen.Id(name).Op(":=").Add(segment)}
	for _, c := range s.Cond {
		code = append(code, jen.If(w.expr(c.Cond)).Block(jen.Id(name).Dot("CTL").Op("|=").Id(c.Bit.Name)))
	}
	if s.UP != nil {
		urgent := []jen.Code{
			jen.Id(name).Dot("CTL").Op("|=").Id("URG"),
			jen.Id(name).Dot("UP").Op("=").Add(w.operand(s.UP, bindUnary)).Dot("Sub").Call(jen.Id(name).Dot("SEQ")),
		}
		if s.UPIf != nil {
			urgent = []jen.Code{jen.If(w.expr(s.UPIf)).Block(urgent...)}
		}
		code = append(code, urgent...)
	}
	return append(code, jen.Id("out").Dot("send").Call(jen.Id(name)))
}

func (w *writer) fields(s *parser.Send) []jen.Code {
	fields := []jen.Code{jen.Id("SEQ").Op(":").Add(w.expr(s.SEQ))}
	if s.ACK != nil {
		fields = append(fields, jen.Id("ACK").Op(":").Add(w.expr(s.ACK)))
	}
	if s.DATA != nil {
		fields = append(fields, jen.Id("DATA").Op(":").Add(w.as(s.DATA, word, bindOr)))
	}
	if len(s.CTL) > 0 {
		ctl := jen.Id(s.CTL[0].Name)
		for _, bit := range s.CTL[1:] {
			ctl = ctl.Op("|").Id(bit.Name)
		}
		fields = append(fields, jen.Id("CTL").Op(":").Add(ctl))
	}
	return fields
}

// signature writes the receiver, the name and the parameters of a named thing:
// a method of TCB if it uses one, else of Segment, else of Effects.
func (w *writer) signature(name string, u ir.Uses, params []*parser.Var) *jen.Statement {
	s := jen.Func()
	list := declared(params)
	switch {
	case u.TCB:
		s = s.Params(jen.Id("t").Op("*").Id("TCB"))
	case u.Segment:
		s, u.Segment = s.Params(jen.Id("seg").Op("*").Id("Segment")), false
	case u.Effects:
		s, u.Effects = s.Params(jen.Id("out").Op("*").Id("Effects")), false
	}
	if u.Segment {
		list = append(list, jen.Id("seg").Op("*").Id("Segment"))
	}
	if u.Effects {
		list = append(list, jen.Id("out").Op("*").Id("Effects"))
	}
	return s.Id(ir.Unexported(name)).Params(list...)
}

// declared writes parameters, neighbours of one type together.
func declared(params []*parser.Var) []jen.Code {
	var list []jen.Code
	for i, p := range params {
		s := jen.Id(ir.Unexported(p.Name))
		if i+1 == len(params) || params[i+1].Type != p.Type {
			s = s.Add(goType(p.Type))
		}
		list = append(list, s)
	}
	return list
}

// call is the other side of signature.
func (w *writer) call(name string, u ir.Uses, args []jen.Code) *jen.Statement {
	callee := jen.Id(ir.Unexported(name))
	switch {
	case u.TCB:
		callee = jen.Id("t").Op(".").Add(callee)
	case u.Segment:
		callee, u.Segment = jen.Id("seg").Op(".").Add(callee), false
	case u.Effects:
		callee, u.Effects = jen.Id("out").Op(".").Add(callee), false
	}
	if u.Segment {
		args = append(args, jen.Id("seg"))
	}
	if u.Effects {
		args = append(args, jen.Id("out"))
	}
	return callee.Call(args...)
}
