package proptest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// Trace is a counterexample to be kept: a case says everything.
type Trace struct {
	Test     string `json:"test"`
	Case     string `json:"case"`
	Seed     int64  `json:"seed"` // that the case was made up from, before it was made small
	Property string `json:"property"`
	Says     string `json:"says"`
	Source   string `json:"source"`
	Place    string `json:"place,omitempty"` // of the code that asks: file:line
	Again    string `json:"again,omitempty"` // the command that plays it again

	Packets int           `json:"packets,omitempty"` // of the run
	Steps   int           `json:"steps,omitempty"`   // of the run
	Shrunk  time.Duration `json:"shrunk,omitempty"`  // ns that making the case small took
}

// ReadTrace reads a trace that was written as JSON.
func ReadTrace(b []byte) (*Trace, error) {
	var t Trace
	if err := counterexample.ReadTrace(b, &t, "the simulator"); err != nil {
		return nil, err
	}
	if Find(t.Test) == nil {
		return nil, fmt.Errorf("the trace is of test %q, which there is not", t.Test)
	}
	if t.Case == "" {
		return nil, errors.New("the trace has no case: nothing can be played")
	}
	if _, err := sim.Parse(t.Case); err != nil {
		return nil, fmt.Errorf("the trace's case: %w", err)
	}
	if _, known := t.property(); !known {
		return nil, fmt.Errorf("the trace is of property %q, which there is not", t.Property)
	}
	return &t, nil
}

// property is the one that the trace is of.
func (t *Trace) property() (sim.Property, bool) {
	for _, p := range sim.Properties() {
		if p.String() == t.Property {
			return p, true
		}
	}
	return 0, false
}

// Find is the kind of runs of a name; nil if there is none.
func Find(name string) *Test {
	for _, x := range Tests() {
		if x.Name == name {
			return &x
		}
	}
	return nil
}

// Replay plays the case again on the code as it is now, and tells whether a property,
// perhaps another one than the trace's, does not hold. If the run never comes to what the
// trace's property is about, x is Unjudged.
func (t *Trace) Replay() (x *counterexample.Counterexample, broken bool, err error) {
	test := Find(t.Test)
	if test == nil {
		return nil, false, fmt.Errorf("the trace is of test %q, which there is not", t.Test)
	}
	c, err := sim.Parse(t.Case)
	if err != nil {
		return nil, false, err
	}
	var seen sim.Seen
	if v := test.Check(c, &seen); v.Violation != nil {
		return test.Counterexample(t.Seed, v, t.Shrunk), true, nil
	}
	x, _ = test.run(t.Seed, c)
	x.Property, x.Says, x.Source, x.Place, x.Trace, x.Test = t.Property, t.Says, t.Source, t.Place, t, t.goTest()
	if p, known := t.property(); known && seen.Asked[p] == 0 {
		x.Unjudged = true
	}
	return x, false, nil
}

// goTest is a Go test that plays the case.
func (t *Trace) goTest() string {
	return fmt.Sprintf(`package regression

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest"
)

// %s: %s.
// %s; it stands in %s.
func %s(t *testing.T) {
	trace := &proptest.Trace{
		Test: %q, Seed: %d,
		Property: %q,
		Case:     %s,
	}
	x, broken, err := trace.Replay()
	if err != nil {
		t.Fatal(err)
	}
	if broken {
		t.Errorf("%%v", x)
	}
}
`, t.Property, oneLine(t.Says), t.Source, t.Place, counterexample.TestName(t.Test+" "+t.Property), t.Test, t.Seed, t.Property, "`"+t.Case+"`")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
