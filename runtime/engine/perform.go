package engine

import (
	"syscall"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// was is what a connection was before the event that is being performed.
type was struct {
	UNA, NXT tcp.Seq
	State    tcp.State
	tcb      tcp.TCB // the whole of it, if there is a Tracer
}

// begin prepares an event of c and returns where the machine is to put its effects.
// perform must follow before the next event of any connection.
func (c *Conn) begin() *tcp.Effects {
	w := &c.e.was
	w.UNA, w.NXT, w.State = c.tcb.SND.UNA, c.tcb.SND.NXT, c.tcb.State
	if c.e.cfg.Tracer != nil {
		w.tcb = c.tcb
	}
	return &c.e.effects
}

// perform does what the machine asked for in answer to one event. What moves in
// the queues moves before segments are made, for they carry its text. Once they are
// flushed only a reset is left to be said: one event may send text again and then
// give the connection up.
func (c *Conn) perform(now Time, kind trace.Kind, what string) {
	out := &c.e.effects
	if c.e.cfg.Tracer != nil {
		c.traceEvent(now, kind, what)
	}
	if out.Signals != 0 {
		c.signal(out.Signals)
	}
	if out.Set != 0 {
		c.move(out)
	}
	for i := range out.Send[:out.NSend] {
		if s := &out.Send[i]; !out.Set.Has(tcp.EffectFlush) || s.CTL.Has(tcp.RST) {
			c.send(now, s, out.Set.Has(tcp.EffectHold))
		}
	}
	if out.Start != 0 {
		c.start(now, out.Start)
	}
	if c.tcb.State != c.e.was.State {
		c.entered(c.e.was.State)
	}
	c.touch()
}

// move performs the effects on the queues.
func (c *Conn) move(out *tcp.Effects) {
	if out.Set.Has(tcp.EffectAcknowledged) {
		c.out.Drop(int(out.Acknowledged.Count))
		// A writer that waits is woken when a good part of the buffer is free.
		if c.blocked && c.out.Room() >= c.out.Len()/2 {
			c.blocked = false
			c.notice |= Writable
		}
	}
	if out.Set.Has(tcp.EffectWindowOpened) {
		c.windowProbes = 0
	}
	if out.Set.Has(tcp.EffectDeliver) {
		c.deliver(out.Deliver.From, int(out.Deliver.Count))
	}
	if out.Set.Has(tcp.EffectHold) {
		h := &out.Hold
		c.in.Hold(c.tcb.RCV.NXT, h.From, c.e.text.octets(h.From, int(h.Count)), h.Fin)
	}
	if out.Set.Has(tcp.EffectFlushHeld) {
		c.in.Forget()
	}
	if out.Set.Has(tcp.EffectFlush) || out.Set.Has(tcp.EffectFlushRetransmissions) {
		c.flush(out.Set.Has(tcp.EffectFlush))
	}
}

// flush empties the send and retransmission queues, and the RECEIVE queue if that
// is asked for: but what a connection that ends in peace has received stays for a
// user who has not read it yet (D-07).
func (c *Conn) flush(received bool) {
	c.out.Reset()
	if received && (c.err != nil || c.gone) {
		c.in.Reset()
	}
}

// text is the text of the segment that is being processed.
type text struct {
	SEQ  tcp.Seq // number of its first octet
	data []byte
	held bool // it is not in data but already in the receive buffer
}

func (t *text) octets(from tcp.Seq, count int) []byte {
	offset := int(from.Sub(t.SEQ))
	return t.data[offset : offset+count]
}

// deliver moves text of the segment to the RECEIVE buffer.
func (c *Conn) deliver(from tcp.Seq, count int) {
	if c.e.text.held {
		c.in.DeliverHeld(count)
	} else {
		c.in.Deliver(c.e.text.octets(from, count))
	}
	c.e.counters.OctetsIn += uint64(count)
	if c.hungry {
		c.hungry = false
		c.notice |= Readable
	}
}

// endings are the signals that tell why a connection is no more.
var endings = [tcp.NumSignals]error{
	tcp.SignalConnectionReset:    syscall.ECONNRESET,
	tcp.SignalConnectionRefused:  syscall.ECONNREFUSED,
	tcp.SignalUserTimeout:        syscall.ETIMEDOUT,
	tcp.SignalConnectionTimedOut: syscall.ETIMEDOUT,
}

// signal passes the machine's news on.
func (c *Conn) signal(news tcp.SignalSet) {
	for s, err := range endings {
		if err != nil && news.Has(tcp.Signal(s)) {
			c.err = err
		}
	}
	if c.err != nil && c.aborted {
		c.err = syscall.ECONNABORTED
	}
	if news.Has(tcp.SignalEstablished) {
		c.established()
	}
	if news.Has(tcp.SignalConnectionClosing) {
		c.notice |= Readable
	}
	if news.Has(tcp.SignalUrgentData) {
		c.notice |= Urgent
	}
	if news.Has(tcp.SignalDeliveryProblem) {
		c.soft = syscall.ETIMEDOUT
		c.notice |= Trouble
	}
	if news.Has(tcp.SignalSoftError) {
		c.notice |= Trouble
	}
}

// established tells the user, or those who wait for Accept.
func (c *Conn) established() {
	c.notice |= Established | Writable
	if old := c.previous; old != nil {
		c.previous = nil
		old.remove()
	}
	if l := c.listener; l != nil {
		l.established(c)
	}
}

// entered does what follows from a change of state, in the books of the engine.
func (c *Conn) entered(from tcp.State) {
	if from == tcp.SynReceived && c.listener != nil {
		c.e.halfOpen--
		if !c.waiting {
			c.listener.places--
			c.listener = nil
		}
	}
	switch c.tcb.State {
	case tcp.TimeWait:
		c.enterTimeWait()
	case tcp.Closed, tcp.Listen:
		// "return this connection to LISTEN state": the listener never left it.
		c.remove()
	}
}

// remove deletes the connection.
func (c *Conn) remove() {
	e := c.e
	if e.conns[c.flow] == c {
		delete(e.conns, c.flow)
		// It "returns to TIME-WAIT state if the SYN turns out to be an old
		// duplicate" (RFC 9293 3.6.1)
		if c.previous != nil && c.previous.tcb.State == tcp.TimeWait {
			e.conns[c.flow] = c.previous
		}
	}
	if e.latest == c {
		e.latest = nil
	}
	e.agenda.remove(c)
	e.leaveTimeWait(c)
	c.previous = nil
	c.tcb = tcp.TCB{}
	c.flush(true)
	c.ackPending, c.opened, c.recovery = false, false, newReno{}
	c.notice |= Closed | Readable | Writable
	c.touch()
}
