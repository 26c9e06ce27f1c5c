package sim

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// cause is what a step began with.
type cause uint8

const (
	byPacket cause = iota
	byTimer
	byUser
)

// watch looks at a run: at every event of the machines, at every packet, and at
// both hosts after every step.
type watch struct {
	seen  Seen
	flows [sides][]*flow // every connection there was, with what the last event left
	lives [sides][]*life // every connection as its packets show it

	toldBySYN [sides]*uint16 // the window of the last SYN without ACK that arrived

	// The step in progress.
	host     Side
	cause    cause
	replying bool     // what is sent now, is sent by the engine and not by its user
	isTCP    bool     // the packet that is being processed
	passed   int      // events of the packet that is being processed: SEGMENT ARRIVES, or drops
	reopened bool     // one of them found the connection in TIME-WAIT
	packets  []header // TCP, that arrived
	others   int      // and what is not TCP
	known    []bool   // of these: they belonged to a connection

	// In the whole step, by side.
	events     int           // of both
	work       int           // of these, what is neither a SEND nor a RECEIVE
	ended      int           // connections that their users have ended, many at once
	came, went int           // packets that arrived, and that were sent
	segments   [sides]uint32 // of TCP, that arrived
	resets     [sides]int    // sent
	owed       [sides]bool   // CLOSE with unread text owes the peer a reset

	turnedAway [sides]bool // a listener had no place for a SYN

	// Since something was achieved last.
	useful              bool          // something was, in this step
	useless             int           // packets sent, but for RSTs
	refusals            int           // RSTs sent
	flying              int           // packets the network held then
	achievedAt          time.Duration // when that was
	acknowledgedAt      time.Duration // when SND.UNA last advanced
	delivered, repaired time.Duration // when a user last read, and what was lost was last made good
	heard, broken       time.Duration // when a packet last came or went, and when one did so behind a long silence
}

// flow is one connection of one host, as its events tell.
type flow struct {
	local, remote netip.AddrPort
	what          string  // the last event
	before, tcb   tcp.TCB // before and after it
	iss, irs      tcp.Seq
	met           bool    // the peer's SYN has come: irs is known
	challenges    bool    // an ACK is owed for an unacceptable segment
	owed          tcp.Seq // RCV.NXT when it came
	answers       int     // segments with ACK sent in this step
	held          []span
	crowded       bool // more was held than may be remembered
	end           end
	losses        losses
	probing       probing
	ended         error // what its user is to be told, once it is CLOSED
}

// span is a range of sequence numbers.
type span struct{ from, end tcp.Seq }

func (f *flow) alive() bool { return f.tcb.State != tcp.Closed && f.tcb.State != tcp.Listen }

// tracer passes a host's events to the watch.
type tracer struct {
	w    *world
	side Side
}

// Trace implements trace.Tracer.
func (t tracer) Trace(e *trace.Event) {
	w := t.w
	if w.watch.events++; w.watch.events > maxEvents {
		panic("endless work in one step: " + e.What)
	}
	if e.What != "SEND" && e.What != "RECEIVE" {
		w.watch.work++
	}
	if e.Kind == trace.Dropped || e.What == segmentArrives {
		w.watch.passed++
		w.watch.reopened = w.watch.reopened || e.Kind != trace.Dropped && e.Before.State == tcp.TimeWait
	}
	if w.opts.Events {
		kept := *e
		kept.At, kept.Packet = w.now, bytes.Clone(e.Packet)
		w.events = append(w.events, kept)
	}
	w.note(e.What, uint64(t.side), uint64(e.Kind), uint64(e.After.State), uint64(e.After.Timers))
	if e.Kind == trace.Dropped {
		w.watch.seen.drop(e.What)
		if e.What == engine.BacklogFull.String() {
			w.watch.turnedAway[t.side] = true
		}
		return
	}
	for i, set := range e.Rules {
		w.watch.seen.Rules[i] |= set
	}
	w.watch.event(w, t.side, e)
}

// asked notes that the properties are put to the test.
func (w *world) asked(all ...Property) {
	for _, p := range all {
		w.watch.seen.Asked[p]++
	}
}

// begin begins a step, or another part of one.
func (k *watch) begin(host Side, by cause) {
	k.host, k.cause = host, by
	k.packets, k.known, k.others = k.packets[:0], k.known[:0], 0
	k.replying = true
	if by != byPacket {
		k.useful = true
	}
}

// find returns the flow that has this TCB before an event; nil if it has none yet.
func (k *watch) find(host Side, e *trace.Event, iss tcp.Seq) *flow {
	for i := len(k.flows[host]) - 1; i >= 0; i-- {
		if f := k.flows[host][i]; f.iss == iss && f.local == e.Local && f.remote == e.Remote && f.alive() {
			return f
		}
	}
	return nil
}

