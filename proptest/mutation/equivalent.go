package mutation

import (
	_ "embed" // the table
	"strings"
	"sync"
)

// Mutants that no check can notice, with the reason: one a line, the ID, a tab, the
// argument. Lines that begin with # are headings.
//
//go:embed equivalent.tsv
var equivalent string

// Equivalent is the arguments by the mutants' IDs.
var Equivalent = sync.OnceValue(func() map[string]string {
	arguments := map[string]string{}
	for line := range strings.Lines(equivalent) {
		if id, argument, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			arguments[id] = argument
		}
	}
	return arguments
})
