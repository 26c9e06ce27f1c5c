package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// send takes a segment from the core. A mere acknowledgment waits until the end
// of the event: "all of the queued segments [are processed] before sending any ACK
// segments" (RFC 9293 3.8.6.3, MUST-58); but the one that text out of order calls
// forth goes at once, because the peer counts it.
func (m *machine) send(s *tcp.Sent, outOfOrder bool) {
	if s.CTL == tcp.ACK && s.DATA == 0 && s.SEQ == m.h.TCB.SND.NXT && !outOfOrder {
		m.ack, m.due = *s, true
		return
	}
	if outOfOrder && m.due {
		m.emit(&m.ack)
	}
	m.emit(s)
}

// far is where a segment is put whose sequence number is the plain number zero:
// nowhere near the connection, wherever its ISS is, so that runs are the same for
// every ISS.
const far = 1 << 30

// emit puts a segment on its way.
func (m *machine) emit(s *tcp.Sent) {
	t := &m.h.TCB
	p := Packet{SEQ: s.SEQ, ACK: s.ACK, DATA: uint8(s.DATA), UP: uint8(s.UP), CTL: s.CTL}
	if s.CTL.Has(tcp.ACK) && !s.CTL.Has(tcp.RST) {
		p.WND = uint16(min(t.RCV.ADV.Sub(s.ACK)>>t.Rcv.Wind.Shift, 65535))
		m.due = false
	}
	if s.CTL.Has(tcp.SYN) {
		p.WND = uint16(min(t.RCV.WND, 65535))
		if t.WS.OK {
			p.Options |= HasWS
		}
	}
	if s.CTL.Has(tcp.RST|tcp.ACK) && s.SEQ == 0 {
		p.SEQ = m.c.ISS[m.i].Add(far)
	}
	if t.TS.OK && !s.CTL.Has(tcp.RST) {
		p.Options |= HasTS
		p.TSval = m.time + 1
	}
	if s.DATA > 0 {
		p.Text = m.textOf(s)
	}
	if len(m.step.Sent) < maxSent {
		m.step.Sent = append(m.step.Sent, p)
	}
}

// textOf finds the octets that a segment carries where the runtime finds them:
// in the retransmission queue, whose front is SND.UNA.
func (m *machine) textOf(s *tcp.Sent) Text {
	h := &m.h
	offset := s.SEQ.Sub(h.TCB.SND.UNA) - one(h.TCB.SYNOutstanding)
	if offset > 1<<16 || offset+s.DATA > uint32(h.Submitted-h.Front) {
		h.Torn = true
		return Garbage
	}
	return textAt(h.Lives, uint32(h.Front)+offset)
}