// The names of events in the text.
const (
	icmpError      = "ICMP ERROR"
	heldText       = "HELD TEXT"
	segmentArrives = "SEGMENT ARRIVES"
)

// event looks at one event of a machine.
func (k *watch) event(w *world, host Side, e *trace.Event) {
	if e.Kind == trace.Sent {
		k.segmentLeft(w, host, e)
		return
	}
	f := k.find(host, e, e.Before.ISS)
	begins := e.Before.State == tcp.Closed || e.Before.State == tcp.Listen
	switch {
	case f == nil && begins && e.After.State != e.Before.State && e.After.State != tcp.Listen && e.After.State != tcp.Closed:
		w.asked(EventuallyClosed)
		f = &flow{local: e.Local, remote: e.Remote, iss: e.After.ISS}
		k.flows[host] = append(k.flows[host], f)
	case f == nil && begins:
		k.bypassed(w, host, e)
		return // nothing came of it
	case f == nil:
		w.fail(Continuity, "%v has an event %q of a connection in %v that it had not before", host, e.What, e.Before.State)
		return
	default:
		k.unchanged(w, host, f, &e.Before)
	}
	k.progress(w, e)
	f.losses.note(e)
	f.probing.note(w, host, e)
	f.tcb, f.before, f.what = e.After, e.Before, e.What
	if e.After.State == tcp.Closed {
		f.ended = outcomeOf(e)
	}
	if e.After.State == tcp.SynReceived || tcp.Synchronized.Has(e.After.State) {
		f.irs, f.met = e.After.IRS, true
		k.supersede(host, f)
	}
	k.seen.States |= 1 << e.After.State
	k.seen.Transitions[e.Before.State] |= 1 << e.After.State
	checkMachine(w, host, e)
	if e.What == icmpError && tcp.Synchronized.Has(e.Before.State) {
		if w.asked(SoftErrors); e.After != e.Before {
			w.fail(SoftErrors, "%v: an ICMP error changes a connection in %v: %s", host, e.Before.State, difference(&e.Before, &e.After))
		}
	}
	if e.Kind == trace.Received {
		checkSegment(w, host, f, e)
		f.end.event(w, host, e)
	}
	k.givenUp(w, host, f, e)
}

// bypassed looks at a segment that met CLOSED or LISTEN: its connection must not be
// there, unless in TIME-WAIT, where it may be about to be followed.
func (k *watch) bypassed(w *world, host Side, e *trace.Event) {
	if e.Kind != trace.Received {
		return
	}
	for _, f := range k.flows[host] {
		if f.alive() && f.tcb.State != tcp.TimeWait && f.local == e.Local && f.remote == e.Remote {
			w.fail(Continuity, "%v: a segment of the connection in %v is given to %v", host, f.tcb.State, e.Before.State)
		}
	}
}

// calm is how long nothing must have happened to any packet for a connection not to
// be given up: less than R2, and time for several retransmissions.
const calm = 8 * time.Minute

// givenUp is L14, for a connection that had been established. A user may lose his
// patience with a window that stays closed, and with no other.
func (k *watch) givenUp(w *world, host Side, f *flow, e *trace.Event) {
	byUser := e.What == tcp.TimerUser.String()
	if e.Kind != trace.Timeout || !byUser && e.What != tcp.TimerGiveUp.String() || !tcp.Synchronized.Has(e.Before.State) || len(w.c.Insert) > 0 {
		return
	}
	w.asked(PatientEnd)
	peer := k.newest(host.Other(), f.irs)
	if peer == nil || !peer.alive() || byUser && peer.tcb.RCV.WND == 0 {
		return
	}
	if since := w.now - w.faultAt; since > calm {
		w.fail(PatientEnd, "%v gives up in %v, its peer is in %v, and no packet was harmed for %v", host, e.Before.State, peer.tcb.State, since)
	}
}

// supersede ends the connection in TIME-WAIT that another one has followed: that is
// no event of its own (3.6.1, MAY-2).
func (k *watch) supersede(host Side, by *flow) {
	if !tcp.Synchronized.Has(by.tcb.State) {
		return
	}
	for _, f := range k.flows[host] {
		if f != by && f.tcb.State == tcp.TimeWait && f.local == by.local && f.remote == by.remote {
			f.tcb.State = tcp.Closed
		}
	}
}

// unchanged holds a TCB to what the last event has left (settings aside, which are
// the user's).
func (k *watch) unchanged(w *world, host Side, f *flow, now *tcp.TCB) {
	w.asked(Continuity)
	left := f.tcb
	left.Settings = now.Settings
	if left != *now {
		w.fail(Continuity, "%v's connection in %v was changed between events: %s", host, now.State, difference(&left, now))
	}
}

