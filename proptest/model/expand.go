package model

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// worker is one goroutine of the exploration.
type worker struct {
	tester
	mosaic          // the world under expansion
	at     [2]*seen // its hosts
	v      *explore.Visitor[World]
	memo

	arrived Packet
	code    []byte // scratch: the encoding of the host that a step changed
}

// Expand visits every event that can happen in an encoded world.
func (k *worker) Expand(b []byte, v *explore.Visitor[World]) {
	k.v = v
	k.enlarge()
	k.dissect(b)
	for i := range k.at {
		n := k.meet(i, k.host[i])
		k.at[i] = n
		k.judgment(i, n).said.broken.each(v.Violated)
		n.uses += v.Weight()
	}
	p := k.pair()
	p.said.broken.each(v.Violated)
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
		k.event(Event{CallOf, i, uint16(n.host.Next)}, nil, k.purse)
	}
	if n.reads {
		k.event(Event{Read, i, 0}, nil, k.purse)
	}
}

// timers visits the timers of host i.
func (k *worker) timers(i uint8) {
	running := k.at[i].host.TCB.Timers
	if running == 0 {
		return
	}
	var free tcp.Timers
	if k.quiet() {
		free = inTime(&k.at[i].host, &k.at[1-i].host)
	}
	for t := range tcp.Timer(tcp.NumTimers) {
		switch {
		case !running.Has(t):
		case free.Has(t):
			k.event(Event{Expire, i, uint16(t)}, nil, k.purse)
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
		k.event(e, nil, k.purse.spent(h, i))
	}
}

// arrivals visits what the network may do with segments on their way to host i.
func (k *worker) arrivals(i uint8) {
	from := 1 - i
	l := &k.way[from]
	if l.n > 0 {
		k.event(Event{Deliver, i, 0}, l.first(), k.purse)
		k.network(loses, Event{Lose, i, 0}, l.without)
		if int(l.n) < k.c.Queue {
			k.network(duplicates, Event{Duplicate, i, 0}, func(b []byte) []byte { return l.with(1, l.first(), b) })
		}
		if l.late == 0 {
			k.network(delays, Event{Delay, i, 0}, l.delayed)
		}
	}
	if l.late != 0 {
		k.event(Event{DeliverLate, i, 0}, l.b[l.end:], k.purse)
	}
}

// harm visits what others may do to host i.
func (k *worker) harm(i uint8) {
	n := k.at[i]
	if !n.host.vacant() {
		k.atCost(icmps, i, Event{ICMP, i, 0})
		k.atCost(icmps, i, Event{ICMP, i, 1})
	}
	if len(n.forged) > 0 && k.purse.left(forges, i) {
		k.attack(i, k.purse.spent(forges, i))
	}
}

// event visits the world in which an event has happened at a host. arrived is the
// encoding of the segment that arrived, left the purse behind the event.
func (k *worker) event(e Event, arrived []byte, left purse) {
	k.become(e, k.outcome(e, arrived), left)
}

// become visits the world that an event has led to: the host as it became, the other
// as it was, the segment that arrived taken off its way and those sent put on theirs.
func (k *worker) become(e Event, o *outcome, left purse) explore.Successor {
	i := e.Host
	b := left.at(o.asked.time).append(k.v.Room())
	if i == 0 {
		b = append(b, o.next.code...)
		b = append(b, k.host[1]...)
		b = k.inward(e.Kind, 1, k.outward(o, 0, b))
	} else {
		b = append(b, k.host[0]...)
		b = append(b, o.next.code...)
		b = k.outward(o, 1, k.inward(e.Kind, 0, b))
	}
	to := k.v.StepTo(e.label(), e.class(), b)
	k.show(i, o)
	return to
}

// show notes what the last step has shown.
func (k *worker) show(i uint8, o *outcome) {
	if o.n > k.free(i) {
		k.v.Count[countFull] += k.v.Weight()
	}
	if o.broke {
		o.shown.said.broken.each(k.v.Broken)
	}
}

// free is how many segments more find room on their way from host i.
func (k *worker) free(i uint8) uint8 { return uint8(k.c.Queue) - k.way[i].n }

// outward writes the way from host i, with what it sent. What finds the queue full is lost.
func (k *worker) outward(o *outcome, i uint8, b []byte) []byte {
	n, sent := o.n, o.sent
	if room := k.free(i); n > room {
		n, sent = room, firstOf(room, sent)
	}
	return k.way[i].with(n, sent, b)
}

// inward writes the way from host i to the host of the event.
func (k *worker) inward(kind Kind, i uint8, b []byte) []byte {
	l := &k.way[i]
	switch kind {
	case Deliver:
		return l.without(b)
	case DeliverLate:
		return l.punctual(b)
	}
	return l.with(0, nil, b)
}

// network visits the world in which something has happened to the first segment on
// its way to the host of the event, if that harm is left.
func (k *worker) network(h harmKind, e Event, write func([]byte) []byte) {
	from := 1 - e.Host
	if !k.purse.left(h, from) {
		return
	}
	b := k.purse.spent(h, from).append(k.v.Room())
	b = append(b, k.host[0]...)
	b = append(b, k.host[1]...)
	for i := range uint8(2) {
		if i == from {
			b = write(b)
		} else {
			b = k.way[i].with(0, nil, b)
		}
	}
	k.v.StepTo(e.label(), e.class(), b)
}
