package socket

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// Conn is a TCP connection, a [net.Conn]. All methods may be called from many
// goroutines at a time.
type Conn struct {
	stack         *Stack
	tcp           *engine.Conn
	network       string
	local, remote netip.AddrPort

	reading, writing side
	news             engine.Notice // since wake
	busy             bool          // a Write is under way; others wait for their turn
	deaf             bool          // CloseRead: what comes is thrown away
	hard             bool          // SetLinger(0): Close aborts
	closed           bool

	report   func(error)   // gets error reports; nil: nobody does
	reported engine.Notice // reports to deliver
}

var _ net.Conn = (*Conn)(nil)

// newConn makes a connection of the engine one of the user's. mu is held.
func (s *Stack) newConn(c *engine.Conn, network string) *Conn {
	n := &Conn{stack: s, tcp: c, network: network, local: c.LocalAddr(), remote: c.RemoteAddr()}
	n.reading.init(s)
	n.writing.init(s)
	c.Notify = n.notice
	s.enter(n)
	return n
}

// notice collects news. The engine is at work: those who wait are woken when the
// whole batch is in.
func (c *Conn) notice(n engine.Notice) {
	if c.news == 0 {
		c.stack.woken = append(c.stack.woken, c)
	}
	c.news |= n
}

func (c *Conn) wake() {
	n := c.news
	c.news = 0
	if c.closed {
		return
	}
	if c.deaf {
		c.discard()
	}
	if n.Has(engine.Readable) {
		c.reading.bell.Broadcast()
	}
	if n&(engine.Writable|engine.Established) != 0 {
		c.writing.bell.Broadcast()
	}
	if n&(engine.Urgent|engine.Trouble) != 0 {
		c.announce(n)
	}
}

func (c *Conn) shut() {
	c.tcp.Abort(c.stack.now())
	c.end()
}

// end makes c a closed connection to its user. What the engine still does for it is
// nobody's business any more.
func (c *Conn) end() {
	c.closed = true
	c.tcp.Notify = nil
	c.reading.end()
	c.writing.end()
}

// Read reads into b what has come, at least one octet. It waits until there is one,
// or fails: with io.EOF after the peer's FIN, ECONNRESET after its RST, ETIMEDOUT
// when the connection was given up.
func (c *Conn) Read(b []byte) (int, error) {
	c.stack.mu.Lock()
	n, err := c.read(b)
	c.stack.unlock()
	if err != nil && err != io.EOF {
		err = c.fail("read", err)
	}
	return n, err
}

func (c *Conn) read(b []byte) (int, error) {
	for {
		switch err := c.reading.late(); {
		case c.closed:
			return 0, net.ErrClosed
		case len(b) == 0:
			return 0, nil
		case err != nil:
			return 0, err
		case c.deaf:
			return 0, io.EOF
		}
		if n, err := c.tcp.Read(c.stack.now(), b); n > 0 || err != nil {
			return n, err
		}
		c.stack.wait(&c.reading)
	}
}

// Write queues all of b to be sent, and waits while there is no room. The octets of
// two calls do not mix. Without error they are in the send queue, which says nothing
// about their arrival. Errors are EPIPE after CloseWrite, and those of Read.
func (c *Conn) Write(b []byte) (int, error) { return c.send(b, c.tcp.Write) }

// maxWrite is how much is offered to the engine at a time, which counts in 32 bits.
const maxWrite = 1 << 30

// send writes all of b by the given call of the engine.
func (c *Conn) send(b []byte, write func(engine.Time, []byte) (int, error)) (int, error) {
	c.stack.mu.Lock()
	n, err := c.write(b, write)
	c.stack.unlock()
	if err != nil {
		err = c.fail("write", err)
	}
	return n, err
}

