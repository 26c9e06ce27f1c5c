package tun_test

import (
	"net/netip"
	"sync"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/link/tun"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// Control bits (RFC 9293, 3.1).
const (
	fin = 1
	syn = 2
	rst = 4
	ack = 16
)

// peer is what is behind the device: a host that answers echoes, returns UDP
// datagrams, and speaks as much TCP as a test needs, out of wire alone.
type peer struct {
	t      testing.TB
	device *tun.Device
	done   chan struct{}

	mu    sync.Mutex
	drops map[wire.Drop]int
	tcp   connection
}

// connection is one TCP connection with the kernel, which neither loses nor
// reorders.
type connection struct {
	kernel, us     [4]byte
	port           uint16
	sndNXT, rcvNXT uint32
	acked          uint32 // what the kernel has acknowledged
	window         uint32 // what it takes beyond that, scaled
	shift          uint8
	longest, bytes int
	due            bool // an acknowledgment, at the end of the batch
	progress       *sync.Cond
}

// behind makes a device that the kernel has 192.0.2.1 on, and a peer that is
// 192.0.2.2. It returns nil where there can be no device.
func behind(t testing.TB, mtu int) *peer {
	t.Helper()
	d := open(t, "lockstep0", mtu)
	if d == nil {
		return nil
	}
	if err := d.Configure(netip.MustParsePrefix("192.0.2.1/24")); err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, device: d, done: make(chan struct{}), drops: map[wire.Drop]int{}}
	p.tcp.progress = sync.NewCond(&p.mu)
	go p.run()
	t.Cleanup(func() {
		d.Close()
		<-p.done
		for drop, n := range p.drops {
			t.Errorf("%d packets from the kernel: %v", n, drop)
		}
	})
	return p
}

func (p *peer) run() {
	defer close(p.done)
	var batch [40]*link.Packet // fewer than one long segment of the kernel makes
	for {
		n, err := p.device.Recv(batch[:])
		if err != nil {
			return
		}
		p.mu.Lock()
		var out []*link.Packet
		for _, packet := range batch[:n] {
			if answer := p.answer(packet.B); answer != nil {
				out = append(out, answer)
			}
			link.Put(packet)
		}
		if p.tcp.due {
			out = append(out, p.tcp.text(nil))
			p.tcp.due = false
		}
		p.tcp.progress.Broadcast()
		p.mu.Unlock()
		if err := p.device.Send(out); err != nil {
			return
		}
	}
}

func (p *peer) answer(b []byte) *link.Packet {
	ip, drop := wire.ParseIPv4(b)
	if drop == wire.IPVersion {
		return nil // the kernel looks for IPv6 routers
	}
	if len(b) != wire.IPv4HeaderLen+len(ip.Options)+len(ip.Payload) {
		p.t.Errorf("a packet of %d octets has a payload of %d", len(b), len(ip.Payload))
	}
	if drop == wire.Whole && ip.Dst == [4]byte{192, 0, 2, 2} {
		switch ip.Protocol {
		case wire.ProtocolICMP:
			drop = p.echo(&ip, &b)
		case wire.ProtocolUDP:
			drop = p.reflect(&ip, &b)
		case wire.ProtocolTCP:
			drop = p.segment(&ip, &b)
		}
		if drop == wire.Whole && b != nil {
			return link.Copy(b)
		}
	}
	if drop != wire.Whole {
		p.drops[drop]++
	}
	return nil
}

// reply wraps a payload for the kernel.
func reply(ip *wire.IPv4, length int, put func(b []byte, answer *wire.IPv4)) []byte {
	b := make([]byte, wire.IPv4HeaderLen+length)
	answer := wire.IPv4{Src: ip.Dst, Dst: ip.Src, Protocol: ip.Protocol, TTL: 64, DontFragment: true}
	put(b[wire.IPv4HeaderLen:], &answer)
	answer.Put(b)
	return b
}

