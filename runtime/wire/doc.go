// Package wire turns packets into headers and headers into packets: IPv4,
// IPv6, ICMP for IPv4, TCP and UDP, with their checksums.
//
// Parsing returns values whose Payload is a view of the packet; nothing is
// copied and nothing allocated. A packet that cannot be used is not an error
// but a [Drop], a reason that has a name and can be counted.
//
// Writing is done from the inside out, so that text is copied once: the caller
// places the text behind room for the headers, then each header's Put writes
// itself in front of it and, where its checksum covers the text, sums it:
//
//	n := copy(b[20+h.HeaderLen():], text)
//	h.Put(b[20:20+h.HeaderLen()+n], ip.Pseudo())
//	ip.Put(b[:20+h.HeaderLen()+n])
//
// Two facts belong to more than one header and are passed as arguments: the
// pseudo-header, which is the part of a TCP or UDP checksum that comes from the
// internet header, and the length, which is always that of the slice.
package wire
