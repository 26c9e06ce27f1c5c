package engine

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// dropText makes w lose the text segments from A whose numbers are given, counted
// from 0 in the order in which they leave, repetitions included.
func dropText(w *world, numbers ...int) {
	n := -1
	w.mangle = func(from *host, s *seen) []time.Duration {
		if from == w.a && len(s.tcp.Payload) > 0 {
			n++
			for _, lost := range numbers {
				if n == lost {
					return nil
				}
			}
		}
		return []time.Duration{w.delay}
	}
}

// Losses of different shapes, and how they are repaired: without a timeout as long
// as there are three duplicate ACKs (RFC 5681, RFC 6582).
func TestRecovery(t *testing.T) {
	for _, test := range []struct {
		name           string
		lost           []int
		timeouts, fast uint64
		retransmitted  uint64
	}{
		{"nothing", nil, 0, 0, 0},
		{"one segment of the first window", []int{0}, 0, 1, 1},
		{"one segment later", []int{40}, 0, 1, 1},
		{"two segments of a window", []int{40, 43}, 0, 1, 2},
		{"four segments of a window", []int{40, 41, 42, 43}, 0, 1, 4},
		{"two windows", []int{40, 400}, 0, 2, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			a, b := w.connect(Options{})
			dropText(w, test.lost...)
			w.transfer(a, b, noise(1_000_000), 10*time.Second)
			n := w.a.Counters()
			if n.Timeouts != test.timeouts || n.FastRetransmits != test.fast || n.Retransmitted != test.retransmitted {
				t.Errorf("%d timeouts, %d fast, %d segments sent again", n.Timeouts, n.FastRetransmits, n.Retransmitted)
			}
			w.close(a, b)
		})
	}
}

// C4: a segment that a few others overtake is not taken for lost, for that is fewer
// than three duplicate ACKs. The first ACK of them tells of the window that the reader
// has opened meanwhile, and is no duplicate; so four are too many.
func TestReordering(t *testing.T) {
	const apart = time.Microsecond
	for overtakers, resent := range map[time.Duration]bool{1: false, 2: false, 3: false, 4: true} {
		w := newWorld(t)
		a, b := w.connect(Options{AckAtOnce: true})
		var last Time
		n, late := 0, 0
		w.mangle = func(from *host, s *seen) []time.Duration {
			if from != w.a {
				return []time.Duration{w.delay}
			}
			last = max(w.now.Add(w.delay), last.Add(apart))
			d := last.Sub(w.now)
			if n++; n%7 == 0 {
				late++
				d += overtakers*apart + apart/2
			}
			return []time.Duration{d}
		}
		w.transfer(a, b, noise(1_000_000), 10*time.Second)
		if c := w.a.Counters(); c.Retransmitted != 0 != resent || late < 90 {
			t.Errorf("%d of %d segments overtaken by %d: %d sent again, %d timeouts", late, n, overtakers, c.Retransmitted, c.Timeouts)
		}
	}
}

// The last segment has nobody behind it to tell of its loss: the timer repairs it.
// A retransmission that is lost as well waits twice as long.
func TestTailLoss(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	w.transfer(a, b, noise(10), time.Second)
	w.run(time.Second)
	start := w.now
	dropText(w, 0, 1, 2)
	w.transfer(a, b, noise(100), time.Minute)
	var sent []time.Duration
	for _, s := range w.since(0, "A") {
		if len(s.tcp.Payload) == 100 {
			sent = append(sent, s.at.Sub(start))
		}
	}
	if want := []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second}; fmt.Sprint(sent) != fmt.Sprint(want) {
		t.Errorf("sent after %v, want %v", sent, want)
	}
	w.close(a, b)
}

// The timeout stays doubled until there is a measure again: at once with
// timestamps, which tell what was acknowledged, and with new text otherwise (Karn).
func TestBackOffEnds(t *testing.T) {
	for _, timestamps := range []bool{true, false} {
		o := DefaultOptions()
		o.Timestamps = timestamps
		w := newWorld(t)
		a, b := w.connect(o)
		dropText(w, 0, 1, 2)
		w.transfer(a, b, noise(100), time.Minute)
		w.run(time.Second)
		want := 8 * time.Second
		if timestamps {
			want = time.Second
		}
		if s := a.Status(); s.RTO != want {
			t.Errorf("timestamps %v: RTO %v, want %v", timestamps, s.RTO, want)
		}
		w.transfer(a, b, noise(100), time.Minute)
		w.run(time.Second)
		if s := a.Status(); s.RTO != time.Second {
			t.Errorf("timestamps %v: RTO %v after new text", timestamps, s.RTO)
		}
	}
}

// The first two duplicate ACKs let one new segment go each (RFC 3042), so that a
// window of three segments is repaired without a timeout.
func TestLimitedTransmit(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Settings.InitialWindow = 3 })
	a, b := w.connect(Options{})
	dropText(w, 0)
	start := w.now
	w.transfer(a, b, noise(10*1448), time.Minute)
	if n := w.a.Counters(); n.Timeouts != 0 || n.FastRetransmits != 1 || w.now.Sub(start) > 200*time.Millisecond {
		t.Errorf("%d timeouts, %d fast retransmits, %v", n.Timeouts, n.FastRetransmits, w.now.Sub(start))
	}
}

