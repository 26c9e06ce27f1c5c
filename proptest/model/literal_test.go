package model

import (
	"os"
	"slices"
	"testing"

	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

func TestLiteralReadings(t *testing.T) {
	for _, l := range some(Letters) {
		t.Run(l.Defect+" "+l.Property, func(t *testing.T) {
			o := Options{Core: literally(t, l.Defect), Options: explore.Options{Workers: 1}}
			r, err := l.Verify(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			trace := l.Shown(r)
			if len(r.Failures) != 1 || trace == nil {
				t.Fatalf("%s holds in %s: %v", l.Property, l.World, r.Report)
			}
			if n := len(trace.Schedule); n != l.Events {
				t.Errorf("in %s, %s breaks after %d events, not %d", l.World, l.Property, n, l.Events)
			}
			if o.Core = nil; l.Passes(r) {
				t.Errorf("%s is broken and passes", l.Property)
			}
			if r, err = l.Verify(t.Context(), o); err != nil || !l.Passes(r) {
				t.Errorf("in %s, the code that ships does not pass %s: %v, %v", l.World, l.Property, r, err)
			}
		})
	}
}

// Every defect of the text has its expected failure, and no other has.
func TestEveryDefectIsExpected(t *testing.T) {
	text, found := parser.Load(os.DirFS("../../spec/tcp"))
	if text == nil {
		t.Fatal(found)
	}
	var defects, expected []string
	for _, d := range text.Defects {
		defects = append(defects, d.Name)
	}
	for _, l := range Letters {
		expected = append(expected, l.Defect)
	}
	slices.Sort(defects)
	slices.Sort(expected)
	if defects, expected = slices.Compact(defects), slices.Compact(expected); !slices.Equal(defects, expected) {
		t.Errorf("the text has the defects %v; expected to fail are %v", defects, expected)
	}
}

// What docs/rfc9293-findings.md says of defects alone and of two at once: B7 and B27 need
// each other to cost the connection; B17 delays, and adds nothing to what B5 does alone.
func TestTwoAtATime(t *testing.T) {
	for _, c := range some([]struct {
		defects         []string
		world, property string
		breaks          bool
	}{
		{[]string{"B7"}, "data", "both-end", false},
		{[]string{"B27"}, "data", "both-end", false},
		{[]string{"B7", "B27"}, "data", "both-end", true},
		{[]string{"B17"}, "zero-window", "closed-window-opens", false},
		{[]string{"B5"}, "zero-window", "closed-window-opens", true},
	}) {
		r, err := Verify(t.Context(), Find(c.world), Options{Core: literally(t, c.defects...), Property: c.property, NoTries: true, Options: explore.Options{Workers: 1}})
		if err != nil || r.Report.End != explore.Exhausted || (len(r.Failures) > 0) != c.breaks {
			t.Errorf("%v in %s, %s: %v, %v; broken: %v", c.defects, c.world, c.property, err, r.Report, r.Failures)
		}
	}
}
