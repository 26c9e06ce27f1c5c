package wire

import (
	"encoding/binary"
	"math/bits"
)

// Sum is a one's complement sum of 16-bit words that is still being added up
// (RFC 1071). The zero value is the sum of nothing.
//
// It is kept in 64 bits and in little-endian order: "the sum of 16-bit integers
// can be computed in either byte order" (section 2 (B)) and in any wider word
// (section 2 (C)), so that eight octets are added at once and only the folded
// result is swapped.
type Sum uint64

// Add adds b, which must begin at an even offset of what is summed. An odd last
// octet is padded with zero, so nothing may follow it.
func (s Sum) Add(b []byte) Sum {
	// Two chains of additions that do not wait for each other's carry.
	x, y := uint64(s), uint64(0)
	for len(b) >= 64 {
		p := b[:64:64]
		var c, d uint64
		x, c = bits.Add64(x, binary.LittleEndian.Uint64(p[0:]), 0)
		x, c = bits.Add64(x, binary.LittleEndian.Uint64(p[8:]), c)
		x, c = bits.Add64(x, binary.LittleEndian.Uint64(p[16:]), c)
		x, c = bits.Add64(x, binary.LittleEndian.Uint64(p[24:]), c)
		x += c
		y, d = bits.Add64(y, binary.LittleEndian.Uint64(p[32:]), 0)
		y, d = bits.Add64(y, binary.LittleEndian.Uint64(p[40:]), d)
		y, d = bits.Add64(y, binary.LittleEndian.Uint64(p[48:]), d)
		y, d = bits.Add64(y, binary.LittleEndian.Uint64(p[56:]), d)
		y += d
		b = b[64:]
	}
	return Sum(x).plus(y).addRest(b)
}

// addRest adds fewer than 64 octets.
func (s Sum) addRest(b []byte) Sum {
	x, c := uint64(s), uint64(0)
	for len(b) >= 8 {
		x, c = bits.Add64(x, binary.LittleEndian.Uint64(b), 0)
		x += c
		b = b[8:]
	}
	var last uint64
	if len(b) >= 4 {
		last = uint64(binary.LittleEndian.Uint32(b))
		b = b[4:]
	}
	if len(b) >= 2 {
		last += uint64(binary.LittleEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		last += uint64(b[0])
	}
	return Sum(x).plus(last)
}

// plus adds one wide word with its end-around carry. The carry cannot overflow
// again: a sum that wrapped is at most the smaller of its terms minus one.
func (s Sum) plus(word uint64) Sum {
	x, c := bits.Add64(uint64(s), word, 0)
	return Sum(x + c)
}

// addUint16 adds a number that stands in the packet in network order.
func (s Sum) addUint16(n uint16) Sum {
	return s.plus(uint64(bits.ReverseBytes16(n)))
}

// fold gives the 16-bit sum in network order.
func (s Sum) fold() uint16 {
	x := uint64(s)
	x = x>>32 + x&0xffffffff
	x = x>>32 + x&0xffffffff
	x = x>>16 + x&0xffff
	x = x>>16 + x&0xffff
	return bits.ReverseBytes16(uint16(x))
}

// Checksum gives "the 16-bit ones' complement of the ones' complement sum" (RFC
// 9293, 3.1), the value that stands in a header. Over data that carries its own
// checksum it is 0 if, and as far as a sum can tell only if, nothing was changed.
func (s Sum) Checksum() uint16 { return ^s.fold() }

// UpdateChecksum gives the checksum of a packet in which one 16-bit word was
// changed, without reading the packet: HC' = ~(~HC + ~m + m') (RFC 1624, 3).
func UpdateChecksum(checksum, from, to uint16) uint16 {
	sum := uint32(^checksum) + uint32(^from) + uint32(to)
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	return ^uint16(sum)
}