func (p *peer) echo(ip *wire.IPv4, b *[]byte) wire.Drop {
	h, drop := wire.ParseICMPv4(ip.Payload)
	if drop != wire.Whole || h.Type != wire.ICMPv4Echo {
		*b = nil
		return drop
	}
	*b = reply(ip, len(ip.Payload), func(b []byte, _ *wire.IPv4) {
		answer := h.EchoReply()
		copy(b[wire.ICMPv4HeaderLen:], h.Payload)
		answer.Put(b)
	})
	return wire.Whole
}

func (p *peer) reflect(ip *wire.IPv4, b *[]byte) wire.Drop {
	h, drop := wire.ParseUDP(ip.Payload, ip.Pseudo())
	*b = reply(ip, wire.UDPHeaderLen+len(h.Payload), func(b []byte, answer *wire.IPv4) {
		copy(b[wire.UDPHeaderLen:], h.Payload)
		u := wire.UDP{SourcePort: h.DestinationPort, DestinationPort: h.SourcePort}
		u.Put(b, answer.Pseudo())
	})
	return drop
}

// segment refuses connections to port 1, and takes others and what they carry.
func (p *peer) segment(ip *wire.IPv4, b *[]byte) wire.Drop {
	h, drop := wire.ParseTCP(ip.Payload, ip.Pseudo())
	if drop != wire.Whole {
		return drop
	}
	answer := wire.TCP{SourcePort: h.DestinationPort, DestinationPort: h.SourcePort, ACK: h.SEQ + 1, CTL: ack, WND: 65535}
	c := &p.tcp
	switch {
	case h.CTL&syn != 0 && h.DestinationPort == 1:
		answer.CTL |= rst
	case h.CTL&syn != 0:
		answer.CTL |= syn
		answer.HasMSS, answer.MSS = true, uint16(p.device.MTU()-40)
		c.kernel, c.us, c.port = ip.Src, ip.Dst, h.SourcePort
		c.sndNXT, c.acked, c.rcvNXT = 1, 1, h.SEQ+1
		if h.HasWS {
			answer.HasWS, answer.WS, c.shift = true, 6, h.WS
		}
	case h.SourcePort != c.port:
		*b = nil // of a connection before, whose FIN the kernel repeats
		return wire.Whole
	default:
		c.acked, c.window = h.ACK, uint32(h.WND)<<c.shift
		c.longest = max(c.longest, len(*b))
		if missing := int32(h.SEQ - c.rcvNXT); missing > 0 {
			p.t.Errorf("%d octets are missing before %d", missing, h.SEQ)
		}
		if h.SEQ == c.rcvNXT && (len(h.Payload) > 0 || h.CTL&fin != 0) {
			c.due = true
			c.bytes += len(h.Payload)
			c.rcvNXT += uint32(len(h.Payload)) + uint32(h.CTL&fin)
		}
		*b = nil
		return wire.Whole
	}
	*b = reply(ip, answer.HeaderLen(), func(b []byte, ip *wire.IPv4) { answer.Put(b, ip.Pseudo()) })
	return wire.Whole
}

// text makes a segment for the kernel, an acknowledgment too, and counts its text
// as sent.
func (c *connection) text(text []byte) *link.Packet {
	p := link.Get(wire.IPv4HeaderLen + wire.TCPHeaderLen + len(text))
	copy(p.B[wire.IPv4HeaderLen+wire.TCPHeaderLen:], text)
	h := wire.TCP{SourcePort: 2, DestinationPort: c.port, SEQ: c.sndNXT, ACK: c.rcvNXT, CTL: ack, WND: 65535}
	ip := wire.IPv4{Src: c.us, Dst: c.kernel, Protocol: wire.ProtocolTCP, TTL: 64, DontFragment: true}
	h.Put(p.B[wire.IPv4HeaderLen:], ip.Pseudo())
	ip.Put(p.B)
	c.sndNXT += uint32(len(text))
	return p
}
