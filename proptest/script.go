package proptest

import "github.com/lockstep-tcp/lockstep/proptest/sim"

// script is a list of calls being written.
type script []sim.Call

func (s *script) add(host sim.Side, after int32, kind sim.CallKind, n uint32) {
	*s = append(*s, sim.Call{Host: host, After: after, Kind: kind, N: n})
}

// connect opens a connection: mostly A towards B's listener.
func (d dice) connect(s *script) {
	switch d.Intn(12) {
	case 0:
		d.meet(s)
	case 1: // B too, while it listens
		s.add(sim.B, 0, sim.Listen, 0)
		s.add(sim.A, d.pause(), sim.Open, 0)
		s.add(sim.B, d.pause(), sim.Open, 0)
	case 2: // B comes late
		s.add(sim.A, 0, sim.Open, 0)
		s.add(sim.B, d.pause(), sim.Listen, 0)
	default:
		s.add(sim.B, 0, sim.Listen, 0)
		s.add(sim.A, int32(d.Intn(3)), sim.Open, 0)
	}
}

// meet is a simultaneous open, more or less.
func (d dice) meet(s *script) {
	s.add(sim.A, 0, sim.Open, 0)
	s.add(sim.B, pick(d, 0, 0, int32(d.Intn(30)), int32(d.Intn(3000))), sim.Open, 0)
}

// talk is n calls of users who have a connection.
func (d dice) talk(s *script, n int) {
	for range n {
		host := d.side()
		switch d.Intn(12) {
		case 0, 1, 2, 3, 4:
			s.add(host, d.pause(), sim.Send, d.octets())
		case 5:
			s.add(host, d.pause(), sim.Urgent, d.octets())
		case 6, 7:
			s.add(host, d.pause(), sim.Receive, 0)
		case 8, 9:
			s.add(host, d.pause(), sim.Receive, d.octets())
		case 10:
			s.add(host, d.pause(), sim.HalfClose, 0)
		case 11:
			s.add(host, d.pause(), pick(d, sim.Close, sim.Close, sim.Abort), 0)
		}
	}
}

// readers have both users read from the beginning.
func readers(s *script) {
	s.add(sim.A, 0, sim.Receive, 0)
	s.add(sim.B, 0, sim.Receive, 0)
}

// network is a case with nothing but hosts and a network.
func (d dice) network() sim.Case {
	return sim.Case{
		Seed: uint64(d.Intn(1000)), Delay: [2]int32{d.delay(), d.delay()},
		Hosts: [2]sim.Host{d.host(), d.host()}, Batch: d.one(3),
	}
}

// modest keeps the number of segments in bounds when buffers are small.
func modest(c sim.Case) sim.Case {
	const segments = 100
	for i, x := range c.Calls {
		if x.Kind != sim.Send && x.Kind != sim.Urgent {
			continue
		}
		most := uint32(1460)
		for _, buffer := range []uint32{c.Hosts[x.Host].Send, c.Hosts[x.Host.Other()].Receive} {
			if buffer != 0 {
				most = min(most, buffer)
			}
		}
		c.Calls[i].N = min(x.N, most*segments)
	}
	return c
}

// anything is a case of everything at random.
func anything(d dice) sim.Case {
	c := d.network()
	for i := range c.Hosts {
		if d.one(2) {
			d.options(&c.Hosts[i])
		}
	}
	var s script
	d.connect(&s)
	d.talk(&s, 1+d.Intn(3+d.size/10))
	c.Calls, c.Faults = s, d.faults()
	c.Ending = pick(d, sim.EndInPeace, sim.EndInPeace, sim.EndInPeace, sim.EndGone, sim.EndAbort)
	return c
}

