package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// rulesFile writes the identifiers of the rules and the set of them.
func (w *writer) rulesFile() []jen.Code {
	var defs []jen.Code
	for i, r := range w.p.Rules {
		def := jen.Id("Rule" + w.p.RuleName(r.Name))
		if i == 0 {
			def = def.Id("RuleID").Op("=").Iota()
		}
		defs = append(defs, def.Comment(r.Name))
	}
	defs = append(defs, jen.Id("NumRules").Op("=").Iota())
	base := "uint8"
	if len(w.p.Rules) > 255 {
		base = "uint16"
	}
	code := []jen.Code{
		jen.Comment("RuleID names a rule of the text, in its order."),
		jen.Type().Id("RuleID").Id(base), jen.Line(),
		jen.Const().Defs(defs...), jen.Line(),
		jen.Comment("String is the rule's name in the text."),
		jen.Func().Params(jen.Id("r").Id("RuleID")).Id("String").Params().String().Block(
			jen.If(jen.Id("r").Op("<").Id("NumRules")).Block(jen.Return(jen.Id("Rules").Index(jen.Id("r")).Dot("Name"))),
			jen.Return(jen.Lit("?"))), jen.Line(),
		jen.Comment("RuleSet is a set of rules."),
		jen.Type().Id("RuleSet").Index(jen.Parens(jen.Id("NumRules").Op("+").Lit(63)).Op("/").Lit(64)).Uint64(), jen.Line(),
	}
	return append(code, ruleSetMethods...)
}

var ruleSetMethods = []jen.Code{
	jen.Comment("Has reports whether r is in the set."),
	jen.Func().Params(jen.Id("s").Id("RuleSet")).Id("Has").Params(jen.Id("r").Id("RuleID")).Bool().
		Block(jen.Return(jen.Id("r").Op("<").Id("NumRules").Op("&&").Id("s").Index(jen.Id("r").Op("/").Lit(64)).Op(">>").
			Parens(jen.Id("r").Op("%").Lit(64)).Op("&").Lit(1).Op("!=").Lit(0))), jen.Line(),
	jen.Comment("Each yields the rules of the set in the order of the text."),
	jen.Func().Params(jen.Id("s").Id("RuleSet")).Id("Each").Params().Func().Params(jen.Id("yield").Func().Params(jen.Id("RuleID")).Bool()).Block(
		jen.Return(jen.Func().Params(jen.Id("yield").Func().Params(jen.Id("RuleID")).Bool()).Block(
			jen.For(jen.Id("r").Op(":=").Range().Id("RuleID").Call(jen.Id("NumRules"))).Block(
				jen.If(jen.Id("s").Dot("Has").Call(jen.Id("r")).Op("&&").Op("!").Id("yield").Call(jen.Id("r"))).Block(jen.Return()),
			),
		))), jen.Line(),
}

// tableFile writes rules and transitions as data, for tests and diagrams. Nothing executes it.
func (w *writer) tableFile(facts ir.Facts) []jen.Code {
	code := []jen.Code{
		jen.Comment("RuleInfo is what the text says about a rule."),
		jen.Type().Id("RuleInfo").Struct(
			jen.Id("Name").String(),
			jen.Id("Quote").String().Comment("what the RFC says, with ... for what is left out"),
			jen.Id("Doc").String().Comment("what the text says itself"),
			jen.Id("Event").String().Comment("the event that runs it; several are separated by commas"),
			jen.Id("RFC").Int(),
			jen.Id("Section").String(),
			jen.Id("Labels").Index().String().Comment("requirements: MUST-11, SA-RST-3"),
			jen.Id("File").String(),
			jen.Id("Line").Int(),
		), jen.Line(),
		jen.Comment("Rules are the rules of the text, by RuleID."),
	}
	var rows []jen.Code
	origins := w.p.Origins()
	for i, r := range w.p.Rules {
		rows = append(rows, w.ruleRow(r, origins[i]))
	}
	code = append(code, jen.Var().Id("Rules").Op("=").Index(jen.Id("NumRules")).Id("RuleInfo").Values(onLines(rows)...), jen.Line())
	return append(code, w.transitions(facts)...)
}

func (w *writer) ruleRow(r *parser.Rule, o ir.Origin) jen.Code {
	var labels []jen.Code
	for _, l := range r.Labels {
		labels = append(labels, jen.Lit(l))
	}
	list := jen.Nil()
	if len(labels) > 0 {
		list = jen.Index().String().Values(labels...)
	}
	return jen.Values(jen.Lit(r.Name), jen.Lit(r.Quote), jen.Lit(r.Doc), jen.Lit(eventNames(o.Events)), jen.Lit(o.Cite.RFC), jen.Lit(o.Cite.Section),
		list, jen.Lit(r.Pos.File), jen.Lit(r.Pos.Line))
}

func eventNames(events []*parser.Event) string {
	s := ""
	for i, e := range events {
		if i > 0 {
			s += ", "
		}
		s += e.Name
	}
	return s
}

func (w *writer) transitions(facts ir.Facts) []jen.Code {
	var rows []jen.Code
	seen := map[string]bool{} // two ways through different states are one row
	for _, e := range facts.Edges {
		var rules []jen.Code
		key := e.From.Name + " " + e.To.Name + " " + e.Event.Name
		for _, h := range e.Hops {
			key += " " + h.Rule.Name
			rules = append(rules, jen.Id("Rule"+w.p.RuleName(h.Rule.Name)))
		}
		row := jen.Values(jen.Id(ir.StateName(e.From.Name)), jen.Id(ir.StateName(e.To.Name)), jen.Lit(e.Event.Name),
			jen.Index().Id("RuleID").Values(rules...))
		if !seen[key] {
			seen[key] = true
			rows = append(rows, row)
		}
	}
	return []jen.Code{
		jen.Comment("Transition is a change of state of a TCB that began empty in CLOSED. Rules are those"),
		jen.Comment("whose gotos run, in this order. Sequence numbers may still forbid it; what is not in"),
		jen.Comment("the table cannot happen."),
		jen.Type().Id("Transition").Struct(
			jen.List(jen.Id("From"), jen.Id("To")).Id("State"), jen.Id("Event").String(), jen.Id("Rules").Index().Id("RuleID")), jen.Line(),
		jen.Comment("Transitions are derived from the text, never written."),
		jen.Var().Id("Transitions").Op("=").Index(jen.Op("...")).Id("Transition").Values(onLines(rows)...), jen.Line(),
	}
}
