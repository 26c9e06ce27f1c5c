package model

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Property is something that must hold. One of Host, Pair, Step and Live is set.
type Property struct {
	Name    string
	Says    string // what holds
	Catches string // a defect it would find
	Source  string // the RFC section it comes from
	Assumes string // what is assumed of the executions that it is about; "": nothing

	// Host is asked of each host in every state.
	Host func(h *Host) Verdict
	// Pair is asked of each host and its peer in every state.
	Pair func(h, p *Host) Verdict
	// Step is asked of every step, also of those that are only tried.
	Step func(s *Step) Verdict
	// Live is about infinite executions.
	Live *Live

	text *proof.Property // if it stands in the text: Pair without what is to be made of hosts first
}

// Verdict is what a property says of one state or step.
type Verdict uint8

const (
	Silent Verdict = iota // it is about something else
	Holds
	Broken
)

// implies is the verdict of "if a then b".
func implies(a, b bool) Verdict {
	switch {
	case !a:
		return Silent
	case b:
		return Holds
	}
	return Broken
}

// Kinds is a set of kinds of events.
type Kinds uint16

func on(kinds ...Kind) Kinds {
	var s Kinds
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

// Live is a property of infinite executions. In it, h is either host and p its peer.
type Live struct {
	// NoCycle: no cycle of the world consists of events of these kinds alone.
	NoCycle Kinds
	// When From holds of one host, every fair execution makes Goal hold of it,
	// sooner or later. From nil: from the start.
	From, Goal func(h, p *Host) bool
	// Fair is the kinds of events that an execution does not refuse for ever, each by
	// itself, at each host, and of timeouts each timer.
	Fair Kinds
}

// ComesToPass tells that the property of a name is about infinite executions, and nothing else.
func ComesToPass(name string) bool {
	known := false
	for i := range Properties {
		if p := &Properties[i]; p.Name == name {
			if p.Live == nil {
				return false
			}
			known = true
		}
	}
	return known
}

// Properties is every property of the text: those of two hosts and their steps, and then
// its invariants of one TCB.
var Properties = slices.Concat(textualProperties(), tcbProperties())

// tcbProperties are the invariants that the text itself states.
func tcbProperties() []Property {
	var list []Property
	for _, inv := range tcp.Invariants {
		list = append(list, Property{
			Name: "tcb." + inv.Name, Says: inv.Doc, Catches: inv.Catches, Source: inv.Sources,
			Host: func(h *Host) Verdict { return implies(!h.vacant(), inv.Holds(&h.TCB)) },
		})
	}
	return list
}

// vacant tells that the host has no connection.
func (h *Host) vacant() bool { return h.TCB.State == tcp.Closed || h.TCB.State == tcp.Listen }
