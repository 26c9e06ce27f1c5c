package engine

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// segmentArrives is the name of the event in the text.
const segmentArrives = "SEGMENT ARRIVES"

// arrival is a segment on its way from the packet to the machine.
type arrival struct {
	flow    flow
	segment tcp.Segment
	header  wire.TCP
	packet  *link.Packet
}

// Packet takes in one IP packet that came at now. The engine owns p from here on.
// What the packet makes us say may wait until Flush.
func (e *Engine) Packet(now Time, p *link.Packet) {
	e.counters.PacketsIn++
	ip, why := wire.ParseIPv4(p.B)
	drop := Drop(why)
	if drop == 0 {
		drop = e.screen(&ip)
	}
	if drop != 0 {
		e.drop(now, drop, p)
		link.Put(p)
		return
	}
	switch ip.Protocol {
	case wire.ProtocolTCP:
		e.tcpArrives(now, &ip, p)
	case wire.ProtocolUDP:
		if e.udpArrives(now, &ip, p) {
			return // the packet waits in a queue
		}
	case wire.ProtocolICMP:
		e.icmpArrives(now, &ip, p)
	default:
		e.drop(now, ProtocolUnknown, p)
	}
	link.Put(p)
}

// screen checks the addresses of a packet.
func (e *Engine) screen(ip *wire.IPv4) Drop {
	// "A TCP implementation MUST silently discard an incoming SYN segment that is
	// addressed to a broadcast or multicast address." (RFC 9293 3.9.2.3, MUST-57)
	if !e.isLocal(ip.Dst) || !e.looping && ip.Dst[0] == 127 {
		return DestinationForeign
	}
	// "MUST ... ignore ... an invalid source address" (RFC 9293 3.9.2.3, MUST-63)
	if !wire.SingleHost(ip.Src) || e.isBroadcast(ip.Src) {
		return SourceInvalid
	}
	// A source that is ourselves is a forgery: what we send ourselves never leaves
	// the host. Loopback addresses "MUST NOT appear outside a host" (RFC
	// 1122, 3.2.1.3).
	if !e.looping && e.isLocal(ip.Src) {
		return SourceInvalid
	}
	return 0
}

// tcpArrives takes in a segment.
func (e *Engine) tcpArrives(now Time, ip *wire.IPv4, p *link.Packet) {
	a := arrival{packet: p}
	h := &a.header
	var why wire.Drop
	if *h, why = wire.ParseTCP(ip.Payload, ip.Pseudo()); why != wire.Whole {
		e.drop(now, Drop(why), p)
		return
	}
	e.counters.SegmentsIn++
	if h.Odd != 0 {
		e.counters.OddOptions++
	}
	a.flow = flow{ip.Dst, ip.Src, h.DestinationPort, h.SourcePort}
	a.segment = segmentOf(h)
	if c := e.lookup(a.flow); c != nil {
		c.arrives(now, &a)
		return
	}
	e.strayArrives(now, &a)
}

// segmentOf reduces a header to what the rules speak of.
func segmentOf(h *wire.TCP) tcp.Segment {
	s := tcp.Segment{
		SEQ: tcp.Seq(h.SEQ), ACK: tcp.Seq(h.ACK), LEN: uint32(len(h.Payload)),
		WND: uint32(h.WND), UP: uint32(h.UP), CTL: tcp.Flags(h.CTL),
		TSval: tcp.Stamp(h.TSval), HasTS: h.HasTS,
	}
	if s.CTL&(tcp.SYN|tcp.FIN) == 0 {
		return s
	}
	if s.CTL.Has(tcp.FIN) {
		s.LEN++
	}
	if s.CTL.Has(tcp.SYN) {
		s.LEN++
		s.MSS, s.WS, s.HasWS = uint32(h.MSS), h.WS, h.HasWS
	}
	return s
}

// strayArrives takes in a segment of no connection: there may be a listener, or
// else it meets the fictional state CLOSED.
func (e *Engine) strayArrives(now Time, a *arrival) {
	if l := e.listenerFor(a.flow.localSocket()); l != nil {
		l.segment(now, a, e.initialSequenceNumber(now, a.flow), nil)
		return
	}
	var closed tcp.TCB
	before, seg := closed, a.segment
	closed.SegmentArrives(&seg, &e.effects)
	if e.cfg.Tracer != nil {
		e.traceStray(now, a, &before, &closed)
	}
	e.counters.Strays++
	e.reply(now, a)
}

// arrives gives a segment to the connection it belongs to.
func (c *Conn) arrives(now Time, a *arrival) {
	e, seg := c.e, a.segment
	if seg.CTL.Has(tcp.SYN) {
		l := e.listenerFor(a.flow.localSocket())
		seg.Listener = l != nil
	}
	e.text = text{SEQ: seg.SEQ, data: a.header.Payload}
	if seg.CTL.Has(tcp.SYN) {
		e.text.SEQ++
	}
	if e.cfg.Tracer != nil {
		e.arrived, e.packet = seg, a.packet.B
	}
	out := c.begin()
	una, flight := c.tcb.SND.UNA, c.recovery.flight(c.tcb.SND.UNA, c.tcb.SND.NXT)
	c.tcb.SegmentArrives(&seg, out)
	set, above := out.Set, out.Reopen.Above
	if c.tcb.State != tcp.Closed && c.tcb.SND.UNA != una {
		c.measure(now, a)
	}
	c.perform(now, trace.Received, segmentArrives)
	if set.Has(tcp.EffectReopen) {
		e.reopen(now, c, a, above)
	}
	if c.opened {
		c.recover(now, set, c.tcb.SND.UNA.Sub(una), flight)
	}
	if set.Has(tcp.EffectDeliver) && c.tcb.Holes {
		c.takeHeld(now)
	}
}

// recover tells loss recovery what a segment acknowledged: n octets of the flight
// that was thought to be out, or nothing new.
func (c *Conn) recover(now Time, set tcp.EffectSet, n, flight uint32) {
	una, nxt, hole := c.tcb.SND.UNA, c.tcb.SND.NXT, false
	switch {
	case set.Has(tcp.EffectAcknowledged):
		hole = c.recovery.acknowledged(n, flight, una, nxt)
	case set.Has(tcp.EffectDuplicateACK):
		c.e.counters.DuplicateACKs++
		if hole = c.recovery.duplicate(una, nxt); hole {
			c.e.counters.FastRetransmits++
		}
	}
	if hole {
		c.retransmit(now, una)
	}
}

// takeHeld tells the machine of held text that has become next in sequence.
func (c *Conn) takeHeld(now Time) {
	octets, fin, more := c.in.Next()
	seg := tcp.Segment{SEQ: c.tcb.RCV.NXT, ACK: c.tcb.SND.UNA, LEN: uint32(octets), CTL: tcp.ACK}
	if fin {
		seg.LEN++
		seg.CTL |= tcp.FIN
	}
	if c.e.cfg.Tracer != nil {
		c.e.arrived, c.e.packet = seg, nil
	}
	c.e.text = text{SEQ: seg.SEQ, held: true}
	out := c.begin()
	c.tcb.HeldText(&seg, more, out)
	c.perform(now, trace.Received, "HELD TEXT")
}

// reopen hands a SYN that may follow a connection in TIME-WAIT to the listener
// (RFC 9293 3.6.1, MAY-2; RFC 6191).
func (e *Engine) reopen(now Time, old *Conn, a *arrival, above tcp.Seq) {
	if l := e.listenerFor(a.flow.localSocket()); l != nil {
		l.segment(now, a, e.sequenceNumberAbove(above, now, a.flow), old)
	}
}
