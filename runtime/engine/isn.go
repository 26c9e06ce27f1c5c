package engine

import (
	"encoding/binary"
	"math/bits"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// purpose separates the uses of the one secret, so that what is seen of one tells
// nothing of another.
type purpose uint64

const (
	forISN purpose = iota
	forTimestamp
	forPort
)

// keyed is the F of RFC 6528 and RFC 6056: a hash of a connection's sockets that
// nobody can compute without the secret.
func (e *Engine) keyed(f flow, p purpose) uint64 {
	addresses, ports := f.words()
	return sipHash(e.cfg.Secret, [3]uint64{addresses, ports, uint64(p)})
}

// initialSequenceNumber chooses ISS:
// "ISN = M + F(localip, localport, remoteip, remoteport, secretkey)",
// M being "the 4 microsecond timer" (RFC 6528, 3; RFC 9293, 3.4.1; SHLD-1).
func (e *Engine) initialSequenceNumber(now Time, f flow) tcp.Seq {
	const tick = 4000
	return tcp.Seq(uint64(now)/tick + e.keyed(f, forISN))
}

// sequenceNumberAbove chooses the ISS of a connection that follows another one in
// TIME-WAIT: "larger than the largest sequence number it used on the previous
// connection incarnation" (RFC 9293, 3.6.1).
func (e *Engine) sequenceNumberAbove(above tcp.Seq, now Time, f flow) tcp.Seq {
	iss := e.initialSequenceNumber(now, f)
	if above.Less(iss) {
		return iss
	}
	const leap = 0xffff
	return above.Add(1 + uint32(iss)&leap)
}

// timestampOffset makes the timestamp clocks of connections differ (RFC 7323, 7.1).
func (e *Engine) timestampOffset(f flow) uint32 { return uint32(e.keyed(f, forTimestamp)) }

// sipHash is SipHash-2-4 (Aumasson, Bernstein 2012) of three words, little-endian.
func sipHash(key [16]byte, words [3]uint64) uint64 {
	k0, k1 := binary.LittleEndian.Uint64(key[:8]), binary.LittleEndian.Uint64(key[8:])
	s := sipState{
		k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
		k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573,
	}
	for _, w := range words {
		s.absorb(w)
	}
	const octets = uint64(len(words)) * 8
	s.absorb(octets << 56)
	s[2] ^= 0xff
	for range 4 {
		s.round()
	}
	return s[0] ^ s[1] ^ s[2] ^ s[3]
}

type sipState [4]uint64

func (s *sipState) absorb(w uint64) {
	s[3] ^= w
	s.round()
	s.round()
	s[0] ^= w
}

func (s *sipState) round() {
	s[0] += s[1]
	s[1] = bits.RotateLeft64(s[1], 13) ^ s[0]
	s[0] = bits.RotateLeft64(s[0], 32)
	s[2] += s[3]
	s[3] = bits.RotateLeft64(s[3], 16) ^ s[2]
	s[0] += s[3]
	s[3] = bits.RotateLeft64(s[3], 21) ^ s[0]
	s[2] += s[1]
	s[1] = bits.RotateLeft64(s[1], 17) ^ s[2]
	s[2] = bits.RotateLeft64(s[2], 32)
}
