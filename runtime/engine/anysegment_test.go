package engine

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// inState brings A's end of a connection into a state.
func inState(t *testing.T, s tcp.State) (w *world, a *Conn) {
	w = newWorld(t)
	o := Options{WindowScale: true, SendBuffer: 20_000, ReceiveBuffer: 20_000}
	if s == tcp.SynSent {
		return w, w.dial(o)
	}
	if s == tcp.SynReceived {
		w.b.Dial(w.now, at(w.a, 1000), Options{Local: at(w.b, 2000)})
		a, _ = w.a.Dial(w.now, at(w.b, 2000), Options{Local: at(w.a, 1000)})
		w.runUntil("half open", time.Second, func() bool { return a.State() == s })
		return w, a
	}
	a, b := w.connect(o)
	a.Write(w.now, noise(5_000))
	peerCloses := s == tcp.CloseWait || s == tcp.LastAck
	if peerCloses {
		b.CloseWrite(w.now)
		w.run(100 * time.Millisecond)
	}
	switch s {
	case tcp.Closing, tcp.TimeWait:
		b.CloseWrite(w.now)
		a.CloseWrite(w.now)
	case tcp.FinWait1, tcp.FinWait2, tcp.LastAck:
		a.CloseWrite(w.now)
	}
	if a.State() != s {
		w.runUntil(s.String(), time.Second, func() bool { return a.State() == s })
	}
	return w, a
}

// R5, R7: no segment, in no state, with whatever flags and numbers, breaks the
// engine or an invariant, or starts an exchange that never ends.
func TestAnySegment(t *testing.T) {
	for s := tcp.SynSent; s <= tcp.TimeWait; s++ {
		t.Run(s.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(s), 6))
			for flags := range 256 {
				w, a := inState(t, s)
				if a.State() != s {
					t.Fatalf("%v", a.State())
				}
				for range 4 {
					h := wireACK(a)
					h.CTL = uint8(flags)
					h.SEQ += near(r)
					h.ACK += near(r)
					h.UP = uint16(r.Uint32())
					h.WND >>= r.IntN(17)
					h.HasTS, h.TSval = r.IntN(4) == 0, r.Uint32()
					w.inject(a, h, noise(r.IntN(3)*r.IntN(1400)))
					w.check()
				}
				w.run(100 * time.Millisecond)
				if len(w.log) > 200 {
					t.Fatalf("%d packets", len(w.log))
				}
			}
		})
	}
}

// near returns a small offset, or none, or now and then any.
func near(r *rand.Rand) uint32 {
	switch r.IntN(8) {
	case 0, 1, 2:
		return 0
	case 3:
		return r.Uint32()
	}
	return uint32(r.IntN(3000) - 1500)
}

// FuzzPacket gives the engine arbitrary packets.
func FuzzPacket(f *testing.F) {
	w := newWorld(&testing.T{})
	w.dial(Options{})
	w.collect()
	f.Add(w.log[0].raw)
	f.Fuzz(func(t *testing.T, packet []byte) {
		w, a := inState(t, tcp.Established)
		if len(packet) > 65535 {
			return
		}
		w.raw(a, packet)
		w.run(time.Second)
	})
}
