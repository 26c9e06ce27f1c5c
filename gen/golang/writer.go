package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// longest is how many lines a generated function should have at most.
const longest = 70

// writer writes the functions of one program.
type writer struct {
	p      *ir.Program
	needed map[string]bool // functions of arithmetic that were used
	names  map[*parser.Step]string

	// The function being written.
	fn    string
	sends int
	split int        // in-blocks of more lines become functions of their own; 0: none
	parts []jen.Code // those functions
}

func newWriter(p *ir.Program) *writer {
	return &writer{p: p, needed: map[string]bool{}, names: stepNames(p)}
}

func (w *writer) need(name string) { w.needed[name] = true }

// function writes head and signature with the body that build makes, and splits
// in-blocks off until the function can be seen as a whole.
func (w *writer) function(name string, head []jen.Code, signature *jen.Statement, build func() []jen.Code) []jen.Code {
	var code []jen.Code
	for _, w.split = range []int{0, 30, 20, 10, 5} {
		w.fn, w.sends, w.parts = name, 0, nil
		f := signature.Clone().Block(build()...)
		code = append(append(append([]jen.Code{}, head...), f, jen.Line()), w.parts...)
		if lines(f) <= longest {
			break
		}
	}
	w.split = 0
	return code
}

// lines counts the lines of code as gofmt would print it.
func lines(code ...jen.Code) int {
	block := jen.Func().Id("f").Params().Block(code...)
	if len(code) == 1 {
		if s, ok := code[0].(*jen.Statement); ok && strings.HasPrefix(fmt.Sprintf("%#v", s), "func") {
			return strings.Count(fmt.Sprintf("%#v", s), "\n") + 1
		}
	}
	return strings.Count(fmt.Sprintf("%#v", block), "\n") - 1
}

// part writes the body of an in-block, as a call of its own function if it is
// long. call is that call, or the one call the body is, if it may end the event.
func (w *writer) part(in *parser.In, at place) (code []jen.Code, call *jen.Statement) {
	code, _ = w.list(in.Body, at)
	if w.split == 0 || lines(code...) <= w.split || len(locals(w.p, in.Body)) > 0 {
		return code, w.loneCall(in.Body)
	}
	stops := w.p.MayStop(in.Body)
	name := w.fn + "In" + w.setName(in.States)
	outer := *w
	f := w.function(name, comment(name+" is the part of "+w.fn+" for "+stateList(w.p, in.States)+"."),
		segmentMethod(name, stops), func() []jen.Code { return w.body(in.Body, stops) })
	parts := append(outer.parts, f...)
	*w = outer
	w.parts = parts
	call = jen.Id("t").Dot(name).Call(jen.Id("seg"), jen.Id("out"))
	switch {
	case !stops:
		return []jen.Code{call}, nil
	case at.tail && at.reports:
		return []jen.Code{jen.Return(call)}, call
	case at.tail:
		return []jen.Code{call}, call
	}
	return []jen.Code{jen.If(call).Block(at.stop()...)}, call
}

// segmentMethod is the signature of a step, or of a part of one.
func segmentMethod(name string, reports bool) *jen.Statement {
	s := jen.Func().Params(jen.Id("t").Op("*").Id("TCB")).Id(name).
		Params(jen.Id("seg").Op("*").Id("Segment"), jen.Id("out").Op("*").Id("Effects"))
	if reports {
		s = s.Bool()
	}
	return s
}

// locals lists the parameters and lets that list reads and does not declare itself.
func locals(p *ir.Program, list []parser.Stmt) []*parser.Var {
	declared := map[*parser.Var]bool{}
	var free []*parser.Var
	p.Each(list, func(s parser.Stmt) {
		for _, e := range ir.Operands(s) {
			ir.EachExpr(e, func(e parser.Expr) {
				r, ok := e.(*parser.Ref)
				if ok && (r.Var.Scope == parser.InParams || r.Var.Scope == parser.InLet) && !declared[r.Var] {
					declared[r.Var] = true
					free = append(free, r.Var)
				}
			})
		}
		if l, ok := s.(*parser.Let); ok {
			declared[l.Var] = true
		}
	})
	return free
}

// setName names a set of states in Go: by its parts where there are at most two,
// by its ends where the states follow one another in the text.
func (w *writer) setName(set parser.StateSet) string {
	named, rest := w.p.Cover(set)
	var parts []string
	for _, s := range rest {
		parts = append(parts, ir.StateName(s.Name))
	}
	for _, s := range named {
		parts = append(parts, ir.Exported(s.Name))
	}
	members := w.p.Members(set)
	first, last := members[0], members[len(members)-1]
	if len(parts) > 2 && last.Index-first.Index+1 == len(members) {
		return ir.StateName(first.Name) + "To" + ir.StateName(last.Name)
	}
	return strings.Join(parts, "Or")
}

// stateList is a set as the text writes it.
func stateList(p *ir.Program, set parser.StateSet) string {
	if set == p.AllStates() {
		return "any state"
	}
	named, rest := p.Cover(set)
	var parts []string
	for _, s := range rest {
		parts = append(parts, s.Name)
	}
	for _, s := range named {
		parts = append(parts, s.Name)
	}
	return strings.Join(parts, " | ")
}
