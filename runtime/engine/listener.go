package engine

import (
	"net/netip"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Listener is a connection in LISTEN, which every SYN forks.
type Listener struct {
	// Notify, if set, gets Acceptable and Closed. It must not call the engine.
	Notify func(Notice)

	e       *Engine
	local   socket
	tcb     tcp.TCB
	options Options
	backlog int
	places  int     // taken: by connections in SYN-RECEIVED, and by those in queue
	queue   []*Conn // established, the oldest first
	news    bool    // the queue has grown since Notify was called
	closed  bool
}

// Addr returns the local socket.
func (l *Listener) Addr() netip.AddrPort { return l.local.addrPort() }

// Accept returns the connection that has waited longest; nil if there is none: a
// notice Acceptable will come. The connection may have received text, its peer's
// FIN, or a reset meanwhile: set Conn.Notify, then try Read.
func (l *Listener) Accept() *Conn {
	if len(l.queue) == 0 {
		return nil
	}
	c := l.queue[0]
	l.queue[0] = nil
	l.queue = l.queue[1:]
	l.places--
	c.listener, c.waiting = nil, false
	return c
}

// Close deletes the listener and resets the connections nobody accepted.
func (l *Listener) Close(now Time) {
	if l.closed {
		return
	}
	l.closed = true
	delete(l.e.listeners, l.local)
	before := l.tcb
	l.tcb.Close(0, 0, false, &l.e.effects)
	l.trace(now, "CLOSE", &before)
	for c := l.Accept(); c != nil; c = l.Accept() {
		c.abort(now)
	}
	l.e.settle(now)
	if l.Notify != nil {
		l.Notify(Closed)
	}
}

// established puts a connection into the queue. Its place was taken when it was forked.
func (l *Listener) established(c *Conn) {
	if l.closed {
		c.doomed = true
		return
	}
	c.waiting = true
	l.queue = append(l.queue, c)
	l.news = true
}

// admits tells whether one more connection may be opened, and why not. Every
// connection has a place in the backlog from its SYN on.
func (l *Listener) admits() (Drop, bool) {
	switch e := l.e; {
	case l.places >= l.backlog:
		return BacklogFull, false
	case e.halfOpen >= e.cfg.Settings.HalfOpen:
		return HalfOpenFull, false
	case e.full():
		return ConnectionsFull, false
	}
	return 0, true
}

// segment gives a segment to a copy of the listener's TCB. If that leaves LISTEN
// it becomes a connection; otherwise nothing remains of it but what it sent.
// previous is the connection in TIME-WAIT that it follows, or nil.
func (l *Listener) segment(now Time, a *arrival, iss tcp.Seq, previous *Conn) {
	e := l.e
	child := l.tcb
	child.ISS = iss
	e.was = was{State: child.State}
	if e.cfg.Tracer != nil {
		e.was.tcb = child
	}
	seg := a.segment
	child.SegmentArrives(&seg, &e.effects)
	if child.State == tcp.Listen {
		if e.cfg.Tracer != nil {
			e.traceStray(now, a, &e.was.tcb, &child)
		}
		e.reply(now, a)
		return
	}
	if why, ok := l.admits(); !ok {
		e.drop(now, why, a.packet)
		return
	}
	c := e.newConn(a.flow, child, &l.options)
	c.listener, c.previous = l, previous
	l.places++
	e.halfOpen++
	e.conns[a.flow], e.latest = c, c
	e.counters.Accepted++
	e.arrived, e.packet = a.segment, a.packet.B
	c.perform(now, trace.Received, segmentArrives)
}
