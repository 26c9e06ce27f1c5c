package mutant_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
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

// What a mutant changes is mended again: all of them applied one after the other
// leave the tree as it was.
func TestUndo(t *testing.T) {
	p := program(t)
	for _, m := range mutant.All(p) {
		m.Apply()()
	}
	again := mutant.All(p)
	for i, m := range mutant.All(program(t)) {
		if again[i].String() != m.String() {
			t.Fatalf("%v has become %v", m, again[i])
		}
	}
}

// Where a mutant does something else than the text, the event came to its site.
func TestSites(t *testing.T) {
	p := program(t)
	all := mutant.All(p)
	var sites []ir.Site
	for _, m := range all {
		sites = append(sites, m.Site)
	}
	base, seen, err := interp.Watch(p, sites)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(9293, 5961))
	differ := 0
	for i, m := range all {
		if i%2 != 0 {
			continue
		}
		undo := m.Apply()
		core, err := interp.NewCore(p)
		undo()
		if err != nil {
			t.Fatalf("%v: %v", m, err)
		}
		for range 1000 {
			k := anything(r)
			seen.Clear()
			want, got := k.run(base), k.run(core)
			if want != got {
				differ++
				if !seen.Has(i) {
					t.Fatalf("%v: no event came to the site, and yet\nthe text gives   %+v\nthe mutant gives %+v", m, want, got)
				}
			}
		}
	}
	if differ < 1000 {
		t.Errorf("%d differences: too few to show anything", differ)
	}
}

// event is one event on one TCB, drawn from few values, so that they often meet.
type event struct {
	kind, a, b uint32
	tcb        tcp.TCB
	seg        tcp.Segment
}

type outcome struct {
	tcb tcp.TCB
	seg tcp.Segment
	out tcp.Effects
}

func anything(r *rand.Rand) (k event) {
	k.kind, k.a, k.b = r.Uint32N(12), r.Uint32N(3), r.Uint32N(3)
	fill(r, reflect.ValueOf(&k.tcb).Elem())
	fill(r, reflect.ValueOf(&k.seg).Elem())
	return k
}

func fill(r *rand.Rand, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case v.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case v.Type() == reflect.TypeFor[tcp.State]():
		v.SetUint(r.Uint64N(tcp.NumStates))
	case v.Type() == reflect.TypeFor[tcp.Timers]():
		v.SetUint(r.Uint64N(1 << tcp.NumTimers))
	case v.Type() == reflect.TypeFor[tcp.Flags]():
		v.SetUint(r.Uint64N(64))
	default:
		v.SetUint(r.Uint64N(5))
	}
}

func (k event) run(c *interp.Core) (o outcome) {
	o.tcb, o.seg = k.tcb, k.seg
	t, out := &o.tcb, &o.out
	switch k.kind {
	case 0:
		c.Open(t, k.a == 0, k.b == 0, out)
	case 1:
		c.Send(t, k.a, k.b, k.a, k.b == 0, k.a == 0, out)
	case 2:
		c.Receive(t, k.a, k.b, out)
	case 3:
		c.Close(t, k.a, k.b, k.a == 0, out)
	case 4:
		c.Abort(t, out)
	case 5:
		c.Segmentize(t, k.a, k.b, out)
	case 6:
		c.Retransmit(t, tcp.Seq(k.a), out)
	case 7:
		c.Expires(t, tcp.Timer(k.a+3*k.b), k.a, out)
	case 8:
		c.HeldText(t, &o.seg, k.a == 0, out)
	case 9:
		c.ICMPError(t, k.a == 0, out)
	default:
		c.SegmentArrives(t, &o.seg, out)
	}
	return o
}
