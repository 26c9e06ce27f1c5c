// Package amount writes numbers of things: 1 packet, 2 packets.
package amount

import "fmt"

// Of is a number of things, whose plural has an s.
func Of[N ~int | ~int64 | ~uint64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
