package model

import (
	"math/bits"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// seen is a known host as one worker counts it, with what is asked of it in each state: one line of a cache.
type seen struct {
	*known
	prospects
	broke   bool      // a property is broken
	verdict *judgment // nil until the worker needs it
	uses    uint64    // states it was looked at in, and not yet counted
	attacks []*attacks
}

// sight is the host of that number in place i, as this worker counts it.
func (k *worker) sight(i int, number uint32) *seen {
	if s := k.sights[i]; int(number) < len(s) && s[number] != nil {
		return s[number]
	}
	if more := int(number) + 1 - len(k.sights[i]); more > 0 {
		k.sights[i] = append(k.sights[i], make([]*seen, more)...)
	}
	met := k.gallery.meet(i, number)
	n := &seen{known: met, prospects: met.prospects}
	k.sights[i][number] = n
	k.gallery.notes.Add(sizeOf[seen]() + sizeOf[*seen]())
	return n
}

// scatter spreads what is looked up over tables that live as long as the process.
func scatter(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x^0xa0761d6478bd642f, y^0xe7037ed1a0b428db)
	return hi ^ lo
}

// asked is what the outcome of an event depends on; the zero value is nothing that can be asked.
type asked struct {
	what    what
	host    uint32 // in gallery.hosts
	freight uint32 // the segment that arrives, in gallery.freight
}

// what is an event, its time, and whether it is the arrival of a segment of the network:
// small, since two outcomes are to stand in one line of a cache.
type what uint32

func whatOf(e Event, time uint8, arrives bool) what {
	w := what(e.Arg) | what(e.Kind)<<16 | what(e.Host)<<20 | what(time)<<21 | 1<<31
	if arrives {
		w |= 1 << 30
	}
	return w
}

func (w what) event() Event  { return Event{Kind(w >> 16 & 15), uint8(w >> 20 & 1), uint16(w)} }
func (w what) time() uint8   { return uint8(w >> 21 & 7) }
func (w what) arrives() bool { return w>>30&1 != 0 }

// outcome is what came of an event at a host. Each worker remembers many, and forgets some.
type outcome struct {
	asked asked
	next  uint32 // the host as it became
	sent  uint32 // the segments sent, in gallery.freight
	n     uint8  // how many they are
	broke bool   // a property is broken
	uses  uint16 // states it was looked up in, and not yet counted
	shown *shown
}

// mostUses is how many uses are noted before they are counted: one more, of weight 2, has room.
const mostUses = 1<<16 - 2

// shown is what an outcome shows: apart from the rest, for it is looked at once, when it is counted.
type shown struct {
	rules tcp.RuleSet
	said  finding
}

// pair is what properties say of two hosts together.
type pair struct {
	host  both
	marks uint64
	broke bool   // a property is broken
	uses  uint16 // states it was looked up in, and not yet counted
	said  *finding
}

// Places for outcomes and pairs: few at first, for a worker that is asked for
// one state only, and more when they have all been used.
const (
	fewPlaces  = 1 << 6
	mostPlaces = 1 << 14
)

type memo struct {
	gallery  *gallery
	sights   [2][]*seen // by number
	outcomes []outcome
	pairs    []pair
	missed   int // since there are so many places
}

// enlarge makes more places when it is time; what was remembered is counted and forgotten.
func (k *worker) enlarge() {
	n := len(k.memo.outcomes)
	if n == mostPlaces || n > 0 && k.memo.missed < n {
		return
	}
	for i := range k.memo.outcomes {
		k.countOutcome(&k.memo.outcomes[i])
	}
	for i := range k.memo.pairs {
		k.countPair(&k.memo.pairs[i])
	}
	n = max(fewPlaces, 4*n)
	k.memo.outcomes, k.memo.pairs, k.memo.missed = make([]outcome, n), make([]pair, n), 0
}

