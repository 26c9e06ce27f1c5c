package model

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// theLetter is what RFC 9293 taken to the letter does: for each defect a world with
// a shortest trace, and a property that it breaks there. docs/rfc9293-findings.md
// tells of each. Nothing is tried on hosts, unless it must be: what breaks the
// property then happens by itself.
var theLetter = []struct {
	defect, world, property string
	events                  int
	tries                   bool
}{
	{"B4", "simultaneous-open", "crossed-SYN-ACK", 3, false},
	{"B5", "zero-window", "no-answer-to-empty", 8, false},
	{"B5", "zero-window", "no-packet-war", 12, false},
	{"B6", "handshake-close", "time-wait-quiet", 10, false},
	{"B7", "handshake-close", "window-update", 9, false},
	{"B8", "timestamps", "bad-ACK-while-opening", 18, false},
	{"B9", "handshake-close", "receive-advances", 6, true},
	{"B11", "time-wait-reuse", "reset-in-SYN-SENT", 3, false},
	{"B14", "handshake-close", "ends-for-cause", 12, false},
	{"B15", "abort", "ABORT", 6, false},
	{"B17", "zero-window", "window-update", 8, false},
	{"B18", "data", "persist", 10, false},
	{"B19", "orphan", "FIN-WAIT-2-ends", 17, false},
	{"B27", "handshake-close", "CLOSE", 6, false},
}

func TestLiteralReadings(t *testing.T) {
	for _, l := range some(theLetter) {
		t.Run(l.defect+" "+l.property, func(t *testing.T) {
			r, err := Verify(t.Context(), Find(l.world), Options{
				Core: literally(t, l.defect), Property: l.property, NoTries: !l.tries, Options: explore.Options{Workers: 1},
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Failures) != 1 {
				t.Fatalf("%s holds in %s: %v", l.property, l.world, r.Report)
			}
			if n := len(r.Failures[0].Trace.Schedule); n != l.events {
				t.Errorf("in %s, %s breaks after %d events, not %d", l.world, l.property, n, l.events)
			}
		})
	}
}
