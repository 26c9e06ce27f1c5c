package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// effectsFile writes what an event asks of the environment, as one fixed value.
func (w *writer) effectsFile(maxSend int) []jen.Code {
	code := []jen.Code{
		jen.Comment("Sent is a segment to send. DATA counts octets of text; UP is the urgent pointer, an"),
		jen.Comment("offset from SEQ, if CTL has URG. Window and options are added by the environment."),
		jen.Type().Id("Sent").Struct(
			jen.List(jen.Id("SEQ"), jen.Id("ACK")).Id("Seq"),
			jen.List(jen.Id("DATA"), jen.Id("UP")).Uint32(),
			jen.Id("CTL").Id("Flags"),
		), jen.Line(),
		jen.Comment("MaxSend is the most segments that any path through the text sends in one event."),
		jen.Const().Id("MaxSend").Op("=").Lit(maxSend), jen.Line(),
	}
	code = append(code, w.effectsStruct()...)
	code = append(code, effectsMethods...)
	for _, e := range w.p.Effects {
		code = append(code, w.effectMethod(e)...)
	}
	code = append(code, w.effectEnum().code()...)
	code = append(code, w.signalEnum().code()...)
	return append(code, w.replyEnum().code()...)
}

func (w *writer) effectsStruct() []jen.Code {
	fields := []jen.Code{
		jen.Id("Set").Id("EffectSet").Comment("which of the effects below were asked for; the others are stale"),
		jen.Id("Start").Id("Timers").Comment("timers started by this event: set their deadlines"),
		jen.Id("Signals").Id("SignalSet"),
		jen.Id("Reply").Id("Reply"),
		jen.Id("Rules").Id("RuleSet").Comment("the rules that fired"),
		jen.Id("NSend").Uint8(),
		jen.Id("Send").Index(jen.Id("MaxSend")).Id("Sent").Comment("the first NSend of them, in this order"),
	}
	for _, e := range w.p.Effects {
		if len(e.Params) == 0 {
			continue
		}
		var members []jen.Code
		for _, v := range e.Params {
			members = append(members, jen.Id(ir.Exported(v.Name)).Add(goType(v.Type)))
		}
		fields = append(fields, jen.Id(ir.Exported(e.Name)).Struct(members...).Comment(note(e.Decl)))
	}
	return []jen.Code{
		jen.Comment("Effects are what one event asks of the environment. Every event begins by resetting"),
		jen.Comment("them. A timer that no longer runs is merely gone from TCB.Timers."),
		jen.Type().Id("Effects").Struct(fields...), jen.Line(),
	}
}

func receiver() *jen.Statement { return jen.Func().Params(jen.Id("out").Op("*").Id("Effects")) }

var effectsMethods = []jen.Code{
	receiver().Id("reset").Params().Block(
		jen.List(jen.Id("out").Dot("Set"), jen.Id("out").Dot("Start"), jen.Id("out").Dot("Signals")).Op("=").List(jen.Lit(0), jen.Lit(0), jen.Lit(0)),
		jen.List(jen.Id("out").Dot("Reply"), jen.Id("out").Dot("NSend")).Op("=").List(jen.Id("NoReply"), jen.Lit(0)),
		jen.Id("out").Dot("Rules").Op("=").Id("RuleSet").Values(),
	), jen.Line(),
	receiver().Id("fired").Params(jen.Id("r").Id("RuleID")).Block(
		jen.Id("out").Dot("Rules").Index(jen.Id("r").Op("/").Lit(64)).Op("|=").Lit(1).Op("<<").Parens(jen.Id("r").Op("%").Lit(64)),
	), jen.Line(),
	receiver().Id("send").Params(jen.Id("s").Id("Sent")).Block(
		jen.If(jen.Id("out").Dot("NSend").Op("<").Id("MaxSend")).Block(
			jen.Id("out").Dot("Send").Index(jen.Id("out").Dot("NSend")).Op("=").Id("s"),
			jen.Id("out").Dot("NSend").Op("++"),
		),
	), jen.Line(),
	receiver().Id("signal").Params(jen.Id("x").Id("Signal")).Block(
		jen.Id("out").Dot("Signals").Op("|=").Lit(1).Op("<<").Id("x"),
	), jen.Line(),
}

func (w *writer) effectMethod(e *parser.Effect) []jen.Code {
	name := ir.Exported(e.Name)
	body := []jen.Code{jen.Id("out").Dot("Set").Op("|=").Lit(1).Op("<<").Id("Effect" + name)}
	for _, v := range e.Params {
		body = append(body, jen.Id("out").Dot(name).Dot(ir.Exported(v.Name)).Op("=").Id(ir.Unexported(v.Name)))
	}
	return append(comment(e.Name+": "+note(e.Decl)+"."),
		receiver().Id(ir.Unexported(e.Name)).Params(declared(e.Params)...).Block(body...), jen.Line())
}
