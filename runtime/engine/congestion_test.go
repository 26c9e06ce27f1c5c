package engine

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// RFC 6928, section 2, and RFC 5681, 3.1.
func TestInitialWindow(t *testing.T) {
	for _, test := range []struct {
		mss     uint32
		lostSYN bool
		want    uint32
	}{
		{1460, false, 14600}, {536, false, 5360}, {1448, false, 14480},
		{8948, false, 17896}, {1460, true, 1460},
	} {
		if got := initialWindow(test.mss, 10, test.lostSYN); got != test.want {
			t.Errorf("MSS %d, lost SYN %v: %d, want %d", test.mss, test.lostSYN, got, test.want)
		}
	}
}

// The phases of RFC 5681 in numbers, with segments of 1000 octets.
func TestReno(t *testing.T) {
	var r reno
	r.Begin(1000, 10_000)
	r.Acknowledged(1000, 10_000)
	if r.Window() != 11_000 {
		t.Errorf("slow start: %d", r.Window())
	}
	r.Acknowledged(500, 11_000)
	if r.Window() != 11_500 {
		t.Errorf("less than a segment: %d", r.Window())
	}
	r.Acknowledged(1000, 5_000)
	if r.Window() != 11_500 {
		t.Errorf("a window that is not used has grown: %d", r.Window())
	}
	r.Lost(11_000)
	if r.Window() != 5_500 || r.Threshold() != 5_500 {
		t.Errorf("loss: %d %d", r.Window(), r.Threshold())
	}
	for range 6 {
		r.Acknowledged(1000, 5_500)
	}
	if r.Window() != 6_500 {
		t.Errorf("congestion avoidance: %d after a window of octets", r.Window())
	}
	r.Acknowledged(30_000, 30_000)
	for range 3 {
		r.Acknowledged(1000, 7_500)
	}
	if r.Window() != 7_500 {
		t.Errorf("congestion avoidance: %d after several windows acknowledged at once", r.Window())
	}
	r.TimedOut(6_000, false)
	r.TimedOut(1_000, true)
	if r.Window() != 1000 || r.Threshold() != 3_000 {
		t.Errorf("timeout: %d %d", r.Window(), r.Threshold())
	}
	r.TimedOut(1_000, false)
	if r.Threshold() != 2_000 {
		t.Errorf("threshold below two segments: %d", r.Threshold())
	}
	r.Begin(1000, 50_000)
	r.Idle(10_000)
	if r.Window() != 10_000 {
		t.Errorf("idle: %d", r.Window())
	}
}

// However much is acknowledged, cwnd stops where half of all numbers are: it neither wraps
// around nor goes back (C1). No run is long enough to come there.
func TestWindowHasABound(t *testing.T) {
	const most = math.MaxUint32 >> 1
	for _, test := range []struct {
		name       string
		cwnd, ssth uint32
		n          uint32
	}{
		{"slow start, a segment away", most - 500, math.MaxUint32, 1000},
		{"slow start, a batch of everything", most - 500, math.MaxUint32, math.MaxUint32},
		{"slow start, there", most, math.MaxUint32, 1000},
		{"congestion avoidance", most - 500, 2000, most},
	} {
		r := reno{cwnd: test.cwnd, ssthresh: test.ssth, mss: 1000}
		r.Acknowledged(test.n, test.cwnd)
		if r.Window() != most {
			t.Errorf("%s: cwnd went from %d to %d, want %d", test.name, test.cwnd, r.Window(), uint32(most))
		}
	}
	for _, cwnd := range []uint32{most + 1, math.MaxUint32} { // what is beyond it stays
		r := reno{cwnd: cwnd, ssthresh: math.MaxUint32, mss: 1000}
		if r.grow(1000); r.Window() != cwnd {
			t.Errorf("cwnd went from %d to %d", cwnd, r.Window())
		}
	}
}

