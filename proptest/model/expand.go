package model

import (
	"math/bits"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// worker is one goroutine of the exploration.
type worker struct {
	tester
	mosaic          // the world under expansion
	at     [2]*seen // its hosts
	lane   [2]*way  // its ways
	v      *explore.Visitor[World]
	memo

	arrived Packet
	code    []byte // scratch: encodings of pieces
}

// Expand visits every event that can happen in an encoded world.
func (k *worker) Expand(b []byte, v *explore.Visitor[World]) {
	k.v = v
	k.enlarge()
	k.read(b)
	for i := range uint8(2) {
		n := k.sight(int(i), k.host.at(i))
		k.at[i], k.lane[i] = n, k.gallery.ways.at(k.way.at(i))
		if n.verdict == nil {
			k.judged(int(i), n)
		}
		if n.broke {
			n.verdict.said.broken.each(v.Violated)
		}
		n.uses += v.Weight()
	}
	p := k.pair()
	if p.broke {
		p.said.broken.each(v.Violated)
	}
	v.Mark(p.marks)
	for i := range uint8(2) {
		k.user(i)
		k.timers(i)
		k.arrivals(i)
		k.harm(i)
	}
}

// user visits what the user of host i may do.
func (k *worker) user(i uint8) {
	n := k.at[i]
	if n.calls && (!n.quiet || k.quiet()) {
		k.event(Event{CallOf, i, uint16(n.next)}, k.purse)
	}
	if n.reads {
		k.event(Event{Read, i, 0}, k.purse)
	}
}

// quiet tells that nothing is under way at all.
func (k *worker) quiet() bool { return k.lane[0].quiet() && k.lane[1].quiet() }

// timers visits the timers of host i.
func (k *worker) timers(i uint8) {
	running := k.at[i].timers
	if running == 0 {
		return
	}
	var free tcp.Timers
	if k.quiet() {
		free = inTime(running, k.at[1-i].timers, k.at[1-i].state)
	}
	for ; running != 0; running &= running - 1 {
		switch t := tcp.Timer(bits.TrailingZeros16(uint16(running))); {
		case free.Has(t):
			k.event(Event{Expire, i, uint16(t)}, k.purse)
		case harmTimers>>t&1 != 0:
			k.atCost(giveUps, i, Event{ExpireEarly, i, uint16(t)})
		default:
			k.atCost(earlies, i, Event{ExpireEarly, i, uint16(t)})
		}
	}
}

// atCost visits an event that is a harm, if it is left.
func (k *worker) atCost(h harmKind, i uint8, e Event) {
	if k.purse.left(h, i) {
		k.event(e, k.purse.spent(h, i))
	}
}

// arrivals visits what the network may do with segments on their way to host i.
func (k *worker) arrivals(i uint8) {
	from := 1 - i
	l := k.lane[from]
	if l.n > 0 {
		k.arrival(Event{Deliver, i, 0}, l.first, less)
		k.network(loses, Event{Lose, i, 0}, less)
		if k.free(l) > 0 {
			k.network(duplicates, Event{Duplicate, i, 0}, doubled)
		}
		if l.late == 0 {
			k.network(delays, Event{Delay, i, 0}, delayed)
		}
	}
	if l.late != 0 {
		k.arrival(Event{DeliverLate, i, 0}, l.belated, punctual)
	}
}

// harm visits what others may do to host i.
func (k *worker) harm(i uint8) {
	n := k.at[i]
	if !n.vacant {
		k.atCost(icmps, i, Event{ICMP, i, 0})
		k.atCost(icmps, i, Event{ICMP, i, 1})
	}
	if n.target && k.purse.left(forges, i) {
		k.attack(i, k.purse.spent(forges, i))
	}
}

// event visits the world in which an event has happened at a host. left is the purse behind it.
func (k *worker) event(e Event, left purse) {
	k.become(k.outcome(e, false, 0), k.way, left)
}

// arrival visits the world in which a segment has arrived, and its way has changed so.
func (k *worker) arrival(e Event, segment uint32, c change) {
	from := 1 - e.Host
	ways := k.way.with(from, k.gallery.changed(k.way.at(from), c))
	k.become(k.outcome(e, true, segment), ways, k.purse)
}

// become visits the world that an event has led to: the host as it became, the other
// as it was, and what was sent on its way.
func (k *worker) become(o *outcome, ways both, left purse) explore.Successor {
	e := o.asked.what.event()
	m := mosaic{left.at(o.asked.what.time()), k.host.with(e.Host, o.next), ways}
	if o.n > 0 {
		m.way = m.way.with(e.Host, k.joined(e.Host, o))
	}
	to := k.v.StepTo(e.label(), e.class(), m.append(k.v.Room()))
	k.show(o)
	return to
}

// show notes what the last step has shown.
func (k *worker) show(o *outcome) {
	if o.n > 0 && o.n > k.free(k.lane[o.asked.what.event().Host]) {
		k.v.Count[countFull] += k.v.Weight()
	}
	if o.broke {
		o.shown.said.broken.each(k.v.Broken)
	}
}

// free is how many segments more find room on a way.
func (k *worker) free(w *way) uint8 { return uint8(k.c.Queue) - w.n }

// network visits the world in which something has happened to the first segment on
// its way to the host of the event, if that harm is left.
func (k *worker) network(h harmKind, e Event, c change) {
	from := 1 - e.Host
	if !k.purse.left(h, from) {
		return
	}
	m := mosaic{k.purse.spent(h, from), k.host, k.way.with(from, k.gallery.changed(k.way.at(from), c))}
	k.v.StepTo(e.label(), e.class(), m.append(k.v.Room()))
}
