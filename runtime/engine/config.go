package engine

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Time is a point in time, in nanoseconds since the stack began. It never goes back.
type Time int64

// Add returns the time d after t; where there is none, the last.
func (t Time) Add(d time.Duration) Time {
	if sum := t + Time(d); sum >= t || d < 0 {
		return sum
	}
	return never
}

// Sub returns the time from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Config is what an engine is made from.
type Config struct {
	Host     string         // name of the host in traces
	Addrs    []netip.Prefix // local addresses with their networks; the first is the default source
	MTU      int            // octets of the largest IP packet the link carries; 0: 1500
	Secret   [16]byte       // key of initial sequence numbers and ports (RFC 6528, RFC 6056); nobody else may know it
	Seed     uint64         // of whatever else is random
	Settings Settings       // of the host; zero fields take their defaults
	Options  Options        // of connections that bring none; the zero value means DefaultOptions
	Tracer   trace.Tracer   // told of every event; nil: silent
}

// Settings are constants of the host. A zero field means the default in parentheses.
type Settings struct {
	MSL            time.Duration // maximum segment lifetime (2 min), RFC 9293 3.4.2
	RTOInitial     time.Duration // before the first round trip is measured (1 s), RFC 6298 2.1
	RTOMin         time.Duration // (1 s), RFC 6298 2.4
	RTOMax         time.Duration // (60 s), RFC 6298 2.5
	Granularity    time.Duration // of the clock, G of RFC 6298 (1 ms)
	R1             uint8         // retransmissions before trouble is reported (3), SHLD-10
	R2             time.Duration // without progress before a connection is given up (15 min), SHLD-11
	R2SYN          time.Duration // the same for a SYN (3 min), MUST-23
	DelayedACK     time.Duration // (40 ms), MUST-40
	PersistMax     time.Duration // cap of the interval between window probes (60 s), SHLD-30
	SWSOverride    time.Duration // (200 ms), RFC 9293 3.8.6.2.1
	FINWait2       time.Duration // for a connection whose user is gone (60 s)
	ChallengeLimit uint8         // challenge ACKs per interval and connection (10), RFC 5961 7
	ChallengeTime  time.Duration // that interval (5 s)
	InitialWindow  int           // segments (10), RFC 6928

	Connections int // most connections at a time (1 << 20)
	TimeWaits   int // most records of connections in TIME-WAIT; the oldest gives way (1 << 16)
	HalfOpen    int // most connections in SYN-RECEIVED (4096)
	Backlog     int // places for connections not yet accepted, of a listener that names no number (1024)
	Pieces      int // most parts of text out of order, with holes between them, that a connection holds (256), D-20
	RSTRate     int // resets a second for segments of no connection (1000)
	ICMPRate    int // ICMP errors and echo replies a second (1000)

	FirstPort, LastPort uint16 // ephemeral ports (49152, 65535), RFC 6056 3.2
}

// Options are the user's choices for one connection.
type Options struct {
	Local             netip.AddrPort // of Dial: port 0 and the zero address are chosen by the engine
	SendBuffer        uint32         // octets (1 MiB); memory is taken as it is used
	ReceiveBuffer     uint32         // octets (1 MiB), RCV.BUFF
	NoDelay           bool           // Nagle's algorithm is off, MUST-17
	AckAtOnce         bool           // no delayed acknowledgments
	WindowScale       bool           // offer it, RFC 7323 2
	Timestamps        bool           // offer them, RFC 7323 3
	KeepAlive         bool           // MUST-24: off unless asked for
	KeepAliveIdle     time.Duration  // (2 h), MUST-28
	KeepAliveInterval time.Duration  // between probes (75 s)
	KeepAliveCount    uint8          // probes without answer (9)
	UserTimeout       time.Duration  // 0: Settings.R2 alone; less: for ever (MUST-21)
	TTL               uint8          // (64), MUST-49
	DSCP              uint8          // six bits (0), MUST-48
}

// DefaultOptions returns what a connection gets whose user has no wishes:
// window scaling and timestamps offered, Nagle's algorithm on (SHLD-7), no
// keep-alive (MUST-24), no user timeout.
func DefaultOptions() Options {
	return Options{
		SendBuffer: 1 << 20, ReceiveBuffer: 1 << 20,
		WindowScale: true, Timestamps: true,
		KeepAliveIdle: 2 * time.Hour, KeepAliveInterval: 75 * time.Second, KeepAliveCount: 9,
		TTL: 64,
	}
}

// withDefaults fills in from d what o leaves open. Options that say nothing at all
// are d, so that the zero value does not switch anything off.
func (o Options) withDefaults(d Options) Options {
	if o == (Options{Local: o.Local}) {
		d.Local = o.Local
		return d
	}
	setDefault(&o.SendBuffer, d.SendBuffer)
	setDefault(&o.ReceiveBuffer, d.ReceiveBuffer)
	setDefault(&o.KeepAliveIdle, d.KeepAliveIdle)
	setDefault(&o.KeepAliveInterval, d.KeepAliveInterval)
	setDefault(&o.KeepAliveCount, d.KeepAliveCount)
	setDefault(&o.TTL, d.TTL)
	return o
}

// withDefaults fills in the zero fields of s.
func (s Settings) withDefaults() Settings {
	setDefault(&s.MSL, 2*time.Minute)
	setDefault(&s.RTOInitial, time.Second)
	setDefault(&s.RTOMin, time.Second)
	setDefault(&s.RTOMax, time.Minute)
	setDefault(&s.Granularity, time.Millisecond)
	setDefault(&s.R1, 3)
	setDefault(&s.R2, 15*time.Minute)
	setDefault(&s.R2SYN, 3*time.Minute)
	setDefault(&s.DelayedACK, 40*time.Millisecond)
	setDefault(&s.PersistMax, time.Minute)
	setDefault(&s.SWSOverride, 200*time.Millisecond)
	setDefault(&s.FINWait2, time.Minute)
	setDefault(&s.ChallengeLimit, 10)
	setDefault(&s.ChallengeTime, 5*time.Second)
	setDefault(&s.InitialWindow, 10)
	setDefault(&s.Connections, 1<<20)
	setDefault(&s.TimeWaits, 1<<16)
	setDefault(&s.HalfOpen, 4096)
	setDefault(&s.Backlog, 1024)
	setDefault(&s.Pieces, 256)
	setDefault(&s.RSTRate, 1000)
	setDefault(&s.ICMPRate, 1000)
	setDefault(&s.FirstPort, 49152)
	setDefault(&s.LastPort, 65535)
	return s
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// check says what makes c unfit for an engine.
func (c *Config) check() error {
	if len(c.Addrs) == 0 {
		return errors.New("engine: Config.Addrs is empty: give the host at least one address, such as 10.0.0.1/24")
	}
	for _, p := range c.Addrs {
		if a := p.Addr(); !a.Is4() || a.IsUnspecified() || a.IsMulticast() {
			return fmt.Errorf("engine: Config.Addrs: %v is no IPv4 unicast address of a host", p)
		}
	}
	if c.MTU < 68 || c.MTU > 65535 {
		return fmt.Errorf("engine: Config.MTU is %d: IPv4 needs 68 to 65535 octets (RFC 791)", c.MTU)
	}
	if c.Settings.FirstPort > c.Settings.LastPort {
		return fmt.Errorf("engine: Settings.FirstPort %d is above LastPort %d", c.Settings.FirstPort, c.Settings.LastPort)
	}
	return nil
}
