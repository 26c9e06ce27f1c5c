package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// Core is the machine under test: the events of the text as methods on a TCB.
// Generated is the one that ships; another reading of the text, or a mutant of
// it, can take its place. A Core is used by one goroutine at a time.
type Core interface {
	Open(t *tcp.TCB, passive, remote bool, out *tcp.Effects)
	Send(t *tcp.TCB, count, queued, room uint32, remote, urgent bool, out *tcp.Effects)
	Receive(t *tcp.TCB, onHand, rcvUSER uint32, out *tcp.Effects)
	Close(t *tcp.TCB, queued, unread uint32, half bool, out *tcp.Effects)
	Abort(t *tcp.TCB, out *tcp.Effects)
	Status(t *tcp.TCB, out *tcp.Effects)
	KeepAliveTurned(t *tcp.TCB, out *tcp.Effects)
	SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects)
	HeldText(t *tcp.TCB, seg *tcp.Segment, more bool, out *tcp.Effects)
	Segmentize(t *tcp.TCB, queued, room uint32, out *tcp.Effects)
	Retransmit(t *tcp.TCB, from tcp.Seq, out *tcp.Effects)
	ICMPError(t *tcp.TCB, hard bool, out *tcp.Effects)
	Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects)
}

// Generated is generated/tcp.
type Generated struct{}

func (Generated) Open(t *tcp.TCB, passive, remote bool, out *tcp.Effects) {
	t.Open(passive, remote, out)
}

func (Generated) Send(t *tcp.TCB, count, queued, room uint32, remote, urgent bool, out *tcp.Effects) {
	t.Send(count, queued, room, remote, urgent, out)
}

func (Generated) Receive(t *tcp.TCB, onHand, rcvUSER uint32, out *tcp.Effects) {
	t.Receive(onHand, rcvUSER, out)
}

func (Generated) Close(t *tcp.TCB, queued, unread uint32, half bool, out *tcp.Effects) {
	t.Close(queued, unread, half, out)
}

func (Generated) Abort(t *tcp.TCB, out *tcp.Effects)  { t.Abort(out) }
func (Generated) Status(t *tcp.TCB, out *tcp.Effects) { t.Status(out) }

func (Generated) KeepAliveTurned(t *tcp.TCB, out *tcp.Effects) { t.KeepAliveTurned(out) }

func (Generated) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	t.SegmentArrives(seg, out)
}

func (Generated) HeldText(t *tcp.TCB, seg *tcp.Segment, more bool, out *tcp.Effects) {
	t.HeldText(seg, more, out)
}

func (Generated) Segmentize(t *tcp.TCB, queued, room uint32, out *tcp.Effects) {
	t.Segmentize(queued, room, out)
}

func (Generated) Retransmit(t *tcp.TCB, from tcp.Seq, out *tcp.Effects) { t.Retransmit(from, out) }
func (Generated) ICMPError(t *tcp.TCB, hard bool, out *tcp.Effects)     { t.ICMPError(hard, out) }

func (Generated) Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects) {
	t.Expires(timer, queued, out)
}
