package sim

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// Plant is one thing that goes wrong in a run in which nothing else does. Who is to see
// it must see it, and must be content with the same run without it.
type Plant struct {
	Breaks Property
	What   string // goes wrong
	words  string // the case

	told  func(w *world, of Side, e *trace.Event) // changes what a host tells, before anybody looks at it
	sent  func(w *world, of Side, b []byte)       // changes a packet when it leaves its host
	begin func(w *world)                          // before anything happens
	step  func(w *world)                          // between two steps: a hand in hosts, users and network

	// see has a connection looked at once more behind a step, and changes what is seen
	// of it if that is to be wrong; false: there is nothing to be looked at.
	see func(w *world, p *party, s *engine.Status, wrong bool) bool
}

// Plants lists all of them.
func Plants() []Plant { return slices.Concat(ofMachines, ofSegments, ofWires, ofUsers, ofCongestion) }

// Play plays the run, with what goes wrong or without it.
func (x *Plant) Play(wrong bool) *Violation {
	c, err := Parse(x.words)
	if err != nil {
		panic(err)
	}
	w := &world{c: c, hash: newFNV()}
	w.guarded(w.begin)
	if wrong {
		for side := range w.hosts {
			w.hosts[side] = newHost(Side(side), &w.c, liar{tracer{w, Side(side)}, x})
		}
		if x.begin != nil {
			x.begin(w)
		}
	}
	w.schedule()
	for more := true; more && w.violation == nil; {
		w.guarded(func() {
			if wrong && x.step != nil {
				x.step(w)
			}
			more = w.step()
			x.look(w, wrong)
		})
	}
	if w.violation == nil {
		w.guarded(w.finalChecks)
	}
	w.discard()
	return w.violation
}

// look has the judges of a connection look again, at what x makes of it.
func (x *Plant) look(w *world, wrong bool) {
	if x.see == nil {
		return
	}
	for _, h := range w.hosts {
		earliest, running := h.deadline()
		for _, p := range h.user.parties {
			if p.dead > 0 || p.flow == nil {
				continue
			}
			s, kept, flow, segments := p.c.Status(), *p, *p.flow, w.watch.segments
			if x.see(w, p, &s, wrong) {
				w.watch.woken(w, p, &s)
				w.watch.buffers(w, p, &s)
				w.watch.flow(w, h.side, p.flow, earliest, running)
			}
			*p.flow, w.watch.segments = flow, segments
			*p = kept
		}
	}
}

// liar tells what its plant makes of what the host tells, and sends what it makes of
// what the host sends.
type liar struct {
	tracer
	x *Plant
}

func (l liar) Trace(e *trace.Event) {
	if l.x.told != nil {
		l.x.told(l.w, l.side, e)
	}
	l.tracer.Trace(e)
	if e.Kind == trace.Sent && l.x.sent != nil {
		l.x.sent(l.w, l.side, e.Packet)
	}
}

// rewrite changes a segment that a packet carries, and mends its checksum. Length and
// options must stay.
func rewrite(b []byte, change func(*header)) {
	h, ok := readTCP(b)
	if !ok {
		return
	}
	change(&h)
	ip, _ := wire.ParseIPv4(b)
	h.Put(b[wire.IPv4HeaderLen:], ip.Pseudo())
}

// spoil makes a packet one that nobody takes.
func spoil(b []byte) { b[len(b)-1] ^= 1 }

// onWay calls f for each packet that is on its way to a host, once. What f changes the
// sender's judges do not see.
func onWay(w *world, to Side, f func(b []byte)) {
	for i := range w.queue.heap {
		if e := &w.queue.heap[i]; e.kind == arrival && e.host == to && e.index == 0 {
			e.index = 1
			f(e.packet.B)
		}
	}
}

// forge sends a segment without text in a host's name.
func forge(w *world, from Side, h wire.TCP) {
	h.SourcePort, h.DestinationPort = sockets[from].Port(), sockets[from.Other()].Port()
	p := link.Get(wire.IPv4HeaderLen + h.HeaderLen())
	ip := wire.IPv4{Src: addrs[from].As4(), Dst: addrs[from.Other()].As4(), Protocol: wire.ProtocolTCP, TTL: 64}
	h.Put(p.B[wire.IPv4HeaderLen:], ip.Pseudo())
	ip.Put(p.B)
	w.arrive(from, p, 0)
}

// latest is the newest connection of a host's user; nil if he has none.
func latest(w *world, of Side) *party {
	if all := w.hosts[of].user.parties; len(all) > 0 {
		return all[len(all)-1]
	}
	return nil
}
