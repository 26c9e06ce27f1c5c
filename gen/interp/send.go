package interp

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// send makes a segment of the numbers and bits that the text gives.
func (c *compiler) send(s *parser.Send) func() {
	m := c.m
	seq, ack, data := c.eval(s.SEQ), c.given(s.ACK), c.given(s.DATA)
	var always tcp.Flags
	for _, b := range s.CTL {
		always |= 1 << b.Index
	}
	type bit struct {
		holds func() bool
		flag  tcp.Flags
	}
	var some []bit
	for _, x := range s.Cond {
		some = append(some, bit{c.holds(x.Cond), 1 << x.Bit.Index})
	}
	urgent, up := func() bool { return false }, c.given(s.UP)
	if s.UP != nil {
		urgent = func() bool { return true }
		if s.UPIf != nil {
			urgent = c.holds(s.UPIf)
		}
	}
	return func() {
		sent := tcp.Sent{SEQ: tcp.Seq(seq()), ACK: tcp.Seq(ack()), DATA: data(), CTL: always}
		for i := range some {
			if some[i].holds() {
				sent.CTL |= some[i].flag
			}
		}
		if urgent() {
			sent.CTL |= tcp.URG
			sent.UP = up() - uint32(sent.SEQ)
		}
		if int(m.out.NSend) < len(m.out.Send) { // a text broken on purpose may send more than fits
			m.out.Send[m.out.NSend] = sent
			m.out.NSend++
		}
	}
}

// given is 0 for what is not given.
func (c *compiler) given(e parser.Expr) func() uint32 {
	if e == nil {
		return func() uint32 { return 0 }
	}
	return c.eval(e)
}
