package engine

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Figure 7 of RFC 9293: both sides open, and one connection comes of it (MUST-10).
func TestSimultaneousOpen(t *testing.T) {
	w := newWorld(t)
	a, err := w.a.Dial(w.now, at(w.b, 2000), Options{Local: at(w.a, 1000)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.b.Dial(w.now, at(w.a, 1000), Options{Local: at(w.b, 2000)})
	if err != nil {
		t.Fatal(err)
	}
	w.run(20 * time.Millisecond)
	if a.State() != tcp.Established || b.State() != tcp.Established {
		w.dump(0)
		t.Fatalf("%v, %v", a.State(), b.State())
	}
	w.transfer(a, b, noise(50_000), time.Minute)
	w.transfer(b, a, noise(50_000), time.Minute)
	w.close(a, b)
}

// A segment to nobody is answered with a reset, which refuses the connection.
func TestConnectionRefused(t *testing.T) {
	w := newWorld(t)
	a := w.dial(Options{})
	var notices Notice
	a.Notify = func(n Notice) { notices |= n }
	w.run(time.Second)
	if a.Err() != syscall.ECONNREFUSED || a.State() != tcp.Closed || !notices.Has(Closed) {
		t.Fatalf("%v, %v, %v", a.Err(), a.State(), notices)
	}
	if last := w.log[len(w.log)-1]; last.flags() != tcp.RST|tcp.ACK || last.tcp.SEQ != 0 {
		t.Errorf("answered with %v", last)
	}
	if _, err := a.Read(w.now, make([]byte, 1)); err != syscall.ECONNREFUSED {
		t.Errorf("Read: %v", err)
	}
	if _, err := a.Write(w.now, make([]byte, 1)); err != syscall.ECONNREFUSED {
		t.Errorf("Write: %v", err)
	}
	if u := w.a.Usage(); u != (Usage{}) {
		t.Errorf("A still holds %+v", u)
	}
}

// A SYN that nobody answers is sent again with doubled timeouts, for three minutes
// (RFC 6298 5.5; MUST-23).
func TestUnansweredSYN(t *testing.T) {
	w := newWorld(t)
	w.mangle = func(*host, *seen) []time.Duration { return nil }
	start := w.now
	a := w.dial(Options{})
	w.run(10 * time.Minute)
	want := []time.Duration{0, 1, 3, 7, 15, 31, 63, 123}
	syns := w.since(0, "A")
	if len(syns) != len(want) {
		w.dump(0)
		t.Fatalf("%d SYNs, want %d", len(syns), len(want))
	}
	for i, s := range syns {
		if got := s.at.Sub(start); got != want[i]*time.Second {
			t.Errorf("SYN %d after %v, want %vs", i, got, int(want[i]))
		}
	}
	if a.Err() != syscall.ETIMEDOUT {
		t.Errorf("%v", a.Err())
	}
	if err := a.SoftError(); err != syscall.ETIMEDOUT {
		t.Errorf("R1 was reached without a word: %v", err)
	}
	if u := w.a.Usage(); u != (Usage{}) {
		t.Errorf("A still holds %+v", u)
	}
}

// A lost SYN leaves an RTO of three seconds and a window of one segment
// (RFC 6298 5.7; RFC 5681 3.1).
func TestLostSYN(t *testing.T) {
	for _, lost := range []string{"A", "B"} {
		w := newWorld(t)
		w.mangle = func(from *host, s *seen) []time.Duration {
			if from.name == lost {
				w.mangle = nil
				return nil
			}
			return []time.Duration{w.delay}
		}
		a, b := w.connect(Options{})
		sender := a
		if lost == "B" {
			sender = b
			// B's timer sent the SYN,ACK again, or A's SYN did; only the former is a loss to B.
			if !b.lostSYN {
				continue
			}
		}
		if s := sender.Status(); s.RTO != 3*time.Second || s.CWND != s.TCB.SND.MSS {
			t.Errorf("%s's SYN lost: RTO %v, cwnd %d", lost, s.RTO, s.CWND)
		}
	}
}

// Text may come with the SYN,ACK; it is numbered after the SYN.
func TestTextWithSYNACK(t *testing.T) {
	w := newWorld(t)
	a := w.dial(Options{})
	h := wireACK(a)
	h.SEQ, h.ACK, h.CTL, h.WND = 1000, uint32(a.tcb.ISS)+1, uint8(tcp.SYN|tcp.ACK), 1000
	w.inject(a, h, []byte("early"))
	if got, err := drain(w.now, a); string(got) != "early" || err != nil || a.tcb.RCV.NXT != 1006 {
		t.Errorf("%q, %v, %v", got, err, a.State())
	}
}

// The backlog bounds the connections that wait for Accept or are on their way there.
func TestBacklog(t *testing.T) {
	w := newWorld(t)
	l, err := w.b.Listen(w.now, at(w.b, 80), 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var dialed []*Conn
	for range 5 {
		dialed = append(dialed, w.dial(Options{}))
	}
	w.run(500 * time.Millisecond)
	u := w.b.Usage()
	if u.Waiting != 3 || u.HalfOpen != 0 || w.b.Counters().Drops[BacklogFull] != 2 {
		t.Fatalf("%+v, %+v", u, w.b.Counters())
	}
	// Room made is room given: the SYNs are sent again.
	for range 3 {
		if l.Accept() == nil {
			t.Fatal("Accept: nothing there")
		}
	}
	w.run(5 * time.Second)
	for range 2 {
		if l.Accept() == nil {
			t.Fatal("Accept: nothing there after the SYNs were sent again")
		}
	}
	if l.places != 0 {
		t.Errorf("%d places are still taken", l.places)
	}
	for i, c := range dialed {
		if c.State() != tcp.Established {
			t.Errorf("connection %d: %v", i, c.State())
		}
	}
}

// Half-open connections are bounded, and time out.
func TestHalfOpen(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Settings.HalfOpen = 10 })
	l := w.listen(Options{})
	w.mangle = func(from *host, s *seen) []time.Duration {
		if from == w.b {
			return nil // no SYN,ACK arrives
		}
		return []time.Duration{w.delay}
	}
	for range 30 {
		w.dial(Options{})
	}
	w.run(100 * time.Millisecond)
	if u := w.b.Usage(); u.HalfOpen != 10 || w.b.Counters().Drops[HalfOpenFull] != 20 {
		t.Fatalf("%+v", u)
	}
	w.run(10 * time.Minute)
	if u := w.b.Usage(); u.HalfOpen != 0 || u.Connections != 0 || u.Timers != 0 || l.places != 0 {
		t.Errorf("B still holds %+v, %d places", u, l.places)
	}
}

// A listener that closes resets what nobody has accepted, also what is half-open.
func TestListenerClose(t *testing.T) {
	w := newWorld(t)
	l := w.listen(Options{})
	a := w.dial(Options{})
	w.run(500 * time.Millisecond)
	late := w.dial(Options{})
	w.runUntil("half-open", time.Second, func() bool { return w.b.Usage().HalfOpen == 1 })
	l.Close(w.now)
	w.run(time.Second)
	for _, c := range []*Conn{a, late} {
		if c.Err() != syscall.ECONNRESET {
			t.Errorf("%v %v", c.State(), c.Err())
		}
	}
	if u := w.b.Usage(); u != (Usage{}) {
		t.Errorf("B still holds %+v", u)
	}
}

// A listener at a specific address comes before one at the wildcard.
func TestListenerChoice(t *testing.T) {
	w := newWorld(t)
	wildcard := w.listen(Options{})
	specific, err := w.b.Listen(w.now, at(w.b, 80), 0, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.b.Listen(w.now, at(w.b, 80), 0, Options{}); err != syscall.EADDRINUSE {
		t.Errorf("the same again: %v", err)
	}
	w.dial(Options{})
	w.run(time.Second)
	if wildcard.Accept() != nil || specific.Accept() == nil {
		t.Error("the wildcard was chosen")
	}
}

func TestOpenErrors(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		local, remote string
		want          error
	}{
		{"", "255.255.255.255:80", syscall.ENETUNREACH}, // MUST-46
		{"", "224.0.0.1:80", syscall.ENETUNREACH},
		{"", "10.0.0.255:80", syscall.ENETUNREACH},
		{"", "0.0.0.0:80", syscall.ENETUNREACH},
		{"", "10.0.0.2:0", syscall.ENETUNREACH},
		{"", "[::1]:80", syscall.ENETUNREACH},
		{"10.0.0.9:0", "10.0.0.2:80", syscall.EADDRNOTAVAIL},
		{"127.0.0.1:0", "10.0.0.2:80", syscall.ENETUNREACH},
		{"10.0.0.1:4000", "10.0.0.2:80", nil},
		{"10.0.0.1:4000", "10.0.0.2:80", syscall.EADDRINUSE},
	} {
		var o Options
		if test.local != "" {
			o.Local = netip.MustParseAddrPort(test.local)
		}
		if _, err := w.a.Dial(w.now, netip.MustParseAddrPort(test.remote), o); !errors.Is(err, test.want) {
			t.Errorf("Dial from %q to %s: %v, want %v", test.local, test.remote, err, test.want)
		}
	}
	if _, err := w.a.Listen(w.now, at(w.b, 80), 0, Options{}); err != syscall.EADDRNOTAVAIL {
		t.Errorf("Listen at a foreign address: %v", err)
	}
}

// Whatever the initial sequence numbers are, everything happens at the same times
// and with the same text (R2).
func TestSequenceNumberWrap(t *testing.T) {
	for _, iss := range []uint32{1 << 31, 0, 1<<31 - 100_000, ^uint32(0) - 100_000, ^uint32(0), 1<<31 - 1} {
		t.Run(fmt.Sprintf("%#x", iss), func(t *testing.T) {
			w, local := newWorldNear(t, iss)
			lossy := 0
			w.mangle = func(from *host, s *seen) []time.Duration {
				if lossy++; lossy%23 == 0 {
					return nil
				}
				return []time.Duration{w.delay}
			}
			a, b := w.connect(Options{Local: local})
			for _, c := range []*Conn{a, b} {
				if d := int32(uint32(c.tcb.ISS) - iss); d < -100_000 || d > 100_000 {
					t.Fatalf("ISS is %#x", uint32(c.tcb.ISS))
				}
			}
			w.transfer(a, b, noise(400_000), time.Hour)
			w.transfer(b, a, noise(400_000), time.Hour)
			w.mangle = nil
			w.close(a, b)
		})
	}
}

// newWorldNear makes hosts whose initial sequence numbers for a connection from
// local will be close to iss: it looks for a secret and a port with which both
// hashes agree, then for the time at which the clock makes up the rest.
func newWorldNear(t *testing.T, iss uint32) (w *world, local netip.AddrPort) {
	w = newWorld(t)
	const tick = 4000
	for port := uint16(1024); port < 65535; port++ {
		f := flow{[4]byte{10, 0, 0, 1}, [4]byte{10, 0, 0, 2}, port, 80}
		g := flow{f.remote, f.local, f.remotePort, f.localPort}
		x, y := uint32(w.a.keyed(f, forISN)), uint32(w.b.keyed(g, forISN))
		if d := int32(x - y); -100_000 < d && d < 90_000 {
			w.now = Time(iss-x) * tick
			return w, at(w.a, port)
		}
	}
	t.Fatal("no port found")
	return
}
