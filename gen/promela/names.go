package promela

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// ident is a name of the text as an identifier: SND.UNA is SND_UNA.
func ident(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == ' ' {
			return '_'
		}
		return r
	}, name)
}

// States and timers may have one name (TIME-WAIT), as may a rule and an action.
func timerName(t *parser.Timer) string     { return "T_" + ident(t.Name) }
func ruleName(r *parser.Rule) string       { return "rule_" + ident(r.Name) }
func signalName(s *parser.Phrase) string   { return "signal_" + ident(s.Name) }
func replyName(s *parser.Phrase) string    { return "reply_" + ident(s.Name) }
func effectName(e *parser.Effect) string   { return "effect_" + ident(e.Name) }
func invariantName(g *parser.Guard) string { return "invariant_" + ident(g.Name) }

// handlerName tells on-blocks of one event apart by their first state: they have no state in common.
func (w *writer) handlerName(h *parser.Handler) string {
	states := w.p.Members(h.States)
	name := "on_" + ident(h.Event.Name) + "_in_" + ident(states[0].Name)
	if len(states) > 1 {
		name += "_etc"
	}
	return name
}

func (w *writer) stepName(h *parser.Handler, s *parser.Step) string {
	return strings.TrimPrefix(w.handlerName(h), "on_") + "_" + ident(s.Name)
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

// headline is a declaration's name, what it says, where it comes from.
func headline(name string, d parser.Decl) string {
	parts := []string{name}
	if d.Doc != "" {
		parts = append(parts, `"`+d.Doc+`"`)
	}
	for _, c := range d.Cites {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("RFC %d %s", c.RFC, c.Section)))
	}
	return strings.Join(append(parts, d.Labels...), " ")
}

// headline is the on-block's event and states.
func (w *writer) headline(h *parser.Handler) string {
	return headline("on "+h.Event.Name+" in "+w.p.SetText(h.States), h.Decl)
}
