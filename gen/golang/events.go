package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// entry writes the method of an event, and the functions of its longer handlers.
func (w *writer) entry(e *parser.Event) []jen.Code {
	name := ir.WordName(e.Name)
	head := comment(name + " is the event " + headline(e.Name, e.Decl) + ".")
	params := declared(e.Params)
	if e.Segment {
		params = append([]jen.Code{jen.Id("seg").Op("*").Id("Segment")}, params...)
	}
	signature := jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id(name).
		Params(append(params, jen.Id("out").Op("*").Id("Effects"))...)
	reset := jen.Id("out").Dot("reset").Call()
	return w.eventFunction(e, name, head, signature, reset)
}

// timeout writes the function of a timer's event, which Expires calls.
func (w *writer) timeout(e *parser.Event) []jen.Code {
	name := timeoutName(e.Timer)
	head := comment(name + " is the event timeout " + headline(e.Timer.Name, e.Timer.Decl) + ".")
	params := append(declared(w.timeoutParams(e)), jen.Id("out").Op("*").Id("Effects"))
	signature := jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id(name).Params(params...)
	return w.eventFunction(e, name, head, signature)
}

func timeoutName(t *parser.Timer) string { return "timeout" + ir.WordName(t.Name) }

func (w *writer) timeoutParams(e *parser.Event) []*parser.Var {
	var list []*parser.Var
	for _, v := range e.Params {
		for _, h := range w.p.HandlersOf(e) {
			if reads(w.p, h.Body, v) {
				list = append(list, v)
				break
			}
		}
	}
	return list
}

// expires writes the entry of all timeouts.
func (w *writer) expires() []jen.Code {
	var cases []jen.Code
	var event *parser.Event
	for _, e := range w.p.Events {
		if e.Timer == nil {
			continue
		}
		event = e
		var args []jen.Code
		for _, v := range w.timeoutParams(e) {
			args = append(args, variable(v))
		}
		call := jen.Id("t").Dot(timeoutName(e.Timer)).Call(append(args, jen.Id("out"))...)
		cases = append(cases, jen.Case(timer(e.Timer)).Block(call))
	}
	if event == nil {
		return nil
	}
	params := append([]jen.Code{jen.Id("timer").Id("Timer")}, declared(event.Params)...)
	what := "timeout"
	if event.Row != nil {
		what = headline(what, *event.Row)
	}
	return append(comment("Expires is the event "+what+". The timer is stopped, then its rules run."),
		jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id("Expires").
			Params(append(params, jen.Id("out").Op("*").Id("Effects"))...).
			Block(
				jen.Id("out").Dot("reset").Call(),
				jen.Id("t").Dot("stop").Call(jen.Id("timer"), jen.Id("out")),
				jen.Switch(jen.Id("timer")).Block(cases...),
			), jen.Line())
}

// eventFunction dispatches on the state. Handlers stand in the function as long
// as it can be seen as a whole; the longest become functions first, and those
// with steps at once. Of a handler too long even then, the calls of its steps
// stand here: they are the order of the checks.
func (w *writer) eventFunction(e *parser.Event, name string, head []jen.Code, signature *jen.Statement, before ...jen.Code) []jen.Code {
	handlers := w.p.HandlersOf(e)
	apart := map[*parser.Handler]bool{}
	for _, h := range handlers {
		apart[h] = stepped(h) && !w.chained(h)
	}
	for {
		w.fn, w.sends = name, 0
		body := append(append([]jen.Code{}, before...), w.dispatch(e, handlers, apart)...)
		f := signature.Clone().Block(body...)
		longestOf := w.longest(handlers, apart)
		if longestOf == nil || lines(f) <= longest {
			code := append(head, f, jen.Line())
			for _, h := range handlers {
				code = append(code, w.afterwards(e, h, apart[h])...)
			}
			return code
		}
		apart[longestOf] = true
	}
}

