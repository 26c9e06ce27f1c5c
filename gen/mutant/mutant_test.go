package mutant_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/spec"
)

func program(t *testing.T) *ir.Program {
	t.Helper()
	s, found := parser.Load(spec.TCP())
	if s == nil {
		t.Fatal(found)
	}
	p, err := ir.New(s, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every operator finds something to break, every mutant has an ID of its own, and
// the list is the same however often it is made.
func TestAll(t *testing.T) {
	all, again := mutant.All(program(t)), mutant.All(program(t))
	count, seen := map[mutant.Operator]int{}, map[string]bool{}
	for i, m := range all {
		count[m.Operator]++
		if seen[m.ID] {
			t.Errorf("%s twice", m.ID)
		}
		seen[m.ID] = true
		if m.String() != again[i].String() {
			t.Errorf("%v, and the second time %v", m, again[i])
		}
		if m.Was == m.Becomes {
			t.Errorf("%v changes nothing", m)
		}
	}
	for _, op := range mutant.Operators() {
		if count[op] == 0 {
			t.Errorf("no mutant by %s", op)
		}
	}
	if len(all) < 300 {
		t.Errorf("%d mutants, want 300 at least", len(all))
	}
	t.Log(len(all), count)
}

// A mutant is still a machine that the interpreter can run; one of each thirty is tried.
func TestApply(t *testing.T) {
	n := len(mutant.All(program(t)))
	for i := 0; i < n; i += 30 {
		p := program(t)
		m := mutant.All(p)[i]
		m.Apply()
		if _, err := interp.New(p); err != nil {
			t.Fatalf("%v: %v", m, err)
		}
	}
}
