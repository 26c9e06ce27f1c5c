package counterexample

import (
	"net/netip"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// ttl is that of packets made here.
const ttl = 64

// Packet makes an IPv4 packet of a header and its text, complete with checksums.
// The id tells it from all others of a trace.
func Packet(from, to netip.AddrPort, id uint16, h wire.TCP, text []byte) []byte {
	h.SourcePort, h.DestinationPort = from.Port(), to.Port()
	b := make([]byte, wire.IPv4HeaderLen+h.HeaderLen()+len(text))
	copy(b[wire.IPv4HeaderLen+h.HeaderLen():], text)
	ip := wire.IPv4{Src: from.Addr().As4(), Dst: to.Addr().As4(), Protocol: wire.ProtocolTCP, TTL: ttl, ID: id}
	h.Put(b[wire.IPv4HeaderLen:], ip.Pseudo())
	ip.Put(b)
	return b
}
