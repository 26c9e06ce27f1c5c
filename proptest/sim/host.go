package sim

import (
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Both peers have the same ports in TCP and in UDP, to see that they are apart.
var (
	addrs   = [sides]netip.Addr{netip.AddrFrom4([4]byte{10, 0, 0, 1}), netip.AddrFrom4([4]byte{10, 0, 0, 2})}
	sockets = [sides]netip.AddrPort{netip.AddrPortFrom(addrs[A], 1000), netip.AddrPortFrom(addrs[B], 2000)}
)

const (
	tick   = 4 * time.Microsecond // of the clock of initial sequence numbers, RFC 9293 3.4.1
	circle = tick << 32           // in which it goes round
)

// host is one peer: an engine, its clock, and its user.
type host struct {
	side  Side
	e     *engine.Engine
	epoch engine.Time // what its clock showed when the run began
	user  user
}

// clock is the host's time. The hosts know nothing of each other's.
func (h *host) clock(now time.Duration) engine.Time { return h.epoch.Add(now) }

// deadline is when the host's timers want to be looked at.
func (h *host) deadline() (time.Duration, bool) {
	at, ok := h.e.NextDeadline()
	return at.Sub(h.epoch), ok
}

// options are what the host's connections are opened with.
func (h Host) options(local netip.AddrPort) engine.Options {
	o := engine.Options{
		Local:      local,
		SendBuffer: 1 << 16, ReceiveBuffer: 1 << 16,
		NoDelay: h.NoDelay, AckAtOnce: h.AckAtOnce,
		WindowScale: h.Scale, Timestamps: h.Timestamps,
		KeepAlive: h.KeepAlive, KeepAliveIdle: time.Minute, KeepAliveInterval: 10 * time.Second, KeepAliveCount: 3,
	}
	if h.Send != 0 {
		o.SendBuffer = h.Send
	}
	if h.Receive != 0 {
		o.ReceiveBuffer = h.Receive
	}
	if h.Impatient {
		o.UserTimeout = 20 * time.Second
	}
	return o
}

// pieces is the most parts that text out of order may be held in.
func (h Host) pieces() int {
	if h.Pieces == 0 {
		return 256
	}
	return int(h.Pieces)
}

// config is what a host is made from.
func config(side Side, c *Case) engine.Config {
	return engine.Config{
		Host:     side.String(),
		Addrs:    []netip.Prefix{netip.PrefixFrom(addrs[side], 24)},
		MTU:      int(c.Hosts[side].MTU),
		Seed:     c.Seed,
		Secret:   [16]byte{byte(c.Seed), byte(c.Seed >> 8), byte(c.Seed >> 16), byte(side)},
		Settings: engine.Settings{Pieces: int(c.Hosts[side].Pieces)},
	}
}

// newHost makes a peer whose clock shows the initial sequence number that the
// case asks for: the clock is set, not the engine. Where calls block, the bubble
// has the stacks.
func newHost(side Side, c *Case, t trace.Tracer) *host {
	h := &host{side: side}
	h.user = user{host: h, set: c.Hosts[side]}
	if c.Block {
		return h
	}
	cfg := config(side, c)
	h.epoch = epoch(cfg, side, c.Hosts[side])
	cfg.Tracer = t
	e, err := engine.New(cfg)
	if err != nil {
		panic(err)
	}
	h.e = e
	return h
}

// epoch is the time at which an engine with this configuration would choose the
// wanted ISS. "ISN = M + F(localip, localport, remoteip, remoteport, secretkey)"
// (RFC 9293, 3.4.1): what F is, an engine at time 0 tells.
func epoch(cfg engine.Config, side Side, want Host) engine.Time {
	probe, err := engine.New(cfg)
	if err != nil {
		panic(err)
	}
	c, err := probe.Dial(0, sockets[side.Other()], want.options(sockets[side]))
	if err != nil {
		panic(err)
	}
	f := c.Status().TCB.ISS
	c.Abort(0)
	link.PutAll(probe.Out)
	return engine.Time(time.Duration(want.Age)*circle + time.Duration(want.ISS-uint32(f))*tick + time.Duration(want.Shift)*tick)
}