// progress notes that an event has achieved something.
func (k *watch) progress(w *world, e *trace.Event) {
	b, a := &e.Before, &e.After
	if a.SND.UNA != b.SND.UNA {
		k.acknowledgedAt = w.now
	}
	if a.State != b.State || a.SND.UNA != b.SND.UNA || a.SND.NXT != b.SND.NXT || a.RCV.NXT != b.RCV.NXT || a.SND.WND != b.SND.WND {
		k.achieved(w)
	}
}

// achieved begins to count anew the packets that are good for nothing.
func (k *watch) achieved(w *world) {
	k.useful, k.achievedAt = true, w.now
}

// segmentLeft counts the answers of a connection, and looks at segments of new text.
func (k *watch) segmentLeft(w *world, host Side, e *trace.Event) {
	if !e.Sent.CTL.Has(tcp.ACK) || e.Sent.CTL.Has(tcp.RST) {
		return
	}
	f := k.find(host, e, e.After.ISS)
	if f == nil {
		return
	}
	k.told(w, host, e)
	// Of a batch, text that is sent again for one segment may carry the answer to those
	// before it (MUST-58, MUST-59), and then RCV.NXT moves on.
	if e.Sent.ACK == e.After.RCV.NXT || f.challenges && e.Sent.ACK == f.owed {
		f.answers++
	}
	if f.what == "SEGMENTIZE" && e.Sent.DATA > 0 && e.Sent.SEQ == f.before.SND.NXT {
		checkSilly(w, host, f, &e.Sent)
	}
}

// told holds the window of a segment to the edge that its sender has noted. The
// window of a SYN is told before there is an edge to be kept.
func (k *watch) told(w *world, host Side, e *trace.Event) {
	h, ok := readTCP(e.Packet)
	if !ok || h.ctl().Has(tcp.SYN) {
		return
	}
	w.asked(WindowAsKept)
	shift, kept := e.After.Rcv.Wind.Shift, e.After.RCV.ADV
	edge := h.ack().Add(uint32(h.WND) << shift)
	if kept.Less(edge) || h.WND < 65535 && edge.Add(1<<shift).LessEq(kept) {
		w.fail(WindowAsKept, "%v offers a window up to %d and has noted %d: %s", host, edge, kept, describe(&h))
	}
}

// newest returns the newest connection of a host with this ISS.
func (k *watch) newest(host Side, iss tcp.Seq) *flow {
	for i := len(k.flows[host]) - 1; i >= 0; i-- {
		if f := k.flows[host][i]; f.iss == iss {
			return f
		}
	}
	return nil
}

// read holds what a user has read to what the peer's user has written.
func (k *watch) read(w *world, p *party, b []byte) {
	if len(b) == 0 {
		return
	}
	k.achieved(w)
	k.delivered = w.now
	w.hash.bytes(b)
	if len(w.c.Insert) > 0 {
		return // a stranger may have written, too
	}
	w.asked(StreamIntegrity)
	q := k.peerOf(w, p)
	if q == nil {
		w.fail(StreamIntegrity, "%v read %d octets that nobody has written", p.host.side, len(b))
		return
	}
	if p.read+uint64(len(b)) > q.written {
		w.fail(StreamIntegrity, "%v read %d octets, its peer has written %d", p.host.side, p.read+uint64(len(b)), q.written)
	} else if i := w.content.differs(b, q.number, p.read); i >= 0 {
		w.fail(StreamIntegrity, "%v read another octet at %d than its peer has written there", p.host.side, p.read+uint64(i))
	}
}

// endOfStream holds the end that a user was told to what the peer's user has done.
func (k *watch) endOfStream(w *world, p *party) {
	if len(w.c.Insert) > 0 {
		return
	}
	if f := p.flow; p.finished && f != nil && !f.met {
		return // "error: closing": he gave up before there was a peer (3.10.4)
	}
	q := k.peerOf(w, p)
	switch {
	case q == nil:
		w.fail(StreamIntegrity, "%v read an end of stream that nobody has made", p.host.side)
	case !q.finished || q.outbox > 0:
		w.fail(StreamIntegrity, "%v read the end of the stream, and its peer has not closed", p.host.side)
	case p.read != q.written:
		w.fail(StreamIntegrity, "%v read the end of the stream after %d octets of %d", p.host.side, p.read, q.written)
	}
}

// peerOf returns the other end of a connection: the one whose ISS is its IRS.
func (k *watch) peerOf(w *world, p *party) *party {
	if p.peer == nil {
		if f := p.flow; f != nil && f.met {
			p.peer = w.hosts[p.host.side.Other()].user.owner(f.irs)
		}
	}
	return p.peer
}

// closing notes that a user closes, perhaps with text unread.
func (k *watch) closing(w *world, p *party) {
	f := p.flow
	if f == nil || p.c.Unread() == 0 {
		return
	}
	switch f.tcb.State {
	case tcp.Established, tcp.FinWait1, tcp.FinWait2, tcp.CloseWait:
		k.owed[p.host.side] = true
	}
}
