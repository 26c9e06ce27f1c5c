package model

import (
	"fmt"
	"go/format"
	"strings"

	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
)

// Counterexample is the trace as far as it was walked, in the form of all failures. One
// that breaks nothing any more has neither a cycle nor an end.
func (t *Trace) Counterexample(c *Config, r *Replayed) *counterexample.Counterexample {
	x := &counterexample.Counterexample{
		Name:     t.Config + " " + t.Property,
		Property: t.Property, Says: t.Says, Source: t.Source, Place: t.Place, Where: where(c),
		Cycle: -1, Holds: !r.Broken && r.Unjudged == "", Unjudged: !r.Broken && r.Unjudged != "", Again: t.Again, Lost: r.Lost, Trace: t, Test: t.goTest(),
	}
	x.Seen = r.Missed
	if t.World != "" && t.World != c.Mark() {
		x.Seen = "the configuration has been changed since the trace was found: it may mean something else now"
	}
	if p := propertyOf(t.Property); p != nil {
		// As it stands, and not as the file has it.
		x.Says, x.Source, x.Place, x.Catches, x.Assumes = p.Says, p.Source, p.Place(), p.Catches, p.Assumes
	}
	for i, old := range c.Old {
		if old != nil {
			text := fmt.Sprintf("%s's %v is still under way from a former connection", hostName(uint8(i)), old)
			x.Schedule = append(x.Schedule, counterexample.Step{Text: text, Given: true})
		}
	}
	if c.Begun {
		text := fmt.Sprintf("A calls %v, B calls %v", c.Script[0][0], c.Script[1][0])
		x.Schedule = append(x.Schedule, counterexample.Step{Text: text, Given: true, Events: r.Begun})
	}
	if r.Broken {
		x.Ends = t.Ends
		if t.Cycle >= 0 {
			x.Cycle = t.Cycle + len(x.Schedule)
		}
	}
	for n, events := range r.Events {
		x.Schedule = append(x.Schedule, counterexample.Step{Text: r.Texts[n], Events: events})
	}
	return x
}

// where is the configuration, with its place in the text.
func where(c *Config) string {
	place := counterexample.InText("world " + c.Name)
	if place != "" {
		place = ", " + place
	}
	return fmt.Sprintf("configuration %s%s: %s", c.Name, place, c.Doc)
}

// goTest is a Go test that walks the trace on the generated code.
func (t *Trace) goTest() string {
	var b strings.Builder
	name := counterexample.TestName(t.Config + " " + t.Property)
	fmt.Fprintf(&b, `package regression

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// %s: %s.
// %s; it stands in %s.
//
// Found by: %s
func %s(t *testing.T) {
	trace := &model.Trace{
		Config: %q, World: %q, Property: %q,
		Says: %q, Source: %q, Again: %q,
		Cycle: %d, Ends: %v,
		Schedule: []model.Scheduled{
`, t.Property, t.Says, t.Source, t.Place, t.Again, name, t.Config, t.World, t.Property, t.Says, t.Source, t.Again, t.Cycle, t.Ends)
	for _, s := range t.Schedule {
		fmt.Fprintf(&b, "{Event: model.Event{Kind: model.%s, Host: model.%s, Arg: %d}, Text: %q},\n", kindGoNames[s.Event.Kind], hostName(s.Event.Host), s.Event.Arg, s.Text)
	}
	b.WriteString(`},
	}
	c := model.Find(trace.Config)
	r, err := model.Replay(c, nil, trace)
	if r == nil {
		t.Fatal(err)
	}
	if trace.World != c.Mark() {
		t.Logf("configuration %s is another than it was: find the failure again", c.Name)
	}
	if err != nil {
		t.Logf("the property holds as far as the schedule can be walked: %v", err)
	}
	if r.Otherwise != "" {
		t.Logf("it goes another way than when it was found: %s", r.Otherwise)
	}
	if r.Unjudged != "" {
		t.Logf("nothing was judged: %s", r.Unjudged)
	}
	if r.Broken {
		t.Errorf("%v", trace.Counterexample(c, r))
	}
}
`)
	code, err := format.Source([]byte(b.String()))
	if err != nil {
		return b.String() // what cannot be formatted shows why when it is compiled
	}
	return string(code)
}
