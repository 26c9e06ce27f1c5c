package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Many properties of steps begin with the same few conditions: that the connection
// lives, that the ACK was taken, that there is no RST. Each of these is a sign, found
// out once for a step, and whoever asks properties can leave alone those whose signs
// the step does not show.

// often is how many properties a condition is of when it becomes a sign.
const often = 4

// most is how many signs there can be.
const most = 32

// findSigns finds the conditions of many properties, in the order of the text.
func (w *writer) findSigns() {
	count := map[string]int{}
	var all []string
	for _, p := range w.p.Properties {
		for _, c := range w.conditions(p) {
			if count[c]++; count[c] == 1 {
				all = append(all, c)
			}
		}
	}
	w.signs = slices.DeleteFunc(all, func(c string) bool { return count[c] < often })
	for least := often; len(w.signs) > most; least++ { // each must have a bit
		w.signs = slices.DeleteFunc(w.signs, func(c string) bool { return count[c] <= least })
	}
}

// conditions is all that must be true of a step for a property to say something of it, as code.
func (w *writer) conditions(p *parser.Property) (list []string) {
	if p.Form != parser.Each {
		return nil
	}
	given, _ := antecedents(p.Expr)
	v := w.in(steps)
	for len(given) > 0 {
		e := given[0]
		given = given[1:]
		if b, ok := e.(*parser.Binary); ok && b.Op == parser.And {
			given = append([]parser.Expr{b.X, b.Y}, given...)
			continue
		}
		if code := v.expr(e, 0); !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	return list
}

// signsOf is the signs of a property as a field of the table.
func (w *writer) signsOf(p *parser.Property) string {
	var bits []string
	for _, c := range w.conditions(p) {
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
	b.WriteString("// Signs is the conditions that many properties begin with.\ntype Signs uint32\n\n")
	b.WriteString("// Signs tells which of them are true of the step.\nfunc (s *Step) Signs() (x Signs) {\n")
	for i, c := range w.signs {
		fmt.Fprintf(&b, "if %s {\nx |= 1<<%d\n}\n", c, i)
	}
	b.WriteString("return x\n}\n")
	return b.String()
}
