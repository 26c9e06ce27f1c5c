package engine

import (
	"net/netip"
	"syscall"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// UDP is one UDP endpoint: a local port, and a remote one if it is connected.
type UDP struct {
	// Notify, if set, gets Readable, also for an error that waits. It must not call the engine.
	Notify func(Notice)

	e             *Engine
	local, remote socket
	connected     bool
	closed        bool
	ttl, tos      uint8

	queue  []waiting // packets as they came, the oldest at head
	head   int
	octets int // in queue, as costOf counts them
	limit  int
	err    error // what ICMP reported
}

// waiting is a datagram that waits to be read, in the packet that brought it.
type waiting struct {
	Datagram
	packet *link.Packet
	data   []byte
}

// Datagram tells where a datagram came from, and what its IP header said.
type Datagram struct {
	From, To  netip.AddrPort // the sender; the local socket it was sent to
	TTL, TOS  uint8
	Truncated bool // the buffer was too small: the rest is lost
}

// udpBuffer is the default of SetBuffer.
const udpBuffer = 256 << 10

// costOf is what a packet counts for in a bounded queue: even an empty datagram
// takes memory.
func costOf(p *link.Packet) int { return max(len(p.B), 512) }

// ListenUDP binds a UDP endpoint to local; see Listen for its address and port.
func (e *Engine) ListenUDP(now Time, local netip.AddrPort) (*UDP, error) {
	s, ok := socketOf(local)
	if !ok || s.addr != [4]byte{} && !e.isLocal(s.addr) {
		return nil, syscall.EADDRNOTAVAIL
	}
	if s.port == 0 {
		s.port = e.choosePort(flow{local: s.addr}, func(port uint16) bool {
			return e.anyLocal(s.addr, port, func(s socket) bool { return e.udpSockets[s] != nil }) || e.udpConnected(s.addr, port)
		})
		if s.port == 0 {
			return nil, syscall.EADDRNOTAVAIL
		}
	}
	if e.udpSockets[s] != nil {
		return nil, syscall.EADDRINUSE
	}
	u := &UDP{e: e, local: s, ttl: e.cfg.Options.TTL, limit: udpBuffer}
	e.udpSockets[s] = u
	return u, nil
}

// DialUDP binds a UDP endpoint that exchanges datagrams with remote only. The
// zero local address and port are chosen by the engine.
func (e *Engine) DialUDP(now Time, local, remote netip.AddrPort) (*UDP, error) {
	f, err := e.flowTo(local, remote)
	if err != nil {
		return nil, err
	}
	if f.localPort == 0 {
		f.localPort = e.choosePort(f, func(port uint16) bool {
			f.localPort = port
			return e.udpFlows[f] != nil || e.udpFor(f.localSocket()) != nil
		})
		if f.localPort == 0 {
			return nil, syscall.EADDRNOTAVAIL
		}
	}
	if e.udpFlows[f] != nil {
		return nil, syscall.EADDRINUSE
	}
	u := &UDP{
		e: e, local: f.localSocket(), remote: socket{f.remote, f.remotePort}, connected: true,
		ttl: e.cfg.Options.TTL, limit: udpBuffer,
	}
	e.udpFlows[f] = u
	return u, nil
}

// udpConnected tells whether a connected endpoint has a local socket.
func (e *Engine) udpConnected(addr [4]byte, port uint16) bool {
	for f := range e.udpFlows {
		if f.localPort == port && (addr == [4]byte{} || f.local == addr) {
			return true
		}
	}
	return false
}

// udpFor returns the endpoint that is not connected at a local socket.
func (e *Engine) udpFor(s socket) *UDP {
	if u := e.udpSockets[s]; u != nil {
		return u
	}
	return e.udpSockets[socket{port: s.port}]
}

func (u *UDP) flow() flow {
	return flow{u.local.addr, u.remote.addr, u.local.port, u.remote.port}
}

// udpArrives takes in a datagram and tells whether it has kept the packet.
func (e *Engine) udpArrives(now Time, ip *wire.IPv4, p *link.Packet) (kept bool) {
	h, why := wire.ParseUDP(ip.Payload, ip.Pseudo())
	if why != wire.Whole {
		e.drop(now, Drop(why), p)
		return false
	}
	f := flow{ip.Dst, ip.Src, h.DestinationPort, h.SourcePort}
	u := e.udpFlows[f] // exact match first, then the local socket alone
	if u == nil {
		u = e.udpFor(f.localSocket())
	}
	switch {
	case u == nil:
		e.drop(now, UDPPortClosed, p)
		e.portUnreachable(now, ip, p)
		return false
	case u.octets+costOf(p) > u.limit:
		e.drop(now, UDPQueueFull, p)
		return false
	}
	e.counters.DatagramsIn++
	u.octets += costOf(p)
	u.queue = append(u.queue, waiting{
		Datagram: Datagram{From: f.remoteAddrPort(), To: f.localAddrPort(), TTL: ip.TTL, TOS: ip.TOS},
		packet:   p, data: h.Payload,
	})
	u.tell()
	return true
}

func (u *UDP) tell() {
	if u.Notify != nil {
		u.Notify(Readable)
	}
}

// LocalAddr returns the local socket.
func (u *UDP) LocalAddr() netip.AddrPort { return u.local.addrPort() }

// RemoteAddr returns the remote socket, the zero value if u is not connected.
func (u *UDP) RemoteAddr() netip.AddrPort {
	if !u.connected {
		return netip.AddrPort{}
	}
	return u.remote.addrPort()
}

// Read moves the oldest datagram into b; ok is false if there is none: a notice
// Readable will come. A datagram may be empty. The error of a connected endpoint is
// what ICMP reported, syscall.ECONNREFUSED for one, told once.
func (u *UDP) Read(b []byte) (n int, d Datagram, ok bool, err error) {
	if err := u.takeError(); err != nil {
		return 0, d, false, err
	}
	if u.head == len(u.queue) {
		return 0, d, false, nil
	}
	w := u.queue[u.head]
	u.queue[u.head] = waiting{}
	u.head++
	if u.head == len(u.queue) {
		u.queue, u.head = u.queue[:0], 0
	} else if u.head > 64 && u.head > len(u.queue)/2 {
		u.queue = append(u.queue[:0], u.queue[u.head:]...)
		u.head = 0
	}
	u.octets -= costOf(w.packet)
	n = copy(b, w.data)
	w.Truncated = n < len(w.data)
	link.Put(w.packet)
	return n, w.Datagram, true, nil
}

func (u *UDP) takeError() error {
	err := u.err
	u.err = nil
	return err
}

// Write sends b as one datagram, to the connected peer if to is the zero value.
// Errors are syscall.EMSGSIZE (b does not fit the MTU; nothing is sent),
// EDESTADDRREQ, EISCONN, ENETUNREACH, EACCES (to is a broadcast address), and once
// what ICMP reported.
func (u *UDP) Write(now Time, b []byte, to netip.AddrPort) error {
	if err := u.takeError(); err != nil {
		return err
	}
	f, err := u.destination(to)
	if err != nil {
		return err
	}
	const headers = wire.IPv4HeaderLen + wire.UDPHeaderLen
	e := u.e
	if len(b) > e.cfg.MTU-headers {
		return syscall.EMSGSIZE
	}
	p := link.Get(headers + len(b))
	copy(p.B[headers:], b)
	h := wire.UDP{SourcePort: f.localPort, DestinationPort: f.remotePort}
	h.Put(p.B[wire.IPv4HeaderLen:], wire.PseudoIPv4(f.local, f.remote, wire.ProtocolUDP))
	e.counters.DatagramsOut++
	e.transmit(p, f, wire.ProtocolUDP, u.ttl, u.tos)
	e.settle(now)
	return nil
}

// destination returns the sockets of a datagram to be sent.
func (u *UDP) destination(to netip.AddrPort) (flow, error) {
	switch {
	case u.closed:
		return flow{}, syscall.EBADF
	case u.connected && to.IsValid():
		return flow{}, syscall.EISCONN
	case u.connected:
		return u.flow(), nil
	case !to.IsValid():
		return flow{}, syscall.EDESTADDRREQ
	}
	if s, ok := socketOf(to); ok && (u.e.isBroadcast(s.addr) || s.addr == [4]byte{255, 255, 255, 255}) {
		return flow{}, syscall.EACCES
	}
	return u.e.flowTo(u.LocalAddr(), to)
}

// SetBuffer bounds what may wait to be read, counted in octets of IP packets, none
// for less than 512 (256 KiB).
func (u *UDP) SetBuffer(octets int) { u.limit = octets }

// SetTTL sets the time to live of what is sent (64).
func (u *UDP) SetTTL(ttl uint8) { u.ttl = ttl }

// SetTOS sets the Diffserv and ECN field of what is sent (0).
func (u *UDP) SetTOS(tos uint8) { u.tos = tos }

// Close gives the port back; datagrams not read are lost.
func (u *UDP) Close() {
	if u.closed {
		return
	}
	u.closed = true
	if u.connected {
		delete(u.e.udpFlows, u.flow())
	} else {
		delete(u.e.udpSockets, u.local)
	}
	for _, w := range u.queue[u.head:] {
		link.Put(w.packet)
	}
	u.queue, u.head, u.octets = nil, 0, 0
}
