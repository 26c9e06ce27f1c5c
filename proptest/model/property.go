package model

import (
	"math/bits"
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Property is something that must hold. Exactly one of State, Step and Live is set.
type Property struct {
	Name    string
	Says    string // what holds
	Catches string // a defect it would find
	Source  string // the RFC section it comes from

	// State is asked of each host in every state, with its peer.
	State func(h, p *Host) Verdict
	// Step is asked of every step whose event is among On.
	Step func(s *Step) Verdict
	On   Kinds
	// Live is about infinite executions.
	Live *Live
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

var (
	anyEvent  = on(CallOf, Read, Deliver, DeliverLate, Expire, ExpireEarly, ICMP, Forge)
	arrivals  = on(Deliver, DeliverLate, Forge)
	timeouts  = on(Expire, ExpireEarly)
	userCalls = on(CallOf, Read)
)

// Live is a property of infinite executions. In it, h is either host and p its peer.
type Live struct {
	// NoCycle: no cycle of the world consists of events of these kinds alone.
	NoCycle Kinds
	// When From holds of one host, every fair execution makes Goal hold of it,
	// sooner or later. From nil: from the start.
	From, Goal func(h, p *Host) bool
}

// Properties is every property, safety first.
var Properties = slices.Concat(
	tcbProperties(), stateProperties, transitionProperties, blindProperties, segmentProperties,
	acknowledgmentProperties, textProperties, outputProperties, timerProperties, userProperties, liveProperties,
)

// tcbProperties are the invariants that the text itself states.
func tcbProperties() []Property {
	var list []Property
	for _, inv := range tcp.Invariants {
		list = append(list, Property{
			Name: "tcb." + inv.Name, Says: inv.Doc, Catches: "any rule that breaks the text's own invariant", Source: inv.Sources,
			State: func(h, _ *Host) Verdict { return implies(!h.vacant(), inv.Holds(&h.TCB)) },
		})
	}
	return list
}

// vacant tells that the host has no connection.
func (h *Host) vacant() bool { return h.TCB.State == tcp.Closed || h.TCB.State == tcp.Listen }

// checks is the properties of one worker, sorted by when they are asked.
type checks struct {
	states []placed[func(h, p *Host) Verdict]
	steps  [numKinds][]placed[func(*Step) Verdict]
	marks  []marker
}

type placed[F any] struct {
	ask   F
	place int // in Properties
}

// marker computes the two bits of one Live property and one host.
type marker struct {
	live *Live
	host int
	bits uint
}

// newChecks sorts properties; live ones only if the names say so.
func newChecks(live []string) *checks {
	c := &checks{}
	for i := range Properties {
		p := &Properties[i]
		switch {
		case p.State != nil:
			c.states = append(c.states, placed[func(h, p *Host) Verdict]{p.State, i})
		case p.Step != nil:
			for k := range numKinds {
				if p.On>>k&1 != 0 {
					c.steps[k] = append(c.steps[k], placed[func(*Step) Verdict]{p.Step, i})
				}
			}
		case p.Live.Goal != nil && slices.Contains(live, p.Name):
			for host := range 2 {
				c.marks = append(c.marks, marker{p.Live, host, uint(2 * len(c.marks))})
			}
		}
	}
	return c
}

// Places of Visitor.Count: first the properties, then the rules, then the states, then the rest.
var (
	countRules  = len(Properties)
	countStates = countRules + tcp.NumRules
	countFull   = countStates + tcp.NumStates
	countLives  = countFull + 1
	numCounts   = countLives + 1
)

func witnessNames() []string {
	names := make([]string, 0, numCounts)
	for i := range Properties {
		names = append(names, Properties[i].Name)
	}
	for r := range tcp.RuleID(tcp.NumRules) {
		names = append(names, r.String())
	}
	for s := range tcp.State(tcp.NumStates) {
		names = append(names, s.String())
	}
	return append(names, "a segment lost because too many were under way", "an ISS used twice")
}

// state asks all properties of a state.
func (c *checks) state(w *World, v *explore.Visitor[World]) {
	for i := range w.Host {
		h, p := &w.Host[i], &w.Host[1-i]
		v.Count[countStates+int(h.TCB.State)]++
		for j := range c.states {
			q := &c.states[j]
			switch q.ask(h, p) {
			case Holds:
				v.Count[q.place]++
			case Broken:
				v.Violated(q.place)
			}
		}
	}
	for i := range c.marks {
		m := &c.marks[i]
		h, p := &w.Host[m.host], &w.Host[1-m.host]
		if m.live.From == nil || m.live.From(h, p) {
			v.Mark(1 << m.bits)
		}
		if m.live.Goal(h, p) {
			v.Mark(2 << m.bits)
		}
	}
}

// step asks all properties of a step.
func (c *checks) step(s *Step, v *explore.Visitor[World]) {
	steps := c.steps[s.Event.Kind]
	for j := range steps {
		q := &steps[j]
		switch q.ask(s) {
		case Holds:
			v.Count[q.place]++
		case Broken:
			v.Broken(q.place)
		}
	}
	for i, word := range s.Rules {
		for ; word != 0; word &= word - 1 {
			v.Count[countRules+64*i+bits.TrailingZeros64(word)]++
		}
	}
	if s.Full {
		v.Count[countFull]++
	}
}
