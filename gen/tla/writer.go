package tla

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
	"github.com/lockstep-tcp/lockstep/parser"
)

// writer writes TLA+, line by line.
type writer struct {
	world.Text
	p     *ir.Program
	c     world.Config
	names int          // of machines, in the operator being written: m1, m2, …
	done  map[any]bool // what was written
	left  []string     // properties that cannot be asked, and why

	words               strings.Builder // operators that properties use
	invariant, temporal []string        // names for the configuration
}

// comment writes text as a comment, each of its lines.
func (w *writer) comment(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		w.Line(`\* %s`, line)
	}
}

func quoted(s string) string { return `"` + s + `"` }

func truth(b bool) string { return strings.ToUpper(fmt.Sprint(b)) }

func literal(t parser.Type, n uint32) string {
	if t == parser.Bool {
		return truth(n != 0)
	}
	return fmt.Sprint(n)
}

// zero is what a variable is when it is forgotten.
func zero(t parser.Type) string { return literal(t, 0) }

// members writes a set of states as a set of names.
func (w *writer) members(set parser.StateSet) string {
	var all []string
	for _, s := range w.p.Members(set) {
		all = append(all, quoted(s.Name))
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// states writes a set as a union of named sets and single states.
func (w *writer) states(set parser.StateSet) string {
	named, rest := w.p.Cover(set)
	var parts []string
	for _, s := range named {
		parts = append(parts, ir.Ident(s.Name))
	}
	if len(rest) > 0 {
		var single parser.StateSet
		for _, s := range rest {
			single |= 1 << s.Index
		}
		parts = append(parts, w.members(single))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, ` \cup `) + ")"
}
