package engine

import (
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Conn is one connection. Its only copy of state and sequence variables is the TCB.
type Conn struct {
	// Notify, if set, is told what the user may have been waiting for. It must not
	// call the engine. After Close it gets no notice but Closed.
	Notify func(Notice)

	tcb tcp.TCB
}

// Status is what the STATUS call tells (RFC 9293 3.9.1.5), and the runtime's share of it.
type Status struct {
	Local, Remote netip.AddrPort
	TCB           tcp.TCB
	Unsent        int           // octets in the send buffer never sent
	Unread        int           // octets received and not read
	CWND          uint32        // octets, RFC 5681
	SSThresh      uint32        // octets
	SRTT, RTTVar  time.Duration // RFC 6298; 0 before the first sample
	RTO           time.Duration // backed off as it is now
	Retransmitted uint64        // segments sent again
}

// LocalAddr returns the local socket.
func (c *Conn) LocalAddr() netip.AddrPort { return netip.AddrPort{} }

// RemoteAddr returns the remote socket.
func (c *Conn) RemoteAddr() netip.AddrPort { return netip.AddrPort{} }

// State returns the state of the connection.
func (c *Conn) State() tcp.State { return c.tcb.State }

// Status answers the STATUS call.
func (c *Conn) Status() Status { return Status{} }

// Err tells why the connection is no more: nil while it lives and after a close in
// peace; syscall.ECONNRESET, ECONNREFUSED, ECONNABORTED (by Abort), ETIMEDOUT.
func (c *Conn) Err() error { return nil }

// SoftError returns and forgets the last error that did not end the connection:
// what ICMP reported (syscall.EHOSTUNREACH, ENETUNREACH, …), or ETIMEDOUT once R1
// was reached.
func (c *Conn) SoftError() error { return nil }

// Write queues as much of b as there is room for and returns how much (SEND,
// RFC 9293 3.9.1.2). Less than len(b) without an error means: the buffer is full,
// a notice Writable will come. Errors are Err of a dead connection and
// syscall.EPIPE after CloseWrite or Close.
func (c *Conn) Write(now Time, b []byte) (int, error) { return 0, nil }

// WriteUrgent is Write with the URGENT flag: its last octet is the last of the
// urgent data (MUST-62).
func (c *Conn) WriteUrgent(now Time, b []byte) (int, error) { return 0, nil }

// Read moves received octets into b and returns how many (RECEIVE, RFC 9293
// 3.9.1.3). 0 without an error means that nothing is there yet: a notice Readable
// will come. Errors are io.EOF after the peer's FIN, and Err of a dead connection
// once what it had received in order has been read.
func (c *Conn) Read(now Time, b []byte) (int, error) { return 0, nil }

// Unread returns how many octets Read would return at once.
func (c *Conn) Unread() int { return 0 }

// Room returns how many octets Write would take at once.
func (c *Conn) Room() int { return 0 }

// InUrgentMode tells whether urgent data is still to be read (MUST-32).
func (c *Conn) InUrgentMode() bool { return false }

// CloseWrite says that no more will be written (CLOSE, RFC 9293 3.9.1.4); reading goes on.
func (c *Conn) CloseWrite(now Time) error { return nil }

// Close says that the user is gone: no more will be written or read. What was
// written is still sent. Unread text makes it a reset (SHLD-3). The Conn must not
// be used any more, but to see Err and State.
func (c *Conn) Close(now Time) error { return nil }

// Abort ends the connection with a reset (ABORT, RFC 9293 3.9.1.6).
func (c *Conn) Abort(now Time) {}

// SetNoDelay switches Nagle's algorithm off or on (MUST-17).
func (c *Conn) SetNoDelay(now Time, on bool) {}

// SetKeepAlive switches keep-alives on or off (MUST-24, MUST-25). Zero idle,
// interval or count leave what was.
func (c *Conn) SetKeepAlive(now Time, on bool, idle, interval time.Duration, count uint8) {}

// SetUserTimeout sets how long what was sent may go without acknowledgment, and a
// closed window without opening, before the connection is aborted; 0: for ever.
func (c *Conn) SetUserTimeout(now Time, d time.Duration) {}

// SetTTL sets the time to live of what is sent (MUST-49).
func (c *Conn) SetTTL(ttl uint8) {}

// SetDSCP sets the six bits of the Diffserv field of what is sent (MUST-48).
func (c *Conn) SetDSCP(dscp uint8) {}
