package gen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// labelled is one thing of the text that carries a requirement's label.
type labelled struct {
	kind string
	parser.Decl
	cite parser.Cite
}

// labels writes which rules, words and declarations carry each label, one a line:
// label, kind, name, section, place.
func labels(p *ir.Program, note string) []byte {
	byLabel := map[string][]labelled{}
	for _, x := range everything(p) {
		for _, label := range x.Labels {
			byLabel[label] = append(byLabel[label], x)
		}
	}
	names := make([]string, 0, len(byLabel))
	for name := range byLabel {
		names = append(names, name)
	}
	slices.SortFunc(names, byNumber)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n# label\tkind\tname\tsection\tplace\n", note)
	for _, name := range names {
		for _, x := range byLabel[name] {
			section := strings.TrimSpace(fmt.Sprintf("RFC %d %s", x.cite.RFC, x.cite.Section))
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s/%s:%d\n", name, x.kind, x.Name, section, source, x.Pos.File, x.Pos.Line)
		}
	}
	return []byte(b.String())
}

// byNumber puts MUST-9 before MUST-10.
func byNumber(a, b string) int {
	cut := func(s string) (string, int) {
		i := strings.LastIndexByte(s, '-')
		n := 0
		if _, err := fmt.Sscanf(s[i+1:], "%d", &n); err != nil {
			return s, 0
		}
		return s[:i+1], n
	}
	x, m := cut(a)
	y, n := cut(b)
	return cmp.Or(strings.Compare(x, y), m-n, strings.Compare(a, b))
}

// everything lists what can carry labels, by kind, in the order of the text.
func everything(p *ir.Program) []labelled {
	whole := parser.Cite{RFC: 9293}
	if len(p.Cites) > 0 {
		whole = p.Cites[0]
	}
	var list []labelled
	add := func(kind string, d parser.Decl, cite parser.Cite) {
		if len(d.Cites) > 0 {
			cite = d.Cites[0]
		}
		list = append(list, labelled{kind, d, cite})
	}
	origins := p.Origins()
	for i, r := range p.Rules {
		add("rule", r.Decl, origins[i].Cite)
	}
	for _, h := range p.Handlers {
		for _, s := range h.Body {
			if step, ok := s.(*parser.Step); ok {
				add("step", step.Decl, append(h.Cites, whole)[0])
			}
		}
	}
	for _, g := range p.Guards {
		add("guard", g.Decl, whole)
	}
	for _, v := range p.Values {
		add("value", v.Decl, whole)
	}
	for _, a := range p.Actions {
		add("action", a.Decl, whole)
	}
	for _, g := range p.Invariants {
		add("invariant", g.Decl, whole)
	}
	for _, e := range p.Events {
		if e.Timer == nil {
			add("event", e.Decl, whole)
		}
	}
	return append(list, declarations(p, whole)...)
}

// declarations lists what tcp.spec declares in tables.
func declarations(p *ir.Program, whole parser.Cite) []labelled {
	var list []labelled
	for _, vars := range [][]*parser.Var{p.TCB, p.Settings, p.Segment} {
		for _, v := range vars {
			list = append(list, labelled{"variable", v.Decl, whole})
		}
	}
	for _, t := range p.Timers {
		list = append(list, labelled{"timer", t.Decl, whole})
	}
	for _, e := range p.Effects {
		list = append(list, labelled{"effect", e.Decl, whole})
	}
	for _, s := range p.Signals {
		list = append(list, labelled{"signal", s.Decl, whole})
	}
	for i := range list {
		if len(list[i].Cites) > 0 {
			list[i].cite = list[i].Cites[0]
		}
	}
	return list
}
