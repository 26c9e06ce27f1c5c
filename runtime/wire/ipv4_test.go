package wire_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// A SYN with the options that Linux sends, in the order in which it does.
const linuxSYN = `
	4500 003c 1c46 4000 4006 b1e6 ac10 0a63 ac10 0a0c
	a5c4 0050 3d6f 1c2a 0000 0000 a002 faf0 c5a9 0000
	0204 05b4 0402 080a 0073 1ab5 0000 0000 0103 0307`

func TestParseIPv4Fields(t *testing.T) {
	b := octets(t, linuxSYN)
	h, drop := wire.ParseIPv4(append(b, "padding of a short frame"...))
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h, wire.IPv4{
		Src: [4]byte{172, 16, 10, 99}, Dst: [4]byte{172, 16, 10, 12},
		Protocol: wire.ProtocolTCP, TTL: 64, ID: 0x1c46, DontFragment: true,
		Options: []byte{}, Payload: b[20:60],
	})
	wantEqual(t, h.SrcAddr().String(), "172.16.10.99")
	wantEqual(t, h.DstAddr().String(), "172.16.10.12")
}

// withOptions puts options into an IPv4 packet and mends its header.
func withOptions(options, payload []byte) []byte {
	b := make([]byte, wire.IPv4HeaderLen)
	b = append(append(b, options...), payload...)
	(&wire.IPv4{Src: there, Dst: here, TTL: 9, Protocol: wire.ProtocolUDP}).Put(b)
	b[0] += byte(len(options) / 4)
	mendIPv4(b)
	return b
}

func mendIPv4(b []byte) {
	header := min(int(b[0]&0xf)*4, len(b))
	b[10], b[11] = 0, 0
	sum := wire.Sum(0).Add(b[:header]).Checksum()
	b[10], b[11] = byte(sum>>8), byte(sum)
}

func TestParseIPv4Drops(t *testing.T) {
	change := func(at int, to byte) func([]byte) []byte {
		return func(b []byte) []byte {
			b[at] = to
			mendIPv4(b)
			return b
		}
	}
	cases := []struct {
		name   string
		change func([]byte) []byte
		want   wire.Drop
	}{
		{"nothing", func([]byte) []byte { return nil }, wire.IPShort},
		{"19 octets", func(b []byte) []byte { return b[:19] }, wire.IPShort},
		{"version 5", change(0, 0x55), wire.IPVersion},
		{"version 6", change(0, 0x65), wire.IPVersion},
		{"header of 16", change(0, 0x44), wire.IPHeader},
		{"header of 24 in 23", func(b []byte) []byte { b[0] = 0x46; return b[:23] }, wire.IPHeader},
		{"header of 60 in 40", change(0, 0x4f), wire.IPHeader},
		{"total length 19", change(3, 19), wire.IPLength},
		{"total length 41 of 40", change(3, 41), wire.IPLength},
		{"total length 40 of 40", change(3, 40), wire.Whole},
		{"total length is the header's", change(3, 20), wire.Whole},
		{"TTL changed", func(b []byte) []byte { b[8]--; return b }, wire.IPChecksum},
		{"more fragments", change(6, 0x20), wire.IPFragment},
		{"last fragment", change(7, 1), wire.IPFragment},
		{"reserved flag", change(6, 0x80), wire.Whole},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := packet(wire.IPv4{Src: there, Dst: here, TTL: 64}, make([]byte, 20))
			_, drop := wire.ParseIPv4(c.change(b))
			wantDrop(t, drop, c.want)
		})
	}
}

func TestParseIPv4Options(t *testing.T) {
	cases := []struct {
		name, options string
		want          wire.Drop
	}{
		{"end", "00 ffffff", wire.Whole},
		{"no-operations", "01010101", wire.Whole},
		{"router alert", "94040000", wire.Whole},
		{"unknown", "42 03 00 01", wire.Whole},
		{"length 0", "42 00 00 00", wire.IPOption},
		{"length 1", "42 01 00 00", wire.IPOption},
		{"length 5 of 4", "42 05 00 00", wire.IPOption},
		{"no length", "01 01 01 42", wire.IPOption},
		{"loose source route", "01 83 07 04 c0000201", wire.IPSourceRoute},
		{"strict source route", "89 07 08 c0000201 00", wire.IPSourceRoute},
		{"source route, then nonsense", "83 03 04 42", wire.IPOption},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := withOptions(octets(t, c.options), []byte("text"))
			h, drop := wire.ParseIPv4(b)
			wantDrop(t, drop, c.want)
			wantEqual(t, string(h.Payload), "text")
			wantEqual(t, h.Options, octets(t, c.options))
		})
	}
}

func TestIPv4FragmentIsParsed(t *testing.T) {
	want := wire.IPv4{Src: there, Dst: here, Protocol: 17, TTL: 1, TOS: 0xb9, ID: 77,
		MoreFragments: true, FragmentOffset: 1480, Options: []byte{}, Payload: []byte("x")}
	h, drop := wire.ParseIPv4(packet(want, []byte("x")))
	wantDrop(t, drop, wire.IPFragment)
	wantEqual(t, h, want)
}

func TestSingleHost(t *testing.T) {
	for a, want := range map[[4]byte]bool{
		{}: false, {0, 1, 2, 3}: false, {1, 1, 1, 1}: true, {127, 0, 0, 1}: true,
		{223, 255, 255, 255}: true, {224, 0, 0, 1}: false, {239, 1, 1, 1}: false,
		{240, 0, 0, 1}: false, {255, 255, 255, 255}: false,
	} {
		if got := wire.SingleHost(a); got != want {
			t.Errorf("SingleHost(%v) = %v", a, got)
		}
	}
}
