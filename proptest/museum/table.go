package museum

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/amount"
)

// PrintTable prints a line for each result that there is, in the order given, and a summary.
func PrintTable(w io.Writer, results []Result) error {
	byID := map[string]Entry{}
	for _, e := range Entries() {
		byID[e.ID] = e
	}
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "bug\tstack\twhat\tfound by\tin\tafter\ttrace\ttime")
	for _, r := range results {
		if r.Error == interrupted {
			continue // the summary names it
		}
		e := byID[r.ID]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, e.Stack, shortened(e.Title, 48), r.verdict(&e), r.place(), r.effort(), r.trace(), r.Elapsed.Round(10*time.Millisecond))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\n"+Summary(results))
	return err
}

// Summary says in a few lines what came of all.
func Summary(results []Result) string {
	bugs, killed, absent := map[string]bool{}, 0, 0
	var survivors, unrun, nearest, others []string
	var packets, steps []int
	var shrunk []time.Duration
	var text, stack time.Duration
	for _, r := range results {
		e := Find(r.ID)[0]
		bugs[e.Number()] = true
		switch {
		case e.None != "":
			absent++
			continue
		case r.Error != "":
			unrun = append(unrun, r.ID)
			continue
		case r.Killed:
			killed++
			if r.By != e.Property {
				others = append(others, r.ID)
			}
		default:
			survivors = append(survivors, r.ID)
		}
		if e.Nearest != "" {
			nearest = append(nearest, r.ID)
		}
		if r.Packets > 0 {
			packets, shrunk = append(packets, r.Packets), append(shrunk, r.Shrunk)
		}
		if r.Config != "" {
			steps = append(steps, r.Steps)
			text += r.Elapsed
		} else {
			stack += r.Elapsed
		}
	}
	s := fmt.Sprintf("%s in %s: %d found, %d not found%s, %d without counterpart.", amount.Of(len(bugs), "bug"), amount.Of(len(results), "form"), killed, len(survivors), list(survivors), absent)
	if len(unrun) > 0 {
		s += fmt.Sprintf("\n%d were not run, or not to their end%s: nothing is known of them.", len(unrun), list(unrun))
	}
	if len(others) > 0 {
		s += fmt.Sprintf("\nFound by another property than the museum says%s.", list(others))
	}
	if len(nearest) > 0 {
		s += fmt.Sprintf("\nOf these %d are the nearest that this stack can do%s.", len(nearest), list(nearest))
	}
	if len(steps) > 0 {
		s += fmt.Sprintf("\nThe explorer's shortest traces: median %s, longest %d; mean time %v.", amount.Of(median(steps), "step"), slices.Max(steps), mean(text, len(steps)))
	}
	if len(packets) > 0 {
		s += fmt.Sprintf("\nThe stack's shrunk runs: median %s, largest %d, made small in %v, at most %v; all tests of the stack took %v, compiling included.",
			amount.Of(median(packets), "packet"), slices.Max(packets), median(shrunk), slices.Max(shrunk), stack.Round(time.Second))
	}
	return s
}

func list(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " (" + strings.Join(ids, ", ") + ")"
}

func median[T cmp.Ordered](of []T) T {
	slices.Sort(of)
	return of[len(of)/2]
}

func mean(sum time.Duration, n int) time.Duration {
	return (sum / time.Duration(n)).Round(10 * time.Millisecond)
}

// verdict tells who found it.
func (r *Result) verdict(e *Entry) string {
	switch {
	case r.Error != "":
		return "NOT RUN: " + shortened(r.Error, 80)
	case e.None != "":
		return "no counterpart: " + e.None
	case !r.Killed:
		return "NOBODY"
	}
	return r.By
}

// place is the configuration, or the test.
func (r *Result) place() string { return cmp.Or(r.Config, r.Test, "-") }

// effort is what the explorer has visited.
func (r *Result) effort() string {
	if r.States == 0 {
		return "-"
	}
	return amount.Of(r.States, "state")
}

// trace is how long what shows the bug is.
func (r *Result) trace() string {
	switch {
	case r.Packets > 0:
		return amount.Of(r.Packets, "packet")
	case r.Killed && r.Config != "":
		return amount.Of(r.Steps, "step")
	}
	return "-"
}

func shortened(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	cut := strings.LastIndexByte(s[:most], ' ')
	return s[:max(cut, 1)] + " …"
}
