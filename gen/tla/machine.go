package tla

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// record writes what a host is, what an event asks for, and how both begin.
func (w *writer) record() {
	fields, zeros := []string{}, []string{`state |-> "CLOSED"`, "timers |-> {}"}
	var forget []string
	for _, v := range w.p.TCB {
		fields = append(fields, quoted(ir.Ident(v.Name)))
		zeros = append(zeros, ir.Ident(v.Name)+" |-> "+zero(v.Type))
		forget = append(forget, "!.my."+ir.Ident(v.Name)+" = "+zero(v.Type))
	}
	w.comment("The variables of the TCB.")
	w.Line("TCB == {%s}", strings.Join(fields, ", "))
	w.Line("")
	w.comment("A host without a connection. What it has beside its TCB, world.tla's operators say.")
	w.Line("NoConnection == [%s,", strings.Join(zeros, ", "))
	w.Line("  ToCall |-> 1, Lives |-> 0, Ended |-> \"not\", Submitted |-> 0, Front |-> 0, Received |-> 0, Taken |-> 0, Held |-> {}, HeldFIN |-> 0,")
	w.Line("  Listening |-> FALSE, EOF |-> FALSE, Strange |-> FALSE, Torn |-> FALSE]")
	w.Line("")
	w.Line("Forget(m) == [m EXCEPT !.my.timers = {}, !.out.started = {}, %s]", strings.Join(forget, ", "))
	w.Line("")
	var segment []string
	for _, v := range w.p.Segment {
		segment = append(segment, field(v)+" |-> "+zero(v.Type))
	}
	w.Line("NoSegment == [CTL |-> {}, %s]", strings.Join(segment, ", "))
	w.Line("")
	asks := ""
	for _, e := range w.p.Effects {
		var params []string
		for _, x := range e.Params {
			params = append(params, ir.Ident(x.Name)+" |-> "+zero(x.Type))
		}
		if len(params) > 0 {
			asks += fmt.Sprintf(", %s |-> [%s]", ir.Ident(e.Name), strings.Join(params, ", "))
		}
	}
	w.comment("What an event asks for: effects, timers, news, an answer, segments; and the rules that fired.")
	w.Line("Nothing == [asks |-> {}, started |-> {}, signals |-> {}, reply |-> \"\", sent |-> <<>>, rules |-> {}%s]", asks)
	w.Line("")
}

// machine writes words, actions, steps, on-blocks and events, in the order of the text,
// but that TLA+ knows an operator only below its definition.
func (w *writer) machine() {
	w.comment("---- guards and values")
	w.Line("")
	for _, f := range w.p.Files {
		for _, item := range f.Items {
			switch x := item.(type) {
			case *parser.Guard:
				w.word("guard", &x.Decl, x.Expr)
			case *parser.Value:
				w.word("value", &x.Decl, x.Expr)
			}
		}
	}
	w.comment("---- actions, steps and on-blocks")
	w.Line("")
	for _, f := range w.p.Files {
		for _, item := range f.Items {
			switch x := item.(type) {
			case *parser.Action:
				w.action(x)
			case *parser.Handler:
				w.handler(x)
			}
		}
	}
	for _, e := range w.p.Events {
		w.event(e)
	}
}

// first tells whether a thing is still to be written.
func (w *writer) first(thing any) bool {
	done := w.done[thing]
	w.done[thing] = true
	return !done
}

// before writes what statements use, and what is not written yet.
func (w *writer) before(list []parser.Stmt) {
	w.p.Each(list, func(s parser.Stmt) {
		switch s := s.(type) {
		case *parser.Call:
			w.action(s.Action)
		case *parser.Continue:
			w.handler(s.Handler)
		}
	})
}

func (w *writer) word(kind string, d *parser.Decl, e parser.Expr) {
	if !w.first(d) {
		return
	}
	ir.Visit(e, func(e parser.Expr) bool {
		if used, ok := e.(*parser.Word); ok {
			inner, kind := ir.DefinitionOf(used), "value"
			if used.Guard != nil {
				kind = "guard"
			}
			w.word(kind, inner.Decl, inner.Expr)
		}
		return true
	})
	w.comment(ir.Headline(kind+" "+d.Name, *d))
	w.Line("%s(m) == %s", ir.Ident(d.Name), w.at("m").expr(e))
	w.Line("")
}

