// Package amount writes numbers of things: 1 packet, 2 packets.
package amount

import (
	"fmt"
	"strings"
)

// Of is a number of things, whose plural has an s, or ies for a y.
func Of[N ~int | ~int64 | ~uint64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, is := strings.CutSuffix(thing, "y"); is {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
