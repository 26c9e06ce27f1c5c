package model

import (
	"math/bits"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// seen is a known host as one worker counts it.
type seen struct {
	*known
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
	n := &seen{known: k.gallery.meet(i, number)}
	k.sights[i][number] = n
	k.gallery.notes.Add(sizeOf[seen]() + sizeOf[*seen]())
	return n
}

// scatter spreads what is looked up over tables that live as long as the process.
func scatter(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x^0xa0761d6478bd642f, y^0xe7037ed1a0b428db)
	return hi ^ lo
}

// asked is what the outcome of an event depends on.
type asked struct {
	event   Event
	time    uint8
	arrives bool   // a segment of the network
	host    uint32 // in gallery.hosts
	freight uint32 // that segment, in gallery.freight
}

// outcome is what came of an event at a host. Each worker remembers many, and forgets some.
type outcome struct {
	asked asked
	known bool
	broke bool   // a property is broken
	n     uint8  // how many segments were sent
	next  uint32 // the host as it became
	sent  uint32 // the segments sent, in gallery.freight
	uses  uint64 // states it was looked up in, and not yet counted
	shown *shown
}

// shown is what an outcome shows: apart from the rest, for it is looked at once, when it is counted.
type shown struct {
	rules tcp.RuleSet
	said  finding
}

// pair is what properties say of two hosts together.
type pair struct {
	host  [2]uint32
	known bool
	said  finding
	marks uint64
	uses  uint64
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
	a := asked{event: e, time: k.c.after(e, k.purse.time()), arrives: arrives, host: k.host[e.Host], freight: freight}
	o := &k.memo.outcomes[a.place()&uint64(len(k.memo.outcomes)-1)]
	if o.asked != a || !o.known {
		k.memo.missed++
		k.countOutcome(o)
		k.happen(a, o)
	}
	o.uses += k.v.Weight()
	return o
}

// place tells where the outcome is remembered.
func (a *asked) place() uint64 {
	e := uint64(a.event.Kind) | uint64(a.event.Host)<<8 | uint64(a.event.Arg)<<16 | uint64(a.time)<<32
	return scatter(e, uint64(a.host)<<32|uint64(a.freight))
}

// happen makes an event happen, and remembers what came of it.
func (k *worker) happen(a asked, o *outcome) {
	e, i := a.event, int(a.event.Host)
	before := k.sight(i, a.host)
	p := &k.arrived
	*p = Packet{}
	switch {
	case e.Kind == Forge:
		*p = before.forged[e.Arg]
	case a.arrives:
		k.c.decodePacket(1-i, p, k.gallery.freight.at(a.freight).octets)
	}
	s := k.run(e, &before.host, p, a.time)
	*o = outcome{asked: a, known: true, n: uint8(len(s.Sent)), shown: o.shown}
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

// joined is the number of a way with what was sent on it. What finds the queue full is lost.
func (k *worker) joined(w *way, o *outcome) uint32 {
	joint := &w.joint[o.sent%uint32(len(w.joint))]
	if j := joint.Load(); j>>32 == uint64(o.sent) && uint32(j) != 0 {
		return uint32(j) - 1
	}
	n, sent := o.n, k.gallery.freight.at(o.sent).octets
	if room := k.free(w); n > room {
		n, sent = room, firstOf(room, sent)
	}
	k.code = w.with(n, sent, k.code[:0])
	to := k.gallery.ways.numberOf(k.code)
	joint.Store(uint64(o.sent)<<32 | uint64(to+1))
	return to
}

// judgment is what properties say of host i, by itself and under everything that is tried on it.
func (k *worker) judgment(i int, n *seen) *judgment {
	if n.verdict == nil {
		if n.verdict = n.judged.Load(); n.verdict == nil {
			begin := time.Now()
			n.verdict = k.judge(i, &n.host)
			n.judged.Store(n.verdict)
			k.gallery.notes.Add(sizeOf[judgment]())
			k.gallery.noteTrials(len(k.trials), time.Since(begin))
		}
	}
	return n.verdict
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
	p := &k.memo.pairs[scatter(uint64(k.host[0]), uint64(k.host[1]))&uint64(len(k.memo.pairs)-1)]
	if p.host != k.host || !p.known {
		k.memo.missed++
		k.countPair(p)
		*p = pair{host: k.host, known: true}
		p.said, p.marks = k.checks.ofPair(&k.at[0].host, &k.at[1].host)
	}
	p.uses += k.v.Weight()
	return p
}
