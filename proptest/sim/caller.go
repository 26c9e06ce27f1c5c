package sim

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// caller is a host with sockets, and its user: each of his calls that may wait has a
// goroutine.
type caller struct {
	s     *bubble
	side  Side
	stack *socket.Stack
	cable *cable

	cancels  []context.CancelFunc // of every Dial
	listener *socket.Listener
	talks    []*talk
	shut     bool // the stack is closed

	mu   sync.Mutex
	told []trace.Event // not yet looked at
}

// talk is a connection, as its user knows it.
type talk struct {
	c             *socket.Conn
	read, written uint64
	busy          bool // somebody waits in Read or Write
	closed        bool // by its user
}

// call is one that has been made.
type call struct {
	by       *caller
	what     string
	number   int
	due      func() string // why it must have returned; empty: it may wait
	then     func(n int, err error)
	returned bool
	n        int
	err      error
	panicked any
}

func newCaller(s *bubble, side Side) *caller {
	c := &s.w.c
	cfg := config(side, c)
	h := &caller{s: s, side: side, cable: newCable(cmp.Or(cfg.MTU, 1500), s.tell)}
	cfg.Tracer = h
	cfg.Seed, cfg.Secret[15] = c.Seed+1, 1 // zero would be random
	stack, err := socket.New(h.cable, cfg)
	if err != nil {
		panic(err)
	}
	h.stack = stack
	return h
}

// start makes a call.
func (h *caller) start(what string, due func() string, f func() (int, error), then func(int, error)) {
	h.s.count++
	c := &call{by: h, what: what, number: h.s.count, due: due, then: then}
	h.s.calls = append(h.s.calls, c)
	go func() {
		defer func() { c.panicked, c.returned = recover(), true }()
		c.n, c.err = f()
	}()
}

// do makes a call that waits for nothing.
func (h *caller) do(what string, f func() error) {
	h.start(what, func() string { return "it waits for nothing" },
		func() (int, error) { return 0, f() }, func(int, error) {})
}

// call does one line of the script.
func (h *caller) call(c Call) {
	switch c.Kind {
	case Open:
		h.dial()
	case Listen:
		h.listen()
	case Unlisten:
		h.unlisten()
	case Cancel:
		h.giveUp()
	case Shut:
		h.shutDown()
	}
	if n := len(h.talks); n > 0 {
		h.talk(h.talks[n-1], c)
	}
}

// talk does one line of the script that is about a connection.
func (h *caller) talk(t *talk, c Call) {
	switch c.Kind {
	case Send, Urgent:
		h.write(t, int(c.N))
	case Receive:
		h.read(t, int(c.N))
	case HalfClose:
		h.do("CloseWrite", t.c.CloseWrite)
	case Close:
		t.closed = true
		h.do("Close", t.c.Close)
	case Abort:
		t.closed = true
		h.do("Abort", t.c.Abort)
	case KeepAlive:
		h.do("SetKeepAlive", func() error { return t.c.SetKeepAlive(c.N != 0) })
	}
}

func (h *caller) options() socket.Options { return h.s.w.c.Hosts[h.side].options(sockets[h.side]) }

func (h *caller) dial() {
	ctx, cancel := context.WithCancel(context.Background())
	h.cancels = append(h.cancels, cancel)
	var c *socket.Conn
	h.start("Dial", func() string {
		switch {
		case ctx.Err() != nil:
			return "its context is done"
		case h.shut:
			return "its stack is closed"
		case !h.opening():
			return "its connection is not being opened any more"
		}
		return ""
	}, func() (_ int, err error) {
		c, err = h.stack.DialTCP(ctx, sockets[h.side.Other()], h.options())
		return 0, err
	}, func(_ int, err error) {
		if err == nil {
			h.take(c)
		}
	})
}

// giveUp ends the context of every Dial.
func (h *caller) giveUp() {
	for _, cancel := range h.cancels {
		cancel()
	}
}

// take makes a connection the one that the script speaks of.
func (h *caller) take(c *socket.Conn) {
	h.talks = append(h.talks, &talk{c: c})
	if h.s.w.ended {
		h.close()
	}
}

