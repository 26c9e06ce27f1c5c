package engine

import (
	"net/netip"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// Engine is one host's TCP, UDP and ICMP.
type Engine struct {
	// Out holds the packets to send, in order. The owner takes them after each
	// entry and leaves Out empty: e.Out = e.Out[:0]. They come from link.Get and
	// belong to whoever took them.
	Out []*link.Packet

	cfg Config
}

// New returns an engine for the host that cfg describes.
func New(cfg Config) (*Engine, error) {
	setDefault(&cfg.MTU, 1500)
	cfg.Settings = cfg.Settings.withDefaults()
	cfg.Options = cfg.Options.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return &Engine{cfg: cfg}, nil
}

// Packet takes in one IP packet that came at now. The engine owns p from here on.
// What the packet makes us say may wait until Flush.
func (e *Engine) Packet(now Time, p *link.Packet) {}

// Flush ends a batch of packets: acknowledgments and text go out, once for all of
// them (MUST-58, MUST-59).
func (e *Engine) Flush(now Time) {}

// NextDeadline returns the time at which Advance must be called at the latest;
// false if no timer runs. It may be earlier than the first timer really due.
func (e *Engine) NextDeadline() (Time, bool) { return 0, false }

// Advance lets all timers expire that are due at now.
func (e *Engine) Advance(now Time) {}

// Dial opens a connection to remote (OPEN, active; RFC 9293 3.9.1.1) and returns
// at once; the notices Established or Closed tell how it went. Errors are
// syscall.EADDRNOTAVAIL (no such local address, no port free), EADDRINUSE (the
// connection exists), ENETUNREACH (remote is no address of one host) and ENOBUFS.
func (e *Engine) Dial(now Time, remote netip.AddrPort, o Options) (*Conn, error) { return nil, nil }

// Listen opens a listener at local (OPEN, passive). The zero address means every
// local one; port 0 asks the engine to choose. At most backlog connections wait
// for Accept; 0 means Settings.Backlog. Errors are syscall.EADDRINUSE and
// EADDRNOTAVAIL.
func (e *Engine) Listen(now Time, local netip.AddrPort, backlog int, o Options) (*Listener, error) {
	return nil, nil
}

// ListenUDP binds a UDP endpoint to local; see Listen for its address and port.
func (e *Engine) ListenUDP(now Time, local netip.AddrPort) (*UDP, error) { return nil, nil }

// DialUDP binds a UDP endpoint that exchanges datagrams with remote only. The
// zero local address and port are chosen by the engine.
func (e *Engine) DialUDP(now Time, local, remote netip.AddrPort) (*UDP, error) { return nil, nil }

// Counters returns a copy of all counters.
func (e *Engine) Counters() Counters { return Counters{} }

// Usage returns what the engine holds at the moment.
func (e *Engine) Usage() Usage { return Usage{} }
