// Package smt writes claims about a specification for solvers that decide them at full
// width: SMT-LIB 2, bit vectors of 32 bits, all sequence numbers and windows there are.
//
// What rules decide is written down a second time, in the vocabulary of properties, in
// other words: by distances on the circle of numbers where rules compare places on it.
// An explorer asks whether both agree on the few numbers of its small worlds. The
// claims are that they agree on all of them.
package smt

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// A Claim is what one check-sat of the file decides: the answer is unsat if it is true.
type Claim struct{ Property, Rule string } // the words that say the same

// String says what is claimed.
func (c Claim) String() string { return c.Property + " is " + c.Rule }

// same are the claims, and the guard under which they are made; "": always.
var same = [...]struct {
	Claim
	when string
}{
	{Claim{"would-accept", "acceptable-segment"}, ""},
	{Claim{"probes-window", "zero-window-probe"}, ""},
	{Claim{"from-the-edge", "at-right-edge"}, ""},
	{Claim{"ACK-bounded", "ACK-in-range"}, ""},
	{Claim{"challenge-due", "challenge-allowed"}, ""},
	{Claim{"window-offered", "scaled-window"}, ""},
	{Claim{"newly-acknowledged-text", "newly-acknowledged"}, "acceptable-ACK"},
}

// bounds are what always holds: windows have at most 2^30 octets (RFC 7323 2.3), and so
// has what is in flight; a segment has at most 65535 (and its SYN and FIN), and it has just arrived.
var bounds = [...]string{
	"(bvult |RCV.WND| #x40000000)", "(bvult |MAX.SND.WND| #x40000000)", "(bvult (bvsub |SND.NXT| |SND.UNA|) #x40000000)",
	"(bvule |SEG.LEN| #x00010001)", "(not |SEG.unscaled|)",
}

// Emit writes the claims about those words that the text has.
func Emit(p *ir.Program) (file []byte, claims []Claim) {
	w := &writer{p: p}
	w.line("; %s: %s, for a solver of bit vectors. Written by lockstep export; do not edit.", p.Name, p.Title)
	w.line("; Run: z3 FILE. A claim is true if the answer is unsat: there are no numbers for which it fails.")
	w.line("(set-logic QF_BV)")
	for _, list := range [][]*parser.Var{p.TCB, p.Settings, p.Segment} {
		for _, v := range list {
			w.line("(declare-const |%s| %s)", v.Name, sortOf(v.Type))
		}
	}
	w.line("(declare-const CTL (_ BitVec 32))\n(declare-const timers (_ BitVec 32))\n(declare-const state (_ BitVec 32))")
	w.line("(assert (bvult state %s))", number(uint32(len(p.States))))
	for _, b := range bounds {
		w.line("(assert %s)", b)
	}
	words := p.Words()
	for _, s := range same {
		a, b := words[s.Property], words[s.Rule]
		if a == nil || b == nil || s.when != "" && words[s.when] == nil {
			continue
		}
		condition := fmt.Sprintf("(not (= %s %s))", w.expr(a), w.expr(b))
		if s.when != "" {
			condition = "(and " + w.expr(words[s.when]) + " " + condition + ")"
		}
		claims = append(claims, s.Claim)
		w.line("(echo \"%s\")\n(push)\n(assert %s)\n(check-sat)\n(pop)", s.Claim, condition)
	}
	return []byte(w.b.String()), claims
}

type writer struct {
	p *ir.Program
	b strings.Builder
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func sortOf(t parser.Type) string {
	if t == parser.Bool {
		return "Bool"
	}
	return "(_ BitVec 32)"
}

func number(n uint32) string { return fmt.Sprintf("#x%08x", n) }
