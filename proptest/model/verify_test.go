package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// quickest are the configurations that every test run explores.
func quickest() (list []*Config) {
	bound := int64(2_000_000)
	switch {
	case race.Enabled:
		return []*Config{Find("handshake-close")}
	case testing.Short():
		bound = 110_000
	}
	for _, c := range Configs() {
		if 0 < c.States && c.States < bound {
			list = append(list, c)
		}
	}
	return list
}

func verified(t *testing.T, c *Config, o Options) *Result {
	t.Helper()
	r, err := Verify(context.Background(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Failures {
		t.Errorf("%s is broken in %s: lockstep verify -config %s -property %s", f.Property.Name, c.Name, c.Name, f.Property.Name)
	}
	if r.Report.End != explore.Exhausted {
		t.Errorf("%s: %v", c.Name, r.Report)
	}
	return r
}

// mostOctets is what a state may take, with the graph of all steps beside.
const mostOctets = 48

// The code that ships keeps every property in every state of the quick
// configurations, which have as many states as is written down, and put every
// property and every rule to the test.
func TestVerify(t *testing.T) {
	var results []*Result
	for _, c := range quickest() {
		r := verified(t, c, Options{})
		if r.Report.States != c.States {
			t.Errorf("%s has %d states, pinned are %d: if the text, or the world, was meant to change, write the new number into spec/tcp/worlds.spec", c.Name, r.Report.States, c.States)
		}
		if e := r.Report; e.Workers <= 4 && e.OctetsPerState() > mostOctets {
			t.Errorf("%s takes %.1f octets a state, more than %d", c.Name, e.OctetsPerState(), mostOctets)
		}
		if names := r.Vacuous(); len(names) > 0 {
			t.Errorf("%s never puts to the test: %v", c.Name, names)
		}
		results = append(results, r)
	}
	if race.Brief() {
		return
	}
	properties, rules := Vacuous(results)
	if len(properties) > 0 {
		t.Errorf("never put to the test: %v", properties)
	}
	if len(rules) > 0 {
		t.Errorf("rules that never fired: %v", rules)
	}
}

func tally(r *explore.Report) string {
	return fmt.Sprint(r.End, r.States, r.Transitions, r.Depth, r.Widest, r.Terminal, r.Witnesses)
}

// What is found depends neither on how states are stored nor on how many search.
func TestWaysToSearch(t *testing.T) {
	names := []string{"window-scale", "icmp", "zero-window"}
	if race.Brief() {
		names = names[:1]
	}
	for _, name := range names {
		c := Find(name)
		first := verified(t, c, Options{Options: explore.Options{Workers: 1}})
		want := tally(first.Report)
		for _, o := range []Options{
			{Options: explore.Options{Workers: 3}},
			{SafetyOnly: true},
			{Options: explore.Options{Mode: explore.Strict}},
			{Options: explore.Options{Mode: explore.Exact}},
		} {
			r := verified(t, c, o)
			if got := tally(r.Report); got != want || r.Report.Mode != o.Mode || !o.SafetyOnly && !slices.Equal(r.Passed, first.Passed) {
				t.Errorf("%s, %v by %d workers:\n%s\nwant\n%s", name, o.Mode, o.Workers, got, want)
			}
		}
	}
}

// Sequence numbers are a circle: wherever the first one lies, the worlds are the
// same, also where numbers wrap, and where they pass half the circle.
func TestShiftInvariance(t *testing.T) {
	names := []string{"urgent", "handshake-close", "zero-window", "slow-ACKs"}
	if race.Brief() {
		names = names[:1]
	}
	for _, name := range names {
		c := Find(name)
		want := tally(verified(t, c, Options{}).Report)
		for _, iss := range [][2]tcp.Seq{{0, 0}, {1<<32 - 1, 1<<31 - 1}, {1<<31 - 2, 1<<32 - 2}, {1<<32 - 3, 1<<31 + 5}} {
			shifted := c.with(func(c *Config) { c.ISS = iss })
			if got := tally(verified(t, shifted, Options{}).Report); got != want {
				t.Errorf("%s from %v:\n%s\nwant\n%s", name, iss, got, want)
			}
		}
	}
}

// A search that is interrupted goes on where it ended, also up to symmetry, and
// finds what it would have found: here, that a literal B5 lets the two answer each other for ever.
func TestGoesOn(t *testing.T) {
	b5 := Options{Core: literally(t, "B5"), CoreName: "literal B5", Property: "no-packet-war", NoTries: true}
	for _, x := range []struct {
		world  string
		o      Options
		step   int64 // visited states at a time
		broken int
	}{
		{"zero-window", Options{SafetyOnly: true}, 40_000, 0},
		{"zero-window", Options{}, 40_000, 0},
		{"crossing", Options{}, 40_000, 0},
		{"zero-window", b5, 10_000, 1},
	} {
		c := Find(x.world)
		want, err := Verify(t.Context(), c, x.o)
		if err != nil {
			t.Fatal(err)
		}
		if want.Report.End != explore.Exhausted || len(want.Failures) != x.broken {
			t.Fatalf("%s: %v, %v", x.world, want.Report, want.Failures)
		}
		x.o.Checkpoint = t.TempDir() + "/checkpoint"
		pieces := 0
		for got := (*Result)(nil); got == nil || got.Report.End == explore.StateBound; pieces++ {
			x.o.MaxStates += x.step
			if got, err = Verify(t.Context(), c, x.o); err != nil {
				t.Fatal(err)
			}
			if got.Report.End != explore.StateBound && findings(got) != findings(want) {
				t.Errorf("%s in pieces:\n%s\nat once:\n%s", x.world, findings(got), findings(want))
			}
		}
		if pieces < 3 {
			t.Errorf("%s: in %d pieces", x.world, pieces)
		}
	}
}

// impatient is over when it is asked whether it is, but for the first time.
type impatient struct {
	context.Context
	asked bool
}

func (c *impatient) Err() (err error) {
	if c.asked {
		err = context.Canceled
	}
	c.asked = true
	return err
}

// … also when it was interrupted behind a property that is broken, while it decided on the others.
func TestGoesOnDeciding(t *testing.T) {
	tried := 0
	for _, l := range Letters {
		if p := propertyOf(l.Property); p.Live == nil || p.Live.Goal == nil {
			continue // of these alone either host is asked: two decisions
		}
		tried++
		o := Options{Core: literally(t, l.Defect), CoreName: "literal " + l.Defect, Options: explore.Options{Workers: 1}}
		want, err := l.Verify(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		o.Checkpoint = t.TempDir() + "/checkpoint"
		if r, err := l.Verify(&impatient{Context: t.Context()}, o); err != nil || r.Report.End != explore.Interrupted {
			t.Fatal(l, r, err)
		}
		got, err := l.Verify(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if g, w := findings(got), findings(want); g != w {
			t.Errorf("%v in pieces:\n%s\nat once:\n%s", l, g, w)
		}
	}
	if tried == 0 {
		t.Error("no expected failure is of a goal")
	}
}

// Where a property is broken, it was put to the test; where it is one of states and of
// steps, both have to be.
func TestUntested(t *testing.T) {
	names := map[string]bool{}
	for i := range Properties {
		if Properties[i].Live == nil {
			names[Properties[i].Name] = true
		}
	}
	asked := len(names)
	fifo := slices.IndexFunc(Properties, func(p Property) bool { return p.Name == "fifo" })
	for name, c := range map[string]struct {
		without  []int // put to the test
		failures []Failure
		want     []string
	}{
		"all": {}, "states": {without: []int{fifo}, want: []string{"fifo"}}, "steps": {without: []int{fifo + 1}, want: []string{"fifo"}},
		"neither": {without: []int{fifo, fifo + 1, 0}, want: []string{Properties[0].Name, "fifo"}},
		"broken":  {without: []int{fifo, 0}, failures: []Failure{{Property: &Properties[0]}}, want: []string{"fifo"}},
	} {
		r := &Result{Report: &explore.Report{}, Failures: c.failures}
		for i, name := range witnessNames() {
			w := explore.Witness{Name: name, Count: 1}
			if slices.Contains(c.without, i) {
				w.Count = 0
			}
			r.Report.Witnesses = append(r.Report.Witnesses, w)
		}
		for i := range Properties {
			p := &Properties[i]
			if p.Live == nil {
				r.Asked = append(r.Asked, p)
			} else {
				r.Passed = append(r.Passed, Passed{p, 1})
			}
		}
		names, _ := Vacuous([]*Result{r})
		if tested, not := Asked(r); !slices.Equal(names, c.want) || !slices.Equal(not, c.want) || len(tested)+len(not) != asked {
			t.Errorf("%s: %v; of those asked %v, beside %d; want %v of %d", name, names, not, len(tested), c.want, asked)
		}
	}
}

// What a property assumes is what it needs: a user who does not read is probed for ever.
func TestAssumptions(t *testing.T) {
	for _, words := range parser.Assumptions {
		if _, known := obliged[words]; !known {
			t.Errorf("nobody is obliged by %q", words)
		}
	}
	if len(obliged) != len(parser.Assumptions) {
		t.Errorf("%d assumptions, of which the text may make %d", len(obliged), len(parser.Assumptions))
	}
	for property, world := range map[string]string{"text-arrives": "zero-window", "FIN-arrives": "zero-window", "both-end": "data"} {
		live := propertyOf(property).Live
		kept := live.Fair
		for fair, broken := range map[Kinds]bool{kept: false, kept &^ on(Read): true} {
			live.Fair = fair
			r, err := Verify(t.Context(), Find(world), Options{Property: property, NoTries: true})
			if err != nil || len(r.Failures) > 0 != broken {
				t.Fatalf("%s in %s, of fairness %b: %v, %v", property, world, fair, r.Failures, err)
			}
			for _, f := range r.Failures {
				if again, err := Replay(Find(world), nil, f.Trace); err != nil || !again.Broken || again.Missed == "" {
					t.Errorf("%s: walked again, it is not broken: %v", property, err)
				}
				live.Fair = kept
				if again, err := Replay(Find(world), nil, f.Trace); err != nil || again.Broken {
					t.Errorf("%s: with a user who reads, it is broken: %v", property, err)
				}
			}
		}
		live.Fair = kept
	}
}

// findings is all that was found, with traces.
func findings(r *Result) string {
	text := fmt.Sprint(tally(r.Report), r.Passed)
	for _, f := range r.Failures {
		text += fmt.Sprintf("\n%s: %+v", f.Property.Name, *f.Trace)
	}
	return text
}

// What was kept is of one search: of the same world, machine and question.
func TestKeptSearchOfAnother(t *testing.T) {
	c := Find("zero-window")
	o := Options{SafetyOnly: true, Options: explore.Options{Checkpoint: t.TempDir() + "/checkpoint", MaxStates: 1000}}
	verified := func(c *Config, change func(*Options)) error {
		other := o
		change(&other)
		_, err := Verify(t.Context(), c, other)
		return err
	}
	if err := verified(c, func(*Options) {}); err != nil {
		t.Fatal(err)
	}
	core := func() Core { return Generated{} }
	for _, x := range []struct {
		of     *Config
		change func(*Options)
		says   string
	}{
		{Find("data"), func(*Options) {}, `the model was "zero-window" and is "data"`},
		{c.with(func(c *Config) { c.Budget.Lose[0]++ }), func(*Options) {}, `the world was "` + c.Mark() + `"`},
		{c, func(o *Options) { o.Property = "CLOSE" }, `the property asked was "any" and is "CLOSE"`},
		{c, func(o *Options) { o.SafetyOnly = false }, `the part on what must come to pass was "not asked" and is "asked: list `},
		{c, func(o *Options) { o.NoTries = true }, `the trying of hosts was "true" and is "false"`},
		{c, func(o *Options) { o.Core, o.CoreName = core, "literal B5" }, `the machine was "generated" and is "literal B5"`},
		{c, func(o *Options) { o.Core = core }, "a machine without a name cannot be kept"},
	} {
		if err := verified(x.of, x.change); err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%v, want %s", err, x.says)
		}
	}
	if err := verified(c, func(o *Options) { o.MaxStates, o.Workers = 2000, 1 }); err != nil {
		t.Error("other bounds are no other search:", err)
	}
}
