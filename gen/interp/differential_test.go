package interp_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/race"
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
			list = append(list, fmt.Sprintf("%s=%v", path[1:], named(v.Interface())))
		}
	}
	walk("", reflect.ValueOf(v), reflect.ValueOf(base))
	return "[" + strings.Join(list, " ") + "]"
}

// named lists the members of a set by their names.
func named(v any) any {
	switch v := v.(type) {
	case tcp.Timers:
		return members(v.Has, tcp.NumTimers)
	case tcp.SignalSet:
		return members(v.Has, tcp.NumSignals)
	case tcp.EffectSet:
		return members(v.Has, tcp.NumEffects)
	}
	return v
}

func members[T interface {
	~uint8
	fmt.Stringer
}](has func(T) bool, n int) string {
	var names []string
	for i := range n {
		if has(T(i)) {
			names = append(names, T(i).String())
		}
	}
	return strings.Join(names, ",")
}

// impossible are transitions that the table cannot exclude, with the reason.
var impossible = map[move]string{
	{tcp.FinWait2, tcp.Closed, "timeout GIVE-UP"}: "nothing is outstanding, and rest-retransmission stopped the timer",
	{tcp.FinWait2, tcp.Closed, "timeout USER"}:    "nothing is outstanding, and rest-retransmission stopped the timer",
	{tcp.Established, tcp.Closed, "HELD TEXT"}:    "reader-gone comes with FIN-queued, which leads to FIN-WAIT-1 instead",
}

// TestDifferential holds the generated code to the text: more than a million events,
// half of them on any TCB whatever, half one behind the other as connections live.
// On the way every rule must fire, and every transition of the table must happen.
func TestDifferential(t *testing.T) {
	cases, rounds := 1_000_000, 5
	if race.Brief() {
		cases = 100_000
	}
	all := newTally()
	for round := range rounds {
		all.join(t, uint64(round), cases)
		if t.Failed() {
			return
		}
		// Else luck was missing, or the case: try more.
		if !slices.Contains(all.fired[:], 0) && (race.Brief() || len(all.unseen()) == 0) {
			break
		}
	}
	for id, n := range all.fired {
		if n == 0 {
			t.Errorf("no case made rule %s fire", tcp.RuleID(id))
		}
	}
	for m, why := range impossible {
		if n := all.moves[m]; n > 0 {
			t.Errorf("%s: %s → %s happened %d times, though %s", m.event, m.from, m.to, n, why)
		}
	}
	if !race.Brief() {
		for _, m := range all.unseen() {
			t.Errorf("%s: %s → %s is in the table and never happened", m.event, m.from, m.to)
		}
	}
	all.onPages(t)
}

// tally counts what happened.
type tally struct {
	fired [tcp.NumRules]int
	moves map[move]int               // of connections that began empty
	ran   [tcp.NumStates]tcp.RuleSet // their rules, by the state in which the event began
}

func newTally() *tally { return &tally{moves: map[move]int{}} }

// join runs so many cases on every core, and adds what happened.
func (all *tally) join(t *testing.T, seed uint64, cases int) {
	const shards = 4
	results := make([]*tally, shards)
	t.Run(fmt.Sprint("round ", seed), func(t *testing.T) {
		for shard := range shards {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				results[shard] = run(t, rand.New(rand.NewPCG(seed, uint64(shard))), cases/shards)
			})
		}
	})
	for _, r := range results {
		if r == nil {
			return
		}
		for id, n := range r.fired {
			all.fired[id] += n
		}
		for m, n := range r.moves {
			all.moves[m] += n
		}
		for state, set := range r.ran {
			for word, rules := range set {
				all.ran[state][word] |= rules
			}
		}
	}
}

// unseen are the transitions of the table that did not happen and could have.
func (all *tally) unseen() []move {
	var list []move
	for m := range transitions() {
		if all.moves[m] == 0 && impossible[m] == "" {
			list = append(list, m)
		}
	}
	return list
}

// onPages fails if a rule ran in a state on whose page it does not stand.
func (all *tally) onPages(t *testing.T) {
	for state := range tcp.State(tcp.NumStates) {
		page, err := os.ReadFile("../../generated/states/" + state.String() + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for id := range all.ran[state].Each() {
			if !strings.Contains(string(page), "**"+id.String()+"**") {
				t.Errorf("rule %s ran in %s, on whose page it does not stand", id, state)
			}
		}
	}
}

// run is one shard of the cases.
func run(t *testing.T, r *rand.Rand, cases int) *tally {
	p := program(t)
	m := machine(t, p)
	var live tcp.TCB
	allowed, all := transitions(), newTally()
	for i := range cases {
		c := newChooser(r)
		if i%2 == 1 {
			k := c.anything(p.Events)
			want := same(t, m, &k)
			all.count(&k, want, false)
			continue
		}
		if r.IntN(100) == 0 || live.State == tcp.Closed {
			live = c.begin()
		}
		k := c.next(p.Events, live)
		want := same(t, m, &k)
		all.count(&k, want, true)
		live = want.tcb
		if step := (move{k.tcb.State, live.State, k.event.Name}); step.from != step.to && !allowed[step] {
			t.Fatalf("the table has no transition %s → %s\n%s", step.from, step.to, describe(&k, want, want))
		}
	}
	return all
}

// same runs a case on both sides and fails if they differ.
func same(t *testing.T, m *interp.Machine, k *testCase) outcome {
	want, difference := differ(m, k)
	if difference != "" {
		t.Fatalf("the generated code differs from the text\n%s", difference)
	}
	return want
}

func (all *tally) count(k *testCase, want outcome, lives bool) {
	for id := range want.out.Rules.Each() {
		all.fired[id]++
		if lives {
			all.ran[k.tcb.State][id/64] |= 1 << (id % 64)
		}
	}
	if lives {
		all.moves[move{k.tcb.State, want.tcb.State, k.event.Name}]++
	}
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
