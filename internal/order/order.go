// Package order puts the rules that fired in an event into the order in which a reader
// meets them who walks the text with the event: one order for ladders, captures and lists.
package order

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/spec"
)

// text is what is walked; nil if it has mistakes, of which whoever loads it tells.
var text = sync.OnceValue(func() *ir.Program {
	p, err := ir.Load(spec.TCP(), ir.Amended())
	if err != nil {
		return nil
	}
	return p
})

// Read reads the text, which takes a moment, before the first event comes.
func Read() { text() }

// Of is the rules that fired in an event: those of its handler step by step, each before
// the rules of the actions that it calls. What the text does not have there stands behind.
func Of(e *trace.Event) []tcp.RuleID {
	all := slices.Collect(e.Rules.Each())
	p := text()
	if p == nil || len(all) < 2 {
		return all
	}
	var best []tcp.RuleID
	for h := range handlers(p, e) {
		if met := walked(p, h, &e.Rules); len(met) > len(best) {
			best = met
		}
		if len(best) == len(all) {
			return best
		}
	}
	for _, id := range all {
		if !slices.Contains(best, id) {
			best = append(best, id)
		}
	}
	return best
}

// handlers is all of them, first that of the event in its state, then those of the event:
// one that tells of a segment sent does not say what it was.
func handlers(p *ir.Program, e *trace.Event) iter.Seq[*parser.Handler] {
	name, _, _ := strings.Cut(e.What, ",") // "SEGMENT ARRIVES, for the listener"
	if e.Kind == trace.Timeout {
		name = "timeout " + name
	}
	strange := func(h *parser.Handler) int {
		switch {
		case h.Event.Name != name:
			return 2
		case h.States>>e.Before.State&1 == 0:
			return 1
		}
		return 0
	}
	return func(yield func(*parser.Handler) bool) {
		for how := range 3 {
			for _, h := range p.Handlers {
				if strange(h) == how && !yield(h) {
					return
				}
			}
		}
	}
}

func walked(p *ir.Program, h *parser.Handler, fired *tcp.RuleSet) (ids []tcp.RuleID) {
	for _, r := range p.Walked(h, func(r *parser.Rule) bool { return fired.Has(tcp.RuleID(r.Index)) }) {
		ids = append(ids, tcp.RuleID(r.Index))
	}
	return ids
}
