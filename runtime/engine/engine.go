package engine

import (
	"math/rand/v2"
	"net/netip"
	"syscall"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/buffer"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// Engine is one host's TCP, UDP and ICMP.
type Engine struct {
	// Out holds the packets to send, in order. The owner takes them after each
	// entry and leaves Out empty: e.Out = e.Out[:0]. They come from link.Get and
	// belong to whoever took them.
	Out []*link.Packet

	cfg        Config
	addrs      [][4]byte // ours
	broadcasts [][4]byte // the directed broadcast addresses of our networks

	random   *rand.Rand
	pages    *buffer.Pool
	counters Counters

	conns      map[flow]*Conn
	latest     *Conn // that a segment came for
	listeners  map[socket]*Listener
	udpFlows   map[flow]*UDP   // connected
	udpSockets map[socket]*UDP // not connected

	agenda    agenda
	touched   []*Conn // to be settled at the end of the entry
	timeWaits timeWaits
	halfOpen  int // connections in SYN-RECEIVED after a passive open
	nextPort  uint32
	resets    bucket // RSTs for segments of no connection
	icmps     bucket

	looped, spare []*link.Packet // from ourselves to ourselves
	looping       bool           // such packets are being taken in

	// The event that is being performed. The machine has one place for its effects,
	// so that nothing is allocated for them.
	effects tcp.Effects
	was     was
	text    text
	arrived tcp.Segment // for the Tracer
	packet  []byte      // for the Tracer
}

// New returns an engine for the host that cfg describes.
func New(cfg Config) (*Engine, error) {
	setDefault(&cfg.MTU, 1500)
	cfg.Settings = cfg.Settings.withDefaults()
	cfg.Options = cfg.Options.withDefaults(DefaultOptions())
	if err := cfg.check(); err != nil {
		return nil, err
	}
	const freePages = 16 << 20
	e := &Engine{
		cfg:        cfg,
		random:     rand.New(rand.NewPCG(cfg.Seed, 0)),
		pages:      buffer.NewPool(freePages),
		conns:      make(map[flow]*Conn),
		listeners:  make(map[socket]*Listener),
		udpFlows:   make(map[flow]*UDP),
		udpSockets: make(map[socket]*UDP),
		resets:     newBucket(cfg.Settings.RSTRate),
		icmps:      newBucket(cfg.Settings.ICMPRate),
	}
	for _, p := range cfg.Addrs {
		e.addrs = append(e.addrs, p.Addr().As4())
		if p.Bits() < 31 {
			e.broadcasts = append(e.broadcasts, lastAddr(p))
		}
	}
	return e, nil
}

// Flush ends a batch of packets: acknowledgments and text go out, once for all of
// them (MUST-58, MUST-59).
func (e *Engine) Flush(now Time) { e.settle(now) }

// NextDeadline returns the time at which Advance must be called at the latest;
// false if no timer runs. It may be earlier than the first timer really due.
func (e *Engine) NextDeadline() (Time, bool) {
	if len(e.agenda) == 0 {
		return 0, false
	}
	return e.agenda[0].wake, true
}

// Advance lets all timers expire that are due at now.
func (e *Engine) Advance(now Time) {
	for len(e.agenda) > 0 && e.agenda[0].wake <= now {
		e.agenda[0].expire(now)
	}
	e.settle(now)
}

// Dial opens a connection to remote (OPEN, active; RFC 9293 3.9.1.1) and returns
// at once; the notices Established or Closed tell how it went. Errors are
// syscall.EADDRNOTAVAIL (no such local address, no port free), EADDRINUSE (the
// connection exists), ENETUNREACH (remote is no address of one host) and ENOBUFS.
func (e *Engine) Dial(now Time, remote netip.AddrPort, o Options) (*Conn, error) {
	o = o.withDefaults(e.cfg.Options)
	f, err := e.flowTo(o.Local, remote)
	if err != nil {
		return nil, err
	}
	if e.full() {
		return nil, syscall.ENOBUFS
	}
	if f.localPort == 0 {
		f.localPort = e.choosePort(f, func(port uint16) bool {
			f.localPort = port
			return e.conns[f] != nil || e.listenerFor(f.localSocket()) != nil
		})
		if f.localPort == 0 {
			return nil, syscall.EADDRNOTAVAIL
		}
	}
	if e.conns[f] != nil {
		return nil, syscall.EADDRINUSE
	}
	c := e.newConn(f, e.newTCB(&o), &o)
	c.tcb.ISS = e.initialSequenceNumber(now, f)
	e.conns[f] = c
	e.counters.Opened++
	out := c.begin()
	c.tcb.Open(false, true, out)
	c.perform(now, trace.Call, "OPEN")
	e.settle(now)
	return c, nil
}

// Listen opens a listener at local (OPEN, passive). The zero address means every
// local one; port 0 asks the engine to choose. At most backlog connections wait
// for Accept or are on their way there; 0 means Settings.Backlog. Errors are
// syscall.EADDRINUSE and EADDRNOTAVAIL.
func (e *Engine) Listen(now Time, local netip.AddrPort, backlog int, o Options) (*Listener, error) {
	o = o.withDefaults(e.cfg.Options)
	s, ok := socketOf(local)
	if !ok || s.addr != [4]byte{} && !e.isLocal(s.addr) {
		return nil, syscall.EADDRNOTAVAIL
	}
	if s.port == 0 {
		s.port = e.choosePort(flow{local: s.addr}, func(port uint16) bool {
			return e.anyLocal(s.addr, port, func(s socket) bool { return e.listeners[s] != nil })
		})
		if s.port == 0 {
			return nil, syscall.EADDRNOTAVAIL
		}
	}
	if e.listeners[s] != nil {
		return nil, syscall.EADDRINUSE
	}
	setDefault(&backlog, e.cfg.Settings.Backlog)
	l := &Listener{e: e, local: s, options: o, backlog: backlog, tcb: e.newTCB(&o)}
	e.listeners[s] = l
	before := l.tcb
	l.tcb.Open(true, false, &e.effects)
	l.trace(now, "OPEN", &before)
	return l, nil
}

// transmit puts an internet header before a packet's payload and sends it.
// "atomic datagrams": the identification is 0 with DF set (RFC 6864, 4.1).
func (e *Engine) transmit(p *link.Packet, f flow, protocol, ttl, tos uint8) {
	ip := wire.IPv4{Src: f.local, Dst: f.remote, Protocol: protocol, TTL: ttl, TOS: tos, DontFragment: true}
	ip.Put(p.B)
	e.counters.PacketsOut++
	if e.isLocal(f.remote) {
		e.looped = append(e.looped, p)
		return
	}
	e.Out = append(e.Out, p)
}
