package wire

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"testing/quick"
)

// naive is the textbook sum of RFC 1071, 4.1, one 16-bit word at a time.
func naive(b []byte) uint16 {
	var sum uint32
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(b[0])<<8 | uint32(b[1])
		sum = sum>>16 + sum&0xffff
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// same compares sums: 0 and 0xffff are two ways to write the same number.
func same(a, b uint16) bool { return a%0xffff == b%0xffff }

func TestSumIsTheNaiveSum(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 70000)
	fills := map[string]func() byte{
		"random": func() byte { return byte(random.Uint32()) },
		"ones":   func() byte { return 0xff },
		"zeros":  func() byte { return 0 },
		"carry":  func() byte { return byte(random.Uint32() | 0xf8) },
	}
	for name, fill := range fills {
		for i := range b {
			b[i] = fill()
		}
		check := func(offset, length int) {
			p := b[offset : offset+length]
			if got, want := Sum(0).Add(p).fold(), naive(p); !same(got, want) {
				t.Fatalf("%s, %d octets at %d: %#04x, want %#04x", name, length, offset, got, want)
			}
		}
		for length := range 600 {
			check(length%9, length)
		}
		check(3, 65535)
	}
}

// The octets of the numerical example in RFC 1071, 3.
func TestSumOfTheRFCsExample(t *testing.T) {
	b := []byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}
	if got := Sum(0).Add(b).fold(); got != 0xddf2 {
		t.Errorf("sum %#04x, want 0xddf2", got)
	}
	if got := Sum(0).Add(b).Checksum(); got != 0x220d {
		t.Errorf("checksum %#04x, want 0x220d", got)
	}
}

func TestSumGoesOnAtEvenOffsets(t *testing.T) {
	law := func(start uint64, a, b []byte) bool {
		a = a[:len(a)&^1]
		whole := append(append([]byte{}, a...), b...)
		return same(Sum(start).Add(a).Add(b).fold(), Sum(start).Add(whole).fold())
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestSumIsZeroOverItsOwnChecksum(t *testing.T) {
	law := func(b []byte) bool {
		b = append([]byte{0, 0}, b...)
		binary.BigEndian.PutUint16(b, Sum(0).Add(b).Checksum())
		return Sum(0).Add(b).Checksum() == 0
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestUpdateChecksumIsTheChecksum(t *testing.T) {
	law := func(b []byte, at uint8, to uint16) bool {
		b = append(b, make([]byte, 8)...)
		place := int(at) % (len(b)/2 - 1) * 2
		before := Sum(0).Add(b).Checksum()
		from := binary.BigEndian.Uint16(b[place:])
		binary.BigEndian.PutUint16(b[place:], to)
		return same(UpdateChecksum(before, from, to), Sum(0).Add(b).Checksum())
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
	edges := []uint16{0, 1, 2, 0x7fff, 0x8000, 0xfffe, 0xffff}
	for _, rest := range edges {
		for _, from := range edges {
			for _, to := range edges {
				before := Sum(0).addUint16(rest).addUint16(from).Checksum()
				got, want := UpdateChecksum(before, from, to), Sum(0).addUint16(rest).addUint16(to).Checksum()
				if !same(got, want) {
					t.Errorf("%#04x becomes %#04x beside %#04x: %#04x, want %#04x", from, to, rest, got, want)
				}
			}
		}
	}
	// The example of RFC 1624, 4, which other formulas get wrong.
	if got := UpdateChecksum(0xdd2f, 0x5555, 0x3285); got != 0x0000 {
		t.Errorf("RFC 1624's example: %#04x, want 0", got)
	}
}
