package wire

import (
	"encoding/binary"
	"net/netip"
)

// Numbers of the protocols that IP carries.
const (
	ProtocolICMP = 1
	ProtocolTCP  = 6
	ProtocolUDP  = 17
)

// IPv4HeaderLen is the length of an IPv4 header without options, the only kind
// that is written.
const IPv4HeaderLen = 20

// IPv4 is an internet header (RFC 791, 3.1) and a view of what it carries.
type IPv4 struct {
	Src, Dst       [4]byte
	Protocol       uint8
	TTL            uint8
	TOS            uint8  // DSCP in the upper six bits, ECN in the lower two (RFC 3168, 5)
	ID             uint16 // tells the fragments of one datagram from those of another
	DontFragment   bool
	MoreFragments  bool
	FragmentOffset uint16 // octets; a multiple of 8
	Options        []byte // as they stand in the packet; Put writes none
	Payload        []byte // up to the total length; what pads a short frame is left out
}

// ParseIPv4 reads the header of one packet. With the reasons IPFragment and
// IPSourceRoute the header is complete all the same, for callers that know what
// to do with such packets.
func ParseIPv4(b []byte) (h IPv4, drop Drop) {
	if len(b) < IPv4HeaderLen {
		return h, IPShort
	}
	if b[0]>>4 != 4 {
		return h, IPVersion
	}
	header := int(b[0]&0xf) * 4
	if header < IPv4HeaderLen || header > len(b) {
		return h, IPHeader
	}
	total := int(binary.BigEndian.Uint16(b[2:]))
	if total < header || total > len(b) {
		return h, IPLength
	}
	// "A host MUST verify the IP header checksum on every received datagram and
	// silently discard every datagram that has a bad checksum." (RFC 1122, 3.2.1.2)
	if Sum(0).Add(b[:header]).Checksum() != 0 {
		return h, IPChecksum
	}
	h.read(b[:header:header])
	h.Payload = b[header:total:total]
	return h, h.obstacle()
}

// read takes the fields of a header whose length is right.
func (h *IPv4) read(b []byte) {
	fragment := binary.BigEndian.Uint16(b[6:])
	h.Src, h.Dst = [4]byte(b[12:16]), [4]byte(b[16:20])
	h.Protocol, h.TTL, h.TOS = b[9], b[8], b[1]
	h.ID = binary.BigEndian.Uint16(b[4:])
	h.DontFragment = fragment&0x4000 != 0
	h.MoreFragments = fragment&0x2000 != 0
	h.FragmentOffset = fragment & 0x1fff * 8
	h.Options = b[IPv4HeaderLen:]
}

// obstacle is what keeps a well-formed packet from being taken as a whole one.
func (h *IPv4) obstacle() Drop {
	if len(h.Options) > 0 {
		if drop := checkIPv4Options(h.Options); drop != Whole {
			return drop
		}
	}
	if h.MoreFragments || h.FragmentOffset != 0 {
		return IPFragment
	}
	return Whole
}

// IPv4 option types (RFC 791, 3.1).
const (
	ipv4OptionEnd         = 0
	ipv4OptionNop         = 1
	ipv4OptionLooseRoute  = 131
	ipv4OptionStrictRoute = 137
)

// checkIPv4Options passes over the options. "The IP and transport layers MUST
// each interpret those IP options that they understand and silently ignore the
// others." (RFC 1122, 3.2.1.8)
func checkIPv4Options(b []byte) Drop {
	route := Whole
	for len(b) > 0 && b[0] != ipv4OptionEnd {
		if b[0] == ipv4OptionNop {
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return IPOption
		}
		if b[0] == ipv4OptionLooseRoute || b[0] == ipv4OptionStrictRoute {
			route = IPSourceRoute
		}
		b = b[b[1]:]
	}
	return route
}

// Put writes the header into the first 20 octets of b, which is the whole
// packet: its length is the total length. It panics if b is shorter than that.
func (h *IPv4) Put(b []byte) {
	fragment := h.FragmentOffset / 8
	if h.DontFragment {
		fragment |= 0x4000
	}
	if h.MoreFragments {
		fragment |= 0x2000
	}
	p := b[:IPv4HeaderLen:IPv4HeaderLen]
	p[0], p[1] = 4<<4|IPv4HeaderLen/4, h.TOS
	binary.BigEndian.PutUint16(p[2:], uint16(len(b)))
	binary.BigEndian.PutUint16(p[4:], h.ID)
	binary.BigEndian.PutUint16(p[6:], fragment)
	p[8], p[9] = h.TTL, h.Protocol
	p[10], p[11] = 0, 0
	copy(p[12:16], h.Src[:])
	copy(p[16:20], h.Dst[:])
	binary.BigEndian.PutUint16(p[10:], Sum(0).addRest(p).Checksum())
}

// Pseudo sums the pseudo-header of RFC 9293, 3.1, without its length, which Put
// and the parsers of TCP and UDP add: it is the same for all the segments of a
// connection.
func (h *IPv4) Pseudo() Sum { return PseudoIPv4(h.Src, h.Dst, h.Protocol) }

// PseudoIPv4 is the pseudo-header of IPv4, without its length; source and
// destination may be exchanged.
func PseudoIPv4(src, dst [4]byte, protocol uint8) Sum {
	return Sum(uint64(binary.LittleEndian.Uint32(src[:])) +
		uint64(binary.LittleEndian.Uint32(dst[:])) +
		uint64(protocol)<<8)
}

// SrcAddr is the source address.
func (h *IPv4) SrcAddr() netip.Addr { return netip.AddrFrom4(h.Src) }

// DstAddr is the destination address.
func (h *IPv4) DstAddr() netip.Addr { return netip.AddrFrom4(h.Dst) }

// SingleHost says whether an address can be that of one host, as every source
// must be: not this network (0/8), a multicast group or class E with the limited
// broadcast address (224/3). Loopback addresses (127/8) are single hosts, but
// "MUST NOT appear outside a host" (RFC 1122, 3.2.1.3); directed broadcasts are
// known only to those who know the prefix.
func SingleHost(a [4]byte) bool { return a[0] != 0 && a[0] < 224 }
