package model

import (
	"encoding/binary"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

func (c *Config) encodePacket(i int, p *Packet, b []byte) []byte {
	seq, ack := p.SEQ.Sub(c.ISS[i]-bias), p.ACK.Sub(c.ISS[1-i]-bias)
	if !p.CTL.Has(tcp.ACK) {
		ack = 0
	}
	head := uint8(p.CTL) & controlBits
	if p.UP|uint8(p.Options)|p.TSval != 0 {
		head |= packetExtra
	}
	if seq|ack > 0xff || p.WND > 15 || p.DATA > 15 {
		b = append(b, head|packetWide)
		b = binary.LittleEndian.AppendUint32(b, seq)
		b = binary.LittleEndian.AppendUint32(b, ack)
		b = binary.LittleEndian.AppendUint16(b, p.WND)
		b = append(b, p.DATA, uint8(p.Text))
	} else {
		b = append(b, head, uint8(seq), uint8(ack), uint8(p.WND)|p.DATA<<4)
		if p.DATA > 0 {
			b = append(b, uint8(p.Text))
		}
	}
	if head&packetExtra != 0 {
		b = append(b, p.UP, uint8(p.Options), p.TSval)
	}
	return b
}

func (c *Config) decodePacket(i int, p *Packet, b []byte) []byte {
	head := b[0]
	p.CTL = tcp.Flags(head & controlBits)
	var seq, ack uint32
	if head&packetWide != 0 {
		seq, ack = binary.LittleEndian.Uint32(b[1:]), binary.LittleEndian.Uint32(b[5:])
		p.WND, p.DATA, p.Text = binary.LittleEndian.Uint16(b[9:]), b[11], Text(b[12])
		b = b[13:]
	} else {
		seq, ack = uint32(b[1]), uint32(b[2])
		p.WND, p.DATA = uint16(b[3]&15), b[3]>>4
		b = b[4:]
		if p.DATA > 0 {
			p.Text = Text(b[0])
			b = b[1:]
		}
	}
	p.SEQ = (c.ISS[i] - bias).Add(seq)
	if p.CTL.Has(tcp.ACK) {
		p.ACK = (c.ISS[1-i] - bias).Add(ack)
	}
	if head&packetExtra != 0 {
		p.UP, p.Options, p.TSval = b[0], OptionSet(b[1]), b[2]
		b = b[3:]
	}
	return b
}
