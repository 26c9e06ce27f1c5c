package wire_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func TestParseTCPFields(t *testing.T) {
	b := octets(t, linuxSYN)
	ip, _ := wire.ParseIPv4(b)
	h, drop := wire.ParseTCP(ip.Payload, ip.Pseudo())
	wantDrop(t, drop, wire.Whole)
	wantEqual(t, h, wire.TCP{
		SourcePort: 42436, DestinationPort: 80, SEQ: 0x3d6f1c2a, CTL: syn, WND: 64240,
		HasMSS: true, MSS: 1460, SACKPermitted: true,
		HasTS: true, TSval: 0x731ab5, HasWS: true, WS: 7, Payload: []byte{},
	})
	// What we write of it are the same octets.
	again := make([]byte, 40)
	h.Put(again, ip.Pseudo())
	wantEqual(t, again, b[20:60])
}

// What is too short, damaged, or from or to port 0 is dropped; reserved bits are overlooked.
func TestParseTCPDrops(t *testing.T) {
	good := wire.TCP{SourcePort: 1, DestinationPort: 2, CTL: ack}
	mended := func(at int, to byte) func([]byte) []byte {
		return func(b []byte) []byte {
			b[at] = to
			mend(b)
			return b
		}
	}
	cases := []struct {
		name   string
		change func([]byte) []byte
		want   wire.Drop
	}{
		{"nothing", func([]byte) []byte { return nil }, wire.TCPShort},
		{"19 octets", func(b []byte) []byte { return b[:19] }, wire.TCPShort},
		{"offset 4 words", mended(12, 4<<4), wire.TCPOffset},
		{"offset beyond the segment", mended(12, 8<<4), wire.TCPOffset},
		{"offset at the end", mended(12, 7<<4), wire.Whole},
		{"checksum", func(b []byte) []byte { b[16]++; return b }, wire.TCPChecksum},
		{"source port", mended(1, 0), wire.TCPPort},
		{"destination port", mended(3, 0), wire.TCPPort},
		{"reserved bits", mended(12, 5<<4|0xf), wire.Whole},
		{"no control bits", mended(13, 0), wire.Whole},
		{"all control bits", mended(13, 0xff), wire.Whole},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := c.change(segment(good, 0, nil, []byte{1, 1, 1, 1, 1, 1, 1, 1}))
			_, drop := wire.ParseTCP(b, tcpPseudo())
			wantDrop(t, drop, c.want)
		})
	}
}

// The pseudo-header is a part of what is summed: "protection against
// misrouted segments".
func TestTCPChecksumCoversAddresses(t *testing.T) {
	b := segment(wire.TCP{SourcePort: 1, DestinationPort: 2}, 0, nil, []byte("odd"))
	for _, pseudo := range []wire.Sum{
		wire.PseudoIPv4(there, [4]byte{192, 0, 2, 2}, wire.ProtocolTCP),
		wire.PseudoIPv4([4]byte{198, 51, 101, 7}, here, wire.ProtocolTCP),
		wire.PseudoIPv4(there, here, wire.ProtocolUDP),
	} {
		_, drop := wire.ParseTCP(b, pseudo)
		wantDrop(t, drop, wire.TCPChecksum)
	}
	_, drop := wire.ParseTCP(append(b, 0), tcpPseudo())
	wantDrop(t, drop, wire.TCPChecksum) // the length is covered too
}

