package engine

import "net/netip"

// UDP is one UDP endpoint: a local port, and a remote one if it is connected.
type UDP struct {
	// Notify, if set, gets Readable, also for an error that waits. It must not call the engine.
	Notify func(Notice)
}

// Datagram tells where a datagram came from, and what its IP header said.
type Datagram struct {
	From, To  netip.AddrPort // the sender; the local socket it was sent to (UDP-32)
	TTL, TOS  uint8
	Truncated bool // the buffer was too small: the rest is lost (UDP-44)
}

// LocalAddr returns the local socket.
func (u *UDP) LocalAddr() netip.AddrPort { return netip.AddrPort{} }

// RemoteAddr returns the remote socket, the zero value if u is not connected.
func (u *UDP) RemoteAddr() netip.AddrPort { return netip.AddrPort{} }

// Read moves the oldest datagram into b; ok is false if there is none: a notice
// Readable will come. A datagram may be empty. The error of a connected endpoint is
// what ICMP reported, syscall.ECONNREFUSED for one, told once (UDP-26).
func (u *UDP) Read(b []byte) (n int, d Datagram, ok bool, err error) { return 0, d, false, nil }

// Write sends b as one datagram, to the connected peer if to is the zero value.
// Errors are syscall.EMSGSIZE (b does not fit the MTU; nothing is sent),
// EDESTADDRREQ, EISCONN, ENETUNREACH, EACCES (to is a broadcast address), and once
// what ICMP reported.
func (u *UDP) Write(now Time, b []byte, to netip.AddrPort) error { return nil }

// SetBuffer bounds what may wait to be read, counted in octets of IP packets (256 KiB).
func (u *UDP) SetBuffer(octets int) {}

// SetTTL sets the time to live of what is sent (64; UDP-38).
func (u *UDP) SetTTL(ttl uint8) {}

// SetTOS sets the Diffserv and ECN field of what is sent (0; UDP-38, UDP-58).
func (u *UDP) SetTOS(tos uint8) {}

// Close gives the port back; datagrams not read are lost.
func (u *UDP) Close() {}
