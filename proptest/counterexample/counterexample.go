// Package counterexample is the one form in which every failure shows, whoever
// found it: the explorer, the simulator, or a figure of the RFC that is played.
//
// It says which property does not hold, where that stands in the text or in the
// code, and which section of an RFC it comes from; the schedule that leads there,
// as short as it was found; and the ladder of RFC 9293's figures, each rule with
// its section. It can be walked event by event, captured as packets whose comments
// name the rules, and kept as a file to be replayed and as a Go test to be pasted.
package counterexample

import (
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Counterexample is one failure.
type Counterexample struct {
	Name     string `json:"-"` // of its files
	Property string `json:"property"`
	Says     string `json:"says"`              // what should hold
	Catches  string `json:"catches,omitempty"` // the defect that it is there for
	Assumes  string `json:"assumes,omitempty"` // without what it need not hold
	Source   string `json:"source"`            // the RFC's section
	Place    string `json:"place,omitempty"`   // file:line of the text, or of the code that asks
	Where    string `json:"where"`             // "configuration data", "figure-7"
	Seen     string `json:"seen,omitempty"`    // what was seen instead
	Holds    bool   `json:"-"`                 // it is none any more
	Unjudged bool   `json:"-"`                 // nobody knows: what was walked says nothing about it

	Figure   string `json:"figure,omitempty"` // as it is drawn, the lines that differ marked
	Case     string `json:"case,omitempty"`   // of the simulator, which says everything in one line
	Schedule []Step `json:"schedule"`
	// Cycle is where in Schedule a cycle begins that can go on for ever; -1: there is
	// none. Ends: nothing but harm can follow the last step, and what should happen has not.
	Cycle int  `json:"cycle"`
	Ends  bool `json:"ends,omitempty"`

	Again string `json:"again"`           // the command that finds it again
	First string `json:"first,omitempty"` // what must be done before its trace, or its test, is walked
	Sum   string `json:"sum,omitempty"`   // a last line of figures

	Relative bool                                `json:"-"` // count sequence numbers from each side's ISS
	Lost     func(packet []byte, later int) bool `json:"-"` // as ladder.Options has it
	Trace    any                                 `json:"-"` // what a file to be replayed says
	Test     string                              `json:"-"` // a Go file with a test that fails while the property does not hold
}

// Step is an event of the schedule and all that followed at once.
type Step struct {
	Text   string        `json:"text"`
	Given  bool          `json:"given,omitempty"` // before the schedule begins
	Events []trace.Event `json:"-"`
}

// Events is all that the hosts told, in order.
func (c *Counterexample) Events() []trace.Event {
	var all []trace.Event
	for i := range c.Schedule {
		all = append(all, c.Schedule[i].Events...)
	}
	return all
}

// Length is the steps of the schedule without those that were given.
func (c *Counterexample) Length() int {
	n := 0
	for i := range c.Schedule {
		if !c.Schedule[i].Given {
			n++
		}
	}
	return n
}

// repeats is how many of the events belong to the cycle.
func (c *Counterexample) repeats() int {
	n := 0
	if c.Cycle >= 0 {
		for i := range c.Schedule[c.Cycle:] {
			n += len(c.Schedule[c.Cycle+i].Events)
		}
	}
	return n
}

// Split makes a schedule of what two hosts told: each event that is no consequence
// of another begins a step.
func Split(events []trace.Event) []Step {
	var all []Step
	for _, e := range events {
		if len(all) == 0 || begins(&e) {
			all = append(all, Step{Text: textOf(&e)})
		}
		s := &all[len(all)-1]
		s.Events = append(s.Events, e)
	}
	return all
}

// begins tells whether an event comes from outside of its host.
func begins(e *trace.Event) bool {
	switch e.What {
	case "SEGMENTIZE", "HELD TEXT", "RETRANSMIT":
		return false
	}
	return e.Kind != trace.Sent
}

// textOf describes an event.
func textOf(e *trace.Event) string {
	switch {
	case e.Kind == trace.Received && e.SEG != (trace.Event{}).SEG:
		arrived := ladder.AsSent(&e.SEG)
		return e.Host + " got " + ladder.Text(&arrived)
	case e.Kind == trace.Timeout:
		return e.Host + ": timeout " + e.What
	case e.Kind == trace.Call:
		return e.Host + " calls " + e.What
	case e.Kind == trace.Sent:
		return e.Host + " sends " + ladder.Text(&e.Sent)
	}
	return e.Host + ": " + e.Kind.String() + " " + e.What
}
