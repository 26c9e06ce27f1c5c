package model

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Up to symmetry as many states and steps are found as without, and as much is said of them.
func TestSymmetry(t *testing.T) {
	var names []string
	for _, c := range Configs() {
		if !c.symmetric() {
			continue
		}
		names = append(names, c.Name)
		if c.States > 1_000_000 || race.Brief() {
			continue
		}
		half, whole := verified(t, c, Options{}), verified(t, c, Options{NoSymmetry: true})
		if got, want := whole.Report.Visited, half.Report.Visited; got != whole.Report.States || want > got*51/100 {
			t.Errorf("%s: %d states visited up to symmetry, %d of %d without", c.Name, want, got, whole.Report.States)
		}
		said := func(r *Result) string { return tally(r.Report) + fmt.Sprint(r.Passed) }
		if said(half) != said(whole) {
			t.Errorf("%s, up to symmetry:\n%s\nwithout:\n%s", c.Name, said(half), said(whole))
		}
	}
	if !slices.Equal(names, []string{"crossing", "crossing-text"}) {
		t.Errorf("worlds that are symmetric: %v", names)
	}
}

// The image of a world has the images of its steps, with the same text in every octet,
// and breaks what the world breaks.
func TestImage(t *testing.T) {
	c := Find("crossing-text").with(func(c *Config) { c.ISS[1] = 1<<32 - 3 })
	s := newSpace(c, (&Options{}).core(), "")
	worlds := 5000
	if race.Brief() {
		worlds = 1000
	}
	step := func(c explore.Class, encoding []byte) string { return fmt.Sprintf("%d %x", c, encoding) }
	seen := map[string]bool{}
	var queue []string
	put := func(encoding []byte) {
		if !seen[string(encoding)] {
			seen[string(encoding)] = true
			queue = append(queue, string(encoding))
		}
	}
	s.Start(func(w *World) { put(s.Encode(w, nil)) })
	for n := 0; n < worlds; n++ {
		encoding := []byte(queue[n])
		image := s.Image(encoding, nil)
		if !bytes.Equal(s.Image(image, nil), encoding) {
			t.Fatalf("the image of the image of %x is another", encoding)
		}
		var w World
		s.Decode(image, &w)
		if got := s.Encode(&w, nil); !bytes.Equal(got, image) {
			t.Fatalf("the image of %x, %x, means %x", encoding, image, got)
		}
		var own, its []string
		explore.Successors(s, encoding, func(_ explore.Label, c explore.Class, next *World) {
			b := s.Encode(next, nil)
			own = append(own, step(s.ImageClass(c), s.Image(b, nil)))
			put(b)
		})
		explore.Successors(s, image, func(_ explore.Label, c explore.Class, next *World) {
			its = append(its, step(c, s.Encode(next, nil)))
		})
		slices.Sort(own)
		slices.Sort(its)
		if !slices.Equal(own, its) {
			t.Fatalf("steps from the image of %x:\n%q\nimages of its steps:\n%q", encoding, its, own)
		}
	}
}

// A broken property is found up to symmetry as soon as without, and its trace, also
// one that goes round for ever, is one of the world itself.
func TestSymmetricTraces(t *testing.T) {
	for _, x := range []struct {
		world, property string
		core            func() Core
	}{
		{"crossing", "FIN-arrives", func() Core { return forgetful{} }},
		{"crossing-text", "fifo", changedCore(t, "holes <- true; clear FIN;", "holes <- true;")},
		{"crossing", "crossed-SYN-ACK", literally(t, "B4")},
	} {
		c, property, core := Find(x.world), x.property, x.core
		var lengths []int
		for _, no := range []bool{false, true} {
			r, err := Verify(t.Context(), c, Options{Core: core, Property: property, NoTries: true, NoSymmetry: no})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Failures) != 1 {
				t.Fatalf("%s holds: %v", property, r.Report)
			}
			trace := r.Failures[0].Trace
			lengths = append(lengths, len(trace.Schedule))
			if replayed, err := Replay(c, core, trace); err != nil || !replayed.Broken {
				t.Errorf("%s, symmetry %v: the trace does not break it: %v", property, !no, err)
			}
		}
		if lengths[0] != lengths[1] {
			t.Errorf("%s: traces of %v events", property, lengths)
		}
	}
}
