// Package tla writes a specification as a TLA+ module, for people and for the model
// checker TLC.
//
// The machine is written from the tree: guards and values are operators of a machine
// m, which is a record; actions, steps, on-blocks and events are operators that make
// another machine of it. The world around it (two hosts, their users, the network,
// the discipline of timers) is world.tla, written by hand; it says what
// gen/promela/world.pml says, and its abstraction is the same: sequence numbers are
// plain numbers that do not wrap, as are timestamps, and octets of text are known by the
// incarnation and the position they were sent at.
//
// Properties of states are invariants, properties of what happens in the end temporal
// formulas. A property of a step looks at what the event alone has made of the host,
// which no state shows: the names of those that the last step broke are in the
// variable broken, and the invariant says that it is empty.
package tla

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
)

//go:embed prelude.tla
var prelude string

//go:embed world.tla
var around string

// attack is what an attacker may forge.
//
//go:embed attack.tla
var attack string

// Module is the name of the module, and of its file, which ends in .tla.
const Module = "TCP"

// Emit writes the program in the world of c as a module, and the configuration that
// TLC wants beside it. It fails if the world needs more than the abstraction has.
func Emit(p *ir.Program, c world.Config) (module, cfg []byte, err error) {
	if err := c.Check(p); err != nil {
		return nil, nil, fmt.Errorf("tla: %w", err)
	}
	w := &writer{Text: world.Text{Indent: "  "}, p: p, c: c, done: map[any]bool{}}
	w.head()
	w.constants()
	w.config()
	w.record()
	w.Raw(prelude)
	w.machine()
	properties := w.Apart(w.steps)
	w.Raw(strings.NewReplacer(
		"\\*@former\n", w.Apart(w.former),
		"\\*@steps\n", properties,
		"\\*@timeouts\n", w.Apart(w.timeouts),
		"\\*@attack\n", attack,
	).Replace(around))
	w.invariants()
	w.endings()
	w.silence()
	w.Line("%s", strings.Repeat("=", 77))
	return []byte(w.String()), w.cfg(), nil
}

// head says what the file is and how to check it.
func (w *writer) head() {
	w.Line("---- MODULE %s ----", Module)
	w.comment(fmt.Sprintf("%s: %s. Written by lockstep export; do not edit.", w.p.Name, w.p.Title))
	w.comment("Configuration " + w.c.Name + ": " + w.c.Doc + ".")
	w.comment(`With this file as TCP.tla and what lockstep export -format tlc writes as TCP.cfg:
  java -cp tla2tools.jar tlc2.TLC -workers 1 TCP`)
	w.comment(w.c.Counted("TLC", "steps", w.c.Before()))
	w.Line("EXTENDS Integers, Sequences, FiniteSets")
	w.Line("")
}

// constants are the sets behind the names of the text.
func (w *writer) constants() {
	for _, s := range w.p.Sets {
		w.comment(ir.Headline(s.Name, s.Decl))
		w.Line("%s == %s", ir.Ident(s.Name), w.members(s.States))
	}
	var timers []string
	for _, t := range w.p.Timers {
		timers = append(timers, quoted(t.Name))
	}
	w.Line("Timers == {%s}", strings.Join(timers, ", "))
	w.Line("")
}

// config writes the world's numbers.
func (w *writer) config() {
	c := w.c
	both := func(name, doc string, value func(host int) string) {
		w.comment(doc)
		w.Line("%s == [A |-> %s, B |-> %s]", name, value(0), value(1))
	}
	both("Settings", "What the user or the host sets, and no rule changes.", func(host int) string {
		var all []string
		for _, v := range w.p.Settings {
			all = append(all, ir.Ident(v.Name)+" |-> "+literal(v.Type, c.Settings[host][v.Name]))
		}
		return "[" + strings.Join(all, ", ") + "]"
	})
	both("Script", "What the users do, in order; when quiet: only when nothing is under way.", func(host int) string {
		var all []string
		for _, call := range c.Script[host] {
			all = append(all, fmt.Sprintf("[op |-> %s, n |-> %d, quiet |-> %s]", quoted(string(call.Op)), call.N, truth(call.Quiet)))
		}
		return "<<" + strings.Join(all, ", ") + ">>"
	})
	both("Reads", "The user takes octets whenever there are some.", func(host int) string { return truth(c.Reads[host]) })
	w.Line("QUEUE == %d", c.Queue)
	w.Line("SEND_BUFF == %d", c.SendBuff)
	w.Line("ONCE == %s", truth(c.Once))
	w.Line("BEGUN == %s", truth(c.Begun))
	w.Line("CLOCK == %s", truth(c.Clock))
	w.comment("What an attacker forges; early: also while a connection opens.")
	w.Line("Forges == {%s}", strings.Join(forges(c.Forges), ", "))
	h := c.Harm
	both("May", "How often something may go wrong.", func(host int) string {
		return fmt.Sprintf("[lose |-> %d, duplicate |-> %d, delay |-> %d, early |-> %d, fatal |-> %d, icmp |-> %d, forge |-> %d]",
			h.Lose[host], h.Duplicate[host], h.Delay[host], h.Early[host], h.GiveUp[host], h.ICMP[host], h.Forge[host])
	})
	w.Line("")
}

// forges are the names of what an attacker forges.
func forges(f world.Forgery) (all []string) {
	for _, x := range []struct {
		name   string
		forged bool
	}{{"RST", f.RST}, {"SYN", f.SYN}, {"text", f.Text}, {"ACK", f.ACK}, {"early", f.Early}} {
		if x.forged {
			all = append(all, quoted(x.name))
		}
	}
	return all
}

// former writes the segments of former lives that are still under way when the world begins.
func (w *writer) former() {
	packet := func(s *world.Segment) string {
		if s == nil {
			return "<<>>"
		}
		var bits []string
		for _, name := range s.CTL {
			bits = append(bits, quoted(name))
		}
		changed := fmt.Sprintf("!.SEQ = FIRST + %d, !.WND = 1, !.DATA = %d, !.CTL = {%s}", s.SEQ, s.DATA, strings.Join(bits, ", "))
		if s.Has("ACK") {
			changed += fmt.Sprintf(", !.ACK = FIRST + %d", s.ACK)
		}
		if s.DATA > 0 {
			changed += fmt.Sprintf(", !.text = <<1, %d>>", s.Position())
		}
		return "<<[NoPacket EXCEPT " + changed + "]>>"
	}
	w.comment("Segments of a former life that are still under way, by their senders; they are late.")
	w.Line("Former == [A |-> %s, B |-> %s]", packet(w.c.Old[0]), packet(w.c.Old[1]))
	w.Line("")
}
