package engine

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// world is two hosts and the wire between them, in virtual time. It lives on one
// goroutine and does the same thing every time.
type world struct {
	t     *testing.T
	now   Time
	a, b  *host
	delay time.Duration
	wire  []*flight // what is on its way, in order of arrival

	// mangle, if set, decides on each packet: it may change it, and returns the
	// delays of the copies to be delivered; none for a loss.
	mangle func(from *host, s *seen) []time.Duration
	log    []seen
}

// host is an engine on the wire.
type host struct {
	*Engine
	w    *world
	name string
	addr netip.Addr
}

// flight is a packet on its way.
type flight struct {
	at Time
	to *host
	p  *link.Packet
}

// seen is a segment as it left.
type seen struct {
	at   Time
	from string
	ip   wire.IPv4
	tcp  wire.TCP // of TCP
	raw  []byte
}

func (s seen) String() string {
	return fmt.Sprintf("%10v %s <SEQ=%d><ACK=%d><CTL=%v><WND=%d><DATA=%d>", time.Duration(s.at), s.from,
		s.tcp.SEQ, s.tcp.ACK, tcp.Flags(s.tcp.CTL), s.tcp.WND, len(s.tcp.Payload))
}

func (s *seen) flags() tcp.Flags { return tcp.Flags(s.tcp.CTL) }

// newWorld makes two hosts, A at 10.0.0.1 and B at 10.0.0.2, 5 ms apart.
func newWorld(t *testing.T, configure ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, delay: 5 * time.Millisecond, now: Time(time.Second)}
	w.a, w.b = w.newHost("A", "10.0.0.1", configure), w.newHost("B", "10.0.0.2", configure)
	return w
}

func (w *world) newHost(name, addr string, configure []func(*Config)) *host {
	cfg := Config{
		Host:  name,
		Addrs: []netip.Prefix{netip.PrefixFrom(netip.MustParseAddr(addr), 24)},
		Seed:  1, Secret: [16]byte{1, 2, 3, name[0]},
	}
	for _, c := range configure {
		c(&cfg)
	}
	e, err := New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	return &host{Engine: e, w: w, name: name, addr: netip.MustParseAddr(addr)}
}

func (w *world) other(h *host) *host {
	if h == w.a {
		return w.b
	}
	return w.a
}

// collect puts what the hosts want to send onto the wire.
func (w *world) collect() {
	for _, h := range []*host{w.a, w.b} {
		for i := 0; i < len(h.Out); i++ {
			w.depart(h, h.Out[i])
		}
		h.Out = h.Out[:0]
	}
}

func (w *world) depart(h *host, p *link.Packet) {
	s := seen{at: w.now, from: h.name, raw: bytes.Clone(p.B)}
	var drop wire.Drop
	if s.ip, drop = wire.ParseIPv4(s.raw); drop != wire.Whole {
		w.t.Fatalf("%s sent a packet that is not whole: %v", h.name, drop)
	}
	if s.ip.Protocol == wire.ProtocolTCP {
		if s.tcp, drop = wire.ParseTCP(s.ip.Payload, s.ip.Pseudo()); drop != wire.Whole {
			w.t.Fatalf("%s sent a segment that is not whole: %v", h.name, drop)
		}
	}
	w.log = append(w.log, s)
	delays := []time.Duration{w.delay}
	if w.mangle != nil {
		delays = w.mangle(h, &s)
	}
	for _, d := range delays {
		w.arriveLater(&flight{w.now.Add(d), w.other(h), link.Copy(p.B)})
	}
	link.Put(p)
}

func (w *world) arriveLater(f *flight) {
	i := len(w.wire)
	for i > 0 && w.wire[i-1].at > f.at {
		i--
	}
	w.wire = append(w.wire, nil)
	copy(w.wire[i+1:], w.wire[i:])
	w.wire[i] = f
}

// step moves on to the next thing that happens, if that is not after until.
func (w *world) step(until Time) bool {
	w.collect()
	next, idle := until+1, true
	if len(w.wire) > 0 {
		next, idle = w.wire[0].at, false
	}
	for _, h := range []*host{w.a, w.b} {
		if d, ok := h.NextDeadline(); ok && d < next {
			next, idle = d, false
		}
	}
	if idle || next > until {
		return false
	}
	w.now = max(w.now, next)
	for _, h := range []*host{w.a, w.b} {
		h.Advance(w.now)
	}
	for len(w.wire) > 0 && w.wire[0].at <= w.now {
		f := w.wire[0]
		w.wire = w.wire[1:]
		f.to.Packet(w.now, f.p)
	}
	w.a.Flush(w.now)
	w.b.Flush(w.now)
	w.collect()
	w.check()
	return true
}

// check holds every connection to the invariants of the text, and to a timer for
// whatever it waits for (R3).
func (w *world) check() {
	w.t.Helper()
	for _, h := range []*host{w.a, w.b} {
		for _, c := range h.conns {
			for _, i := range tcp.Invariants {
				if !i.Holds(&c.tcb) {
					w.t.Fatalf("%v %s: %s does not hold: %+v", time.Duration(w.now), h.name, i.Name, c.tcb)
				}
			}
			if int64(int32(c.unsent())) < 0 {
				w.t.Fatalf("%v %s: %d octets in the send buffer, %d on the retransmission queue", time.Duration(w.now), h.name, c.out.Len(), c.sentText())
			}
			waits := c.unsent() > 0 || c.tcb.FINQueued && !c.tcb.FINSent
			if tcp.MayTransmit.Has(c.tcb.State) && waits && c.sentText() == 0 && c.tcb.Timers&wakers == 0 {
				w.t.Fatalf("%v %s: nothing will make what waits go: %+v", time.Duration(w.now), h.name, c.tcb)
			}
			if c.tcb.Timers != 0 {
				if _, due := c.next(); c.wake > due {
					w.t.Fatalf("%v %s: looked at %v, due %v", time.Duration(w.now), h.name, c.wake, due)
				}
			}
		}
	}
}

