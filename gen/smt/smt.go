// Package smt writes claims about a specification for solvers that decide them at full
// width: SMT-LIB 2, bit vectors of 32 bits, all sequence numbers and windows there are.
//
// What rules decide is written down a second time, in the vocabulary of properties, in
// other words: by distances on the circle of numbers where rules compare places on it.
// An explorer asks whether both agree on the few numbers of its small worlds. The first
// claims are that they agree on all of them. The others are of the blocks of which one arm
// runs, the first that applies: no rule is out of reach behind those above it, and some
// arm applies whatever arrives.
package smt

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// A Claim is what one check-sat of the file decides.
type Claim struct {
	Says string
	True string // the answer if it is so: unsat, there are no numbers for which it fails; or sat, there are some
}

// same are words of properties and of rules that say the same; when is the guard under
// which that is claimed, "": always.
var same = [...]struct{ property, rule, when string }{
	{"would-accept", "acceptable-segment", ""},
	{"probes-window", "zero-window-probe", ""},
	{"from-the-edge", "at-right-edge", ""},
	{"ACK-bounded", "ACK-in-range", ""},
	{"challenge-due", "challenge-allowed", ""},
	{"window-offered", "scaled-window", ""},
	{"newly-acknowledged-text", "newly-acknowledged", "acceptable-ACK"},
}

// bounds are what always holds: windows have at most 2^30 octets (RFC 7323 2.3), and so
// has what is in flight; a segment has at most 65535 (and its SYN and FIN).
var bounds = [...]string{
	"(bvult |RCV.WND| #x40000000)", "(bvult |MAX.SND.WND| #x40000000)", "(bvult (bvsub |SND.NXT| |SND.UNA|) #x40000000)",
	"(bvule |SEG.LEN| #x00010001)",
}

// Emit writes the claims about those words that the text has, and about its blocks.
func Emit(p *ir.Program) (file []byte, claims []Claim) {
	w := &writer{p: p, declared: map[string]bool{}}
	w.line("; %s: %s, for a solver of bit vectors. Written by lockstep export; do not edit.", p.Name, p.Title)
	w.line("; Run: z3 FILE. A claim is true if the answer is unsat, there are no numbers for which it fails; that something")
	w.line("; may be is true if the answer is sat.")
	w.line("(set-logic QF_BV)")
	w.declare(p.TCB...)
	w.declare(p.Settings...)
	w.declare(p.Segment...)
	w.line("(declare-const CTL (_ BitVec 32))\n(declare-const timers (_ BitVec 32))\n(declare-const state (_ BitVec 32))")
	w.line("(assert (bvult state %s))", number(uint32(len(p.States))))
	for _, b := range bounds {
		w.line("(assert %s)", b)
	}
	w.sameWords()
	for _, h := range p.Handlers {
		w.declare(h.Event.Params...)
		w.arms(h.Body, []string{w.expr(&parser.StateIn{States: h.States})})
	}
	for _, a := range p.Actions {
		w.declare(a.Params...)
		w.arms(a.Body, nil)
	}
	return []byte(w.b.String()), w.claims
}

// sameWords claims it of a segment that has just arrived: no SYN was cut off.
func (w *writer) sameWords() {
	words := w.p.Words()
	for _, s := range same {
		a, b := words[s.property], words[s.rule]
		if a == nil || b == nil || s.when != "" && words[s.when] == nil {
			continue
		}
		fails := []string{"(not |SEG.unscaled|)", fmt.Sprintf("(not (= %s %s))", w.expr(a), w.expr(b))}
		if s.when != "" {
			fails = append(fails, w.expr(words[s.when]))
		}
		w.claim(Claim{s.property + " is " + s.rule, "unsat"}, fails)
	}
}

// claim asks whether there are numbers for which all conditions hold.
func (w *writer) claim(c Claim, all []string) {
	w.claims = append(w.claims, c)
	w.line("(echo \"%s\")\n(push)\n(assert (and true %s))\n(check-sat)\n(pop)", c.Says, strings.Join(all, " "))
}

// declare makes constants of variables; one of all that have one name.
func (w *writer) declare(list ...*parser.Var) {
	for _, v := range list {
		if !w.declared[v.Name] {
			w.declared[v.Name] = true
			w.line("(declare-const |%s| %s)", v.Name, sortOf(v.Type))
		}
	}
}

type writer struct {
	p        *ir.Program
	b        strings.Builder
	claims   []Claim
	declared map[string]bool
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func sortOf(t parser.Type) string {
	if t == parser.Bool {
		return "Bool"
	}
	return "(_ BitVec 32)"
}

func number(n uint32) string { return fmt.Sprintf("#x%08x", n) }
