package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// send takes a segment from the core. A mere acknowledgment waits until the end
// of the event: "all of the queued segments [are processed] before sending any ACK
// segments" (RFC 9293 3.8.6.3, MUST-58); but the one that text out of order calls
// forth goes at once, because the peer counts it.
func (m *machine) send(s *tcp.Sent, outOfOrder bool) {
	if s.CTL != tcp.ACK || s.DATA != 0 || s.SEQ != m.h.TCB.SND.NXT || outOfOrder {
		if outOfOrder && m.due {
			m.emit(&m.ack)
		}
		m.emit(s)
		return
	}
	m.ack, m.due = *s, true
}

// far is where a segment is put whose sequence number is the plain number zero:
// nowhere near the connection, wherever its ISS is, so that runs are the same for
// every ISS.
const far = 1 << 30

// emit puts a segment on its way.
func (m *machine) emit(s *tcp.Sent) {
	t := &m.h.TCB
	p := Packet{SEQ: s.SEQ, ACK: s.ACK, DATA: uint8(s.DATA), UP: uint8(s.UP), CTL: s.CTL}
	if s.CTL.Has(tcp.ACK) {
		p.WND = uint16(min(t.RCV.ADV.Sub(s.ACK)>>t.Rcv.Wind.Shift, 65535))
		if !s.CTL.Has(tcp.RST) {
			m.due = false
		}
	}
	switch {
	case s.CTL.Has(tcp.SYN):
		p.WND = uint16(min(t.RCV.WND, 65535))
		if t.WS.OK {
			p.Options |= HasWS
		}
	case s.CTL.Has(tcp.RST):
		p.WND = 0
		if s.CTL.Has(tcp.ACK) && s.SEQ == 0 {
			p.SEQ = m.c.ISS[m.i].Add(far)
		}
	}
	if t.TS.OK && !s.CTL.Has(tcp.RST) {
		p.Options |= HasTS
		p.TSval = m.w.Time
	}
	if s.DATA > 0 {
		p.Text = m.textOf(s)
	}
	if len(m.step.Sent) < maxSent {
		m.step.Sent = append(m.step.Sent, p)
	}
	m.post(&p)
}

// textOf finds the octets that a segment carries where the runtime finds them:
// in the retransmission queue, whose front is SND.UNA.
func (m *machine) textOf(s *tcp.Sent) Text {
	h := m.h
	offset := s.SEQ.Sub(h.TCB.SND.UNA) - one(h.TCB.SYNOutstanding)
	if offset+s.DATA > uint32(h.Submitted-h.Front) || offset > 1<<16 {
		h.Torn = true
		return Garbage
	}
	return textAt(h.Lives, uint32(h.Front)+offset)
}

// post puts a packet behind those under way, or loses it if they are too many.
func (m *machine) post(p *Packet) {
	way := &m.w.Net[m.i]
	if int(way.N) == m.c.Queue {
		m.step.Full = true
		return
	}
	way.Seg[way.N] = *p
	way.N++
}

// segment is what the receiver sees of a packet.
func (m *machine) segment(p *Packet) tcp.Segment {
	s := tcp.Segment{
		SEQ: p.SEQ, ACK: p.ACK, LEN: p.Len(), WND: uint32(p.WND), UP: uint32(p.UP), CTL: p.CTL,
		HasTS: p.Options&HasTS != 0, TSval: stampBase + tcp.Stamp(p.TSval),
	}
	if !s.HasTS {
		s.TSval = 0
	}
	if s.CTL.Has(tcp.SYN) {
		s.MSS = 1460
		s.HasWS = p.Options&HasWS != 0
		if s.HasWS {
			s.WS = m.c.Settings[1-m.i].OfferShift
		}
		s.Listener = m.h.Listening
	}
	return s
}

// stampBase puts timestamps where they wrap.
const stampBase = tcp.Stamp(1<<32 - 2)

// arrive gives a segment to whoever is responsible: the connection, the listener, or nobody.
func (m *machine) arrive(p *Packet) {
	m.step.Packet = p
	m.step.SEG = m.segment(p)
	switch m.h.TCB.State {
	case tcp.Closed:
		m.stray()
	case tcp.Listen:
		m.fork()
	default:
		m.process(p)
	}
	m.finish()
}

// process gives the segment to the connection.
func (m *machine) process(p *Packet) {
	h := m.h
	seg := m.step.SEG
	m.text = p
	nxt := h.TCB.RCV.NXT
	if h.TCB.State == tcp.SynSent {
		nxt = p.SEQ.Add(1)
	}
	m.core.SegmentArrives(&h.TCB, &seg, &m.out)
	m.did(&h.TCB)
	set, above := m.out.Set, m.out.Reopen.Above
	m.perform(nxt)
	if p.CTL.Has(tcp.FIN) {
		m.noteEOF(nxt)
	}
	if set.Has(tcp.EffectReopen) {
		m.step.Again, m.step.Above = true, above
		h.TCB.State = tcp.Listen
		h.Ended = EndedInPeace
		m.bury()
		if h.Listening {
			m.fork()
		}
		return
	}
	if set.Has(tcp.EffectDeliver) && h.TCB.Holes {
		m.takeHeld()
	}
}

// fork gives the segment to a copy of the listener's TCB. If that leaves LISTEN it is the connection.
func (m *machine) fork() {
	h := m.h
	m.step.Forks = true
	h.TCB = m.vacant()
	h.TCB.ISS = m.c.iss(m.i, h.Lives+1)
	seg := m.step.SEG
	m.core.SegmentArrives(&h.TCB, &seg, &m.out)
	m.did(&h.TCB)
	if s := h.TCB.State; s != tcp.Listen && s != tcp.Closed {
		m.live()
	}
	m.perform(h.TCB.RCV.NXT)
}

// stray gives the segment to the fictional state CLOSED.
func (m *machine) stray() {
	m.step.Stray = true
	nobody := tcp.TCB{Settings: m.c.Settings[m.i]}
	seg := m.step.SEG
	m.core.SegmentArrives(&nobody, &seg, &m.out)
	m.did(&nobody)
	ended := m.h.Ended
	m.perform(0)
	m.h.Ended = ended
	m.step.Ends = false
}

// live begins an incarnation.
func (m *machine) live() {
	h := m.h
	h.Ended = NotEnded
	h.Lives = min(h.Lives+1, maxLives)
	h.Submitted, h.Front, h.Received, h.Read = 0, 0, 0, 0
}
