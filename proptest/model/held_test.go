package model

import (
	"context"
	"runtime"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// The memory that a gallery says it holds, which a search's bound counts, is what it holds.
func TestHeld(t *testing.T) {
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for _, name := range []string{"large-windows", "fractions", "timestamps", "time-wait-reuse", "blind-attacker"} {
		before := heap()
		s := newSpace(Find(name), func() Core { return Generated{} }, "")
		k := &keeper{space: s}
		if _, err := explore.Run[World](context.Background(), k, explore.Options{Workers: 2}); err != nil {
			t.Fatal(err)
		}
		var sights [][2][]*seen // and not what workers hold once, however many hosts there are
		for _, w := range k.workers {
			sights = append(sights, w.sights)
		}
		k.workers = nil
		took, held := heap()-before, s.Held()
		t.Logf("%-16s %6d hosts, %6d ways: %d octets, held %d", name, s.gallery.hosts.size(), s.gallery.ways.size(), took, held)
		if ratio := float64(held) / float64(took); ratio < 0.95 || ratio > 1.25 {
			t.Errorf("%s: says that it holds %d octets, it is %d", name, held, took)
		}
		runtime.KeepAlive(sights)
		runtime.KeepAlive(s)
	}
}

// keeper is a space that remembers its workers.
type keeper struct {
	*space
	workers []*worker
}

func (k *keeper) Worker() explore.Worker[World] {
	w := k.worker()
	k.workers = append(k.workers, w)
	return w
}
