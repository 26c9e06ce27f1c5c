package model

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Occasion is something that can happen to a host.
type Occasion struct {
	at     int // the state it was met in, in Tour.reached
	i      int // which host it is
	h      Host
	time   uint8
	event  Event
	packet Packet
	trial  *Call    // if it is a trial; the zero Call, if that is no call
	arg    int      // its number
	poke   bool     // it is a poke
	kind   PokeKind // this one
}

func (o *Occasion) String() string {
	host := hostName(uint8(o.i))
	switch {
	case o.poke:
		return fmt.Sprintf("%s in %v is poked (%d)", host, o.h.TCB.State, o.kind)
	case o.trial != nil:
		t := trial{event: o.event, packet: o.packet, call: *o.trial}
		return fmt.Sprintf("in %v, %s", o.h.TCB.State, t.text())
	}
	return fmt.Sprintf("%s in %v: %v", host, o.h.TCB.State, o.event.Kind)
}

// Player makes occasions happen on a core, and asks properties of what comes of it.
type Player struct {
	tester
	fits bool // the poke made sense
}

// NewPlayer makes a player; Use gives it a core.
func NewPlayer(c *Config) *Player {
	return &Player{tester: tester{machine: machine{c: c}, checks: newChecks(nil, "")}}
}

// Use goes on with another core.
func (p *Player) Use(core Core) { p.core = core }

// Play makes the occasion happen.
func (p *Player) Play(o *Occasion) {
	p.out = tcp.Effects{}
	if o.poke {
		p.fits = p.one(o.kind, o.i, &o.h)
		return
	}
	p.trial = o.trial
	p.run(o.event, &o.h, &o.packet, o.time)
	p.trial = nil
}

// Same tells whether both players' last occasion, which was the same, had the same outcome.
func (p *Player) Same(q *Player, o *Occasion) bool {
	if o.poke {
		return p.fits == q.fits && p.nobody == q.nobody && p.out == q.out
	}
	s, t := &p.step, &q.step
	return p.h == q.h && p.main == q.main && s.Mid == t.Mid && slices.Equal(s.Sent, t.Sent) && s.Rules == t.Rules &&
		s.Forks == t.Forks && s.Stray == t.Stray && s.Again == t.Again && s.Above == t.Above && s.Ends == t.Ends && s.Mute == t.Mute
}

// Broken is the first property that the last occasion has broken; -1 if there is none.
func (p *Player) Broken(o *Occasion) int {
	var f finding
	switch {
	case !o.poke:
		f = p.ofEvent(&p.step)
	case p.fits:
		f = p.checks.ofStep(&p.step)
	}
	first := -1
	f.broken.each(func(place int) {
		if first < 0 {
			first = place
		}
	})
	return first
}

// Difference describes how the outcome of q's last occasion differs from p's.
func (p *Player) Difference(q *Player, o *Occasion) string {
	var d differences
	if o.poke {
		d.walk("TCB", reflect.ValueOf(p.nobody), reflect.ValueOf(q.nobody))
		d.walk("effects", reflect.ValueOf(p.out), reflect.ValueOf(q.out))
		return d.String()
	}
	d.walk("host", reflect.ValueOf(p.h), reflect.ValueOf(q.h))
	d.walk("effects", reflect.ValueOf(p.main), reflect.ValueOf(q.main))
	d.walk("behind the event", reflect.ValueOf(p.step.Mid), reflect.ValueOf(q.step.Mid))
	d.walk("sent", reflect.ValueOf(p.step.Sent), reflect.ValueOf(q.step.Sent))
	return d.String()
}

type differences []string

func (d differences) String() string { return strings.Join(d, "; ") }

func (d *differences) walk(name string, x, y reflect.Value) {
	switch {
	case x.Kind() == reflect.Struct:
		for i := range x.NumField() {
			d.walk(name+"."+x.Type().Field(i).Name, x.Field(i), y.Field(i))
		}
	case x.Kind() == reflect.Slice && x.Len() != y.Len():
		*d = append(*d, fmt.Sprintf("%s: %d, not %d", name, y.Len(), x.Len()))
	case x.Kind() == reflect.Slice || x.Kind() == reflect.Array:
		for i := range x.Len() {
			d.walk(fmt.Sprintf("%s[%d]", name, i), x.Index(i), y.Index(i))
		}
	case !x.Equal(y):
		*d = append(*d, fmt.Sprintf("%s: %v, not %v", name, y, x))
	}
}
