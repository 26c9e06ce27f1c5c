package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

func run[S any](t *testing.T, m Model[S], o Options) *Report {
	t.Helper()
	r, err := Run(context.Background(), m, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The counts that SPIN (-DNOREDUCE) and TLC give for the same model.
func TestKnownCounts(t *testing.T) {
	for _, c := range []struct {
		data          uint8
		simOpen       bool
		states, steps int64
		depth         int
	}{
		{1, true, 21245, 93934, 26},
		{1, false, 18695, 82382, 24},
		{2, true, 165047, 752490, 32},
		{2, false, 157464, 717474, 30},
	} {
		r := run(t, &twoTCP{data: c.data, simOpen: c.simOpen}, Options{})
		if r.States != c.states || r.Transitions != c.steps || r.Depth != c.depth || r.End != Exhausted {
			t.Errorf("%d octets, simultaneous open %v: got %v", c.data, c.simOpen, r)
		}
		if len(r.Breaches) != 0 {
			t.Errorf("broken: %+v", r.Breaches)
		}
		for _, w := range r.Witnesses {
			if w.Count == 0 {
				t.Errorf("never seen: %s", w.Name)
			}
		}
	}
}

// All that is counted is the same for any mode and any number of workers.
func TestCountsDependOnNothing(t *testing.T) {
	want := run(t, &twoTCP{data: 1, simOpen: true}, Options{Workers: 1})
	for _, mode := range []Mode{Fingerprints, Strict, Exact} {
		for _, workers := range []int{1, 2, 7} {
			for _, live := range [][]Liveness{nil, {{Name: "none", NoCycle: Of(63)}}} {
				got := run(t, &twoTCP{data: 1, simOpen: true}, Options{Workers: workers, Mode: mode, Liveness: live})
				if counts(got) != counts(want) || got.Mode != mode {
					t.Errorf("%v, %d workers, liveness %v:\n got %s\nwant %s", mode, workers, live != nil, counts(got), counts(want))
				}
			}
		}
	}
}

func counts(r *Report) string {
	return fmt.Sprint(r.End, r.States, r.Expanded, r.Transitions, r.Depth, r.Widest, r.Terminal, r.Witnesses)
}

// dials is a row of dials, each turned on by any step: turns^len states.
type dials struct{ n, turns int }

type dialState [8]uint8

func (m dials) Name() string                         { return fmt.Sprint("dials ", m.n, m.turns) }
func (m dials) Start(put func(*dialState))           { put(&dialState{}) }
func (m dials) Encode(s *dialState, b []byte) []byte { return append(b, s[:m.n]...) }
func (m dials) Decode(b []byte, s *dialState)        { *s = dialState{}; copy(s[:], b) }
func (m dials) Worker() Worker[dialState]            { return m }
func (m dials) Witnesses() []string                  { return nil }
func (m dials) Flush(*Visitor[dialState])            {}
func (m dials) Expand(b []byte, v *Visitor[dialState]) {
	s := new(dialState)
	m.Decode(b, s)
	if sum(s) == m.n*(m.turns-1) {
		v.Violated(7)
	}
	for i := range m.n {
		next := *s
		next[i] = uint8((int(next[i]) + 1) % m.turns)
		v.Step(Label(i), Class(i), &next)
		if s[0] == 2 && next[1] == 3 {
			v.Broken(3)
		}
	}
}

func sum(s *dialState) (n int) {
	for _, x := range s {
		n += int(x)
	}
	return n
}

func TestBreachesAreShortest(t *testing.T) {
	for _, workers := range []int{1, 3} {
		r := run[dialState](t, dials{4, 5}, Options{Workers: workers, KeepGoing: true})
		if r.States != 625 || r.Transitions != 4*625 || r.Depth != 16 {
			t.Fatal(r)
		}
		if len(r.Breaches) != 2 || r.Breaches[0].Property != 3 || r.Breaches[1].Property != 7 {
			t.Fatalf("%+v", r.Breaches)
		}
		// Property 3: two turns of dial 0, three of dial 1; 7: all dials to the last place.
		for i, length := range []int{5, 16} {
			b := r.Breaches[i]
			if len(b.Trace) != length+1 {
				t.Errorf("property %d: %d steps, want %d", b.Property, len(b.Trace)-1, length)
			}
			at := append([]byte(nil), b.Trace[0].State...)
			for _, m := range b.Trace[1:] {
				at[m.Label] = (at[m.Label] + 1) % 5
				if !reflect.DeepEqual(at, m.State) {
					t.Fatalf("property %d: the trace cannot be walked: %v, then %v", b.Property, at, m)
				}
			}
		}
		if r := run[dialState](t, dials{4, 5}, Options{Workers: workers}); r.End != Broke || len(r.Breaches) != 1 || r.States >= 625 {
			t.Error("the search went on behind the level that broke a property:", r)
		}
	}
}

func TestBounds(t *testing.T) {
	if r := run[dialState](t, dials{6, 9}, Options{MaxDepth: 3}); r.End != DepthBound || r.Depth != 3 || r.States != 84 {
		t.Error(r)
	}
	if r := run[dialState](t, dials{6, 9}, Options{MaxStates: 1000, KeepGoing: true}); r.End != StateBound || r.States < 1000 || r.States > 2000 {
		t.Error(r)
	}
	if r := run[dialState](t, dials{6, 9}, Options{MaxOctets: 1 << 20, KeepGoing: true}); r.End != MemoryBound || r.Octets > 2<<20 {
		t.Error(r)
	}
}

// However many states were expected, by however many workers: all find their place.
func TestExpectedWrongly(t *testing.T) {
	for _, live := range [][]Liveness{nil, {{NoCycle: Of(0)}}} {
		for _, workers := range []int{1, 2, 16} {
			for _, expect := range []int64{0, 1, 30, 4095, 4096, 5000} {
				r := run[dialState](t, dials{6, 4}, Options{Workers: workers, Expect: expect, KeepGoing: true, Liveness: live})
				if r.States != 4096 || r.Transitions != 6*4096 {
					t.Errorf("%d workers, %d states expected: %v", workers, expect, r)
				}
			}
		}
	}
}

// Where a bound of memory ends a search, what is pending finds its place, too, and the search can go on.
func TestBoundsOfMemory(t *testing.T) {
	for octets := int64(100); octets < 6000; octets += 100 {
		o := Options{Workers: 3, MaxOctets: octets, KeepGoing: true, Checkpoint: filepath.Join(t.TempDir(), "save")}
		if r := run[dialState](t, dials{6, 4}, o); r.End != MemoryBound {
			t.Error(r)
		}
		o.MaxOctets = 0
		if r := run[dialState](t, dials{6, 4}, o); r.States != 4096 || r.Transitions != 6*4096 {
			t.Error(r)
		}
	}
}

// fan is dials that can be turned to any place at once.
type fan struct{ dials }

func (m fan) Worker() Worker[dialState] { return m }
func (m fan) Expand(b []byte, v *Visitor[dialState]) {
	for i := range m.n {
		for place := range m.turns {
			s := new(dialState)
			m.Decode(b, s)
			s[i] = uint8(place)
			v.Step(0, 0, s)
		}
	}
}

// … also where a state has more successors than a small set has places.
func TestBoundInAFan(t *testing.T) {
	r := run[dialState](t, fan{dials{2, 200}}, Options{Workers: 2, MaxOctets: 800})
	if r.End != MemoryBound || r.Expanded != 1 || r.States != 399 {
		t.Error(r)
	}
}

// … also where steps lead to nothing new, and the graph alone grows.
func TestBoundOfTheGraph(t *testing.T) {
	for workers := range 3 {
		o := Options{Workers: 1 + workers, MaxOctets: 4 << 20, KeepGoing: true, Liveness: []Liveness{{NoCycle: Of(1)}}}
		if r := run[dialState](t, fan{dials{2, 200}}, o); r.End != MemoryBound || r.Octets > 5<<20 {
			t.Errorf("held %d octets: %v", r.Octets, r)
		}
	}
}

// … also of what deciding takes, when all states are known: with more room, it goes on there.
func TestBoundOfDeciding(t *testing.T) {
	o := Options{Workers: 1, KeepGoing: true, Liveness: mustClose, Checkpoint: t.TempDir() + "/save"}
	m := func() *watching { return &watching{twoTCP{data: 1, simOpen: true}, nothing, nothing} }
	want := run(t, m(), o)
	o.MaxOctets = want.Octets
	r := run(t, m(), o)
	if r.End != MemoryBound || r.States != want.States || r.Verdicts != nil || r.Octets > o.MaxOctets {
		t.Fatalf("of %d octets: %v", o.MaxOctets, r)
	}
	o.MaxOctets = want.Octets + judged*want.States
	again := m()
	expanded := 0
	again.expands = func() { expanded++ }
	same(t, run(t, again, o), want)
	if expanded > int(want.States)/10 {
		t.Errorf("%d states were expanded again", expanded)
	}
}

// There is more room than states where there is memory for it, and no graph.
func TestRoom(t *testing.T) {
	must := []Liveness{{NoCycle: Of(0)}}
	for _, of := range []struct {
		o      Options
		places int
	}{
		{Options{Expect: 3000}, 6000},
		{Options{Expect: 3000, Liveness: must}, 4000},
		{Options{Expect: 3000, MaxOctets: 1 << 17}, 6000},
		{Options{Expect: 3000, MaxOctets: 2 * 8 * 5000}, 4000},
		{Options{Expect: 3000, MaxOctets: 2 * 8 * 3000}, small * 4 / 3},
		{Options{Expect: 3000, MaxStates: 300}, 600},
		{Options{}, small * 4 / 3},
	} {
		of.o.Workers = 1
		if n := newSearch[[2]byte](newTwins(0), of.o).set.places() - 2; n != of.places {
			t.Errorf("%+v: %d places, want %d", of.o, n, of.places)
		}
	}
}

// Room is made for as many states as there may be, however many are expected.
func TestExpectsNoMoreThanThereMayBe(t *testing.T) {
	o := Options{Workers: 1, Expect: 1 << 20, MaxStates: 10, KeepGoing: true, Symmetry: true, Liveness: []Liveness{{NoCycle: Of(0)}}}
	if r := run[[2]byte](t, newTwins(0), o); r.End != StateBound || r.Octets > 1<<14 {
		t.Errorf("%d octets: %v", r.Octets, r)
	}
}

// What all workers may insert before they tell fits into the places behind the room.
func TestAdvances(t *testing.T) {
	for _, workers := range []int{1, 2, 16, 100} {
		for _, expect := range []int64{0, 1, 30, 1000, 100_000} {
			s := newSearch[dialState](dials{6, 4}, Options{Workers: workers, Expect: expect})
			given := int64(0)
			for _, w := range s.workers {
				w.renew()
				given += w.budget
			}
			if free := int64(s.set.places()) - s.room.Load(); given >= free {
				t.Errorf("%d workers may insert %d states before they tell, there are %d more places", workers, given, free)
			}
		}
	}
}

// A small search takes little: nothing has a least size that is more than a few
// states'. And what it says it takes is no less than what must be there at a time.
func TestOctetsOfFewStates(t *testing.T) {
	for turns := 2; turns < 10; turns++ {
		n := int64(turns * turns * turns)
		o := Options{Workers: 2, Expect: n, KeepGoing: true}
		r := run[dialState](t, dials{3, turns}, o)
		if least := 8*n + r.Widest*(entryHeader+3); r.States != n || r.Octets < least {
			t.Errorf("%d octets, there must have been %d: %v", r.Octets, least, r)
		}
		o.Liveness = []Liveness{{NoCycle: Of(0)}}
		r = run[dialState](t, dials{3, turns}, o)
		if most := 100 + 48*n; r.States != n || r.Octets > most {
			t.Errorf("%d octets, want at most %d: %v", r.Octets, most, r)
		}
	}
}

// Steps that have no numbers left are no matter of memory.
func TestGraphBound(t *testing.T) {
	s := newSearch[dialState](dials{4, 5}, Options{Workers: 1, Liveness: []Liveness{{NoCycle: Of(0)}}})
	s.bound()
	if s.end.Load() != 0 {
		t.Error("ended by", End(s.end.Load()-1))
	}
	s.graph.streams[0].n = ^uint32(0) - 1<<10
	s.bound()
	if End(s.end.Load()-1) != GraphBound {
		t.Error("not ended")
	}
}

// Nor have states: of these a number has a bit less where images have numbers, too.
func TestGraphBoundOfStates(t *testing.T) {
	for symmetry, states := range map[bool]uint32{false: 1 << 31, true: 1 << 30} {
		s := newSearch[[2]byte](newTwins(1), Options{Workers: 1, Symmetry: symmetry, Liveness: []Liveness{{NoCycle: Of(0)}}})
		for _, n := range []uint32{states - 1<<25, states} {
			s.graph.states.Store(n)
			s.bound()
			if ended := s.end.Load() != 0; ended != (n == states) {
				t.Errorf("symmetry %v: with %d states ended %v", symmetry, n, ended)
			}
		}
	}
}

// An interruption that comes when a level is through that broke a property comes too late:
// there is nothing to go on with.
func TestInterruptedTooLate(t *testing.T) {
	s := newSearch[[2]byte](newTwins(0), Options{Workers: 1})
	s.breaches[0] = &Breach{}
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	s.stop(Interrupted)
	s.levels(t.Context())
	if end := End(s.end.Load() - 1); end != Broke {
		t.Error("ended by", end)
	}
}

func TestProgressIsTold(t *testing.T) {
	var told []Progress
	run[dialState](t, dials{6, 8}, Options{Workers: 2, KeepGoing: true, Progress: func(p Progress) { told = append(told, p) }, ProgressEvery: time.Millisecond})
	if len(told) < 2 {
		t.Fatal("told", len(told), "times")
	}
	for i := range told[1:] {
		if told[i+1].States < told[i].States || told[i+1].Depth < told[i].Depth {
			t.Error("went back:", told[i], told[i+1])
		}
	}
}

// A memory bound is of what is held, and each thing is held once; growing holds the old places and the new ones.
func TestMemoryIsCountedOnce(t *testing.T) {
	for _, mode := range []Mode{Fingerprints, Strict, Exact} {
		const bound = 5 << 19 // the first block of encodings alone is 1 MiB
		r := run(t, dials{3, 20}, Options{Mode: mode, Workers: 2, MaxOctets: bound, KeepGoing: true})
		if r.End != Exhausted || r.Octets > bound {
			t.Errorf("%v: %v; %d octets held of %d", mode, r, r.Octets, bound)
		}
	}
}
