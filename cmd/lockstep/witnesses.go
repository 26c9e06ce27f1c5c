package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// witnesses prints how often each property that was asked was put to the test, the least
// often first, and how many rules fired.
func (o *outcome) witnesses(w io.Writer) {
	seen := model.Seen(o.results)
	tested, not := model.Asked(o.results...)
	fmt.Fprintln(w)
	folded(w, "put to the test: ", counted(seen, rarest(seen, tested)))
	folded(w, "not put to the test here: ", not)
	if o.broken || len(tested)+len(not) == 1 {
		return // all that counts is that one
	}
	var fired []string
	for rule := range tcp.RuleID(tcp.NumRules) {
		if name := rule.String(); seen[name] > 0 {
			fired = append(fired, name)
		}
	}
	folded(w, fmt.Sprintf("%d of %d rules fired (each: -witnesses), least often ", len(fired), tcp.NumRules), counted(seen, rarest(seen, fired)[:min(5, len(fired))]))
}

// everyWitness prints how often each property was put to the test, and what that assumes,
// how often each rule fired, and how often each state was met: a line of each.
func everyWitness(w io.Writer, results []*model.Result) {
	seen, assumed := model.Seen(results), model.Assumed(results...)
	fmt.Fprintln(w)
	for _, name := range rarest(seen, slices.Collect(maps.Keys(seen))) {
		if assumed[name] != "" {
			fmt.Fprintf(w, "%12d  %s, assuming %s\n", seen[name], name, assumed[name])
			continue
		}
		fmt.Fprintf(w, "%12d  %s\n", seen[name], name)
	}
}

// rarest sorts names by how often they were seen.
func rarest(seen map[string]uint64, names []string) []string {
	return slices.SortedFunc(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(seen[a], seen[b]), cmp.Compare(a, b))
	})
}

// counted is names with how often they were seen.
func counted(seen map[string]uint64, names []string) (list []string) {
	for _, name := range names {
		list = append(list, fmt.Sprintf("%s %d", name, seen[name]))
	}
	return list
}

// folded prints a list in lines of some hundred columns; nothing of an empty one.
func folded(w io.Writer, what string, list []string) {
	if len(list) == 0 {
		return
	}
	line := what + list[0]
	for _, item := range list[1:] {
		line += ","
		if len(line)+len(item) > 110 {
			fmt.Fprintln(w, line)
			line = " "
		}
		line += " " + item
	}
	fmt.Fprintln(w, line)
}
