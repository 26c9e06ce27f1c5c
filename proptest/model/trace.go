package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Trace is a counterexample: a schedule of events from the beginning. It can be
// written as JSON, walked again on any core, and drawn.
type Trace struct {
	Config   string      `json:"config"`
	Property string      `json:"property"`
	Says     string      `json:"says"`
	Source   string      `json:"source"`
	Schedule []Scheduled `json:"schedule"`
	// Cycle is where in the schedule a cycle begins that can be walked for ever; -1
	// if there is none. Ends tells that nothing can follow the last event.
	Cycle int  `json:"cycle"`
	Ends  bool `json:"ends,omitempty"`
}

// Scheduled is an Event with its name, and its description for people.
type Scheduled struct {
	Event Event
	Text  string
}

type scheduledJSON struct {
	Event string `json:"event"`
	Host  string `json:"host"`
	Arg   uint16 `json:"arg,omitempty"`
	Text  string `json:"text,omitempty"`
}

// MarshalJSON writes the event by its name, and the host as A or B.
func (s Scheduled) MarshalJSON() ([]byte, error) {
	return json.Marshal(scheduledJSON{s.Event.Kind.String(), hostName(s.Event.Host), s.Event.Arg, s.Text})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Scheduled) UnmarshalJSON(b []byte) error {
	var j scheduledJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	for k, name := range kindNames {
		if name == j.Event && (j.Host == hostName(0) || j.Host == hostName(1)) {
			*s = Scheduled{Event{Kind(k), uint8(bit(j.Host == hostName(1))), j.Arg}, j.Text}
			return nil
		}
	}
	return fmt.Errorf("no event %q at host %q: events are %q, hosts A and B", j.Event, j.Host, kindNames)
}

func hostName(i uint8) string { return string(rune('A' + i)) }

// trace makes a Trace of moves; the first of prefix is the initial state.
func (s *space) trace(property int, prefix, cycle []explore.Move) *Trace {
	p := &Properties[property]
	t := &Trace{Config: s.c.Name, Property: p.Name, Says: p.Says, Source: p.Source, Cycle: -1, Ends: p.Live != nil && len(cycle) == 0}
	for _, m := range prefix[1:] {
		t.Schedule = append(t.Schedule, s.scheduled(m))
	}
	if len(cycle) > 0 {
		t.Cycle = len(t.Schedule)
	}
	for _, m := range cycle {
		t.Schedule = append(t.Schedule, s.scheduled(m))
	}
	return t
}

// breach makes a Trace of a breach, with the trial at its end that broke the property, if one did.
func (s *space) breach(b *explore.Breach) *Trace {
	t := s.trace(b.Property, b.Trace, nil)
	if b.Step >= 0 || !s.c.Pokes {
		return t
	}
	var w World
	s.c.Decode(b.State, &w)
	k := s.worker()
	for i := range w.Host {
		if f := k.checks.ofHost(&w.Host[i]); f.broken.has(b.Property) {
			return t
		}
	}
	for i := range w.Host {
		if n := k.blame(i, &w.Host[i], b.Property); n >= 0 {
			t.Schedule = append(t.Schedule, Scheduled{Event{Tried, uint8(i), uint16(n)}, k.trials[n].text()})
			return t
		}
	}
	return t
}

func (s *space) scheduled(m explore.Move) Scheduled {
	e := eventOf(m.Label)
	return Scheduled{e, s.c.Text(e)}
}

// Replayed is what came of walking a Trace.
type Replayed struct {
	Worlds []World         // the first, and the one behind each event
	Events [][]trace.Event // of each event of the schedule: calls of the core, then segments sent
	Broken bool            // the property of the trace is still broken by it
}

