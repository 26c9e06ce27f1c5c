package requirements

import (
	"os"
	"testing"

	text "github.com/lockstep-tcp/lockstep/parser"
)

// Every label of RFC 9293 is accounted for, the text carries no other, and
// nothing is claimed without a test.
func TestTable(t *testing.T) {
	spec, found := text.Load(os.DirFS("../../spec/tcp"))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	table, err := Table(spec)
	if err != nil {
		t.Fatal(err)
	}
	levels := map[string]int{}
	for _, r := range table {
		levels[prefix(r.ID)]++
	}
	for level, want := range map[string]int{"MUST": 69, "SHLD": 31, "MAY": 18, "REC": 1, "U": 16} {
		if levels[level] != want {
			t.Errorf("%d rows of %s, want %d", levels[level], level, want)
		}
	}
}
