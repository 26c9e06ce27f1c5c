package spin

import (
	"strings"
	"testing"
)

// TestRace: on the shipped text both checkers agree, and have rates; on another text they do not.
func TestRace(t *testing.T) {
	c := begun("octets-one-way")
	for _, x := range []struct {
		was, becomes, says string
	}{
		{"", "", "agree"},
		{"{ start PERSIST; start USER }", "{ start USER }", "DIFFER"},
	} {
		r, err := RunRace(t.Context(), load(t, x.was, x.becomes), c, Options{Dir: t.TempDir()})
		has(t, err)
		t.Logf("%s\n%v", r, r.Differences)
		if !strings.HasSuffix(r.String(), x.says) {
			t.Errorf("the checkers do not %s: %v", x.says, r.Differences)
		}
		for _, rate := range []float64{r.Spin, r.ExplorerBare, r.ExplorerAsking, r.Fingerprints} {
			if rate <= 0 {
				t.Errorf("a rate is missing: %+v", r)
			}
		}
	}
}
