package sim_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest"
	"github.com/lockstep-tcp/lockstep/proptest/museum"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// inMuseum are the properties that a bug of the museum breaks, each under its own name,
// and that bug: it is planted in the stack, and compiled.
var inMuseum = map[sim.Property]string{
	sim.StreamIntegrity: "17", sim.Conservation: "85", sim.Totality: "63", sim.NegotiatedOptions: "65",
	sim.PatientEnd: "41", sim.WakeUps: "91", sim.CallsReturn: "89",
	sim.AckCorrect: "59", sim.WindowAsKept: "31b", sim.FewPieces: "69", sim.FinEnds: "23",
	sim.Unacceptable: "47b", sim.ResetForm: "51", sim.Continuity: "7", sim.OnePath: "81",
	sim.CongestionGrowth: "79a", sim.OneReduction: "79b", sim.GoodputRecovers: "75", sim.RetransmissionTimeout: "73",
	sim.Shift: "61",
}

// The runs that are compared: users who end them in the middle see where that was, and
// that depends on segments and batches.
const (
	compared = "delay=10,10 B+0:listen A+0:open A+0:receive B+0:receive A+30:send:20000"
	cutShort = compared + " cut=12:gone"
)

// comparisons are what breaks properties of several runs.
var comparisons = []struct {
	breaks       sim.Property
	what         string
	judge, sound func(sim.Case, *sim.Seen) proptest.Verdict
	wrong        string // the case
}{
	{sim.Resegmented, "users see where the borders of segments are", check("recut"), check("recut"), cutShort},
	{sim.Doubled, "users see that packets come twice", check("doubled"), check("doubled"), cutShort},
	{sim.Late, "users see which packets come together", check("together"), check("together"), cutShort},
	{sim.Determinism, "a run depends on how many there were", proptest.Twice(moody()), proptest.Twice(sim.Run), compared},
}

func check(test string) func(sim.Case, *sim.Seen) proptest.Verdict { return proptest.Find(test).Check }

// moody plays every case a little later than the one before.
func moody() func(sim.Case) sim.Result {
	n := int32(0)
	return func(c sim.Case) sim.Result {
		n++
		c.Delay[sim.A] += n
		return sim.Run(c)
	}
}

// TestEveryPropertyBreaks shows every property of the simulator something wrong, which it
// must find under its own name, and the same without it, with which it must be content. A
// property that nothing has ever broken may be one that nothing can break.
func TestEveryPropertyBreaks(t *testing.T) {
	broken := map[sim.Property]bool{}
	for _, x := range sim.Plants() {
		broken[x.Breaks] = true
		t.Run(x.Breaks.Info().ID+" "+x.What, func(t *testing.T) {
			found(t, x.Breaks, x.Play(true), x.Play(false))
		})
	}
	for _, x := range comparisons {
		broken[x.breaks] = true
		t.Run(x.breaks.Info().ID+" "+x.what, func(t *testing.T) {
			found(t, x.breaks, judged(t, x.judge, x.wrong), judged(t, x.sound, compared))
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
}

func judged(t *testing.T, judge func(sim.Case, *sim.Seen) proptest.Verdict, words string) *sim.Violation {
	c, err := sim.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	return judge(c, &sim.Seen{}).Violation
}

// found holds a run in which something goes wrong to the property that it breaks, and the
// same run without it to all of them.
func found(t *testing.T, p sim.Property, wrong, right *sim.Violation) {
	switch {
	case wrong == nil:
		t.Errorf("%v does not see it, nor does another", p)
	case wrong.Property != p:
		t.Errorf("%v does not see it first: %v", p, wrong)
	default:
		t.Logf("%s: %s", wrong.Place, wrong.What)
	}
	if right != nil {
		t.Errorf("without it, too: %v", right)
	}
}
