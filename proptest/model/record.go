package model

import (
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Addresses are the sockets of both hosts.
var Addresses = [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:1024"), netip.MustParseAddrPort("10.0.0.2:80")}

// A Recorder is a Core that tells what is asked of it.
type Recorder struct {
	Core
	Host   uint8
	At     time.Duration
	Packet []byte            // that arrives next; nil: none is known
	Tell   func(trace.Event) // of every event, in order
	took   bool              // the segment that arrived last has been told of, and not been forgotten
}

// Begin begins an event of the world: at that time, and with that packet, if one arrives.
func (r *Recorder) Begin(at time.Duration, packet []byte) { r.At, r.Packet, r.took = at, packet, false }

func (r *Recorder) event(kind trace.Kind, what string) trace.Event {
	return trace.Event{
		At: r.At, Host: hostName(r.Host), Kind: kind, What: what, Local: Addresses[r.Host], Remote: Addresses[1-r.Host],
	}
}

// note tells of one call of the core.
func (r *Recorder) note(kind trace.Kind, what string, t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects, call func()) {
	e := r.event(kind, what)
	e.Before = *t
	if seg != nil {
		e.SEG = *seg
	}
	call()
	idle := out.Rules == (tcp.RuleSet{}) || what == "SEGMENTIZE" && out.NSend == 0 && out.Start == 0
	if idle && kind != trace.Received && out.NSend == 0 && *t == e.Before {
		return // nothing happened
	}
	if kind == trace.Received {
		e.Packet, r.took = r.Packet, true
	}
	e.After, e.Rules = *t, out.Rules
	r.Tell(e)
}

// Sent tells of a segment that left the host, and what packet it is.
func (r *Recorder) Sent(s *tcp.Sent, packet []byte, t *tcp.TCB) {
	e := r.event(trace.Sent, s.CTL.String())
	e.Sent, e.Before, e.After, e.Packet = *s, *t, *t, packet
	r.Tell(e)
}

func (r *Recorder) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	kind, what := trace.Received, "SEGMENT ARRIVES"
	if r.took {
		// A connection in TIME-WAIT has made place, and the listener has the segment now.
		kind, what = trace.Call, "SEGMENT ARRIVES, for the listener"
	}
	r.note(kind, what, t, seg, out, func() { r.Core.SegmentArrives(t, seg, out) })
}

func (r *Recorder) Open(t *tcp.TCB, passive, remote bool, out *tcp.Effects) {
	r.note(trace.Call, "OPEN", t, nil, out, func() { r.Core.Open(t, passive, remote, out) })
}

func (r *Recorder) Send(t *tcp.TCB, count, queued, room uint32, remote, urgent bool, out *tcp.Effects) {
	r.note(trace.Call, "SEND", t, nil, out, func() { r.Core.Send(t, count, queued, room, remote, urgent, out) })
}

func (r *Recorder) Receive(t *tcp.TCB, onHand, rcvUSER uint32, out *tcp.Effects) {
	r.note(trace.Call, "RECEIVE", t, nil, out, func() { r.Core.Receive(t, onHand, rcvUSER, out) })
}

func (r *Recorder) Close(t *tcp.TCB, queued, unread uint32, half bool, out *tcp.Effects) {
	r.note(trace.Call, "CLOSE", t, nil, out, func() { r.Core.Close(t, queued, unread, half, out) })
}

func (r *Recorder) Abort(t *tcp.TCB, out *tcp.Effects) {
	r.note(trace.Call, "ABORT", t, nil, out, func() { r.Core.Abort(t, out) })
}

func (r *Recorder) HeldText(t *tcp.TCB, seg *tcp.Segment, more bool, out *tcp.Effects) {
	r.note(trace.Call, "HELD TEXT", t, seg, out, func() { r.Core.HeldText(t, seg, more, out) })
}

func (r *Recorder) Segmentize(t *tcp.TCB, queued, room uint32, out *tcp.Effects) {
	r.note(trace.Call, "SEGMENTIZE", t, nil, out, func() { r.Core.Segmentize(t, queued, room, out) })
}

func (r *Recorder) ICMPError(t *tcp.TCB, hard bool, out *tcp.Effects) {
	r.note(trace.Received, "ICMP ERROR", t, nil, out, func() { r.Core.ICMPError(t, hard, out) })
}

func (r *Recorder) Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects) {
	r.note(trace.Timeout, timer.String(), t, nil, out, func() { r.Core.Expires(t, timer, queued, out) })
}

func (r *Recorder) Status(t *tcp.TCB, out *tcp.Effects) {
	r.note(trace.Call, "STATUS", t, nil, out, func() { r.Core.Status(t, out) })
}

func (r *Recorder) KeepAliveTurned(t *tcp.TCB, out *tcp.Effects) {
	r.note(trace.Call, "KEEP-ALIVE TURNED", t, nil, out, func() { r.Core.KeepAliveTurned(t, out) })
}

func (r *Recorder) Retransmit(t *tcp.TCB, from tcp.Seq, out *tcp.Effects) {
	r.note(trace.Call, "RETRANSMIT", t, nil, out, func() { r.Core.Retransmit(t, from, out) })
}
