package wire_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// parse reads a packet as far as it goes and returns its transport header.
func parse(b []byte) (ip wire.IPv4, transport any, drop wire.Drop) {
	ip, drop = wire.ParseIPv4(b)
	if drop != wire.Whole {
		return ip, nil, drop
	}
	switch ip.Protocol {
	case wire.ProtocolTCP:
		transport, drop = parsed(wire.ParseTCP(ip.Payload, ip.Pseudo()))
	case wire.ProtocolUDP:
		transport, drop = parsed(wire.ParseUDP(ip.Payload, ip.Pseudo()))
	case wire.ProtocolICMP:
		transport, drop = parsed(wire.ParseICMPv4(ip.Payload))
	}
	return ip, transport, drop
}

func parsed[H any](h H, drop wire.Drop) (any, wire.Drop) { return h, drop }

func seeds() [][]byte {
	random := rand.New(rand.NewPCG(9, 10))
	var all [][]byte
	for range 8 {
		all = append(all, emitTCP(randomIPv4(random, wire.ProtocolTCP), randomTCP(random)))
	}
	ip := randomIPv4(random, wire.ProtocolUDP)
	ip.Src, ip.Dst = there, here
	all = append(all, packet(ip, datagram(wire.UDP{SourcePort: 1, DestinationPort: 2}, "datagram")))
	ip.Protocol = wire.ProtocolICMP
	return append(all,
		packet(ip, message(wire.ICMPv4{Type: wire.ICMPv4Echo}, []byte("echo"))),
		packet(ip, message(wire.ICMPv4{Type: 3, Code: 3}, all[0][:40])),
		packet6(wire.ProtocolTCP, all[0][20:]))
}

// FuzzIPv4 looks for a packet that makes a parser panic, or that is read one way
// and, once written again, another.
func FuzzIPv4(f *testing.F) {
	for _, b := range seeds() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if b = bytes.Clone(b); len(b) >= wire.IPv4HeaderLen {
			mendIPv4(b)
		}
		ip, transport, drop := parse(b)
		if drop != wire.Whole {
			return
		}
		switch h := transport.(type) {
		case wire.TCP:
			h.Odd, ip.Options = 0, []byte{}
			if n := h.HeaderLen() + len(h.Payload); n > len(ip.Payload) {
				return // options written on word boundaries may need more room
			}
			again, second, drop := parse(emitTCP(ip, h))
			wantDrop(t, drop, wire.Whole)
			h.Payload = bytes.Clone(h.Payload)
			wantEqual(t, second, any(h))
			wantEqual(t, again.Src, ip.Src)
		case wire.ICMPv4:
			_, _ = h.Quotation()
		}
	})
}

// FuzzTransport gives the parsers payloads whose checksums are right, which
// chance would never find.
func FuzzTransport(f *testing.F) {
	for _, b := range seeds() {
		f.Add(b[20:])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 65535 {
			return
		}
		b = bytes.Clone(b)
		if len(b) >= wire.TCPHeaderLen {
			mend(b)
			h, drop := wire.ParseTCP(b, tcpPseudo())
			if drop == wire.TCPChecksum {
				t.Errorf("% x: checksum found wrong", b)
			}
			if drop == wire.Whole && len(b) < len(h.Payload)+wire.TCPHeaderLen {
				t.Errorf("% x: text of %d octets", b, len(h.Payload))
			}
		}
		if len(b) >= wire.ICMPv4HeaderLen {
			h := wire.ICMPv4{Type: b[0], Code: b[1], Rest: 7}
			h.Put(b)
			h, drop := wire.ParseICMPv4(b)
			wantDrop(t, drop, wire.Whole)
			_, _ = h.Quotation()
		}
	})
}

// FuzzIPv6 looks for extension headers that make the parser panic or never end.
func FuzzIPv6(f *testing.F) {
	for _, b := range seeds() {
		f.Add(uint8(0), b)
		f.Add(uint8(44), b)
	}
	f.Fuzz(func(t *testing.T, next uint8, b []byte) {
		if len(b) > 65535 {
			return
		}
		h, drop := wire.ParseIPv6(packet6(next, b))
		if drop == wire.Whole && len(h.Payload) > len(b) {
			t.Errorf("payload of %d octets out of %d", len(h.Payload), len(b))
		}
	})
}

// Writing what was read gives the same value again.
func TestParseOfEmitIsTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range 5000 {
		ip, h := randomIPv4(random, wire.ProtocolTCP), randomTCP(random)
		b := emitTCP(ip, h)
		gotIP, transport, drop := parse(b)
		ip.Payload = b[wire.IPv4HeaderLen:]
		wantDrop(t, drop, wire.Whole)
		wantEqual(t, gotIP, ip)
		wantEqual(t, transport, any(h))
		if t.Failed() {
			t.FailNow()
		}
	}
}

// Every single bit, and every pair of bits of one word, that changes on the way
// makes the packet be dropped, in whichever header it is.
func TestChangedBitsAreFound(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	ip, h := randomIPv4(random, wire.ProtocolTCP), randomTCP(random)
	h.Payload = randomOctets(random, 100)
	b := emitTCP(ip, h)
	for first := range len(b) * 8 {
		for second := first; second < len(b)*8 && second/16 == first/16; second++ {
			changed := bytes.Clone(b)
			changed[first/8] ^= 0x80 >> (first % 8)
			if second != first {
				changed[second/8] ^= 0x80 >> (second % 8)
			}
			if _, _, drop := parse(changed); drop == wire.Whole {
				t.Errorf("bits %d and %d were changed unnoticed", first, second)
			}
		}
	}
}

// Cutting a packet off anywhere is noticed.
func TestShortenedPacketsAreDropped(t *testing.T) {
	for _, b := range seeds() {
		for n := range len(b) {
			if _, _, drop := parse(b[:n]); drop == wire.Whole {
				t.Errorf("%d octets of %d were taken", n, len(b))
			}
		}
	}
}
