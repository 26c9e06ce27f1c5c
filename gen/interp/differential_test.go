package interp_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

func program(t testing.TB) *ir.Program {
	t.Helper()
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	p, err := ir.New(spec, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func machine(t testing.TB, p *ir.Program) *interp.Machine {
	t.Helper()
	m, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// outcome is everything that an event gives.
type outcome struct {
	tcb tcp.TCB
	seg tcp.Segment
	out tcp.Effects
}

// differ runs a case on the oracle and on the shipped code, and describes the
// difference; "" if there is none.
func differ(m *interp.Machine, k *testCase) (want outcome, difference string) {
	want = outcome{tcb: k.tcb, seg: k.seg}
	got := want
	m.Run(k.event, k.args, &want.tcb, &want.seg, &want.out)
	k.shipped(&got.tcb, &got.seg, &got.out)
	if want == got {
		return want, ""
	}
	return want, describe(k, want, got)
}

func describe(k *testCase, want, got outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %v\n", k.event.Name, k.args)
	fmt.Fprintf(&b, "TCB before: %s\n", show(k.tcb, tcp.TCB{}))
	fmt.Fprintf(&b, "segment:    %s\n", show(k.seg, tcp.Segment{}))
	fmt.Fprintf(&b, "expected:   %s %s %s\n", show(want.tcb, k.tcb), show(want.seg, k.seg), show(want.out, tcp.Effects{}))
	fmt.Fprintf(&b, "got:        %s %s %s\n", show(got.tcb, k.tcb), show(got.seg, k.seg), show(got.out, tcp.Effects{}))
	fmt.Fprintf(&b, "rules expected: %s\nrules fired:    %s\n", rules(want.out), rules(got.out))
	return b.String()
}

func rules(out tcp.Effects) string {
	var names []string
	for r := range out.Rules.Each() {
		names = append(names, r.String())
	}
	return strings.Join(names, " ")
}

// show lists the fields in which v differs from base.
func show(v, base any) string {
	var list []string
	var walk func(path string, v, base reflect.Value)
	walk = func(path string, v, base reflect.Value) {
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i), base.Field(i))
			}
			return
		}
		if path != ".Rules" && !v.Equal(base) {
			list = append(list, fmt.Sprintf("%s=%v", path[1:], v.Interface()))
		}
	}
	walk("", reflect.ValueOf(v), reflect.ValueOf(base))
	return "[" + strings.Join(list, " ") + "]"
}

// impossible are transitions that the table cannot exclude, with the reason.
var impossible = map[move]string{
	{tcp.FinWait2, tcp.Closed, "timeout GIVE-UP"}: "nothing is outstanding, and rest-retransmission stopped the timer",
	{tcp.FinWait2, tcp.Closed, "timeout USER"}:    "nothing is outstanding, and rest-retransmission stopped the timer",
	{tcp.Established, tcp.Closed, "HELD TEXT"}:    "reader-gone comes with FIN-queued, which leads to FIN-WAIT-1 instead",
}

// TestDifferential holds the generated code to the text: two million events, half of
// them on any TCB whatever, half one behind the other as connections live.
func TestDifferential(t *testing.T) {
	cases := 2_000_000
	if testing.Short() {
		cases = 100_000
	}
	const shards = 4
	results := make([]tally, shards)
	t.Run("cases", func(t *testing.T) {
		for shard := range shards {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				results[shard] = run(t, rand.New(rand.NewPCG(9293, uint64(shard))), cases/shards)
			})
		}
	})
	if t.Failed() {
		return
	}
	var fired [tcp.NumRules]int
	for _, r := range results {
		for i, n := range r.fired {
			fired[i] += n
		}
	}
	for id, n := range fired {
		if n == 0 {
			t.Errorf("no case made rule %s fire", tcp.RuleID(id))
		}
	}
	if !testing.Short() {
		witness(t, results)
	}
}

// witness fails if a transition of the table never happened, or one did that cannot.
func witness(t *testing.T, results []tally) {
	for m := range transitions() {
		n := 0
		for _, r := range results {
			n += r.moves[m]
		}
		if why := impossible[m]; n == 0 && why == "" {
			t.Errorf("%s: %s → %s is in the table and never happened", m.event, m.from, m.to)
		} else if n > 0 && why != "" {
			t.Errorf("%s: %s → %s happened %d times, though %s", m.event, m.from, m.to, n, why)
		}
	}
}

type tally struct {
	fired [tcp.NumRules]int
	moves map[move]int // of connections that began empty
}

// run is one shard of the cases.
func run(t *testing.T, r *rand.Rand, cases int) (all tally) {
	p := program(t)
	m := machine(t, p)
	var live tcp.TCB
	allowed := transitions()
	all.moves = map[move]int{}
	for i := range cases {
		c := newChooser(r)
		k := c.anything(p.Events)
		if i%2 == 0 {
			if r.IntN(100) == 0 || live.State == tcp.Closed {
				live = c.begin()
			}
			k = c.next(p.Events, live)
		}
		want, difference := differ(m, &k)
		if difference != "" {
			t.Fatalf("case %d: the generated code differs from the text\n%s", i, difference)
		}
		if k.tcb.State != want.tcb.State && i%2 == 0 && !allowed[move{k.tcb.State, want.tcb.State, k.event.Name}] {
			t.Fatalf("case %d: the table has no transition %s → %s\n%s", i, k.tcb.State, want.tcb.State, describe(&k, want, want))
		}
		for id := range want.out.Rules.Each() {
			all.fired[id]++
		}
		if i%2 == 0 {
			live = want.tcb
			all.moves[move{k.tcb.State, live.State, k.event.Name}]++
		}
	}
	return all
}

type move struct {
	from, to tcp.State
	event    string
}

func transitions() map[move]bool {
	all := map[move]bool{}
	for _, tr := range tcp.Transitions {
		all[move{tr.From, tr.To, tr.Event}] = true
	}
	return all
}

// FuzzDifferential lets the fuzzer look for a case in which the two differ.
func FuzzDifferential(f *testing.F) {
	f.Add(uint64(0), uint64(0), 1)
	f.Add(uint64(9293), uint64(5961), 40)
	p := program(f)
	f.Fuzz(func(t *testing.T, a, b uint64, events int) {
		m := machine(t, p)
		c := newChooser(rand.New(rand.NewPCG(a, b)))
		k := c.anything(p.Events)
		for range min(max(events, 1), 100) {
			want, difference := differ(m, &k)
			if difference != "" {
				t.Fatal(difference)
			}
			k = c.next(p.Events, want.tcb)
		}
	})
}
