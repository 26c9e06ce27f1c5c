package wire

import "encoding/binary"

// ICMPv4HeaderLen is the length of the part that all ICMP messages share: type,
// code, checksum and the four octets whose meaning depends on the type.
const ICMPv4HeaderLen = 8

// Message types (RFC 792).
const (
	ICMPv4EchoReply              = 0
	ICMPv4DestinationUnreachable = 3
	ICMPv4SourceQuench           = 4 // "MUST silently discard any received ICMP Source Quench messages" (MUST-55)
	ICMPv4Redirect               = 5
	ICMPv4Echo                   = 8
	ICMPv4TimeExceeded           = 11
	ICMPv4ParameterProblem       = 12
)

// Codes of Destination Unreachable (RFC 792; RFC 1122, 3.2.2.1).
const (
	ICMPv4NetUnreachable      = 0
	ICMPv4HostUnreachable     = 1
	ICMPv4ProtocolUnreachable = 2
	ICMPv4PortUnreachable     = 3
	ICMPv4FragmentationNeeded = 4
	ICMPv4SourceRouteFailed   = 5
)

// ICMPv4 is an ICMP message.
type ICMPv4 struct {
	Type, Code uint8
	Rest       uint32 // octets 4 to 7, in network order; see Identifier, Sequence, MTU, Pointer
	Payload    []byte // an echo's data or an error's quotation; Put expects it in place
}

// ParseICMPv4 reads a message, the whole payload of an IP packet.
func ParseICMPv4(b []byte) (h ICMPv4, drop Drop) {
	if len(b) < ICMPv4HeaderLen {
		return h, ICMPShort
	}
	if Sum(0).Add(b).Checksum() != 0 {
		return h, ICMPChecksum
	}
	h.Type, h.Code = b[0], b[1]
	h.Rest = binary.BigEndian.Uint32(b[4:])
	h.Payload = b[ICMPv4HeaderLen:]
	return h, Whole
}

// Put writes the header into the first 8 octets of b, which is the whole message
// with its payload already in place. It panics if b is shorter than that.
func (h *ICMPv4) Put(b []byte) {
	p := b[:ICMPv4HeaderLen:ICMPv4HeaderLen]
	p[0], p[1], p[2], p[3] = h.Type, h.Code, 0, 0
	binary.BigEndian.PutUint32(p[4:], h.Rest)
	binary.BigEndian.PutUint16(p[2:], Sum(0).Add(b).Checksum())
}

// Identifier of an echo: "to aid in matching echos and replies".
func (h *ICMPv4) Identifier() uint16 { return uint16(h.Rest >> 16) }

// Sequence number of an echo.
func (h *ICMPv4) Sequence() uint16 { return uint16(h.Rest) }

// MTU, in octets, of the next hop of a Fragmentation Needed message (RFC 1191,
// 4); 0 if the router does not tell.
func (h *ICMPv4) MTU() uint16 { return uint16(h.Rest) }

// Pointer of a Parameter Problem: the octet of the quotation that is wrong.
func (h *ICMPv4) Pointer() uint8 { return uint8(h.Rest >> 24) }

// EchoReply is the header of the answer to an echo; the data is to be repeated
// behind it. "The data received in the echo message must be returned" (RFC 792)
func (h *ICMPv4) EchoReply() ICMPv4 {
	return ICMPv4{Type: ICMPv4EchoReply, Rest: h.Rest}
}

// IsError says whether the message reports an error, and therefore quotes a
// packet and must not be answered by another error (RFC 1122, 3.2.2).
func (h *ICMPv4) IsError() bool {
	switch h.Type {
	case ICMPv4DestinationUnreachable, ICMPv4SourceQuench, ICMPv4Redirect,
		ICMPv4TimeExceeded, ICMPv4ParameterProblem:
		return true
	}
	return false
}

// Quotation is what an ICMP error tells of the packet it is about: one that this
// host sent, if the message is genuine.
type Quotation struct {
	Src, Dst        [4]byte
	Protocol        uint8
	SourcePort      uint16 // of TCP and UDP, as are the next two
	DestinationPort uint16
	SEQ             uint32 // of TCP; over UDP these octets are length and checksum
}

// quoted is how much of the datagram behind its header every error quotes: "the
// first 64 bits of the original datagram's data" (RFC 792).
const quoted = 8

// Quotation reads the packet that an error quotes. Most are cut off, and their
// header checksum may be out of date, so that neither is checked; whoever acts
// on it has to look whether it belongs to a connection (RFC 5927, 4).
func (h *ICMPv4) Quotation() (q Quotation, drop Drop) {
	b := h.Payload
	if len(b) < IPv4HeaderLen || b[0]>>4 != 4 {
		return q, ICMPQuote
	}
	header := int(b[0]&0xf) * 4
	if header < IPv4HeaderLen || len(b) < header+quoted {
		return q, ICMPQuote
	}
	var ip IPv4
	ip.read(b[:header])
	if ip.FragmentOffset != 0 {
		return q, ICMPQuote
	}
	b = b[header:]
	return Quotation{
		Src: ip.Src, Dst: ip.Dst, Protocol: ip.Protocol,
		SourcePort:      binary.BigEndian.Uint16(b[0:]),
		DestinationPort: binary.BigEndian.Uint16(b[2:]),
		SEQ:             binary.BigEndian.Uint32(b[4:]),
	}, Whole
}

// Quote is the part of an offending packet that an error about it repeats: "as
// much of the original datagram as possible without the length of the ICMP
// datagram exceeding 576 bytes" (RFC 1812, 4.3.2.3).
func Quote(packet []byte) []byte {
	const room = 576 - IPv4HeaderLen - ICMPv4HeaderLen
	return packet[:min(len(packet), room)]
}
