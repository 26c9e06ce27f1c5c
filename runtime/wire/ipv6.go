package wire

import (
	"encoding/binary"
	"net/netip"
)

// IPv6HeaderLen is the length of an IPv6 header without extension headers, the
// only kind that is written.
const IPv6HeaderLen = 40

// IPv6 is an IPv6 header (RFC 8200, 3) and a view of what it carries.
type IPv6 struct {
	Src, Dst     [16]byte
	Protocol     uint8 // the next header behind all extension headers
	HopLimit     uint8
	TrafficClass uint8
	FlowLabel    uint32
	Payload      []byte // behind the extension headers
}

// ParseIPv6 reads the header of one packet and passes over its extension
// headers. With the reason IPFragment the header is complete up to the fragment
// header, which begins the Payload.
func ParseIPv6(b []byte) (h IPv6, drop Drop) {
	if len(b) < IPv6HeaderLen {
		return h, IPShort
	}
	word := binary.BigEndian.Uint32(b)
	if word>>28 != 6 {
		return h, IPVersion
	}
	total := IPv6HeaderLen + int(binary.BigEndian.Uint16(b[4:]))
	if total > len(b) {
		return h, IPLength
	}
	h.TrafficClass, h.FlowLabel = uint8(word>>20), word&0xfffff
	h.Protocol, h.HopLimit = b[6], b[7]
	h.Src, h.Dst = [16]byte(b[8:24]), [16]byte(b[24:40])
	h.Payload = b[IPv6HeaderLen:total:total]
	return h, h.passExtensions()
}

// Extension headers (RFC 8200, 4).
const (
	extensionHopByHop    = 0
	extensionRouting     = 43
	extensionFragment    = 44
	extensionDestination = 60
)

// passExtensions moves Protocol and Payload behind the extension headers.
// "IPv6 nodes must accept and attempt to process extension headers in any order
// and occurring any number of times in the same packet, except for the
// Hop-by-Hop Options header" (RFC 8200, 4.1)
func (h *IPv6) passExtensions() Drop {
	for first := true; ; first = false {
		b := h.Payload
		length := 8
		switch h.Protocol {
		default:
			return Whole
		case extensionHopByHop, extensionDestination, extensionRouting:
			if len(b) < 8 || h.Protocol == extensionHopByHop && !first {
				return IPExtension
			}
			length += int(b[1]) * 8
			if length > len(b) || !h.mayPass(b[:length]) {
				return IPExtension
			}
		case extensionFragment:
			if len(b) < 8 {
				return IPExtension
			}
			// Offset 0 and nothing to follow is a whole packet (RFC 6946, 4).
			if binary.BigEndian.Uint16(b[2:])&^6 != 0 {
				return IPFragment
			}
		}
		h.Protocol, h.Payload = b[0], b[length:]
	}
}

// mayPass says whether an extension header can be left unprocessed: a routing
// header when it has come to its end, and options whose type asks to "skip over
// this option and continue processing the header" (RFC 8200, 4.2 and 4.4).
func (h *IPv6) mayPass(b []byte) bool {
	if h.Protocol == extensionRouting {
		segmentsLeft := b[3]
		return segmentsLeft == 0
	}
	const pad1, actionBits = 0, 0xc0
	for b = b[2:]; len(b) > 0; {
		if b[0] == pad1 {
			b = b[1:]
			continue
		}
		if len(b) < 2 || len(b) < 2+int(b[1]) || b[0]&actionBits != 0 {
			return false
		}
		b = b[2+int(b[1]):]
	}
	return true
}

// Put writes the header into the first 40 octets of b, which is the whole
// packet. It panics if b is shorter than that.
func (h *IPv6) Put(b []byte) {
	p := b[:IPv6HeaderLen:IPv6HeaderLen]
	binary.BigEndian.PutUint32(p, 6<<28|uint32(h.TrafficClass)<<20|h.FlowLabel&0xfffff)
	binary.BigEndian.PutUint16(p[4:], uint16(len(b)-IPv6HeaderLen))
	p[6], p[7] = h.Protocol, h.HopLimit
	copy(p[8:24], h.Src[:])
	copy(p[24:40], h.Dst[:])
}

// Pseudo sums the pseudo-header of RFC 8200, 8.1, without its length.
func (h *IPv6) Pseudo() Sum { return PseudoIPv6(h.Src, h.Dst, h.Protocol) }

// PseudoIPv6 is the pseudo-header of IPv6, without its length; source and
// destination may be exchanged.
func PseudoIPv6(src, dst [16]byte, protocol uint8) Sum {
	return Sum(0).addRest(src[:]).addRest(dst[:]).addUint16(uint16(protocol))
}

// SrcAddr is the source address.
func (h *IPv6) SrcAddr() netip.Addr { return netip.AddrFrom16(h.Src) }

// DstAddr is the destination address.
func (h *IPv6) DstAddr() netip.Addr { return netip.AddrFrom16(h.Dst) }
