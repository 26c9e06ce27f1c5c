package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Emit draws the program in each format, by file name. mark is the note that the
// file is generated.
func Emit(p *ir.Program, mark string) map[string][]byte {
	d := newDrawing(p)
	return map[string][]byte{
		"states.dot": d.dot(mark),
		"states.mmd": d.mermaid(mark),
		"states.svg": d.svg(mark),
	}
}

func names(ways []Way) []string {
	var list []string
	for _, w := range ways {
		list = append(list, w.Rule.Name)
	}
	return list
}

func stateNames(states []*parser.State) []string {
	var list []string
	for _, s := range states {
		list = append(list, s.Name)
	}
	return list
}

var colours = map[kind]string{call: "#1f6feb", segment: "#24292f", timeout: "#bc4c00"}

// dot is for Graphviz: neato -n2 keeps the places, dot finds its own.
func (d *drawing) dot(mark string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\ndigraph %q {\n", mark, d.p.Name)
	b.WriteString("  graph [splines=true, overlap=false];\n")
	b.WriteString("  node [shape=box, style=rounded, fontname=\"Helvetica\"];\n")
	b.WriteString("  edge [fontname=\"Helvetica\", fontsize=10];\n\n")
	for _, s := range d.p.States {
		at := placeOf(s)
		fmt.Fprintf(&b, "  %q [pos=\"%d,%d!\", tooltip=%q];\n", s.Name, at.x, height-at.y, s.Doc)
	}
	b.WriteString("\n")
	for _, a := range d.arcs {
		fmt.Fprintf(&b, "  %q -> %q [label=%q, color=%q];\n", a.From.Name, a.To.Name,
			strings.Join(names(a.Ways), "\n"), colours[kindOf(a.Ways[0].Events[0])])
	}
	b.WriteString("\n  // Cut short.\n")
	for _, s := range d.p.States {
		if rules := d.cutsFrom(s); len(rules) > 0 {
			fmt.Fprintf(&b, "  %q -> %q [label=%q, style=dashed, color=\"#cf222e\"];\n", s.Name, d.p.States[0].Name, strings.Join(rules, "\n"))
		}
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func (d *drawing) cutsFrom(s *parser.State) []string {
	var rules []string
	for _, c := range d.cuts {
		if slices.Contains(c.from, s) {
			rules = append(rules, c.way.Rule.Name)
		}
	}
	return rules
}

// mermaid is for Markdown that renders it.
func (d *drawing) mermaid(mark string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%%%% %s\nstateDiagram-v2\n", mark)
	for _, s := range d.p.States {
		fmt.Fprintf(&b, "  state %q as %s\n", s.Name, ir.StateName(s.Name))
	}
	b.WriteString("  [*] --> " + ir.StateName(d.p.States[0].Name) + "\n")
	for _, a := range d.arcs {
		fmt.Fprintf(&b, "  %s --> %s : %s\n", ir.StateName(a.From.Name), ir.StateName(a.To.Name), strings.Join(names(a.Ways), "<br/>"))
	}
	b.WriteString("\n  %% Cut short, straight to CLOSED:\n")
	for _, c := range d.cuts {
		fmt.Fprintf(&b, "  %%%% %s from %s\n", c.way.Rule.Name, strings.Join(stateNames(c.from), ", "))
	}
	return []byte(b.String())
}
