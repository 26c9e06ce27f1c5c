package engine

import (
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// reply sends what the machine said to a segment of no connection: at most one
// reset, within the limit of the host.
func (e *Engine) reply(now Time, a *arrival) {
	for i := range e.effects.Send[:e.effects.NSend] {
		if !e.resets.take(now) {
			e.drop(now, ResetLimited, a.packet)
			return
		}
		e.replyWith(now, a, &e.effects.Send[i])
	}
}

func (e *Engine) replyWith(now Time, a *arrival, s *tcp.Sent) {
	h := wire.TCP{
		SourcePort: a.flow.localPort, DestinationPort: a.flow.remotePort,
		SEQ: uint32(s.SEQ), ACK: uint32(s.ACK), CTL: uint8(s.CTL),
	}
	p := link.Get(wire.IPv4HeaderLen + h.HeaderLen())
	h.Put(p.B[wire.IPv4HeaderLen:], wire.PseudoIPv4(a.flow.local, a.flow.remote, wire.ProtocolTCP))
	e.counters.SegmentsOut++
	e.counters.ResetsOut++
	e.transmit(p, a.flow, wire.ProtocolTCP, e.cfg.Options.TTL, e.cfg.Options.DSCP<<2)
	if e.cfg.Tracer != nil {
		e.cfg.Tracer.Trace(&trace.Event{
			At: time.Duration(now), Host: e.cfg.Host, Kind: trace.Sent, What: s.CTL.String(),
			Local: a.flow.localAddrPort(), Remote: a.flow.remoteAddrPort(), Sent: *s, Packet: p.B,
		})
	}
}
