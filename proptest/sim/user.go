package sim

import (
	"errors"
	"io"
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// user is who calls a host's engine. He does what his script says as soon as the
// engine lets him, and tries again only when a notice tells him to.
type user struct {
	host     *host
	set      Host
	listener *engine.Listener
	coming   bool // the listener gave notice
	parties  []*party
	udp      *engine.UDP
	heard    bool // the UDP endpoint gave notice
	sentTo   datagrams
	early    []Call // for the next connection: there is none yet
	ended    bool   // nothing new is begun any more
}

// party is one end of one connection, as its user knows it.
type party struct {
	host   *host
	c      *engine.Conn
	number int // of all connections of the run: tells whose octets are whose
	iss    tcp.Seq
	flow   *flow  // what its events tell
	peer   *party // once it is known

	outbox  uint64 // octets that wait for room
	written uint64 // octets the engine took
	urgent  bool   // the end of the outbox is urgent
	wanted  uint64 // octets the user still wants to read
	all     bool   // he wants all there is
	read    uint64 // octets he has read

	closing  bool // CLOSE, once the outbox is empty
	gone     bool // and it is to be CLOSE of both sides
	finished bool // the engine was told that no more will be written
	closed   bool // the engine was told that the user is gone
	cruel    bool // he gave up octets: aborted, or closed without reading all
	eof      bool // the end of the stream was read
	err      error

	was  engine.Status // at the end of the step before
	edge tcp.Seq       // SND.NXT when ssthresh was last made smaller by a segment; 0: not since a timeout

	credit uint32 // octets acknowledged for which cwnd has not grown in congestion avoidance

	timedOut tcp.Seq // SND.UNA when ssthresh was last made smaller by a timeout
	timeouts bool    // it was

	notice engine.Notice // not yet heeded
	dead   int           // notices Closed

	outcome      error // why it ended, once that is known
	outcomeKnown bool
}

// last is the connection that the script speaks of: the newest, if it lives.
func (u *user) last() *party {
	if n := len(u.parties); n > 0 && u.parties[n-1].dead == 0 {
		return u.parties[n-1]
	}
	return nil
}

// owner returns the newest party with an ISS: two that were opened within one tick
// of the clock have the same.
func (u *user) owner(iss tcp.Seq) *party {
	for i := len(u.parties) - 1; i >= 0; i-- {
		if u.parties[i].iss == iss {
			return u.parties[i]
		}
	}
	return nil
}

// call does one line of the script.
func (u *user) call(w *world, c Call) {
	switch c.Kind {
	case Open:
		u.open(w)
	case Listen:
		u.listen(w)
	case Unlisten:
		u.unlisten(w)
	case Datagram:
		u.datagram(w, c.N)
	default:
		if p := u.last(); p != nil {
			p.call(w, c)
		} else {
			u.early = append(u.early, c)
		}
	}
}

// call does one line of the script that is about a connection.
func (p *party) call(w *world, c Call) {
	switch c.Kind {
	case Send, Urgent:
		if p.closing {
			p.writeLate(w)
			break
		}
		p.outbox += uint64(c.N)
		p.urgent = c.Kind == Urgent
	case Receive:
		p.wanted += uint64(c.N)
		p.all = p.all || c.N == 0
	case HalfClose:
		p.closing = true
	case Close:
		p.closing, p.gone = true, true
	case Abort:
		p.abort(w)
	case KeepAlive:
		p.c.SetKeepAlive(p.host.clock(w.now), c.N != 0, 0, 0, 0)
	}
	p.act(w)
}

func (u *user) open(w *world) {
	h := u.host
	c, err := h.e.Dial(h.clock(w.now), sockets[h.side.Other()], u.set.options(sockets[h.side]))
	w.note("open", uint64(h.side), errorNumber(err))
	u.apart(w, "OPEN", err, slices.ContainsFunc(w.watch.flows[h.side], (*flow).alive))
	if err == nil {
		u.join(w, c)
	}
}

// backlog is how many connections may wait for a user to accept them.
const backlog = 2

func (u *user) listen(w *world) {
	h := u.host
	if u.listener != nil {
		return
	}
	l, err := h.e.Listen(h.clock(w.now), sockets[h.side], backlog, u.set.options(sockets[h.side]))
	w.note("listen", uint64(h.side), errorNumber(err))
	u.apart(w, "OPEN, passive,", err, false)
	if err != nil {
		return
	}
	u.listener = l
	l.Notify = func(n engine.Notice) { u.coming = u.coming || n.Has(engine.Acceptable) }
}

func (u *user) unlisten(w *world) {
	if u.listener != nil {
		u.listener.Close(u.host.clock(w.now))
		u.listener = nil
	}
}

// join makes a connection one of the user's.
func (u *user) join(w *world, c *engine.Conn) {
	w.connections++
	p := &party{host: u.host, c: c, number: w.connections, iss: c.Status().TCB.ISS}
	c.Notify = func(n engine.Notice) {
		p.notice |= n
		if n.Has(engine.Closed) {
			p.dead++
		}
	}
	p.flow = w.watch.newest(u.host.side, p.iss)
	u.parties = append(u.parties, p)
	if c.State() == tcp.Closed {
		p.dead = 1 // before anybody could be given notice of it
	}
	for _, c := range u.early {
		p.call(w, c)
	}
	u.early = nil
	if u.ended {
		p.end(w, w.c.Ending)
	}
	p.act(w)
}

// heed does what notices ask for; it tells whether there was any.
func (u *user) heed(w *world) (any bool) {
	if u.coming {
		any, u.coming = true, false
		u.accept(w)
	}
	if u.heard {
		any, u.heard = true, false
		u.hear(w)
	}
	for i := 0; i < len(u.parties); i++ {
		if p := u.parties[i]; p.notice != 0 {
			any = true
			w.note("notice", uint64(p.number), uint64(p.notice))
			p.notice = 0
			p.act(w)
		}
	}
	return any
}

// accept takes the connections that wait. One may have ended before: reading it
// tells.
func (u *user) accept(w *world) {
	for u.listener != nil {
		c := u.listener.Accept()
		if c == nil {
			return
		}
		w.note("accept", uint64(u.host.side), 0)
		u.join(w, c)
	}
}

// end is what the user does when the run comes to its end.
func (u *user) end(w *world) {
	u.ended = true
	u.unlisten(w)
	if u.udp != nil {
		u.hear(w)
		u.udp.Close()
		u.udp = nil
	}
	for _, p := range u.parties {
		p.end(w, w.c.Ending)
	}
}

func (p *party) end(w *world, how Ending) {
	w.watch.ended++
	switch how {
	case EndInPeace:
		p.closing, p.all = true, true
	case EndGone:
		p.cruel = p.cruel || p.outbox > 0 || !p.eof
		p.outbox, p.closing, p.gone = 0, true, true
	case EndAbort:
		p.abort(w)
	}
	p.act(w)
}

// act does everything that the engine lets the user do now.
func (p *party) act(w *world) {
	p.write(w)
	p.readOn(w)
	now := p.host.clock(w.now)
	if p.closing && p.outbox == 0 && !p.finished && !p.closed {
		p.finished = true
		if !p.gone {
			p.c.CloseWrite(now)
		}
	}
	if !p.closed && (p.gone && p.finished || p.eof && p.finished || p.err != nil) {
		p.closed, p.finished = true, true
		p.cruel = p.cruel || !p.eof && p.err == nil
		w.watch.closing(w, p)
		p.c.Close(now)
	}
}

func (p *party) abort(w *world) {
	if p.closed {
		return
	}
	p.closed, p.finished, p.cruel, p.outbox = true, true, true, 0
	p.c.Abort(p.host.clock(w.now))
}

// piece is how many octets a user writes or reads at a time.
const piece = 1 << 12

func (p *party) write(w *world) {
	for p.outbox > 0 && !p.finished && !p.closed {
		b := w.scratch[:min(p.outbox, piece)]
		w.content.fill(b, p.number, p.written)
		put := p.c.Write
		if p.urgent && uint64(len(b)) == p.outbox {
			put = p.c.WriteUrgent
		}
		n, err := put(p.host.clock(w.now), b)
		w.note("write", uint64(p.number), uint64(n))
		p.written += uint64(n)
		p.outbox -= uint64(n)
		if err != nil {
			p.fail(err)
			return
		}
		if n < len(b) {
			return
		}
	}
}

// writeLate is a SEND after CLOSE: it must be refused (3.10.2).
func (p *party) writeLate(w *world) {
	if !p.finished || p.closed {
		return
	}
	n, err := p.c.Write(p.host.clock(w.now), w.scratch[:1])
	if w.asked(NoSendAfterClose); n > 0 || err == nil {
		w.fail(NoSendAfterClose, "%v's engine took %d octets after CLOSE, error %v", p.host.side, n, err)
	}
}

// fail ends what the user wanted to write.
func (p *party) fail(err error) {
	p.err = err
	p.outbox, p.wanted = 0, 0
}

func (p *party) readOn(w *world) {
	for (p.wanted > 0 || p.all) && !p.closed && !p.eof && p.err == nil {
		b := w.scratch[:piece]
		if !p.all {
			b = b[:min(p.wanted, piece)]
		}
		n, err := p.c.Read(p.host.clock(w.now), b)
		w.note("read", uint64(p.number), uint64(n))
		w.watch.read(w, p, b[:n])
		p.read += uint64(n)
		p.wanted -= min(p.wanted, uint64(n))
		switch {
		case errors.Is(err, io.EOF):
			p.eof = true
			w.watch.endOfStream(w, p)
		case err != nil:
			p.fail(err)
		case n == 0:
			return
		}
	}
}