// Replay walks a Trace again on a core. It fails if an event cannot happen where
// the schedule wants it: the core, or the Config, is another.
func Replay(c *Config, core func() Core, t *Trace) (*Replayed, error) {
	if t.Config != c.Name {
		return nil, fmt.Errorf("the trace is of configuration %q, not of %q", t.Config, c.Name)
	}
	if core == nil {
		core = func() Core { return Generated{} }
	}
	s := &space{c: c, core: core, only: t.Property}
	r := &Replayed{}
	var w World
	s.Start(func(first *World) { w = *first })
	r.Worlds = append(r.Worlds, w)
	for n, sch := range t.Schedule {
		if sch.Event.Kind == Tried {
			r.Events = append(r.Events, s.record(&w, sch.Event, len(r.Events)))
			r.Worlds = append(r.Worlds, w)
			break
		}
		events := s.record(&w, sch.Event, len(r.Events))
		next, err := s.follow(&w, sch.Event)
		if err != nil {
			return r, fmt.Errorf("event %d, %s: %w", n+1, sch.Text, err)
		}
		w = next
		r.Worlds = append(r.Worlds, w)
		r.Events = append(r.Events, events)
	}
	r.Broken = s.stillBroken(t, r)
	return r, nil
}

// follow is the world behind an event.
func (s *space) follow(w *World, e Event) (next World, err error) {
	err = errors.New("cannot happen here")
	explore.Successors(s, s.Encode(w, nil), func(l explore.Label, _ explore.Class, n *World) {
		if l == e.label() {
			next, err = *n, nil
		}
	})
	return next, err
}

// record makes the event happen once more with a recorder around the core.
func (s *space) record(w *World, e Event, n int) []trace.Event {
	switch e.Kind {
	case Lose, Duplicate, Delay:
		return nil
	}
	rec := &recorder{Core: s.core(), i: e.Host, at: time.Duration(n) * time.Millisecond}
	m := machine{c: s.c, core: rec}
	p, time := s.packet(w, e), s.c.after(e, w.Time)
	if e.Kind == Tried {
		all := s.c.trials(int(e.Host), &w.Host[e.Host], nil)
		if int(e.Arg) >= len(all) {
			return nil
		}
		m.trial, p, e = &all[e.Arg].call, &all[e.Arg].packet, all[e.Arg].event
	}
	step := m.run(e, &w.Host[e.Host], p, time)
	for i := range step.Sent {
		rec.sent(&step.Sent[i], &m.h.TCB)
	}
	return rec.events
}

// packet is the segment that arrives with an event; nil if none does.
func (s *space) packet(w *World, e Event) *Packet {
	way := &w.Net[1-e.Host]
	switch e.Kind {
	case Deliver:
		return &way.Seg[0]
	case DeliverLate:
		return &way.Slow
	case Forge:
		forged := s.c.forged(&w.Host[e.Host].TCB, nil)
		if int(e.Arg) < len(forged) {
			return &forged[e.Arg]
		}
	}
	return &Packet{}
}

// stillBroken asks the trace's property again where the trace says it is broken.
func (s *space) stillBroken(t *Trace, r *Replayed) bool {
	last := &r.Worlds[len(r.Worlds)-1]
	if t.Ends {
		return len(s.successors(last)) == 0
	}
	if t.Cycle >= 0 {
		first := &r.Worlds[t.Cycle]
		return bytes.Equal(s.Encode(first, nil), s.Encode(last, nil))
	}
	k := s.worker()
	if n := len(t.Schedule); n > 0 {
		w, e := &r.Worlds[n-1], t.Schedule[n-1].Event
		switch e.Kind {
		case Lose, Duplicate, Delay, Tried:
		default:
			f := k.checks.ofStep(k.run(e, &w.Host[e.Host], s.packet(w, e), s.c.after(e, w.Time)))
			if f.broken != (places{}) {
				return true
			}
		}
	}
	for i := range last.Host {
		if k.judge(i, &last.Host[i]).said.broken != (places{}) {
			return true
		}
	}
	both, _ := k.checks.ofPair(&last.Host[0], &last.Host[1])
	return both.broken != (places{})
}

func (s *space) successors(w *World) (labels []explore.Label) {
	explore.Successors(s, s.Encode(w, nil), func(l explore.Label, _ explore.Class, _ *World) { labels = append(labels, l) })
	return labels
}

// Ladder is all events in order, as internal/ladder and captures want them.
func (r *Replayed) Ladder() []trace.Event {
	var all []trace.Event
	for _, events := range r.Events {
		all = append(all, events...)
	}
	return all
}
