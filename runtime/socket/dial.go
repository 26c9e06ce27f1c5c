package socket

import (
	"context"
	"net"
	"net/netip"
	"syscall"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// Dial connects to an address such as "10.0.0.2:80". The networks are "tcp", "tcp4",
// "udp" and "udp4". An empty host, and 0.0.0.0, is this host. The connection is a [Conn] or a
// [PacketConn].
func (s *Stack) Dial(network, address string) (net.Conn, error) {
	return s.DialContext(context.Background(), network, address)
}

// DialContext is Dial until ctx is done. Once connected, ctx does not matter.
func (s *Stack) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	proto, err := transport(network)
	if err != nil {
		return nil, callError("dial", network, nil, nil, err)
	}
	remote, err := resolve(network, address)
	if err != nil {
		return nil, callError("dial", network, nil, nil, err)
	}
	if !remote.Addr().IsValid() {
		remote = netip.AddrPortFrom(netip.IPv4Unspecified(), remote.Port())
	}
	if proto == "udp" {
		if err := ctx.Err(); err != nil {
			return nil, callError("dial", network, nil, udpAddr(remote), err)
		}
		c, err := s.dialUDP(network, netip.AddrPort{}, remote)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
	c, err := s.dialTCP(ctx, network, remote, Options{})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// DialTCP connects to remote with the user's choices, Options.Local among them. Two
// hosts that dial each other's port at the same time get one connection (RFC 9293
// 3.5, simultaneous open). Errors wrap what ctx says, or ECONNREFUSED, ETIMEDOUT,
// EADDRINUSE, EADDRNOTAVAIL, ENETUNREACH (also for an address that is not of one
// host, MUST-46), ENOBUFS.
func (s *Stack) DialTCP(ctx context.Context, remote netip.AddrPort, o Options) (*Conn, error) {
	return s.dialTCP(ctx, "tcp", remote, o)
}

func (s *Stack) dialTCP(ctx context.Context, network string, remote netip.AddrPort, o Options) (*Conn, error) {
	s.mu.Lock()
	c, err := s.connect(ctx, network, remote, o)
	s.unlock()
	if err != nil {
		var local net.Addr
		if o.Local.IsValid() {
			local = tcpAddr(o.Local)
		}
		return nil, callError("dial", network, local, tcpAddr(remote), err)
	}
	return c, nil
}

// connect opens a connection and waits until it is established. mu is held.
func (s *Stack) connect(ctx context.Context, network string, remote netip.AddrPort, o Options) (*Conn, error) {
	if s.closed {
		return nil, net.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o.Local = wildcard(o.Local)
	e, err := s.engine.Dial(s.now(), s.here(remote), o)
	if err != nil {
		return nil, err
	}
	c := s.newConn(e, network)
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		c.writing.bell.Broadcast()
		s.mu.Unlock()
	})
	defer stop()
	for {
		switch state := e.State(); {
		case c.closed:
			return nil, net.ErrClosed
		case state == tcp.Closed:
			c.forget()
			return nil, deathOf(e)
		case state != tcp.SynSent && state != tcp.SynReceived:
			return c, nil
		case ctx.Err() != nil:
			e.Abort(s.now())
			c.forget()
			return nil, ctx.Err()
		}
		s.wait(&c.writing)
	}
}

// here is a remote socket, with our address for 0.0.0.0: "If the host is ... a literal
// unspecified IP address ... the local system is assumed" (package net).
func (s *Stack) here(remote netip.AddrPort) netip.AddrPort {
	if remote.Addr().IsUnspecified() {
		return netip.AddrPortFrom(s.Addr(), remote.Port())
	}
	return remote
}

// forget takes c out of the stack's books: nobody will use it.
func (c *Conn) forget() {
	delete(c.stack.open, c)
	c.end()
}

// deathOf tells why e is no more, where there must be a reason.
func deathOf(e *engine.Conn) error {
	if err := e.Err(); err != nil {
		return err
	}
	return syscall.ECONNABORTED
}
