package engine

import (
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// traceEvent reports an event of the machine, with what it did to the TCB.
func (c *Conn) traceEvent(now Time, kind trace.Kind, what string) {
	e := c.e
	ev := trace.Event{
		At: time.Duration(now), Host: e.cfg.Host, Kind: kind, What: what,
		Local: c.LocalAddr(), Remote: c.RemoteAddr(),
		Before: e.was.tcb, After: c.tcb, Rules: e.effects.Rules,
	}
	if kind == trace.Received {
		ev.SEG, ev.Packet = e.arrived, e.packet
	}
	e.cfg.Tracer.Trace(&ev)
}

// traceSent reports a segment that left.
func (c *Conn) traceSent(now Time, s *tcp.Sent, p *link.Packet) {
	c.e.cfg.Tracer.Trace(&trace.Event{
		At: time.Duration(now), Host: c.e.cfg.Host, Kind: trace.Sent, What: s.CTL.String(),
		Local: c.LocalAddr(), Remote: c.RemoteAddr(),
		Sent: *s, Before: c.tcb, After: c.tcb, Packet: p.B,
	})
}

// traceStray reports a segment that belongs to no connection, and did not begin one.
func (e *Engine) traceStray(now Time, a *arrival, before, after *tcp.TCB) {
	e.cfg.Tracer.Trace(&trace.Event{
		At: time.Duration(now), Host: e.cfg.Host, Kind: trace.Received, What: segmentArrives,
		Local: a.flow.localAddrPort(), Remote: a.flow.remoteAddrPort(),
		SEG: a.segment, Before: *before, After: *after, Rules: e.effects.Rules, Packet: a.packet.B,
	})
}

// traceDrop reports a packet that was not processed.
func (e *Engine) traceDrop(now Time, why Drop, p *link.Packet) {
	e.cfg.Tracer.Trace(&trace.Event{
		At: time.Duration(now), Host: e.cfg.Host, Kind: trace.Dropped, What: why.String(), Packet: p.B,
	})
}

// trace reports a call that concerns a listener.
func (l *Listener) trace(now Time, what string, before *tcp.TCB) {
	if l.e.cfg.Tracer == nil {
		return
	}
	l.e.cfg.Tracer.Trace(&trace.Event{
		At: time.Duration(now), Host: l.e.cfg.Host, Kind: trace.Call, What: what,
		Local: l.Addr(), Before: *before, After: l.tcb, Rules: l.e.effects.Rules,
	})
}
