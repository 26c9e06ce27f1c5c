package engine

import (
	"io"
	"math"
	"syscall"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Write queues as much of b as there is room for and returns how much (SEND,
// RFC 9293 3.9.1.2). Less than len(b) without an error means: the buffer is full,
// a notice Writable will come. Errors are Err of a dead connection and
// syscall.EPIPE after CloseWrite or Close.
func (c *Conn) Write(now Time, b []byte) (int, error) { return c.write(now, b, false) }

// WriteUrgent is Write with the URGENT flag: its last octet is the last of the
// urgent data (MUST-62).
func (c *Conn) WriteUrgent(now Time, b []byte) (int, error) { return c.write(now, b, true) }

func (c *Conn) write(now Time, b []byte, urgent bool) (int, error) {
	out := c.begin()
	offered := uint32(min(len(b), math.MaxInt32))
	c.tcb.Send(offered, c.unsent(), uint32(c.out.Room()), true, urgent, out)
	n, reply := 0, out.Reply
	if out.Set.Has(tcp.EffectQueue) {
		n = c.out.Append(b[:out.Queue.Count])
	}
	c.perform(now, trace.Call, "SEND")
	c.e.settle(now)
	switch reply {
	case tcp.ReplyOk, tcp.ReplyPending, tcp.ReplyInsufficientResources:
		c.blocked = n < len(b)
		return n, nil
	case tcp.ReplyConnectionDoesNotExist:
		if c.err != nil {
			return 0, c.err
		}
	}
	return 0, syscall.EPIPE
}

// Read moves received octets into b and returns how many (RECEIVE, RFC 9293
// 3.9.1.3). 0 without an error means that nothing is there yet: a notice Readable
// will come. Errors are io.EOF after the peer's FIN, and Err of a dead connection,
// whose unread text is gone.
func (c *Conn) Read(now Time, b []byte) (int, error) {
	have := c.in.Len()
	n := min(have, len(b))
	if c.tcb.State == tcp.Closed {
		return c.readRest(b)
	}
	out := c.begin()
	c.tcb.Receive(uint32(have), uint32(have-n), out)
	reply := out.Reply
	if reply == tcp.ReplyOk {
		c.in.Read(b[:n])
	}
	c.perform(now, trace.Call, "RECEIVE")
	c.e.settle(now)
	switch reply {
	case tcp.ReplyOk:
		return n, nil
	case tcp.ReplyPending:
		c.hungry = true
		return 0, nil
	}
	return 0, io.EOF
}

// readRest lets the user read on after the machine has ended in peace: the peer's
// text and FIN had arrived, and he is owed them (D-07).
func (c *Conn) readRest(b []byte) (int, error) {
	switch {
	case c.err != nil:
		return 0, c.err
	case c.in.Len() == 0:
		return 0, io.EOF
	}
	return c.in.Read(b), nil
}

// CloseWrite says that no more will be written (CLOSE, RFC 9293 3.9.1.4); reading goes on.
func (c *Conn) CloseWrite(now Time) error { return c.close(now, true) }

// Close says that the user is gone: no more will be written or read. What was
// written is still sent. Unread text makes it a reset (SHLD-3). The Conn must not
// be used any more, but to see Err and State.
func (c *Conn) Close(now Time) error {
	c.gone = true
	err := c.close(now, false)
	if c.tcb.Timers.Has(tcp.TimerUser) {
		c.start(now, 1<<tcp.TimerUser) // it runs differently for an orphan
	}
	if c.tcb.State == tcp.Closed || c.tcb.State == tcp.TimeWait {
		c.in.Reset()
	}
	return err
}

func (c *Conn) close(now Time, half bool) error {
	out := c.begin()
	c.tcb.Close(c.unsent(), uint32(c.in.Len()), half, out)
	reply := out.Reply
	c.perform(now, trace.Call, "CLOSE")
	c.touch()
	c.e.settle(now)
	if reply == tcp.ReplyConnectionDoesNotExist {
		return c.err
	}
	return nil
}

// Abort ends the connection with a reset (ABORT, RFC 9293 3.9.1.6).
func (c *Conn) Abort(now Time) {
	c.abort(now)
	c.e.settle(now)
}

func (c *Conn) abort(now Time) {
	c.gone, c.aborted = true, true
	c.tcb.Abort(c.begin())
	c.perform(now, trace.Call, "ABORT")
	c.in.Reset()
}

// SetNoDelay switches Nagle's algorithm off or on (MUST-17).
func (c *Conn) SetNoDelay(now Time, on bool) {
	c.tcb.Settings.NoDelay = on
	c.touch()
	c.e.settle(now)
}

// SetKeepAlive switches keep-alives on or off (MUST-24, MUST-25). Zero idle,
// interval or count leave what was. The idle interval begins now.
func (c *Conn) SetKeepAlive(now Time, on bool, idle, interval time.Duration, count uint8) {
	replace(&c.keepAliveIdle, idle)
	replace(&c.keepAliveInterval, interval)
	replace(&c.keepAliveCount, count)
	c.tcb.Settings.KeepAliveLimit = 0
	if on {
		c.tcb.Settings.KeepAliveLimit = c.keepAliveCount
	}
	c.tcb.KeepAliveTurned(c.begin())
	c.perform(now, trace.Call, "KEEP-ALIVE TURNED")
	c.e.settle(now)
}

// replace sets a field unless the value is zero.
func replace[T comparable](field *T, value T) {
	var zero T
	if value != zero {
		*field = value
	}
}

// SetUserTimeout sets how long what was sent may go without acknowledgment, and a
// closed window without opening, before the connection is aborted. 0 leaves it to
// Settings.R2; less means for ever (MUST-21).
func (c *Conn) SetUserTimeout(now Time, d time.Duration) {
	c.userTimeout = d
	c.start(now, c.tcb.Timers&(1<<tcp.TimerUser|1<<tcp.TimerGiveUp))
}

// SetTTL sets the time to live of what is sent (MUST-49).
func (c *Conn) SetTTL(ttl uint8) { c.ttl = ttl }

// SetDSCP sets the six bits of the Diffserv field of what is sent (MUST-48).
func (c *Conn) SetDSCP(dscp uint8) { c.tos = dscp << 2 }
