package explore

import (
	"encoding/binary"
	"math/bits"
)

// The seeds are fixed: a fingerprint that differs from one process to the next
// could be neither pinned in a table nor kept in a checkpoint.
const (
	seed0 = 0xa0761d6478bd642f
	seed1 = 0xe7037ed1a0b428db
	seed2 = 0x8ebc6af09c88c6e3
	seed3 = 0x589965cc75374cc3
)

// Print is a fingerprint: 64 bits in a, and 64 independent ones in b if Strict.
// a is never 0, so that 0 can mark a free place in a table.
type Print struct{ a, b uint64 }

// before is an order that is the same in every process, and not the one of places in a
// table: those that come first would crowd at its front. Equal prints of two encodings are
// as good as impossible; then both are visited, or they are taken for one as any two would be.
func (p Print) before(q Print) bool {
	x, y := p.a*seed1, q.a*seed1
	return x < y || x == y && p.b < q.b
}

// fold multiplies to 128 bits and adds the halves without carry.
func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

// words reads up to 16 octets as two words; a short rest is padded with zeros,
// which is no loss, as the length is folded in at the end.
func words(b []byte) (uint64, uint64) {
	var w [16]byte
	copy(w[:], b)
	return binary.LittleEndian.Uint64(w[:8]), binary.LittleEndian.Uint64(w[8:])
}

// fingerprint hashes an encoding to 64 bits.
func fingerprint(b []byte) Print {
	n := uint64(len(b))
	s, t := uint64(seed0), uint64(seed1)
	for len(b) >= 32 {
		s = fold(binary.LittleEndian.Uint64(b)^seed1, binary.LittleEndian.Uint64(b[8:])^s)
		t = fold(binary.LittleEndian.Uint64(b[16:])^seed2, binary.LittleEndian.Uint64(b[24:])^t)
		b = b[32:]
	}
	if len(b) >= 16 {
		s = fold(binary.LittleEndian.Uint64(b)^seed3, binary.LittleEndian.Uint64(b[8:])^s)
		b = b[16:]
	}
	x, y := words(b)
	t = fold(x^seed0, y^t)
	return Print{a: nonzero(fold(s^seed2^n, t^seed3))}
}

// Fingerprint is the fingerprint of octets, good for every mode.
func Fingerprint(b []byte) Print { return fingerprint128(b) }

// Joint is the fingerprint of a thing made of a number and four parts, of which each has its own.
func Joint(number uint32, p, q, r, s *Print, strict bool) Print {
	joint := Print{a: nonzero(fold(fold(p.a^seed0, q.a^seed1)^seed2, fold(r.a^seed3, s.a^seed0)^uint64(number)))}
	if strict {
		joint.b = nonzero(fold(fold(p.b^seed1, q.b^seed2)^seed3, fold(r.b^seed0, s.b^seed1)^uint64(number)))
	}
	return joint
}

// fingerprint128 hashes an encoding to 128 bits: two hashes that share no seed
// at any place, in one pass.
func fingerprint128(b []byte) Print {
	n := uint64(len(b))
	s, t := uint64(seed0), uint64(seed1)
	u, v := uint64(seed2), uint64(seed3)
	for len(b) >= 16 {
		x, y := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		s, t = fold(x^seed1, y^s), t^bits.RotateLeft64(s, 17)
		u, v = fold(y^seed3, x^u), v^bits.RotateLeft64(u, 41)
		b = b[16:]
	}
	x, y := words(b)
	s = fold(x^seed1, y^s)
	u = fold(y^seed3, x^u)
	return Print{
		a: nonzero(fold(s^seed2^n, t^seed3)),
		b: nonzero(fold(u^seed0^n, v^seed1)),
	}
}

func nonzero(x uint64) uint64 {
	if x == 0 {
		return seed0
	}
	return x
}

// place maps a fingerprint to one of n places, keeping its order: a table that
// grows can be moved in one pass through both.
func place(x uint64, n int) int {
	hi, _ := bits.Mul64(x, uint64(n))
	return int(hi)
}
