package model

import (
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

var addresses = [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:1024"), netip.MustParseAddrPort("10.0.0.2:80")}

// recorder is a Core that notes what is asked of it.
type recorder struct {
	Core
	i      uint8
	at     time.Duration
	events []trace.Event
}

func (r *recorder) event(kind trace.Kind, what string) *trace.Event {
	r.events = append(r.events, trace.Event{
		At: r.at, Host: hostName(r.i), Kind: kind, What: what, Local: addresses[r.i], Remote: addresses[1-r.i],
	})
	return &r.events[len(r.events)-1]
}

// note records one call of the core.
func (r *recorder) note(kind trace.Kind, what string, t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects, call func()) {
	before := *t
	e := trace.Event{}
	if seg != nil {
		e.SEG = *seg
	}
	call()
	if out.Rules == (tcp.RuleSet{}) || what == "SEGMENTIZE" && out.NSend == 0 && out.Start == 0 {
		return // nothing happened
	}
	n := r.event(kind, what)
	n.SEG, n.Before, n.After, n.Rules = e.SEG, before, *t, out.Rules
}

// sent records a segment that left the host.
func (r *recorder) sent(p *Packet, t *tcp.TCB) {
	e := r.event(trace.Sent, "")
	e.Sent = tcp.Sent{SEQ: p.SEQ, ACK: p.ACK, DATA: uint32(p.DATA), UP: uint32(p.UP), CTL: p.CTL}
	e.Before, e.After = *t, *t
}

func (r *recorder) Open(t *tcp.TCB, passive, remote bool, out *tcp.Effects) {
	r.note(trace.Call, "OPEN", t, nil, out, func() { r.Core.Open(t, passive, remote, out) })
}

func (r *recorder) Send(t *tcp.TCB, count, queued, room uint32, remote, urgent bool, out *tcp.Effects) {
	r.note(trace.Call, "SEND", t, nil, out, func() { r.Core.Send(t, count, queued, room, remote, urgent, out) })
}

func (r *recorder) Receive(t *tcp.TCB, onHand, rcvUSER uint32, out *tcp.Effects) {
	r.note(trace.Call, "RECEIVE", t, nil, out, func() { r.Core.Receive(t, onHand, rcvUSER, out) })
}

func (r *recorder) Close(t *tcp.TCB, queued, unread uint32, half bool, out *tcp.Effects) {
	r.note(trace.Call, "CLOSE", t, nil, out, func() { r.Core.Close(t, queued, unread, half, out) })
}

func (r *recorder) Abort(t *tcp.TCB, out *tcp.Effects) {
	r.note(trace.Call, "ABORT", t, nil, out, func() { r.Core.Abort(t, out) })
}

func (r *recorder) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	r.note(trace.Received, "SEGMENT ARRIVES", t, seg, out, func() { r.Core.SegmentArrives(t, seg, out) })
}

func (r *recorder) HeldText(t *tcp.TCB, seg *tcp.Segment, more bool, out *tcp.Effects) {
	r.note(trace.Call, "HELD TEXT", t, seg, out, func() { r.Core.HeldText(t, seg, more, out) })
}

func (r *recorder) Segmentize(t *tcp.TCB, queued, room uint32, out *tcp.Effects) {
	r.note(trace.Call, "SEGMENTIZE", t, nil, out, func() { r.Core.Segmentize(t, queued, room, out) })
}

func (r *recorder) ICMPError(t *tcp.TCB, hard bool, out *tcp.Effects) {
	r.note(trace.Received, "ICMP ERROR", t, nil, out, func() { r.Core.ICMPError(t, hard, out) })
}

func (r *recorder) Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects) {
	r.note(trace.Timeout, timer.String(), t, nil, out, func() { r.Core.Expires(t, timer, queued, out) })
}
