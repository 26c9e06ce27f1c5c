package wire

import "encoding/binary"

// TCPHeaderLen is the length of a TCP header without options.
const TCPHeaderLen = 20

// syn is the one control bit that decides how a header is read and written.
const syn = 0x02

// TCP is a TCP header (RFC 9293, 3.1), in the names of the segment variables,
// and a view of the text behind it.
type TCP struct {
	SourcePort      uint16
	DestinationPort uint16
	SEQ, ACK        uint32
	CTL             uint8 // CWR, ECE, URG, ACK, PSH, RST, SYN, FIN from the highest bit to the lowest
	WND             uint16
	UP              uint16

	// Options. A value is meaningful if its Has field is set.
	HasMSS        bool // only with SYN
	HasWS         bool // only with SYN
	HasTS         bool
	SACKPermitted bool // only with SYN
	WS            uint8
	MSS           uint16
	TSval, TSecr  uint32

	Odd     Odd    // what was wrong with the options and overlooked; Put ignores it
	Payload []byte // the text; Put expects it in place
}

// ParseTCP reads a segment, the whole payload of an IP packet whose
// pseudo-header sums up to pseudo: its length, checksum, ports and options are right,
// or it is dropped. Reserved bits are ignored.
func ParseTCP(b []byte, pseudo Sum) (h TCP, drop Drop) {
	if len(b) < TCPHeaderLen {
		return h, TCPShort
	}
	offset := int(b[12]>>4) * 4
	if offset < TCPHeaderLen || offset > len(b) {
		return h, TCPOffset
	}
	// "the receiver MUST check it" (MUST-3)
	if pseudo.addUint16(uint16(len(b))).Add(b).Checksum() != 0 {
		return h, TCPChecksum
	}
	h.SourcePort = binary.BigEndian.Uint16(b[0:])
	h.DestinationPort = binary.BigEndian.Uint16(b[2:])
	if h.SourcePort == 0 || h.DestinationPort == 0 {
		return h, TCPPort
	}
	h.SEQ = binary.BigEndian.Uint32(b[4:])
	h.ACK = binary.BigEndian.Uint32(b[8:])
	h.CTL = b[13]
	h.WND = binary.BigEndian.Uint16(b[14:])
	h.UP = binary.BigEndian.Uint16(b[18:])
	h.Payload = b[offset:]
	if offset > TCPHeaderLen {
		drop = h.readOptions(b[TCPHeaderLen:offset:offset])
	}
	return h, drop
}

// HeaderLen is the Data Offset in octets with which Put will write the header.
func (h *TCP) HeaderLen() int { return TCPHeaderLen + h.optionsLen() }

// Put writes the header into the first HeaderLen octets of b, which is the
// whole segment with its text already in place, and computes the checksum. It
// panics if b is shorter than the header.
func (h *TCP) Put(b []byte, pseudo Sum) {
	offset := h.HeaderLen()
	p := b[:offset:offset]
	binary.BigEndian.PutUint16(p[0:], h.SourcePort)
	binary.BigEndian.PutUint16(p[2:], h.DestinationPort)
	binary.BigEndian.PutUint32(p[4:], h.SEQ)
	binary.BigEndian.PutUint32(p[8:], h.ACK)
	p[12], p[13] = byte(offset/4<<4), h.CTL
	binary.BigEndian.PutUint16(p[14:], h.WND)
	binary.BigEndian.PutUint16(p[16:], 0)
	binary.BigEndian.PutUint16(p[18:], h.UP)
	if offset > TCPHeaderLen {
		h.putOptions(p[TCPHeaderLen:])
	}
	// "the sender MUST generate it" (MUST-2)
	checksum := pseudo.addUint16(uint16(len(b))).Add(b).Checksum()
	binary.BigEndian.PutUint16(p[16:], checksum)
}
