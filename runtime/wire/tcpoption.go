package wire

import "encoding/binary"

// Option kinds (RFC 9293, 3.2; RFC 7323, 2.2 and 3.2; RFC 2018, 2).
const (
	optionEnd           = 0
	optionNop           = 1
	optionMSS           = 2
	optionWS            = 3
	optionSACKPermitted = 4
	optionTS            = 8
)

// Lengths of the options, kind and length octets included.
const (
	optionMSSLen           = 4
	optionWSLen            = 3
	optionSACKPermittedLen = 2
	optionTSLen            = 10
)

// Odd is a set of irregularities in the options of a segment that is processed
// nevertheless: things to count.
type Odd uint8

// Irregularities.
const (
	OddLength   Odd = 1 << iota // a known option with another length than its own: ignored
	OddPlace                    // an option for SYN segments in another one: ignored
	OddRepeated                 // an option stands twice: the last one counts (D-05)
)

// Has says whether the irregularity was found.
func (o Odd) Has(what Odd) bool { return o&what != 0 }

// readOptions reads the options between the header's fixed part and its end.
// "a receiver MUST be prepared to process options even if they do not begin on
// a word boundary" (MUST-64), and "MUST be able to receive a TCP Option in any
// segment" (MUST-5).
func (h *TCP) readOptions(b []byte) Drop {
	for len(b) > 0 && b[0] != optionEnd {
		if b[0] == optionNop {
			b = b[1:]
			continue
		}
		// "MUST be prepared to handle an illegal option length (e.g., zero)" (MUST-7)
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return TCPOption
		}
		h.readOption(b[0], b[2:b[1]])
		b = b[b[1]:]
	}
	return Whole
}

// readOption takes one option. "MUST ignore without error any TCP Option it does
// not implement" (MUST-6)
func (h *TCP) readOption(kind uint8, value []byte) {
	switch kind {
	case optionMSS:
		if h.wanted(len(value)+2 == optionMSSLen, true, &h.HasMSS) {
			h.MSS = binary.BigEndian.Uint16(value)
		}
	case optionWS:
		if h.wanted(len(value)+2 == optionWSLen, true, &h.HasWS) {
			h.WS = value[0]
		}
	case optionSACKPermitted:
		h.wanted(len(value)+2 == optionSACKPermittedLen, true, &h.SACKPermitted)
	case optionTS:
		if h.wanted(len(value)+2 == optionTSLen, false, &h.HasTS) {
			h.TSval = binary.BigEndian.Uint32(value)
			h.TSecr = binary.BigEndian.Uint32(value[4:])
		}
	}
}

// wanted decides whether a known option is to be read, notes that it is here,
// and what is odd about it.
func (h *TCP) wanted(rightLength, onlyWithSYN bool, has *bool) bool {
	switch {
	case !rightLength:
		h.Odd |= OddLength
		return false
	case onlyWithSYN && h.CTL&syn == 0:
		h.Odd |= OddPlace
		return false
	case *has:
		h.Odd |= OddRepeated
	}
	*has = true
	return true
}

// optionsLen is the length of the options that putOptions writes: a multiple of 4.
func (h *TCP) optionsLen() int {
	n := 0
	if h.HasMSS {
		n += optionMSSLen
	}
	if h.HasTS {
		n += 2 + optionTSLen
	} else if h.SACKPermitted {
		n += 2 + optionSACKPermittedLen
	}
	if h.HasWS {
		n += 1 + optionWSLen
	}
	return n
}

// putOptions writes the options. Each begins so that its numbers stand on word
// boundaries, with No-Operations before it, as RFC 7323, appendix A recommends;
// SACK-Permitted takes the place of the two before Timestamps.
func (h *TCP) putOptions(b []byte) {
	if h.HasMSS {
		b[0], b[1] = optionMSS, optionMSSLen
		binary.BigEndian.PutUint16(b[2:], h.MSS)
		b = b[4:]
	}
	if h.HasTS || h.SACKPermitted {
		b[0], b[1] = optionNop, optionNop
		if h.SACKPermitted && h.HasTS {
			b[0], b[1] = optionSACKPermitted, optionSACKPermittedLen
		} else if h.SACKPermitted {
			b[2], b[3] = optionSACKPermitted, optionSACKPermittedLen
			b = b[4:]
		}
	}
	if h.HasTS {
		b[2], b[3] = optionTS, optionTSLen
		binary.BigEndian.PutUint32(b[4:], h.TSval)
		binary.BigEndian.PutUint32(b[8:], h.TSecr)
		b = b[12:]
	}
	if h.HasWS {
		b[0], b[1], b[2], b[3] = optionNop, optionWS, optionWSLen, h.WS
	}
}
