package model

import (
	"fmt"
	"strings"
	"testing"
)

// A cycle that closes is no counterexample by itself: it must be fair, and what should
// happen must not.
func TestCycleMustBreakTheProperty(t *testing.T) {
	core := literally(t, "B5")
	war := failing(t, "zero-window", "no-packet-war", core)
	hang := failing(t, "zero-window", "both-end", core)
	if war.Cycle < 0 || hang.Cycle < 0 {
		t.Fatal("no cycles")
	}
	for _, c := range []struct {
		of       *Trace
		property string
		cycle    int // begins so many events later
		broken   bool
		unjudged string // why it says nothing about the property
	}{
		{war, "no-packet-war", 0, true, ""},
		{war, "no-timer-livelock", 0, false, fmt.Sprintf("without such an event as %d, A: deliver <SEQ=", war.Cycle+1)}, // no timer is in it
		{war, "both-end", 0, false, "never does what can happen in it"},                                                 // the users may close, and never do: that is not fair
		{war, "no-packet-war", 1, false, fmt.Sprintf("the cycle from event %d on does not close here", war.Cycle+2)},
		{war, "no-packet-war", -1 - war.Cycle, false, "neither a cycle nor an end"},
		{hang, "both-end", 0, true, ""},
		{hang, "no-packet-war", 0, true, ""},
		{hang, "handshake-completes", 0, false, ""}, // it has, before
		{hang, "TIME-WAIT-ends", 0, false, "neither host comes to where the property begins to ask"}, // nobody was in TIME-WAIT
	} {
		changed := *c.of
		changed.Property, changed.Cycle = c.property, changed.Cycle+c.cycle
		r, err := Replay(Find("zero-window"), core, &changed)
		if err != nil {
			t.Fatal(err)
		}
		if r.Broken != c.broken || !strings.Contains(r.Unjudged, c.unjudged) || (r.Unjudged == "") != (c.unjudged == "") {
			t.Errorf("the cycle of %s, from event %d, breaks %s: %v; %s", c.of.Property, changed.Cycle+1, c.property, r.Broken, r.Unjudged)
		}
		p := propertyOf(c.property)
		x := changed.Counterexample(Find("zero-window"), r)
		if x.Holds != (!c.broken && c.unjudged == "") || x.Says != p.Says || x.Source != p.Source || x.Place != p.Place() {
			t.Errorf("the cycle of %s is shown of %s as\n%v", c.of.Property, c.property, x)
		}
	}
}

// An end is a counterexample if nothing but harm can follow it, and the goal was missed.
func TestEndMustBreakTheProperty(t *testing.T) {
	core := func() Core { return forgetful{} }
	end := failing(t, "handshake-close", "FIN-arrives", core)
	if !end.Ends {
		t.Fatal("no end")
	}
	shorter := *end
	shorter.Schedule = end.Schedule[:len(end.Schedule)-1]
	other := *end
	other.Property = "simultaneous-close"
	war := *end
	war.Property = "no-packet-war"
	for _, c := range []struct {
		trace    *Trace
		broken   bool
		unjudged string
	}{{end, true, ""}, {&shorter, false, ""}, {&other, false, "neither host"}, {&war, false, "about cycles"}} {
		r, err := Replay(Find("handshake-close"), core, c.trace)
		if err != nil || r.Broken != c.broken || !strings.Contains(r.Unjudged, c.unjudged) || r.GoesOn != (c.trace == &shorter) {
			t.Errorf("%s after %d events: broken: %v, %s, %v", c.trace.Property, len(c.trace.Schedule), r.Broken, r.Unjudged, err)
		}
	}
}