// Whatever acknowledgments come: at least one segment (C1), no reduction by an
// acknowledgment outside of recovery (C2), one reduction of the threshold for each
// window of loss (C3), and never more in flight than the window (CC-7) but for
// limited transmit.
func TestRecoveryProperties(t *testing.T) {
	const mss = 1000
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		var control reno
		var n newReno
		una := tcp.Seq(r.Uint32())
		nxt := una
		control.Begin(mss, 10*mss)
		n.begin(&control, una-1, mss)
		lossEnds := una // SND.NXT when the threshold was last lowered
		for range 400 {
			if room := n.room(una, nxt); room > 0 {
				if n.resending() || nxt.Sub(una)+room > control.Window()+2*mss {
					t.Fatalf("seed %d: room for %d with %d in flight, window %d", seed, room, nxt.Sub(una), control.Window())
				}
				nxt = nxt.Add(min(room, uint32(r.IntN(3))*mss))
			}
			window, threshold, fast := control.Window(), control.Threshold(), n.fast
			switch flight := nxt.Sub(una); {
			case flight == 0:
				continue
			case r.IntN(40) == 0:
				n.timeout(una, una.Add(min(mss, flight)), nxt)
				lossEnds = nxt
			case r.IntN(4) == 0:
				n.duplicate(una, nxt)
			default:
				acked := min(flight, uint32(1+r.IntN(3))*mss)
				before := n.flight(una, nxt)
				una = una.Add(acked)
				n.acknowledged(acked, before, una, nxt)
				if !fast && control.Window() < window {
					t.Fatalf("seed %d: an acknowledgment lowered the window from %d to %d", seed, window, control.Window())
				}
			}
			if control.Window() < mss {
				t.Fatalf("seed %d: window %d", seed, control.Window())
			}
			if control.Threshold() < threshold && n.fast && !fast {
				if una.Less(lossEnds) {
					t.Fatalf("seed %d: lowered twice for one window", seed)
				}
				lossEnds = nxt
			}
			if from, ok := n.missing(una); ok {
				n.resent(from.Add(min(mss, nxt.Sub(from))))
			}
		}
	}
}

// A loss is news even when everything up to the last one has just been repaired,
// unless the acknowledgment before had leapt, as it does when segments were sent
// twice (RFC 6582, 4.1); and however much was sent since the last loss.
func TestNewLoss(t *testing.T) {
	const mss = 1000
	for _, test := range []struct {
		name    string
		advance uint32
		want    bool
	}{{"repaired step by step", 2 * mss, true}, {"repaired by a leap", 20 * mss, false}} {
		var control reno
		var n newReno
		control.Begin(mss, 40*mss)
		n.begin(&control, 0, mss)
		n.timeout(1, 1+mss, 1+40*mss)
		n.resent(1 + 40*mss)
		una := tcp.Seq(1 + 40*mss)
		n.acknowledged(40*mss-test.advance, mss, una-tcp.Seq(test.advance), una)
		n.acknowledged(test.advance, mss, una, una)
		got := false
		for range 3 {
			got = n.duplicate(una, una+10*mss)
		}
		if got != test.want {
			t.Errorf("%s: retransmit %v", test.name, got)
		}
	}
	var control reno
	var n newReno
	control.Begin(mss, 40*mss)
	n.begin(&control, 0, mss)
	una := tcp.Seq(1)
	for range 3000 {
		una += 1 << 20
		n.acknowledged(1<<20, 1<<20, una, una+1<<20)
	}
	n.duplicate(una, una+1<<20)
	n.duplicate(una, una+1<<20)
	if !n.duplicate(una, una+1<<20) {
		t.Error("three gigabytes after the beginning a loss is not seen")
	}
}

// Many acknowledgments of parts of a segment open the window no further than
// one of the whole.
func TestACKDivision(t *testing.T) {
	var whole, parts reno
	whole.Begin(1000, 10_000)
	parts.Begin(1000, 10_000)
	whole.Acknowledged(1000, 10_000)
	for range 1000 {
		parts.Acknowledged(1, 10_000)
	}
	if parts.Window() > whole.Window() {
		t.Errorf("%d by parts, %d by wholes", parts.Window(), whole.Window())
	}
}

