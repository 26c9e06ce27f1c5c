package golang

import (
	"reflect"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// place says where a statement stands in its function.
type place struct {
	reports bool // the function returns whether the event is over
	tail    bool // nothing follows the statement in the function
}

// stop ends the event.
func (at place) stop() []jen.Code {
	switch {
	case at.reports:
		return []jen.Code{jen.Return(jen.True())}
	case at.tail:
		return nil
	}
	return []jen.Code{jen.Return()}
}

// returns: stop leaves the function, so that what follows needs no else.
func (at place) returns() bool { return at.reports || !at.tail }

// body writes a function's whole body.
func (w *writer) body(list []parser.Stmt, reports bool) []jen.Code {
	code, ended := w.list(list, place{reports: reports, tail: true})
	if reports && !ended {
		code = append(code, jen.Return(jen.False()))
	}
	return code
}

// list writes statements in order and reports whether the last one returned.
// What stands behind a statement that always ends the event is left out.
func (w *writer) list(list []parser.Stmt, at place) (code []jen.Code, ended bool) {
	for i := 0; i < len(list) && !ended; {
		n := w.run(list[i:])
		here := at
		here.tail = at.tail && i+n == len(list)
		var c []jen.Code
		switch {
		case n == 1:
			c, ended = w.stmt(list[i], here)
		case sameTimers(list[i:]) == n:
			c = timersAtOnce(list[i : i+n])
		default:
			c, ended = w.switchOnState(list[i:i+n], here)
		}
		if i > 0 && spaced(list[i-1], list[i]) {
			code = append(code, jen.Line())
		}
		code = append(code, c...)
		i += n
	}
	return code, ended
}

// run counts the statements at the beginning of list that are written as one:
// in-blocks that may become a switch, timers that are started or stopped together.
func (w *writer) run(list []parser.Stmt) int {
	if n := sameTimers(list); n > 1 {
		return n
	}
	var ins []*parser.In
	for _, s := range list {
		in, ok := s.(*parser.In)
		if !ok || !w.p.Apart(append(ins, in)) {
			break
		}
		ins = append(ins, in)
	}
	return max(1, len(ins))
}

// sameTimers counts the statements at the beginning of list that all start a timer,
// or all stop one.
func sameTimers(list []parser.Stmt) int {
	for i, s := range list {
		if timerOf(s) == nil || reflect.TypeOf(s) != reflect.TypeOf(list[0]) {
			return i
		}
	}
	return len(list)
}

func timerOf(s parser.Stmt) *parser.Timer {
	switch s := s.(type) {
	case *parser.Start:
		return s.Timer
	case *parser.Stop:
		return s.Timer
	}
	return nil
}

// timersAtOnce starts or stops several timers by one set of them.
func timersAtOnce(list []parser.Stmt) []jen.Code {
	method := "startEach"
	if _, ok := list[0].(*parser.Stop); ok {
		method = "stopEach"
	}
	var set *jen.Statement
	for _, s := range list {
		bit := jen.Lit(1).Op("<<").Add(timer(timerOf(s)))
		if set == nil {
			set = bit
			continue
		}
		set = set.Op("|").Add(bit)
	}
	return []jen.Code{jen.Id("t").Dot(method).Call(set, jen.Id("out"))}
}

// spaced: an empty line separates rules and blocks from what stands before.
func spaced(before, s parser.Stmt) bool {
	return block(before) || block(s)
}

func block(s parser.Stmt) bool {
	switch s.(type) {
	case *parser.Rule, *parser.Ordered, *parser.In, *parser.Step:
		return true
	}
	return false
}

func one(c ...jen.Code) ([]jen.Code, bool) { return c, false }

func (w *writer) stmt(s parser.Stmt, at place) ([]jen.Code, bool) {
	switch s := s.(type) {
	case *parser.Rule:
		return w.rule(s, at)
	case *parser.Ordered:
		return w.ordered(s.Arms, at)
	case *parser.In:
		return w.in(s, at)
	case *parser.If:
		return w.ifElse(s, at)
	case *parser.Step:
		return w.stepInline(s, at)
	case *parser.Defect:
		return w.defect(s, at)
	case *parser.Let:
		return w.let(s)
	case *parser.Assign:
		return w.assign(s.Var, s.Expr), false
	case *parser.Send:
		return w.send(s), false
	case *parser.Call:
		return w.callAction(s, at)
	case *parser.Drop:
		return at.stop(), true
	case *parser.Return:
		return append([]jen.Code{jen.Id("out").Dot("Reply").Op("=").Id("Reply" + ir.Exported(s.Phrase.Name))}, at.stop()...), true
	case *parser.Continue:
		return append([]jen.Code{jen.Id("t").Dot(w.suffixName(s.Step)).Call(jen.Id("seg"), jen.Id("out"))}, at.stop()...), true
	}
	return one(w.simple(s))
}

// simple writes the statements that are one line whatever stands around them.
func (w *writer) simple(s parser.Stmt) jen.Code {
	switch s := s.(type) {
	case *parser.Clear:
		return jen.Id("seg").Dot("CTL").Op("&^=").Id(s.Bit.Name)
	case *parser.Start:
		return jen.Id("t").Dot("start").Call(timer(s.Timer), jen.Id("out"))
	case *parser.Stop:
		if s.Timer == nil {
			return jen.Id("t").Dot("stopAll").Call(jen.Id("out"))
		}
		return jen.Id("t").Dot("stop").Call(timer(s.Timer), jen.Id("out"))
	case *parser.Goto:
		return jen.Id("t").Dot("State").Op("=").Id(ir.StateName(s.State.Name))
	case *parser.Signal:
		return jen.Id("out").Dot("signal").Call(jen.Id("Signal" + ir.Exported(s.Phrase.Name)))
	case *parser.Forget:
		return jen.Id("t").Dot("forget").Call(jen.Id("out"))
	case *parser.Do:
		return jen.Id("out").Dot(ir.Unexported(s.Effect.Name)).Call(w.args(s.Args, s.Effect.Params)...)
	}
	panic("gen: unknown statement")
}

func (w *writer) args(args []parser.Expr, params []*parser.Var) []jen.Code {
	var list []jen.Code
	for i, a := range args {
		list = append(list, w.as(a, kindOf(params[i].Type), bindOr))
	}
	return list
}

func (w *writer) rule(r *parser.Rule, at place) ([]jen.Code, bool) {
	head := ruleComment(r)
	if r.Cond == nil {
		code, ended := w.fired(r, at)
		return append(head, code...), ended
	}
	code, _ := w.fired(r, at)
	return append(head, jen.If(w.expr(r.Cond)).Block(code...)), false
}

// guarded writes body under a condition; a lone call that may end the event
// becomes part of the condition.
func (w *writer) guarded(cond *jen.Statement, bind int, code []jen.Code, call *jen.Statement, at place) ([]jen.Code, bool) {
	if call == nil || !at.returns() {
		return one(jen.If(cond).Block(code...))
	}
	if bind < bindAnd {
		cond = jen.Parens(cond)
	}
	cond = cond.Op("&&").Add(call)
	if at.reports && at.tail {
		return []jen.Code{jen.Return(cond)}, true
	}
	return one(jen.If(cond).Block(at.stop()...))
}

// loneCall is the call of an action that may or may not end the event, if body is just that.
func (w *writer) loneCall(body []parser.Stmt) *jen.Statement {
	if len(body) != 1 {
		return nil
	}
	s, ok := body[0].(*parser.Call)
	if !ok || !w.p.MayStop(s.Action.Body) || w.p.MustStop(s.Action.Body) {
		return nil
	}
	return w.call(s.Action.Name, w.p.Uses(s.Action), w.args(s.Args, s.Action.Params))
}

// fired marks the rule and runs its body.
func (w *writer) fired(r *parser.Rule, at place) ([]jen.Code, bool) {
	var code []jen.Code
	body := r.Body
	for len(body) > 0 && w.silent(body[0]) { // gofmt would give a comment at the end to the next case
		code = append(code, w.amends(body[0].(*parser.Defect))...)
		body = body[1:]
	}
	code = append(code, jen.Id("out").Dot("fired").Call(jen.Id("Rule"+w.p.RuleName(r.Name))))
	rest, ended := w.list(body, at)
	return append(code, rest...), ended
}

func (w *writer) in(s *parser.In, at place) ([]jen.Code, bool) {
	named, rest := w.p.Cover(s.States)
	code, call := w.part(s, at)
	if len(named)+len(rest) <= 2 {
		cond, bind := w.stateIn(s.States)
		return w.guarded(cond, bind, code, call, at)
	}
	return one(jen.Switch(jen.Id("t").Dot("State")).Block(jen.Case(w.states(s.States)...).Block(code...)))
}

func (w *writer) states(set parser.StateSet) []jen.Code {
	var list []jen.Code
	for _, s := range w.p.Members(set) {
		list = append(list, jen.Id(ir.StateName(s.Name)))
	}
	return list
}

func (w *writer) ifElse(s *parser.If, at place) ([]jen.Code, bool) {
	cond, bind := w.bound(s.Cond)
	then, thenEnded := w.list(s.Then, at)
	if len(s.Else) == 0 {
		return w.guarded(cond, bind, then, w.loneCall(s.Then), at)
	}
	els, elseEnded := w.list(s.Else, at)
	if thenEnded && at.returns() {
		return append([]jen.Code{jen.If(cond).Block(then...)}, els...), elseEnded
	}
	return one(jen.If(cond).Block(then...).Else().Block(els...))
}

func (w *writer) defect(d *parser.Defect, at place) ([]jen.Code, bool) {
	code, ended := w.list(w.p.Chosen(d), at)
	return append(w.amends(d), code...), ended
}

// amends is the comment above the chosen side of a defect.
func (w *writer) amends(d *parser.Defect) []jen.Code {
	verb := "Amends "
	if w.p.Reading.IsLiteral(d.Name) {
		verb = "Keeps "
	}
	return comment(verb + d.Name + ": " + d.Doc + ".")
}

// silent: a defect whose chosen side does nothing.
func (w *writer) silent(s parser.Stmt) bool {
	d, ok := s.(*parser.Defect)
	return ok && len(w.p.Chosen(d)) == 0
}

func (w *writer) let(s *parser.Let) ([]jen.Code, bool) {
	value := w.expr(s.Expr)
	if w.kind(s.Expr) == untyped {
		value = w.typed(s.Expr, kindOf(s.Var.Type))
	}
	return one(variable(s.Var).Op(":=").Add(value))
}

// assign writes a choice as if and else, and counts up without wrapping around.
func (w *writer) assign(v *parser.Var, e parser.Expr) []jen.Code {
	if c, ok := e.(*parser.Cond); ok {
		return []jen.Code{jen.If(w.expr(c.If)).
			Block(w.assign(v, c.Then)...).Else().Block(w.assign(v, c.Else)...)}
	}
	if b, ok := e.(*parser.Binary); ok && b.Op == parser.Add && v.Type == parser.Small && refers(b.X, v) && number(b.Y, 1) {
		return []jen.Code{jen.If(variable(v).Op("<").Lit(255)).Block(variable(v).Op("++"))}
	}
	if v.Type == parser.Small && w.kind(e) == word {
		w.need("small")
		return []jen.Code{variable(v).Op("=").Id("small").Call(w.expr(e))}
	}
	return []jen.Code{variable(v).Op("=").Add(w.as(e, kindOf(v.Type), bindOr))}
}

func refers(e parser.Expr, v *parser.Var) bool {
	r, ok := e.(*parser.Ref)
	return ok && r.Var == v
}

func (w *writer) callAction(s *parser.Call, at place) ([]jen.Code, bool) {
	a := s.Action
	call := w.call(a.Name, w.p.Uses(a), w.args(s.Args, a.Params))
	switch {
	case !w.p.MayStop(a.Body):
		return one(call)
	case w.p.MustStop(a.Body):
		return append([]jen.Code{call}, at.stop()...), true
	case at.tail && at.reports:
		return []jen.Code{jen.Return(call)}, true
	case at.tail:
		return one(call)
	}
	return one(jen.If(call).Block(at.stop()...))
}
