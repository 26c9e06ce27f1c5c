package wire_test

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// Control bits (RFC 9293, 3.1).
const fin, syn, rst, psh, ack = 1, 2, 4, 8, 16

var (
	here  = [4]byte{192, 0, 2, 1}
	there = [4]byte{198, 51, 100, 7}
)

// octets reads hexadecimal digits, with spaces anywhere.
func octets(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// segment makes a TCP segment with a right checksum from a header, option
// octets as they are given, and text. The Data Offset follows from the options
// unless offset is not 0.
func segment(h wire.TCP, offset byte, options, text []byte) []byte {
	b := make([]byte, wire.TCPHeaderLen, wire.TCPHeaderLen+len(options)+len(text))
	bare := wire.TCP{SourcePort: h.SourcePort, DestinationPort: h.DestinationPort, SEQ: h.SEQ, ACK: h.ACK, CTL: h.CTL, WND: h.WND, UP: h.UP}
	bare.Put(b, 0)
	b = append(append(b, options...), text...)
	if offset == 0 {
		offset = byte(5 + len(options)/4)
	}
	b[12] = offset << 4
	mend(b)
	return b
}

// mend gives a TCP segment from there to here its right checksum.
func mend(b []byte) {
	b[16], b[17] = 0, 0
	sum := tcpPseudo().Add([]byte{byte(len(b) >> 8), byte(len(b))}).Add(b).Checksum()
	b[16], b[17] = byte(sum>>8), byte(sum)
}

func tcpPseudo() wire.Sum { return wire.PseudoIPv4(there, here, wire.ProtocolTCP) }

// packet wraps a payload in an IPv4 header.
func packet(h wire.IPv4, payload []byte) []byte {
	b := append(make([]byte, wire.IPv4HeaderLen), payload...)
	h.Put(b)
	return b
}

func wantDrop(t *testing.T, got, want wire.Drop) {
	t.Helper()
	if got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
}

func wantEqual(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestDropsHaveNames(t *testing.T) {
	seen := map[string]wire.Drop{}
	for d := range wire.NumDrops {
		name := d.String()
		if other, double := seen[name]; double || name == "" {
			t.Errorf("reasons %d and %d are both called %q", other, d, name)
		}
		seen[name] = d
	}
	if got := wire.NumDrops.String(); got != "unknown reason" {
		t.Errorf("a reason out of range is called %q", got)
	}
}
