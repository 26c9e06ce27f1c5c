package socket

import (
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// Datagram tells where a datagram came from and to, what its IP header said, and
// whether the buffer was too small for it.
type Datagram = engine.Datagram

// PacketConn is a UDP endpoint: a [net.PacketConn], and as a connected one a
// [net.Conn]. One write is one datagram, also of no octets; a read returns one
// datagram, and what does not fit into the buffer is lost: ReadDatagram tells.
// Writes never block.
type PacketConn struct {
	stack         *Stack
	udp           *engine.UDP
	network       string
	local, remote netip.AddrPort // remote is invalid unless connected
	reading       side
	writing       side // for its deadline only
	news          bool // since wake
	closed        bool
}

var (
	_ net.PacketConn = (*PacketConn)(nil)
	_ net.Conn       = (*PacketConn)(nil)
)

// ListenPacket binds a UDP endpoint to an address such as ":53" on "udp" or "udp4";
// port 0 is replaced by a free one. The result is a [*PacketConn].
func (s *Stack) ListenPacket(network, address string) (net.PacketConn, error) {
	proto, err := transport(network)
	if err == nil && proto != "udp" {
		err = net.UnknownNetworkError(network)
	}
	if err != nil {
		return nil, callError("listen", network, nil, nil, err)
	}
	local, err := resolve(network, address)
	if err != nil {
		return nil, callError("listen", network, nil, nil, err)
	}
	c, err := s.listenUDP(network, local)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// ListenUDP binds a UDP endpoint to local, whose zero address means every one of this
// host's and whose port 0 a free one. Errors wrap EADDRINUSE or EADDRNOTAVAIL.
func (s *Stack) ListenUDP(local netip.AddrPort) (*PacketConn, error) {
	return s.listenUDP("udp", local)
}

// DialUDP binds a UDP endpoint that exchanges datagrams with remote only. Local may
// be the zero value.
func (s *Stack) DialUDP(local, remote netip.AddrPort) (*PacketConn, error) {
	return s.dialUDP("udp", local, remote)
}

func (s *Stack) listenUDP(network string, local netip.AddrPort) (*PacketConn, error) {
	c, err := s.newPacketConn(network, func(now engine.Time) (*engine.UDP, error) {
		return s.engine.ListenUDP(now, wildcard(local))
	})
	if err != nil {
		return nil, callError("listen", network, nil, udpAddr(local), err)
	}
	return c, nil
}

func (s *Stack) dialUDP(network string, local, remote netip.AddrPort) (*PacketConn, error) {
	c, err := s.newPacketConn(network, func(now engine.Time) (*engine.UDP, error) {
		return s.engine.DialUDP(now, wildcard(local), s.here(remote))
	})
	if err != nil {
		return nil, callError("dial", network, nil, udpAddr(remote), err)
	}
	return c, nil
}

func (s *Stack) newPacketConn(network string, bind func(engine.Time) (*engine.UDP, error)) (*PacketConn, error) {
	s.mu.Lock()
	defer s.unlock()
	if s.closed {
		return nil, net.ErrClosed
	}
	u, err := bind(s.now())
	if err != nil {
		return nil, err
	}
	c := &PacketConn{stack: s, udp: u, network: network, local: u.LocalAddr(), remote: u.RemoteAddr()}
	c.reading.init(s)
	c.writing.init(s)
	u.Notify = c.notice
	s.enter(c)
	return c, nil
}

func (c *PacketConn) notice(engine.Notice) {
	if !c.news {
		c.news = true
		c.stack.woken = append(c.stack.woken, c)
	}
}

func (c *PacketConn) wake() {
	c.news = false
	c.reading.bell.Broadcast()
}

func (c *PacketConn) shut() {
	c.closed = true
	c.udp.Notify = nil
	c.udp.Close()
	c.reading.end()
	c.writing.end()
}

// ReadDatagram reads one datagram into b and tells all about it. Errors wrap
// net.ErrClosed, os.ErrDeadlineExceeded, or once what ICMP reported to a connected
// endpoint, ECONNREFUSED for one (RFC 1122 4.1.3.3).
func (c *PacketConn) ReadDatagram(b []byte) (int, Datagram, error) {
	c.stack.mu.Lock()
	n, d, err := c.read(b)
	c.stack.unlock()
	if err != nil {
		err = c.fail("read", err)
	}
	return n, d, err
}

func (c *PacketConn) read(b []byte) (int, Datagram, error) {
	for {
		switch err := c.reading.late(); {
		case c.closed:
			return 0, Datagram{}, net.ErrClosed
		case err != nil:
			return 0, Datagram{}, err
		}
		if n, d, ok, err := c.udp.Read(b); ok || err != nil {
			return n, d, err
		}
		c.stack.wait(&c.reading)
	}
}

// Read reads one datagram.
func (c *PacketConn) Read(b []byte) (int, error) {
	n, _, err := c.ReadDatagram(b)
	return n, err
}

// ReadFrom reads one datagram and returns its sender, a *net.UDPAddr.
func (c *PacketConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, d, err := c.ReadDatagram(b)
	if err != nil {
		return n, nil, err
	}
	return n, udpAddr(d.From), nil
}

// ReadFromAddrPort is ReadFrom without allocation.
func (c *PacketConn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, d, err := c.ReadDatagram(b)
	return n, d.From, err
}

// Write sends b as one datagram to the connected peer. Errors wrap EMSGSIZE if b is
// larger than the link carries, EDESTADDRREQ if there is no peer, and once what ICMP
// reported.
func (c *PacketConn) Write(b []byte) (int, error) { return c.WriteToAddrPort(b, netip.AddrPort{}) }

// WriteTo is WriteToAddrPort; addr is a *net.UDPAddr, or prints as one.
func (c *PacketConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	if c.remote.IsValid() {
		return 0, c.fail("write", net.ErrWriteToConnected)
	}
	if a, ok := addr.(*net.UDPAddr); ok && a != nil {
		to := a.AddrPort()
		return c.WriteToAddrPort(b, netip.AddrPortFrom(to.Addr().Unmap(), to.Port()))
	}
	if addr == nil {
		return 0, c.fail("write", syscall.EDESTADDRREQ)
	}
	to, err := resolve("udp", addr.String())
	if err != nil {
		return 0, c.fail("write", err)
	}
	return c.WriteToAddrPort(b, to)
}

// WriteToAddrPort sends b as one datagram. Errors are net.ErrWriteToConnected, those
// of Write, ENETUNREACH and, for a broadcast address, EACCES.
func (c *PacketConn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	c.stack.mu.Lock()
	err := c.write(b, to)
	c.stack.unlock()
	if err != nil {
		return 0, c.fail("write", err)
	}
	return len(b), nil
}

func (c *PacketConn) write(b []byte, to netip.AddrPort) error {
	if c.closed {
		return net.ErrClosed
	}
	if err := c.writing.late(); err != nil {
		return err
	}
	err := c.udp.Write(c.stack.now(), b, c.stack.here(to))
	if err == syscall.EISCONN {
		return net.ErrWriteToConnected
	}
	return err
}

// Close gives the port back; datagrams not read are lost, blocked calls return.
func (c *PacketConn) Close() error {
	return c.call("close", func() {
		delete(c.stack.open, c)
		c.shut()
	})
}

// LocalAddr returns the local socket, a *net.UDPAddr.
func (c *PacketConn) LocalAddr() net.Addr { return udpAddr(c.local) }

// RemoteAddr returns the peer's socket, a *net.UDPAddr; nil if c is not connected.
func (c *PacketConn) RemoteAddr() net.Addr {
	if !c.remote.IsValid() {
		return nil
	}
	return udpAddr(c.remote)
}

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *PacketConn) SetDeadline(t time.Time) error {
	return c.call("set", func() {
		c.reading.setDeadline(t)
		c.writing.setDeadline(t)
	})
}

// SetReadDeadline lets reads fail with os.ErrDeadlineExceeded from t on, also where
// one waits already. The zero time means never.
func (c *PacketConn) SetReadDeadline(t time.Time) error {
	return c.call("set", func() { c.reading.setDeadline(t) })
}

// SetWriteDeadline lets writes fail from t on.
func (c *PacketConn) SetWriteDeadline(t time.Time) error {
	return c.call("set", func() { c.writing.setDeadline(t) })
}

// SetReadBuffer sets how many octets of IP packets may wait to be read; what comes
// beyond is dropped and counted.
func (c *PacketConn) SetReadBuffer(octets int) error {
	return c.call("set", func() { c.udp.SetBuffer(octets) })
}

// SetTTL sets the time to live of datagrams sent from now on (RFC 1122 4.1.4).
func (c *PacketConn) SetTTL(ttl uint8) error {
	return c.call("set", func() { c.udp.SetTTL(ttl) })
}

// SetTOS sets the octet with Diffserv and ECN fields of datagrams sent from now on.
func (c *PacketConn) SetTOS(tos uint8) error {
	return c.call("set", func() { c.udp.SetTOS(tos) })
}

// call runs f under the lock if c is open.
func (c *PacketConn) call(op string, f func()) error {
	c.stack.mu.Lock()
	defer c.stack.unlock()
	if c.closed {
		return c.fail(op, net.ErrClosed)
	}
	f()
	return nil
}

func (c *PacketConn) fail(op string, err error) error {
	return callError(op, c.network, c.LocalAddr(), c.RemoteAddr(), err)
}
