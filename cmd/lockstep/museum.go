package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"text/tabwriter"
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
		for _, id := range m.RunID {
			found := museum.Find(id)
			if len(found) == 0 {
				return fmt.Errorf("there is no bug %s; lockstep museum -list shows all", id)
			}
			entries = append(entries, found...)
		}
	}
	if m.List {
		for _, e := range entries {
			fmt.Fprintf(s.out, "%-4s %s %s: %s\n     %v\n", e.ID, e.Stack, e.Year, e.Title, e.Origin)
		}
		return nil
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	begin := time.Now()
	results, err := museum.RunAll(ctx, entries, museum.Options{}, func(r museum.Result) {
		fmt.Fprintf(s.err, "%s %v\n", r.ID, r.Elapsed.Round(time.Millisecond))
	})
	if m.JSON {
		return errors.Join(err, printJSON(s.out, results))
	}
	survived := m.table(s, entries, results)
	fmt.Fprintf(s.out, "in %v\n", time.Since(begin).Round(time.Second))
	if err != nil {
		return err
	}
	if survived > 0 {
		return errFindings
	}
	return nil
}

// table prints a row for each bug, and returns how many nobody found.
func (m *museumRun) table(s streams, entries []museum.Entry, results []museum.Result) (survived int) {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	killed, none := 0, 0
	for i, r := range results {
		e := &entries[i]
		switch {
		case e.None != "":
			none++
			fmt.Fprintf(w, "%s\t%s\t%s\tno counterpart: %s\n", e.ID, e.Stack, e.Title, e.None)
		case r.Error != "":
			fmt.Fprintf(w, "%s\t%s\t%s\tcould not be run: %s\n", e.ID, e.Stack, e.Title, r.Error)
		case !r.Killed:
			survived++
			fmt.Fprintf(w, "%s\t%s\t%s\tSURVIVED\n", e.ID, e.Stack, e.Title)
		default:
			killed++
			fmt.Fprintf(w, "%s\t%s\t%s\t%s in %s%s\t%d steps\t%d packets\n", e.ID, e.Stack, e.Title, r.By, r.Config, r.Test, r.Steps, r.Packets)
		}
	}
	w.Flush()
	if len(m.RunID) > 0 {
		for _, r := range results {
			fmt.Fprint(s.out, r.Output)
		}
	}
	fmt.Fprintf(s.out, "\n%d of %d bugs with a counterpart found; %d without one; ", killed, len(entries)-none, none)
	return survived
}
