package proptest

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// Report tells what broke, for a person to understand and to play again.
func (x *Test) Report(seed int64, v Verdict) string {
	var s strings.Builder
	i := v.Violation.Property.Info()
	r := sim.Play(v.Case, sim.Options{Events: true})
	fmt.Fprintf(&s, "%s %s does not hold (%s)\n\n", i.ID, i.Name, source(i.Section))
	fmt.Fprintf(&s, "  %s\n  at %v, in step %d\n\n", v.Violation.What, v.Violation.At, v.Violation.Step)
	fmt.Fprintf(&s, "  what holds:    %s\n  it catches:    %s\n", i.Holds, i.Catches)
	if i.Assumes != "" {
		fmt.Fprintf(&s, "  it assumes:    %s\n", i.Assumes)
	}
	fmt.Fprintf(&s, "\n%v\n\n%s\n", v.Case, drawn(&r))
	fmt.Fprintf(&s, "%d packets, %d steps, trace hash %016x, seed %d. Play it again:\n\n", r.Packets, r.Steps, r.Hash, seed)
	fmt.Fprintf(&s, "  %s\n", x.Replay(v.Case))
	return s.String()
}

// source is a section with its RFC.
func source(section string) string {
	if section == "" || strings.HasPrefix(section, "RFC") {
		return section
	}
	return "RFC 9293, " + section
}

// Replay is the command that plays a case again.
func (x *Test) Replay(c sim.Case) string {
	return fmt.Sprintf("go test ./proptest -run 'TestStack/^%s$' -lockstep.replay='%v'", x.Name, c)
}

// mostEvents is how much of a run is drawn: its end, which is where it broke.
const mostEvents = 150

// drawn is the run as a ladder.
func drawn(r *sim.Result) string {
	events, left := r.Events, ""
	if n := len(events) - mostEvents; n > 0 {
		events, left = events[n:], fmt.Sprintf("(%d events before)\n\n", n)
	}
	return left + ladder.String(events, ladder.Options{Left: sim.A.String(), Right: sim.B.String(), Relative: true})
}
