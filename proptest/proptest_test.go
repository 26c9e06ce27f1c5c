package proptest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/leanovate/gopter"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

var (
	seedFlag   = flag.Int64("lockstep.seed", 1, "`seed` of all cases that are made up")
	replayFlag = flag.String("lockstep.replay", "", "play this `case` only, as a failure has printed it")
	outFlag    = flag.String("lockstep.out", "", "write what fails to a `folder`: a trace, a capture, a Go test")
	traceFlag  = flag.String("lockstep.trace", "", "write the trace of what fails to a `file`, for a program")
	runsFlag   = flag.Int("lockstep.runs", 0, "`percent` of the usual number of cases; 0: 100, or 20 with -short")
)

// percent is how many cases are to be run, of those that a test usually runs.
func percent() int {
	switch {
	case *runsFlag > 0:
		return *runsFlag
	case race.Brief():
		return 20
	}
	return 100
}

// quiet keeps gopter from printing: the test does.
type quiet struct{ result *gopter.TestResult }

func (q *quiet) ReportTestResult(_ string, r *gopter.TestResult) { q.result = r }

// TestStack holds two whole stacks to all properties, one kind of run at a time.
// At the end every property must have been put to the test, and every rule of the
// text must have fired that a run can make fire: a property that was never asked
// has not held.
func TestStack(t *testing.T) {
	if *runsFlag < 0 {
		t.Fatalf("-lockstep.runs=%d: it is a share, in percent; write 1 or more", *runsFlag)
	}
	var all sim.Seen
	searched := 0
	for _, x := range Tests() {
		t.Run(x.Name, func(t *testing.T) {
			if *replayFlag != "" {
				replay(t, &x)
				return
			}
			seen := search(t, &x)
			all.Add(seen)
			searched++
		})
	}
	if searched == len(Tests()) && percent() >= 100 && !t.Failed() {
		t.Run("not-vacuous", func(t *testing.T) { notVacuous(t, &all) })
	}
}

// notVacuous holds what all runs have come through to what there is.
func notVacuous(t *testing.T, seen *sim.Seen) {
	for _, p := range NeverAsked(seen) {
		t.Errorf("%v was never put to the test", p)
	}
	for state := tcp.State(0); state < tcp.NumStates; state++ {
		if !seen.States.Has(state) && state != tcp.Listen {
			t.Errorf("no connection was ever in %v", state)
		}
	}
	for r := range tcp.RuleID(tcp.NumRules) {
		if reason, never := unreachable[r.String()]; never && seen.Rules.Has(r) {
			t.Errorf("rule %v fired, although: %s", r, reason)
		}
	}
	for r := range tcp.RuleID(tcp.NumRules) {
		if words := seldom[r.String()]; words != "" {
			c, err := sim.Parse(words)
			if err != nil {
				t.Fatal(err)
			}
			run := sim.Run(c)
			if run.Violation != nil {
				t.Error(run.Violation)
			}
			if !run.Seen.Rules.Has(r) {
				t.Errorf("rule %v does not fire in %s", r, words)
			}
		}
	}
	for _, r := range NeverFired(seen) {
		t.Errorf("rule %v never fired", r)
	}
	t.Logf("%d runs, %d of %d rules", seen.Runs, tcp.NumRules-len(unreachable), tcp.NumRules)
}

// search makes up cases until one fails or there were enough.
func search(t *testing.T, x *Test) *sim.Seen {
	parameters := gopter.DefaultTestParametersWithSeed(*seedFlag)
	parameters.MinSuccessfulTests = max(1, x.Weight*percent()/10)
	var seen sim.Seen
	properties := gopter.NewProperties(parameters)
	var failed time.Time
	properties.Property(x.Name, x.Property(&seen, &failed))
	q := &quiet{}
	if properties.Run(q) {
		t.Logf("%d cases, %d runs, seed %d, trace hash %016x", q.result.Succeeded, seen.Runs, *seedFlag, seen.Hash)
		return &seen
	}
	if q.result.Error != nil {
		t.Fatalf("%v\n%s", q.result.Error, q.result.ErrorStack)
	}
	found, took := q.result.Args[0], time.Since(failed).Round(time.Millisecond)
	shrunk, ok := found.Arg.(sim.Case)
	if !ok {
		t.Fatalf("%+v", q.result)
	}
	c := x.Counterexample(*seedFlag, x.Check(shrunk, &seen), took)
	t.Errorf("after %d cases, made smaller %d times in %v from\n  %v\n\n%v", q.result.Succeeded, found.Shrinks, took, found.OrigArg, c)
	keep(t, c)
	return &seen
}

// replay plays one case and draws it, whether it fails or not.
func replay(t *testing.T, x *Test) {
	c, err := sim.Parse(*replayFlag)
	if err != nil {
		t.Fatal(err)
	}
	if v := x.Check(c, &sim.Seen{}); v.Violation != nil {
		failed := x.Counterexample(*seedFlag, v, 0)
		t.Error(failed)
		keep(t, failed)
		return
	}
	t.Logf("every property holds\n\n%s", x.Drawn(*seedFlag, c))
}

// keep writes a failure's files, if a folder for them is given, and its trace.
func keep(t *testing.T, c *counterexample.Counterexample) {
	if *traceFlag != "" {
		b, err := json.Marshal(c.Trace)
		if err == nil {
			err = os.WriteFile(*traceFlag, b, 0o666)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if *outFlag == "" {
		return
	}
	folder, err := c.Save(*outFlag)
	if err != nil {
		t.Error(err)
		return
	}
	t.Logf("written to %s; lockstep replay %s walks it again", folder, filepath.Join(folder, counterexample.TraceFile))
}
