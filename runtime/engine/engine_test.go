package engine

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Nothing is allocated for a segment, or for a call, once a connection is in its stride.
func TestNoAllocation(t *testing.T) {
	if poolsForget {
		return
	}
	p := newPair(t, 1500, Options{})
	out, in := make([]byte, 100_000), make([]byte, 200_000)
	p.pump(t, 10<<20, out, in)
	if n := testing.AllocsPerRun(50, func() { p.pump(t, 1<<20, out, in) }); n >= 1 {
		t.Errorf("%v allocations for a megabyte", n)
	}
	small := make([]byte, 1)
	if n := testing.AllocsPerRun(1000, func() { p.pump(t, 1, small, in) }); n >= 1 {
		t.Errorf("%v allocations for an octet", n)
	}
}

// recorder keeps what a tracer is told.
type recorder struct{ events []trace.Event }

func (r *recorder) Trace(e *trace.Event) {
	copied := *e
	copied.Packet = bytes.Clone(e.Packet)
	r.events = append(r.events, copied)
}

// The machine alone changes a TCB: what one event leaves is what the next one
// finds, and the machine, asked again, does the same again.
func TestTraceIsComplete(t *testing.T) {
	recorders := map[string]*recorder{"A": {}, "B": {}}
	w := newWorld(t, func(c *Config) { c.Tracer = recorders[c.Host] })
	r := rand.New(rand.NewPCG(1, 4))
	w.mangle = func(from *host, s *seen) []time.Duration {
		if r.IntN(8) == 0 {
			return nil
		}
		return []time.Duration{w.delay + time.Duration(r.IntN(3))*time.Millisecond}
	}
	a, b := w.connect(Options{SendBuffer: 50_000, ReceiveBuffer: 20_000})
	w.transfer(a, b, noise(200_000), 10*time.Minute)
	w.transfer(b, a, noise(100_000), 10*time.Minute)
	w.mangle = nil
	w.close(a, b)
	for name, r := range recorders {
		last := map[netip.AddrPort]*tcp.TCB{}
		kinds, texts := map[trace.Kind]int{}, map[string]int{}
		for i := range r.events {
			e := &r.events[i]
			kinds[e.Kind]++
			texts[e.What]++
			if e.Kind == trace.Sent || e.Kind == trace.Dropped {
				continue
			}
			if before := last[e.Local]; before != nil && *before != e.Before && e.Before.State != tcp.Closed {
				t.Fatalf("%s: event %d, %v %s, found\n%+v\nwhere there was\n%+v", name, i, e.Kind, e.What, e.Before, *before)
			}
			last[e.Local] = &e.After
			if e.What == segmentArrives {
				replay(t, e)
			}
		}
		for k := trace.Sent; k <= trace.Timeout; k++ {
			if kinds[k] == 0 {
				t.Errorf("%s: no event of kind %v", name, k)
			}
		}
		for _, what := range []string{"SEGMENT ARRIVES", "HELD TEXT", "SEGMENTIZE", "RETRANSMIT", "SEND", "RECEIVE", "CLOSE", "DELAYED-ACK", "RETRANSMISSION", "ACK", "FIN,ACK"} {
			if texts[what] == 0 {
				t.Errorf("%s: no event %q", name, what)
			}
		}
	}
}

// replay gives a segment to the machine again.
func replay(t *testing.T, e *trace.Event) {
	t.Helper()
	tcb, seg, out := e.Before, e.SEG, tcp.Effects{}
	tcb.SegmentArrives(&seg, &out)
	if tcb != e.After || out.Rules != e.Rules {
		t.Fatalf("%v in %v became\n%+v\nand this time\n%+v", e.SEG, e.Before.State, e.After, tcb)
	}
}

// The same calls give the same packets at the same times.
func TestDeterminism(t *testing.T) {
	run := func() (log []seen) {
		w := newWorld(t)
		r := rand.New(rand.NewPCG(1, 5))
		w.mangle = func(from *host, s *seen) []time.Duration {
			if r.IntN(20) == 0 {
				return nil
			}
			return []time.Duration{w.delay}
		}
		a, b := w.connect(Options{})
		w.transfer(a, b, noise(200_000), 10*time.Minute)
		w.close(a, b)
		return w.log
	}
	first, second := run(), run()
	if len(first) != len(second) {
		t.Fatalf("%d packets, then %d", len(first), len(second))
	}
	for i := range first {
		if first[i].at != second[i].at || !bytes.Equal(first[i].raw, second[i].raw) {
			t.Fatalf("packet %d differs: %v, %v", i, first[i], second[i])
		}
	}
}

