package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Many properties of steps begin with the same few conditions: that the connection
// lives, that the ACK was taken, that there is no RST. Each of these is a sign, found
// out once for a step, and whoever asks properties can leave alone those whose signs
// the step does not show.

// often is how many properties a condition is of when it becomes a sign.
const often = 2

// most is how many signs there can be.
const most = 64

// findSigns finds the conditions of many properties, in the order of the text.
func (w *writer) findSigns() {
	count := map[string]int{}
	var all []string
	for _, p := range w.p.Properties {
		for _, of := range p.Of {
			for _, c := range w.conditions(of) {
				if count[c]++; count[c] == 1 {
					all = append(all, c)
				}
			}
		}
	}
	w.signs = slices.DeleteFunc(all, func(c string) bool { return count[c] < often })
	for least := often; len(w.signs) > most; least++ { // each must have a bit
		w.signs = slices.DeleteFunc(w.signs, func(c string) bool { return count[c] <= least })
	}
}

// conditions is all that must be true of a step for a clause to say something of it, as
// code; of a word, also what it stands for.
func (w *writer) conditions(c *parser.Clause) (list []string) {
	given, _ := antecedents(c.Expr)
	for _, e := range given {
		list = w.in(steps).conjuncts(e, list)
	}
	return list
}

func (v view) conjuncts(e parser.Expr, list []string) []string {
	if b, ok := e.(*parser.Binary); ok && b.Op == parser.And {
		return v.conjuncts(b.Y, v.conjuncts(b.X, list))
	}
	if code := v.expr(e, 0); !slices.Contains(list, code) {
		list = append(list, code)
	}
	if of, ok := e.(*parser.Of); ok {
		v, e = v.of(of.Whose), of.X
	}
	if word, ok := e.(*parser.Word); ok {
		if b, ok := ir.DefinitionOf(word).Expr.(*parser.Binary); ok && b.Op == parser.And {
			return v.conjuncts(b, list)
		}
	}
	return list
}

// signsOf is the signs of a clause as a field of the table.
func (w *writer) signsOf(of *parser.Clause) string {
	var bits []string
	for _, c := range w.conditions(of) {
		if i := slices.Index(w.signs, c); i >= 0 {
			bits = append(bits, fmt.Sprintf("1<<%d", i))
		}
	}
	if bits == nil {
		return ""
	}
	return ", If: " + strings.Join(bits, " | ")
}

// writeSigns writes the signs.
func (w *writer) writeSigns() string {
	var b strings.Builder
	b.WriteString("// Signs is the conditions that many properties begin with.\ntype Signs uint64\n\n")
	var parts []string
	for part := range slices.Chunk(w.signs, signsInOne) {
		parts = append(parts, fmt.Sprintf("s.signs%d(of)", 1+len(parts)))
		fmt.Fprintf(&b, "func (s *Step) signs%d(of Signs) (x Signs) {\n", len(parts))
		for i, c := range part {
			i += signsInOne * (len(parts) - 1)
			fmt.Fprintf(&b, "if of>>%d&1 != 0 && (%s) {\nx |= 1<<%d\n}\n", i, c, i)
		}
		b.WriteString("return x\n}\n\n")
	}
	fmt.Fprintf(&b, "// Signs tells which of these are true of the step.\nfunc (s *Step) Signs(of Signs) Signs { return %s }\n", strings.Join(parts, " | "))
	return b.String()
}

// signsInOne is how many signs one function looks at.
const signsInOne = 16
