package wire_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func udpPseudo() wire.Sum { return wire.PseudoIPv4(there, here, wire.ProtocolUDP) }

func datagram(h wire.UDP, data string) []byte {
	b := append(make([]byte, wire.UDPHeaderLen), data...)
	h.Put(b, udpPseudo())
	return b
}

func TestParseUDPFields(t *testing.T) {
	// Source port, destination port, length, checksum.
	b := datagram(wire.UDP{SourcePort: 0x1234, DestinationPort: 53}, "abc")
	wantEqual(t, b[:6], octets(t, "1234 0035 000b"))
	h, drop := wire.ParseUDP(b, udpPseudo())
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h, wire.UDP{SourcePort: 0x1234, DestinationPort: 53, Payload: []byte("abc")})
}

func TestParseUDPDrops(t *testing.T) {
	unchecked := func(length byte) []byte {
		b := datagram(wire.UDP{SourcePort: 1, DestinationPort: 2, Unchecked: true}, "abcd")
		b[5] = length
		return b
	}
	cases := []struct {
		name string
		b    []byte
		data string
		want wire.Drop
	}{
		{"7 octets", make([]byte, 7), "", wire.UDPLength},
		{"length 7", unchecked(7), "", wire.UDPLength},
		{"length beyond the packet", unchecked(13), "", wire.UDPLength},
		{"length 0", unchecked(0), "", wire.UDPLength},
		{"padding behind", append(datagram(wire.UDP{DestinationPort: 2}, "odd"), "padding"...), "odd", wire.Whole},
		{"no source port", datagram(wire.UDP{DestinationPort: 2}, "x"), "x", wire.Whole},
		{"no destination port", datagram(wire.UDP{SourcePort: 2}, "x"), "x", wire.UDPPort},
		{"no checksum", unchecked(12), "abcd", wire.Whole},
		{"no data", datagram(wire.UDP{SourcePort: 1, DestinationPort: 2}, ""), "", wire.Whole},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, drop := wire.ParseUDP(c.b, udpPseudo())
			wantDrop(t, drop, c.want)
			wantEqual(t, string(h.Payload), c.data)
		})
	}
}

// Each bit counts.
func TestUDPChecksumFindsEveryBit(t *testing.T) {
	for bit := range (8 + 11) * 8 {
		b := datagram(wire.UDP{SourcePort: 7, DestinationPort: 9}, "eleven octe")
		b[bit/8] ^= 0x80 >> (bit % 8)
		if _, drop := wire.ParseUDP(b, udpPseudo()); drop == wire.Whole {
			t.Errorf("bit %d was changed unnoticed", bit)
		}
	}
}

// A datagram whose sum is all ones, and whose checksum therefore is 0.
func TestUDPChecksumZeroIsSentAsOnes(t *testing.T) {
	b := datagram(wire.UDP{SourcePort: 1, DestinationPort: 2}, "\x00\x00")
	b = datagram(wire.UDP{SourcePort: 1, DestinationPort: 2}, string(b[6:8]))
	wantEqual(t, b[6:8], []byte{0xff, 0xff})
	h, drop := wire.ParseUDP(b, udpPseudo())
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h.Unchecked, false)
}

func TestUDPUnchecked(t *testing.T) {
	b := datagram(wire.UDP{SourcePort: 1, DestinationPort: 2, Unchecked: true}, "text")
	wantEqual(t, b[6:8], []byte{0, 0})
	h, drop := wire.ParseUDP(b, udpPseudo())
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h.Unchecked, true)
}