// transfer is text in both directions over a bad network, and a close in peace.
func transfer(d dice) sim.Case {
	c := d.network()
	var s script
	s.add(sim.B, 0, sim.Listen, 0)
	s.add(sim.A, 1, sim.Open, 0)
	readers(&s)
	for range 1 + d.Intn(4) {
		s.add(d.side(), d.pause(), sim.Send, d.octets()*uint32(1+d.Intn(8)))
	}
	s.add(sim.A, d.pause(), sim.HalfClose, 0)
	s.add(sim.B, d.pause(), sim.HalfClose, 0)
	c.Calls, c.Faults = s, append(d.faults(), d.faults()...)
	return c
}

// simultaneousOpen is MUST-10, Figures 7 and 8.
func simultaneousOpen(d dice) sim.Case {
	c := d.network()
	c.Delay = pick(d, c.Delay, [2]int32{20, 20})
	var s script
	d.meet(&s)
	d.talk(&s, d.Intn(4))
	c.Calls, c.Faults = s, d.faults()
	return c
}

// halfClose has one side say all and go on listening.
func halfClose(d dice) sim.Case {
	c := d.network()
	var s script
	d.connect(&s)
	first := d.side()
	s.add(first, d.pause(), sim.Send, d.octets())
	s.add(first, d.pause(), sim.HalfClose, 0)
	s.add(first, 0, sim.Receive, 0)
	for range 1 + d.Intn(4) {
		s.add(first.Other(), d.pause(), pick(d, sim.Send, sim.Send, sim.Receive), d.octets())
	}
	s.add(first.Other(), d.pause(), pick(d, sim.HalfClose, sim.Close), 0)
	c.Calls, c.Faults = s, d.faults()
	return c
}

// closing has both sides close at about the same time, in all ways.
func closing(d dice) sim.Case {
	c := d.network()
	var s script
	d.connect(&s)
	d.talk(&s, d.Intn(3))
	end := []sim.CallKind{sim.Close, sim.HalfClose, sim.Abort, sim.Close}
	s.add(sim.A, pick(d, 100, d.pause()), pick(d, end...), 0)
	s.add(sim.B, pick(d, 100, d.pause()), pick(d, end...), 0)
	c.Calls, c.Faults = s, d.faults()
	c.Ending = pick(d, sim.EndInPeace, sim.EndGone, sim.EndAbort)
	return c
}

// closedWindow has readers who read little and late, from small buffers.
func closedWindow(d dice) sim.Case {
	c := d.network()
	reader := d.side()
	c.Hosts[reader].Receive = uint32(1 + d.Intn(pick(d, 4, 600, 5000)))
	var s script
	d.connect(&s)
	for range 1 + d.Intn(3) {
		s.add(reader.Other(), d.pause(), sim.Send, d.octets()*4)
	}
	s.add(reader.Other(), d.pause(), pick(d, sim.HalfClose, sim.Close, sim.Receive), 0)
	for range d.Intn(6) {
		s.add(reader, d.pause(), sim.Receive, pick(d, 1, d.octets(), c.Hosts[reader].Receive))
	}
	if d.one(3) {
		s.add(reader, d.pause(), sim.Send, d.octets())
	}
	c.Calls, c.Faults = s, d.faults()
	return c
}

// again opens and closes several times with the same ports.
func again(d dice) sim.Case {
	c := d.network()
	if d.one(2) {
		d.options(&c.Hosts[sim.A])
		d.options(&c.Hosts[sim.B])
	}
	var s script
	s.add(sim.B, 0, sim.Listen, 0)
	for range 2 + d.Intn(4) {
		s.add(sim.A, d.pause(), sim.Open, 0)
		if d.one(4) {
			s.add(d.side(), d.pause(), sim.KeepAlive, uint32(d.Intn(2)))
		}
		d.talk(&s, d.Intn(3))
		s.add(d.side(), d.pause(), pick(d, sim.Close, sim.HalfClose, sim.Abort), 0)
		s.add(d.side(), d.pause(), pick(d, sim.Close, sim.HalfClose), 0)
		s.add(sim.A, d.pause(), sim.Receive, 0)
		s.add(sim.B, d.pause(), sim.Receive, 0)
	}
	c.Calls, c.Faults = s, d.faults()
	return c
}