// An option whose length cannot be is reason to drop the segment; one out of place, or of another length, is overlooked.
func TestParseTCPOptions(t *testing.T) {
	cases := []struct {
		name, options string
		ctl           uint8
		want          wire.TCP // options only
		drop          wire.Drop
	}{
		{name: "none"},
		{name: "end, then anything", options: "00 02 00 ff", ctl: syn},
		{name: "no-operations", options: "01010101"},
		{name: "length 0", options: "02 00 0000", ctl: syn, drop: wire.TCPOption},
		{name: "length 1", options: "fd 01 0000", drop: wire.TCPOption},
		{name: "no length octet", options: "010101 08", drop: wire.TCPOption},
		{name: "beyond the header", options: "fd 05 0000", drop: wire.TCPOption},
		{name: "timestamps beyond the header", options: "0101 080a 00000001", drop: wire.TCPOption},
		{name: "MUST-6 unknown, skipped by its length", options: "fd 04 0808 0101 fe02"},
		{name: "MUST-6 unknown before a known one", options: "fd 03 00 01 0204 0218", ctl: syn,
			want: wire.TCP{HasMSS: true, MSS: 536}},
		{name: "MUST-64 odd offsets", options: "01 0204 05b4 03 03 0e 0402 00 00", ctl: syn,
			want: wire.TCP{HasMSS: true, MSS: 1460, HasWS: true, WS: 14, SACKPermitted: true}},
		{name: "MUST-5 timestamps without SYN", options: "0101 080a 01020304 05060708", ctl: ack,
			want: wire.TCP{HasTS: true, TSval: 0x01020304, TSecr: 0x05060708}},
		{name: "shift as it stands", options: "01 0303 ff", ctl: syn, want: wire.TCP{HasWS: true, WS: 255}},
		{name: "MSS 0", options: "0204 0000", ctl: syn, want: wire.TCP{HasMSS: true}},
		{name: "MSS of 3", options: "0203 05 01", ctl: syn, want: wire.TCP{Odd: wire.OddLength}},
		{name: "shift of 4", options: "0304 0102", ctl: syn, want: wire.TCP{Odd: wire.OddLength}},
		{name: "SACK-Permitted of 4", options: "0404 0102", ctl: syn, want: wire.TCP{Odd: wire.OddLength}},
		{name: "timestamps of 8", options: "0808 01020304 0506", want: wire.TCP{Odd: wire.OddLength}},
		{name: "MSS without SYN", options: "0204 05b4", ctl: ack, want: wire.TCP{Odd: wire.OddPlace}},
		{name: "shift without SYN", options: "01 0303 07", ctl: ack, want: wire.TCP{Odd: wire.OddPlace}},
		{name: "SACK-Permitted without SYN", options: "0101 0402", ctl: ack, want: wire.TCP{Odd: wire.OddPlace}},
		{name: "D-05 the last of two", options: "0204 05b4 0204 0218", ctl: syn,
			want: wire.TCP{HasMSS: true, MSS: 536, Odd: wire.OddRepeated}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.SourcePort, c.want.DestinationPort, c.want.CTL = 1, 2, c.ctl
			c.want.Payload = []byte("text")
			h, drop := wire.ParseTCP(segment(c.want, 0, octets(t, c.options), []byte("text")), tcpPseudo())
			wantDrop(t, drop, c.drop)
			if drop == wire.Whole {
				wantEqual(t, h, c.want)
			}
		})
	}
}

func TestOddHas(t *testing.T) {
	o := wire.OddLength | wire.OddRepeated
	if !o.Has(wire.OddLength) || o.Has(wire.OddPlace) || !o.Has(wire.OddRepeated) {
		t.Errorf("%b has %v %v %v", o, o.Has(wire.OddLength), o.Has(wire.OddPlace), o.Has(wire.OddRepeated))
	}
}

// Every combination of options stands on word boundaries, is as long as
// HeaderLen says, and leaves the text behind it alone.
func TestPutTCPOptions(t *testing.T) {
	for bits := range 16 {
		h := wire.TCP{SourcePort: 1, DestinationPort: 2, CTL: syn, Payload: []byte("text")}
		if h.HasMSS = bits&1 != 0; h.HasMSS {
			h.MSS = 1400
		}
		if h.HasWS = bits&2 != 0; h.HasWS {
			h.WS = 9
		}
		if h.HasTS = bits&4 != 0; h.HasTS {
			h.TSval, h.TSecr = 0xdeadbeef, 0xfeedface
		}
		h.SACKPermitted = bits&8 != 0
		n := h.HeaderLen()
		if n%4 != 0 || n > 60 {
			t.Errorf("%+v: header of %d octets", h, n)
		}
		b := make([]byte, n, n+4)
		b = append(b, "text"...)
		h.Put(b, tcpPseudo())
		got, drop := wire.ParseTCP(b, tcpPseudo())
		wantDrop(t, drop, wire.Whole)
		wantEqual(t, got, h)
	}
}
