package model

import (
	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// The events of the core, each with a note of what it was asked, for properties to see.

// notes notes an event and its parameters, in the order of the text.
func (m *machine) notes(e proof.Event, params ...uint32) {
	m.asked = occurrence{happens: true, event: e}
	copy(m.asked.params[:], params)
}

func (m *machine) openTCB(t *tcp.TCB, passive, remote bool) {
	m.notes(proof.EventOpen, one(passive), one(remote))
	m.core.Open(t, passive, remote, &m.out)
}

func (m *machine) submit(t *tcp.TCB, count, queued, room uint32, remote, urgent bool) {
	m.notes(proof.EventSend, count, queued, room, one(remote), one(urgent))
	m.core.Send(t, count, queued, room, remote, urgent, &m.out)
}

func (m *machine) receive(t *tcp.TCB, onHand, rcvUSER uint32) {
	m.notes(proof.EventReceive, onHand, rcvUSER)
	m.core.Receive(t, onHand, rcvUSER, &m.out)
}

func (m *machine) close(t *tcp.TCB, queued, unread uint32, half bool) {
	m.notes(proof.EventClose, queued, unread, one(half))
	m.core.Close(t, queued, unread, half, &m.out)
}

func (m *machine) abort(t *tcp.TCB) {
	m.notes(proof.EventAbort)
	m.core.Abort(t, &m.out)
}

func (m *machine) status(t *tcp.TCB) {
	m.notes(proof.EventStatus)
	m.core.Status(t, &m.out)
}

func (m *machine) keepAliveTurned(t *tcp.TCB) {
	m.notes(proof.EventKeepAliveTurned)
	m.core.KeepAliveTurned(t, &m.out)
}

// segmentArrives gives m.seg to the core, which trims it.
func (m *machine) segmentArrives(t *tcp.TCB) {
	m.notes(proof.EventSegmentArrives)
	m.core.SegmentArrives(t, &m.seg, &m.out)
}

func (m *machine) heldText(t *tcp.TCB, more bool) {
	m.notes(proof.EventHeldText, one(more))
	m.core.HeldText(t, &m.seg, more, &m.out)
}

func (m *machine) segmentize(t *tcp.TCB, queued, room uint32) {
	m.notes(proof.EventSegmentize, queued, room)
	m.core.Segmentize(t, queued, room, &m.out)
}

func (m *machine) retransmit(t *tcp.TCB, from tcp.Seq) {
	m.notes(proof.EventRetransmit, uint32(from))
	m.core.Retransmit(t, from, &m.out)
}

func (m *machine) icmpError(t *tcp.TCB, hard bool) {
	m.notes(proof.EventICMPError, one(hard))
	m.core.ICMPError(t, hard, &m.out)
}

func (m *machine) expires(t *tcp.TCB, timer tcp.Timer, queued uint32) {
	m.notes(proof.Timeout(timer), queued)
	m.core.Expires(t, timer, queued, &m.out)
}

// behind notes an event that the host has brought about itself.
func (m *machine) behind(before *tcp.TCB) *part {
	m.step.Then = append(m.step.Then, part{
		occurrence: m.asked, before: *before, beside: m.h.seen(before).Ghost, after: m.h.TCB, out: m.out,
	})
	return &m.step.Then[len(m.step.Then)-1]
}
