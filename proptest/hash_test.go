package proptest

import (
	"flag"
	"fmt"
	"sync"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

var hashFlag = flag.String("lockstep.hash", "", "the `hash` that TestHashes must come to, as another machine has printed it")

// seeded is a case that a number stands for.
func seeded(n int64) sim.Case {
	all := Tests()
	return all[remainder(n, len(all))].Case(n)
}

// TestHashes plays a thousand cases, then all of them again side by side: no run may
// depend on another, on memory addresses or on time. The hash of all hashes is
// printed, to be compared with that of a 32-bit machine or of a race detector's build.
func TestHashes(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	hashes := make([]uint64, n)
	total := uint64(0)
	for i := range hashes {
		hashes[i] = sim.Run(seeded(int64(i))).Hash
		total = total*31 + hashes[i]
	}
	var running sync.WaitGroup
	for part := range 4 {
		running.Go(func() {
			for i := n - 1 - part; i >= 0; i -= 4 {
				if h := sim.Run(seeded(int64(i))).Hash; h != hashes[i] {
					t.Errorf("seed %d: trace hash %016x, the second time %016x: %v", i, hashes[i], h, seeded(int64(i)))
				}
			}
		})
	}
	running.Wait()
	got := fmt.Sprintf("%016x", total)
	t.Logf("hash of %d trace hashes: %s", n, got)
	if *hashFlag != "" && *hashFlag != got {
		t.Errorf("hash of %d trace hashes: %s, want %s", n, got, *hashFlag)
	}
}