// afterwards writes the functions that a handler needs beside the event's own.
func (w *writer) afterwards(e *parser.Event, h *parser.Handler, apart bool) []jen.Code {
	var code []jen.Code
	if apart {
		code = w.handler(e, h)
	}
	if w.chained(h) {
		_, functions := w.chain(h)
		code = append(code, functions...)
	}
	return code
}

func (w *writer) longest(handlers []*parser.Handler, apart map[*parser.Handler]bool) *parser.Handler {
	var found *parser.Handler
	most := 0
	for _, h := range handlers {
		if n := lines(w.inline(h)...); !apart[h] && n > most {
			found, most = h, n
		}
	}
	return found
}

// inline writes the statements of a handler.
func (w *writer) inline(h *parser.Handler) []jen.Code {
	if w.chained(h) {
		calls, _ := w.chain(h)
		return calls
	}
	code, _ := w.list(h.Body, place{tail: true})
	return code
}

// chained: the handler's steps are functions, because they are too long or
// because other processing continues at one of them.
func (w *writer) chained(h *parser.Handler) bool {
	if !stepped(h) {
		return false
	}
	code, _ := w.list(h.Body, place{tail: true})
	return lines(code...) > longest || len(w.targets(h)) > 0
}

func stepped(h *parser.Handler) bool {
	for _, s := range h.Body {
		if _, ok := s.(*parser.Step); ok {
			return true
		}
	}
	return false
}

func (w *writer) dispatch(e *parser.Event, handlers []*parser.Handler, apart map[*parser.Handler]bool) []jen.Code {
	if len(handlers) == 1 && handlers[0].States == w.p.AllStates() {
		return w.handlerBody(e, handlers[0], apart)
	}
	var cases []jen.Code
	for _, h := range handlers {
		cases = append(cases, jen.Case(w.states(h.States)...).Block(w.handlerBody(e, h, apart)...))
	}
	return []jen.Code{jen.Switch(jen.Id("t").Dot("State")).Block(cases...)}
}

func (w *writer) handlerBody(e *parser.Event, h *parser.Handler, apart map[*parser.Handler]bool) []jen.Code {
	if !apart[h] {
		return w.inline(h)
	}
	var args []jen.Code
	if e.Segment {
		args = append(args, jen.Id("seg"))
	}
	for _, v := range w.handlerParams(e, h) {
		args = append(args, variable(v))
	}
	return []jen.Code{jen.Id("t").Dot(w.handlerName(e, h)).Call(append(args, jen.Id("out"))...)}
}

func (w *writer) handlerName(e *parser.Event, h *parser.Handler) string {
	return ir.Unexported(strings.ReplaceAll(ir.WordName(e.Name), " ", "-")) + "In" + w.setName(h.States)
}

func (w *writer) handlerParams(e *parser.Event, h *parser.Handler) []*parser.Var {
	var list []*parser.Var
	for _, v := range e.Params {
		if reads(w.p, h.Body, v) {
			list = append(list, v)
		}
	}
	return list
}

func reads(p *ir.Program, list []parser.Stmt, v *parser.Var) bool {
	for _, free := range locals(p, list) {
		if free == v {
			return true
		}
	}
	return false
}

// handler writes an on-block as a function.
func (w *writer) handler(e *parser.Event, h *parser.Handler) []jen.Code {
	name := w.handlerName(e, h)
	title := name + " is " + e.Name + " in " + stateList(w.p, h.States)
	if src := sources(h.Decl); src != "" {
		title += " (" + src + ")"
	}
	params := declared(w.handlerParams(e, h))
	if e.Segment {
		params = append([]jen.Code{jen.Id("seg").Op("*").Id("Segment")}, params...)
	}
	signature := jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id(name).
		Params(append(params, jen.Id("out").Op("*").Id("Effects"))...)
	return w.function(name, comment(title+"."), signature, func() []jen.Code { return w.inline(h) })
}
