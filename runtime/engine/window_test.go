package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// fill writes to a until neither the peer's buffer nor ours takes more.
func fill(w *world, a *Conn) {
	for {
		n, err := a.Write(w.now, noise(10_000))
		if err != nil {
			w.t.Fatal(err)
		}
		w.run(300 * time.Millisecond)
		if n == 0 {
			return
		}
	}
}

// A closed window is probed after one RTO, then ever more rarely up to once a
// minute, for as long as the peer answers (SHLD-29, SHLD-30, MUST-37).
func TestZeroWindow(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{SendBuffer: 30_000, ReceiveBuffer: 10_000})
	fill(w, a)
	if a.tcb.SND.WND != 0 {
		t.Fatalf("the window is %d", a.tcb.SND.WND)
	}
	w.run(3 * time.Hour)
	if a.State() != tcp.Established {
		t.Fatalf("%v %v", a.State(), a.Err())
	}
	probes := w.since(0, "A")
	last := probes[len(probes)-1]
	if gap := last.at.Sub(probes[len(probes)-2].at); len(last.tcp.Payload) != 1 || gap != time.Minute {
		t.Errorf("probes with %d octets every %v", len(last.tcp.Payload), gap)
	}
	got, err := drain(w.now, b)
	if len(got) != 10_000 || err != nil {
		t.Fatalf("%d octets, %v", len(got), err)
	}
	// The window update is sent at once, and everything goes on at once.
	w.run(100 * time.Millisecond)
	if got, _ = drain(w.now, b); len(got) < 8_000 {
		t.Errorf("only %d octets have come 100 ms after the window opened", len(got))
	}
	a.Write(w.now, noise(10_000))
	w.run(w.delay)
	w.mangle = func(*host, *seen) []time.Duration { return nil }
	logged := len(w.log)
	w.run(1100 * time.Millisecond)
	if sent := w.since(logged, "A"); len(sent) == 0 || len(sent[0].tcp.Payload) <= 1 {
		t.Errorf("the timeout is still that of the probes: %v", a.Status())
	}
	w.mangle = nil
	if cwnd, n := a.reno.Window(), w.a.Counters(); cwnd != 1460 || n.Timeouts != 1 {
		t.Errorf("probing was taken for congestion: cwnd %d, %d timeouts", cwnd, n.Timeouts)
	}
}

// The intervals of the first probes.
func TestProbeIntervals(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{SendBuffer: 30_000, ReceiveBuffer: 10_000})
	fill(w, a)
	w.run(5 * time.Minute)
	var gaps []time.Duration
	var before Time
	for _, s := range w.since(0, "A") {
		if len(s.tcp.Payload) == 1 {
			if before != 0 {
				gaps = append(gaps, s.at.Sub(before).Round(time.Second))
			}
			before = s.at
		}
	}
	if want := "[2s 4s 8s 16s 32s 1m0s 1m0s"; fmt.Sprint(gaps)[:len(want)] != want {
		t.Errorf("%v", gaps)
	}
}

// Those of a peer who takes the octet of each probe, and keeps his window closed: what he
// takes opens no window, so they grow likewise (SHLD-30).
func TestProbeIntervalsOfTakenOctets(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{SendBuffer: 30_000, ReceiveBuffer: 10_000})
	fill(w, a)
	w.mangle = func(*host, *seen) []time.Duration { return nil } // from here on the test is the peer
	var gaps []time.Duration
	before, logged := Time(0), len(w.log)
	for range 9 {
		w.runUntil("the next probe", 2*time.Minute, func() bool { return len(w.since(logged, "A")) > 0 })
		probe := w.since(logged, "A")[0]
		if len(probe.tcp.Payload) != 1 {
			t.Fatalf("no probe: %v", probe)
		}
		if before != 0 {
			gaps = append(gaps, probe.at.Sub(before).Round(time.Second))
		}
		before, logged = probe.at, len(w.log)
		h := wireACK(a)
		h.ACK++
		w.inject(a, h, nil)
	}
	if want := "[4s 8s 16s 32s 1m0s 1m0s 1m0s 1m0s]"; fmt.Sprint(gaps) != want { // the first probe went while the buffers were filled
		t.Errorf("%v, want %s", gaps, want)
	}
}