func (h *caller) listen() {
	var l *socket.Listener
	h.start("Listen", func() string { return "it waits for nothing" }, func() (_ int, err error) {
		l, err = h.stack.ListenTCP(sockets[h.side], backlog, h.options())
		return 0, err
	}, func(_ int, err error) {
		if err == nil {
			h.listener = l
			h.accept(l)
		}
	})
}

// accept takes one connection after the other.
func (h *caller) accept(l *socket.Listener) {
	var c *socket.Conn
	h.start("Accept", func() string {
		switch {
		case h.shut:
			return "its stack is closed"
		case h.listener != l:
			return "its listener is closed"
		case h.stack.Usage().Waiting > 0:
			return "a connection is there"
		}
		return ""
	}, func() (_ int, err error) {
		c, err = l.AcceptTCP()
		return 0, err
	}, func(_ int, err error) {
		if err == nil {
			h.take(c)
			h.accept(l)
		}
	})
}

func (h *caller) unlisten() {
	if l := h.listener; l != nil {
		h.listener = nil
		h.do("Close", l.Close)
	}
}

// over tells why a call on a connection must return, whatever it waits for.
func (h *caller) over(t *talk, s *socket.Status) string {
	switch {
	case h.shut:
		return "its stack is closed"
	case t.closed:
		return "its connection is closed"
	case s.TCB.State == tcp.Closed:
		return "its connection is no more"
	}
	return ""
}

func (h *caller) read(t *talk, n int) {
	if t.busy {
		return
	}
	t.busy = true
	b := make([]byte, min(cmp.Or(n, piece), piece))
	h.start("Read", func() string {
		s := t.c.Status()
		switch s.TCB.State {
		case tcp.CloseWait, tcp.Closing, tcp.LastAck, tcp.TimeWait:
			return "its peer sends no more"
		}
		if s.Unread > 0 {
			return "there is something to be read"
		}
		return h.over(t, &s)
	}, func() (int, error) { return t.c.Read(b) }, func(n int, err error) {
		t.busy = false
		w := h.s.w
		if n > 0 && len(w.c.Insert) == 0 {
			w.asked(StreamIntegrity)
			if i := w.content.differs(b[:n], int(h.side.Other()), t.read); i >= 0 {
				w.fail(StreamIntegrity, "%v read another octet at %d than its peer has written there", h.side, t.read+uint64(i))
			}
		}
		t.read += uint64(n)
		if n == 0 && err == nil || errors.Is(err, io.EOF) && n > 0 {
			w.fail(StreamIntegrity, "%v read %d octets, error %v", h.side, n, err)
		}
	})
}

func (h *caller) write(t *talk, n int) {
	if t.busy {
		return
	}
	t.busy = true
	b := make([]byte, min(n, 1<<20))
	h.s.w.content.fill(b, int(h.side), t.written)
	h.start("Write", func() string {
		s := t.c.Status()
		if s.Unsent == 0 && s.TCB.SND.UNA == s.TCB.SND.NXT && tcp.Synchronized.Has(s.TCB.State) {
			return "the send buffer is empty"
		}
		return h.over(t, &s)
	}, func() (int, error) { return t.c.Write(b) }, func(n int, _ error) {
		t.busy = false
		t.written += uint64(n)
	})
}

// close closes all that the user has opened, one after the other.
func (h *caller) close() {
	l := h.listener
	h.listener = nil
	var open []*talk
	for _, t := range h.talks {
		if !t.closed {
			t.closed = true
			open = append(open, t)
		}
	}
	h.do("Close", func() error {
		if l != nil {
			l.Close()
		}
		for _, t := range open {
			t.c.Close()
		}
		return nil
	})
}

// shutDown closes the stack. What was closed before has no chance to end.
func (h *caller) shutDown() {
	if h.shut {
		return
	}
	h.shut = true
	h.start("Close of the stack", func() string { return "it waits for nothing" },
		func() (int, error) { return 0, h.stack.Close() }, func(int, error) {
			for _, f := range h.s.w.watch.flows[h.side] {
				f.tcb.State = tcp.Closed
			}
		})
}

// leave closes what a run that went wrong has left.
func (h *caller) leave() {
	if h != nil && !h.shut {
		h.stack.Close()
	}
}
