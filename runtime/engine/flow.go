package engine

import (
	"encoding/binary"
	"net/netip"
)

// socket is an address and a port. The zero address is the wildcard.
type socket struct {
	addr [4]byte
	port uint16
}

// flow names one connection: its two sockets. It is the key of the demultiplexer.
type flow struct {
	local, remote         [4]byte
	localPort, remotePort uint16
}

func (f flow) localSocket() socket { return socket{f.local, f.localPort} }

// words packs f for a hash.
func (f flow) words() (addresses, ports uint64) {
	addresses = uint64(binary.BigEndian.Uint32(f.local[:]))<<32 | uint64(binary.BigEndian.Uint32(f.remote[:]))
	return addresses, uint64(f.localPort)<<16 | uint64(f.remotePort)
}

func (f flow) localAddrPort() netip.AddrPort { return socket{f.local, f.localPort}.addrPort() }

func (f flow) remoteAddrPort() netip.AddrPort { return socket{f.remote, f.remotePort}.addrPort() }

func (s socket) addrPort() netip.AddrPort { return netip.AddrPortFrom(netip.AddrFrom4(s.addr), s.port) }

// socketOf turns an address of the caller's into ours; false if it is not IPv4.
// The zero Addr is the wildcard.
func socketOf(a netip.AddrPort) (socket, bool) {
	addr := a.Addr().Unmap()
	if !addr.IsValid() {
		return socket{port: a.Port()}, true
	}
	if !addr.Is4() {
		return socket{}, false
	}
	return socket{addr.As4(), a.Port()}, true
}
