package mutation_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/mutation"
	"github.com/lockstep-tcp/lockstep/spec"
)

var (
	every = flag.Int("mutation.every", 4, "try one mutant of so many")
	bound = flag.Int("mutation.bound", 1000, "states of a configuration, at the most")
	again = flag.Int("mutation.again", 8, "walk one trace of so many again")
)

// A sample of the mutants, and a little way into each world: nineteen of twenty that
// are not equivalent are noticed by the explorer and the properties alone, and no
// equivalent one is. `lockstep mutate` tries all of them.
func TestSample(t *testing.T) {
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	if race.Brief() {
		*every *= 10
	}
	var sample []*mutation.Subject
	for i, s := range all {
		if i%*every == 0 || mutation.Equivalent()[s.ID] != "" {
			sample = append(sample, s)
		}
	}
	o := mutation.Options{Configs: mutation.BySize(model.Configs()), Bound: *bound, Workers: 2}
	outcomes, err := mutation.Run(context.Background(), spec.TCP(), sample, o)
	if err != nil {
		t.Fatal(err)
	}
	var score mutation.Score
	for i, x := range outcomes {
		if i%*again == 0 && x.Killed() {
			walkAgain(t, x)
		}
		switch {
		case x.Err != nil:
			t.Errorf("%s: %v", x.Subject.Name(), x.Err)
		case x.Equivalent != "" && x.Killed():
			t.Errorf("%s is not equivalent: %s broke in %s", x.Subject.ID, x.By().By, x.By().Config)
		case x.Equivalent == "" && !x.Killed():
			t.Logf("SURVIVED %v", x.Subject.Mutant)
		}
		score.Add(x)
	}
	t.Log(score)
	if _, real := score.Share(); real < 0.95 {
		t.Errorf("%v: less than 95 %%", score)
	}
}

// walkAgain walks the trace of a kill: it must break the property on the mutant, and not on the machine that ships.
func walkAgain(t *testing.T, x *mutation.Outcome) {
	t.Helper()
	core, err := x.Subject.Core()
	if err != nil {
		t.Fatal(err)
	}
	k := x.By()
	r, err := model.Replay(model.Find(k.Config), func() model.Core { return core }, k.Trace)
	if err != nil || !r.Broken {
		t.Errorf("%s: %s does not break in %s when its trace is walked again: %v", x.Subject.ID, k.By, k.Config, err)
	}
	if r, err := model.Replay(model.Find(k.Config), nil, k.Trace); r == nil || r.Broken {
		t.Errorf("%s: the trace of %s breaks it on the machine that ships, too: %v", x.Subject.ID, k.By, err)
	}
}

// Every mutant that is called equivalent exists, and has an argument.
func TestEquivalentExist(t *testing.T) {
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range all {
		known[s.ID] = true
	}
	for id, argument := range mutation.Equivalent() {
		if !known[id] {
			t.Errorf("the text has no mutant %s any more; lockstep mutate -list shows all", id)
		}
		if len(argument) < 20 {
			t.Errorf("%s: %q is no argument", id, argument)
		}
	}
	if len(mutation.Equivalent()) == 0 {
		t.Error("no mutant is equivalent: the table was not read")
	}
}

// The documents speak of the mutants that there are.
func TestDocumentedCounts(t *testing.T) {
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	n, same := len(all), len(mutation.Equivalent())
	for file, wants := range map[string][]string{
		"docs/mutation.md": {fmt.Sprintf("\n%d mutants: %d killed ", n, n-same), fmt.Sprintf(" %d equivalent, 0 alive", same)},
		"CHANGELOG.md":     {fmt.Sprintf(" broken in %d ways; the explorer and the properties notice all but %d,", n, same)},
	} {
		b, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(b), want) {
				t.Errorf("%s does not say %q", file, want)
			}
		}
	}
}

// What was found until somebody interrupts is told, and what was not run to its end is
// neither alive nor equivalent.
func TestInterrupted(t *testing.T) {
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := mutation.Options{Configs: mutation.BySize(model.Configs()), Bound: 1000, Workers: 2, Layers: []string{"verify", "vectors"},
		Progress: func(_, killed int) {
			if killed == 30 {
				cancel()
			}
		}}
	outcomes, err := mutation.Run(ctx, spec.TCP(), all, o)
	if err == nil || len(outcomes) != len(all) {
		t.Fatalf("%d outcomes, %v", len(outcomes), err)
	}
	killed, unfinished := 0, 0
	for _, x := range outcomes {
		switch {
		case x.Killed():
			killed++
		case x.Unfinished && x.Err == nil:
			unfinished++
		default:
			t.Errorf("%s: %+v", x.Subject.Name(), x)
		}
	}
	if killed < 30 || killed > len(all)/2 {
		t.Errorf("%d are killed", killed)
	}
	var says strings.Builder
	mutation.PrintSurvivors(&says, outcomes)
	mutation.PrintScore(&says, outcomes, 0)
	for _, want := range []string{
		fmt.Sprintf("\n%d mutants: %d killed (100.0 %%), 0 equivalent, 0 alive;", killed, killed),
		fmt.Sprintf("\n%d more not run to the end: nothing is known of these\n", unfinished),
	} {
		if !strings.Contains(says.String(), want) {
			t.Errorf("no %q in\n%s", want, says.String())
		}
	}
}

// A bound of nothing is none: whole worlds, also those larger than a hunt goes.
func TestWholeWorlds(t *testing.T) {
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	var some []*mutation.Subject
	for i, s := range all {
		if i%40 == 0 {
			some = append(some, s)
		}
	}
	o := mutation.Options{Configs: []*model.Config{model.Find("urgent-unread")}, Workers: 2}
	killed := func(bound int) (n int) {
		o.Bound = bound
		outcomes, err := mutation.Run(t.Context(), spec.TCP(), some, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range outcomes {
			if x.Killed() {
				n++
			} else if bound == 0 && x.Equivalent == "" && x.Kills[0].States == 0 {
				t.Errorf("%s is alive, and was not explored", x.Subject.ID)
			}
		}
		return n
	}
	if n, of := killed(0), killed(1000); n < of || of == 0 {
		t.Errorf("in whole worlds %d are killed, in 1000 states of them %d", n, of)
	}
}
