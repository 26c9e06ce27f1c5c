package model

import (
	"context"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// What is looked up more often than an outcome, or a pair of hosts, can note is counted all the same.
func TestManyUses(t *testing.T) {
	const often = 3*mostUses + 7
	counts := func(often int) []explore.Witness {
		s := newSpace(Find("data"), func() Core { return Generated{} }, "")
		worlds := reached(s, 400)
		r, err := explore.Run[World](context.Background(), &repeater{s, worlds[len(worlds)-3:], often}, explore.Options{Workers: 1, MaxDepth: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r.Witnesses
	}
	once, shown := counts(1), 0
	for i, w := range counts(often) {
		if w.Count != often*once[i].Count {
			t.Errorf("%s: %d, want %d times %d", w.Name, w.Count, often, once[i].Count)
		}
		if w.Count > 0 {
			shown++
		}
	}
	if shown < 10 {
		t.Errorf("%d witnesses were counted", shown)
	}
}

// repeater is a space that begins in some worlds, and expands each state so often.
type repeater struct {
	*space
	worlds []World
	often  int
}

func (r *repeater) Start(put func(*World)) {
	for i := range r.worlds {
		put(&r.worlds[i])
	}
}

func (r *repeater) Worker() explore.Worker[World] { return repeating{r.worker(), r.often} }

type repeating struct {
	*worker
	often int
}

func (r repeating) Expand(b []byte, v *explore.Visitor[World]) {
	for range r.often {
		r.worker.Expand(b, v)
	}
}

// What a way became is remembered if the numbers are small enough, and never as another.
func TestJoint(t *testing.T) {
	const mostSent, mostTo = 1<<10 - 1, 1<<22 - 2
	for _, sent := range []uint32{0, 1, mostSent, mostSent + 1, 1<<32 - 1} {
		for _, to := range []uint32{0, 1, mostTo, mostTo + 1, 1<<32 - 1} {
			j, can := jointOf(sent, to)
			if fits := sent <= mostSent && to <= mostTo; can != fits {
				t.Errorf("jointOf(%d, %d): %v", sent, to, can)
			} else if !can {
				continue
			}
			if got, known := j.of(sent); !known || got != to {
				t.Errorf("joint of %d and %d: %d, %v", sent, to, got, known)
			}
			if got, known := j.of(sent ^ 1); known {
				t.Errorf("joint of %d and %d: is %d with %d", sent, to, got, sent^1)
			}
		}
	}
	if _, known := joint(0).of(0); known {
		t.Error("nothing is a joint")
	}
}

// What is asked for is told apart by all that it consists of.
func TestWhat(t *testing.T) {
	var zero what
	met := map[what]bool{zero: true}
	for kind := range numKinds {
		for _, host := range []uint8{A, B} {
			for _, arg := range []uint16{0, 1, 1<<16 - 1} {
				for time := range uint8(maxTime + 1) {
					for _, arrives := range []bool{false, true} {
						e := Event{kind, host, arg}
						w := whatOf(e, time, arrives)
						if met[w] {
							t.Fatalf("%v at %d, %v: met before", e, time, arrives)
						}
						met[w] = true
						if w.event() != e || w.time() != time || w.arrives() != arrives {
							t.Errorf("%v at %d, %v: read as %v at %d, %v", e, time, arrives, w.event(), w.time(), w.arrives())
						}
					}
				}
			}
		}
	}
}
