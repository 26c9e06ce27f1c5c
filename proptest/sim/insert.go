package sim

import (
	"encoding/binary"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// insert has a stranger's segment arrive. He sees the victim's numbers, so that
// what he adds to them decides what is hit.
func (w *world) insert(x Insertion) {
	var t tcp.TCB
	for _, f := range w.watch.flows[x.To] {
		if f.alive() {
			t = f.tcb
		}
	}
	from := x.To.Other()
	if x.ICMP != 0 {
		w.report(x, &t)
		return
	}
	h := wire.TCP{
		SourcePort: sockets[from].Port(), DestinationPort: sockets[x.To].Port(),
		SEQ: uint32(t.RCV.NXT) + uint32(x.Segment.SEQ), ACK: uint32(t.SND.NXT) + uint32(x.Segment.ACK),
		CTL: x.CTL, WND: x.Segment.WND, UP: x.Segment.UP,
		HasMSS: x.MSS != 0, MSS: x.MSS,
		HasWS: x.Scale != 0, WS: x.Scale - 1,
		HasTS: x.Stamp != 0, TSval: uint32(t.TS.Recent) + x.Stamp - 1,
	}
	if x.Alien {
		h.SourcePort = 3000
	}
	headers := wire.IPv4HeaderLen + h.HeaderLen()
	p := link.Get(headers + int(min(x.Segment.LEN, 1400)))
	w.content.fill(p.B[headers:], 999, 0)
	ip := wire.IPv4{Src: addrs[from].As4(), Dst: addrs[x.To].As4(), Protocol: wire.ProtocolTCP, TTL: 64}
	h.Put(p.B[wire.IPv4HeaderLen:], ip.Pseudo())
	ip.Put(p.B)
	w.deliver(event{at: w.now, kind: arrival, host: x.To, packet: p})
}

// report has a router, or who pretends to be one, tell a host that a segment of its
// connection did not arrive.
func (w *world) report(x Insertion, t *tcp.TCB) {
	const quoted = wire.IPv4HeaderLen + 8
	p := link.Get(wire.IPv4HeaderLen + wire.ICMPv4HeaderLen + quoted)
	clear(p.B)
	message := p.B[wire.IPv4HeaderLen:]
	quote := message[wire.ICMPv4HeaderLen:]
	from, about := addrs[x.To.Other()].As4(), addrs[x.To].As4()
	segment := quote[wire.IPv4HeaderLen:]
	binary.BigEndian.PutUint16(segment, sockets[x.To].Port())
	binary.BigEndian.PutUint16(segment[2:], sockets[x.To.Other()].Port())
	binary.BigEndian.PutUint32(segment[4:], uint32(t.SND.UNA)+uint32(x.Segment.SEQ))
	lost := wire.IPv4{Src: about, Dst: from, Protocol: wire.ProtocolTCP, TTL: 1}
	lost.Put(quote)
	icmp := wire.ICMPv4{Type: wire.ICMPv4DestinationUnreachable, Code: x.ICMP - 1, Rest: uint32(x.MSS)}
	icmp.Put(message)
	ip := wire.IPv4{Src: from, Dst: about, Protocol: wire.ProtocolICMP, TTL: 64}
	ip.Put(p.B)
	w.deliver(event{at: w.now, kind: arrival, host: x.To, packet: p})
}
