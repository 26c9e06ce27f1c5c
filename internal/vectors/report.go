package vectors

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// RunAll runs the vectors in their order.
func RunAll(all []*Vector) []*Result {
	results := make([]*Result, len(all))
	for i, v := range all {
		results[i] = v.Run()
	}
	return results
}

// Count counts the vectors that passed and failed. With rules, a vector also
// fails when a rule that it names did not act.
func Count(results []*Result, rules bool) (passed, failed int) {
	for _, r := range results {
		if r.Passed() && !(rules && len(r.NotFired) > 0) {
			passed++
		} else {
			failed++
		}
	}
	return passed, failed
}

// Report writes every mismatch with what was expected and what came, and last
// "N passed, N failed" on a line of its own.
func Report(w io.Writer, results []*Result, rules bool) error {
	out := bufio.NewWriter(w)
	for _, r := range results {
		if r.Passed() && len(r.NotFired) == 0 {
			continue
		}
		verdict := "FAIL"
		if r.Passed() && !rules {
			verdict = "warning"
		}
		fmt.Fprintf(out, "%s: %s %s: in %s, %s\n", r.Place, verdict, r.ID, r.Vector.Before.State, r.Vector.Case)
		for _, m := range r.Mismatches {
			fmt.Fprintf(out, "    %s:\n        expected  %s\n        got       %s\n", m.What, m.Want, m.Got)
		}
		if len(r.NotFired) > 0 {
			fmt.Fprintf(out, "    rules: no rule that fired carries %s\n", strings.Join(r.NotFired, " "))
		}
		fmt.Fprintf(out, "    rules that fired: %s\n", orDash(strings.Join(r.Fired, " ")))
	}
	passed, failed := Count(results, rules)
	fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
	return out.Flush()
}
