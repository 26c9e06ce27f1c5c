package sim

import "testing"

// Campaigns see more years than nanoseconds can count: 292.
func TestYearsAddUp(t *testing.T) {
	const year = 365 * 24 * 3600 * 1000
	var all Seen
	for range 1000 {
		all.Add(&Seen{Millis: year})
	}
	if all.Millis != 1000*year {
		t.Errorf("1000 years are %d ms", all.Millis)
	}
	if r := Run(Case{}); r.Seen.Millis <= 0 {
		t.Errorf("a run took %d ms", r.Seen.Millis)
	}
}
