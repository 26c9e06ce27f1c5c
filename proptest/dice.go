package proptest

import (
	"math/rand"

	"github.com/leanovate/gopter"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// dice are what a generator throws.
type dice struct {
	*rand.Rand
	size int // grows from 0 to 100 in the course of a test
}

func diceOf(p *gopter.GenParameters) dice { return dice{p.Rng, p.MaxSize} }

// one in n.
func (d dice) one(n int) bool { return d.Intn(n) == 0 }

// upTo is a number from 0 to n, small ones being likelier.
func (d dice) upTo(n int) int { return min(d.Intn(n+1), d.Intn(n+1)) }

func pick[T any](d dice, choices ...T) T { return choices[d.Intn(len(choices))] }

// around is a number not far from another one, and not negative.
func (d dice) around(n int) int { return max(0, n+d.Intn(5)-2) }

// side is one of the two.
func (d dice) side() sim.Side { return sim.Side(d.Intn(2)) }

// pause is a time between two calls in milliseconds: none, less than a round trip,
// a few round trips, timers' lengths.
func (d dice) pause() int32 {
	switch d.Intn(8) {
	case 0, 1, 2:
		return 0
	case 3, 4:
		return int32(d.Intn(50))
	case 5:
		return int32(d.Intn(500))
	case 6:
		return int32(d.Intn(5000))
	}
	return int32(d.Intn(60_000))
}

// delay is how long the network takes, one way.
func (d dice) delay() int32 { return pick(d, 0, 1, 5, 20, 20, 100, int32(d.Intn(400))) }

// octets is how much a user writes at a time.
func (d dice) octets() uint32 {
	switch d.Intn(6) {
	case 0:
		return uint32(1 + d.Intn(3))
	case 1:
		return uint32(d.around(536))
	case 2:
		return uint32(d.around(1460))
	case 3:
		return uint32(1 + d.Intn(1+d.size*10))
	case 4:
		return uint32(1 + d.Intn(1+d.size*200))
	}
	return uint32(1 + d.Intn(300))
}

// buffer is the size of a buffer; 0 means the default.
func (d dice) buffer() uint32 {
	if d.one(2) {
		return 0
	}
	return uint32(max(1, pick(d, 1, 2, d.Intn(20), d.Intn(600), d.around(536), d.around(2920), d.Intn(10_000), d.around(65_535), 200_000)))
}

// pieces is how many parts of text a host holds out of order; 0 means the default.
func (d dice) pieces() uint16 { return pick[uint16](d, 0, 0, 1, 2, uint16(1+d.Intn(12))) }

// host is one end.
func (d dice) host() (h sim.Host) {
	h.ISS = d.Uint32()
	if d.one(2) {
		return h
	}
	h.MTU = pick[uint16](d, 0, 0, 88, 100, 128, 576, 1500, 9000)
	h.Send, h.Receive = d.buffer(), d.buffer()
	h.NoDelay, h.AckAtOnce, h.Scale = d.one(3), d.one(4), d.one(3)
	h.Pieces = d.pieces()
	return h
}

// options negotiates, and sets user timeouts and keep-alives.
func (d dice) options(h *sim.Host) {
	h.Scale, h.Timestamps = d.one(2), d.one(2)
	h.KeepAlive, h.Impatient = d.one(5), d.one(5)
	h.Age = pick[uint16](d, 0, 0, 1, 249, 250, 500)
}

// nearWrap is an initial sequence number not long before the numbers wrap, in one
// sense or the other.
func (d dice) nearWrap() uint32 {
	return pick[uint32](d, 0, 1<<31) - uint32(d.upTo(2000+d.size*100))
}

// faults make the network a bad one.
func (d dice) faults() []sim.Fault {
	n := d.Intn(2 + d.size/8)
	kinds := pick(d, "lrdxc", "l", "ll", "r", "d", "x", "c", "lx", "lr")
	var all []sim.Fault
	for range n {
		all = append(all, d.fault(kinds[d.Intn(len(kinds))]))
	}
	return all
}

// fault is one of a kind.
func (d dice) fault(kind byte) sim.Fault {
	f := sim.Fault{From: d.side(), Packet: uint16(d.upTo(8 + d.size/2))}
	switch kind {
	case 'l':
		f.Kind = sim.Lose
		if d.one(6) {
			f.By = uint32(d.upTo(12))
		}
	case 'r':
		f.Kind, f.By = sim.Reorder, uint32(d.upTo(5))
	case 'd':
		f.Kind, f.By = sim.Duplicate, uint32(pick(d, 0, 1, d.Intn(100), d.Intn(3000), d.Intn(60_000)))
	case 'x':
		f.Kind, f.By = sim.Delay, uint32(pick(d, d.Intn(30), d.Intn(1000), d.Intn(5000), d.Intn(90_000)))
	case 'c':
		f.Kind, f.By = sim.Corrupt, uint32(d.Intn(12_000))
	}
	return f
}
