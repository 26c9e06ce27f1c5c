package engine

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// C7: the RTO equals a reference that follows RFC 6298, section 2, in real numbers.
func TestRTO(t *testing.T) {
	s := Settings{}.withDefaults()
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var e rtt
		e.begin(&s)
		if e.RTO(&s) != time.Second {
			t.Fatalf("initial RTO %v", e.RTO(&s))
		}
		var srtt, rttvar float64
		for n := range 50 {
			R := math.Exp(r.Float64()*12) * 1e4 // 10 µs to 1.6 s
			if n == 0 {
				srtt, rttvar = R, R/2
			} else {
				rttvar = 0.75*rttvar + 0.25*math.Abs(srtt-R)
				srtt = 0.875*srtt + 0.125*R
			}
			rto := min(max(srtt+max(1e6, 4*rttvar), 1e9), 60e9)
			e.sample(time.Duration(R), &s)
			for range r.IntN(10) {
				e.backOff()
				rto = min(2*rto, 60e9)
			}
			if got := float64(e.RTO(&s)); math.Abs(got-rto) > 1000 {
				t.Fatalf("after sample %d: RTO %v, want %v", n, time.Duration(got), time.Duration(rto))
			}
		}
	}
}

// "RTO <- RTO * 2" (5.5), at most 60 seconds, until there is a new sample (5.7).
func TestBackOff(t *testing.T) {
	s := Settings{}.withDefaults()
	var e rtt
	e.begin(&s)
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		if got := e.RTO(&s); got != want*time.Second {
			t.Errorf("RTO %v, want %v", got, want*time.Second)
		}
		e.backOff()
	}
	e.sample(time.Millisecond, &s)
	if e.RTO(&s) != time.Second {
		t.Errorf("RTO %v after a new sample", e.RTO(&s))
	}
}

// The reference implementation's vector for 24 octets 00 01 02 …, with key 00 01 02 ….
func TestSipHash(t *testing.T) {
	var key [16]byte
	for i := range key {
		key[i] = byte(i)
	}
	words := [3]uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908, 0x1716151413121110}
	if got := sipHash(key, words); got != 0xb8ad50c6f649af94 {
		t.Errorf("%#x", got)
	}
}

// RFC 6528: the clock ticks every 4 µs, and connections differ by a secret.
func TestInitialSequenceNumber(t *testing.T) {
	w := newWorld(t)
	f := flow{[4]byte{10, 0, 0, 1}, [4]byte{10, 0, 0, 2}, 1000, 80}
	iss := w.a.initialSequenceNumber(0, f)
	if got := w.a.initialSequenceNumber(Time(time.Second), f); got.Sub(iss) != 250_000 {
		t.Errorf("%d ticks in a second", got.Sub(iss))
	}
	if w.b.initialSequenceNumber(0, f) == iss {
		t.Error("the secret does not matter")
	}
	seen := map[tcp.Seq]bool{}
	for _, g := range []flow{f, {f.remote, f.local, f.localPort, f.remotePort}, {f.local, f.remote, 1001, 80}, {f.local, f.remote, 1000, 81}} {
		seen[w.a.initialSequenceNumber(0, g)] = true
	}
	if len(seen) != 4 {
		t.Error("some socket does not matter")
	}
	for range 1000 {
		above := tcp.Seq(rand.Uint32())
		if iss := w.a.sequenceNumberAbove(above, 0, f); !above.Less(iss) {
			t.Errorf("ISS %d above %d", iss, above)
		}
	}
}

// Ephemeral ports: all of them are found, none twice, beginning anywhere.
func TestPorts(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Settings.FirstPort, c.Settings.LastPort = 65500, 65535 })
	used := map[uint16]bool{}
	for range 36 {
		c := w.dial(Options{})
		used[c.flow.localPort] = true
	}
	if len(used) != 36 || !used[65500] || !used[65535] {
		t.Errorf("%d ports", len(used))
	}
	if _, err := w.a.Dial(w.now, at(w.b, 80), Options{}); err == nil {
		t.Error("a port where there is none")
	}
	if _, err := w.a.Dial(w.now, at(w.b, 81), Options{}); err != nil {
		t.Errorf("another peer: %v", err)
	}
}

// The agenda gives what it was given in the order of time, whatever is moved or taken out.
func TestAgenda(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var a agenda
	conns := make([]*Conn, 100)
	for i := range conns {
		conns[i] = &Conn{wake: never, position: -1}
	}
	for range 20_000 {
		c := conns[r.IntN(len(conns))]
		switch r.IntN(5) {
		case 0:
			a.remove(c)
		case 1:
			a.place(c, never)
		default:
			a.place(c, Time(r.IntN(1000)))
		}
		earliest := never
		for _, c := range conns {
			earliest = min(earliest, c.wake)
			if (c.position >= 0) != (c.wake != never) || c.position >= 0 && a[c.position] != c {
				t.Fatal("a connection has lost its place")
			}
		}
		if len(a) > 0 && a[0].wake != earliest {
			t.Fatalf("%d comes first, but %d is earlier", a[0].wake, earliest)
		}
	}
}

