package promela

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// States and timers may have one name (TIME-WAIT), as may a rule and an action.
func timerName(t *parser.Timer) string     { return "T_" + ir.Ident(t.Name) }
func ruleName(r *parser.Rule) string       { return "rule_" + ir.Ident(r.Name) }
func signalName(s *parser.Phrase) string   { return "signal_" + ir.Ident(s.Name) }
func replyName(s *parser.Phrase) string    { return "reply_" + ir.Ident(s.Name) }
func effectName(e *parser.Effect) string   { return "effect_" + ir.Ident(e.Name) }
func eventName(e *parser.Event) string     { return "event_" + ir.Ident(e.Name) }
func invariantName(g *parser.Guard) string { return "invariant_" + ir.Ident(g.Name) }

// handlerName tells on-blocks of one event apart by their first state: they have no state in common.
func (w *writer) handlerName(h *parser.Handler) string {
	states := w.p.Members(h.States)
	name := "on_" + ir.Ident(h.Event.Name) + "_in_" + ir.Ident(states[0].Name)
	if len(states) > 1 {
		name += "_etc"
	}
	return name
}

func (w *writer) stepName(h *parser.Handler, s *parser.Step) string {
	return strings.TrimPrefix(w.handlerName(h), "on_") + "_" + ir.Ident(s.Name)
}

// unique: two names of the text that differ in punctuation alone would be one here.
func (w *writer) unique() error {
	names := slices.Clone(w.names)
	slices.Sort(names)
	for i := range len(names) - 1 {
		if names[i] == names[i+1] {
			return fmt.Errorf("promela: two things of the text are both called %s: rename one", names[i])
		}
	}
	return nil
}

// headline is the on-block's event and states.
func (w *writer) headline(h *parser.Handler) string {
	return ir.Headline("on "+h.Event.Name+" in "+w.p.SetText(h.States), h.Decl)
}
