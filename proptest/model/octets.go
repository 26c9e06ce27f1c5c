package model

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// octets is a segment of host i as a packet, number id of the trace.
func (s *space) octets(i uint8, id uint16, p *Packet) []byte {
	h := wire.TCP{SEQ: uint32(p.SEQ), ACK: uint32(p.ACK), CTL: uint8(p.CTL), WND: p.WND, UP: uint16(p.UP)}
	if mss := maximum(p.Options); p.CTL.Has(tcp.SYN) && mss > 0 {
		h.HasMSS, h.MSS = true, uint16(mss)
	}
	if p.Options&HasWS != 0 {
		h.HasWS, h.WS = true, s.c.shift(i, p.Options)
	}
	if p.Options&HasTS != 0 {
		h.HasTS, h.TSval = true, uint32(stampBase)+uint32(p.TSval)
	}
	return counterexample.Packet(Addresses[i], Addresses[1-i], id, h, p.text())
}

// text is the octets of a packet: the letters of the alphabet in their order, capitals
// of a second incarnation, and question marks where nobody has given anything to be sent.
func (p *Packet) text() []byte {
	b := make([]byte, p.DATA)
	for i := range b {
		b[i] = '?'
		if octet := p.Text + Text(i); p.Text != Garbage {
			first := byte('a')
			if octet>>positionBits > 1 {
				first = 'A'
			}
			b[i] = first + byte(octet)&(1<<positionBits-1)%26
		}
	}
	return b
}