// wrapping crosses 2^31 and 2^32, on clocks of all ages.
func wrapping(d dice) sim.Case {
	c := transfer(d)
	if d.one(3) {
		c = anything(d)
	}
	c.Hosts[sim.A].ISS, c.Hosts[sim.B].ISS = d.nearWrap(), d.nearWrap()
	c.Hosts[sim.A].Age = pick[uint16](d, 0, 1, 249, 250, 500)
	return c
}

// vanishing has one side, or both, hear no more of the other from some packet on,
// for a long time or for ever.
func vanishing(d dice) sim.Case {
	c := d.network()
	d.options(&c.Hosts[sim.A])
	d.options(&c.Hosts[sim.B])
	var s script
	d.connect(&s)
	if d.one(4) { // handshakes that come to nothing, one after the other
		for range 1 + d.Intn(3) {
			s.add(sim.A, int32(d.Intn(400_000)), sim.Open, 0)
		}
	}
	d.talk(&s, d.Intn(4))
	if d.one(2) {
		s.add(d.side(), int32(d.Intn(600_000)), sim.Receive, 0)
	}
	if d.one(3) {
		readers(&s)
	}
	d.talk(&s, d.Intn(3))
	c.Calls, c.Faults = s, d.faults()
	for range 1 + d.Intn(2) {
		c.Faults = append(c.Faults, sim.Fault{From: d.side(), Packet: uint16(d.upTo(8)), Kind: sim.Lose, By: uint32(pick(d, d.Intn(30), 10_000))})
	}
	return c
}

// idle says nothing for so long that the peer's timestamps are worth nothing.
func idle(d dice) sim.Case {
	const days = 24 * 60 * 60 * 1000
	c := d.network()
	for i := range c.Hosts {
		d.options(&c.Hosts[i])
		c.Hosts[i].KeepAlive = false
	}
	var s script
	readers(&s) // or the days would be full of probes of closed windows
	s.add(sim.B, 0, sim.Listen, 0)
	s.add(sim.A, 1, sim.Open, 0)
	d.talk(&s, d.Intn(3))
	s.add(d.side(), int32(pick(d, 23.9, 24, 24.1)*days), sim.Send, d.octets())
	d.talk(&s, d.Intn(3))
	c.Calls = s
	return c
}

// faultless is a network that does nothing wrong, and users who read.
func faultless(d dice) sim.Case {
	c := d.network()
	c.Delay = [2]int32{int32(d.Intn(300)), int32(d.Intn(300))}
	var s script
	readers(&s)
	s.add(sim.B, 0, sim.Listen, 0)
	s.add(sim.A, 1, sim.Open, 0)
	readers(&s)
	for range 1 + d.Intn(4) {
		s.add(d.side(), d.pause(), sim.Send, d.octets()*uint32(1+d.Intn(20)))
	}
	c.Calls = s
	return c
}

// blocking has users who wait in calls: they open, accept, read and write, while
// others give them up, or close under their hands what they wait for. Often nobody answers.
func blocking(d dice) sim.Case {
	c := d.network()
	c.Block, c.Batch = true, false
	for i := range c.Hosts {
		c.Hosts[i].ISS = 0
	}
	var s script
	if !d.one(3) {
		s.add(sim.B, 0, sim.Listen, 0)
	}
	s.add(sim.A, int32(d.Intn(3)), sim.Open, 0)
	for range 1 + d.Intn(3+d.size/10) {
		kind := pick(d, sim.Open, sim.Listen, sim.Send, sim.Send, sim.Receive, sim.Receive, sim.Receive,
			sim.Cancel, sim.Cancel, sim.Unlisten, sim.HalfClose, sim.Close, sim.Abort, sim.Shut)
		n := uint32(0)
		if kind == sim.Send || kind == sim.Receive {
			n = d.octets()
		}
		s.add(d.side(), d.pause(), kind, n)
	}
	c.Calls, c.Faults = s, d.faults()
	if d.one(3) {
		c.Faults = append(c.Faults, sim.Fault{From: d.side(), Packet: uint16(d.upTo(4)), Kind: sim.Lose, By: 10_000})
	}
	c.Ending = pick(d, sim.EndInPeace, sim.EndInPeace, sim.EndGone)
	return c
}

