package link_test

import (
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// pass sends a batch of packets through a link and takes it out at the far end.
func pass(b testing.TB, near, far link.Link, all []*link.Packet) {
	for i := range all {
		all[i] = link.Get(1500)
	}
	if err := near.Send(all); err != nil {
		b.Fatal(err)
	}
	n, err := far.Recv(all)
	if err != nil || n != len(all) {
		b.Fatal(n, err)
	}
	link.PutAll(all)
}

// BenchmarkPipe is per batch of 32, one goroutine.
func BenchmarkPipe(b *testing.B) {
	near, far := link.Pipe(link.PipeConfig{})
	all := make([]*link.Packet, 32)
	b.ReportAllocs()
	for b.Loop() {
		pass(b, near, far, all)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*32), "ns/packet")
}

// BenchmarkFaults is the same with random faults that never happen.
func BenchmarkFaults(b *testing.B) {
	near, far := link.Pipe(link.PipeConfig{})
	lossy := link.WithFaults(near, link.FaultConfig{Out: link.Faults{Loss: 1e-300}})
	all := make([]*link.Packet, 32)
	b.ReportAllocs()
	for b.Loop() {
		pass(b, lossy, far, all)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*32), "ns/packet")
}

// BenchmarkPipeAcross has a goroutine at each end, and a window of 256 packets.
func BenchmarkPipeAcross(b *testing.B) {
	near, far := link.Pipe(link.PipeConfig{})
	credit := make(chan int, 1024)
	go func() {
		var all [64]*link.Packet
		for {
			n, err := far.Recv(all[:])
			if err != nil {
				return
			}
			link.PutAll(all[:n])
			credit <- n
		}
	}()
	all := make([]*link.Packet, 32)
	outstanding := 0
	b.ReportAllocs()
	for b.Loop() {
		for i := range all {
			all[i] = link.Get(1500)
		}
		if err := near.Send(all); err != nil {
			b.Fatal(err)
		}
		for outstanding += 32; outstanding > 256; {
			outstanding -= <-credit
		}
	}
	far.Close()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*32), "ns/packet")
}

func TestNothingIsAllocatedInSteadyState(t *testing.T) {
	near, far := link.Pipe(link.PipeConfig{})
	random := link.WithFaults(near, link.FaultConfig{Out: link.Faults{Loss: 1e-300, Corrupt: 0.5}})
	watched := link.Tap(random, func(time.Time, link.Direction, []byte) {})
	all := make([]*link.Packet, 32)
	allocs := testing.AllocsPerRun(100, func() { pass(t, watched, far, all) })
	if allocs != 0 && !raceDetector {
		t.Errorf("%v allocations for 32 packets", allocs)
	}
}
