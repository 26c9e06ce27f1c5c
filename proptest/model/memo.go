package model

import (
	"encoding/binary"
	"math/bits"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// A world has few different hosts: a million worlds are made of some thousands,
// differently combined. What an event does to a host depends on that host and on
// what arrives, so each worker remembers what came of it, and what properties
// said of it, and asks the core again only when the memory has gone to another.

// asked is what the outcome of an event depends on.
type asked struct {
	host  code
	event Event
	time  uint8
	p     Packet
}

// outcome is what came of an event at a host.
type outcome struct {
	asked asked
	host  code // as it became
	n     uint8
	sent  [maxKept]Packet
	rules tcp.RuleSet
	held  places
	uses  uint64 // times it was looked up and not yet counted
}

// maxKept is the most segments sent that an outcome is remembered with.
const maxKept = 4

// checked is what properties say of a host.
type checked struct {
	host  code
	said  finding
	rules tcp.RuleSet // of pokes and trials
	uses  uint64
}

const (
	memoBits = 13
	hostBits = 14
)

type memo struct {
	outcomes [1 << memoBits]outcome
	hosts    [2][1 << hostBits]checked
	spare    outcome // one that is not to be remembered
}

func (c *code) bytes() []byte { return c.b[:c.n] }

// hash of a host's encoding; of short ones, all octets count.
func (c *code) hash() uint64 {
	x := binary.LittleEndian.Uint64(c.b[0:]) ^ 0xa0761d6478bd642f
	y := binary.LittleEndian.Uint64(c.b[8:]) ^ 0xe7037ed1a0b428db
	z := binary.LittleEndian.Uint64(c.b[16:]) ^ 0x8ebc6af09c88c6e3
	w := binary.LittleEndian.Uint64(c.b[24:]) ^ uint64(c.n)
	return fold(x, y) ^ fold(z, w|1)
}

func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

// place is where the outcome is remembered; hash is the host's.
func (a *asked) place(hash uint64) uint64 {
	p := &a.p
	x := uint64(p.SEQ) | uint64(p.ACK)<<32
	y := uint64(p.WND) | uint64(p.DATA)<<16 | uint64(p.UP)<<24 | uint64(p.Text)<<32 | uint64(p.CTL)<<40 | uint64(p.Options)<<48 | uint64(p.TSval)<<56
	e := uint64(a.event.Kind) | uint64(a.event.Host)<<8 | uint64(a.event.Arg)<<16 | uint64(a.time)<<24
	return fold(fold(hash^x, 0x589965cc75374cc3^y), e^0xa0761d6478bd642f) >> (64 - memoBits)
}

// look finds what comes of an event, and whether a property is broken by it.
func (k *worker) look(e Event, p *Packet) (*outcome, *places) {
	i, a := e.Host, &k.asks
	*a = asked{host: k.from.code[i], event: e, time: k.c.after(e, k.from.Time)}
	if p != nil {
		a.p = *p
	}
	o := &k.memo.spare
	if a.host.n > 0 {
		o = &k.memo.outcomes[a.place(k.hash[i])]
		if o.asked == *a {
			o.uses++
			return o, nil
		}
		k.countOutcome(o)
	}
	s := k.run(e, &k.from.Host[i], &a.p, a.time)
	f := k.checks.ofStep(s)
	k.code = k.c.encodeHost(int(i), &k.h, k.code[:0])
	*o = outcome{asked: *a, n: uint8(len(s.Sent)), rules: s.Rules, held: f.held, uses: 1}
	o.host.keep(k.code)
	copy(o.sent[:], s.Sent)
	if o.host.n == 0 || len(s.Sent) > maxKept || f.broken != (places{}) || a.host.n == 0 {
		k.countOutcome(o)
		o.asked.host.n = 0 // not to be found again
		return nil, &f.broken
	}
	return o, nil
}

// countOutcome adds what an outcome's uses have seen to the counts, before it is forgotten.
func (k *worker) countOutcome(o *outcome) {
	if o.uses == 0 {
		return
	}
	count := k.v.Count
	o.held.each(func(place int) { count[place] += o.uses })
	countRuleSet(count, &o.rules, o.uses)
	o.uses = 0
}

func countRuleSet(count []uint64, rules *tcp.RuleSet, uses uint64) {
	for i, word := range rules {
		for ; word != 0; word &= word - 1 {
			count[countRules+64*i+bits.TrailingZeros64(word)] += uses
		}
	}
}

// inspectHost asks properties of a host, and notes those broken.
func (k *worker) inspectHost(i int) {
	h, known := &k.from.Host[i], &k.from.code[i]
	k.hash[i] = known.hash()
	c := &k.memo.hosts[i][k.hash[i]>>(64-hostBits)]
	if known.n == 0 || c.host != *known {
		k.countHost(c)
		*c = checked{host: *known, said: k.checks.ofHost(h)}
		c.host.b[0] = uint8(h.TCB.State) | c.host.b[0]&^15
		if k.c.Pokes {
			c.rules = k.poke(i, h, &c.said)
			k.try(i, h, c)
		}
	}
	c.uses++
	c.said.broken.each(k.v.Violated)
}

func (k *worker) countHost(c *checked) {
	if c.uses == 0 {
		return
	}
	count := k.v.Count
	c.said.held.each(func(place int) { count[place] += c.uses })
	countRuleSet(count, &c.rules, c.uses)
	count[countStates+int(c.host.b[0]&15)] += c.uses
	c.uses = 0
}

// Flush counts what is remembered and not yet counted.
func (k *worker) Flush(v *explore.Visitor[World]) {
	k.v = v
	for i := range k.memo.outcomes {
		k.countOutcome(&k.memo.outcomes[i])
	}
	for i := range k.memo.hosts {
		for j := range k.memo.hosts[i] {
			k.countHost(&k.memo.hosts[i][j])
		}
	}
}
