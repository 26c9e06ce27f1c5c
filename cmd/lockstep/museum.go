package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/museum"
)

type museumRun struct {
	RunID []string `name:"run" help:"Only these bugs, by number; what found them is drawn."`
	List  bool     `help:"List the bugs, plant none."`
	JSON  bool     `name:"json" help:"Print the results as JSON."`
}

// Run plants real bugs of other stacks into this one, and tells what finds them.
func (m *museumRun) Run(s streams) error {
	entries := museum.Entries()
	if len(m.RunID) > 0 {
		entries = nil
		slices.Sort(m.RunID)
		for _, id := range slices.Compact(m.RunID) {
			found := museum.Find(id)
			if len(found) == 0 {
				return fmt.Errorf("there is no bug %s; lockstep museum -list shows all", id)
			}
			entries = append(entries, found...)
		}
	}
	if m.List && m.JSON {
		return printJSON(s.out, entries)
	}
	if m.List {
		for _, e := range entries {
			fmt.Fprintf(s.out, "%-4s %s: %s\n     %v\n", e.ID, strings.TrimSpace(e.Stack+" "+e.Year), e.Title, e.Origin)
		}
		return nil
	}
	ctx, stop := untilSignal()
	defer stop()
	begin := time.Now()
	results, err := museum.RunAll(ctx, entries, museum.Options{}, func(r museum.Result) {
		fmt.Fprintf(s.err, "%s %v\n", r.ID, r.Elapsed.Round(time.Millisecond))
	})
	return m.conclude(s, results, err, time.Since(begin))
}

// conclude tells what came of the bugs, of those that were run.
func (m *museumRun) conclude(s streams, results []museum.Result, err error, took time.Duration) error {
	if m.JSON {
		err = errors.Join(err, printJSON(s.out, results))
	} else {
		err = errors.Join(err, museum.PrintTable(s.out, results))
		for _, r := range results {
			if len(m.RunID) > 0 {
				fmt.Fprint(s.out, r.Output)
			}
		}
		fmt.Fprintf(s.out, "All of it took %v.\n", took.Round(time.Second))
	}
	if !museum.AllFound(results) {
		err = errors.Join(errFindings, err)
	}
	return err
}
