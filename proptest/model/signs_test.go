package model

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// A property of the text that is left alone, because a step does not show its signs, has nothing to say of it.
func TestSignsHideNothing(t *testing.T) {
	for _, name := range []string{"zero-window", "old-handshake", "timestamps"} {
		s := newSpace(Find(name), (&Options{}).core(), "")
		if _, err := explore.Run(t.Context(), s, explore.Options{}); err != nil {
			t.Fatal(err)
		}
		k, hidden, said := s.worker(), 0, 0
		for i := range 2 {
			for _, n := range s.gallery.all(i) {
				k.trials = s.c.trials(i, &n.host, k.trials[:0])
				for j := range k.trials {
					step := k.attempt(&k.trials[j], &n.host).seen()
					if step == nil {
						continue
					}
					shown := step.Signs(^proof.Signs(0))
					for at := range proof.Properties {
						p := &proof.Properties[at]
						for i := range p.Steps {
							c := &p.Steps[i]
							switch {
							case !c.On.Has(step.Event) || !c.In.Has(step.Before.TCB.State):
							case c.If&^shown == 0:
								said++
							case c.Ask(step) != proof.Silent:
								t.Fatalf("%s: %s says something of %+v, which does not show its signs %b, but %b", name, p.Name, step, c.If, shown)
							default:
								hidden++
							}
						}
					}
				}
			}
		}
		if hidden < said/4 {
			t.Errorf("%s: %d times left alone, %d asked: of little use", name, hidden, said)
		}
	}
}
