package requirements

import (
	"net/netip"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// A peer plays one end of a connection by hand, against an engine, in virtual time.
type peer struct {
	t          *testing.T
	e          *engine.Engine
	c          *engine.Conn // the engine's end
	now        engine.Time
	mine, ours netip.AddrPort // ours: the engine's socket
	seq, ack   uint32         // what the peer sends next, and expects
	wnd        uint16
	stamp      uint32   // of the next segment, if timestamps are agreed
	raw        [][]byte // every packet of the engine's
}

const peerISS = 5000

// meet starts an engine with the addresses, and a peer that has not spoken yet.
func meet(t *testing.T, addrs ...string) *peer {
	t.Helper()
	if len(addrs) == 0 {
		addrs = []string{"10.0.0.1/24"}
	}
	cfg := engine.Config{Host: "engine", Seed: 1, Secret: [16]byte{1}}
	for _, a := range addrs {
		cfg.Addrs = append(cfg.Addrs, netip.MustParsePrefix(a))
	}
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &peer{t: t, e: e, now: engine.Time(time.Hour), seq: peerISS, wnd: 65535,
		mine: netip.MustParseAddrPort("10.0.0.9:9"), ours: netip.AddrPortFrom(cfg.Addrs[0].Addr(), 80)}
}

// open lets the peer open a connection to a listener; syn are the options of its SYN.
func (p *peer) open(syn wire.TCP, o engine.Options) (answer wire.TCP) {
	p.t.Helper()
	l, err := p.e.Listen(p.now, netip.AddrPortFrom(netip.Addr{}, p.ours.Port()), 0, o)
	if err != nil {
		p.t.Fatal(err)
	}
	syn.CTL = uint8(tcp.SYN)
	answers := p.send(syn, 0)
	if len(answers) != 1 || tcp.Flags(answers[0].CTL) != tcp.SYN|tcp.ACK {
		p.t.Fatalf("the SYN was answered with %v", answers)
	}
	p.seq, p.ack = p.seq+1, answers[0].SEQ+1
	if answers[0].HasTS {
		p.stamp = syn.TSval
	}
	p.send(wire.TCP{CTL: uint8(tcp.ACK)}, 0)
	if p.c = l.Accept(); p.c == nil {
		p.t.Fatal("no connection to accept")
	}
	return answers[0]
}

// plain are options that keep segments simple.
func plain() engine.Options {
	o := engine.DefaultOptions()
	o.WindowScale, o.Timestamps = false, false
	return o
}

// packet makes a segment of the peer's; sequence number, acknowledgment and window are
// filled in unless the header has its own.
func (p *peer) packet(h wire.TCP, octets int) *link.Packet {
	h.SourcePort, h.DestinationPort = p.mine.Port(), p.ours.Port()
	if h.SEQ == 0 {
		h.SEQ = p.seq
	}
	if h.ACK == 0 && tcp.Flags(h.CTL).Has(tcp.ACK) {
		h.ACK = p.ack
	}
	if h.WND == 0 {
		h.WND = p.wnd
	}
	if p.stamp > 0 {
		p.stamp++
		h.HasTS, h.TSval = true, p.stamp
	}
	segment := make([]byte, h.HeaderLen()+octets)
	ip := wire.IPv4{TTL: 64, Protocol: wire.ProtocolTCP, Src: p.mine.Addr().As4(), Dst: p.ours.Addr().As4()}
	h.Put(segment, ip.Pseudo())
	whole := link.Get(wire.IPv4HeaderLen + len(segment))
	copy(whole.B[wire.IPv4HeaderLen:], segment)
	ip.Put(whole.B)
	return whole
}

// send gives the engine one segment, and returns what it answers.
func (p *peer) send(h wire.TCP, octets int) []wire.TCP {
	p.e.Packet(p.now, p.packet(h, octets))
	p.e.Flush(p.now)
	return p.heard()
}

// acknowledge takes everything the segments brought, as a peer does that reads at once.
func (p *peer) acknowledge(segments []wire.TCP) []wire.TCP {
	for _, s := range segments {
		if end := s.SEQ + uint32(len(s.Payload)); int32(end-p.ack) > 0 {
			p.ack = end
		}
	}
	return p.send(wire.TCP{CTL: uint8(tcp.ACK)}, 0)
}

// heard takes what the engine has sent.
func (p *peer) heard() []wire.TCP {
	p.t.Helper()
	var all []wire.TCP
	for _, packet := range p.e.Out {
		p.raw = append(p.raw, packet.B)
		ip, drop := wire.ParseIPv4(packet.B)
		if drop != wire.Whole {
			p.t.Fatalf("the engine's packet: %v", drop)
		}
		h, drop := wire.ParseTCP(ip.Payload, ip.Pseudo())
		if drop != wire.Whole || h.Odd != 0 {
			p.t.Fatalf("the engine's segment: %v, odd %v", drop, h.Odd)
		}
		all = append(all, h)
	}
	p.e.Out = p.e.Out[:0]
	return all
}

// wait lets time pass, and returns what the engine sends meanwhile.
func (p *peer) wait(d time.Duration) []wire.TCP {
	var all []wire.TCP
	until := p.now.Add(d)
	for {
		at, ok := p.e.NextDeadline()
		if !ok || at > until {
			p.now = until
			return all
		}
		p.now = max(p.now, at)
		p.e.Advance(p.now)
		all = append(all, p.heard()...)
	}
}

// write queues octets, and returns what the engine sends at once.
func (p *peer) write(octets int) []wire.TCP {
	p.t.Helper()
	if n, err := p.c.Write(p.now, make([]byte, octets)); n != octets || err != nil {
		p.t.Fatalf("%d of %d octets were queued: %v", n, octets, err)
	}
	return p.heard()
}

// length is the octets of text in all of the segments.
func length(segments []wire.TCP) (n int) {
	for _, s := range segments {
		n += len(s.Payload)
	}
	return n
}