func (c *Conn) write(b []byte, write func(engine.Time, []byte) (int, error)) (sent int, err error) {
	for c.busy {
		if err := c.writable(); err != nil {
			return 0, err
		}
		c.stack.wait(&c.writing)
	}
	c.busy = true
	for {
		if err = c.writable(); err != nil {
			break
		}
		var n int
		n, err = write(c.stack.now(), b[sent:min(len(b), sent+maxWrite)])
		sent += n
		if err != nil || sent == len(b) {
			break
		}
		c.stack.wait(&c.writing)
	}
	c.busy = false
	c.writing.bell.Broadcast()
	return sent, err
}

// writable tells why nothing can be written, as far as this package knows.
func (c *Conn) writable() error {
	if c.closed {
		return net.ErrClosed
	}
	return c.writing.late()
}

// Close ends the connection for its user; blocked calls return. It returns at once:
// what was written is still sent, and a FIN after it. If octets were received and
// not read, or come later, the peer gets a reset, so that it knows of the loss
// (RFC 9293 3.6.1, SHLD-3).
func (c *Conn) Close() error {
	return c.finish("close", func(now engine.Time) error {
		if c.hard {
			c.tcp.Abort(now)
			return nil
		}
		c.tcp.Close(now) // how a connection ended is told by Read and Write
		return nil
	})
}

// Abort ends the connection with a reset; what waits to be sent is lost (ABORT,
// RFC 9293 3.9.1.6).
func (c *Conn) Abort() error {
	return c.finish("abort", func(now engine.Time) error {
		c.tcp.Abort(now)
		return nil
	})
}

func (c *Conn) finish(op string, how func(engine.Time) error) error {
	return c.call(op, func(now engine.Time) error {
		err := how(now)
		c.forget()
		return err
	})
}

// CloseWrite says that nothing more will be written: after what was written the
// peer reads io.EOF. Reading goes on; a Write that waits fails.
func (c *Conn) CloseWrite() error {
	return c.call("close", func(now engine.Time) error {
		c.writing.bell.Broadcast()
		return c.tcp.CloseWrite(now)
	})
}

// CloseRead says that nothing more will be read: Read returns io.EOF, and what the
// peer still sends is acknowledged and thrown away.
func (c *Conn) CloseRead() error {
	return c.call("close", func(engine.Time) error {
		c.deaf = true
		c.discard()
		c.reading.bell.Broadcast()
		return nil
	})
}

// trash takes what nobody wants to read. It is never read itself.
var trash = sync.Pool{New: func() any { return new([16 << 10]byte) }}

// discard empties the receive buffer, so that the window stays open.
func (c *Conn) discard() {
	b := trash.Get().(*[16 << 10]byte)
	for {
		if n, err := c.tcp.Read(c.stack.now(), b[:]); n == 0 || err != nil {
			break
		}
	}
	trash.Put(b)
}

// LocalAddr returns the local socket, a *net.TCPAddr.
func (c *Conn) LocalAddr() net.Addr { return tcpAddr(c.local) }

// RemoteAddr returns the peer's socket, a *net.TCPAddr.
func (c *Conn) RemoteAddr() net.Addr { return tcpAddr(c.remote) }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadlines(t, &c.reading, &c.writing) }

// SetReadDeadline lets Read fail with os.ErrDeadlineExceeded from t on, also where
// it waits already. The zero time means never.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadlines(t, &c.reading) }

// SetWriteDeadline is the same for Write. Part of the octets may have been queued.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, &c.writing) }

func (c *Conn) setDeadlines(t time.Time, sides ...*side) error {
	return c.call("set", func(engine.Time) error {
		for _, d := range sides {
			d.setDeadline(t)
		}
		return nil
	})
}

// call runs f under the lock if c is open.
func (c *Conn) call(op string, f func(now engine.Time) error) error {
	c.stack.mu.Lock()
	err := net.ErrClosed
	if !c.closed {
		err = f(c.stack.now())
	}
	c.stack.unlock()
	if err != nil {
		return c.fail(op, err)
	}
	return nil
}

func (c *Conn) fail(op string, err error) error {
	return callError(op, c.network, c.LocalAddr(), c.RemoteAddr(), err)
}