func TestBucket(t *testing.T) {
	b := newBucket(5)
	allowed := func(now time.Duration, tries int) (n int) {
		for range tries {
			if b.take(Time(now)) {
				n++
			}
		}
		return n
	}
	for _, test := range []struct {
		at   time.Duration
		want int
	}{{0, 5}, {199 * time.Millisecond, 0}, {200 * time.Millisecond, 1}, {time.Second, 4}, {time.Hour, 5}} {
		if got := allowed(test.at, 10); got != test.want {
			t.Errorf("%d at %v, want %d", got, test.at, test.want)
		}
	}
}

// Each reason to drop a packet, met by a packet that gives it.
func TestDrops(t *testing.T) {
	w := newWorld(t)
	w.dial(Options{})
	w.collect()
	good := w.log[0].raw
	change := func(f func(b []byte)) []byte {
		b := slices.Clone(good)
		f(b)
		if len(b) >= 20 {
			b[10], b[11] = 0, 0
			sum := wire.Sum(0).Add(b[:20]).Checksum()
			b[10], b[11] = byte(sum>>8), byte(sum)
		}
		return b
	}
	for _, test := range []struct {
		packet []byte
		why    Drop
	}{
		{good[:19], Drop(wire.IPShort)},
		{change(func(b []byte) { b[0] = 0x65 }), Drop(wire.IPVersion)},
		{change(func(b []byte) { b[6] = 0x20 }), Drop(wire.IPFragment)},
		{change(func(b []byte) { b[19] = 77 }), DestinationForeign},
		{change(func(b []byte) { b[19] = 255 }), DestinationForeign},
		{change(func(b []byte) { copy(b[16:], []byte{224, 0, 0, 1}) }), DestinationForeign},
		{change(func(b []byte) { copy(b[16:], []byte{127, 0, 0, 1}) }), DestinationForeign},
		{change(func(b []byte) { copy(b[12:], []byte{255, 255, 255, 255}) }), SourceInvalid},
		{change(func(b []byte) { b[15] = 255 }), SourceInvalid},
		{change(func(b []byte) { copy(b[12:], []byte{0, 0, 0, 0}) }), SourceInvalid},
		{change(func(b []byte) { copy(b[12:], []byte{127, 0, 0, 1}) }), SourceInvalid},
		{change(func(b []byte) { copy(b[12:], b[16:20]) }), SourceInvalid},
		{change(func(b []byte) { b[9] = 47 }), ProtocolUnknown},
		{change(func(b []byte) { b[40] ^= 1 }), Drop(wire.TCPChecksum)},
		{change(func(b []byte) { b[32] = 0x40 }), Drop(wire.TCPOffset)},
	} {
		before := w.b.Counters()
		w.b.Packet(w.now, link.Copy(test.packet))
		w.b.Flush(w.now)
		after := w.b.Counters()
		if after.Drops[test.why] != before.Drops[test.why]+1 || len(w.b.Out) != 0 || after.Strays != 0 {
			t.Errorf("not dropped because of %q: %v", test.why, after.Drops)
		}
	}
	w.b.Packet(w.now, link.Copy(good))
	if w.b.Counters().Strays != 1 {
		t.Error("the packet that all others were made of is dropped as well")
	}
}

func TestNames(t *testing.T) {
	names := map[string]bool{}
	for d := Drop(0); d < NumDrops; d++ {
		names[d.String()] = true
	}
	if len(names) != int(NumDrops) || names[""] || names[NumDrops.String()] {
		t.Error("reasons share names, or have none")
	}
	if got := (Readable | Closed).String(); got != "readable,closed" {
		t.Errorf("%q", got)
	}
}

func TestConfigErrors(t *testing.T) {
	prefix := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	for _, test := range []struct {
		cfg  Config
		want string
	}{
		{Config{}, "Addrs is empty"},
		{Config{Addrs: prefix("::1/64")}, "no IPv4 unicast address"},
		{Config{Addrs: prefix("224.0.0.1/8")}, "no IPv4 unicast address"},
		{Config{Addrs: prefix("10.0.0.1/8"), MTU: 60}, "MTU is 60"},
		{Config{Addrs: prefix("10.0.0.1/8"), Settings: Settings{FirstPort: 2, LastPort: 1}}, "FirstPort 2"},
	} {
		if _, err := New(test.cfg); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}
