package sim

// content is what users write: octet i of stream s is the same in every run, and
// neither another place of the stream nor another stream looks alike.
type content struct{}

// period is a prime, so that no power of two leads back to the same octets.
const period = 65521

var octets = func() (table [period]byte) {
	x := uint32(1)
	for i := range table {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		table[i] = byte(x >> 11)
	}
	return table
}()

func (content) at(stream int, offset uint64) byte {
	return octets[(offset+uint64(stream)*7919)%period]
}

// fill writes the octets of a stream that begin at an offset into b.
func (c content) fill(b []byte, stream int, offset uint64) {
	for i := range b {
		b[i] = c.at(stream, offset+uint64(i))
	}
}

// differs returns the index of the first octet of b that is not the stream's; -1
// if all are.
func (c content) differs(b []byte, stream int, offset uint64) int {
	for i := range b {
		if b[i] != c.at(stream, offset+uint64(i)) {
			return i
		}
	}
	return -1
}
