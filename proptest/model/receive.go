package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// arrive gives a segment to whoever is responsible: the connection, the listener, or nobody.
func (m *machine) arrive(p *Packet) {
	m.step.SEG = m.segment(p)
	switch m.h.TCB.State {
	case tcp.Closed:
		m.stray()
	case tcp.Listen:
		m.fork()
	default:
		m.process(p)
	}
}

// segment is what the receiver sees of a packet.
func (m *machine) segment(p *Packet) tcp.Segment {
	s := tcp.Segment{SEQ: p.SEQ, ACK: p.ACK, LEN: p.Len(), WND: uint32(p.WND), UP: uint32(p.UP), CTL: p.CTL}
	if p.Options&HasTS != 0 {
		s.HasTS, s.TSval = true, stampBase+tcp.Stamp(p.TSval)
	}
	if s.CTL.Has(tcp.SYN) {
		s.MSS = maximum(p.Options)
		s.Listener = m.h.Listening
		if p.Options&HasWS != 0 {
			s.HasWS, s.WS = true, m.c.shift(uint8(1-m.i), p.Options)
		}
	}
	return s
}

// shift is what the window scale option of host i's SYN says.
func (c *Config) shift(i uint8, o OptionSet) uint8 {
	if o&WideShift != 0 {
		return 15
	}
	return c.Settings[i].OfferShift
}

// peerMSS is what the MSS option of every SYN of a host says.
const peerMSS = 1460

// maximum is the MSS option of a SYN; 0 if there is none.
func maximum(o OptionSet) uint32 {
	switch {
	case o&NoMSS != 0:
		return 0
	case o&TinyMSS != 0:
		return 1
	}
	return peerMSS
}

// stampBase puts timestamps where they wrap.
const stampBase = tcp.Stamp(1<<32 - 2)

// process gives the segment to the connection.
func (m *machine) process(p *Packet) {
	h := &m.h
	m.seg, m.text = m.step.SEG, p
	nxt := h.TCB.RCV.NXT
	if h.TCB.State == tcp.SynSent {
		nxt = p.SEQ.Add(1)
	}
	m.segmentArrives(&h.TCB)
	m.did(&h.TCB)
	m.perform(nxt)
	if p.CTL.Has(tcp.FIN) {
		m.noteEOF(nxt)
	}
	switch {
	case m.main.Set.Has(tcp.EffectReopen):
		m.step.Again, m.step.Above = true, m.main.Reopen.Above
		h.Ended = EndedInPeace
		m.bury()
		if h.Listening {
			m.fork()
		}
	case m.main.Set.Has(tcp.EffectDeliver) && h.TCB.Holes:
		m.takeHeld()
	}
}

// fork gives the segment to a copy of the listener's TCB. If that leaves LISTEN it is the connection.
func (m *machine) fork() {
	h := &m.h
	m.step.Forks = true
	h.TCB = m.vacant()
	h.TCB.ISS = m.c.iss(m.i, h.Lives+1)
	m.seg = m.step.SEG
	m.segmentArrives(&h.TCB)
	if !m.step.Again {
		m.did(&h.TCB)
	}
	if !h.vacant() {
		m.live()
	}
	m.perform(h.TCB.RCV.NXT)
}

// stray gives the segment to the fictional state CLOSED.
func (m *machine) stray() {
	m.step.Stray = true
	m.nobody = tcp.TCB{Settings: m.c.Settings[m.i]}
	m.seg = m.step.SEG
	m.segmentArrives(&m.nobody)
	m.did(&m.nobody)
	ended := m.h.Ended
	m.perform(0)
	m.h.Ended, m.step.Ends = ended, false
}

// deliver moves text to the RECEIVE buffer, and looks whether it is what the
// peer sent at that place.
func (m *machine) deliver(from tcp.Seq, count uint32) {
	h := &m.h
	if from != h.TCB.IRS.Add(1+uint32(h.Received)) {
		h.Strange = true
	}
	for i := range min(count, 8) {
		if m.text == nil {
			h.Strange = h.Strange || h.Held>>i&1 == 0
		} else {
			m.inspect(from.Add(i))
		}
	}
	h.Received += uint8(count)
}

// inspect looks at one octet of the segment: is it the one that the peer's
// incarnation with our IRS sent under that number?
func (m *machine) inspect(seq tcp.Seq) {
	h, p := &m.h, m.text
	life := m.c.lifeOf(1-m.i, h.TCB.IRS)
	if p == nil || life == 0 {
		h.Strange = true
		return
	}
	at := seq.Sub(p.SEQ.Add(one(p.CTL.Has(tcp.SYN))))
	if at >= uint32(p.DATA) || p.Text == Garbage || p.Options&Forged != 0 || p.Text+Text(at) != textAt(life, seq.Sub(h.TCB.IRS)-1) {
		h.Strange = true
	}
}

// hold keeps text that is out of sequence. nxt is RCV.NXT.
func (m *machine) hold(nxt, from tcp.Seq, count uint32, fin bool) {
	h := &m.h
	first := from.Sub(nxt)
	for i := range min(count, 8) {
		if at := first + i; at < 8 {
			m.inspect(from.Add(i))
			h.Held |= 1 << at
		}
	}
	if at := first + count; fin && at < 8 {
		h.HeldFIN = uint8(at) + 1
	}
}

// next is what is held and next in sequence: so many octets, whether the FIN
// follows, and whether more is held beyond.
func (h *Host) next() (octets uint32, fin, more bool) {
	for h.Held>>octets&1 == 1 {
		octets++
	}
	fin = uint32(h.HeldFIN) == octets+1
	return octets, fin, h.Held>>octets != 0 || h.HeldFIN != 0 && !fin
}

// takeHeld tells the core of held text that has become next in sequence.
func (m *machine) takeHeld() {
	h := &m.h
	octets, fin, more := h.next()
	m.seg = tcp.Segment{SEQ: h.TCB.RCV.NXT, ACK: h.TCB.SND.UNA, LEN: octets, CTL: tcp.ACK}
	if fin {
		m.seg.LEN++
		m.seg.CTL |= tcp.FIN
		h.HeldFIN = 0
	}
	m.text = nil
	nxt := h.TCB.RCV.NXT
	before, seg := h.TCB, m.seg
	m.heldText(&h.TCB, more)
	m.behind(&before).seg = seg
	m.perform(nxt)
	if fin {
		m.noteEOF(nxt)
	}
}

// noteEOF remembers that the peer's FIN was taken: RCV.NXT went beyond the text. nxt is RCV.NXT before.
func (m *machine) noteEOF(nxt tcp.Seq) {
	h := &m.h
	var delivered uint32
	if m.out.Set.Has(tcp.EffectDeliver) {
		delivered = m.out.Deliver.Count
	}
	if tcp.Synchronized.Has(h.TCB.State) && h.TCB.RCV.NXT == nxt.Add(delivered+1) {
		h.EOF = true
	}
}