// datagrams go over the numbers that TCP uses, too.
func datagrams(d dice) sim.Case {
	c := d.network()
	var s script
	if d.one(2) {
		d.connect(&s)
	}
	for range 1 + d.Intn(8) {
		s.add(d.side(), d.pause(), sim.Datagram, uint32(pick(d, 0, 1, d.Intn(200), d.around(1472), d.around(60), d.Intn(1400))))
		d.talk(&s, d.Intn(2))
	}
	c.Calls, c.Faults = s, d.faults()
	return c
}

// hostile has a stranger send segments that may hit anything.
func hostile(d dice) sim.Case {
	c := anything(d)
	for range 1 + d.Intn(3+d.size/10) {
		c.Insert = append(c.Insert, d.insertion())
	}
	return c
}

// unruly has a peer that is none of ours: its text comes out of order and in tiny
// parts, with text behind a FIN, or with a second one. Then the hole is filled.
func unruly(d dice) sim.Case {
	c := d.network()
	victim := d.side()
	c.Hosts[victim].Pieces = d.pieces()
	var s script
	s.add(sim.B, 0, sim.Listen, 0)
	s.add(sim.A, 1, sim.Open, 0)
	if d.one(2) {
		s.add(victim, d.pause(), sim.Receive, 0)
	}
	d.talk(&s, d.Intn(3))
	c.Calls = s
	if d.one(3) {
		c.Faults = d.faults()
	}
	at := 2*(c.Delay[sim.A]+c.Delay[sim.B]) + int32(d.Intn(20))
	for range 1 + d.Intn(3) {
		for range 1 + d.Intn(3+d.size/5) {
			c.Insert = append(c.Insert, d.early(victim, at))
			at += pick(d, 0, 0, int32(d.Intn(100)))
		}
		filler := d.early(victim, at)
		filler.Segment.SEQ, filler.Segment.LEN = 0, uint16(1+d.Intn(40))
		c.Insert = append(c.Insert, filler)
	}
	return c
}

// early is a segment that comes before its turn.
func (d dice) early(to sim.Side, at int32) (x sim.Insertion) {
	x.To, x.At, x.CTL = to, at, 0x10
	if d.one(3) {
		x.CTL |= 0x01
	}
	x.Segment.SEQ, x.Segment.LEN, x.Segment.WND = int32(1+d.upTo(40)), uint16(pick(d, 0, 1, 1, 2, d.Intn(20))), 65535
	return x
}

// insertion is a segment with numbers at and around the edges that matter.
func (d dice) insertion() (x sim.Insertion) {
	x.To, x.At = d.side(), int32(pick(d, d.Intn(50), d.Intn(500), d.Intn(10_000), d.Intn(300_000)))
	x.CTL = pick(d, uint8(d.Intn(256)), 0x10, 0x02, 0x12, 0x04, 0x14, 0x11, 0x18, 0x00)
	near := func() int32 {
		return int32(pick(d, 0, 0, -1, 1, d.Intn(7)-3, d.Intn(3000)-1500, d.Intn(1<<17)-1<<16, int(int32(d.Uint32()))))
	}
	x.Segment.SEQ, x.Segment.ACK = near(), near()
	x.Segment.LEN = uint16(pick(d, 0, 0, 1, d.Intn(20), d.Intn(1400)))
	x.Segment.WND = uint16(pick(d, 0, 1, d.Intn(65536), 65535))
	x.Segment.UP = uint16(pick(d, 0, 1, d.Intn(65536)))
	if d.one(4) {
		x.MSS, x.Scale, x.Stamp = uint16(d.Intn(3000)), uint8(d.Intn(256)), d.Uint32()
	}
	x.Alien = d.one(10)
	if d.one(6) {
		x.ICMP = uint8(1 + d.Intn(6))
	}
	return x
}
