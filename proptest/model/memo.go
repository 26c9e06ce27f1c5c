package model

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// A world has few different hosts: millions of worlds are made of some hundreds,
// differently combined. What an event does to a host depends on that host and on
// what arrives, and so does what properties say of it. So each is found out once.

// known is a host that was met, and what follows from it alone. All workers share it.
type known struct {
	code   []byte
	hash   uint64
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

// gallery is the hosts that any worker has met.
type gallery struct {
	mu     sync.RWMutex
	host   [2]map[string]*known
	trials Trials
}

// meet is host i with that encoding.
func (g *gallery) meet(c *Config, i int, code []byte, hash uint64) *known {
	g.mu.RLock()
	n := g.host[i][string(code)]
	g.mu.RUnlock()
	if n != nil {
		return n
	}
	n = &known{code: bytes.Clone(code), hash: hash}
	h := &n.host
	c.decodeHost(i, h, code)
	if n.calls = c.ready(i, h); n.calls {
		n.quiet = c.Script[i][h.Next].Quiet
	}
	n.reads = c.Reads[i] && h.OnHand() > 0 && !h.TCB.ReaderGone
	n.forged = c.forged(&h.TCB, nil)
	g.mu.Lock()
	defer g.mu.Unlock()
	if earlier := g.host[i][string(code)]; earlier != nil {
		return earlier
	}
	if g.host[i] == nil {
		g.host[i] = map[string]*known{}
	}
	g.host[i][string(code)] = n
	return n
}

// noteTrials notes that so many events were tried on one host more, in so much time.
func (g *gallery) noteTrials(events int, spent time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trials.Hosts++
	g.trials.Events += int64(events)
	g.trials.Spent += spent
}

// seen is a known host as one worker counts it.
type seen struct {
	*known
	verdict *judgment // nil until the worker needs it
	uses    uint64    // states it was looked at in, and not yet counted
	attacks []*attacks
}

// sights is the hosts that one worker has met: open addressing with linear probing.
type sights struct {
	slots []*seen
	held  int
}

// meet finds host i by its encoding.
func (k *worker) meet(i int, code []byte) *seen {
	hash := hashOf(code)
	s := &k.sights[i]
	for at := hash; len(s.slots) > 0; at++ {
		n := s.slots[at&uint64(len(s.slots)-1)]
		if n == nil {
			break
		}
		if n.hash == hash && bytes.Equal(n.code, code) {
			return n
		}
	}
	n := &seen{known: k.gallery.meet(k.c, i, code, hash)}
	s.add(n)
	return n
}

func (s *sights) add(n *seen) {
	if s.held++; s.held*2 > len(s.slots) {
		old := s.slots
		s.slots = make([]*seen, max(1<<8, 2*len(old)))
		for _, n := range old {
			if n != nil {
				s.put(n)
			}
		}
	}
	s.put(n)
}

func (s *sights) put(n *seen) {
	for at := n.hash; ; at++ {
		if p := &s.slots[at&uint64(len(s.slots)-1)]; *p == nil {
			*p = n
			return
		}
	}
}

// hashOf is for tables that live as long as the process.
func hashOf(b []byte) uint64 {
	h := uint64(len(b)) ^ 0xa0761d6478bd642f
	for ; len(b) >= 8; b = b[8:] {
		h = fold(h^binary.LittleEndian.Uint64(b), 0xe7037ed1a0b428db)
	}
	var rest [8]byte
	copy(rest[:], b)
	return fold(h^binary.LittleEndian.Uint64(rest[:]), 0x8ebc6af09c88c6e3)
}

func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

// asked is what the outcome of an event depends on.
type asked struct {
	host        *seen
	first, last uint64 // octets of the encoding of the segment that arrives
	event       Event
	time        uint8
	n           uint8 // how many it has, 16 at most
}

// arrives notes the segment that arrives: its first octets and its last, which may overlap.
func (a *asked) arrives(b []byte) {
	switch n := len(b); {
	case n >= 8:
		a.first, a.last = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		a.first, a.last = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	}
	a.n = uint8(len(b))
}

// outcome is what came of an event at a host. Each worker remembers many, and forgets some.
type outcome struct {
	asked asked
	next  *seen  // the host as it became
	sent  []byte // the encodings of the segments sent
	n     uint8  // how many
	broke bool   // a property is broken
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
	host  [2]*seen
	said  finding
	marks uint64
	uses  uint64
}

// Places for outcomes and pairs: few at first, for a worker that is asked for one
// state only, and more when they have all been used.
const (
	fewPlaces  = 1 << 6
	mostPlaces = 1 << 14
)

type memo struct {
	gallery  *gallery
	sights   [2]sights
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

// outcome finds what comes of an event at host i; arrived is the encoding of the segment, if one arrives.
func (k *worker) outcome(e Event, arrived []byte) *outcome {
	a := asked{host: k.at[e.Host], event: e, time: k.c.after(e, k.purse.time())}
	a.arrives(arrived)
	o := &k.memo.outcomes[a.place()&uint64(len(k.memo.outcomes)-1)]
	if o.asked != a {
		k.memo.missed++
		k.countOutcome(o)
		k.happen(a, arrived, o)
	}
	o.uses += k.v.Weight()
	return o
}

// place tells where the outcome is remembered.
func (a *asked) place() uint64 {
	e := uint64(a.event.Kind) | uint64(a.event.Host)<<8 | uint64(a.event.Arg)<<16 | uint64(a.time)<<32
	return fold(fold(a.host.hash^a.first, 0x589965cc75374cc3^a.last), e^0xa0761d6478bd642f)
}

// happen makes an event happen, and remembers what came of it.
func (k *worker) happen(a asked, arrived []byte, o *outcome) {
	e, host, i := a.event, &a.host.host, int(a.event.Host)
	p := &k.arrived
	*p = Packet{}
	switch {
	case e.Kind == Forge:
		*p = a.host.forged[e.Arg]
	case a.n > 0:
		k.c.decodePacket(1-i, p, arrived)
	}
	s := k.run(e, host, p, a.time)
	*o = outcome{asked: a, n: uint8(len(s.Sent)), shown: o.shown, sent: o.sent[:0]}
	if o.shown == nil {
		o.shown = new(shown)
	}
	*o.shown = shown{s.Rules, k.checks.ofStep(s)}
	o.broke = o.shown.said.broken != places{}
	for j := range s.Sent {
		o.sent = k.c.encodePacket(i, &s.Sent[j], o.sent)
	}
	k.code = k.c.encodeHost(i, &k.h, k.code[:0])
	o.next = k.meet(i, k.code)
}

// judgment is what properties say of host i, by itself and under everything that is tried on it.
func (k *worker) judgment(i int, n *seen) *judgment {
	if n.verdict == nil {
		if n.verdict = n.judged.Load(); n.verdict == nil {
			begin := time.Now()
			n.verdict = k.judge(i, &n.host)
			n.judged.Store(n.verdict)
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
	p := &k.memo.pairs[fold(k.at[0].hash^0x589965cc75374cc3, k.at[1].hash)&uint64(len(k.memo.pairs)-1)]
	if p.host != k.at {
		k.memo.missed++
		k.countPair(p)
		*p = pair{host: k.at}
		p.said, p.marks = k.checks.ofPair(&k.at[0].host, &k.at[1].host)
	}
	p.uses += k.v.Weight()
	return p
}
