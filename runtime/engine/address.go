package engine

import (
	"net/netip"
	"slices"
	"syscall"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// isLocal tells whether a is one of our addresses, or a loopback address.
func (e *Engine) isLocal(a [4]byte) bool { return a[0] == 127 || slices.Contains(e.addrs, a) }

// isBroadcast tells whether a is the directed broadcast address of one of our networks.
func (e *Engine) isBroadcast(a [4]byte) bool { return slices.Contains(e.broadcasts, a) }

// lastAddr returns the highest address of a network.
func lastAddr(p netip.Prefix) [4]byte {
	a := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 0x80 >> (bit % 8)
	}
	return a
}

// flowTo names a connection from local, of which anything may be open, to remote.
func (e *Engine) flowTo(local, remote netip.AddrPort) (flow, error) {
	to, ok := socketOf(remote)
	// "A TCP implementation MUST reject as an error a local OPEN call for an invalid
	// remote IP address (e.g., a broadcast or multicast address)." (MUST-46)
	if !ok || to.port == 0 || !wire.SingleHost(to.addr) || e.isBroadcast(to.addr) {
		return flow{}, syscall.ENETUNREACH
	}
	from, ok := socketOf(local)
	if from.addr == [4]byte{} {
		from.addr = e.sourceFor(to.addr)
	}
	if !ok || !e.isLocal(from.addr) {
		return flow{}, syscall.EADDRNOTAVAIL
	}
	// What has a loopback address at one end has one of ours at the other.
	if from.addr[0] == 127 && !e.isLocal(to.addr) {
		return flow{}, syscall.ENETUNREACH
	}
	return flow{from.addr, to.addr, from.port, to.port}, nil
}

// anyLocal tells whether one of the sockets that share a local port with this one is
// in use: those of the same address, which for the zero address is each of ours.
func (e *Engine) anyLocal(addr [4]byte, port uint16, inUse func(socket) bool) bool {
	if inUse(socket{addr, port}) || inUse(socket{port: port}) {
		return true
	}
	return addr == [4]byte{} && slices.ContainsFunc(e.addrs, func(a [4]byte) bool { return inUse(socket{a, port}) })
}

// sourceFor chooses the local address for a destination (MUST-44): itself if it is
// ours, else our address in the same network, else the first.
func (e *Engine) sourceFor(to [4]byte) [4]byte {
	if e.isLocal(to) {
		return to
	}
	for i, p := range e.cfg.Addrs {
		if p.Contains(netip.AddrFrom4(to)) {
			return e.addrs[i]
		}
	}
	return e.addrs[0]
}
