package wire_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func message(h wire.ICMPv4, payload []byte) []byte {
	b := append(make([]byte, wire.ICMPv4HeaderLen), payload...)
	h.Put(b)
	return b
}

func TestICMPv4EchoIsAnswered(t *testing.T) {
	b := message(wire.ICMPv4{Type: wire.ICMPv4Echo, Rest: 0x12340007}, []byte("ping"))
	h, drop := wire.ParseICMPv4(b)
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h, wire.ICMPv4{Type: 8, Rest: 0x12340007, Payload: []byte("ping")})
	wantEqual(t, h.Identifier(), uint16(0x1234))
	wantEqual(t, h.Sequence(), uint16(7))
	reply, drop := wire.ParseICMPv4(message(h.EchoReply(), h.Payload))
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, reply, wire.ICMPv4{Type: 0, Rest: 0x12340007, Payload: []byte("ping")})
}

func TestParseICMPv4Drops(t *testing.T) {
	_, drop := wire.ParseICMPv4(make([]byte, 7))
	wantDrop(t, drop, wire.ICMPShort)
	for bit := range 12 * 8 {
		b := message(wire.ICMPv4{Type: 8}, []byte("ping"))
		b[bit/8] ^= 1 << (bit % 8)
		_, drop := wire.ParseICMPv4(b)
		wantDrop(t, drop, wire.ICMPChecksum)
	}
}

func TestICMPv4FieldsOfErrors(t *testing.T) {
	h, _ := wire.ParseICMPv4(message(wire.ICMPv4{Type: 3, Code: 4, Rest: 1280}, nil))
	wantEqual(t, h.MTU(), uint16(1280))
	h, _ = wire.ParseICMPv4(message(wire.ICMPv4{Type: 12, Rest: 20 << 24}, nil))
	wantEqual(t, h.Pointer(), uint8(20))
	for kind := range 256 {
		want := kind == 3 || kind == 4 || kind == 5 || kind == 11 || kind == 12
		if h := (wire.ICMPv4{Type: uint8(kind)}); h.IsError() != want {
			t.Errorf("type %d: IsError is %v", kind, h.IsError())
		}
	}
}

func TestICMPv4Quotation(t *testing.T) {
	offender := packet(wire.IPv4{Src: here, Dst: there, Protocol: wire.ProtocolTCP, TTL: 1},
		segment(wire.TCP{SourcePort: 4242, DestinationPort: 80, SEQ: 0xcafe, CTL: ack}, 0, nil, make([]byte, 600)))
	want := wire.Quotation{Src: here, Dst: there, Protocol: wire.ProtocolTCP,
		SourcePort: 4242, DestinationPort: 80, SEQ: 0xcafe}
	withOptions := append([]byte{}, offender...)
	withOptions[0] = 0x46 // one word of options, which it takes from the segment

	cases := []struct {
		name  string
		quote []byte
		want  wire.Quotation
		drop  wire.Drop
	}{
		{"as much as fits", wire.Quote(offender), want, wire.Whole},
		{"RFC 792: header and 64 bits", offender[:28], want, wire.Whole},
		{"one octet less", offender[:27], wire.Quotation{}, wire.ICMPQuote},
		{"nothing", nil, wire.Quotation{}, wire.ICMPQuote},
		{"options and 64 bits less 1", withOptions[:31], wire.Quotation{}, wire.ICMPQuote},
		{"not IPv4", append([]byte{0x65}, offender[1:]...), wire.Quotation{}, wire.ICMPQuote},
		{"header of 16 octets", append([]byte{0x44}, offender[1:]...), wire.Quotation{}, wire.ICMPQuote},
		{"a later fragment", append(append([]byte{}, offender[:7]...), append([]byte{9}, offender[8:]...)...),
			wire.Quotation{}, wire.ICMPQuote},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, drop := wire.ParseICMPv4(message(wire.ICMPv4{Type: 3, Code: 3}, c.quote))
			wantDrop(t, drop, wire.Whole)
			q, drop := h.Quotation()
			wantDrop(t, drop, c.drop)
			wantEqual(t, q, c.want)
		})
	}
	// "without the length of the ICMP datagram exceeding 576 bytes" (RFC 1812, 4.3.2.3)
	if got := wire.IPv4HeaderLen + wire.ICMPv4HeaderLen + len(wire.Quote(offender)); got != 576 {
		t.Errorf("an error about a long packet is %d octets long", got)
	}
	if got := wire.Quote(offender[:40]); len(got) != 40 {
		t.Errorf("of 40 octets %d are quoted", len(got))
	}
}
