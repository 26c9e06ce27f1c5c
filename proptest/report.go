package proptest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// Counterexample is what broke, in the form of all failures; shrunk is how long the case
// took to be made small.
func (x *Test) Counterexample(seed int64, v Verdict, shrunk time.Duration) *counterexample.Counterexample {
	i := v.Violation.Property.Info()
	c, r := x.run(seed, v.Case)
	c.Name = x.Name + " " + v.Violation.Property.String()
	c.Property, c.Says, c.Catches, c.Assumes = v.Violation.Property.String(), i.Holds, i.Catches, i.Assumes
	c.Source, c.Place = source(i.Section), v.Violation.Place
	c.Seen = fmt.Sprintf("%s; at %v, in step %d", v.Violation.What, v.Violation.At, v.Violation.Step)
	t := &Trace{
		Test: x.Name, Case: v.Case.String(), Seed: seed,
		Property: c.Property, Says: c.Says, Source: c.Source, Place: c.Place, Again: c.Again,
		Packets: r.Packets, Steps: r.Steps, Shrunk: shrunk,
	}
	c.Trace, c.Test = t, t.goTest()
	return c
}

// run plays a case and tells what happened; what holds and what does not, it leaves open.
func (x *Test) run(seed int64, c sim.Case) (*counterexample.Counterexample, sim.Result) {
	r := sim.Play(c, sim.Options{Events: true})
	return &counterexample.Counterexample{
		Where: "test " + x.Name, Case: c.String(), Schedule: counterexample.Split(r.Events), Cycle: -1, Relative: true,
		Lost: func(packet []byte, later int) bool {
			for _, waiting := range r.UnderWay {
				if bytes.Equal(waiting, packet) {
					later--
				}
			}
			return later >= 0
		},
		Again: x.Replay(c),
		Sum:   fmt.Sprintf("%s, %s, trace hash %016x, seed %d", amount.Of(r.Packets, "packet"), amount.Of(r.Steps, "step"), r.Hash, seed),
	}, r
}

// Drawn is the ladder of a case, and what the run came to.
func (x *Test) Drawn(seed int64, c sim.Case) string {
	shown, _ := x.run(seed, c)
	return shown.Ladder() + "\n" + shown.Sum
}

// source is a section with its RFC.
func source(section string) string {
	if section == "" || strings.HasPrefix(section, "RFC") {
		return section
	}
	return "RFC 9293, " + section
}

// Replay is the command that plays a case again.
func (x *Test) Replay(c sim.Case) string {
	return fmt.Sprintf("go test ./proptest -run 'TestStack/^%s$' -lockstep.replay='%v'", x.Name, c)
}
