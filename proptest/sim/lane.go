package sim

import (
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// patience is how long a reordered packet waits for others to overtake it.
const patience = time.Second

// lane is the way of the packets of one direction.
type lane struct {
	delay  time.Duration
	faults []Fault // of this direction, in the order of the case
	sent   uint16  // packets so far, faulty ones included
	losing uint32  // packets still to be lost by a fault that began earlier
	held   []held
}

// held is a packet that waits until others have overtaken it.
type held struct {
	packet *link.Packet
	after  uint32 // packets
	number int    // which of all held ones, to be found again when patience ends
}

// carry takes the packets that host has just sent and lets happen to them what
// the case says.
func (w *world) carry(from Side) {
	e := w.hosts[from].e
	w.carryAll(from, e.Out)
	clear(e.Out)
	e.Out = e.Out[:0]
}

func (w *world) carryAll(from Side, all []*link.Packet) {
	for _, p := range all {
		w.packets++
		w.watch.went++
		w.watch.sent(w, from, p.B)
		w.send(from, p)
	}
}

func (w *world) send(from Side, p *link.Packet) {
	l := &w.lanes[from]
	number := l.sent
	l.sent++
	delay, lost := l.delay, l.losing > 0
	if lost {
		l.losing--
		w.faultAt = w.now
	}
	overtaken, corrupt := uint32(0), false
	for _, f := range l.faults {
		if f.Packet != number {
			continue
		}
		w.faulted++
		w.faultAt = w.now
		switch f.Kind {
		case Lose:
			lost = true
			l.losing = max(l.losing, f.By)
		case Duplicate:
			w.arrive(from, link.Copy(p.B), l.delay+ms(f.By))
		case Reorder:
			overtaken = f.By + 1
		case Delay:
			delay += ms(f.By)
		case Corrupt:
			// Two changes of one packet could deceive its checksum.
			if bit := int(f.By % uint32(8*len(p.B))); !corrupt {
				p.B[bit/8] ^= 1 << (bit % 8)
				corrupt = true
			}
		}
	}
	switch {
	case lost:
		link.Put(p)
	case overtaken > 0:
		w.holds++
		l.held = append(l.held, held{p, overtaken, w.holds})
		w.queue.push(event{at: w.now + l.delay + patience, kind: release, host: from, index: w.holds})
	default:
		w.arrive(from, p, delay)
		w.overtake(from)
	}
}

func (w *world) arrive(from Side, p *link.Packet, delay time.Duration) {
	w.queue.push(event{at: w.now + delay, kind: arrival, host: from.Other(), packet: p})
}

// overtake counts one packet that passes those held back, and lets go of those
// that enough have passed.
func (w *world) overtake(from Side) {
	l := &w.lanes[from]
	waiting := l.held[:0]
	for _, h := range l.held {
		if h.after--; h.after == 0 {
			w.arrive(from, h.packet, l.delay)
		} else {
			waiting = append(waiting, h)
		}
	}
	l.held = waiting
}

// impatient lets go of a packet that not enough others have passed.
func (w *world) impatient(from Side, number int) {
	l := &w.lanes[from]
	for i, h := range l.held {
		if h.number == number {
			w.arrive(from, h.packet, 0)
			l.held = append(l.held[:i], l.held[i+1:]...)
			return
		}
	}
}
