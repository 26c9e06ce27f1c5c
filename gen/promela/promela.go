// Package promela writes a specification as a model for SPIN: a second opinion on
// what the explorer of package proptest/explore says of the generated code.
//
// The connection machine is written from the tree, one inline for each action,
// step and on-block, one macro for each guard and value, each under its name in
// the text and with its section. The world around it (two hosts, their users, the
// network, the discipline of timers) is world.pml and host.pml, written by hand: they repeat in
// Promela what proptest/model says in Go, share nothing with it, and must
// therefore arrive at the same number of states and of steps.
//
// The text's properties come along: those of states and steps as assertions, those
// of what happens in the end as formulas of linear temporal logic. What cannot be
// asked is listed at the end of the file, with the reason.
//
// # Abstraction
//
// Octets of text are counted, not carried: an octet is known by the incarnation and
// the position it was sent at. Sequence numbers and timestamps are plain numbers that
// do not wrap: those of each host begin at FIRST, time at 1. (That the machine is the
// same wherever numbers begin is checked elsewhere.) They and windows are kept in a
// byte, and counts that stop at 65535 stop at 255, unless the world has large windows.
package promela

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
)

//go:embed prelude.pml
var prelude string

// world is what hosts are and what is under way between them; host, what may happen to them.
//
//go:embed world.pml
var around string

//go:embed host.pml
var host string

// attack is what an attacker may do.
//
//go:embed attack.pml
var attack string

// Before is how many states, and as many steps, lie before the world of c has begun.
func Before(c world.Config) int64 {
	n := c.Before()
	if len(formers(c)) > 0 {
		n++ // what is still under way is put there
	}
	return n
}

// Emit writes the program in the world of c as Promela. It fails if the world needs
// more than the abstraction has.
func Emit(p *ir.Program, c world.Config) ([]byte, error) {
	if err := c.Check(p); err != nil {
		return nil, fmt.Errorf("promela: %w", err)
	}
	w := &writer{Text: world.Text{Indent: "\t"}, p: p, c: c, looked: newLooked(p)}
	w.head()
	w.constants()
	w.config()
	w.Raw(prelude)
	machine, properties := w.Apart(w.machine), w.Apart(w.properties)
	w.variables()
	w.Raw(machine)
	if err := w.unique(); err != nil {
		return nil, err
	}
	definitions, forgeries := w.attack()
	w.Raw(strings.NewReplacer(
		"//@attack\n", definitions,
		"//@forgeries\n", forgeries,
		"//@former\n", w.former(),
		"//@calls\n", w.calls(),
		"//@timers\n", w.timers(),
		"//@timeouts\n", w.Apart(w.timeouts),
	).Replace(around + properties + host))
	w.claims()
	w.silence()
	return []byte(w.String()), nil
}

// head says what the file is and how to run it.
func (w *writer) head() {
	w.comment(fmt.Sprintf("%s: %s, as a model for SPIN. Written by lockstep export; do not edit.", w.p.Name, w.p.Title))
	w.comment("Configuration " + w.c.Name + ": " + w.c.Doc + ".")
	w.comment(`Run:
  spin -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -DNOCLAIM -o pan pan.c && ./pan -m1000000
Each step is one atomic sequence. Without -DNOREDUCE, or with -DHC, states are lost or merged
and their number means nothing. A property of the text that is broken ends the search with its name; with
spin -DNOPROPERTIES -a none is asked. For what must happen in the end (the ltl at the end of this file):
  spin -DNOPROPERTIES -DEVENTS -a FILE && gcc -O2 -DNOREDUCE -o pan pan.c && ./pan -m1000000 -a -N NAME
With spin -DCOVERAGE -a, pan says at its end which rules fired, which pairs of states it met, and which of those that are
to be met, by their numbers.
Sequence numbers of each host begin at FIRST and do not wrap. Conditions of an if are tried from
top to bottom: in a d_step, SPIN takes the first that holds.`)
	w.comment(w.c.Counted("SPIN", "transitions", Before(w.c)))
	w.Line("")
}
