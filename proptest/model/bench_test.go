package model

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// BenchmarkVerify is the figure by which the explorer is measured: states of the generated code, all properties asked.
func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"data", "half-close-data", "blind-attacker", "crash-reopen"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, err := Verify(b.Context(), Find(name), Options{SafetyOnly: true, NoTries: true, Options: explore.Options{Workers: 1, MaxStates: 1_000_000}})
				if err != nil || len(r.Failures) > 0 {
					b.Fatal(r, err)
				}
				b.ReportMetric(r.StatesPerSecond(), "states/s")
				b.ReportMetric(r.Report.OctetsPerState(), "octets/state")
			}
		})
	}
}
