package proptest

import (
	"slices"
	"time"

	"github.com/leanovate/gopter"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// patience is how long a case may take to be made small: two seconds, less what the last attempt may take.
const patience = 1900 * time.Millisecond

// Shrinker makes cases small: it drops faults, calls and insertions, halves of
// them first and single ones last, then makes hosts plain and numbers small. It
// stops when patience has passed since it was first asked.
func Shrinker() gopter.Shrinker {
	var began time.Time
	return func(value any) gopter.Shrink {
		if began.IsZero() {
			began = time.Now()
		}
		next := smaller(value.(sim.Case))
		return func() (any, bool) {
			if time.Since(began) > patience {
				return nil, false
			}
			return next()
		}
	}
}

// smaller yields cases that are a little smaller than c, the smallest ones first.
func smaller(c sim.Case) gopter.Shrink {
	var steps []func() (sim.Case, bool)
	try := func(change func(*sim.Case)) {
		steps = append(steps, func() (sim.Case, bool) {
			d := c
			d.Calls, d.Faults, d.Insert = slices.Clone(c.Calls), slices.Clone(c.Faults), slices.Clone(c.Insert)
			change(&d)
			return d, d.String() != c.String()
		})
	}
	for _, part := range parts(len(c.Faults)) {
		try(func(d *sim.Case) { d.Faults = slices.Delete(d.Faults, part.from, part.to) })
	}
	for _, part := range parts(len(c.Insert)) {
		try(func(d *sim.Case) { d.Insert = slices.Delete(d.Insert, part.from, part.to) })
	}
	for _, part := range parts(len(c.Calls)) {
		try(func(d *sim.Case) { d.Calls = slices.Delete(d.Calls, part.from, part.to) })
		try(func(d *sim.Case) { d.Calls = without(d.Calls, part) })
	}
	plainer(&c, try)
	smallerNumbers(&c, try)
	i := 0
	return func() (any, bool) {
		for i < len(steps) {
			i++
			if d, changed := steps[i-1](); changed {
				return d, true
			}
		}
		return nil, false
	}
}

// part is a range of a slice.
type part struct{ from, to int }

// parts are the ranges to drop from a slice of n: all, halves, quarters, …, ones.
func parts(n int) (all []part) {
	for size := n; size > 0; size /= 2 {
		for from := 0; from < n; from += size {
			all = append(all, part{from, min(from+size, n)})
		}
	}
	return all
}

// without drops calls and lets the others happen when they happened before.
func without(calls []sim.Call, p part) []sim.Call {
	for i := p.from; i < p.to; i++ {
		for j := p.to; j < len(calls); j++ {
			if calls[j].Host == calls[i].Host {
				calls[j].After += calls[i].After
				break
			}
		}
	}
	return slices.Delete(calls, p.from, p.to)
}

// plainer makes hosts and network those of every day.
func plainer(c *sim.Case, try func(func(*sim.Case))) {
	for i := range c.Hosts {
		try(func(d *sim.Case) { d.Hosts[i] = sim.Host{} })
		for _, plain := range []func(*sim.Host){
			func(h *sim.Host) { h.ISS = 0 },
			func(h *sim.Host) { h.Age = 0 },
			func(h *sim.Host) { h.MTU = 0 },
			func(h *sim.Host) { h.Send = 0 },
			func(h *sim.Host) { h.Receive = 0 },
			func(h *sim.Host) { h.Pieces = 0 },
			func(h *sim.Host) { h.NoDelay, h.AckAtOnce = false, false },
			func(h *sim.Host) { h.Scale, h.Timestamps = false, false },
			func(h *sim.Host) { h.KeepAlive, h.Impatient = false, false },
		} {
			try(func(d *sim.Case) { plain(&d.Hosts[i]) })
		}
		for _, n := range toward(c.Hosts[i].Pieces) {
			try(func(d *sim.Case) { d.Hosts[i].Pieces = n })
		}
		for _, delay := range toward(c.Delay[i]) {
			try(func(d *sim.Case) { d.Delay[i] = delay })
		}
	}
	try(func(d *sim.Case) { d.Seed = 0 })
	try(func(d *sim.Case) { d.Batch = false })
	try(func(d *sim.Case) { d.Block = false })
	try(func(d *sim.Case) { d.Ending = sim.EndInPeace })
}

// smallerNumbers makes the numbers in calls, faults and insertions smaller.
func smallerNumbers(c *sim.Case, try func(func(*sim.Case))) {
	for i, x := range c.Calls {
		for _, n := range toward(x.After) {
			try(func(d *sim.Case) { d.Calls[i].After = n })
		}
		for _, n := range toward(x.N) {
			try(func(d *sim.Case) { d.Calls[i].N = n })
		}
	}
	for i, x := range c.Faults {
		for _, n := range toward(x.Packet) {
			try(func(d *sim.Case) { d.Faults[i].Packet = n })
		}
		for _, n := range toward(x.By) {
			try(func(d *sim.Case) { d.Faults[i].By = n })
		}
		try(func(d *sim.Case) { d.Faults[i].Kind = sim.Lose })
	}
	for i, x := range c.Insert {
		for _, n := range toward(x.At) {
			try(func(d *sim.Case) { d.Insert[i].At = n })
		}
		for _, n := range toward(x.Segment.LEN) {
			try(func(d *sim.Case) { d.Insert[i].Segment.LEN = n })
		}
		for _, n := range toward(x.Segment.SEQ) {
			try(func(d *sim.Case) { d.Insert[i].Segment.SEQ = n })
		}
		try(func(d *sim.Case) { d.Insert[i].Segment.SEQ = 0 })
		try(func(d *sim.Case) { d.Insert[i].Segment.WND = 0 })
		try(func(d *sim.Case) { d.Insert[i].CTL = 0x10 })
		try(func(d *sim.Case) { d.Insert[i].Segment.ACK = 0 })
		try(func(d *sim.Case) { d.Insert[i].Segment.UP = 0 })
		try(func(d *sim.Case) { d.Insert[i].MSS, d.Insert[i].Scale, d.Insert[i].Stamp = 0, 0, 0 })
	}
}

// toward lists numbers between zero and n: zero, a half, and one less.
func toward[T int32 | uint16 | uint32](n T) []T {
	switch {
	case n <= 0:
		return nil
	case n == 1:
		return []T{0}
	}
	return []T{0, 1, n / 2, n - n/4, n - 1}
}