// operator writes an operator of the machine m.
func (w *writer) operator(name string, params []*parser.Var, body func()) {
	w.names = 0
	args := []string{"m"}
	for _, x := range params {
		args = append(args, local(x))
	}
	w.Line("%s(%s) ==", name, strings.Join(args, ", "))
	w.In(body)
	w.Line("")
}

func (w *writer) action(a *parser.Action) {
	if !w.first(a) {
		return
	}
	w.before(a.Body)
	w.comment(ir.Headline("action "+a.Name, a.Decl))
	w.operator(ir.Ident(a.Name), a.Params, func() { w.list(a.Body, "m") })
}

// handlerName tells on-blocks of one event apart by their first state: they have no state in common.
func (w *writer) handlerName(h *parser.Handler) string {
	return ir.Ident(h.Event.Name) + "_in_" + ir.Ident(w.p.Members(h.States)[0].Name)
}

// behind is the operator that runs an on-block from a step on.
func (w *writer) behind(h *parser.Handler, s *parser.Step) string {
	return w.handlerName(h) + "_from_" + ir.Ident(s.Name)
}

// handler writes an on-block, and an operator for each of its steps, the last one
// first: it runs the step, and goes on to the next.
func (w *writer) handler(h *parser.Handler) {
	if !w.first(h) {
		return
	}
	body := w.chosen(h.Body)
	w.before(body)
	_, steps := body[0].(*parser.Step)
	for i := len(body) - 1; i >= 0 && steps; i-- {
		step, ok := body[i].(*parser.Step)
		if !ok {
			panic(fmt.Sprintf("tla: %s:%d: a statement stands between two steps", body[i].At().File, body[i].At().Line))
		}
		w.comment(ir.Headline("step "+step.Name, step.Decl))
		w.operator(w.behind(h, step), nil, func() { w.onwards(h, body[i:]) })
	}
	w.comment(ir.Headline("on "+h.Event.Name+" in "+w.p.SetText(h.States), h.Decl))
	w.operator(w.handlerName(h), h.Event.Params, func() {
		if steps {
			w.Line("%s(m)", w.behind(h, body[0].(*parser.Step)))
			return
		}
		w.list(body, "m")
	})
}

// onwards writes a step, and the use of the next one.
func (w *writer) onwards(h *parser.Handler, list []parser.Stmt) {
	if len(list) == 1 {
		w.arms(list, "m")
		return
	}
	w.Line("LET m0 ==")
	w.In(func() { w.In(func() { w.arms(list[:1], "m") }) })
	w.Line("IN")
	w.Line("IF m0.ended THEN m0 ELSE %s(m0)", w.behind(h, list[1].(*parser.Step)))
}

// event writes the choice among the on-blocks of one event.
func (w *writer) event(e *parser.Event) {
	args := ""
	for _, x := range e.Params {
		args += ", " + local(x)
	}
	w.operator("on_"+ir.Ident(e.Name), e.Params, func() {
		begin := "Begin(m)"
		if e.Timer != nil {
			begin = fmt.Sprintf("Stop(Begin(m), {%s})", quoted(e.Timer.Name))
		}
		w.Line("LET m0 == %s IN", begin)
		for _, h := range w.p.HandlersOf(e) {
			w.Line("IF m0.my.state \\in %s THEN %s(m0%s) ELSE", w.states(h.States), w.handlerName(h), args)
		}
		w.Line("m0")
	})
}

// timeouts writes the choice among the timers.
func (w *writer) timeouts() {
	for _, e := range w.p.Events {
		if e.Timer != nil {
			w.Line("        IF t = %s THEN on_%s(m%s) ELSE", quoted(e.Timer.Name), ir.Ident(e.Name), strings.Repeat(", queued", len(e.Params)))
		}
	}
}
