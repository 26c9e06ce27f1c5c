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
	freight dictionary[freight] // segments, some behind each other
	notes   atomic.Int64        // octets of what is known of hosts
	mu      sync.Mutex
	trials  Trials
}

func newGallery(c *Config) *gallery {
	g := &gallery{c: c}
	g.hosts.read = func(h *host, octets []byte) { h.Print, h.octets = explore.Fingerprint(octets), octets }
	g.freight.read = func(f *freight, octets []byte) { f.octets = octets }
	g.ways.read = func(w *way, octets []byte) {
		w.Print, w.lane = explore.Fingerprint(octets), laneOf(octets)
		if w.n > 0 {
			w.first = g.freight.numberOf(w.front())
		}
		if w.late > 0 {
			w.belated = g.freight.numberOf(w.slow())
		}
	}
	return g
}

// host is the encoding of a host, and what it means in each of the two places.
type host struct {
	explore.Print
	octets []byte
	known  [2]atomic.Pointer[known]
}

// freight is encodings of segments.
type freight struct{ octets []byte }

// known is a host that was met in one place, and what follows from it alone.
type known struct {
	host   Host
	forged []Packet
	calls  bool // the user's next call can be made,
	quiet  bool // … but only when nothing is under way
	reads  bool // the user takes what is on hand
	judged atomic.Pointer[judgment]
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
	g.c.decodeHost(i, h, p.octets)
	if n.calls = g.c.ready(i, h); n.calls {
		n.quiet = g.c.Script[i][h.Next].Quiet
	}
	n.reads = g.c.Reads[i] && h.OnHand() > 0 && !h.TCB.ReaderGone
	n.forged = g.c.forged(&h.TCB, nil)
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
func (g *gallery) changed(w *way, c change) uint32 {
	if to := w.to[c].Load(); to != 0 {
		return to - 1
	}
	to := g.ways.numberOf(w.changed(c, nil))
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
	m := mosaic{purse: p.purse}
	for i := range 2 {
		m.host[i], m.way[i] = g.hosts.numberOf(p.host[i]), g.ways.numberOf(p.way[i])
	}
	return m.append(b)
}

// print is the fingerprint of what a mosaic stands for.
func (g *gallery) print(encoding []byte, strict bool) explore.Print {
	var m mosaic
	m.read(encoding)
	return explore.Joint(uint32(m.purse), &g.hosts.at(m.host[0]).Print, &g.hosts.at(m.host[1]).Print,
		&g.ways.at(m.way[0]).Print, &g.ways.at(m.way[1]).Print, strict)
}

// spell is the inverse of shorten.
func (g *gallery) spell(encoding, b []byte) []byte {
	var m mosaic
	m.read(encoding)
	b = m.purse.append(b)
	for i := range 2 {
		b = append(b, g.hosts.at(m.host[i]).octets...)
	}
	for i := range 2 {
		b = append(b, g.ways.at(m.way[i]).octets...)
	}
	return b
}
