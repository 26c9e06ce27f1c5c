package proptest

import (
	"math"
	"slices"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// What users see of a run must not depend on how its text was cut into segments,
// how often these arrived, or how many were processed at a time.

// sameEnds plays a case and others that differ from it in nothing that users may see.
func sameEnds(p sim.Property, others ...func(sim.Case) sim.Case) func(sim.Case, *sim.Seen) Verdict {
	return func(c sim.Case, seen *sim.Seen) Verdict {
		first := sim.Run(c)
		seen.Runs++
		seen.Asked[p]++
		seen.Add(&first.Seen)
		if first.Violation != nil {
			return Verdict{first.Violation, c}
		}
		for _, other := range others {
			d := other(c)
			second := sim.Run(d)
			seen.Runs++
			seen.Add(&second.Seen)
			if second.Violation != nil {
				return Verdict{second.Violation, d}
			}
			if !slices.Equal(first.Ends, second.Ends) {
				return violated(d, p, &second, "users saw %v, and of\n    %v\n  they saw %v", second.Ends, c, first.Ends)
			}
		}
		return Verdict{nil, c}
	}
}

// recut gives the hosts segments of other sizes, and cuts what users send in portions.
func recut(c sim.Case) sim.Case {
	for i := range c.Hosts {
		c.Hosts[i].MTU = map[uint16]uint16{0: 576, 1500: 300, 576: 1500}[c.Hosts[i].MTU]
	}
	var calls []sim.Call
	for _, x := range c.Calls {
		if x.Kind != sim.Send || x.N < 2 {
			calls = append(calls, x)
			continue
		}
		first, rest := x, x
		first.N, rest.N, rest.After = x.N/3+1, x.N-x.N/3-1, 0
		calls = append(calls, first, rest)
	}
	c.Calls = calls
	return c
}

// joined has users send in one portion what they send in several, one behind the other.
func joined(c sim.Case) sim.Case {
	var calls []sim.Call
	for _, x := range c.Calls {
		if n := len(calls) - 1; n >= 0 && x.Kind == sim.Send && calls[n].Kind == sim.Send && calls[n].Host == x.Host && x.After == 0 {
			calls[n].N += x.N
			continue
		}
		calls = append(calls, x)
	}
	c.Calls = calls
	return c
}

// copied is how many packets of each side are delivered twice.
const copied = 300

// twiceEach has the network deliver every packet twice, one copy behind the other.
func twiceEach(c sim.Case) sim.Case {
	c.Faults = nil
	for n := range uint16(copied) {
		c.Faults = append(c.Faults, sim.Fault{From: sim.A, Packet: n, Kind: sim.Duplicate}, sim.Fault{From: sim.B, Packet: n, Kind: sim.Duplicate})
	}
	return c
}

// otherwiseBatched has packets of one instant processed one by one, or together.
func otherwiseBatched(c sim.Case) sim.Case {
	c.Batch = !c.Batch
	return c
}

// long is a long transfer over a network that does harm at its beginning only, and
// to few packets: what comes behind is in the hands of congestion control.
func long(d dice) sim.Case {
	c := sim.Case{Seed: uint64(d.Intn(1000)), Delay: [2]int32{int32(20 + d.Intn(80)), int32(20 + d.Intn(80))}}
	for i := range c.Hosts {
		c.Hosts[i] = sim.Host{ISS: d.Uint32(), AckAtOnce: true, Send: 200_000, Receive: 200_000, Scale: true}
	}
	var s script
	s.add(sim.B, 0, sim.Listen, 0)
	s.add(sim.A, 1, sim.Open, 0)
	readers(&s)
	s.add(sim.A, 0, sim.Send, uint32(1460*(100+d.Intn(300))))
	s.add(sim.A, 10_000, sim.HalfClose, 0)
	s.add(sim.B, 10_000, sim.HalfClose, 0)
	c.Calls = s
	for range 1 + d.Intn(4) {
		f := d.fault(pick(d, byte('l'), 'l', 'd', 'c'))
		f.From, f.Packet = pick(d, sim.A, sim.A, sim.B), uint16(d.Intn(30))
		if f.Kind == sim.Lose {
			f.By = uint32(d.Intn(8))
		}
		if f.Kind == sim.Duplicate {
			f.By = uint32(d.Intn(50))
		}
		c.Faults = append(c.Faults, f)
	}
	return c
}

// transferred is how many octets one host sends at once; and whether that is all that
// the other waits for, who has room for it and acknowledges at once.
func transferred(c sim.Case) (octets float64, fit bool) {
	sends, reads := 0, false
	for _, x := range c.Calls {
		switch x.Kind {
		case sim.Send:
			if sends, octets = sends+1, octets+float64(x.N); x.Host != sim.A {
				return 0, false
			}
		case sim.Receive:
			reads = reads || x.Host == sim.B && x.N == 0 && x.After == 0
		}
	}
	a, b := c.Hosts[sim.A], c.Hosts[sim.B]
	return octets, sends == 1 && reads && octets >= 50*1460 && b.AckAtOnce && a.Send >= 200_000 && b.Receive >= 200_000 && a.MTU == 0 && b.MTU == 0
}

// Recovers is C5. Once the last of what was lost has been sent again, cwnd grows by
// a segment in each round trip at least, so that n segments take about √2n of them.
func Recovers(play Play) func(sim.Case, *sim.Seen) Verdict {
	return func(c sim.Case, seen *sim.Seen) Verdict {
		r := play(c, sim.Options{})
		seen.Runs++
		seen.Add(&r.Seen)
		octets, fit := transferred(c)
		if r.Violation != nil || !fit {
			return Verdict{r.Violation, c}
		}
		seen.Asked[sim.GoodputRecovers]++
		trip := time.Duration(c.Delay[sim.A]+c.Delay[sim.B]) * time.Millisecond
		most := time.Duration((2*math.Sqrt(2*octets/1460)+10)*float64(trip)) + time.Second
		if took := r.Delivered - r.Repaired; took > most {
			return violated(c, sim.GoodputRecovers, &r, "%.0f octets: %v behind the last retransmission the last was delivered; %v would do", octets, took, most)
		}
		return Verdict{nil, c}
	}
}
