package smt

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Of an ordered block, the first arm whose condition holds runs, and no other. That is so
// by its meaning; what is claimed is the rest: that each of its rules is the first for
// some numbers, and that some arm applies whatever the numbers are.

// idle are blocks of which no arm need apply, by their first rules, and the word that is
// then 0; "": there is none, and nothing is claimed.
var idle = map[string]string{
	"text.none":     "text-length", // a FIN alone is the next step's
	"reply.at-once": "",            // no acknowledgment is due
}

// condition is when an arm applies; "": always.
func (w *writer) condition(arm parser.Stmt) string {
	switch arm := arm.(type) {
	case *parser.Rule:
		if arm.Cond != nil {
			return w.expr(arm.Cond)
		}
	case *parser.In:
		return w.expr(&parser.StateIn{States: arm.States})
	}
	return ""
}

// arms makes the claims about the ordered blocks in a list of statements, which run under
// conditions.
func (w *writer) arms(list []parser.Stmt, under []string) {
	for _, s := range list {
		inside := under[:len(under):len(under)]
		switch s := s.(type) {
		case *parser.Ordered:
			w.block(s, inside)
			continue
		case *parser.Let:
			w.declare(s.Var)
			under = append(inside, fmt.Sprintf("(= |%s| %s)", s.Var.Name, w.expr(s.Expr)))
			continue
		case *parser.Step:
			if s.When != nil {
				inside = append(inside, w.expr(s.When))
			}
		case *parser.In, *parser.Rule:
			if c := w.condition(s); c != "" {
				inside = append(inside, c)
			}
		}
		for _, block := range w.p.Blocks(s) {
			w.arms(block, inside)
		}
	}
}

func (w *writer) block(o *parser.Ordered, under []string) {
	for _, arm := range o.Arms {
		applies := under
		c := w.condition(arm)
		if c != "" {
			applies = append(under[:len(under):len(under)], c)
		}
		if rule, ok := arm.(*parser.Rule); ok {
			w.claim(Claim{rule.Name + " may be the first", "sat"}, applies)
		}
		for _, block := range w.p.Blocks(arm) {
			w.arms(block, applies)
		}
		if c == "" {
			return // it takes all that is left
		}
		under = append(under[:len(under):len(under)], "(not "+c+")")
	}
	w.complete(o, under)
}

// complete claims that where none of the arms above applies, there is nothing.
func (w *writer) complete(o *parser.Ordered, none []string) {
	var names []string
	for _, arm := range o.Arms {
		if rule, ok := arm.(*parser.Rule); ok {
			names = append(names, rule.Name)
		} else if in, ok := arm.(*parser.In); ok {
			names = append(names, w.p.SetText(in.States))
		}
	}
	says := "one applies of " + strings.Join(names, ", ")
	if word, may := idle[names[0]]; word != "" {
		says += ", unless " + word + " = 0"
		none = append(none, fmt.Sprintf("(distinct %s %s)", w.expr(w.p.Words()[word]), number(0)))
	} else if may {
		return
	}
	w.claim(Claim{says, "unsat"}, none)
}
