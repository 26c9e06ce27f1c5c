package model

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Tour explores a Config, breadth first, and shows every Occasion that it meets:
// whatever can happen to a host, by an event of the world, by a trial or by a poke.
// Cores can be played on the same occasions: as long as they do what the shipped
// one does, they live in the same world.
type Tour struct {
	c       *Config
	m       touring
	base    *Player // of the core that others are compared with
	reached []spot
	next    int // of these, to be expanded
	index   map[string]bool
	met     map[meeting]bool
	trials  []trial
}

// spot is a state, and how it was reached.
type spot struct {
	code  []byte
	from  int // in Tour.reached; of the first state -1
	depth int
	label explore.Label
}

// meeting tells occasions apart.
type meeting struct {
	host   string
	event  Event // Tried: everything that is tried on a host
	time   uint8
	packet Packet
}

// touring is a space with one worker for ever, that asks no properties.
type touring struct {
	*space
	worker *worker
}

func (t touring) Worker() explore.Worker[World] { return t.worker }

// NewTour begins a tour of c on the shipped core. base does the same as that, and is
// played at each occasion.
func NewTour(c *Config, base Core) *Tour {
	alone := *c
	alone.Pokes = false // trials and pokes are made here, one by one
	quiet := &alone
	t := &Tour{c: quiet, base: NewPlayer(quiet), index: map[string]bool{}, met: map[meeting]bool{}}
	t.m = touring{space: newSpace(quiet, func() Core { return Generated{} }, "none")}
	t.m.worker = t.m.space.worker()
	t.base.Use(base)
	t.m.Start(func(w *World) { t.add(t.m.Encode(w, nil), -1, 0) })
	return t
}

func (t *Tour) add(code []byte, from int, label explore.Label) {
	if t.index[string(code)] {
		return
	}
	t.index[string(code)] = true
	r := spot{code: code, from: from, label: label}
	if from >= 0 {
		r.depth = t.reached[from].depth + 1
	}
	t.reached = append(t.reached, r)
}

// States is how many states have been reached.
func (t *Tour) States() int { return len(t.reached) }

// Base is the player that has just played the occasion shown.
func (t *Tour) Base() *Player { return t.base }

// Config is what the tour explores.
func (t *Tour) Config() *Config { return t.c }

// Walk goes on until so many states have been expanded, or show says no; false
// when none is left.
func (t *Tour) Walk(states int, show func(o *Occasion) bool) bool {
	for ; t.next < len(t.reached); t.next++ {
		if t.next >= states {
			return true
		}
		if !t.expand(t.next, show) {
			return true
		}
	}
	return false
}

func (t *Tour) expand(at int, show func(o *Occasion) bool) bool {
	var w World
	t.m.Decode(t.reached[at].code, &w)
	var host [2]string
	for i := range w.Host {
		host[i] = string(t.c.encodeHost(i, &w.Host[i], []byte{uint8(i)}))
		if t.meet(meeting{host: host[i], event: Event{Kind: Tried}}) && !t.all(at, i, &w, show) {
			return false
		}
	}
	var labels []explore.Label
	explore.Successors(t.m, t.reached[at].code, func(l explore.Label, _ explore.Class, next *World) {
		t.add(t.m.Encode(next, nil), at, l)
		labels = append(labels, l)
	})
	for _, l := range labels {
		o, ok := t.occasion(at, &w, eventOf(l))
		if ok && t.meet(meeting{host[o.i], o.event, o.time, o.packet}) && !t.show(o, show) {
			return false
		}
	}
	return true
}

func (t *Tour) meet(m meeting) bool {
	known := t.met[m]
	t.met[m] = true
	return !known
}

func (t *Tour) show(o *Occasion, show func(*Occasion) bool) bool {
	t.base.Play(o)
	return show(o)
}

// occasion is an event of the world; false if it happens to no host.
func (t *Tour) occasion(at int, w *World, e Event) (*Occasion, bool) {
	switch e.Kind {
	case Lose, Duplicate, Delay:
		return nil, false
	}
	o := &Occasion{at: at, i: int(e.Host), h: w.Host[e.Host], event: e, time: t.c.after(e, w.Time)}
	if p := t.m.packet(w, e); p != nil {
		o.packet = *p
	}
	return o, true
}

// all is everything that is tried on host i.
func (t *Tour) all(at, i int, w *World, show func(*Occasion) bool) bool {
	t.trials = t.c.trials(i, &w.Host[i], t.trials[:0])
	o := &Occasion{at: at, i: i, h: w.Host[i]}
	for n := range t.trials {
		o.trial, o.event, o.packet, o.arg = &t.trials[n].call, t.trials[n].event, t.trials[n].packet, n
		if !t.show(o, show) {
			return false
		}
	}
	o.trial, o.poke = nil, true
	for o.kind = range numPokes {
		if !t.show(o, show) {
			return false
		}
	}
	return true
}

// Leads tells whether the core of q comes to the occasion as the tour's has come,
// by the same steps through the same worlds.
func (t *Tour) Leads(o *Occasion, q *Player) bool {
	same := true
	newSpace(t.c, func() Core { return q.core }, "").Start(func(w *World) {
		same = string(t.m.Encode(w, nil)) == string(t.reached[0].code)
	})
	var w World
	for at := o.at; same && t.reached[at].from >= 0; at = t.reached[at].from {
		from := t.reached[at].from
		t.m.Decode(t.reached[from].code, &w)
		if step, ok := t.occasion(from, &w, eventOf(t.reached[at].label)); ok {
			t.base.Play(step)
			q.Play(step)
			same = t.base.h == q.h && slices.Equal(t.base.step.Sent, q.step.Sent) // a world is made of nothing else
		}
	}
	t.base.Play(o)
	return same
}

// Trace is the way to the occasion, and what happens there.
func (t *Tour) Trace(o *Occasion, property int) *Trace {
	tr := t.m.trace(property, []explore.Move{{State: t.reached[0].code}}, nil)
	tr.Schedule = make([]Scheduled, t.reached[o.at].depth)
	for at := o.at; t.reached[at].from >= 0; at = t.reached[at].from {
		tr.Schedule[t.reached[at].depth-1] = t.scheduled(t.reached[at].from, t.reached[at].label)
	}
	switch {
	case o.poke:
		e := Event{Poked, uint8(o.i), uint16(o.kind)}
		tr.Schedule = append(tr.Schedule, Scheduled{e, t.c.Text(e)})
	case o.trial != nil:
		tried := trial{event: o.event, packet: o.packet, call: *o.trial}
		tr.Schedule = append(tr.Schedule, Scheduled{Event{Tried, uint8(o.i), uint16(o.arg)}, tried.text()})
	default:
		tr.Schedule = append(tr.Schedule, t.scheduled(o.at, o.event.label()))
	}
	return tr
}

func (t *Tour) scheduled(at int, l explore.Label) Scheduled {
	return t.m.scheduled(t.reached[at].code, explore.Move{Label: l})
}
