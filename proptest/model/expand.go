package model

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// worker is one goroutine of the exploration.
type worker struct {
	machine
	from   *World
	v      *explore.Visitor[World]
	checks *checks
	memo   memo
	hash   [2]uint64 // of the hosts' encodings
	asks   asked     // scratch: what is looked up
	poked  Host      // scratch: what is poked
	asking Poke
	trials []trial // scratch: what is tried
	code   []byte  // scratch: the encoding of the host that a step changed
	list   [maxForged]Packet
}

// Expand visits every event that can happen in s.
func (k *worker) Expand(s *World, v *explore.Visitor[World]) {
	k.from, k.v = s, v
	for i := range s.Host {
		k.inspectHost(i)
	}
	k.checks.ofWorld(s, v)
	for i := range uint8(2) {
		k.user(i)
		k.timers(i)
		k.arrivals(i)
		k.harm(i)
	}
}

// user visits what the user of host i may do.
func (k *worker) user(i uint8) {
	h := &k.from.Host[i]
	if k.c.ready(int(i), h) && (!k.c.Script[i][h.Next].Quiet || k.from.quiet()) {
		k.event(Event{CallOf, i, uint16(h.Next)}, nil)
	}
	if k.c.Reads[i] && h.OnHand() > 0 && !h.TCB.ReaderGone {
		k.event(Event{Read, i, 0}, nil)
	}
}

// timers visits the timers of host i.
func (k *worker) timers(i uint8) {
	running := k.from.Host[i].TCB.Timers
	if running == 0 {
		return
	}
	free := k.from.inTime(int(i))
	left := &k.from.Left
	for t := range tcp.Timer(tcp.NumTimers) {
		switch {
		case !running.Has(t):
		case free.Has(t):
			k.event(Event{Expire, i, uint16(t)}, nil)
		case harmTimers>>t&1 != 0 && left.GiveUp[i] > 0, harmTimers>>t&1 == 0 && left.Early[i] > 0:
			k.event(Event{ExpireEarly, i, uint16(t)}, nil)
		}
	}
}

// arrivals visits what the network may do with segments on their way to host i.
func (k *worker) arrivals(i uint8) {
	way, left := &k.from.Net[1-i], &k.from.Left
	if way.N > 0 {
		k.event(Event{Deliver, i, 0}, &way.Seg[0])
		if left.Lose[1-i] > 0 {
			k.network(Event{Lose, i, 0})
		}
		if left.Duplicate[1-i] > 0 && int(way.N) < k.c.Queue {
			k.network(Event{Duplicate, i, 0})
		}
		if left.Delay[1-i] > 0 && !way.Late {
			k.network(Event{Delay, i, 0})
		}
	}
	if way.Late {
		k.event(Event{DeliverLate, i, 0}, &way.Slow)
	}
}

// harm visits what others may do to host i.
func (k *worker) harm(i uint8) {
	left := &k.from.Left
	if left.ICMP[i] > 0 && !k.from.Host[i].vacant() {
		k.event(Event{ICMP, i, 0}, nil)
		k.event(Event{ICMP, i, 1}, nil)
	}
	if left.Forge[i] > 0 {
		forged := k.c.forged(k.from, int(i), k.list[:0])
		for n := range forged {
			k.event(Event{Forge, i, uint16(n)}, &forged[n])
		}
	}
}

// event visits the world in which an event has happened at a host.
func (k *worker) event(e Event, p *Packet) {
	o, broken := k.look(e, p)
	if o != nil {
		k.visit(e, o.host.bytes(), o.sent[:o.n])
		return
	}
	k.visit(e, k.code, k.step.Sent)
	broken.each(k.v.Broken)
}

// visit composes the world behind an event: the host as it became, the other as
// it was, the segment that arrived taken off its way and those sent put on theirs.
func (k *worker) visit(e Event, host []byte, sent []Packet) {
	w, c, i := k.from, k.c, e.Host
	left := w.Left
	spend(&left, e)
	b := appendHead(k.v.Room(), &left, c.after(e, w.Time))
	if i == 0 {
		b = append(b, host...)
		b = k.appendHost(1, b)
		b = k.appendOut(0, sent, b)
		b = k.appendIn(1, e.Kind, b)
	} else {
		b = k.appendHost(0, b)
		b = append(b, host...)
		b = k.appendIn(0, e.Kind, b)
		b = k.appendOut(1, sent, b)
	}
	k.v.StepTo(e.label(), e.class(), b)
}

// network visits the world in which something has happened to the first segment on its way to host i.
func (k *worker) network(e Event) {
	w, c, i := k.from, k.c, int(e.Host)
	left := w.Left
	spend(&left, e)
	b := appendHead(k.v.Room(), &left, w.Time)
	b = k.appendHost(0, b)
	b = k.appendHost(1, b)
	for from := range w.Net {
		way := &w.Net[from]
		switch {
		case from == i:
			b = c.encodeWay(from, way.Seg[:way.N], nil, way.late(), b)
		case e.Kind == Lose:
			b = c.encodeWay(from, way.Seg[1:way.N], nil, way.late(), b)
		case e.Kind == Duplicate:
			b = c.encodeWay(from, way.Seg[:way.N], way.Seg[:1], way.late(), b)
		case e.Kind == Delay:
			b = c.encodeWay(from, way.Seg[1:way.N], nil, &way.Seg[0], b)
		}
	}
	k.v.StepTo(e.label(), e.class(), b)
}

// appendHost writes a host as it was.
func (k *worker) appendHost(i int, b []byte) []byte {
	if known := &k.from.code[i]; known.n > 0 {
		return append(b, known.bytes()...)
	}
	return k.c.encodeHost(i, &k.from.Host[i], b)
}

// appendOut writes the way from host i, with what it sent. What finds the queue full is lost.
func (k *worker) appendOut(i int, sent []Packet, b []byte) []byte {
	way := &k.from.Net[i]
	if room := k.c.Queue - int(way.N); len(sent) > room {
		sent = sent[:room]
		k.v.Count[countFull]++
	}
	return k.c.encodeWay(i, way.Seg[:way.N], sent, way.late(), b)
}

// appendIn writes the way to the host of the event, which comes from host i.
func (k *worker) appendIn(i int, kind Kind, b []byte) []byte {
	way := &k.from.Net[i]
	switch kind {
	case Deliver:
		return k.c.encodeWay(i, way.Seg[1:way.N], nil, way.late(), b)
	case DeliverLate:
		return k.c.encodeWay(i, way.Seg[:way.N], nil, nil, b)
	}
	return k.c.encodeWay(i, way.Seg[:way.N], nil, way.late(), b)
}

// spend takes what an event costs off the budget.
func spend(left *Budget, e Event) {
	host, from := e.Host, 1-e.Host
	switch e.Kind {
	case ExpireEarly:
		if harmTimers>>e.Arg&1 != 0 {
			left.GiveUp[host]--
		} else {
			left.Early[host]--
		}
	case ICMP:
		left.ICMP[host]--
	case Forge:
		left.Forge[host]--
	case Lose:
		left.Lose[from]--
	case Duplicate:
		left.Duplicate[from]--
	case Delay:
		left.Delay[from]--
	}
}
