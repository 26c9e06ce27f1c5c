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
	packet Packet // the one that arrives, when its place in the queue is gone
	list   [maxForged]Packet
}

// Expand visits every event that can happen in s.
func (k *worker) Expand(s *World, v *explore.Visitor[World]) {
	k.from, k.v = s, v
	k.checks.state(s, v)
	if k.c.Pokes {
		k.poke(s)
	}
	for i := range uint8(2) {
		k.user(i)
		k.timers(i)
		k.arrivals(i)
		k.harm(i)
	}
}

// event makes one event happen to a copy of the world, and reports what came of it.
func (k *worker) event(e Event, do func()) {
	k.w = *k.from
	k.begin(e, &k.from.Host[e.Host])
	do()
	k.v.Step(e.label(), e.class(), &k.w)
	k.checks.step(&k.step, k.v)
}

// user visits what the user of host i may do.
func (k *worker) user(i uint8) {
	h := &k.from.Host[i]
	if k.c.ready(k.from, int(i)) {
		k.event(Event{CallOf, i, h.Next}, k.callNext)
	}
	if k.c.Reads[i] && h.OnHand() > 0 && !h.TCB.ReaderGone {
		k.event(Event{Read, i, 0}, k.read)
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
			k.event(Event{Expire, i, uint8(t)}, func() { k.expire(t) })
		case harmTimers>>t&1 != 0:
			if left.GiveUp[i] > 0 {
				k.event(Event{ExpireEarly, i, uint8(t)}, func() { k.w.Left.GiveUp[i]--; k.expire(t) })
			}
		case left.Early[i] > 0:
			k.event(Event{ExpireEarly, i, uint8(t)}, func() { k.w.Left.Early[i]--; k.expire(t) })
		}
	}
}

// arrivals visits what the network may do with segments on their way to host i.
func (k *worker) arrivals(i uint8) {
	from, left := &k.from.Net[1-i], &k.from.Left
	way := &k.w.Net[1-i]
	if from.N > 0 {
		k.event(Event{Deliver, i, 0}, func() {
			k.packet = way.pop()
			k.arrive(&k.packet)
		})
		if left.Lose[1-i] > 0 {
			k.event(Event{Lose, i, 0}, func() { k.w.Left.Lose[1-i]--; way.pop(); k.pass() })
		}
		if left.Duplicate[1-i] > 0 && int(from.N) < k.c.Queue {
			k.event(Event{Duplicate, i, 0}, func() {
				k.w.Left.Duplicate[1-i]--
				way.Seg[way.N] = way.Seg[0]
				way.N++
			})
		}
		if left.Delay[1-i] > 0 && !from.Late {
			k.event(Event{Delay, i, 0}, func() {
				k.w.Left.Delay[1-i]--
				way.Late, way.Slow = true, way.pop()
			})
		}
	}
	if from.Late {
		k.event(Event{DeliverLate, i, 0}, func() {
			k.packet = way.Slow
			way.Late, way.Slow = false, Packet{}
			k.arrive(&k.packet)
		})
	}
}

// harm visits what others may do to host i.
func (k *worker) harm(i uint8) {
	left := &k.from.Left
	if left.ICMP[i] > 0 && k.from.Host[i].TCB.State != tcp.Closed {
		for hard := range uint8(2) {
			k.event(Event{ICMP, i, hard}, func() {
				k.w.Left.ICMP[i]--
				k.core.ICMPError(&k.h.TCB, hard == 1, &k.out)
				k.did(&k.h.TCB)
				k.perform(k.h.TCB.RCV.NXT)
				k.finish()
			})
		}
	}
	if left.Forge[i] > 0 {
		for n, p := range k.c.forged(k.from, int(i), k.list[:0]) {
			k.event(Event{Forge, i, uint8(n)}, func() {
				k.w.Left.Forge[i]--
				k.packet = p
				k.arrive(&k.packet)
			})
		}
	}
}
