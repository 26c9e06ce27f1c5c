package museum

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/spec"
)

// TestShippedTextHasNone holds the text as it ships to what finds the bugs: else
// finding one would mean nothing.
func TestShippedTextHasNone(t *testing.T) {
	r, err := search(t.Context(), spec.TCP(), Options{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if r.Killed {
		t.Errorf("the shipped text breaks %s in configuration %s, after %d events: %v", r.By, r.Config, r.Steps, r.Trace.Schedule)
	}
	t.Logf("%d states", r.States)
}
