package wire

import "encoding/binary"

// UDPHeaderLen is the length of a UDP header.
const UDPHeaderLen = 8

// UDP is a UDP header (RFC 768) and a view of the datagram's data.
type UDP struct {
	SourcePort      uint16 // 0: the sender expects no answer
	DestinationPort uint16

	// Unchecked: the checksum field is 0, "the transmitter generated no
	// checksum". Over IPv6 such a datagram is to be dropped (RFC 8200, 8.1); a
	// header with Unchecked set is written without a checksum.
	Unchecked bool
	Payload   []byte // Put expects it in place
}

// ParseUDP reads a datagram from the payload of an IP packet whose pseudo-header
// sums up to pseudo. Octets behind the length that the header gives are not part
// of it.
func ParseUDP(b []byte, pseudo Sum) (h UDP, drop Drop) {
	if len(b) < UDPHeaderLen {
		return h, UDPLength
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if length < UDPHeaderLen || length > len(b) {
		return h, UDPLength
	}
	b = b[:length:length]
	h.Unchecked = b[6] == 0 && b[7] == 0
	if !h.Unchecked && pseudo.addUint16(uint16(length)).Add(b).Checksum() != 0 {
		return h, UDPChecksum
	}
	h.SourcePort = binary.BigEndian.Uint16(b[0:])
	h.DestinationPort = binary.BigEndian.Uint16(b[2:])
	h.Payload = b[UDPHeaderLen:]
	if h.DestinationPort == 0 {
		return h, UDPPort
	}
	return h, Whole
}

// Put writes the header into the first 8 octets of b, which is the whole
// datagram with its data already in place. It panics if b is shorter than that.
func (h *UDP) Put(b []byte, pseudo Sum) {
	p := b[:UDPHeaderLen:UDPHeaderLen]
	binary.BigEndian.PutUint16(p[0:], h.SourcePort)
	binary.BigEndian.PutUint16(p[2:], h.DestinationPort)
	binary.BigEndian.PutUint16(p[4:], uint16(len(b)))
	binary.BigEndian.PutUint16(p[6:], 0)
	if h.Unchecked {
		return
	}
	checksum := pseudo.addUint16(uint16(len(b))).Add(b).Checksum()
	// "If the computed checksum is zero, it is transmitted as all ones" (RFC 768)
	if checksum == 0 {
		checksum = 0xffff
	}
	binary.BigEndian.PutUint16(p[6:], checksum)
}
