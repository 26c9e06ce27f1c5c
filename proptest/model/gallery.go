package model

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// A world has few different hosts: millions of worlds are made of some hundreds,
// differently combined. What an event does to a host depends on that host and on
// what arrives, and so does what properties say of it. So each is found out once.

// gallery is what any worker has met: hosts, ways, and the segments on them. A number of
// a piece is good wherever that gallery is.
type gallery struct {
	c       *Config
	hosts   dictionary[host]
	ways    dictionary[way]
	freight dictionary[struct{}] // segments, some behind each other
	notes   atomic.Int64         // octets of what is known of hosts
	mu      sync.Mutex
	trials  Trials
}

func newGallery(c *Config) *gallery {
	g := &gallery{c: c}
	g.ways.read = func(w *way, octets []byte) {
		l := laneOf(octets)
		w.load = l.load
		if l.n > 0 {
			w.first = g.freight.numberOf(l.front())
		}
		if l.late > 0 {
			w.belated = g.freight.numberOf(l.slow())
		}
	}
	return g
}

// host is what the encoding of a host means in each of the two places.
type host struct{ known [2]atomic.Pointer[known] }

// known is a host that was met in one place, and what follows from it alone.
type known struct {
	host      Host
	prospects prospects
	forged    []Packet
	judged    atomic.Pointer[judgment]
}

// prospects is what tells which events can happen at a host.
type prospects struct {
	state  tcp.State
	timers tcp.Timers // those that run
	next   uint8      // the call of the script that comes next
	calls  bool       // … and can be made,
	quiet  bool       // … but only when nothing is under way
	reads  bool       // the user takes what is on hand
	vacant bool       // there is no connection
	target bool       // something can be forged for it
}

// judgment is what properties say of a host and of all that is tried on it.
type judgment struct {
	said  finding
	rules tcp.RuleSet // of pokes and trials
}

// meet is the host of that number in place i.
func (g *gallery) meet(i int, number uint32) *known {
	p := g.hosts.at(number)
	if n := p.known[i].Load(); n != nil {
		return n
	}
	n := &known{}
	h := &n.host
	g.c.decodeHost(i, h, g.hosts.spelt(number))
	n.forged = g.c.forged(&h.TCB, nil)
	n.prospects = prospects{
		state: h.TCB.State, timers: h.TCB.Timers, next: h.Next, calls: g.c.ready(i, h),
		reads: g.c.Reads[i] && h.OnHand() > 0 && !h.TCB.ReaderGone, vacant: h.vacant(), target: len(n.forged) > 0,
	}
	n.prospects.quiet = n.prospects.calls && g.c.Script[i][h.Next].Quiet
	if !p.known[i].CompareAndSwap(nil, n) {
		return p.known[i].Load()
	}
	g.notes.Add(sizeOf[known]() + int64(cap(n.forged))*sizeOf[Packet]())
	return n
}

// octets is the memory that it holds.
func (g *gallery) octets() int64 {
	return g.hosts.octets() + g.ways.octets() + g.freight.octets() + g.notes.Load()
}

// all are the hosts that were met in place i.
func (g *gallery) all(i int) (list []*known) {
	for number := range g.hosts.size() {
		if n := g.hosts.at(number).known[i].Load(); n != nil {
			list = append(list, n)
		}
	}
	return list
}

// changed is the number of a way with that change.
func (g *gallery) changed(number uint32, c change) uint32 {
	w := g.ways.at(number)
	if to := w.to[c].Load(); to != 0 {
		return to - 1
	}
	l := laneOf(g.ways.spelt(number))
	to := g.ways.numberOf(l.changed(c, nil))
	w.to[c].Store(to + 1)
	return to
}

// noteTrials notes that so many events were tried on one host more, in so much time.
func (g *gallery) noteTrials(events int, spent time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trials.Hosts++
	g.trials.Events += int64(events)
	g.trials.Spent += spent
}

// shorten is the mosaic of an encoding of Config.Encode.
func (g *gallery) shorten(encoding, b []byte) []byte {
	var p pieces
	p.dissect(encoding)
	m := mosaic{purse: p.purse,
		host: bothOf(g.hosts.numberOf(p.host[0]), g.hosts.numberOf(p.host[1])),
		way:  bothOf(g.ways.numberOf(p.way[0]), g.ways.numberOf(p.way[1]))}
	return m.append(b)
}

// print is the fingerprint of what a mosaic stands for.
func (g *gallery) print(encoding []byte, strict bool) explore.Print {
	var m mosaic
	m.read(encoding)
	return explore.Joint(uint32(m.purse), g.hosts.print(m.host.at(A)), g.hosts.print(m.host.at(B)),
		g.ways.print(m.way.at(A)), g.ways.print(m.way.at(B)), strict)
}

// spell is the inverse of shorten.
func (g *gallery) spell(encoding, b []byte) []byte {
	var m mosaic
	m.read(encoding)
	b = m.purse.append(b)
	for i := range uint8(2) {
		b = append(b, g.hosts.spelt(m.host.at(i))...)
	}
	for i := range uint8(2) {
		b = append(b, g.ways.spelt(m.way.at(i))...)
	}
	return b
}
