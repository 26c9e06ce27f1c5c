package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// machine does to one host what a runtime does around the core: it calls the
// core, and performs its effects.
type machine struct {
	c    *Config
	core Core
	w    World // the world being changed
	i    int   // the host that something happens to
	h    *Host // &w.Host[i]
	out  tcp.Effects
	main tcp.Effects // of the event itself, when out has gone on to what follows
	ack  tcp.Sent    // a mere acknowledgment, kept until it is clear that nothing else carries it
	due  bool        // ack is to be sent
	text *Packet     // the segment whose text may be delivered or held; nil: held text
	sent [maxSent]Packet
	step Step
}

// maxSent is more than any event makes a host send: windows are small.
const maxSent = 16

// begin readies the machine for an event at host i of w.
func (m *machine) begin(e Event, before *Host) {
	m.i = int(e.Host)
	m.h = &m.w.Host[m.i]
	m.due, m.text = false, nil
	m.step = Step{Event: e, Before: before, After: m.h, Peer: &m.w.Host[1-m.i], Out: &m.main, Sent: m.sent[:0]}
}

// did keeps what the event itself asked for, and what it made of the TCB.
func (m *machine) did(t *tcp.TCB) {
	m.main, m.step.Mid = m.out, *t
}

// perform does what the core asked for: queues first, for a segment to be sent
// may carry text that has just moved.
func (m *machine) perform(nxt tcp.Seq) {
	out, h := &m.out, m.h
	for i := range out.Rules {
		m.step.Rules[i] |= out.Rules[i]
	}
	if out.Signals != 0 {
		m.signal(out.Signals)
	}
	if out.Set != 0 {
		m.move(nxt)
	}
	for i := range out.Send[:out.NSend] {
		m.send(&out.Send[i], out.Set.Has(tcp.EffectHold))
	}
	if s := h.TCB.State; s == tcp.Closed || s == tcp.Listen {
		m.bury()
	}
}

// finish is what a stack does when an event is done: what may be sent is sent,
// and then the acknowledgment, unless something carried it.
func (m *machine) finish() {
	t := &m.h.TCB
	for rounds := 0; t.State != tcp.Closed && t.State != tcp.Listen; rounds++ {
		if rounds == maxSent/2 {
			m.step.Mute = true
			break
		}
		m.core.Segmentize(t, m.h.Unsent(), 1<<16, &m.out)
		m.perform(t.RCV.NXT)
		if m.out.NSend == 0 {
			break
		}
	}
	if m.due {
		m.emit(&m.ack)
	}
	m.pass()
}

// signal remembers how the connection ended.
func (m *machine) signal(news tcp.SignalSet) {
	switch {
	case news.Has(tcp.SignalEstablished):
		m.h.Listening = m.h.Listening && !m.c.Once
	case news.Has(tcp.SignalConnectionReset):
		m.h.Ended = EndedByReset
	case news.Has(tcp.SignalConnectionRefused):
		m.h.Ended = EndedByRefusal
	case news.Has(tcp.SignalUserTimeout), news.Has(tcp.SignalConnectionTimedOut):
		m.h.Ended = EndedByTimeout
	}
}

// move performs the effects on the queues. nxt is RCV.NXT before the event.
func (m *machine) move(nxt tcp.Seq) {
	out, h := &m.out, m.h
	if out.Set.Has(tcp.EffectAcknowledged) {
		n := out.Acknowledged.Count
		if kept := uint32(h.Submitted - h.Front); n > kept {
			h.Torn, n = true, kept
		}
		h.Front += uint8(n)
	}
	if out.Set.Has(tcp.EffectQueue) {
		h.Submitted += uint8(min(out.Queue.Count, uint32(m.room())))
	}
	if out.Set.Has(tcp.EffectDeliver) {
		m.deliver(out.Deliver.From, out.Deliver.Count)
	}
	if out.Set.Has(tcp.EffectHold) {
		m.hold(nxt, out.Hold.From, out.Hold.Count, out.Hold.Fin)
	}
	if d := h.TCB.RCV.NXT.Sub(nxt); out.Set.Has(tcp.EffectDeliver) && d < 8 {
		h.Held >>= d
		h.HeldFIN -= min(h.HeldFIN, uint8(d))
	}
}

// deliver moves text to the RECEIVE buffer, and looks whether it is what the
// peer sent at that place.
func (m *machine) deliver(from tcp.Seq, count uint32) {
	h := m.h
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
	h, p := m.h, m.text
	at := seq.Sub(p.SEQ.Add(one(p.CTL.Has(tcp.SYN))))
	life := m.c.lifeOf(1-m.i, h.TCB.IRS)
	if at >= uint32(p.DATA) || life == 0 || p.Text == Garbage || p.Options&Forged != 0 ||
		p.Text+Text(at) != textAt(life, seq.Sub(h.TCB.IRS)-1) {
		h.Strange = true
	}
}

// hold keeps text that is out of sequence.
func (m *machine) hold(nxt, from tcp.Seq, count uint32, fin bool) {
	h := m.h
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
	h := m.h
	octets, fin, more := h.next()
	seg := tcp.Segment{SEQ: h.TCB.RCV.NXT, ACK: h.TCB.SND.UNA, LEN: octets, CTL: tcp.ACK}
	if fin {
		seg.LEN++
		seg.CTL |= tcp.FIN
		h.HeldFIN = 0
	}
	m.text = nil
	nxt := h.TCB.RCV.NXT
	m.core.HeldText(&h.TCB, &seg, more, &m.out)
	m.perform(nxt)
	if fin {
		m.noteEOF(nxt)
	}
}

// noteEOF remembers that the peer's FIN was taken: RCV.NXT went beyond the text.
func (m *machine) noteEOF(nxt tcp.Seq) {
	h := m.h
	var delivered uint32
	if m.out.Set.Has(tcp.EffectDeliver) {
		delivered = m.out.Deliver.Count
	}
	if tcp.Synchronized.Has(h.TCB.State) && h.TCB.RCV.NXT == nxt.Add(delivered+1) {
		h.EOF = true
	}
}

// bury ends a connection; a listener is left as it was.
func (m *machine) bury() {
	h := m.h
	m.step.Ends = true
	if h.Ended == NotEnded && h.TCB.State == tcp.Closed {
		h.Ended = EndedInPeace
	}
	h.TCB = m.vacant()
	h.Submitted, h.Front, h.Received, h.Read = 0, 0, 0, 0
	h.Held, h.HeldFIN, h.EOF = 0, 0, false
}

// vacant is the TCB of a host without a connection.
func (m *machine) vacant() tcp.TCB {
	t := tcp.TCB{Settings: m.c.Settings[m.i]}
	if m.h.Listening {
		t.State = tcp.Listen
	}
	return t
}

// room is what the send queue can still take.
func (m *machine) room() uint8 { return m.c.SendBuff - (m.h.Submitted - m.h.Front) }
