package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/parser"
)

// ordered writes arms of which the first that applies is run: as a switch on the
// state where the arms say nothing else, as if and else where there are two, and
// as a switch with conditions otherwise. Go's switch has just these semantics.
func (w *writer) ordered(arms []parser.Stmt, at place) ([]jen.Code, bool) {
	switch {
	case w.p.Always(arms[0]):
		return w.arm(arms[0], at)
	case w.onlyStates(arms):
		return w.switchOnState(arms, at)
	case len(arms) == 1 || len(arms) == 2 && w.p.Always(arms[1]):
		return w.twoArms(arms, at)
	}
	return w.switchOnConditions(arms, at)
}

// onlyStates: in-blocks apart from one another, and at most one arm for the rest.
func (w *writer) onlyStates(arms []parser.Stmt) bool {
	var seen parser.StateSet
	for i, arm := range arms {
		in, ok := arm.(*parser.In)
		if !ok {
			return i > 1 && i == len(arms)-1 && w.p.Always(arm)
		}
		if in.States&seen != 0 {
			return false
		}
		seen |= in.States
	}
	return true
}

func (w *writer) switchOnState(arms []parser.Stmt, at place) ([]jen.Code, bool) {
	var cases []jen.Code
	ended := false
	for _, arm := range arms {
		code, stops := w.arm(arm, at)
		if in, ok := arm.(*parser.In); ok {
			cases = append(cases, jen.Case(w.states(in.States)...).Block(code...))
			continue
		}
		cases = append(cases, jen.Default().Block(code...))
		ended = stops && w.casesEnd(arms)
	}
	return []jen.Code{jen.Switch(jen.Id("t").Dot("State")).Block(cases...)}, ended
}

func (w *writer) switchOnConditions(arms []parser.Stmt, at place) ([]jen.Code, bool) {
	var cases []jen.Code
	ended := true
	for _, arm := range arms {
		code, stops := w.arm(arm, at)
		ended = ended && stops
		if w.p.Always(arm) {
			cases = append(cases, jen.Default().Block(code...))
			return []jen.Code{jen.Switch().Block(cases...)}, ended
		}
		cases = append(cases, jen.Case(w.condition(arm)).Block(code...))
	}
	return []jen.Code{jen.Switch().Block(cases...)}, false
}

func (w *writer) twoArms(arms []parser.Stmt, at place) ([]jen.Code, bool) {
	var head []jen.Code
	var body []jen.Code
	var ended bool
	if r, ok := arms[0].(*parser.Rule); ok {
		head = ruleComment(r)
		body, ended = w.fired(r, at)
	} else {
		body, ended = w.arm(arms[0], at)
	}
	s := jen.If(w.condition(arms[0])).Block(body...)
	if len(arms) == 1 {
		return append(head, s), false
	}
	rest, restEnded := w.arm(arms[1], at)
	if ended && at.returns() {
		return append(append(head, s), rest...), restEnded
	}
	return append(head, s.Else().Block(rest...)), ended && restEnded
}

// arm writes what an arm does once it applies.
func (w *writer) arm(arm parser.Stmt, at place) ([]jen.Code, bool) {
	switch arm := arm.(type) {
	case *parser.Rule:
		code, ended := w.fired(arm, at)
		return append(ruleComment(arm), code...), ended
	case *parser.In:
		code, _ := w.part(arm, at)
		return code, w.p.MustStop(arm.Body)
	case *parser.If:
		if len(arm.Else) == 0 {
			return w.list(arm.Then, at)
		}
	}
	return w.stmt(arm, at)
}

func (w *writer) condition(arm parser.Stmt) *jen.Statement {
	switch arm := arm.(type) {
	case *parser.Rule:
		return w.expr(arm.Cond)
	case *parser.In:
		s, _ := w.stateIn(arm.States)
		return s
	case *parser.If:
		return w.expr(arm.Cond)
	}
	panic("gen: an arm without a condition must stand last")
}

func (w *writer) casesEnd(arms []parser.Stmt) bool {
	for _, arm := range arms {
		if in, ok := arm.(*parser.In); ok && !w.p.MustStop(in.Body) {
			return false
		}
	}
	return true
}
