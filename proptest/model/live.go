package model

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// What must hold of infinite executions stands in the text. Harm is finite in every
// Config; so what happens for ever happens without it. What of the rest a fair execution
// does not refuse, each property says by what it assumes.
//
// Which of these a Config can be asked depends on what its users do, and so each
// Config names them.

// fairness is that of each class of some kinds: what can happen again and again does.
func (k Kinds) fairness() (list []explore.Fairness) {
	for c := range explore.Class(64) {
		if k.classes().Has(c) {
			list = append(list, explore.Fairness{Steps: explore.Of(c), Strong: true})
		}
	}
	return list
}

// classes are those of some kinds of events, at both hosts and for all timers.
func (k Kinds) classes() explore.Classes {
	var s explore.Classes
	for kind := range numKinds {
		for host := range uint8(2) {
			for arg := range uint16(tcp.NumTimers) {
				if k>>kind&1 != 0 {
					s |= explore.Of(Event{kind, host, arg}.class())
				}
			}
		}
	}
	return s
}

// liveness is the named properties as package explore wants them, and their
// places in Properties. Bits are given out as newChecks does.
func liveness(names []string) (list []explore.Liveness, places []int) {
	bits := uint(0)
	for i := range Properties {
		p := &Properties[i]
		switch {
		case p.Live == nil || !slices.Contains(names, p.Name):
		case p.Live.Goal == nil:
			list = append(list, explore.Liveness{Name: p.Name, NoCycle: p.Live.NoCycle.classes()})
			places = append(places, i)
		default:
			for range 2 {
				trigger := uint64(1) << bits
				if p.Live.From == nil {
					trigger = 0
				}
				list = append(list, explore.Liveness{Name: p.Name, Trigger: trigger, Goal: 2 << bits, Due: progress.classes(), Fair: p.Live.Fair.fairness()})
				places = append(places, i)
				bits += 2
			}
		}
	}
	return list, places
}
