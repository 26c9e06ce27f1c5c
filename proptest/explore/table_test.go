package explore

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// The fingerprints are pinned: a checkpoint, or a table of pinned traces, must
// mean the same in every process.
func TestFingerprintsAreFixed(t *testing.T) {
	b := make([]byte, 75)
	for i := range b {
		b[i] = byte(i * 7)
	}
	for _, c := range []struct {
		n       int
		want    uint64
		a, half uint64
	}{
		{0, 0x3a8ebb93a036f752, 0x9c7073a6133dfd16, 0x5e0221903937218c},
		{1, 0x73e36331f0e6b545, 0x5d8f94802da0992e, 0x11e846b5d3bb8593},
		{16, 0xe4184f69f89fe509, 0xe7ab407e0e9c8dd6, 0x79635fec1b2ded64},
		{75, 0x8b4f8db780383f4a, 0x4d9ee13982007077, 0x152e220671060fad},
	} {
		f, g := fingerprint(b[:c.n]), fingerprint128(b[:c.n])
		if f.a != c.want || g.a != c.a || g.b != c.half {
			t.Errorf("{%d, %#x, %#x, %#x},", c.n, f.a, g.a, g.b)
		}
	}
}

// Encodings that differ in one bit, or by zeros at the end, differ in about half the bits of the fingerprint.
func TestFingerprintsSpread(t *testing.T) {
	b := make([]byte, 96)
	seen := map[Print]int{}
	for n := range b {
		for bit := range n * 8 {
			b[bit/8] ^= 1 << (bit % 8)
			f, g := fingerprint(b[:n]), fingerprint128(b[:n])
			b[bit/8] ^= 1 << (bit % 8)
			seen[f]++
			seen[g]++
			z := fingerprint(b[:n])
			if d := bits.OnesCount64(f.a ^ z.a); d < 8 || d > 56 {
				t.Errorf("%d octets, bit %d: only %d bits change, or stay", n, bit, d)
			}
		}
		seen[fingerprint(b[:n])]++
	}
	for f, n := range seen {
		if n > 1 {
			t.Error("fingerprint", f, "met", n, "times")
		}
	}
}

func count() numbers { return numbers{next: new(atomic.Uint32)} }

func sets() map[string]func() visited {
	return map[string]func() visited{
		"64":              func() visited { return &prints64{} },
		"128":             func() visited { return &prints128{} },
		"whole":           func() visited { return &whole{hash: fingerprint, stored: newStore()} },
		"64, numbered":    func() visited { return &prints64{numbers: count()} },
		"128, numbered":   func() visited { return &prints128{numbers: count()} },
		"whole, numbered": func() visited { return &whole{hash: fingerprint, stored: newStore(), numbers: count()} },
	}
}

// Each state is fresh to exactly one of many workers, also when all insert the same, and still there when the table has grown.
func TestSetsUnderContention(t *testing.T) {
	const states, workers = 20000, 8
	for name, set := range sets() {
		t.Run(name, func(t *testing.T) {
			s := set()
			s.grow(states * 2)
			var fresh, used atomic.Int64
			ids := make([]atomic.Uint32, states)
			insert := func(seed uint64) {
				var a arena
				if w, ok := s.(*whole); ok {
					a.store = w.stored
				}
				for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(states) {
					b := binary.LittleEndian.AppendUint32(nil, uint32(i))
					f := fingerprint(b)
					if strings.HasPrefix(name, "128") {
						f = fingerprint128(b)
					}
					id, isNew := s.add(f, b, &a)
					if isNew {
						fresh.Add(1)
						used.Add(int64(id))
					}
					if old := ids[i].Swap(id + 1); old != 0 && old != id+1 {
						t.Errorf("state %d has indices %d and %d", i, old-1, id)
					}
				}
			}
			var wg sync.WaitGroup
			for w := range workers {
				wg.Go(func() { insert(uint64(w)) })
			}
			wg.Wait()
			if fresh.Load() != states {
				t.Errorf("%d states were new %d times", states, fresh.Load())
			}
			if strings.HasSuffix(name, "numbered") && used.Load() != states*(states-1)/2 {
				t.Error("the indices are not 0, 1, 2 …")
			}
			s.grow(states * 3)
			insert(99)
			if fresh.Load() != states {
				t.Errorf("%d of %d states were lost when the table grew", fresh.Load()-states, states)
			}
		})
	}
}

// Two states with one fingerprint: 64 bits take them for one, which the Report's
// bound allows for; the other half, or the encodings themselves, tell them apart.
func TestCollision(t *testing.T) {
	a, b := Print{a: 5, b: 1}, Print{a: 5, b: 2}
	for name, set := range sets() {
		s := set()
		s.grow(16)
		var ar arena
		if w, ok := s.(*whole); ok {
			ar.store = w.stored
		}
		_, first := s.add(a, []byte("one"), &ar)
		_, second := s.add(b, []byte("two"), &ar)
		_, again := s.add(b, []byte("two"), &ar)
		distinct := !strings.HasPrefix(name, "64")
		if !first || second != distinct || again {
			t.Errorf("%s: new %v, %v, %v", name, first, second, again)
		}
	}
}

// What is said to be above the chance of a collision is.
func TestBelow(t *testing.T) {
	for x, want := range map[float64]string{0: "any number", 2e-10: "2e-10", 2.1e-10: "3e-10", 2.9e-10: "3e-10", 9.01e-10: "1e-09", 0.5: "5e-01", 1.2e-18: "2e-18"} {
		if got := Below(x); got != want {
			t.Errorf("%g is said to be below %s, want %s", x, got, want)
		}
	}
}

// A table whose last places are full goes on at the first.
func TestWrapAround(t *testing.T) {
	for name, set := range sets() {
		s := set()
		s.grow(8)
		var ar arena
		if w, ok := s.(*whole); ok {
			ar.store = w.stored
		}
		for i := range uint64(5) {
			if _, fresh := s.add(Print{a: ^uint64(0) - i, b: 1}, []byte{byte(i)}, &ar); !fresh {
				t.Errorf("%s: %d was there before", name, i)
			}
		}
		for i := range uint64(5) {
			if _, fresh := s.add(Print{a: ^uint64(0) - i, b: 1}, []byte{byte(i)}, &ar); fresh {
				t.Errorf("%s: %d is lost", name, i)
			}
		}
	}
}
