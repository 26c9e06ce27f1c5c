package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// over tells whether the host's user has had a connection and has it no more.
func (h *Host) over() bool {
	return h.TCB.State == tcp.Closed || h.TCB.State == tcp.Listen && h.Ended != NotEnded
}

// ready tells whether the next call of host i's script can be made.
func (c *Config) ready(w *World, i int) bool {
	h := &w.Host[i]
	if int(h.Next) >= len(c.Script[i]) {
		return false
	}
	switch call := c.Script[i][h.Next]; call.Op {
	case OpenActive:
		return h.TCB.State == tcp.Closed || h.TCB.State == tcp.Listen
	case OpenPassive:
		return h.TCB.State == tcp.Closed
	case Send, SendUrgent:
		// A user who finds no room tries again when there is some.
		return h.over() || h.TCB.State != tcp.Listen && (h.Submitted-h.Front < c.SendBuff || h.TCB.FINQueued)
	case Close, CloseHalf, Abort, Crash:
		return h.over() || h.TCB.State != tcp.Listen
	}
	return call(c, w, i)
}

// call tells whether what a waiting call of the script waits for is there.
func call(c *Config, w *World, i int) bool {
	h := &w.Host[i]
	switch c.Script[i][h.Next].Op {
	case AwaitOpen:
		return tcp.Synchronized.Has(h.TCB.State) || h.over()
	case AwaitEOF:
		return h.EOF && (h.OnHand() == 0 || !c.Reads[i]) || h.over()
	case AwaitEnd:
		return h.over()
	case AwaitQuiet:
		return w.Net[0].Empty() && w.Net[1].Empty()
	}
	return true
}

// pass lets the users go on whose waiting is over.
func (m *machine) pass() {
	for i := range m.w.Host {
		h := &m.w.Host[i]
		for int(h.Next) < len(m.c.Script[i]) && m.c.Script[i][h.Next].Op.waits() && m.c.ready(&m.w, i) {
			h.Next++
		}
	}
}

// callNext makes the next call of the script.
func (m *machine) callNext() {
	h := m.h
	call := m.c.Script[m.i][h.Next]
	m.step.Call = call
	h.Next++
	switch call.Op {
	case OpenActive:
		m.open()
	case OpenPassive:
		h.Listening = true
		h.TCB.State = tcp.Closed
		m.core.Open(&h.TCB, true, false, &m.out)
		m.did(&h.TCB)
		m.perform(0)
	case StopListener:
		h.Listening = false
		if h.TCB.State == tcp.Listen {
			m.onConnection(func(t *tcp.TCB) { m.core.Close(t, 0, 0, false, &m.out) })
		}
	case Crash:
		h.Listening = false
		h.TCB.State = tcp.Closed
		h.Ended = EndedByCrash
		m.bury()
	default:
		m.onConnection(func(t *tcp.TCB) { m.request(t, call) })
	}
	m.finish()
}

// open begins an incarnation from CLOSED, or from LISTEN.
func (m *machine) open() {
	h := m.h
	h.Listening = false
	m.live()
	h.TCB.ISS = m.c.iss(m.i, h.Lives)
	m.core.Open(&h.TCB, false, true, &m.out)
	m.did(&h.TCB)
	m.perform(0)
}

// onConnection makes a call on the user's connection, or on none if it is over.
func (m *machine) onConnection(do func(*tcp.TCB)) {
	h := m.h
	if h.over() {
		nobody := tcp.TCB{Settings: m.c.Settings[m.i]}
		do(&nobody)
		m.did(&nobody)
		return
	}
	do(&h.TCB)
	m.did(&h.TCB)
	m.perform(h.TCB.RCV.NXT)
}

// request makes one call on a TCB.
func (m *machine) request(t *tcp.TCB, call Call) {
	h := m.h
	switch call.Op {
	case Send, SendUrgent:
		m.core.Send(t, uint32(call.N), h.Unsent(), uint32(m.room()), true, call.Op == SendUrgent, &m.out)
	case Close, CloseHalf:
		m.core.Close(t, h.Unsent(), h.OnHand(), call.Op == CloseHalf, &m.out)
	case Abort:
		m.core.Abort(t, &m.out)
	}
}

// read takes all octets on hand.
func (m *machine) read() {
	h := m.h
	m.core.Receive(&h.TCB, h.OnHand(), 0, &m.out)
	m.did(&h.TCB)
	if m.out.Reply == tcp.ReplyOk {
		h.Read = h.Received
	}
	m.perform(h.TCB.RCV.NXT)
	m.finish()
}
