package tun

import (
	"bytes"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// runs makes room for packets of one flow that stand behind each other in a
// batch. The device joins them behind the first, so that the kernel takes one
// segment of up to 64 KiB instead of forty, but only if the first has memory for
// it: its octets are copied to where there is.
type runs struct {
	long [8][]byte // as many at a time as are worth it
	used int
}

// longest is how long the device lets a joined packet become: it keeps the
// headroom free twice.
const longest = 65535 - link.Headroom

// frames appends the frames of a batch, those that begin a run being copied.
func (r *runs) frames(out [][]byte, batch []*link.Packet) [][]byte {
	r.used = 0
	joined := 0 // octets of the current run
	for i, p := range batch {
		if i > 0 && sameFlow(batch[i-1].B, p.B) && joined+len(p.B)-headers(p.B) <= longest {
			joined += len(p.B) - headers(p.B)
			out = append(out, p.Frame())
			continue
		}
		joined = len(p.B)
		begins := i+1 < len(batch) && sameFlow(p.B, batch[i+1].B)
		if begins && r.used < len(r.long) {
			out = append(out, r.copy(p.Frame()))
		} else {
			out = append(out, p.Frame())
		}
	}
	return out
}

// copy moves a frame to memory where more can follow it.
func (r *runs) copy(frame []byte) []byte {
	long := &r.long[r.used]
	r.used++
	if *long == nil {
		*long = make([]byte, link.Headroom+65535)
	}
	return (*long)[:copy(*long, frame)]
}

// Where fields stand in a packet without IP options.
const (
	atProtocol   = 9
	atAddresses  = 12
	atPorts      = 20
	atData       = 24
	atTCPOffset  = 32
	protocolTCP  = 6
	ipv4NoOption = 0x45
)

// sameFlow says whether two packets are of the same protocol between the same
// addresses and ports. It looks at IPv4 only. A wrong answer costs time and
// nothing else: the device finds out for itself what it can join.
func sameFlow(a, b []byte) bool {
	return len(a) >= atData && len(b) >= atData &&
		a[0] == ipv4NoOption && b[0] == ipv4NoOption && a[atProtocol] == b[atProtocol] &&
		bytes.Equal(a[atAddresses:atData], b[atAddresses:atData])
}

// headers is how much of a packet of a flow is not joined: IP and TCP header, or
// IP and UDP header.
func headers(b []byte) int {
	if b[atProtocol] == protocolTCP && len(b) > atTCPOffset {
		return 20 + int(b[atTCPOffset]>>4)*4
	}
	return 20 + 8
}
