package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
)

// tcbFile writes the types of a connection: states, timers, TCB, segment.
func (w *writer) tcbFile() []jen.Code {
	code := w.stateEnum().code()
	code = append(code, w.stateSets()...)
	code = append(code, w.flags()...)
	code = append(code, w.timerEnum().code()...)
	code = append(code,
		jen.Comment("TCB is a transmission control block. It is a plain value: a copy is a clone of the"),
		jen.Comment("connection, and == compares two of them. A TCB in LISTEN is a listener."))
	fields := append([]jen.Code{
		jen.Id("State").Id("State"),
		jen.Id("Timers").Id("Timers").Comment("those that run"),
	}, tree(w.p.TCB, 0).fields()...)
	code = append(code, jen.Type().Id("TCB").Struct(append(fields, jen.Id("Settings").Id("Settings"))...), jen.Line())
	code = append(code,
		jen.Comment("Settings are what the user or the host sets, and no rule changes."),
		jen.Type().Id("Settings").Struct(tree(w.p.Settings, 0).fields()...), jen.Line(),
		jen.Comment("Segment is what the rules need to know of a segment. They trim it in place."),
		jen.Type().Id("Segment").Struct(append(tree(w.p.Segment, 1).fields(), jen.Id("CTL").Id("Flags").Comment("control bits"))...),
		jen.Line())
	return append(code, timerMethods...)
}

func (w *writer) stateSets() []jen.Code {
	var defs []jen.Code
	for _, s := range w.p.Sets {
		var sum *jen.Statement
		for _, m := range w.p.Members(s.States) {
			bit := jen.Lit(1).Op("<<").Id(ir.StateName(m.Name))
			if sum == nil {
				sum = bit
				continue
			}
			sum = sum.Op("|").Add(bit)
		}
		def := jen.Id(ir.Exported(s.Name)).Id("States").Op("=").Add(sum)
		if n := note(s.Decl); n != "" {
			def = def.Comment(n)
		}
		defs = append(defs, def)
	}
	return []jen.Code{jen.Comment("Sets of states that the rules name."), jen.Const().Defs(defs...), jen.Line()}
}

func (w *writer) flags() []jen.Code {
	var defs, rows []jen.Code
	for i, b := range w.p.Control {
		def := jen.Id(b.Name)
		if i == 0 {
			def = def.Id("Flags").Op("=").Lit(1).Op("<<").Iota()
		}
		defs, rows = append(defs, def), append(rows, jen.Lit(b.Name))
	}
	return []jen.Code{
		jen.Comment("Flags are control bits (RFC 9293 3.1)."),
		jen.Type().Id("Flags").Id(bits(len(w.p.Control))), jen.Line(),
		jen.Const().Defs(defs...), jen.Line(),
		jen.Comment("Has reports whether all bits of g are set."),
		jen.Func().Params(jen.Id("f").Id("Flags")).Id("Has").Params(jen.Id("g").Id("Flags")).Bool().
			Block(jen.Return(jen.Id("f").Op("&").Id("g").Op("==").Id("g"))), jen.Line(),
		jen.Var().Id("flagNames").Op("=").Index(jen.Op("...")).String().Values(rows...), jen.Line(),
		jen.Comment("String lists the bits that are set, as the RFC does: SYN,ACK."),
		jen.Func().Params(jen.Id("f").Id("Flags")).Id("String").Params().String().Block(
			jen.Id("s").Op(":=").Lit(""),
			jen.For(jen.List(jen.Id("i"), jen.Id("name")).Op(":=").Range().Id("flagNames")).Block(
				jen.If(jen.Id("f").Op(">>").Id("i").Op("&").Lit(1).Op("!=").Lit(0)).Block(jen.Id("s").Op("+=").Lit(",").Op("+").Id("name")),
			),
			jen.If(jen.Id("s").Op("==").Lit("")).Block(jen.Return(jen.Id("s"))),
			jen.Return(jen.Id("s").Index(jen.Lit(1).Op(":"))),
		), jen.Line(),
	}
}

var timerMethods = []jen.Code{
	jen.Comment("start starts a timer, or starts it anew."),
	jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("start").Params(jen.Id("x").Id("Timer"), jen.Id("out").Op("*").Id("Effects")).Block(
		jen.Id("t").Dot("Timers").Op("|=").Lit(1).Op("<<").Id("x"),
		jen.Id("out").Dot("Start").Op("|=").Lit(1).Op("<<").Id("x"),
	), jen.Line(),
	jen.Comment("stop stops a timer."),
	jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("stop").Params(jen.Id("x").Id("Timer"), jen.Id("out").Op("*").Id("Effects")).Block(
		jen.Id("t").Dot("Timers").Op("&^=").Lit(1).Op("<<").Id("x"),
		jen.Id("out").Dot("Start").Op("&^=").Lit(1).Op("<<").Id("x"),
	), jen.Line(),
	jen.Comment("startEach starts every timer of a set."),
	jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("startEach").Params(jen.Id("set").Id("Timers"), jen.Id("out").Op("*").Id("Effects")).Block(
		jen.Id("t").Dot("Timers").Op("|=").Id("set"),
		jen.Id("out").Dot("Start").Op("|=").Id("set"),
	), jen.Line(),
	jen.Comment("stopEach stops every timer of a set."),
	jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("stopEach").Params(jen.Id("set").Id("Timers"), jen.Id("out").Op("*").Id("Effects")).Block(
		jen.Id("t").Dot("Timers").Op("&^=").Id("set"),
		jen.Id("out").Dot("Start").Op("&^=").Id("set"),
	), jen.Line(),
	jen.Comment("stopAll stops every timer."),
	jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("stopAll").Params(jen.Id("out").Op("*").Id("Effects")).Block(
		jen.List(jen.Id("t").Dot("Timers"), jen.Id("out").Dot("Start")).Op("=").List(jen.Lit(0), jen.Lit(0)),
	), jen.Line(),
	jen.Comment("forget clears every variable and stops every timer; the state and the settings stay."),
	jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("forget").Params(jen.Id("out").Op("*").Id("Effects")).Block(
		jen.Op("*").Id("t").Op("=").Id("TCB").Values(jen.Id("State").Op(":").Id("t").Dot("State"), jen.Id("Settings").Op(":").Id("t").Dot("Settings")),
		jen.Id("out").Dot("Start").Op("=").Lit(0),
	), jen.Line(),
}
