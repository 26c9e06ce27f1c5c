package proptest

import (
	"fmt"
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// violated makes a verdict of a comparison of runs.
func violated(c sim.Case, p sim.Property, r *sim.Result, format string, args ...any) Verdict {
	return Verdict{&sim.Violation{Property: p, At: r.End, Step: r.Steps, What: fmt.Sprintf(format, args...), Place: counterexample.Caller()}, c}
}

// Play is sim.Play, or what shows a judge of several runs some that are wrong.
type Play func(sim.Case, sim.Options) sim.Result

// Twice has a case played a second time: the runs must be the same, octet by octet.
func Twice(play Play) func(sim.Case, *sim.Seen) Verdict {
	return func(c sim.Case, seen *sim.Seen) Verdict {
		first := play(c, sim.Options{})
		seen.Runs += 2
		seen.Asked[sim.Determinism]++
		seen.Add(&first.Seen)
		if first.Violation != nil {
			return Verdict{first.Violation, c}
		}
		if second := play(c, sim.Options{}); second.Hash != first.Hash {
			return violated(c, sim.Determinism, &second, "one run's trace hash is %016x, the next one's %016x", first.Hash, second.Hash)
		}
		return Verdict{nil, c}
	}
}

// millisecond is how far the clock of initial sequence numbers goes in the time of
// a timestamp's tick: shifts by less would round round-trip times differently.
const millisecond = 250

// Shifted has a case played on other clocks: what is on the wire must be the same but
// for where the numbers begin (R2). One segment has a number that is not counted
// from anywhere: <SEQ=0><CTL=RST,ACK>. Whether it falls into a window is chance.
func Shifted(play Play) func(sim.Case, *sim.Seen) Verdict {
	return func(c sim.Case, seen *sim.Seen) Verdict {
		first := play(c, sim.Options{Wire: true})
		seen.Runs += 4
		seen.Asked[sim.Shift]++
		seen.Add(&first.Seen)
		if first.Violation != nil {
			return Verdict{first.Violation, c}
		}
		for _, by := range []uint32{
			1<<31 - 1<<31%millisecond,
			(-c.Hosts[sim.A].ISS - 1000) / millisecond * millisecond,
			(1<<31 - c.Hosts[sim.A].ISS - 1000) / millisecond * millisecond,
		} {
			d := c
			d.Hosts[sim.A].Shift += by
			d.Hosts[sim.A].Age += 250
			d.Hosts[sim.B].Shift += by + 77*millisecond
			second := play(d, sim.Options{Wire: true})
			if second.Violation != nil {
				return Verdict{second.Violation, d}
			}
			if i := differs(first.Wire, second.Wire); i >= 0 && !slices.ContainsFunc(first.Wire, absolute) {
				return violated(d, sim.Shift, &second, "without the shift, segment %d on the wire is\n    %v\n  and with it\n    %v", i, lineAt(first.Wire, i), lineAt(second.Wire, i))
			}
		}
		return Verdict{nil, c}
	}
}

func absolute(l sim.Line) bool { return l.CTL == tcp.RST|tcp.ACK }

// differs returns the index of the first difference; -1 if there is none.
func differs(a, b []sim.Line) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}

func lineAt(lines []sim.Line, i int) string {
	if i >= len(lines) {
		return "nothing"
	}
	return lines[i].String()
}

// brief is a run of not too many steps.
func brief(d dice) sim.Case {
	d.size /= 4
	c := pick(d, anything, transfer, simultaneousOpen, closedWindow, halfClose)(d)
	c.Ending = 0
	return c
}

// mostCuts bounds in how many places one run is cut.
const mostCuts = 200

// everyStep cuts a run after each of its steps, in each of the ways in which users
// can end it: nothing may be left behind (R4).
func everyStep(c sim.Case, seen *sim.Seen) Verdict {
	whole := sim.Run(c)
	seen.Runs++
	seen.Add(&whole.Seen)
	if whole.Violation != nil {
		return Verdict{whole.Violation, c}
	}
	for step := range min(whole.Steps, mostCuts) {
		d := c
		d.Cut, d.Ending = int32(step+1), sim.Ending((step+int(c.Seed))%3)
		if v := once(d, seen); v.Violation != nil {
			return v
		}
	}
	return Verdict{nil, c}
}
