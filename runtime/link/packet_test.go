package link_test

import (
	"bytes"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

func TestPacketsOfEveryLength(t *testing.T) {
	for _, n := range []int{0, 1, 1500, 2032, 2033, 9000, 16368, 16369, 65535} {
		p := link.Get(n)
		if len(p.B) != n {
			t.Errorf("a packet of %d octets has %d", n, len(p.B))
		}
		for i := range p.B {
			p.B[i] = byte(i)
		}
		frame := p.Frame()
		if len(frame) != link.Headroom+n || !bytes.Equal(frame[link.Headroom:], p.B) {
			t.Errorf("the frame of %d octets has %d", n, len(frame))
		}
		link.Put(p)
	}
}

// A packet whose octets are not where Get has placed them is moved.
func TestFrameFollowsThePacket(t *testing.T) {
	p := link.Copy([]byte("0123456789"))
	p.B = p.B[3:]
	if got := string(p.Frame()[link.Headroom:]); got != "3456789" || string(p.B) != got {
		t.Errorf("the frame is %q, the packet %q", got, p.B)
	}
	p.B = bytes.Repeat([]byte("elsewhere "), 1000)
	if got := p.Frame()[link.Headroom:]; !bytes.Equal(got, p.B) || len(got) != 10000 {
		t.Errorf("the frame has %d octets", len(got))
	}
	own := &link.Packet{B: []byte("made by hand")}
	if got := string(own.Frame()[link.Headroom:]); got != "made by hand" {
		t.Errorf("the frame is %q", got)
	}
	link.Put(own)
	link.Put(p)
}