// wakers are the timers that make text and FINs go that wait.
const wakers = 1<<tcp.TimerRetransmission | 1<<tcp.TimerPersist | 1<<tcp.TimerSWSOverride

// run lets time pass.
func (w *world) run(d time.Duration) {
	until := w.now.Add(d)
	for n := 0; w.step(until); n++ {
		if n > 1_000_000 {
			w.t.Fatal("the hosts never come to rest")
		}
	}
	w.now = until
}

// runUntil lets time pass until something is true.
func (w *world) runUntil(what string, limit time.Duration, done func() bool) {
	w.t.Helper()
	w.collect()
	for until := w.now.Add(limit); !done(); {
		if !w.step(until) {
			w.t.Fatalf("%v: not %s within %v\nA: %v\nB: %v", time.Duration(w.now), what, limit, w.a.Usage(), w.b.Usage())
		}
	}
}

func at(h *host, port uint16) netip.AddrPort { return netip.AddrPortFrom(h.addr, port) }

// listen opens a listener on B.
func (w *world) listen(o Options) *Listener {
	w.t.Helper()
	l, err := w.b.Listen(w.now, netip.AddrPortFrom(netip.Addr{}, 80), 0, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

// dial opens a connection from A to B.
func (w *world) dial(o Options) *Conn {
	w.t.Helper()
	c, err := w.a.Dial(w.now, at(w.b, 80), o)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// connect opens a connection between A and B and returns its ends.
func (w *world) connect(o Options) (a, b *Conn) {
	w.t.Helper()
	l := w.listen(o)
	a = w.dial(o)
	w.runUntil("connected", time.Minute, func() bool {
		if b == nil {
			b = l.Accept()
		}
		return b != nil && a.State() == tcp.Established
	})
	l.Close(w.now)
	return a, b
}

// drain reads all there is.
func drain(now Time, c *Conn) (b []byte, err error) {
	buffer := make([]byte, 4096)
	for {
		n, err := c.Read(now, buffer)
		b = append(b, buffer[:n]...)
		if n == 0 || err != nil {
			return b, err
		}
	}
}

// transfer writes data at one end, and reads at the other until it has arrived.
func (w *world) transfer(from, to *Conn, data []byte, limit time.Duration) {
	w.t.Helper()
	var got []byte
	rest := data
	w.runUntil(fmt.Sprintf("transferred %d octets", len(data)), limit, func() bool {
		for len(rest) > 0 {
			n, err := from.Write(w.now, rest)
			if err != nil {
				w.t.Fatalf("Write: %v", err)
			}
			if n == 0 {
				break
			}
			rest = rest[n:]
		}
		b, err := drain(w.now, to)
		if err != nil && err != io.EOF {
			w.t.Fatalf("Read: %v", err)
		}
		got = append(got, b...)
		w.collect()
		return len(got) >= len(data)
	})
	if !bytes.Equal(got, data) {
		w.t.Fatalf("got other octets than were sent")
	}
}

// noise returns octets that are the same every time.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// since returns what has been logged from position i on, by one host.
func (w *world) since(i int, from string) (out []seen) {
	for _, s := range w.log[i:] {
		if s.from == from {
			out = append(out, s)
		}
	}
	return out
}

// dump prints the log when the test fails.
func (w *world) dump(i int) {
	w.t.Helper()
	for _, s := range w.log[i:] {
		w.t.Log(s)
	}
}

// copyOf returns the packet as it left.
func (w *world) copyOf(s *seen) *link.Packet { return link.Copy(s.raw) }

// wireACK is the header of an acknowledgment that acknowledges nothing new.
func wireACK(c *Conn) wire.TCP {
	return wire.TCP{
		SourcePort: c.flow.remotePort, DestinationPort: c.flow.localPort,
		SEQ: uint32(c.tcb.RCV.NXT), ACK: uint32(c.tcb.SND.UNA), CTL: uint8(tcp.ACK),
		WND: uint16(c.tcb.SND.WND >> c.tcb.Snd.Wind.Shift),
	}
}

// inject lets a segment arrive at c, as if from its peer.
func (w *world) inject(c *Conn, h wire.TCP, text []byte) {
	p := link.Get(20 + h.HeaderLen() + len(text))
	copy(p.B[20+h.HeaderLen():], text)
	ip := wire.IPv4{Src: c.flow.remote, Dst: c.flow.local, Protocol: wire.ProtocolTCP, TTL: 64}
	h.Put(p.B[20:], ip.Pseudo())
	ip.Put(p.B)
	c.e.Packet(w.now, p)
	c.e.Flush(w.now)
}

// raw lets any octets arrive at the host of c.
func (w *world) raw(c *Conn, packet []byte) {
	c.e.Packet(w.now, link.Copy(packet))
	c.e.Flush(w.now)
}