// A flood of duplicate acknowledgments does not make the sender flood.
func TestDuplicateACKFlood(t *testing.T) {
	w := newWorld(t)
	a, _ := w.connect(Options{WindowScale: true})
	a.Write(w.now, noise(500_000))
	w.collect()
	before := a.tcb.SND.NXT.Sub(a.tcb.SND.UNA)
	for range 1000 {
		w.inject(a, wireACK(a), nil)
	}
	after := a.tcb.SND.NXT.Sub(a.tcb.SND.UNA)
	if w.a.Counters().DuplicateACKs < 990 || after > 3*before {
		t.Errorf("%d octets in flight before, %d after %d duplicates", before, after, w.a.Counters().DuplicateACKs)
	}
}

// After idling for longer than the RTO the window is the initial one again (RFC 5681, 4.1).
func TestIdle(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	w.transfer(a, b, noise(3_000_000), time.Minute)
	w.run(100 * time.Millisecond)
	if cwnd := a.reno.Window(); cwnd < 100_000 {
		t.Fatalf("cwnd %d after 3 MB", cwnd)
	}
	w.run(10 * time.Second)
	logged := len(w.log)
	a.Write(w.now, noise(200_000))
	w.collect()
	sent := 0
	for _, s := range w.since(logged, "A") {
		sent += len(s.tcp.Payload)
	}
	if sent > 10*1460 {
		t.Errorf("%d octets at once after a pause", sent)
	}
}

// Round trips are measured: 10 ms here, give or take the delayed acknowledgment.
func TestRoundTripMeasured(t *testing.T) {
	for _, timestamps := range []bool{true, false} {
		o := DefaultOptions()
		o.Timestamps = timestamps
		w := newWorld(t, func(c *Config) { c.Settings.RTOMin = time.Millisecond })
		a, b := w.connect(o)
		w.transfer(a, b, noise(1_000_000), time.Minute)
		if s := a.Status(); s.SRTT != 10*time.Millisecond {
			t.Errorf("timestamps %v: SRTT %v, RTTVAR %v", timestamps, s.SRTT, s.RTTVar)
		}
		// Karn: what was sent again is no measure, except by timestamps.
		logged := 0
		w.mangle = func(from *host, s *seen) []time.Duration {
			if logged++; from == w.a && logged%2 == 1 {
				return nil
			}
			return []time.Duration{w.delay}
		}
		for range 20 {
			w.transfer(a, b, noise(10), time.Minute)
			w.run(time.Second)
		}
		if s := a.Status(); s.SRTT > 60*time.Millisecond {
			t.Errorf("timestamps %v: SRTT %v after retransmissions", timestamps, s.SRTT)
		}
	}
}

// The acknowledgment of the first copy is lost: that of the second bears the timestamp
// of the first, and the timeout is no part of the round trip.
func TestLostAcknowledgmentIsNoMeasure(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(DefaultOptions())
	w.transfer(a, b, noise(100_000), time.Minute)
	w.run(time.Second)
	srtt, lost := a.Status().SRTT, 0
	w.mangle = func(from *host, s *seen) []time.Duration {
		if from == w.b && lost == 0 {
			lost++
			return nil
		}
		return []time.Duration{w.delay}
	}
	w.transfer(a, b, noise(10), time.Minute)
	w.run(5 * time.Second)
	if s := a.Status(); lost != 1 || s.Retransmitted != 1 || s.SRTT != srtt || s.RTO != 2*time.Second {
		t.Errorf("%d acknowledgments lost, %d segments sent again, SRTT %v, RTO %v", lost, s.Retransmitted, s.SRTT, s.RTO)
	}
}

// Behind a timeout an acknowledgment of much that was sent before it opens the window
// by one segment: "a TCP MUST use L=1*SMSS" (RFC 3465, 2.3).
func TestAcknowledgmentBehindTimeout(t *testing.T) {
	const mss, sent = 1000, 1 + 100*1000
	var control reno
	var n newReno
	control.Begin(mss, 100*mss)
	n.begin(&control, 0, mss)
	n.timeout(1, 1+mss, sent)
	n.acknowledged(sent-1, mss, sent, sent)
	if got := control.Window(); got != 2*mss {
		t.Errorf("a window of %d octets", got)
	}
}
