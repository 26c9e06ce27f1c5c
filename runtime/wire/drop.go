package wire

// Drop is the reason why a packet goes no further. The zero value, Whole, means
// that there is none.
type Drop uint8

// Reasons, in the order in which a packet meets them.
const (
	Whole Drop = iota

	IPShort       // fewer octets than an internet header
	IPVersion     // the version is not the one expected
	IPHeader      // header length below 20 octets, or beyond the packet
	IPLength      // total length below the header length, or beyond the packet
	IPChecksum    // header checksum wrong (RFC 1122, 3.2.1.2)
	IPOption      // an option's length is illegal
	IPSourceRoute // a loose or strict source route; the header is parsed nevertheless
	IPFragment    // a part of a datagram; the header is parsed nevertheless
	IPExtension   // an IPv6 extension header that is illegal, or that we must not pass over

	TCPShort    // fewer than 20 octets
	TCPOffset   // Data Offset below 5 words, or beyond the segment
	TCPChecksum // is not right (MUST-3)
	TCPPort     // source or destination port 0
	TCPOption   // an option's length is below 2, or beyond the header (MUST-7)

	UDPLength   // length field below 8, or beyond the packet
	UDPChecksum // of a datagram that has one
	UDPPort     // destination port 0

	ICMPShort    // fewer than 8 octets
	ICMPChecksum // (RFC 792)
	ICMPQuote    // an error that does not quote enough of the packet it is about

	NumDrops // the number of reasons, for arrays of counters
)

var dropNames = [NumDrops]string{
	Whole:         "whole",
	IPShort:       "IP packet too short",
	IPVersion:     "IP version unknown",
	IPHeader:      "IP header length illegal",
	IPLength:      "IP total length illegal",
	IPChecksum:    "IP header checksum wrong",
	IPOption:      "IP option illegal",
	IPSourceRoute: "IP source route",
	IPFragment:    "IP fragment",
	IPExtension:   "IPv6 extension header illegal",
	TCPShort:      "TCP segment too short",
	TCPOffset:     "TCP data offset illegal",
	TCPChecksum:   "TCP checksum wrong",
	TCPPort:       "TCP port zero",
	TCPOption:     "TCP option illegal",
	UDPLength:     "UDP length illegal",
	UDPChecksum:   "UDP checksum wrong",
	UDPPort:       "UDP port zero",
	ICMPShort:     "ICMP message too short",
	ICMPChecksum:  "ICMP checksum wrong",
	ICMPQuote:     "ICMP error quotes too little",
}

// String names the reason as counters and traces show it.
func (d Drop) String() string {
	if d >= NumDrops {
		return "unknown reason"
	}
	return dropNames[d]
}
