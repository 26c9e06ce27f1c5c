package mutation

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/internal/amount"
)

// Score is how many mutants were killed.
type Score struct {
	All        int `json:"all"`
	Killed     int `json:"killed"`
	Equivalent int `json:"equivalent"` // of those alive, argued to be what the text is
}

// Add counts an outcome.
func (s *Score) Add(o *Outcome) {
	s.All++
	switch {
	case o.Killed():
		s.Killed++
	case o.Equivalent != "":
		s.Equivalent++
	}
}

// Share is the share of mutants killed, and of those that are not equivalent.
func (s Score) Share() (raw, real float64) {
	return float64(s.Killed) / float64(max(s.All, 1)), float64(s.Killed) / float64(max(s.All-s.Equivalent, 1))
}

func (s Score) String() string {
	raw, real := s.Share()
	return fmt.Sprintf("%4d of %4d  %5.1f %%    %4d of %4d  %5.1f %%", s.Killed, s.All, 100*raw, s.Killed, s.All-s.Equivalent, 100*real)
}

// PrintKills writes a line for each mutant: who killed it, after how many states,
// with how long a trace, in which time.
func PrintKills(w io.Writer, all []*Outcome) {
	fmt.Fprintf(w, "%-60s %-10s %-32s %-20s %8s %6s %9s\n", "mutant", "layer", "killed by", "world", "states", "events", "time")
	for _, o := range all {
		for _, k := range o.Kills {
			by := k.By
			switch {
			case k.Survived:
				by = "-"
			case k.Error != "":
				by = "not run"
			}
			fmt.Fprintf(w, "%-60s %-10s %-32s %-20s %8s %6s %9v\n", o.Subject.Name(), k.Layer, by, cmp.Or(k.Config, "-"), some(k.States), some(int64(k.Steps)), k.Elapsed.Round(time.Millisecond))
		}
	}
}

// explored is in how many states of worlds somebody was asked.
func (o *Outcome) explored() string {
	for _, k := range o.Kills {
		if k.Layer == "verify" {
			return ", in " + amount.Of(k.States, "state")
		}
	}
	return ""
}

// some is a number of what there are some of.
func some(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// PrintScore writes the score by operator, by killer and by layer. What is unfinished,
// or alive although not every layer could be run, counts for nothing, and is counted apart.
func PrintScore(w io.Writer, all []*Outcome, took time.Duration) {
	total, operators := Score{}, map[mutant.Operator]*Score{}
	killers, by, unfinished, unrun := map[string]int{}, map[string]int{}, 0, 0
	for _, o := range all {
		switch {
		case o.Unfinished:
			unfinished++
			continue
		case o.Err != nil && !o.Killed():
			unrun++
			continue
		}
		total.Add(o)
		if o.Subject.Mutant != nil {
			op := o.Subject.Operator
			if operators[op] == nil {
				operators[op] = &Score{}
			}
			operators[op].Add(o)
		}
		for _, k := range o.Kills {
			if k.Noticed() {
				by[k.Layer]++
			}
		}
		if k := o.By(); k != nil {
			killers[k.By]++
		}
	}
	fmt.Fprintf(w, "\n%-14s %-24s killed of those not equivalent\n", "operator", "killed of all")
	for _, op := range mutant.Operators() {
		if s := operators[op]; s != nil {
			fmt.Fprintf(w, "%-14s %v\n", op, s)
		}
	}
	fmt.Fprintf(w, "%-14s %v\n", "all", total)
	names := slices.SortedFunc(maps.Keys(killers), func(a, b string) int {
		return cmp.Or(killers[b]-killers[a], cmp.Compare(a, b))
	})
	fmt.Fprintf(w, "\n%-32s mutants killed first\n", "property")
	for _, name := range names {
		fmt.Fprintf(w, "%-32s %4d\n", name, killers[name])
	}
	fmt.Fprintf(w, "\n%-32s mutants killed\n", "layer")
	for _, name := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(w, "%-32s %4d\n", name, by[name])
	}
	raw, real := total.Share()
	fmt.Fprintf(w, "\n%s: %d killed (%.1f %%), %d equivalent, %d alive; %.1f %% of those not equivalent; by %s, in %v\n",
		amount.Of(total.All, "mutant"), total.Killed, 100*raw, total.Equivalent, total.All-total.Killed-total.Equivalent, 100*real, amount.Of(len(killers), "property"), took.Round(time.Second))
	if unfinished > 0 {
		fmt.Fprintf(w, "%d more not run to the end: nothing is known of these\n", unfinished)
	}
	if unrun > 0 {
		fmt.Fprintf(w, "%d more not held to every layer, and no layer that could be run noticed\n", unrun)
	}
}

// PrintSurvivors writes those that nobody has killed: the equivalent ones with the
// argument, the others with what is known of them.
func PrintSurvivors(w io.Writer, all []*Outcome) {
	for _, o := range all {
		switch p := o.Prey; {
		case o.Killed() || o.Err != nil || o.Unfinished:
			continue
		case o.Equivalent != "":
			fmt.Fprintf(w, "EQUIVALENT  %v\n            %s\n", o.Subject.Mutant, o.Equivalent)
		case o.Subject.Mutant == nil:
			fmt.Fprintf(w, "SURVIVED    the patched text\n            nobody has noticed anything%s: it does nothing else, or nothing that a property is about; a property that is new, and holds, ends so, too\n", o.explored())
		case p == nil || p.Comes == 0:
			fmt.Fprintf(w, "SURVIVED    %v\n            no event came there\n", o.Subject.Mutant)
		default:
			fmt.Fprintf(w, "SURVIVED    %v\n            played %s, did something else %s: %s\n", o.Subject.Mutant, amount.Of(p.Comes, "time"), amount.Of(p.Differs, "time"), p.Example)
		}
		for _, k := range o.Kills {
			if k.Says != "" {
				fmt.Fprintf(w, "            %s\n", k.Says)
			}
		}
	}
}
