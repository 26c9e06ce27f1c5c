package engine

import (
	"bytes"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func TestEcho(t *testing.T) {
	w := newWorld(t)
	data := noise(100)
	p := link.Get(28 + len(data))
	copy(p.B[28:], data)
	h := wire.ICMPv4{Type: wire.ICMPv4Echo, Rest: 0x12345678}
	h.Put(p.B[20:])
	ip := wire.IPv4{Src: [4]byte{10, 0, 0, 9}, Dst: [4]byte{10, 0, 0, 1}, Protocol: wire.ProtocolICMP, TTL: 64}
	ip.Put(p.B)
	w.a.Packet(w.now, p)
	w.collect()
	reply, drop := wire.ParseICMPv4(w.log[0].ip.Payload)
	if drop != wire.Whole || reply.Type != wire.ICMPv4EchoReply || reply.Rest != h.Rest || !bytes.Equal(reply.Payload, data) {
		t.Errorf("%v %+v", drop, reply)
	}
	if w.log[0].ip.Dst != ip.Src || w.log[0].ip.Src != ip.Dst {
		t.Errorf("%+v", w.log[0].ip)
	}
}

// A hard error ends an attempt to open (SHLD-26), and nothing else (RFC 5927, 5.2);
// it must be about something that is outstanding (RFC 5927, 4.1).
func TestICMPErrors(t *testing.T) {
	w := newWorld(t)
	a := w.dial(Options{})
	w.collect()
	syn := w.log[0].raw
	w.injectError(wire.ICMPv4HostUnreachable, syn)
	if a.State() != tcp.SynSent || a.SoftError() != syscall.EHOSTUNREACH {
		t.Errorf("after a soft error: %v", a.State())
	}
	forged := bytes.Clone(syn)
	forged[24] ^= 1 // the sequence number
	w.injectError(wire.ICMPv4PortUnreachable, forged)
	if a.State() != tcp.SynSent {
		t.Errorf("after a forged error: %v", a.State())
	}
	w.injectError(wire.ICMPv4PortUnreachable, syn)
	if a.State() != tcp.Closed || a.Err() != syscall.ECONNREFUSED {
		t.Errorf("after a hard error: %v %v", a.State(), a.Err())
	}

	w = newWorld(t)
	a, _ = w.connect(Options{})
	var notices Notice
	a.Notify = func(n Notice) { notices |= n }
	a.Write(w.now, noise(100))
	w.collect()
	cwnd := a.reno.Window()
	w.injectError(wire.ICMPv4PortUnreachable, w.log[len(w.log)-1].raw)
	if a.State() != tcp.Established || !notices.Has(Trouble) || a.SoftError() != syscall.ECONNREFUSED {
		t.Errorf("established: %v %v", a.State(), notices)
	}
	if a.SoftError() != nil || a.reno.Window() != cwnd {
		t.Error("more than a report")
	}
}

// Source quench is discarded silently (MUST-55).
func TestSourceQuench(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{})
	a.Write(w.now, noise(100))
	w.collect()
	before := a.tcb
	cwnd := a.reno.Window()
	sent := w.log[len(w.log)-1].raw
	p := link.Get(28 + len(sent))
	copy(p.B[28:], sent)
	h := wire.ICMPv4{Type: wire.ICMPv4SourceQuench}
	h.Put(p.B[20:])
	ip := wire.IPv4{Src: [4]byte{10, 0, 0, 9}, Dst: [4]byte{10, 0, 0, 1}, Protocol: wire.ProtocolICMP, TTL: 64}
	ip.Put(p.B)
	w.a.Packet(w.now, p)
	if a.tcb != before || a.reno.Window() != cwnd || a.SoftError() != nil || w.a.Counters().Drops[ICMPIgnored] != 1 {
		t.Error("it was heard")
	}
}

// What we say unasked is limited: resets, errors and echoes.
func TestRateLimits(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Settings.RSTRate, c.Settings.ICMPRate = 10, 10 })
	u := w.listenUDP(w.a, 5000)
	stray := flow{[4]byte{10, 0, 0, 1}, [4]byte{10, 0, 0, 2}, 1, 2}
	for range 50 {
		u.Write(w.now, nil, at(w.b, 53))
		w.a.strayTo(w.now, stray)
	}
	w.run(10 * time.Millisecond)
	n := w.b.Counters()
	if n.ICMPErrorsOut == 0 || n.ICMPErrorsOut > 10 || n.Drops[ICMPLimited] != 50-n.ICMPErrorsOut {
		t.Errorf("%d errors of 50, %d limited", n.ICMPErrorsOut, n.Drops[ICMPLimited])
	}
	if n.ResetsOut != 10 || n.Drops[ResetLimited] != 40 {
		t.Errorf("%d resets of 50, %d limited", n.ResetsOut, n.Drops[ResetLimited])
	}
	w.run(500 * time.Millisecond)
	for range 50 {
		w.a.strayTo(w.now, stray)
	}
	w.run(10 * time.Millisecond)
	if n := w.b.Counters(); n.ResetsOut != 15 {
		t.Errorf("%d resets half a second later", n.ResetsOut)
	}
}

// strayTo sends an acknowledgment of nothing.
func (e *Engine) strayTo(now Time, f flow) {
	p := link.Get(40)
	h := wire.TCP{SourcePort: f.localPort, DestinationPort: f.remotePort, CTL: uint8(tcp.ACK)}
	h.Put(p.B[20:], wire.PseudoIPv4(f.local, f.remote, wire.ProtocolTCP))
	e.transmit(p, f, wire.ProtocolTCP, 64, 0)
}