// outcome finds what comes of an event at a host; arrives tells that it is the arrival of a segment of the network.
func (k *worker) outcome(e Event, arrives bool, freight uint32) *outcome {
	a := asked{whatOf(e, k.c.after(e, k.purse.time()), arrives), k.host.at(e.Host), freight}
	o := &k.memo.outcomes[a.place()&uint64(len(k.memo.outcomes)-1)]
	if o.asked != a {
		k.memo.missed++
		k.countOutcome(o)
		k.happen(a, o)
	}
	if o.uses >= mostUses {
		k.countOutcome(o)
	}
	o.uses += uint16(k.v.Weight())
	return o
}

// place tells where the outcome is remembered.
func (a *asked) place() uint64 {
	return scatter(uint64(a.what), uint64(a.host)<<32|uint64(a.freight))
}

// happen makes an event happen, and remembers what came of it.
func (k *worker) happen(a asked, o *outcome) {
	e := a.what.event()
	i := int(e.Host)
	before := k.sight(i, a.host)
	p := &k.arrived
	*p = Packet{}
	switch {
	case e.Kind == Forge:
		*p = before.forged[e.Arg]
	case a.what.arrives():
		k.c.decodePacket(1-i, p, k.gallery.freight.spelt(a.freight))
	}
	s := k.run(e, &before.host, p, a.what.time())
	*o = outcome{asked: a, n: uint8(len(s.Sent)), shown: o.shown}
	if o.shown == nil {
		o.shown = new(shown)
	}
	*o.shown = shown{s.Rules, k.checks.ofStep(s)}
	o.broke = o.shown.said.broken != places{}
	if len(s.Sent) > 0 {
		k.code = k.code[:0]
		for j := range s.Sent {
			k.code = k.c.encodePacket(i, &s.Sent[j], k.code)
		}
		o.sent = k.gallery.freight.numberOf(k.code)
	}
	k.code = k.c.encodeHost(i, &k.h, k.code[:0])
	o.next = k.gallery.hosts.numberOf(k.code)
}

// joined is the number of a way of host i with what was sent on it. What finds the queue full is lost.
func (k *worker) joined(i uint8, o *outcome) uint32 {
	w := k.lane[i]
	place := &w.joint[o.sent%uint32(len(w.joint))]
	if to, known := joint(place.Load()).of(o.sent); known {
		return to
	}
	n, sent := o.n, k.gallery.freight.spelt(o.sent)
	if room := k.free(w); n > room {
		n, sent = room, firstOf(room, sent)
	}
	l := laneOf(k.gallery.ways.spelt(k.way.at(i)))
	k.code = l.with(n, sent, k.code[:0])
	to := k.gallery.ways.numberOf(k.code)
	if j, can := jointOf(o.sent, to); can {
		place.Store(uint32(j))
	}
	return to
}

// judged finds out what properties say of host i, by itself and under everything that is tried on it.
func (k *worker) judged(i int, n *seen) {
	if n.verdict = n.known.judged.Load(); n.verdict == nil {
		begin := time.Now()
		n.verdict = k.judge(i, &n.host)
		n.known.judged.Store(n.verdict)
		k.gallery.notes.Add(sizeOf[judgment]())
		k.gallery.noteTrials(len(k.trials), time.Since(begin))
	}
	n.broke = n.verdict.said.broken != places{}
}

func (k *worker) judge(i int, h *Host) *judgment {
	k.trials = k.trials[:0]
	j := &judgment{said: k.checks.ofHost(h)}
	if k.c.Pokes {
		j.rules = k.poke(i, h, &j.said)
		k.try(i, h, j)
	}
	return j
}

// pair is what properties say of the two hosts together.
func (k *worker) pair() *pair {
	p := &k.memo.pairs[scatter(uint64(k.host.at(A)), uint64(k.host.at(B)))&uint64(len(k.memo.pairs)-1)]
	if p.host != k.host || p.said == nil {
		k.memo.missed++
		k.countPair(p)
		if p.said == nil {
			p.said = new(finding)
		}
		p.host = k.host
		*p.said, p.marks = k.checks.ofPair(&k.at[0].host, &k.at[1].host)
		p.broke = p.said.broken != places{}
	}
	if p.uses >= mostUses {
		k.countPair(p)
	}
	p.uses += uint16(k.v.Weight())
	return p
}
