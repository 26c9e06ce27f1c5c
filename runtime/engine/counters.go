package engine

import (
	"math/bits"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// Drop is the reason why a packet was not processed: one of package wire's, with
// the same number, or one of the engine's.
type Drop uint8

// Reasons of the engine, which follow those of package wire.
const (
	DestinationForeign Drop = Drop(wire.NumDrops) + iota // not one of our addresses, or a broadcast or multicast one (MUST-57)
	SourceInvalid                                        // broadcast, multicast, unspecified, or ourselves (MUST-63)
	ProtocolUnknown                                      // neither TCP, UDP nor ICMP
	BacklogFull                                          // a SYN for a listener whose connections nobody accepts
	HalfOpenFull                                         // a SYN when too many connections are in SYN-RECEIVED
	ConnectionsFull                                      // a SYN when there are too many connections
	ResetLimited                                         // a segment of no connection, beyond Settings.RSTRate
	UDPPortClosed                                        // a datagram for no endpoint
	UDPQueueFull                                         // a datagram for an endpoint that is not read
	ICMPLimited                                          // an echo, or a datagram for no endpoint, beyond Settings.ICMPRate
	ICMPIgnored                                          // a message we have no use for, as source quench (MUST-55)
	ICMPForeign                                          // an error about nothing we have outstanding (RFC 5927, 4.1)

	NumDrops
)

var dropNames = [NumDrops]string{
	DestinationForeign: "destination is not ours",
	SourceInvalid:      "source address invalid",
	ProtocolUnknown:    "protocol unknown",
	BacklogFull:        "backlog full",
	HalfOpenFull:       "too many half-open connections",
	ConnectionsFull:    "too many connections",
	ResetLimited:       "reset not sent, rate limited",
	UDPPortClosed:      "UDP port closed",
	UDPQueueFull:       "UDP queue full",
	ICMPLimited:        "ICMP rate limited",
	ICMPIgnored:        "ICMP message ignored",
	ICMPForeign:        "ICMP error about nothing outstanding",
}

// String names the reason.
func (d Drop) String() string {
	switch {
	case d < Drop(wire.NumDrops):
		return wire.Drop(d).String()
	case d < NumDrops:
		return dropNames[d]
	}
	return "unknown reason"
}

// Counters count what happened since New.
type Counters struct {
	PacketsIn, PacketsOut   uint64
	SegmentsIn, SegmentsOut uint64 // of TCP, intact
	OctetsIn, OctetsOut     uint64 // of text: delivered in sequence, and sent, repetitions included
	DatagramsIn             uint64 // of UDP, queued
	DatagramsOut            uint64

	Opened           uint64 // connections: by Dial
	Accepted         uint64 // and by SYNs that were answered
	Retransmitted    uint64 // segments sent again, for whatever reason
	Timeouts         uint64 // of the retransmission timer, on text, a SYN or a FIN
	FastRetransmits  uint64 // losses that three duplicate ACKs told of
	DuplicateACKs    uint64 // received
	ResetsOut        uint64
	Strays           uint64 // segments that belonged to no connection and no listener
	OddOptions       uint64 // segments with an option that was overlooked (D-05)
	TimeWaitsEvicted uint64 // connections whose TIME-WAIT ended early, for want of room
	EchoReplies      uint64
	ICMPErrorsIn     uint64 // that told of something of ours
	ICMPErrorsOut    uint64

	Drops [NumDrops]uint64 // packets not processed, by reason
}

// Counters returns a copy of all counters.
func (e *Engine) Counters() Counters { return e.counters }

// drop counts and reports a packet that is not processed.
func (e *Engine) drop(now Time, why Drop, p *link.Packet) {
	e.counters.Drops[why]++
	if e.cfg.Tracer != nil {
		e.traceDrop(now, why, p)
	}
}

// Usage is what an engine holds. After everything was closed all of it is zero (R4).
type Usage struct {
	Connections int // connections, those in TIME-WAIT not counted
	HalfOpen    int // of these, in SYN-RECEIVED after a passive open
	Waiting     int // established and not yet accepted
	TimeWaits   int // records of connections in TIME-WAIT
	Listeners   int
	UDP         int // UDP endpoints
	Timers      int // timers that run
	Buffered    int // octets in send, receive and reassembly buffers, and in UDP queues
}

// Usage returns what the engine holds at the moment. It looks at everything, and
// is meant for tests and for people.
func (e *Engine) Usage() Usage {
	u := Usage{
		HalfOpen: e.halfOpen, TimeWaits: e.timeWaits.count,
		Listeners: len(e.listeners), UDP: len(e.udpFlows) + len(e.udpSockets),
	}
	for _, c := range e.conns {
		if c.tcb.State != tcp.TimeWait {
			u.Connections++
		}
		held, _ := c.in.Held()
		u.Buffered += c.out.Len() + c.in.Len() + held
	}
	for _, c := range e.agenda {
		u.Timers += bits.OnesCount(uint(c.tcb.Timers))
	}
	for _, l := range e.listeners {
		u.Waiting += len(l.queue)
	}
	for _, udp := range e.udpFlows {
		u.Buffered += udp.octets
	}
	for _, udp := range e.udpSockets {
		u.Buffered += udp.octets
	}
	return u
}
