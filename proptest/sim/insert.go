package sim

import (
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
	src, dst := addrs[from].As4(), addrs[x.To].As4()
	h.Put(p.B[wire.IPv4HeaderLen:], wire.PseudoIPv4(src, dst, wire.ProtocolTCP))
	ip := wire.IPv4{Src: src, Dst: dst, Protocol: wire.ProtocolTCP, TTL: 64}
	ip.Put(p.B)
	w.deliver(event{at: w.now, kind: arrival, host: x.To, packet: p})
}
