package sim_test

import (
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest"
	"github.com/lockstep-tcp/lockstep/proptest/museum"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// inMuseum are the properties that a bug of the museum breaks under their names, and that
// bug, which is planted in the stack and compiled with each of the museum's tests. Whoever
// waits in a call does so in a stack with sockets, which nothing here can change.
var inMuseum = map[sim.Property]string{sim.CallsReturn: "89"}

// The runs that are compared: users who end them in the middle see where that was, and
// that depends on segments and batches.
const (
	compared = "delay=10,10 A=snd:200000 B=rcv:200000,ack B+0:listen A+0:open A+0:receive B+0:receive A+30:send:80000"
	cutShort = compared + " cut=20:gone"
)

// comparisons are what breaks properties of several runs.
var comparisons = []struct {
	breaks       sim.Property
	what         string
	wrong, right func(sim.Case, *sim.Seen) proptest.Verdict
	words        string // the case in which it goes wrong
}{
	{sim.Resegmented, "users see where the borders of segments are", check("recut"), check("recut"), cutShort},
	{sim.Doubled, "users see that packets come twice", check("doubled"), check("doubled"), cutShort},
	{sim.Late, "users see which packets come together", check("together"), check("together"), cutShort},
	{sim.Determinism, "a run depends on how many there were", proptest.Twice(moody()), proptest.Twice(sim.Play), compared},
	{sim.Shift, "a clock that is put forward delays the first packet", proptest.Shifted(hesitant), proptest.Shifted(sim.Play), compared},
	{sim.GoodputRecovers, "the last text comes late, and nothing was lost meanwhile", proptest.Recovers(sluggish), proptest.Recovers(sim.Play), compared},
}

func check(test string) func(sim.Case, *sim.Seen) proptest.Verdict { return proptest.Find(test).Check }

// moody plays every case a little slower than the one before.
func moody() proptest.Play {
	n := int32(0)
	return func(c sim.Case, o sim.Options) sim.Result {
		n++
		c.Delay[sim.A] += n
		return sim.Play(c, o)
	}
}

// hesitant plays a case later if a clock was put forward.
func hesitant(c sim.Case, o sim.Options) sim.Result {
	if c.Hosts[sim.A].Shift != 0 {
		c.Delay[sim.A]++
	}
	return sim.Play(c, o)
}

// sluggish tells of every case that its users had the last text a minute later.
func sluggish(c sim.Case, o sim.Options) sim.Result {
	r := sim.Play(c, o)
	r.Delivered += time.Minute
	return r
}

// TestEveryPropertyBreaks shows every property of the simulator something wrong, which it
// must find under its own name, and the same without it, with which it must be content. A
// property that nothing has ever broken may be one that nothing can break.
func TestEveryPropertyBreaks(t *testing.T) {
	broken, places, left := map[sim.Property]bool{}, map[string]bool{}, len(sim.Plants())
	for _, x := range sim.Plants() {
		broken[x.Breaks] = true
		t.Run(x.Breaks.Info().ID+" "+x.What, func(t *testing.T) {
			left--
			places[found(t, x.Breaks, x.Play(true), x.Play(false))] = true
		})
	}
	for _, x := range comparisons {
		broken[x.breaks] = true
		t.Run(x.breaks.Info().ID+" "+x.what, func(t *testing.T) {
			found(t, x.breaks, judged(t, x.wrong, x.words), judged(t, x.right, compared))
		})
	}
	for p, id := range inMuseum {
		broken[p] = true
		entries := museum.Find(id)
		if len(entries) != 1 || entries[0].ID != id || entries[0].Property != p.String() || len(entries[0].Patches) == 0 {
			t.Errorf("%v: the museum's bug %q is not broken by that name: %+v", p, id, entries)
		}
	}
	for _, p := range sim.Properties() {
		if !broken[p] {
			t.Errorf("%v: nobody has seen it broken; plant something that does (plant_*_test.go)", p)
		}
	}
	if left == 0 && !t.Failed() { // -run may leave out some
		everyPlace(t, places)
	}
}

func judged(t *testing.T, judge func(sim.Case, *sim.Seen) proptest.Verdict, words string) *sim.Violation {
	c, err := sim.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	return judge(c, &sim.Seen{}).Violation
}

// found holds a run in which something goes wrong to the property that it breaks, and the
// same run without it to all of them. It returns the place that found it.
func found(t *testing.T, p sim.Property, wrong, right *sim.Violation) (place string) {
	switch {
	case wrong == nil:
		t.Errorf("%v does not see it, nor does another", p)
	case wrong.Property != p:
		t.Errorf("%v does not see it first: %v", p, wrong)
	default:
		t.Logf("%s: %s", wrong.Place, wrong.What)
		place = wrong.Place
	}
	if right != nil {
		t.Errorf("without it, too: %v", right)
	}
	return place
}
