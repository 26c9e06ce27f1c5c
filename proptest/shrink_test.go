package proptest

import (
	"math/rand"
	"testing"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// shrunk makes a case small that breaks something.
func shrunk(c sim.Case, broken func(sim.Case) bool) (sim.Case, int) {
	tried := 0
	shrinker := Shrinker()
	for next := shrinker(c); ; {
		v, ok := next()
		if !ok {
			return c, tried
		}
		if tried++; broken(v.(sim.Case)) {
			c = v.(sim.Case)
			next = shrinker(c)
		}
	}
}

// TestShrinker looks for the smallest of its kind in large cases: one fault and one
// call out of many, with the least numbers.
func TestShrinker(t *testing.T) {
	broken := func(c sim.Case) bool {
		for _, f := range c.Faults {
			for _, x := range c.Calls {
				if f.Kind == sim.Delay && f.Packet >= 3 && f.By >= 17 && x.Kind == sim.Send && x.N >= 100 && c.Hosts[sim.B].Receive != 0 {
					return true
				}
			}
		}
		return false
	}
	const want = "seed=0 B=rcv:1 A+0:send:100 A#3:delay:17"
	found := 0
	for seed := range int64(2000) {
		d := dice{rand.New(rand.NewSource(seed)), 100}
		c := anything(d)
		if !broken(c) {
			continue
		}
		found++
		began := time.Now()
		small, tried := shrunk(c, broken)
		if len(small.Calls) != 1 || len(small.Faults) != 1 || small.Calls[0].N != 100 || small.Calls[0].After != 0 ||
			small.Faults[0].Packet != 3 || small.Faults[0].By != 17 || small.Seed != 0 || small.Hosts[sim.A] != (sim.Host{}) {
			t.Errorf("seed %d: after %d tries in %v: %v\nwant the like of %s", seed, tried, time.Since(began), small, want)
		}
	}
	if found < 5 {
		t.Errorf("only %d cases of 2000 were of use", found)
	}
}

// TestShrinkerIsImpatient has every case fail, which is the most work there can be,
// and takes a millisecond over each.
func TestShrinkerIsImpatient(t *testing.T) {
	c := anything(dice{rand.New(rand.NewSource(1)), 100})
	for range 100 {
		c.Calls = append(c.Calls, sim.Call{Kind: sim.Send, N: 1 << 30, After: 1 << 30})
	}
	began := time.Now()
	shrunk(c, func(c sim.Case) bool {
		time.Sleep(time.Millisecond)
		return len(c.Calls) > 99
	})
	if took := time.Since(began); took > patience+time.Second {
		t.Errorf("took %v", took)
	}
}

// TestFound sees to it that only the property that was found counts while a case is
// made smaller.
func TestFound(t *testing.T) {
	violations := []sim.Property{sim.Delivery, sim.FinOnce, sim.FinOnce}
	x := Test{
		Make: func(d dice) sim.Case { return sim.Case{Calls: make([]sim.Call, 3)} },
		Judge: func(c sim.Case, _ *sim.Seen) Verdict {
			if len(c.Calls) == 0 {
				return Verdict{}
			}
			return Verdict{&sim.Violation{Property: violations[len(c.Calls)-1]}, c}
		},
	}
	result := x.Property(&sim.Seen{}, new(time.Time)).Check(gopter.DefaultTestParametersWithSeed(1))
	if small := result.Args[0].Arg.(sim.Case); len(small.Calls) != 2 {
		t.Errorf("made smaller to %v, which breaks another property", small)
	}
}

// TestWords reads what cases write.
func TestWords(t *testing.T) {
	for _, x := range Tests() {
		t.Run(x.Name, func(t *testing.T) {
			properties := gopter.NewProperties(gopter.DefaultTestParametersWithSeed(1))
			properties.Property("Parse(c.String()) is c", prop.ForAll(func(c sim.Case) bool {
				back, err := sim.Parse(c.String())
				return err == nil && back.String() == c.String()
			}, x.Generate()))
			properties.TestingRun(t)
		})
	}
}
