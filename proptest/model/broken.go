package model

import (
	"bytes"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// stillBroken asks the trace's property again of all that was walked: a property of
// states and steps anywhere, one of what goes on for ever at the trace's cycle or end.
func (s *space) stillBroken(t *Trace, r *Replayed) bool {
	if live := propertyOf(t.Property).Live; live != nil {
		return len(r.Events) == len(t.Schedule) && s.breaks(live, t, r)
	}
	k := s.worker()
	for n := range r.Worlds {
		if s.brokenIn(k, &r.Worlds[n]) {
			return true
		}
		if n < len(r.Events) && s.brokenBy(k, &r.Worlds[n], t.Schedule[n]) {
			return true
		}
	}
	return false
}

// brokenIn asks what is to be asked of a state.
func (s *space) brokenIn(k *worker, w *World) bool {
	said, _ := k.checks.ofPair(&w.Host[0], &w.Host[1])
	for i := range w.Host {
		f := k.checks.ofHost(&w.Host[i])
		said.join(&f)
	}
	return said.broken != (places{})
}

// brokenBy asks what is to be asked of a step; of what is only tried, and of the host behind it.
func (s *space) brokenBy(k *worker, w *World, e Scheduled) bool {
	var f finding
	i := int(e.Event.Host)
	h := &w.Host[i]
	switch e.Event.Kind {
	case Lose, Duplicate, Delay:
	case Tried:
		if t := s.trial(w, e); t != nil {
			f = k.ofEvent(k.attempt(t, h))
		}
	case Poked:
		if e.Event.Arg < uint16(numPokes) {
			k.pokeOnce(i, h, PokeKind(e.Event.Arg), &f)
		}
	default:
		f = k.checks.ofStep(k.run(e.Event, h, s.packet(w, e.Event), s.c.after(e.Event, w.Time)))
	}
	return f.broken != (places{})
}

// breaks tells whether the execution that the trace stands for breaks a property of
// infinite executions: its cycle closes, is fair, and what should happen does not.
func (s *space) breaks(live *Live, t *Trace, r *Replayed) bool {
	last := &r.Worlds[len(r.Worlds)-1]
	if t.Ends {
		return explore.Of(s.classes(last)...)&progress.classes() == 0 && live.Goal != nil && misses(live, r.Worlds, len(r.Worlds)-1)
	}
	if !bytes.Equal(s.Encode(&r.Worlds[t.Cycle], nil), s.Encode(last, nil)) {
		return false
	}
	if live.Goal == nil {
		for _, e := range t.Schedule[t.Cycle:] {
			if live.NoCycle>>e.Event.Kind&1 == 0 {
				return false
			}
		}
		return true
	}
	return s.fair(live, t.Schedule[t.Cycle:], r.Worlds[t.Cycle:]) && misses(live, r.Worlds, t.Cycle)
}

// misses tells whether one of the hosts meets From in a world, and Goal neither in that
// one nor in any behind it. The worlds from cycle on come again and again.
func misses(live *Live, worlds []World, cycle int) bool {
	for host := range 2 {
		since := -1 // the first world of those without Goal that has met From
		for n := range worlds {
			h, p := &worlds[n].Host[host], &worlds[n].Host[1-host]
			switch {
			case live.Goal(h, p):
				since = -1
			case since < 0 && (live.From == nil && n == 0 || live.From != nil && live.From(h, p)):
				since = n
			}
		}
		if since >= 0 && !reaches(live, host, worlds[cycle:]) {
			return true
		}
	}
	return false
}

func reaches(live *Live, host int, worlds []World) bool {
	for n := range worlds {
		if live.Goal(&worlds[n].Host[host], &worlds[n].Host[1-host]) {
			return true
		}
	}
	return false
}

// fair tells whether a cycle refuses nothing that a fair execution does.
func (s *space) fair(live *Live, cycle []Scheduled, worlds []World) bool {
	var done, possible explore.Classes
	for n, e := range cycle {
		done |= explore.Of(e.Event.class())
		possible |= explore.Of(s.classes(&worlds[n])...)
	}
	for _, f := range live.Fair.fairness() {
		if f.Steps&possible != 0 && f.Steps&done == 0 {
			return false
		}
	}
	return true
}

// classes are those of the events that can happen in a world.
func (s *space) classes(w *World) (list []explore.Class) {
	explore.Successors(s, s.Encode(w, nil), func(_ explore.Label, c explore.Class, _ *World) { list = append(list, c) })
	return list
}

// blamePoke finds the first call on a host that breaks a property.
func (k *worker) blamePoke(i int, h *Host, property int) (PokeKind, bool) {
	for kind := range numPokes {
		var f finding
		if k.pokeOnce(i, h, kind, &f) && f.broken.has(property) {
			return kind, true
		}
	}
	return 0, false
}
