package wire_test

import (
	"fmt"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func BenchmarkSum(b *testing.B) {
	for _, n := range []int{20, 40, 64, 1460, 65515} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := make([]byte, n)
			b.SetBytes(int64(n))
			for b.Loop() {
				wire.Sum(0).Add(p).Checksum()
			}
		})
	}
}

func BenchmarkTCP(b *testing.B) {
	ip := wire.IPv4{Src: here, Dst: there, Protocol: wire.ProtocolTCP, TTL: 64}
	pseudo := ip.Pseudo()
	for _, n := range []int{0, 1448} {
		h := wire.TCP{SourcePort: 1, DestinationPort: 2, CTL: ack, HasTS: true}
		text, p := make([]byte, n), make([]byte, 52+n)
		emit := func() {
			copy(p[52:], text)
			h.Put(p[20:], pseudo)
			ip.Put(p)
		}
		b.Run(fmt.Sprintf("emit/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				emit()
			}
		})
		b.Run(fmt.Sprintf("parse/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got, _ := wire.ParseIPv4(p)
				if _, drop := wire.ParseTCP(got.Payload, pseudo); drop != wire.Whole {
					b.Fatal(drop)
				}
			}
		})
	}
}

func TestNothingIsAllocated(t *testing.T) {
	ip := wire.IPv4{Src: here, Dst: there, Protocol: wire.ProtocolTCP}
	h := wire.TCP{SourcePort: 1, DestinationPort: 2, CTL: syn, HasMSS: true, HasWS: true, HasTS: true, SACKPermitted: true}
	b := make([]byte, 100)
	allocs := testing.AllocsPerRun(100, func() {
		h.Put(b[20:], ip.Pseudo())
		ip.Put(b)
		got, _ := wire.ParseIPv4(b)
		if _, drop := wire.ParseTCP(got.Payload, got.Pseudo()); drop != wire.Whole {
			t.Error(drop)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations for a segment written and read", allocs)
	}
}
