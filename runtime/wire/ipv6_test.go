package wire_test

import (
	"net/netip"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

var (
	here6  = netip.MustParseAddr("2001:db8::1").As16()
	there6 = netip.MustParseAddr("2001:db8:77::7").As16()
)

func packet6(next uint8, payload []byte) []byte {
	b := append(make([]byte, wire.IPv6HeaderLen), payload...)
	h := wire.IPv6{Src: there6, Dst: here6, Protocol: next, HopLimit: 64, TrafficClass: 0xb8, FlowLabel: 0x54321}
	h.Put(b)
	return b
}

func TestParseIPv6Fields(t *testing.T) {
	b := packet6(wire.ProtocolTCP, []byte("text"))
	wantEqual(t, b[:8], octets(t, "6b85 4321 0004 06 40"))
	h, drop := wire.ParseIPv6(append(b, "padding"...))
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h, wire.IPv6{Src: there6, Dst: here6, Protocol: 6, HopLimit: 64,
		TrafficClass: 0xb8, FlowLabel: 0x54321, Payload: []byte("text")})
	wantEqual(t, h.SrcAddr().String()+" "+h.DstAddr().String(), "2001:db8:77::7 2001:db8::1")
}

func TestParseIPv6Drops(t *testing.T) {
	whole := packet6(wire.ProtocolUDP, []byte("text"))
	_, drop := wire.ParseIPv6(whole[:39])
	wantDrop(t, drop, wire.IPShort)
	_, drop = wire.ParseIPv6(whole[:43])
	wantDrop(t, drop, wire.IPLength)
	whole[0] = 0x45
	_, drop = wire.ParseIPv6(whole)
	wantDrop(t, drop, wire.IPVersion)
}

func TestParseIPv6ExtensionHeaders(t *testing.T) {
	const udp, hop, routing, fragment, destination = 17, 0, 43, 44, 60
	cases := []struct {
		name    string
		first   uint8
		headers string
		want    wire.Drop
	}{
		{"none", udp, "", wire.Whole},
		{"hop-by-hop with padding", hop, "11 00 0104 00000000", wire.Whole},
		{"hop-by-hop of 16", hop, "11 01 010c 00000000 00000000 00000000", wire.Whole},
		{"hop-by-hop, then destination", hop, "3c 00 0104 00000000  11 00 0104 00000000", wire.Whole},
		{"hop-by-hop not first", destination, "00 00 0104 00000000  11 00 0104 00000000", wire.IPExtension},
		{"too long", destination, "11 09 0104 00000000", wire.IPExtension},
		{"option too long", destination, "11 00 0105 00000000", wire.IPExtension},
		{"option to be skipped", destination, "11 00 1e04 00000000", wire.Whole},
		{"option not to be skipped", destination, "11 00 5e04 00000000", wire.IPExtension},
		{"routing at its end", routing, "11 00 00 00 00000000", wire.Whole},
		{"routing to go on", routing, "11 00 00 01 00000000", wire.IPExtension},
		{"atomic fragment", fragment, "11 00 0000 00000009", wire.Whole},
		{"first fragment", fragment, "11 00 0001 00000009", wire.IPFragment},
		{"last fragment", fragment, "11 00 0008 00000009", wire.IPFragment},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, drop := wire.ParseIPv6(packet6(c.first, append(octets(t, c.headers), "text!"...)))
			wantDrop(t, drop, c.want)
			if drop == wire.Whole {
				wantEqual(t, h.Protocol, uint8(udp))
				wantEqual(t, string(h.Payload), "text!")
			}
		})
	}
	_, drop := wire.ParseIPv6(packet6(fragment, make([]byte, 7)))
	wantDrop(t, drop, wire.IPExtension)
	_, drop = wire.ParseIPv6(packet6(hop, make([]byte, 7)))
	wantDrop(t, drop, wire.IPExtension)
}
