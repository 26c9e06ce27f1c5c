package spin

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/promela"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Race is both checkers on one world, in one run, on one core each. Rates are states
// in a second of the search alone.
type Race struct {
	World          string   `json:"world"`
	States         int64    `json:"states"` // those of the explorer; likewise the next
	Steps          int64    `json:"steps"`
	SpinStates     int64    `json:"spinStates"`
	SpinSteps      int64    `json:"spinSteps"`
	Differences    []string `json:"differences,omitempty"` // what they do not agree on
	Spin           float64  `json:"spin"`                  // rate of SPIN, asking nothing
	ExplorerBare   float64  `json:"explorerBare"`          // rate of the explorer, whole states, asking nothing
	ExplorerAsking float64  `json:"explorerAsking"`        // whole states, asking all its properties
	Fingerprints   float64  `json:"fingerprints"`          // as it runs when nothing else is wished
}

// nothing is the name of no property: the explorer then asks none.
const nothing = "none"

// Standard are the names of some standard configurations: with a clock, with an attacker,
// and the largest that SPIN explores within half a minute. Each costs SPIN a long compilation.
func Standard() []string { return []string{"timestamps", "idle-delay", "early-close"} }

// RunRace runs both checkers on a world: SPIN on the program, the explorer on the core that
// ships. Of the options, Dir and Fast count.
func RunRace(ctx context.Context, p *ir.Program, c *model.Config, o Options) (*Race, error) {
	source, err := Export(p, c)
	if err != nil {
		return nil, err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the garbage collector is the explorer's, too
	o = Options{Dir: o.Dir, Fast: o.Fast, Bare: true, Depth: 10_000_000}
	if err := Build(ctx, source, o); err != nil {
		return nil, err
	}
	r := &Race{World: c.Name}
	for range rounds { // in turns: what else the machine does meets all of them
		s, err := Search(ctx, p, o)
		if err != nil {
			return nil, err
		}
		r.Spin = max(r.Spin, s.StatesPerSecond())
		for _, how := range []struct {
			mode     explore.Mode
			property string
			rate     *float64
		}{{explore.Exact, nothing, &r.ExplorerBare}, {explore.Exact, "", &r.ExplorerAsking}, {explore.Fingerprints, "", &r.Fingerprints}} {
			e, err := explored(ctx, c, how.mode, how.property)
			if err != nil {
				return nil, err
			}
			*how.rate = max(*how.rate, e.StatesPerSecond())
			x := compared(c, s, e, promela.Before(World(p, c)))
			r.States, r.Steps = e.Report.States, e.Report.Transitions
			r.SpinStates, r.SpinSteps = s.States-x.Before, s.Steps-x.Before
			for _, d := range x.Differences() {
				if !slices.Contains(r.Differences, d) {
					r.Differences = append(r.Differences, d)
				}
			}
		}
	}
	return r, nil
}

// rounds is how often each search is made; the best counts.
const rounds = 3

// Heading is the heading of a table of races.
const Heading = `                        the explorer's             SPIN's                 states in a second, on one core
                                                                              whole states         fingerprints
world                    states      steps     states      steps     SPIN  asking 0 asking all   asking all`

// String is a line of the table.
func (r *Race) String() string {
	agree := "agree"
	if len(r.Differences) > 0 {
		agree = "DIFFER"
	}
	return fmt.Sprintf("%-20s %10d %10d %10d %10d %8.0f %9.0f %10.0f %12.0f  %s",
		r.World, r.States, r.Steps, r.SpinStates, r.SpinSteps, r.Spin, r.ExplorerBare, r.ExplorerAsking, r.Fingerprints, agree)
}
