package tun

import (
	"bytes"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// runs makes room for the packets of one flow that stand behind each other in a
// batch. The device joins them behind the first, so that the kernel gets one
// segment of up to 64 KiB instead of forty, if there is room behind the first:
// its octets are copied to where there is.
type runs struct {
	long [8][]byte // as many flows as are worth it
}

// frames appends the frames of a batch, those that begin a run being copied.
func (r *runs) frames(out [][]byte, batch []*link.Packet) [][]byte {
	used := 0
	for i, p := range batch {
		frame := p.Frame()
		begins := i+1 < len(batch) && sameFlow(p.B, batch[i+1].B) &&
			(i == 0 || !sameFlow(batch[i-1].B, p.B))
		if begins && used < len(r.long) {
			frame = r.copy(used, frame)
			used++
		}
		out = append(out, frame)
	}
	return out
}

func (r *runs) copy(i int, frame []byte) []byte {
	if r.long[i] == nil {
		r.long[i] = make([]byte, link.Headroom+65535)
	}
	return r.long[i][:copy(r.long[i], frame)]
}

// sameFlow says whether two packets are of the same protocol between the same
// addresses and ports, if they are IPv4 without options. A wrong answer costs
// time and nothing else: the device looks for itself.
func sameFlow(a, b []byte) bool {
	const protocol, addresses, ports, end = 9, 12, 20, 24
	return len(a) >= end && len(b) >= end &&
		a[0] == 4<<4|ports/4 && a[0] == b[0] && a[protocol] == b[protocol] &&
		bytes.Equal(a[addresses:end], b[addresses:end])
}
