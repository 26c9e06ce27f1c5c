package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// onLines puts every value on a line of its own.
func onLines(values []jen.Code) []jen.Code {
	var code []jen.Code
	for _, v := range values {
		code = append(code, jen.Line().Add(v))
	}
	return append(code, jen.Line())
}

// enum is a type whose values the text counts: states, timers, signals, replies.
type enum struct {
	name, doc   string
	base        string // uint8
	first       string // a value before the first of the text; "" for none
	set         string // the type of a set of them; "" for none
	setDoc      string
	count       string // the constant that counts them; "" for none
	names, docs []string
	strings     []string // what String returns
}

func (n enum) code() []jen.Code {
	code := append(comment(n.name+" "+n.doc), jen.Type().Id(n.name).Id(n.base), jen.Line(), jen.Const().Defs(n.constants()...), jen.Line())
	table := strings.ToLower(n.name[:1]) + n.name[1:] + "Names"
	var rows []jen.Code
	if n.first != "" {
		rows = append(rows, jen.Lit(""))
	}
	for _, s := range n.strings {
		rows = append(rows, jen.Lit(s))
	}
	code = append(code,
		jen.Var().Id(table).Op("=").Index(jen.Op("...")).String().Values(onLines(rows)...), jen.Line(),
		jen.Comment("String is the text's word for it."),
		jen.Func().Params(jen.Id("x").Id(n.name)).Id("String").Params().String().Block(
			jen.If(jen.Int().Parens(jen.Id("x")).Op("<").Len(jen.Id(table))).Block(jen.Return(jen.Id(table).Index(jen.Id("x")))),
			jen.Return(jen.Lit("?")),
		), jen.Line())
	if n.set == "" {
		return code
	}
	return append(append(code, comment(n.set+" "+n.setDoc)...),
		jen.Type().Id(n.set).Id(bits(len(n.names))), jen.Line(),
		jen.Comment("Has reports whether x is in the set."),
		jen.Func().Params(jen.Id("s").Id(n.set)).Id("Has").Params(jen.Id("x").Id(n.name)).Bool().
			Block(jen.Return(jen.Id("s").Op(">>").Id("x").Op("&").Lit(1).Op("!=").Lit(0))), jen.Line())
}

// bits is the smallest type that has a bit for each of n.
func bits(n int) string {
	switch {
	case n <= 8:
		return "uint8"
	case n <= 16:
		return "uint16"
	case n <= 32:
		return "uint32"
	}
	return "uint64"
}

func (n enum) constants() []jen.Code {
	var defs []jen.Code
	typed := false
	define := func(name, doc string) {
		s := jen.Id(name)
		if !typed {
			s, typed = s.Id(n.name).Op("=").Iota(), true
		}
		defs = append(defs, s.Comment(doc))
	}
	if n.first != "" {
		define(n.first, "none was given")
	}
	for i, name := range n.names {
		define(name, n.docs[i])
	}
	if n.count != "" {
		defs = append(defs, jen.Id(n.count).Op("=").Iota())
	}
	return defs
}

func (w *writer) stateEnum() enum {
	n := enum{name: "State", base: "uint8", count: "NumStates", set: "States", setDoc: "is a set of states.",
		doc: "is where a connection stands in its life (RFC 9293 3.3.2)."}
	for _, s := range w.p.States {
		n.add(ir.StateName(s.Name), s.Doc, s.Name)
	}
	return n
}

func (n *enum) add(name, doc, text string) {
	n.names, n.docs, n.strings = append(n.names, name), append(n.docs, doc), append(n.strings, text)
}

func (w *writer) timerEnum() enum {
	n := enum{name: "Timer", base: "uint8", count: "NumTimers", set: "Timers", setDoc: "is a set of timers.",
		doc: "names a timer. How long it runs is the environment's business."}
	for _, t := range w.p.Timers {
		n.add("Timer"+ir.WordName(t.Name), note(t.Decl), t.Name)
	}
	return n
}

func (w *writer) signalEnum() enum {
	n := enum{name: "Signal", base: "uint8", count: "NumSignals", set: "SignalSet", setDoc: "is a set of signals.",
		doc: "is unasked news for the user."}
	for _, s := range w.p.Signals {
		n.add("Signal"+ir.Exported(s.Name), sources(s.Decl), s.Doc)
	}
	return n
}

func (w *writer) replyEnum() enum {
	n := enum{name: "Reply", base: "uint8", first: "NoReply", count: "NumReplies", doc: "answers a user call in the RFC's words."}
	for _, s := range w.p.Replies {
		n.add("Reply"+ir.Exported(s.Name), sources(s.Decl), s.Doc)
	}
	return n
}

func (w *writer) effectEnum() enum {
	n := enum{name: "Effect", base: "uint8", count: "NumEffects", set: "EffectSet", setDoc: "is a set of effects.",
		doc: "is what an event asks of the environment, beside segments, timers and signals."}
	for _, e := range w.p.Effects {
		n.add("Effect"+ir.Exported(e.Name), note(e.Decl), e.Name)
	}
	return n
}

// note is a declaration's sentence with its sources, for the end of a line.
func note(d parser.Decl) string {
	src := sources(d)
	switch {
	case src == "":
		return d.Doc
	case d.Doc == "":
		return src
	}
	return d.Doc + " (" + src + ")"
}

// group is a struct made of dotted names: SND.UNA and SND.NXT share SND.
type group struct {
	name    string
	v       *parser.Var // nil for a struct
	members []*group
}

// tree builds the struct of a list of variables; skip drops that many leading parts.
func tree(vars []*parser.Var, skip int) *group {
	root := &group{}
	for _, v := range vars {
		at := root
		path := ir.Path(v.Name)[skip:]
		for _, part := range path[:len(path)-1] {
			at = at.member(part)
		}
		at.members = append(at.members, &group{name: path[len(path)-1], v: v})
	}
	return root
}

func (g *group) member(name string) *group {
	for _, m := range g.members {
		if m.name == name && m.v == nil {
			return m
		}
	}
	m := &group{name: name}
	g.members = append(g.members, m)
	return m
}

func (g *group) fields() []jen.Code {
	var list []jen.Code
	for _, m := range g.members {
		if m.v == nil {
			list = append(list, jen.Id(m.name).Struct(m.fields()...))
			continue
		}
		s := jen.Id(m.name).Add(goType(m.v.Type))
		if n := note(m.v.Decl); n != "" {
			s = s.Comment(n)
		}
		list = append(list, s)
	}
	return list
}
