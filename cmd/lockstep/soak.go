package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/proptest"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

type soak struct {
	For     lasting `help:"How long." placeholder:"TIME" default:"10m"`
	Cases   number  `help:"No more than so many cases; 0: no end." placeholder:"N" default:"0"`
	Seed    int64   `help:"Seed of the first case; the next case has the next seed. A case follows from its seed and kind alone." default:"1"`
	Test    string  `help:"One kind of run alone; lockstep soak -list shows all."`
	Workers number  `help:"Cases at a time; 0: one for each core." placeholder:"N" default:"0"`
	Out     string  `help:"Write what fails below this folder: traces, captures and Go tests."`
	List    bool    `help:"List the kinds of runs, and run none."`
	JSON    bool    `name:"json" help:"Print the summary as JSON."`
}

// Run plays made-up cases on two whole stacks until the time is over.
func (v *soak) Run(s streams) error {
	if v.List && v.JSON {
		type kind struct {
			Name  string `json:"name"`
			About string `json:"about"`
		}
		var kinds []kind
		for _, x := range proptest.Tests() {
			kinds = append(kinds, kind{x.Name, x.About})
		}
		return printJSON(s.out, kinds)
	}
	if v.List {
		for _, x := range proptest.Tests() {
			fmt.Fprintf(s.out, "%-20s %s\n", x.Name, x.About)
		}
		return nil
	}
	if err := writable("-out", v.Out); err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, time.Duration(v.For))
	defer cancel()
	shown := newProgress(s.err)
	c := proptest.Campaign{Seed: v.Seed, Test: v.Test, Cases: int64(v.Cases), Workers: cores(v.Workers), Progress: v.progress(shown)}
	keep := keeping{folder: v.Out, quiet: v.JSON}
	c.Found = func(f *proptest.Found) {
		if !v.JSON {
			fmt.Fprintf(s.out, "\nmade small in %v:\n", f.Shrunk.Round(time.Millisecond))
		}
		keep.tell(s, f.Counterexample())
	}
	all, err := c.Run(ctx)
	shown.clear()
	switch {
	case err != nil:
		return err
	case all.Cases == 0:
		return fmt.Errorf("no case was played to its end in %v: nothing is known; let it go on for longer", all.Elapsed.Round(time.Microsecond))
	case v.JSON:
		err = printJSON(s.out, v.summary(all))
	default:
		v.report(s.out, all)
	}
	if len(all.Found) > 0 {
		err = errors.Join(errFindings, err)
	}
	return keep.and(err)
}

// progress tells how far it is.
func (v *soak) progress(shown *progress) func(*proptest.Soaked) {
	return func(all *proptest.Soaked) {
		shown.show(fmt.Sprintf("%v of %v: %s, %s, %s of network time, %d found", all.Elapsed.Round(time.Second), v.For,
			amount.Of(all.Cases, "case"), amount.Of(all.Seen.Packets, "packet"), amount.Of(all.Seen.Millis/hour, "hour"), len(all.Found)))
	}
}

// soaked is the summary for -json.
type soaked struct {
	Cases      int64         `json:"cases"`
	Runs       int           `json:"runs"`
	Steps      int64         `json:"steps"`
	Packets    int64         `json:"packets"`
	Faulted    int64         `json:"faulted"`
	Network    int64         `json:"network_ms"` // time that passed in the runs
	Elapsed    time.Duration `json:"elapsed_ns"`
	NextSeed   int64         `json:"next_seed"`
	Found      []foundJSON   `json:"found"`
	NeverAsked []string      `json:"never_asked"`
	NeverFired []string      `json:"never_fired"`
}

type foundJSON struct {
	Property string `json:"property"`
	What     string `json:"what"`
	Test     string `json:"test"`
	Seed     int64  `json:"seed"`
	Case     string `json:"case"`
	Packets  int    `json:"packets"`
	Shrunk   int64  `json:"shrunk_ns"`
}

// hour is one in milliseconds.
const hour = 3_600_000

func (v *soak) summary(all *proptest.Soaked) soaked {
	seen := &all.Seen
	r := soaked{
		Cases: all.Cases, Runs: seen.Runs, Steps: seen.Steps, Packets: seen.Packets, Faulted: seen.Faulted, Network: seen.Millis,
		Elapsed: all.Elapsed, NextSeed: v.Seed + all.Cases, NeverAsked: proptest.NeverAsked(seen), NeverFired: proptest.NeverFired(seen),
	}
	for _, f := range all.Found {
		r.Found = append(r.Found, foundJSON{
			f.Verdict.Violation.Property.String(), f.Verdict.Violation.What, f.Test, f.Seed, f.Verdict.Case.String(),
			sim.Run(f.Verdict.Case).Packets, int64(f.Shrunk),
		})
	}
	return r
}

func (v *soak) report(w io.Writer, all *proptest.Soaked) {
	seen := &all.Seen
	fmt.Fprintf(w, "%s, %s, %s, %s, %d of them lost, delayed, doubled or damaged;\n%s of network time in %v\n",
		amount.Of(all.Cases, "case"), amount.Of(seen.Runs, "run"), amount.Of(seen.Steps, "step"), amount.Of(seen.Packets, "packet"), seen.Faulted, amount.Of(seen.Millis/hour, "hour"), all.Elapsed.Round(100*time.Millisecond))
	asked := 0
	for _, n := range seen.Asked {
		if n > 0 {
			asked++
		}
	}
	fmt.Fprintf(w, "%d of %d properties asked, %d of them broken\n", asked, len(seen.Asked), len(all.Found))
	if list := proptest.NeverAsked(seen); len(list) > 0 {
		fmt.Fprintf(w, "never asked: %v\n", list)
	}
	if list := proptest.NeverFired(seen); len(list) > 0 {
		fmt.Fprintf(w, "rules that never fired: %v\n", list)
	}
	kind := ""
	if v.Test != "" {
		kind = " -test " + v.Test
	}
	fmt.Fprintf(w, "to go on: lockstep soak%s -seed %d\n", kind, v.Seed+all.Cases)
}