// A peer whose window stays closed does not keep what the user has left behind for
// ever.
func TestOrphanBehindClosedWindow(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{SendBuffer: 30_000, ReceiveBuffer: 10_000})
	fill(w, a)
	w.run(time.Hour)
	a.Close(w.now)
	w.run(14 * time.Minute)
	if a.State() != tcp.FinWait1 {
		t.Fatalf("%v", a.State())
	}
	w.run(2 * time.Minute)
	if a.State() != tcp.Closed || w.a.Usage() != (Usage{}) {
		t.Errorf("%v, %+v", a.State(), w.a.Usage())
	}
}

// When the update that opens the window is lost, the next probe finds it open
// (MUST-36; bugs 29, 45).
func TestLostWindowUpdate(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{SendBuffer: 30_000, ReceiveBuffer: 10_000})
	fill(w, a)
	w.run(10 * time.Second)
	lost := 0
	w.mangle = func(from *host, s *seen) []time.Duration {
		if from == w.b && s.tcp.WND > 0 && lost == 0 {
			lost++
			return nil
		}
		return []time.Duration{w.delay}
	}
	drain(w.now, b)
	w.run(20 * time.Second)
	if got, _ := drain(w.now, b); lost != 1 || len(got) == 0 {
		t.Errorf("%d updates lost, %d octets came", lost, len(got))
	}
}

// A reader that takes little at a time does not make the sender send little
// segments (MUST-38, MUST-39).
func TestSillyWindow(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{SendBuffer: 200_000, ReceiveBuffer: 10_000})
	fill(w, a)
	logged := len(w.log)
	for range 2000 {
		b.Read(w.now, make([]byte, 10))
		w.run(time.Millisecond)
	}
	small := 0
	for _, s := range w.since(logged, "A") {
		if n := len(s.tcp.Payload); n > 1 && n < 1448 {
			small++
		}
	}
	if small > 0 {
		w.dump(logged)
		t.Errorf("%d small segments", small)
	}
}

// What a small segment may wait for ends after 200 ms (RFC 9293 3.8.6.2.1): here the
// window is less than the text, less than a segment, and less than half of what it was.
func TestSWSOverride(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{SendBuffer: 30_000, ReceiveBuffer: 10_000})
	a.Write(w.now, noise(9_500))
	w.run(time.Second)
	start, logged := w.now, len(w.log)
	a.Write(w.now, noise(1_000))
	w.run(190 * time.Millisecond)
	if n := len(w.since(logged, "A")); n != 0 {
		t.Fatalf("%d segments before the override", n)
	}
	w.run(20 * time.Millisecond)
	sent := w.since(logged, "A")
	if len(sent) != 1 || sent[0].at.Sub(start) != 200*time.Millisecond || len(sent[0].tcp.Payload) < 490 {
		t.Errorf("%v", sent)
	}
	if got, _ := drain(w.now, b); len(got) == 0 {
		t.Error("nothing to read")
	}
}

// Nagle's algorithm sends small text when nothing is outstanding, and gathers it
// while something is (SHLD-7); off, everything goes at once (MUST-17).
func TestNagle(t *testing.T) {
	for _, noDelay := range []bool{false, true} {
		w := newWorld(t)
		a, b := w.connect(Options{NoDelay: noDelay})
		logged := len(w.log)
		for range 5 {
			a.Write(w.now, []byte("key"))
			w.collect()
		}
		want := 1
		if noDelay {
			want = 5
		}
		if sent := w.since(logged, "A"); len(sent) != want {
			t.Errorf("no delay %v: %d segments", noDelay, len(sent))
		}
		w.run(time.Second)
		if got, _ := drain(w.now, b); len(got) != 15 {
			t.Errorf("%d octets", len(got))
		}
	}
}

