package explore

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"
)

// spun is a graph of many states, all but the last of them on cycles.
type spun struct {
	states uint32
	steps  func(s uint32, step func(class Class, to uint32))
}

func (m *spun) Name() string                      { return "spun" }
func (m *spun) Start(put func(*uint32))           { put(new(uint32)) }
func (m *spun) Encode(s *uint32, b []byte) []byte { return binary.LittleEndian.AppendUint32(b, *s) }
func (m *spun) Decode(b []byte, s *uint32)        { *s = binary.LittleEndian.Uint32(b) }
func (m *spun) Worker() Worker[uint32]            { return m }
func (m *spun) Witnesses() []string               { return nil }
func (m *spun) Flush(*Visitor[uint32])            {}
func (m *spun) Expand(b []byte, v *Visitor[uint32]) {
	var s uint32
	m.Decode(b, &s)
	if s == m.states-1 {
		v.Mark(goal)
	}
	m.steps(s, func(class Class, to uint32) { v.Step(Label(class), class, &to) })
}

// What deciding takes is no more than what MaxOctets is asked for before. All that is needed: by the
// longest path through all states, and by a lasso through one large component.
func TestOctetsOfDeciding(t *testing.T) {
	const n = 400_000
	last := uint32(n - 1)
	ring := &spun{n, func(s uint32, step func(Class, uint32)) {
		if s != last {
			step(0, (s+1)%last)
			step(1, last)
		}
	}}
	ball := &spun{n, func(s uint32, step func(Class, uint32)) {
		r := rand.New(rand.NewPCG(uint64(s), 1))
		for range 2 {
			step(0, r.Uint32N(last))
		}
		if s%(n/16) == 99 {
			step(1+Class(s/(n/16)), (s+1)%last)
		}
		step(20, min(s+1, last))
	}}
	var each []Fairness
	for c := range Class(16) {
		each = append(each, fair(1+c, strong))
	}
	for name, c := range map[string]struct {
		m     *spun
		p     Liveness
		holds bool
	}{
		"a ring that must be left":   {ring, Liveness{Goal: goal, Fair: []Fairness{fair(1, weak)}}, true},
		"a cycle that has to go far": {ball, Liveness{Goal: goal, Fair: each}, false},
		"steps that are on no cycle": {ring, Liveness{NoCycle: Of(1)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSearch[uint32](c.m, Options{Workers: 1, Expect: n, Liveness: []Liveness{c.p}})
			if err := s.begin(); err != nil {
				t.Fatal(err)
			}
			s.levels(t.Context())
			if states := s.graph.size(); states < n*3/4 {
				t.Fatalf("%d states", states)
			}
			s.letGo()
			took := most(func() { s.decide(t.Context()) })
			if v := s.verdicts[0]; v.Holds != c.holds {
				t.Fatalf("holds: %v, with a cycle of %d", v.Holds, len(v.Cycle))
			}
			each := float64(took) / float64(s.graph.size())
			t.Logf("%.1f octets a state, of %d", each, judged)
			if each > 1.1*judged {
				t.Errorf("%.1f octets a state were taken, it is asked for %d", each, judged)
			}
		})
	}
}

// most is how much more heap do takes than there was, at its highest.
func most(do func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(2))
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := int64(m.HeapAlloc)
	var over atomic.Bool
	peak := make(chan int64)
	go func() {
		most := int64(0)
		for !over.Load() {
			time.Sleep(time.Millisecond)
			runtime.ReadMemStats(&m)
			most = max(most, int64(m.HeapAlloc))
		}
		peak <- most - before
	}()
	do()
	over.Store(true)
	return <-peak
}
