package model

import (
	"bytes"
	"fmt"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// judge asks the trace's property again of all that was walked: a property of states and
// steps anywhere, one of what goes on for ever at the trace's cycle or end.
func (s *space) judge(t *Trace, r *Replayed) {
	if live := propertyOf(t.Property).Live; live != nil {
		if len(r.Events) == len(t.Schedule) {
			r.Broken, r.Unjudged = s.breaks(live, t, r)
		}
		return
	}
	k := s.worker()
	for n := range r.Worlds {
		if s.brokenIn(k, &r.Worlds[n]) || n < len(r.Events) && s.brokenBy(k, &r.Worlds[n], t.Schedule[n]) {
			r.Broken = true
			return
		}
	}
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
// infinite executions: its cycle closes, is fair, and what should happen does not. Where
// it is no such execution, or not one that the property is about, it says why.
func (s *space) breaks(live *Live, t *Trace, r *Replayed) (broken bool, unjudged string) {
	last := &r.Worlds[len(r.Worlds)-1]
	switch {
	case t.Ends && live.Goal == nil:
		return false, "the trace ends, and the property is about cycles"
	case t.Ends:
		if explore.Of(s.classes(last)...)&progress.classes() != 0 {
			r.GoesOn = true
			return false, ""
		}
		return r.misses(live, len(r.Worlds)-1)
	case t.Cycle < 0 || t.Cycle >= len(t.Schedule):
		return false, "the trace has neither a cycle nor an end: it shows nothing that goes on for ever"
	case !bytes.Equal(s.Encode(&r.Worlds[t.Cycle], nil), s.Encode(last, nil)):
		return false, fmt.Sprintf("the cycle from event %d on does not close here: the trace shows nothing that goes on for ever", t.Cycle+1)
	case live.Goal == nil:
		for n, e := range t.Schedule[t.Cycle:] {
			if live.NoCycle>>e.Event.Kind&1 == 0 {
				return false, fmt.Sprintf("the property is about cycles without such an event as %d, %s", t.Cycle+n+1, r.Texts[t.Cycle+n])
			}
		}
		return true, ""
	case !s.fair(live, t.Schedule[t.Cycle:], r.Worlds[t.Cycle:]):
		return false, "the cycle never does what can happen in it again and again, and so must: the property is not about it"
	}
	return r.misses(live, t.Cycle)
}

// misses tells whether one of the hosts meets From in a world, and Goal neither in that
// one nor in any behind it; and if none ever meets From, that. The worlds from cycle on
// come again and again.
func (r *Replayed) misses(live *Live, cycle int) (missed bool, unjudged string) {
	worlds := r.Worlds
	met := false
	for host := range 2 {
		since := -1 // the first world of those without Goal that has met From
		for n := range worlds {
			h, p := &worlds[n].Host[host], &worlds[n].Host[1-host]
			from := live.From == nil && n == 0 || live.From != nil && live.From(h, p)
			met = met || from
			switch {
			case live.Goal(h, p):
				since = -1
			case since < 0 && from:
				since = n
			}
		}
		if since >= 0 && !reaches(live, host, worlds[cycle:]) {
			r.Missed = "nothing of the kind at " + hostName(uint8(host)) + ", from the start"
			if since > 0 {
				r.Missed = fmt.Sprintf("nothing of the kind at %s, from behind event %d on", hostName(uint8(host)), since)
			}
			return true, ""
		}
	}
	if !met {
		return false, "neither host comes to where the property begins to ask"
	}
	return false, ""
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
