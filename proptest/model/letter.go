package model

import (
	"context"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Letter is an expected failure: what comes of RFC 9293 when one of its defects is taken
// to the letter, with everything else as it ships.
type Letter struct {
	Defect   string // as the text names it
	World    string // of all, one with a shortest trace
	Property string // that breaks there
	Events   int    // of that trace
	Tried    bool   // nobody in a world does it: it is tried on a host
}

// Letters is every defect of which the text carries both readings. Where nothing is
// tried on hosts, what breaks the property happens by itself. docs/rfc9293-findings.md
// tells of each.
var Letters = []Letter{
	{"B4", "simultaneous-open", "crossed-SYN-ACK", 3, false},
	{"B5", "zero-window", "no-answer-to-empty", 8, false},
	{"B5", "zero-window", "no-packet-war", 12, false},
	{"B6", "handshake-close", "time-wait-quiet", 10, false},
	{"B6", "handshake-close", "no-packet-war", 12, false},
	{"B7", "handshake-close", "window-update", 9, false},
	{"B8", "timestamps", "bad-ACK-while-opening", 18, false},
	{"B9", "handshake-close", "receive-advances", 6, true},
	{"B11", "time-wait-reuse", "reset-in-SYN-SENT", 3, false},
	{"B14", "handshake-close", "ends-for-cause", 12, false},
	{"B15", "abort", "ABORT", 6, false},
	{"B17", "zero-window", "window-update", 8, false},
	{"B18", "data", "persist", 10, false},
	{"B18", "data", "both-end", 21, false},
	{"B19", "orphan", "FIN-WAIT-2-ends", 17, false},
	{"B24", "timestamps", "no-packet-war", 14, false},
	{"B27", "handshake-close", "CLOSE", 6, false},
}

// Verify asks the property in the world. Of the Options, Core is what the text is when
// the defect is read literally; nil: the code that ships, which passes.
func (l *Letter) Verify(ctx context.Context, o Options) (*Result, error) {
	o.Property, o.NoTries = l.Property, !l.Tried
	return Verify(ctx, Find(l.World), o)
}

// Shown is the trace in a result that shows the failure; nil: it did not happen.
func (l *Letter) Shown(r *Result) *Trace {
	for _, f := range r.Failures {
		if f.Property.Name == l.Property {
			return f.Trace
		}
	}
	return nil
}

// Passes tells that a result has looked at everything, put the property to the test, and
// found it to hold.
func (l *Letter) Passes(r *Result) bool {
	return len(r.Failures) == 0 && r.Report.End == explore.Exhausted && r.Exercised()[l.Property] > 0
}
