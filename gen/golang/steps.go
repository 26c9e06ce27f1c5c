package golang

import (
	"cmp"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// ordinals are the names of steps that the RFC counts; such a step is called by
// its heading, any other by its name.
var ordinals = map[string]bool{
	"first": true, "second": true, "third": true, "fourth": true,
	"fifth": true, "sixth": true, "seventh": true, "eighth": true,
}

// stepNames gives every step the name of its function: checkSequenceNumber for
// "check sequence number". Of steps with one heading, that of most states has the
// name alone.
func stepNames(p *ir.Program) map[*parser.Step]string {
	w := &writer{p: p}
	names := map[*parser.Step]string{}
	owner := map[string]int{} // by name, how many states its owner is for
	taken := words(p)
	eachStep(p, func(h *parser.Handler, s *parser.Step) {
		name := heading(s)
		owner[name] = max(owner[name], len(p.Members(h.States)))
	})
	eachStep(p, func(h *parser.Handler, s *parser.Step) {
		names[s] = heading(s)
		if owner[names[s]] > len(p.Members(h.States)) || taken[names[s]] > 0 {
			names[s] += "In" + w.setName(h.States)
		}
	})
	return names
}

// words counts the names of guards, values and actions, which are methods too.
func words(p *ir.Program) map[string]int {
	count := map[string]int{}
	for _, g := range p.Guards {
		count[ir.Unexported(g.Name)]++
	}
	for _, v := range p.Values {
		count[ir.Unexported(v.Name)]++
	}
	for _, a := range p.Actions {
		count[ir.Unexported(a.Name)]++
	}
	return count
}

func eachStep(p *ir.Program, f func(*parser.Handler, *parser.Step)) {
	for _, h := range p.Handlers {
		for _, s := range h.Body {
			if step, ok := s.(*parser.Step); ok {
				f(h, step)
			}
		}
	}
}

func heading(s *parser.Step) string {
	if !ordinals[s.Name] {
		return ir.Unexported(s.Name)
	}
	var words []string
	for _, word := range strings.Fields(cmp.Or(s.Quote, s.Doc)) {
		if word != "the" && word != "a" && word != "an" {
			words = append(words, word)
		}
	}
	return ir.Unexported(strings.Join(words, "-"))
}

// suffixName is the function that runs a step and those behind it.
func (w *writer) suffixName(s *parser.Step) string { return "stepsFrom" + ir.Exported(s.Name) }

// stepTitle is the heading as a sentence: First, check sequence number.
func stepTitle(s *parser.Step) string {
	title := s.Name + ": " + s.Said()
	if ordinals[s.Name] {
		title = strings.ToUpper(s.Name[:1]) + s.Name[1:] + ", " + s.Said()
	}
	if src := sources(s.Decl); src != "" {
		title += " (" + src + ")"
	}
	return title + "."
}

// stepInline writes a step into the function of its handler.
func (w *writer) stepInline(s *parser.Step, at place) ([]jen.Code, bool) {
	code, ended := w.list(s.Body, at)
	if in, ok := s.Body[0].(*parser.In); ok && len(s.Body) == 1 && s.When != nil { // two conditions are one
		both := &parser.Binary{Op: parser.And, X: s.When, Y: &parser.StateIn{States: in.States}, T: parser.Bool}
		code, ended = w.stmt(&parser.If{Cond: both, Then: in.Body}, at)
	} else if s.When != nil {
		cond, bind := w.bound(s.When)
		code, ended = w.guarded(cond, bind, code, w.loneCall(s.Body), at)
	}
	return append(comment(stepTitle(s)), code...), ended
}

// plain: a step without rules of its own says no more than its calls.
func plain(s *parser.Step) bool {
	for _, inner := range s.Body {
		switch inner := inner.(type) {
		case *parser.Call:
		case *parser.In:
			for _, s := range inner.Body {
				if _, ok := s.(*parser.Call); !ok {
					return false
				}
			}
		default:
			return false
		}
	}
	return len(s.Body) < 3
}

// stepCall calls the function of a step and leaves if it ended the event.
func (w *writer) stepCall(s *parser.Step, last bool) jen.Code {
	call := jen.Id("t").Dot(w.names[s]).Call(jen.Id("seg"), jen.Id("out"))
	stops := w.p.MayStop(s.Body) && !last
	switch {
	case stops && s.When != nil:
		return jen.If(w.operand(s.When, bindAnd).Op("&&").Add(call)).Block(jen.Return())
	case stops:
		return jen.If(call).Block(jen.Return())
	case s.When != nil:
		return jen.If(w.expr(s.When)).Block(call)
	}
	return call
}

// stepFunction writes a step as a function.
func (w *writer) stepFunction(h *parser.Handler, s *parser.Step) []jen.Code {
	name, stops := w.names[s], w.p.MayStop(s.Body)
	head := comment(named(name+" is step "+s.Name, &s.Decl) + w.origin(h, s) + ".")
	if stops {
		head = append(head, comment("It reports whether the event is over.")...)
	}
	return w.function(name, head, segmentMethod(name, stops), func() []jen.Code { return w.body(s.Body, stops) })
}

func (w *writer) origin(h *parser.Handler, s *parser.Step) string {
	d := s.Decl
	if len(d.Cites) == 0 {
		d.Cites = h.Cites
	}
	if src := sources(d); src != "" {
		return " (" + src + ")"
	}
	return ""
}

// targets are the steps of a handler at which other processing may continue.
func (w *writer) targets(h *parser.Handler) map[*parser.Step]bool {
	targets := map[*parser.Step]bool{}
	for _, other := range w.p.Handlers {
		w.p.Each(other.Body, func(s parser.Stmt) {
			if c, ok := s.(*parser.Continue); ok && c.Handler == h {
				targets[c.Step] = true
			}
		})
	}
	return targets
}

// chain writes a handler whose steps are functions: the calls in order, and after
// them the functions. Where other processing may continue at a step, a function
// runs that step and those behind it.
func (w *writer) chain(h *parser.Handler) (calls, functions []jen.Code) {
	targets := w.targets(h)
	for i, s := range h.Body {
		step, ok := s.(*parser.Step)
		last := i == len(h.Body)-1
		switch {
		case !ok || plain(step):
			code, _ := w.stmt(s, place{tail: last})
			calls = append(calls, code...)
		default:
			calls = append(append(calls, comment(stepTitle(step))...), w.stepCall(step, last))
			functions = append(functions, w.stepFunction(h, step)...)
		}
		if ok && targets[step] {
			functions = append(functions, w.suffix(h, i)...)
		}
	}
	return calls, functions
}

// suffix writes the function that runs the step at i and those behind it.
func (w *writer) suffix(h *parser.Handler, i int) []jen.Code {
	first := h.Body[i].(*parser.Step)
	name := w.suffixName(first)
	var calls []jen.Code
	for ; i < len(h.Body); i++ {
		step, last := h.Body[i].(*parser.Step), i == len(h.Body)-1
		if step != first && w.targets(h)[step] {
			calls = append(calls, jen.Id("t").Dot(w.suffixName(step)).Call(jen.Id("seg"), jen.Id("out")))
			break
		}
		if plain(step) {
			code, _ := w.stepInline(step, place{tail: last})
			calls = append(calls, code...)
			continue
		}
		calls = append(append(calls, comment(stepTitle(step))...), w.stepCall(step, last))
	}
	return append(comment(name+" runs step "+first.Name+" and those behind it."),
		segmentMethod(name, false).Block(calls...), jen.Line())
}