// An acknowledgment waits 40 ms for company; every second full segment is
// acknowledged at once (MUST-40, SHLD-19).
func TestDelayedACK(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	_ = b
	logged, start := len(w.log), w.now
	a.Write(w.now, noise(100))
	w.run(time.Second)
	acks := w.since(logged, "B")
	if len(acks) != 1 || acks[0].at.Sub(start) != w.delay+40*time.Millisecond {
		t.Fatalf("%v", acks)
	}
	logged, start = len(w.log), w.now
	a.Write(w.now, noise(2*1448))
	w.run(time.Second)
	acks = w.since(logged, "B")
	if len(acks) != 1 || acks[0].at.Sub(start) != w.delay {
		t.Errorf("%v", acks)
	}
}

// An answer carries the acknowledgment: none goes by itself.
func TestPiggyback(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	logged := len(w.log)
	a.Write(w.now, noise(3*1448))
	w.run(w.delay - 1)
	w.now = w.now.Add(1)
	w.collect()
	for len(w.wire) > 0 {
		f := w.wire[0]
		w.wire = w.wire[1:]
		f.to.Packet(w.now, f.p)
	}
	b.Write(w.now, []byte("answer"))
	w.collect()
	if sent := w.since(logged, "B"); len(sent) != 1 || len(sent[0].tcp.Payload) == 0 ||
		tcp.Seq(sent[0].tcp.ACK) != b.tcb.RCV.NXT {
		t.Errorf("%v", sent)
	}
}

// Text out of order is acknowledged with one duplicate for each segment (RFC 5681,
// 4.2), even in a batch.
func TestDuplicatesAreNotMerged(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{})
	dropText(w, 2)
	logged := len(w.log)
	a.Write(w.now, noise(8*1448))
	w.run(w.delay)
	counts := map[uint32]int{}
	for _, s := range w.since(logged, "B") {
		counts[s.tcp.ACK]++
	}
	if n := counts[uint32(a.tcb.SND.UNA.Add(2*1448))]; n != 1+5 {
		t.Errorf("%d acknowledgments: %v", n, counts)
	}
}

// Urgent data is announced, and over when it has been read (MUST-30 to MUST-32, MUST-62).
func TestUrgent(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	var notices Notice
	b.Notify = func(n Notice) { notices |= n }
	a.Write(w.now, []byte("calm "))
	a.WriteUrgent(w.now, []byte("urgent"))
	w.run(time.Second)
	if !b.InUrgentMode() || !notices.Has(Urgent|Readable) {
		t.Fatalf("%v, %v", b.InUrgentMode(), notices)
	}
	if got, _ := drain(w.now, b); string(got) != "calm urgent" || b.InUrgentMode() {
		t.Errorf("%q, %v", got, b.InUrgentMode())
	}
}

// Keep-alives: idle for long enough the peer is probed, and given up when it does
// not answer (MUST-24 to MUST-29).
func TestKeepAlive(t *testing.T) {
	w := newWorld(t)
	o := DefaultOptions()
	o.KeepAlive = true
	a, b := w.connect(o)
	b.SetKeepAlive(w.now, false, 0, 0, 0)
	w.run(24 * time.Hour)
	if a.State() != tcp.Established {
		t.Fatalf("%v", a.Err())
	}
	probes := w.since(3, "A")
	if len(probes) != 11 || tcp.Seq(probes[0].tcp.SEQ) != a.tcb.SND.NXT-1 || len(probes[0].tcp.Payload) != 0 {
		t.Errorf("%d probes, %v", len(probes), probes)
	}
	w.mangle = func(*host, *seen) []time.Duration { return nil }
	w.run(2*time.Hour + 9*75*time.Second + time.Second)
	if a.Err() == nil {
		t.Errorf("%v after nine probes without answer", a.State())
	}
}
