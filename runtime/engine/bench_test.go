package engine

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// pair is two engines with nothing between them, for measurements.
type pair struct {
	now  Time
	a, b *Engine
	x, y *Conn // the ends of a connection
	step time.Duration
}

func newPair(tb testing.TB, mtu int, o Options) *pair {
	p := &pair{now: Time(time.Second), step: 10 * time.Microsecond}
	make := func(addr string) *Engine {
		e, err := New(Config{Addrs: []netip.Prefix{netip.MustParsePrefix(addr)}, MTU: mtu, Options: o})
		if err != nil {
			tb.Fatal(err)
		}
		return e
	}
	p.a, p.b = make("10.0.0.1/24"), make("10.0.0.2/24")
	l, err := p.b.Listen(p.now, netip.MustParseAddrPort("10.0.0.2:80"), 0, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	p.x, err = p.a.Dial(p.now, netip.MustParseAddrPort("10.0.0.2:80"), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	for range 4 {
		p.exchange()
	}
	if p.y = l.Accept(); p.y == nil || p.x.State() != tcp.Established {
		tb.Fatal("not connected")
	}
	l.Close(p.now)
	return p
}

// exchange carries what each engine has to say to the other.
func (p *pair) exchange() {
	p.carry(p.a, p.b)
	p.carry(p.b, p.a)
}

func (p *pair) carry(from, to *Engine) {
	p.now = p.now.Add(p.step)
	if d, ok := to.NextDeadline(); ok && d <= p.now {
		to.Advance(p.now)
	}
	for i, packet := range from.Out {
		from.Out[i] = nil
		to.Packet(p.now, packet)
	}
	from.Out = from.Out[:0]
	to.Flush(p.now)
}

// pump moves octets from x to y until so many have arrived.
func (p *pair) pump(tb testing.TB, octets int, out, in []byte) {
	for got := 0; got < octets; {
		if _, err := p.x.Write(p.now, out); err != nil {
			tb.Fatal(err)
		}
		p.exchange()
		n, err := p.y.Read(p.now, in)
		if err != nil {
			tb.Fatal(err)
		}
		got += n
	}
}

func BenchmarkBulk(b *testing.B) {
	for _, size := range []struct{ mtu, batch int }{{1500, 180}, {1500, 16}, {1500, 2}, {9000, 16}, {65535, 4}} {
		b.Run(fmt.Sprintf("mtu=%d/batch=%d", size.mtu, size.batch), func(b *testing.B) {
			p := newPair(b, size.mtu, Options{})
			chunk := size.batch * (size.mtu - 52) // with the timestamps option
			out, in := make([]byte, chunk), make([]byte, 2*chunk)
			p.pump(b, 8<<20, out, in)
			before := p.a.Counters()
			b.SetBytes(int64(chunk))
			b.ReportAllocs()
			b.ResetTimer()
			p.pump(b, b.N*chunk, out, in)
			b.StopTimer()
			after := p.a.Counters()
			seconds := b.Elapsed().Seconds()
			sent := after.SegmentsOut - before.SegmentsOut
			b.ReportMetric(float64(after.OctetsOut-before.OctetsOut)*8/seconds/1e9, "Gbit/s")
			b.ReportMetric(seconds*1e9/float64(sent), "ns/segment")
			b.ReportMetric(float64(after.SegmentsIn-before.SegmentsIn)/float64(sent), "ACK/segment")
			if after.Retransmitted != 0 {
				b.Errorf("%d segments were sent again", after.Retransmitted)
			}
		})
	}
}

// BenchmarkPingPong measures one octet there and one back.
func BenchmarkPingPong(b *testing.B) {
	p := newPair(b, 1500, Options{NoDelay: true, WindowScale: true, Timestamps: true})
	buffer := []byte{1}
	b.ReportAllocs()
	for b.Loop() {
		p.x.Write(p.now, buffer)
		p.exchange()
		p.y.Read(p.now, buffer)
		p.y.Write(p.now, buffer)
		p.exchange()
		p.x.Read(p.now, buffer)
	}
}

// BenchmarkOpenClose measures a connection from SYN to the last ACK.
func BenchmarkOpenClose(b *testing.B) {
	p := newPair(b, 1500, Options{})
	l, err := p.b.Listen(p.now, netip.MustParseAddrPort("10.0.0.2:80"), 0, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := p.a.Dial(p.now, netip.MustParseAddrPort("10.0.0.2:80"), Options{})
		if err != nil {
			b.Fatal(err)
		}
		p.exchange()
		p.exchange()
		l.Accept().Close(p.now)
		p.exchange()
		c.Close(p.now)
		p.exchange()
		p.exchange()
		p.now = p.now.Add(10 * time.Millisecond)
		p.b.Advance(p.now)
	}
	link.PutAll(p.a.Out)
}
