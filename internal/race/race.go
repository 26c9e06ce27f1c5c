// Package race tells tests whether the race detector watches them: what only
// interprets the text takes ten times as long then, and has no goroutines to race.
package race

import "testing"

// Brief tells a test to do less: so it was asked, or it is watched.
func Brief() bool { return testing.Short() || Enabled }
