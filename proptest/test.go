package proptest

import (
	"math/rand"
	"reflect"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// Test is one kind of run.
type Test struct {
	Name   string
	About  string // what is made up
	Make   func(dice) sim.Case
	Judge  func(sim.Case, *sim.Seen) Verdict // nil: one run must be without violation
	Weight int                               // how many cases in a hundred runs of a plain test
}

// Verdict is what came of a case.
type Verdict struct {
	Violation *sim.Violation // nil: every property held
	Case      sim.Case       // that shows it: the case itself, or one made from it
}

// Tests lists all kinds of runs.
func Tests() []Test {
	return []Test{
		{"anything", "random calls on both sides, random hosts, a bad network", anything, nil, 300},
		{"transfer", "text both ways, both sides close and read", transfer, nil, 200},
		{"simultaneous-open", "both sides OPEN (MUST-10)", simultaneousOpen, nil, 100},
		{"half-close", "one side closes and goes on reading", halfClose, nil, 100},
		{"closing", "both sides close, or abort, at about the same time", closing, nil, 200},
		{"closed-window", "small buffers and slow readers", closedWindow, nil, 200},
		{"again", "the same ports opened again and again", again, nil, 100},
		{"wrapping", "sequence numbers that cross 2^31 and 2^32, old clocks", wrapping, nil, 100},
		{"shift", "the same run with other initial sequence numbers and clocks", anything, Shifted(sim.Play), 40},
		{"close-at-every-step", "a run cut short after each of its steps in turn", brief, everyStep, 6},
		{"vanishing", "a peer of whom no more is heard", vanishing, nil, 100},
		{"idle", "a silence of 24 days", idle, nil, 30},
		{"faultless", "a network without faults, users who read", faultless, nil, 100},
		{"hostile", "a stranger's segments among the others", hostile, nil, 300},
		{"unruly", "a peer that sends tiny parts out of order, text behind its FIN, and a second FIN", unruly, nil, 200},
		{"blocking", "users who wait in the calls of sockets, given up or closed by others", blocking, nil, 200},
		{"datagrams", "UDP and TCP on the same port numbers", datagrams, nil, 100},
		{"recut", "the same text in other segments, and in other portions", faultless, sameEnds(sim.Resegmented, recut, joined), 40},
		{"doubled", "every packet delivered twice", faultless, sameEnds(sim.Doubled, twiceEach), 40},
		{"together", "packets of one instant processed together, and one by one", faultless, sameEnds(sim.Late, otherwiseBatched), 40},
		{"recovering", "a long transfer over a network that does harm at its beginning", long, Recovers(sim.Play), 40},
		{"twice", "the same case played twice", anything, Twice(sim.Play), 20},
	}
}

// Check judges one case and adds what its runs came through to seen.
func (x *Test) Check(c sim.Case, seen *sim.Seen) Verdict {
	if x.Judge != nil {
		return x.Judge(c, seen)
	}
	return once(c, seen)
}

func once(c sim.Case, seen *sim.Seen) Verdict {
	r := sim.Run(c)
	r.Seen.Runs = 1
	seen.Add(&r.Seen)
	return Verdict{r.Violation, c}
}

// Case is the case that a seed stands for. Seeds that follow each other are of all
// sizes in turn, from 0 to 100; 101 has no factor in common with the number of tests,
// so that each of them has cases of each size.
func (x *Test) Case(seed int64) sim.Case {
	return modest(x.Make(dice{rand.New(rand.NewSource(seed)), remainder(seed, 101)}))
}

// remainder is seed modulo n, from 0 to n-1 for negative seeds, too.
func remainder(seed int64, n int) int {
	r := int(seed % int64(n))
	if r < 0 {
		r += n
	}
	return r
}

// Generate is the test's generator for gopter.
func (x *Test) Generate() gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		return &gopter.GenResult{
			Result:     modest(x.Make(diceOf(p))),
			ResultType: reflect.TypeFor[sim.Case](),
			Shrinker:   Shrinker(),
		}
	}
}

// Property is the test as a property for gopter. Once a case has failed, only
// cases that break the same property count, so that what is made small is what
// was found; the time of the first failure goes to at.
func (x *Test) Property(seen *sim.Seen, at *time.Time) gopter.Prop {
	var found *sim.Property
	return prop.ForAll(func(c sim.Case) bool {
		v := x.Check(c, seen).Violation
		if v == nil || found != nil && *found != v.Property {
			return true
		}
		if found == nil {
			*at = time.Now()
		}
		found = &v.Property
		return false
	}, x.Generate())
}
