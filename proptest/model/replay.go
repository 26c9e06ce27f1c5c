package model

import (
	"errors"
	"fmt"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// ErrCannotHappen says that a schedule cannot be walked to its end: the core, or the
// Config, is another than the one that it was found with.
var ErrCannotHappen = errors.New("cannot happen here")

// Replayed is what came of walking a Trace.
type Replayed struct {
	Begun  []trace.Event   // of what both users did before the schedule begins
	Worlds []World         // the first, and the one behind each event
	Events [][]trace.Event // of each event of the schedule: calls of the core, then segments sent
	Texts  []string        // what each event of the schedule was, in words
	Broken bool            // the property of the trace is still broken by it
	Missed string          // of one that something comes to pass: at which host it does not, and since when it should
	// Unjudged is why a schedule that was walked to its end says nothing about the
	// property; "": it does. What cannot be walked to its end says what its error says.
	Unjudged string
	GoesOn   bool // more must happen here behind the last event, where the trace ended
	// Otherwise is the first event that is another than when the trace was found; "": none.
	Otherwise string

	wire wires
}

// Lost tells whether a packet of the events was lost, or what is left of it is under way.
func (r *Replayed) Lost(packet []byte, _ int) bool { return r.wire.lost[string(packet)] }

// Replay walks a Trace again on a core. If an event cannot happen where the schedule
// wants it, the error is ErrCannotHappen, and Replayed is what happened until then.
func Replay(c *Config, core func() Core, t *Trace) (*Replayed, error) {
	switch {
	case c == nil || t.Config != c.Name:
		return nil, fmt.Errorf("the trace is of configuration %q, and not of that one", t.Config)
	case propertyOf(t.Property) == nil:
		return nil, fmt.Errorf("the trace is about property %q, which there is not", t.Property)
	}
	if core == nil {
		core = func() Core { return Generated{} }
	}
	s := newSpace(c, core, t.Property)
	r := s.replayed()
	for n, e := range t.Schedule {
		text := s.words(&r.Worlds[n], e)
		if r.Otherwise == "" && e.Text != "" && text != e.Text {
			r.Otherwise = fmt.Sprintf("event %d is %q here, and was %q", n+1, text, e.Text)
		}
		if err := s.walk(r, e); err != nil {
			r.Events = r.Events[:len(r.Worlds)-1]
			s.judge(t, r)
			return r, fmt.Errorf("event %d, %s: %w", n+1, text, err)
		}
		r.Texts = append(r.Texts, text)
	}
	s.judge(t, r)
	return r, nil
}

// replayed is what there is before the schedule begins.
func (s *space) replayed() *Replayed {
	r := &Replayed{wire: wires{lost: map[string]bool{}}}
	for i, old := range s.c.Old {
		if old != nil {
			r.wire.way[i].late = s.octets(uint8(i), r.wire.next(), old)
		}
	}
	if s.c.Begun {
		r.Begun = s.begun(r)
	}
	s.Start(func(w *World) { r.Worlds = append(r.Worlds, *w) })
	return r
}

// walk lets one event happen.
func (s *space) walk(r *Replayed, e Scheduled) error {
	w := r.Worlds[len(r.Worlds)-1]
	r.Events = append(r.Events, nil)
	rec := r.recorder(s.core(), e.Event.Host, len(r.Events))
	switch e.Event.Kind {
	case Tried:
		t := s.trial(&w, e)
		if t == nil {
			return ErrCannotHappen
		}
		if t.event.Kind == Deliver {
			rec.Packet = s.octets(1-e.Event.Host, r.wire.next(), &t.packet)
		}
		s.record(r, rec, &machine{c: s.c, core: rec, trial: &t.call}, t.event, &w, &t.packet, 0)
	case Poked:
		k := &tester{machine: machine{c: s.c, core: rec}, checks: newChecks(nil, "")}
		if int(e.Event.Arg) >= int(numPokes) || !k.pokeOnce(int(e.Event.Host), &w.Host[e.Event.Host], PokeKind(e.Event.Arg), &finding{}) {
			return ErrCannotHappen
		}
	default:
		next, err := s.follow(&w, e.Event)
		if err != nil {
			return err
		}
		s.happen(r, rec, e.Event, &w)
		w = next
	}
	r.Worlds = append(r.Worlds, w)
	return nil
}

// follow is the world behind an event.
func (s *space) follow(w *World, e Event) (next World, err error) {
	err = ErrCannotHappen
	explore.Successors(s, s.Encode(w, nil), func(l explore.Label, _ explore.Class, n *World) {
		if l == e.label() {
			next, err = *n, nil
		}
	})
	return next, err
}

// happen records an event of the world, and follows the packets.
func (s *space) happen(r *Replayed, rec *Recorder, e Event, w *World) {
	way := &r.wire.way[1-e.Host]
	switch e.Kind {
	case Lose:
		r.wire.lost[string(way.take())] = true
	case Duplicate:
		way.queue = append(way.queue, way.queue[0])
	case Delay:
		way.late = way.take()
	case Deliver:
		rec.Packet = way.take()
	case DeliverLate:
		rec.Packet, way.late = way.late, nil
	case Forge:
		rec.Packet = s.octets(1-e.Host, r.wire.next(), s.packet(w, e))
	}
	switch e.Kind {
	case Lose, Duplicate, Delay:
		return
	}
	p := s.packet(w, e)
	if p == nil {
		p = &Packet{}
	}
	s.record(r, rec, &machine{c: s.c, core: rec}, e, w, p, s.c.after(e, w.Time))
}

// record makes the event happen once more with a recorder around the core.
func (s *space) record(r *Replayed, rec *Recorder, m *machine, e Event, w *World, p *Packet, time uint8) {
	step := m.run(e, &w.Host[e.Host], p, time)
	way := &r.wire.way[e.Host]
	for i := range step.Sent {
		packet := s.octets(e.Host, r.wire.next(), &step.Sent[i])
		sent := step.Sent[i].sent()
		rec.Sent(&sent, packet, &m.h.TCB)
		if len(way.queue) < s.c.Queue {
			way.queue = append(way.queue, packet)
		} else {
			r.wire.lost[string(packet)] = true // too many were under way
		}
	}
}

// begun records what both users did before the world begins.
func (s *space) begun(r *Replayed) []trace.Event {
	w := s.dawn()
	r.Events = append(r.Events, nil)
	for i := range uint8(2) {
		rec := r.recorder(s.core(), i, 0)
		s.record(r, rec, &machine{c: s.c, core: rec}, Event{CallOf, i, 0}, &w, nil, 0)
	}
	events := r.Events[0]
	r.Events = nil
	return events
}

// recorder notes what is asked of a core under the last event, which is at so many milliseconds.
func (r *Replayed) recorder(core Core, host uint8, at int) *Recorder {
	rec := &Recorder{Core: core, Host: host, Tell: func(e trace.Event) {
		last := &r.Events[len(r.Events)-1]
		*last = append(*last, e)
	}}
	rec.Begin(time.Duration(at)*time.Millisecond, nil)
	return rec
}

// trial finds what a schedule says was tried: by its description, for its place among
// the trials changes when others are added.
func (s *space) trial(w *World, e Scheduled) *trial {
	all := s.c.trials(int(e.Event.Host), &w.Host[e.Event.Host], nil)
	for n := range all {
		if e.Text == all[n].text() {
			return &all[n]
		}
	}
	return nil
}

// wires are the packets of both directions, beside those of a World.
type wires struct {
	way  [2]wireWay // by sender
	lost map[string]bool
	made uint16
}

// wireWay is a Way of packets.
type wireWay struct {
	queue [][]byte
	late  []byte
}

func (w *wireWay) take() []byte {
	first := w.queue[0]
	w.queue = w.queue[1:]
	return first
}

// next is the number of the next packet.
func (w *wires) next() uint16 {
	w.made++
	return w.made
}

// Ladder is all events in order, as internal/ladder and captures want them.
func (r *Replayed) Ladder() []trace.Event {
	all := r.Begun
	for _, events := range r.Events {
		all = append(all, events...)
	}
	return all
}