// What a host sends itself arrives without leaving it.
func TestLoopback(t *testing.T) {
	for _, to := range []string{"10.0.0.1:80", "127.0.0.1:80", "127.1.2.3:80"} {
		w := newWorld(t)
		l, err := w.a.Listen(w.now, netip.MustParseAddrPort("0.0.0.0:80"), 0, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.a.Dial(w.now, netip.MustParseAddrPort(to), Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := l.Accept()
		if s == nil || c.State() != tcp.Established || c.RemoteAddr().String() != to {
			t.Fatalf("%s: %v", to, c.State())
		}
		data := noise(300_000)
		if n, err := c.Write(w.now, data); n != len(data) || err != nil {
			t.Fatal(n, err)
		}
		if got, _ := drain(w.now, s); !bytes.Equal(got, data) {
			t.Errorf("%s: %d octets", to, len(got))
		}
		c.Close(w.now)
		s.Close(w.now)
		if len(w.a.Out) != 0 {
			t.Errorf("%s: %d packets left the host", to, len(w.a.Out))
		}
	}
}

// A socket may be connected to itself: a simultaneous open of one.
func TestSelfConnect(t *testing.T) {
	w := newWorld(t)
	self := netip.MustParseAddrPort("127.0.0.1:7")
	c, err := w.a.Dial(w.now, self, Options{Local: self})
	if err != nil {
		t.Fatal(err)
	}
	c.Write(w.now, []byte("echo"))
	w.run(time.Second)
	if got, _ := drain(w.now, c); c.State() != tcp.Established || string(got) != "echo" {
		t.Errorf("%v %q", c.State(), got)
	}
	c.Close(w.now)
	w.run(10 * time.Minute)
	if u := w.a.Usage(); u != (Usage{}) {
		t.Errorf("A still holds %+v", u)
	}
}

// Notices come to those who wait, and after Close only the last one.
func TestNotices(t *testing.T) {
	w := newWorld(t)
	l := w.listen(Options{})
	var atListener, atA, atB Notice
	l.Notify = func(n Notice) { atListener |= n }
	a := w.dial(Options{SendBuffer: 10_000})
	a.Notify = func(n Notice) { atA |= n }
	w.run(time.Second)
	b := l.Accept()
	if atA != Established|Writable || atListener != Acceptable || b == nil {
		t.Fatalf("opened: %v, %v", atA, atListener)
	}
	times := 0
	b.Notify = func(n Notice) { atB |= n; times++ }
	atA = 0
	a.Write(w.now, noise(10_000))
	w.run(time.Second)
	if atA != 0 || atB != Readable || times != 1 {
		t.Errorf("written: %v, %v %d times", atA, atB, times)
	}
	if n, err := a.Write(w.now, noise(20_000)); n != 10_000 || err != nil {
		t.Errorf("Write: %d, %v", n, err)
	}
	drain(w.now, b)
	w.run(time.Second)
	if atA != Writable {
		t.Errorf("room again: %v", atA)
	}
	drain(w.now, b)
	atA, atB = 0, 0
	a.Write(w.now, []byte("more"))
	w.run(time.Second)
	if drain(w.now, b); atB != Readable {
		t.Errorf("written again: %v", atB)
	}
	atA, atB = 0, 0
	b.Close(w.now)
	w.run(time.Second)
	if atA != Readable || atB != 0 {
		t.Errorf("closed by the peer: %v, %v", atA, atB)
	}
	a.Close(w.now)
	w.run(10 * time.Minute)
	if atA != Readable|Closed || atB != Closed {
		t.Errorf("at the end: %v, %v", atA, atB)
	}
}

// A forged reset or SYN ends nothing unless it hits RCV.NXT.
func TestBlindAttacks(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{WindowScale: true})
	for _, offset := range []int32{-1_000_000, -1, 1, 1000, 1_000_000, 1 << 30} {
		for _, ctl := range []tcp.Flags{tcp.RST, tcp.RST | tcp.ACK, tcp.SYN, tcp.SYN | tcp.ACK} {
			h := wireACK(a)
			h.SEQ += uint32(offset)
			h.CTL = uint8(ctl)
			w.inject(a, h, nil)
			if a.State() != tcp.Established {
				t.Fatalf("%v at %d: %v", ctl, offset, a.State())
			}
		}
	}
	w.run(6 * time.Second)
	w.transfer(a, b, noise(10_000), time.Minute)
	h := wireACK(a)
	h.CTL = uint8(tcp.RST)
	w.inject(a, h, nil)
	if a.State() != tcp.Closed {
		t.Errorf("a genuine reset: %v", a.State())
	}
}