// After a timeout everything outstanding is sent again in slow start, without
// waiting for further timeouts, and SND.NXT stays where it was (D-02).
func TestRecoveryAfterTimeout(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	w.transfer(a, b, noise(500_000), 10*time.Second)
	first := true
	window := 0
	w.mangle = func(from *host, s *seen) []time.Duration {
		if from == w.a && len(s.tcp.Payload) > 0 && first {
			window++
			return nil // the whole window
		}
		return []time.Duration{w.delay}
	}
	go100 := w.now.Add(100 * time.Millisecond)
	a.Write(w.now, noise(200_000))
	w.collect()
	w.run(go100.Sub(w.now))
	first = false
	nxt := a.tcb.SND.NXT
	w.runUntil("repaired", 20*time.Second, func() bool {
		if a.tcb.SND.NXT.Less(nxt) {
			t.Fatal("SND.NXT went back")
		}
		drain(w.now, b)
		w.collect()
		return a.out.Len() == 0
	})
	n := w.a.Counters()
	if n.Timeouts != 1 || n.Retransmitted != uint64(window) {
		t.Errorf("%d timeouts, %d segments sent again of %d lost", n.Timeouts, n.Retransmitted, window)
	}
	w.close(a, b)
}

// Without any answer text is sent again, ever more rarely, and given up after R2
// (TO-RTX-1 to 3; MUST-20). One reset is tried.
func TestGiveUp(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	w.transfer(a, b, noise(10), time.Second)
	w.run(time.Second)
	w.mangle = func(*host, *seen) []time.Duration { return nil }
	start, logged := w.now, len(w.log)
	a.Write(w.now, noise(10))
	w.run(time.Hour)
	want := []int{0}
	for at, step := 1, 2; at < 900; at, step = at+step, min(2*step, 60) {
		want = append(want, at)
	}
	sent := w.since(logged, "A")
	last := sent[len(sent)-1]
	if last.flags() != tcp.RST || last.at.Sub(start) != 15*time.Minute {
		t.Errorf("the end: %v", last)
	}
	sent = sent[:len(sent)-1]
	if len(sent) != len(want) {
		w.dump(logged)
		t.Fatalf("sent %d times, want %d", len(sent), len(want))
	}
	for i, s := range sent {
		if got := s.at.Sub(start); got != time.Duration(want[i])*time.Second {
			t.Errorf("transmission %d after %v, want %ds", i, got, want[i])
		}
	}
	if a.Err() != syscall.ETIMEDOUT || w.a.Usage() != (Usage{}) {
		t.Errorf("%v, %+v", a.Err(), w.a.Usage())
	}
}

// The user timeout comes before R2 if it is shorter (RFC 9293 3.9.1).
func TestUserTimeout(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{})
	a.SetUserTimeout(w.now, 10*time.Second)
	w.mangle = func(*host, *seen) []time.Duration { return nil }
	a.Write(w.now, noise(10))
	w.run(10*time.Second - 1)
	if a.Err() != nil {
		t.Fatal("too early")
	}
	w.run(1)
	if a.Err() != syscall.ETIMEDOUT {
		t.Errorf("%v", a.Err())
	}
}

// R1: whatever the network does short of losing everything, the octets read are
// those written. Loss, duplication, reordering and corruption, both ways.
func TestHostileNetwork(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		for _, o := range []Options{DefaultOptions(), {SendBuffer: 20_000, ReceiveBuffer: 9_000}} {
			w := newWorld(t)
			r := rand.New(rand.NewPCG(seed, 1))
			w.mangle = func(from *host, s *seen) (delays []time.Duration) {
				for range 1 + r.IntN(10)/9 {
					d := w.delay
					if r.IntN(10) == 0 {
						d += time.Duration(r.IntN(30)) * time.Millisecond
					}
					if r.IntN(100) >= 4 {
						delays = append(delays, d)
					}
				}
				return delays
			}
			w.corrupt(r)
			a, b := w.connect(o)
			w.transfer(a, b, noise(100_000), 20*time.Minute)
			w.transfer(b, a, noise(100_000), 20*time.Minute)
			a.Close(w.now)
			b.Close(w.now)
			w.run(time.Hour)
			for _, h := range []*host{w.a, w.b} {
				if u := h.Usage(); u != (Usage{}) {
					t.Errorf("seed %d: %s still holds %+v", seed, h.name, u)
				}
			}
		}
	}
}

// corrupt changes one bit of every fiftieth packet on its way.
func (w *world) corrupt(r *rand.Rand) {
	mangle := w.mangle
	w.mangle = func(from *host, s *seen) []time.Duration {
		if r.IntN(50) == 0 {
			p := w.copyOf(s)
			p.B[r.IntN(len(p.B))] ^= 1 << r.IntN(8)
			w.arriveLater(&flight{w.now.Add(w.delay), w.other(from), p})
			return nil
		}
		return mangle(from, s)
	}
}
