package socket

import (
	"math"
	"syscall"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// SetNoDelay switches Nagle's algorithm off or on (RFC 9293 3.7.4, MUST-17). It is off
// at first, as in package net, unless Config.Options says otherwise.
func (c *Conn) SetNoDelay(on bool) error {
	return c.set(func(now engine.Time) { c.tcp.SetNoDelay(now, on) })
}

// SetKeepAlive switches keep-alives on or off (RFC 9293 3.8.4, MUST-24). They are off
// at first (MUST-25).
func (c *Conn) SetKeepAlive(on bool) error {
	return c.set(func(now engine.Time) { c.tcp.SetKeepAlive(now, on, 0, 0, 0) })
}

// SetKeepAlivePeriod switches keep-alives on and sets the time between them, the
// first one included (MUST-27). It is two hours at first (MUST-28).
func (c *Conn) SetKeepAlivePeriod(d time.Duration) error {
	return c.set(func(now engine.Time) { c.tcp.SetKeepAlive(now, true, d, d, 0) })
}

// SetLinger(0) lets Close reset the connection, as Abort does. Any other number means
// what is so at first: Close returns at once, and what was written is still sent.
func (c *Conn) SetLinger(sec int) error {
	return c.set(func(engine.Time) { c.hard = sec == 0 })
}

// SetUserTimeout sets how long what was written may go without acknowledgment, or a
// closed window without opening, before the connection is given up (RFC 9293 3.9.1,
// USER TIMEOUT; MUST-21). 0 leaves it to Settings.R2, less than 0 means for ever.
func (c *Conn) SetUserTimeout(d time.Duration) error {
	return c.set(func(now engine.Time) { c.tcp.SetUserTimeout(now, d) })
}

// SetTTL sets the time to live of packets sent from now on (RFC 9293 3.9.2, MUST-49).
func (c *Conn) SetTTL(ttl uint8) error {
	return c.set(func(engine.Time) { c.tcp.SetTTL(ttl) })
}

// SetDSCP sets the Differentiated Services codepoint, 0 to 63, of packets sent from
// now on (RFC 9293 3.9.1.9, MUST-48). It should not change while a connection lives
// (SHLD-23); Options.DSCP sets it for the SYN, too. More than 63 is EINVAL.
func (c *Conn) SetDSCP(dscp uint8) error {
	if dscp > 63 {
		return c.fail("set", syscall.EINVAL)
	}
	return c.set(func(engine.Time) { c.tcp.SetDSCP(dscp) })
}

// set calls f under the lock if c is open.
func (c *Conn) set(f func(now engine.Time)) error {
	return c.call("set", func(now engine.Time) error {
		f(now)
		return nil
	})
}

// SetWriteBuffer sets how many octets wait at most to be sent and acknowledged.
func (c *Conn) SetWriteBuffer(octets int) error {
	return c.set(func(now engine.Time) { c.tcp.SetSendBuffer(now, counted(octets)) })
}

// SetReadBuffer raises the receive buffer; what it has it keeps, because the peer was
// told of the room (RFC 9293 3.8.6, SHLD-14). The scale of the window was settled
// with the SYN: Options.ReceiveBuffer is the better place for large buffers.
func (c *Conn) SetReadBuffer(octets int) error {
	return c.set(func(engine.Time) { c.tcp.SetReceiveBuffer(counted(octets)) })
}

// counted is a size as the engine counts: one octet at least, 2 GiB at most.
func counted(octets int) uint32 { return uint32(min(max(octets, 1), math.MaxInt32)) }
