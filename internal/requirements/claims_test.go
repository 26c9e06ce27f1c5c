package requirements

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/places"
)

// Whoever reads the table must be able to open every place and run every test it names.
func TestEveryClaimCanBeFollowed(t *testing.T) {
	for line, c := range rows(fulfilled) {
		for _, place := range list(c[2]) {
			if err := places.Find("../..", place); err != nil {
				t.Errorf("fulfilled.tsv:%d: %s: place %s: %v", line, c[0], place, err)
			}
		}
		for _, test := range list(c[3]) {
			if err := places.FindTest("../..", test); err != nil {
				t.Errorf("fulfilled.tsv:%d: %s: test %s: %v", line, c[0], test, err)
			}
		}
	}
}
