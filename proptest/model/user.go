package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// over tells whether the host's user has had a connection and has it no more.
func (h *Host) over() bool {
	return h.TCB.State == tcp.Closed || h.TCB.State == tcp.Listen && h.Ended != NotEnded
}

// ready tells whether the next call of host i's script can be made, now or, if
// the network is not quiet, when it is.
func (c *Config) ready(i int, h *Host) bool {
	if int(h.Next) >= len(c.Script[i]) {
		return false
	}
	switch op := c.Script[i][h.Next].Op; op {
	case OpenActive:
		return h.vacant()
	case OpenPassive:
		return h.TCB.State == tcp.Closed
	case Send, SendUrgent:
		// A user who finds no room tries again when there is some.
		return h.over() || h.TCB.State != tcp.Listen && (h.Submitted-h.Front < c.SendBuff || h.TCB.FINQueued)
	case Close, CloseHalf, Abort, Crash:
		return h.over() || h.TCB.State != tcp.Listen
	case AwaitOpen:
		return tcp.Synchronized.Has(h.TCB.State) || h.over()
	case AwaitEOF:
		return h.EOF && (h.OnHand() == 0 || !c.Reads[i]) || h.over()
	case AwaitEnd:
		return h.over()
	}
	return true
}

// pass lets the user go on if his waiting is over.
func (m *machine) pass() {
	h := &m.h
	for m.c.ready(m.i, h) && m.c.Script[m.i][h.Next].waits() {
		h.Next++
	}
}

// callNext makes the next call of the script.
func (m *machine) callNext() {
	h := &m.h
	var call Call
	if m.trial != nil {
		call = *m.trial
	} else {
		call = m.c.Script[m.i][h.Next]
		h.Next++
	}
	m.step.Call = call
	switch call.Op {
	case OpenActive:
		m.open()
	case OpenPassive:
		h.Listening = true
		m.openTCB(&h.TCB, true, false)
		m.did(&h.TCB)
		m.perform(0)
	case StopListener:
		h.Listening = false
		if h.TCB.State == tcp.Listen {
			m.onConnection(call)
			m.step.first = occurrence{} // the host does it, and no user
		}
	case Crash:
		h.Listening = false
		h.TCB.State = tcp.Closed
		h.Ended = EndedByCrash
		m.bury()
	default:
		m.onConnection(call)
	}
}

// open begins an incarnation from CLOSED, or from LISTEN.
func (m *machine) open() {
	h := &m.h
	h.Listening = false
	m.live()
	h.TCB.ISS = m.c.iss(m.i, h.Lives)
	m.openTCB(&h.TCB, false, true)
	m.did(&h.TCB)
	m.perform(0)
}

// onConnection makes a call on the user's connection, or on none if it is over.
func (m *machine) onConnection(call Call) {
	h := &m.h
	if h.over() && call.Op != StopListener {
		m.nobody = tcp.TCB{Settings: m.c.Settings[m.i]}
		m.request(&m.nobody, call)
		m.did(&m.nobody)
		m.step.Rules = m.out.Rules
		return
	}
	m.request(&h.TCB, call)
	m.did(&h.TCB)
	m.perform(h.TCB.RCV.NXT)
}

// request makes one call on a TCB.
func (m *machine) request(t *tcp.TCB, call Call) {
	h := &m.h
	switch call.Op {
	case Send, SendUrgent:
		m.submit(t, uint32(call.N), h.Unsent(), uint32(m.room()), true, call.Op == SendUrgent)
	case Close, CloseHalf, StopListener:
		m.close(t, h.Unsent(), h.OnHand(), call.Op == CloseHalf)
	case Abort:
		m.abort(t)
	}
}

// read takes all octets on hand.
func (m *machine) read() {
	h := &m.h
	m.receive(&h.TCB, h.OnHand(), 0)
	m.did(&h.TCB)
	if m.out.Reply == tcp.ReplyOk {
		h.Read = h.Received
	}
	m.perform(h.TCB.RCV.NXT)
}
