package mutation_test

import (
	"context"
	"flag"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/mutation"
	"github.com/lockstep-tcp/lockstep/spec"
)

var (
	every = flag.Int("mutation.every", 60, "try one mutant of so many")
	bound = flag.Int64("mutation.bound", 20_000, "states of a configuration, at the most")
)

// A sample of the mutants: at least nine of ten are noticed by exploration alone,
// although each configuration is explored only a little way. `lockstep mutate` tries
// all of them, all the way.
func TestSample(t *testing.T) {
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	var sample []*mutation.Subject
	for i := 0; i < len(all); i += *every {
		sample = append(sample, all[i])
	}
	layers := []mutation.Layer{mutation.Explorer(mutation.BySize(model.Configs()), *bound, 1)}
	killed := 0
	for _, o := range mutation.Run(context.Background(), sample, layers, 2, func(*mutation.Outcome) {}) {
		if o.Err != nil {
			t.Fatalf("%s: %v", o.Subject.Name(), o.Err)
		}
		if k := o.By(); k != nil {
			killed++
			t.Logf("%s: %s in %s, %d states, %d steps, %v", o.Subject.ID, k.By, k.Config, k.States, k.Steps, k.Elapsed)
			continue
		}
		t.Logf("SURVIVED %v (%v)", o.Subject.Mutant, o.Kills[0].Elapsed)
	}
	if t.Logf("%d of %d killed", killed, len(sample)); killed*10 < len(sample)*8 {
		t.Errorf("%d of %d mutants killed, want eight of ten at least", killed, len(sample))
	}
}
