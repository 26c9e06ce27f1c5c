package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// machine does to one host what a runtime does around the core: it calls the
// core, and performs its effects. What comes of an event depends on the host, the
// event, the segment that arrives and the time on timestamps, and on nothing else.
type machine struct {
	c     *Config
	core  Core
	i     int   // which host it is
	h     Host  // as it becomes
	time  uint8 // World.Time
	out   tcp.Effects
	main  tcp.Effects // of the event itself, when out has gone on to what follows
	ack   tcp.Sent    // a mere acknowledgment, kept until it is clear that nothing else carries it
	due   bool        // ack is to be sent
	text  *Packet     // the segment whose text may be delivered or held; nil: held text
	sent  [maxSent]Packet
	step  Step
	then  [maxSent]part // what step.Then is made of
	asked occurrence    // the event that the core was last called for
	trial *Call         // the call that is made instead of the script's

	nobody tcp.TCB     // the fictional state CLOSED
	seg    tcp.Segment // given to the core, which trims it
}

// maxSent is more than any event makes a host send: windows are small.
const maxSent = 16

// run makes the event happen to a copy of the host.
func (m *machine) run(e Event, h *Host, p *Packet, time uint8) *Step {
	m.i, m.h, m.time = int(e.Host), *h, time
	m.due, m.text = false, nil
	m.main = tcp.Effects{}
	m.step = Step{Event: e, Before: h, After: &m.h, Out: &m.main, Sent: m.sent[:0], Then: m.then[:0]}
	switch e.Kind {
	case CallOf:
		m.callNext()
	case Read:
		m.read()
	case Deliver, DeliverLate, Forge:
		m.arrive(p)
	case Expire, ExpireEarly:
		m.expire(tcp.Timer(e.Arg))
	case ICMP:
		m.icmp(e.Arg == 1)
	}
	m.finish()
	m.pass()
	return &m.step
}

// did keeps what the event itself asked for, and what it made of the TCB.
func (m *machine) did(t *tcp.TCB) {
	m.main, m.step.Mid, m.step.first = m.out, *t, m.asked
}

// perform does what the core asked for: queues first, for a segment to be sent
// may carry text that has just moved. nxt is RCV.NXT before.
func (m *machine) perform(nxt tcp.Seq) {
	out, h := &m.out, &m.h
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
	if h.vacant() {
		m.bury()
	}
}

// finish is what a stack does when an event is done: what may be sent is sent,
// and then the acknowledgment, unless something carried it.
func (m *machine) finish() {
	t := &m.h.TCB
	for rounds := 0; !m.h.vacant(); rounds++ {
		if rounds == maxSent/2 {
			m.step.Mute = true
			break
		}
		before := *t
		m.segmentize(t, m.h.Unsent(), 1<<16)
		if m.idle(&before, t) {
			break // that it has nothing more to do is asked of every host: PokeSegmentize
		}
		m.behind(&before)
		m.perform(t.RCV.NXT)
		if m.out.NSend == 0 {
			break
		}
	}
	if m.due {
		m.emit(&m.ack)
	}
}

// idle tells that the event has done nothing, and a rule has said so.
func (m *machine) idle(before, t *tcp.TCB) bool {
	out := &m.out
	if out.NSend != 0 || out.Set != 0 || out.Start != 0 || out.Signals != 0 || out.Rules == (tcp.RuleSet{}) || *before != *t {
		return false
	}
	for i := range out.Rules {
		m.step.Rules[i] |= out.Rules[i]
	}
	return true
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

// move performs the effects on the queues.
func (m *machine) move(nxt tcp.Seq) {
	out, h := &m.out, &m.h
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
		if d := h.TCB.RCV.NXT.Sub(nxt); d < 8 {
			h.Held >>= d
			h.HeldFIN -= min(h.HeldFIN, uint8(d))
		}
	}
	if out.Set.Has(tcp.EffectHold) {
		m.hold(nxt, out.Hold.From, out.Hold.Count, out.Hold.Fin)
	}
	if out.Set.Has(tcp.EffectFlushHeld) {
		h.Held, h.HeldFIN = 0, 0
	}
}

// bury ends a connection; a listener is left as it was.
func (m *machine) bury() {
	h := &m.h
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

// live begins an incarnation.
func (m *machine) live() {
	h := &m.h
	h.Ended = NotEnded
	h.Lives = min(h.Lives+1, maxLives)
	h.Submitted, h.Front, h.Received, h.Read = 0, 0, 0, 0
}

// room is what the send queue can still take.
func (m *machine) room() uint8 { return m.c.SendBuff - (m.h.Submitted - m.h.Front) }

// icmp reports an ICMP error to the connection.
func (m *machine) icmp(hard bool) {
	t := &m.h.TCB
	m.icmpError(t, hard)
	m.did(t)
	m.perform(t.RCV.NXT)
}
