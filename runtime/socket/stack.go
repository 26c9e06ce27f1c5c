package socket

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// Config, Settings and Options are the engine's, so that a program needs to import
// this package only.
type (
	Config   = engine.Config
	Settings = engine.Settings
	Options  = engine.Options
)

// DefaultOptions returns what connections begin with unless something else is asked
// for: the engine's, but with Nagle's algorithm off, as in package net. Options of
// one's own are best made from these: a field that is false is a choice.
func DefaultOptions() Options {
	o := engine.DefaultOptions()
	o.NoDelay = true
	return o
}

// receiveBatch is how many packets at most are taken from a link under one lock.
// Their acknowledgments go out together and their readers wake once.
const receiveBatch = 256

// Stack is one host: its addresses, ports and connections. Its methods may be
// called from many goroutines.
type Stack struct {
	start time.Time
	addr  netip.Addr // the first of the host

	mu      sync.Mutex
	engine  *engine.Engine
	open    map[socket]uint64 // what Close has to shut, numbered in the order of opening
	opened  uint64            // the last number
	woken   []socket          // have news for those who wait
	routes  []route
	alarm   *time.Timer
	alarmAt engine.Time // when alarm rings; meaningful while armed
	armed   bool
	closed  bool

	reporting bool    // a goroutine delivers reports
	reports   []*Conn // have reports to deliver

	sending sync.Mutex     // orders batches on the links; taken while mu is held, never the other way round
	sent    []*link.Packet // the batch sent last: memory for the next; guarded by sending
	running sync.WaitGroup // the receivers
}

// socket is what the stack knows of connections, listeners and UDP endpoints.
type socket interface {
	wake() // passes news on to those who wait
	shut() // ends it, because the stack closes
}

// New starts a stack on l. The stack owns l and closes it. Config.MTU is l's if
// zero, Config.Secret and Config.Seed are random if zero, Config.Options is
// DefaultOptions if zero.
func New(l link.Link, cfg Config) (*Stack, error) {
	if cfg.MTU == 0 {
		cfg.MTU = l.MTU()
	}
	if cfg.Secret == [16]byte{} {
		rand.Read(cfg.Secret[:])
	}
	if cfg.Seed == 0 {
		var b [8]byte
		rand.Read(b[:])
		cfg.Seed = binary.NativeEndian.Uint64(b[:])
	}
	if cfg.Options == (Options{}) {
		cfg.Options = DefaultOptions()
	}
	e, err := engine.New(cfg)
	if err != nil {
		return nil, err
	}
	s := &Stack{
		start:  time.Now(),
		addr:   cfg.Addrs[0].Addr(),
		engine: e,
		open:   make(map[socket]uint64),
	}
	s.alarm = time.AfterFunc(time.Hour, s.ring)
	s.alarm.Stop()
	s.AddLink(l)
	return s, nil
}

// AddLink lets packets to the given networks leave by l, which the stack owns from
// now on; packets that match no network leave by the link of New. What arrives on
// l is taken in as from any other link.
func (s *Stack) AddLink(l link.Link, networks ...netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.Close()
		return
	}
	s.routes = append(s.routes, route{l, networks})
	s.running.Add(1)
	go s.receive(l)
}

// Close resets all connections that are open to their users, closes the links and
// waits until the goroutines of the stack are gone. Whoever waits in a call gets
// net.ErrClosed. What closed connections have still to send is lost: Usage tells
// whether there are any.
func (s *Stack) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return net.ErrClosed
	}
	s.closed = true
	for _, o := range slices.SortedFunc(maps.Keys(s.open), func(a, b socket) int {
		return cmp.Compare(s.open[a], s.open[b])
	}) {
		o.shut()
	}
	clear(s.open)
	s.alarm.Stop()
	routes := s.routes
	s.unlock()
	var err error
	for _, r := range routes {
		if e := r.link.Close(); err == nil {
			err = e
		}
	}
	s.running.Wait()
	return err
}

// Addr returns the first address of the host.
func (s *Stack) Addr() netip.Addr { return s.addr }

// Counters returns what the engine has counted since New.
func (s *Stack) Counters() engine.Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engine.Counters()
}

// Usage returns what the engine holds at the moment.
func (s *Stack) Usage() engine.Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engine.Usage()
}

// enter notes that o is open. mu is held.
func (s *Stack) enter(o socket) {
	s.opened++
	s.open[o] = s.opened
}

// now returns the time since the stack began. To be called with mu held: so the
// engine's time never goes back.
func (s *Stack) now() engine.Time { return engine.Time(time.Since(s.start)) }

// receive carries packets from l to the engine until l is closed.
func (s *Stack) receive(l link.Link) {
	defer s.running.Done()
	batch := make([]*link.Packet, receiveBatch)
	for {
		n, err := l.Recv(batch)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.take(batch[:n])
		s.unlock()
	}
}

// take gives a batch to the engine.
//
//	"Segments are queued until they can be processed ... a TCP endpoint MUST process
//	all of its queued segments before sending any ACK segments." RFC 9293 3.10.7.4, MUST-59
func (s *Stack) take(batch []*link.Packet) {
	now := s.now()
	for _, p := range batch {
		s.engine.Packet(now, p)
	}
	s.engine.Flush(now)
}

// ring is the alarm: timers are due.
func (s *Stack) ring() {
	s.mu.Lock()
	s.armed = false
	if !s.closed {
		s.engine.Advance(s.now())
	}
	s.unlock()
}

// arm sets the alarm if the engine's deadline is earlier than the alarm is. One
// that moved away costs nothing: the alarm finds nothing due, and is set again.
func (s *Stack) arm() {
	at, ok := s.engine.NextDeadline()
	if !ok || s.closed || s.armed && s.alarmAt <= at {
		return
	}
	s.armed, s.alarmAt = true, at
	s.alarm.Reset(at.Sub(s.now()))
}
