package scenario

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/spec"
)

// Trace is a figure that the text did not obey, to be kept.
type Trace struct {
	Scenario string `json:"scenario"`
	Property string `json:"property"`
	Says     string `json:"says"`
	Source   string `json:"source"`
	Place    string `json:"place,omitempty"`   // of the line that differed first
	Again    string `json:"again,omitempty"`   // the command that plays it again
	Reading  string `json:"reading,omitempty"` // … in a reading of the text, as model.Trace has it
}

// ReadTrace reads a trace that was written as JSON.
func ReadTrace(b []byte) (*Trace, error) {
	var t Trace
	if err := counterexample.ReadTrace(b, &t, "a figure"); err != nil {
		return nil, err
	}
	return &t, nil
}

// Play plays the figure of a name, as the text of this program draws it.
func Play(name string, core model.Core) (*Result, error) {
	text, found := parser.Load(spec.TCP())
	if text == nil {
		return nil, found
	}
	for _, s := range text.Scenarios {
		if s.Name == name {
			return Run(s, core), nil
		}
	}
	return nil, fmt.Errorf("the text has no figure %q; lockstep scenarios shows all", name)
}

// goTest is a Go test that plays the figure on the generated code.
func (t *Trace) goTest() string {
	return fmt.Sprintf(`package regression

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/scenario"
)

// %s: %s.
// %s; it stands in %s.
//
// Found by: %s
func %s(t *testing.T) {
	r, err := scenario.Play(%q, model.Generated{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Agrees() {
		t.Errorf("%%v", r.Counterexample("lockstep scenarios -figure %s"))
	}
}
`, t.Property, t.Says, t.Source, t.Place, t.Again, counterexample.TestName(t.Scenario), t.Scenario, t.Scenario)
}
