package engine

import (
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/buffer"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// Conn is one connection. Its only copy of state and sequence variables is the TCB.
type Conn struct {
	// Notify, if set, is told what the user may have been waiting for. It must not
	// call the engine. After Close it gets no notice but Closed.
	Notify func(Notice)

	e        *Engine
	flow     flow
	tcb      tcp.TCB
	listener *Listener // that forked it, until somebody accepts it
	previous *Conn     // the incarnation in TIME-WAIT that it follows, until ESTABLISHED

	// Timers.
	deadlines    [tcp.NumTimers]Time // of those that run
	wake         Time                // when the agenda looks at it; see agenda
	position     int                 // in the agenda, or -1
	windowProbes uint8               // doublings of the interval between window probes
	older, newer *Conn               // neighbours in the queue of TIME-WAIT

	// Octets.
	out buffer.Send
	in  buffer.Receive

	// Loss and congestion.
	rtt      rtt
	reno     reno
	recovery newReno
	opened   bool    // the congestion window is set
	lostSYN  bool    // our SYN was sent more than once
	timing   bool    // the round trip of what ends at timed is being measured
	resent   bool    // something was sent again since the last sample (Karn)
	resentAt uint32  // the timestamp of what was sent again last
	timed    tcp.Seq // SND.NXT after the segment being measured
	timedAt  Time
	sentAt   Time // when text was last sent

	// What waits for the end of the entry.
	touched    bool
	ackPending bool
	ack        tcp.Sent // the newest acknowledgment not yet sent, if ackPending
	notice     Notice

	// The user.
	hungry  bool // Read had nothing to return
	blocked bool // Write had no room
	gone    bool // Close was called
	aborted bool // Abort was called
	waiting bool // for Accept
	doomed  bool // it was to wait for Accept, and the listener is closed
	err     error
	soft    error

	// What every segment carries.
	pseudo            wire.Sum
	timestampOffset   uint32
	ttl, tos          uint8
	userTimeout       time.Duration
	keepAliveIdle     time.Duration
	keepAliveInterval time.Duration
	keepAliveCount    uint8
	retransmitted     uint64 // segments
}

// newConn makes a connection that is in no table yet.
func (e *Engine) newConn(f flow, t tcp.TCB, o *Options) *Conn {
	c := &Conn{
		e: e, flow: f, tcb: t,
		wake: never, position: -1,
		out: buffer.NewSend(int(o.SendBuffer), e.pages),
		in:  buffer.NewReceive(int(o.ReceiveBuffer), e.cfg.Settings.Pieces, e.pages),

		hungry: true,

		pseudo:            wire.PseudoIPv4(f.local, f.remote, wire.ProtocolTCP),
		timestampOffset:   e.timestampOffset(f),
		ttl:               o.TTL,
		tos:               o.DSCP << 2,
		userTimeout:       o.UserTimeout,
		keepAliveIdle:     o.KeepAliveIdle,
		keepAliveInterval: o.KeepAliveInterval,
		keepAliveCount:    o.KeepAliveCount,
	}
	c.rtt.begin(&e.cfg.Settings)
	return c
}

// newTCB returns a TCB in CLOSED with the settings of a connection.
func (e *Engine) newTCB(o *Options) (t tcp.TCB) {
	s := &t.Settings
	s.RCV.BUFF = o.ReceiveBuffer
	s.PATH.MSS = uint32(e.cfg.MTU) - wire.IPv4HeaderLen - wire.TCPHeaderLen
	s.DefaultMSS = 536
	s.R1 = e.cfg.Settings.R1
	s.ChallengeLimit = e.cfg.Settings.ChallengeLimit
	s.OfferWS, s.OfferTS = o.WindowScale, o.Timestamps
	s.NoDelay, s.AckAtOnce = o.NoDelay, o.AckAtOnce
	if o.KeepAlive {
		s.KeepAliveLimit = o.KeepAliveCount
	}
	// The least shift with which the whole buffer can be told (RFC 7323, 2.3).
	for s.OfferShift < 14 && o.ReceiveBuffer>>s.OfferShift > 65535 {
		s.OfferShift++
	}
	return t
}

// LocalAddr returns the local socket.
func (c *Conn) LocalAddr() netip.AddrPort { return c.flow.localAddrPort() }

// RemoteAddr returns the remote socket.
func (c *Conn) RemoteAddr() netip.AddrPort { return c.flow.remoteAddrPort() }

// State returns the state of the connection.
func (c *Conn) State() tcp.State { return c.tcb.State }

// Err tells why the connection is no more: nil while it lives and after a close in
// peace; syscall.ECONNRESET, ECONNREFUSED, ECONNABORTED (by Abort), ETIMEDOUT.
func (c *Conn) Err() error { return c.err }

// SoftError returns and forgets the last error that did not end the connection:
// what ICMP reported (syscall.EHOSTUNREACH, ENETUNREACH, …), or ETIMEDOUT once R1
// was reached.
func (c *Conn) SoftError() error {
	err := c.soft
	c.soft = nil
	return err
}

// Status is what the STATUS call tells (RFC 9293 3.9.1.5), and the runtime's share of it.
type Status struct {
	Local, Remote netip.AddrPort
	TCB           tcp.TCB
	Unsent        int           // octets in the send buffer never sent
	Unread        int           // octets received and not read
	Held          int           // octets received out of order
	Pieces        int           // parts they are in, with holes between
	CWND          uint32        // octets, RFC 5681
	SSThresh      uint32        // octets
	Recovering    bool          // octets that were lost, or may have been, are being sent again
	SRTT, RTTVar  time.Duration // RFC 6298; 0 before the first sample
	RTO           time.Duration // backed off as it is now
	Retransmitted uint64        // segments sent again
}

// Status answers the STATUS call.
func (c *Conn) Status() Status {
	held, pieces := c.in.Held()
	return Status{
		Local: c.LocalAddr(), Remote: c.RemoteAddr(), TCB: c.tcb,
		Unsent: int(c.unsent()), Unread: c.in.Len(), Held: held, Pieces: pieces,
		CWND: c.reno.Window(), SSThresh: c.reno.Threshold(), Recovering: c.recovery.fast || c.recovery.resending(),
		SRTT: c.rtt.SRTT, RTTVar: c.rtt.RTTVAR, RTO: c.rtt.RTO(&c.e.cfg.Settings),
		Retransmitted: c.retransmitted,
	}
}

// Unread returns how many octets Read would return at once.
func (c *Conn) Unread() int { return c.in.Len() }

// Room returns how many octets Write would take at once.
func (c *Conn) Room() int { return c.out.Room() }

// InUrgentMode tells whether urgent data is still to be read (MUST-32).
func (c *Conn) InUrgentMode() bool { return c.tcb.RCV.Urgent }

// unsent returns how many octets of the send buffer were never sent.
func (c *Conn) unsent() uint32 { return uint32(c.out.Len()) - c.sentText() }

// sentText returns how many octets of the send buffer are on the retransmission
// queue, which holds our SYN and FIN as well.
func (c *Conn) sentText() uint32 {
	n := c.tcb.SND.NXT.Sub(c.tcb.SND.UNA)
	if c.tcb.SYNOutstanding {
		n--
	}
	if c.tcb.FINSent && n > 0 {
		n--
	}
	return n
}

// touch has c settled at the end of this entry.
func (c *Conn) touch() {
	if !c.touched {
		c.touched = true
		c.e.touched = append(c.e.touched, c)
	}
}
