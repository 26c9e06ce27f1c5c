package tun

import (
	"bytes"
	"slices"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// ofFlow makes a packet with so many octets of text to one of several ports.
func ofFlow(port uint16, text int) *link.Packet {
	p := link.Get(40 + text)
	h := wire.TCP{SourcePort: 1, DestinationPort: port}
	ip := wire.IPv4{Protocol: wire.ProtocolTCP}
	h.Put(p.B[20:], ip.Pseudo())
	ip.Put(p.B)
	return p
}

// Which packets of a batch get memory for others behind them.
func TestRuns(t *testing.T) {
	many := func(n int, port uint16) (all []*link.Packet) {
		for range n {
			all = append(all, ofFlow(port, 1460))
		}
		return all
	}
	var flows []*link.Packet
	for port := range 10 {
		flows = append(flows, many(2, uint16(port+1))...)
	}
	cases := []struct {
		name  string
		batch []*link.Packet
		want  []int // the packets that begin a run
	}{
		{"one", many(1, 1), nil},
		{"two", many(2, 1), []int{0}},
		{"two flows", append(many(3, 1), many(2, 2)...), []int{0, 3}},
		{"alone among others", append(append(many(2, 1), many(1, 2)...), many(2, 1)...), []int{0, 3}},
		{"44 segments of 1460 fill a run", many(100, 1), []int{0, 44, 88}},
		{"as many flows as are worth it", flows, []int{0, 2, 4, 6, 8, 10, 12, 14}},
		{"not packets", []*link.Packet{link.Get(0), link.Get(0), link.Get(20), link.Get(20)}, nil},
	}
	var r runs
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []int
			for i, frame := range r.frames(nil, c.batch) {
				if cap(frame) > 60000 {
					got = append(got, i)
				}
				if !bytes.Equal(frame[link.Headroom:], c.batch[i].B) {
					t.Errorf("packet %d was changed", i)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("runs begin at %v, want %v", got, c.want)
			}
		})
	}
}
