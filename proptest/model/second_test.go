package model

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// The properties of the text a second time, in Go: they were here before the text had
// words for them. What each one says, and which sentence it comes from, stands under its
// name in spec/tcp/properties*.spec. They are an oracle of the text's, and of the compiler
// that makes Go of those (gen/proof): where two ways to write a property say different
// things of a state or a step, one of them is wrong. TestTextAgainstCode asks both; what
// runs outside of tests knows the text's alone.

// written are they.
var written = slices.Concat(
	stateAgain, transitionAgain, blindAgain, segmentAgain, ackAgain, timerAgain, userAgain, liveAgain,
	stepAgain, unacceptableAgain, openingAgain, textAgain, outputAgain, callAgain, pokeAgain,
)

// again is a property. Step is asked of steps whose event is among On and that begin in one
// of In, if it is set, and that show all of If; Poke of those that are only tried.
type again struct {
	Name string
	Host func(h *Host) Verdict
	Pair func(h, p *Host) Verdict
	Step func(s *Step) Verdict
	On   Kinds
	In   tcp.States
	If   signs
	Poke func(p *poke) Verdict
	Live *Live
}

// poke is an event that was only tried.
type poke struct {
	Kind   PokeKind
	Before *Host
	After  *tcp.TCB
	Out    *tcp.Effects
}

// says is what it says of a step.
func (a *again) says(s *Step) Verdict {
	switch {
	case s.Event.Kind == Poked:
		if a.Poke != nil {
			after := s.Mid
			return a.Poke(&poke{PokeKind(s.Event.Arg), s.Before, &after, s.Out})
		}
	case a.Step != nil && a.On>>s.Event.Kind&1 != 0 && (a.In == 0 || a.In.Has(s.Before.TCB.State)):
		if v := a.Step(s); v == Silent || a.If&^s.signs() == 0 {
			return v
		}
	}
	return Silent
}

var (
	anyEvent  = on(CallOf, Read, Deliver, DeliverLate, Expire, ExpireEarly, ICMP, Forge)
	arrivals  = on(Deliver, DeliverLate, Forge)
	timeouts  = on(Expire, ExpireEarly)
	userCalls = on(CallOf, Read)
)

func (s *Step) timer() tcp.Timer {
	return tcp.Timer(s.Event.Arg)
}

// room is what the send queue could take before the step.
func (s *Step) room() uint8 { return uint8(s.first.params[2]) }

// begun is the timers that were started, by the event or by what followed.
func (s *Step) begun() tcp.Timers {
	begun := s.Out.Start
	for i := range s.Then {
		begun |= s.Then[i].out.Start
	}
	return begun
}
