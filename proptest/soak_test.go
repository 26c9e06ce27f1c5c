package proptest

import (
	"strings"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// A campaign plays the same cases whatever number play at a time.
func TestSoak(t *testing.T) {
	var first *Soaked
	for _, workers := range []int{1, 3} {
		c := Campaign{Seed: 7, Cases: 48, Workers: workers}
		all, err := c.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if all.Cases != 48 || len(all.Found) > 0 {
			t.Errorf("%d cases, found %v", all.Cases, all.Found)
		}
		if first == nil {
			first = all
		}
		if a, b := first.Seen, all.Seen; a.Packets == 0 || a.Steps != b.Steps || a.Packets != b.Packets || a.Millis != b.Millis || a.Asked != b.Asked || a.Rules != b.Rules {
			t.Errorf("%d workers saw\n%+v\none saw\n%+v", workers, b, a)
		}
	}
	if _, err := (&Campaign{Test: "nix"}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "half-close") {
		t.Errorf("a test that there is not: %v", err)
	}
}

// A campaign in two parts is the whole one, wherever it is interrupted, and with seeds below 0.
func TestSoakGoesOn(t *testing.T) {
	var hash [2]uint64
	for i, parts := range [][]Campaign{{{Seed: -9, Cases: 30}}, {{Seed: -9, Cases: 7}, {Seed: -2, Cases: 23}}} {
		for _, c := range parts {
			all, err := c.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			hash[i] += all.Seen.Hash // a sum, in whatever order
		}
	}
	if hash[0] != hash[1] {
		t.Errorf("trace hash %016x, of two parts %016x", hash[0], hash[1])
	}
}

// What a campaign finds is told once, and made small first.
func TestSoakFinds(t *testing.T) {
	judge := func(c sim.Case, seen *sim.Seen) Verdict {
		v := once(c, seen)
		if len(c.Calls) >= 2 && v.Violation == nil {
			v.Violation = &sim.Violation{Property: sim.Determinism, What: "two calls"}
		}
		return v
	}
	told := 0
	c := &Campaign{Seed: 40, Cases: 6, Found: func(*Found) { told++ }}
	s := &soak{c: c, tests: []Test{{Name: "two", Make: anything, Judge: judge}}, began: time.Now(), known: map[string]bool{}}
	s.work(t.Context())
	if told != 1 || len(s.all.Found) != 1 || s.all.Cases != 6 {
		t.Fatalf("told %d times of %v in %d cases", told, s.all.Found, s.all.Cases)
	}
	f := &s.all.Found[0]
	if n := len(f.Verdict.Case.Calls); n != 2 || len(f.Verdict.Case.Faults) > 0 {
		t.Errorf("the smallest case has %d calls, %d faults: %v", n, len(f.Verdict.Case.Faults), f.Verdict.Case)
	}
	if f.Shrunk > patience+time.Second {
		t.Errorf("made small in %v", f.Shrunk)
	}
	// The seed alone finds it again.
	one := &soak{c: &Campaign{Seed: f.Seed, Cases: 1}, tests: s.tests, began: time.Now(), known: map[string]bool{}}
	one.work(t.Context())
	if again := one.all.Found; len(again) != 1 || again[0].Seed != f.Seed || again[0].Verdict.Case.String() != f.Verdict.Case.String() {
		t.Errorf("a campaign of seed %d alone found %v", f.Seed, again)
	}
	report := f.Counterexample().String()
	for _, want := range []string{"two calls", "found in:      test two", "again: go test ./proptest", "-lockstep.replay="} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
}
