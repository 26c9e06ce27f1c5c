package model

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Where users, settings and harms of both hosts are alike, the hosts may change
// places: encodings hold numbers relative to the ISS of their sender, so the image of
// a world is its pieces the other way round.

// symmetric tells whether nothing but their names and ISS tells the hosts apart.
func (c *Config) symmetric() bool {
	harms := purseOf(&c.Budget, 0)
	return slices.Equal(c.Script[0], c.Script[1]) && c.Reads[0] == c.Reads[1] && c.Settings[0] == c.Settings[1] &&
		harms == harms.image() && c.Old == [2]*Packet{}
}

// Image appends the encoding of the world with its hosts in each other's place.
func (s *space) Image(encoding, b []byte) []byte {
	var m mosaic
	m.read(encoding)
	m = mosaic{m.purse.image(), m.host.swapped(), m.way.swapped()}
	return m.append(b)
}

// image is the purse of the image of a world.
func (p purse) image() purse { return purse(swapPairs(uint64(p))).at(p.time()) }

// ImageClass is the class of the same event at the other host.
func (s *space) ImageClass(c explore.Class) explore.Class { return c ^ 1 }

// ImageMarks is the marks of the image of a world.
func (s *space) ImageMarks(bits uint64) uint64 { return swapPairs(bits) }

// swapPairs lets each two bits change places with the two beside them: those of one
// host stand beside those of the other, in a purse and in marks.
func swapPairs(x uint64) uint64 {
	const even = 0x3333333333333333
	return x&even<<2 | x>>2&even
}
