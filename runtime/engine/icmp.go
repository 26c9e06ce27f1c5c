package engine

import (
	"syscall"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// icmpAllowed tells whether one more ICMP message may be sent. How many a burst
// has is random, lest the limit tell a third party which ports are open.
func (e *Engine) icmpAllowed(now Time) bool {
	if e.random.Uint32()%4 == 0 && !e.icmps.take(now) {
		return false
	}
	return e.icmps.take(now)
}

// icmpArrives takes in an ICMP message.
func (e *Engine) icmpArrives(now Time, ip *wire.IPv4, p *link.Packet) {
	h, why := wire.ParseICMPv4(ip.Payload)
	if why != wire.Whole {
		e.drop(now, Drop(why), p)
		return
	}
	switch {
	case h.Type == wire.ICMPv4Echo:
		e.echo(now, ip, &h, p)
	// "MUST silently discard any received ICMP Source Quench messages" (RFC 9293
	// 3.9.2.2, MUST-55). There is no route that a redirect could change.
	case !h.IsError(), h.Type == wire.ICMPv4SourceQuench, h.Type == wire.ICMPv4Redirect:
		e.drop(now, ICMPIgnored, p)
	default:
		e.errorArrives(now, &h, p)
	}
}

// echo answers: "Every host MUST implement an ICMP Echo server function" (RFC 1122, 3.2.2.6).
func (e *Engine) echo(now Time, ip *wire.IPv4, h *wire.ICMPv4, p *link.Packet) {
	const headers = wire.IPv4HeaderLen + wire.ICMPv4HeaderLen
	if headers+len(h.Payload) > e.cfg.MTU || !e.icmpAllowed(now) {
		e.drop(now, ICMPLimited, p)
		return
	}
	e.counters.EchoReplies++
	reply := h.EchoReply()
	e.sendICMP(now, &reply, h.Payload, ip.Dst, ip.Src)
}

// portUnreachable tells the sender of a datagram that nobody wants it: "SHOULD send
// an ICMP Port Unreachable message" (RFC 1122, 4.1.3.1). That neither
// address is a broadcast or multicast one has been checked.
func (e *Engine) portUnreachable(now Time, ip *wire.IPv4, p *link.Packet) {
	if !e.icmpAllowed(now) {
		e.drop(now, ICMPLimited, p)
		return
	}
	e.counters.ICMPErrorsOut++
	h := wire.ICMPv4{Type: wire.ICMPv4DestinationUnreachable, Code: wire.ICMPv4PortUnreachable}
	e.sendICMP(now, &h, wire.Quote(p.B), ip.Dst, ip.Src)
}

func (e *Engine) sendICMP(now Time, h *wire.ICMPv4, payload []byte, from, to [4]byte) {
	const headers = wire.IPv4HeaderLen + wire.ICMPv4HeaderLen
	p := link.Get(headers + len(payload))
	copy(p.B[headers:], payload)
	h.Put(p.B[wire.IPv4HeaderLen:])
	e.transmit(p, flow{local: from, remote: to}, wire.ProtocolICMP, e.cfg.Options.TTL, 0)
}

// errorOf is what the user is told of an ICMP error.
func errorOf(h *wire.ICMPv4) error {
	if h.Type != wire.ICMPv4DestinationUnreachable {
		return syscall.EHOSTUNREACH // the time to live was exceeded, or a header not understood
	}
	switch h.Code {
	case wire.ICMPv4NetUnreachable:
		return syscall.ENETUNREACH
	case wire.ICMPv4ProtocolUnreachable:
		return syscall.ENOPROTOOPT
	case wire.ICMPv4PortUnreachable:
		return syscall.ECONNREFUSED
	case wire.ICMPv4FragmentationNeeded:
		return syscall.EMSGSIZE
	}
	return syscall.EHOSTUNREACH
}

// errorArrives takes in an error about a packet that we sent, if we did.
func (e *Engine) errorArrives(now Time, h *wire.ICMPv4, p *link.Packet) {
	q, why := h.Quotation()
	if why != wire.Whole {
		e.drop(now, Drop(why), p)
		return
	}
	f := flow{q.Src, q.Dst, q.SourcePort, q.DestinationPort}
	switch q.Protocol {
	case wire.ProtocolTCP:
		if c := e.conns[f]; c != nil && c.isOutstanding(tcp.Seq(q.SEQ)) {
			e.counters.ICMPErrorsIn++
			c.icmpError(now, h)
			return
		}
	case wire.ProtocolUDP:
		// Only a connected endpoint can tell to whom the error matters.
		if u := e.udpFlows[f]; u != nil {
			e.counters.ICMPErrorsIn++
			u.err = errorOf(h)
			u.tell()
			return
		}
	}
	e.drop(now, ICMPForeign, p)
}

// isOutstanding tells whether an ICMP error can be about a segment of ours: "the
// TCP sequence number ... contained in the payload of the ICMP error message ...
// is within the range SND.UNA =< SEG.SEQ < SND.NXT" (RFC 5927, 4.1).
func (c *Conn) isOutstanding(seq tcp.Seq) bool {
	return c.tcb.SND.UNA.LessEq(seq) && seq.Less(c.tcb.SND.NXT)
}

// icmpError tells the machine of an error. Protocol and port unreachable "are hard
// error conditions" (RFC 9293 3.9.2.2).
func (c *Conn) icmpError(now Time, h *wire.ICMPv4) {
	hard := h.Type == wire.ICMPv4DestinationUnreachable &&
		(h.Code == wire.ICMPv4ProtocolUnreachable || h.Code == wire.ICMPv4PortUnreachable)
	c.soft = errorOf(h)
	out := c.begin()
	c.tcb.ICMPError(hard, out)
	c.perform(now, trace.Received, "ICMP ERROR")
}
