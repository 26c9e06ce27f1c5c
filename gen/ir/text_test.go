package ir

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/parser"
)

func program(t *testing.T) *Program {
	t.Helper()
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	p, err := New(spec, Amended())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// source is a file of the text without comments, each run of blanks one blank.
func source(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../spec/tcp/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines = append(lines, line)
		}
	}
	return sorted(" " + strings.Join(strings.Fields(strings.Join(lines, " ")), " ") + " ")
}

var set = regexp.MustCompile(`[A-Za-z0-9-]+( \| [A-Za-z0-9-]+)+`)

// sorted puts the states of each set in one order: the tree keeps none.
func sorted(s string) string {
	return set.ReplaceAllStringFunc(s, func(set string) string {
		states := strings.Split(set, " | ")
		slices.Sort(states)
		return strings.Join(states, " | ")
	})
}

// TestText: what is written back is what the text says.
func TestText(t *testing.T) {
	p := program(t)
	check := func(d parser.Decl, written string) {
		t.Helper()
		if !strings.Contains(source(t, d.Pos.File), sorted(written)) {
			t.Errorf("%s:%d: %s is written back as %q", d.Pos.File, d.Pos.Line, d.Name, written)
		}
	}
	for _, g := range append(p.Guards, p.Invariants...) {
		check(g.Decl, "= "+p.Text(g.Expr)+" ")
	}
	for _, v := range p.Values {
		check(v.Decl, "= "+p.Text(v.Expr)+" ")
	}
	for _, a := range p.Actions {
		p.Each(a.Body, func(s parser.Stmt) {
			switch s.(type) {
			case *parser.Assign, *parser.Send, *parser.Let, *parser.Start, *parser.Stop, *parser.Goto, *parser.Do, *parser.Signal, *parser.Clear, *parser.Call:
				check(a.Decl, p.StmtText(s))
			}
		})
	}
	for _, r := range p.Rules {
		switch c := r.Cond.(type) {
		case nil:
		case *parser.Not:
			s := source(t, r.Pos.File)
			if !strings.Contains(s, "unless "+p.Text(c.X)+" ") && !strings.Contains(s, "if "+p.Text(c)+" ") {
				t.Errorf("rule %s: %q", r.Name, p.Text(c))
			}
		default:
			check(r.Decl, "if "+p.Text(c)+" ")
		}
	}
}
