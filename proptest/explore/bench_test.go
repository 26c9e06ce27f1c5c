package explore

import (
	"fmt"
	"testing"
)

// BenchmarkTwoTCPs is the figure other checkers were measured by: the same model, exhausted.
func BenchmarkTwoTCPs(b *testing.B) {
	for _, workers := range []int{1, 2} {
		for _, mode := range []Mode{Fingerprints, Strict, Exact} {
			b.Run(fmt.Sprintf("%d workers, %v", workers, mode), func(b *testing.B) {
				var states, octets float64
				for b.Loop() {
					r, err := Run(b.Context(), &twoTCP{data: 3, simOpen: true}, Options{Workers: workers, Mode: mode})
					if err != nil || r.States != 812813 {
						b.Fatal(r, err)
					}
					states += float64(r.States)
					octets = r.OctetsPerState()
				}
				b.ReportMetric(states/b.Elapsed().Seconds(), "states/s")
				b.ReportMetric(octets, "octets/state")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
