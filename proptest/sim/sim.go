package sim

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"syscall"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Result is what came of a case.
type Result struct {
	Violation *Violation // the first property that did not hold; nil: all held
	Hash      uint64     // of everything that happened, in order
	Steps     int
	Packets   int // that both hosts sent
	Faulted   int // that the network did something to
	End       time.Duration
	Seen      Seen
	Events    []trace.Event // what the hosts told, with their packets, if Options.Events
	UnderWay  [][]byte      // packets that had not arrived at the end, if Options.Events
	Wire      []Line        // what was on the wire, if Options.Wire
	Ends      []End         // what became of each connection, for its user
	Delivered time.Duration // when a user read last
	Repaired  time.Duration // when what was lost was last made good: a segment sent again, or acknowledged after all
}

// Options say what a run is to remember.
type Options struct {
	Events bool
	Wire   bool
}

// Limits of a run and, maxEvents, of a step. What goes on for longer goes on for ever.
const (
	maxSteps   = 100_000
	maxTrickle = 5 * time.Minute // between acknowledgments of text that only timers move
	maxStill   = 1_000           // looks at the timers without anything happening or time passing
	maxEvents  = 100_000
	settleTime = 2 * time.Second
)

// world is a run in progress.
type world struct {
	c       Case
	opts    Options
	now     time.Duration
	queue   queue
	hosts   [sides]*host
	lanes   [sides]lane
	watch   watch
	scratch [1 << 16]byte
	content content
	bubble  *bubble // if the case says Block

	connections int
	holds       int
	packets     int
	faulted     int
	faultAt     time.Duration // when the last of them left
	steps       int
	still       int
	ended       bool
	endAt       time.Duration
	hash        fnv
	violation   *Violation
	events      []trace.Event
	wire        []Line
}

// Run plays a case.
func Run(c Case) Result { return Play(c, Options{}) }

// Play plays a case and remembers what the options say.
func Play(c Case, o Options) Result {
	w := &world{c: c, opts: o, hash: newFNV()}
	w.guarded(w.begin)
	if c.Block {
		w.playInBubble()
	} else {
		w.play()
	}
	underWay := w.underWay()
	w.discard()
	seen := &w.watch.seen
	seen.Steps, seen.Packets, seen.Faulted, seen.Millis = int64(w.steps), int64(w.packets), int64(w.faulted), w.now.Milliseconds()
	seen.Hash = uint64(w.hash)
	return Result{
		Violation: w.violation, Hash: uint64(w.hash), Steps: w.steps, Packets: w.packets, Faulted: w.faulted,
		End: w.now, Seen: w.watch.seen, Events: w.events, UnderWay: underWay, Wire: w.wire, Ends: w.ends(),
		Delivered: w.watch.delivered, Repaired: w.watch.repaired,
	}
}

// play lets two engines run.
func (w *world) play() {
	w.schedule()
	for more := true; more && w.violation == nil; {
		w.guarded(func() { more = w.step() })
	}
	if w.violation == nil {
		w.guarded(w.finalChecks)
	}
}

// guarded calls f; a panic in it is a violation of R5.
func (w *world) guarded(f func()) {
	defer func() {
		if r := recover(); r != nil {
			w.fail(Totality, "panic: %v%s", r, where())
		}
	}()
	f()
}

// begin sets up hosts and network.
func (w *world) begin() {
	for side := A; side < sides; side++ {
		w.lanes[side].delay = ms(max(w.c.Delay[side], 0))
		w.hosts[side] = newHost(side, &w.c, tracer{w, side})
	}
	for _, f := range w.c.Faults {
		l := &w.lanes[f.From]
		l.faults = append(l.faults, f)
	}
}

// schedule queues what is known before.
func (w *world) schedule() {
	usesUDP := false
	var at [sides]time.Duration
	for i, c := range w.c.Calls {
		at[c.Host] += ms(max(c.After, 0))
		w.queue.push(event{at: at[c.Host], kind: script, host: c.Host, index: i})
		usesUDP = usesUDP || c.Kind == Datagram
	}
	for i, x := range w.c.Insert {
		w.queue.push(event{at: ms(max(x.At, 0)), kind: insertion, host: x.To, index: i})
	}
	w.endAt = max(at[A], at[B]) + settleTime
	w.queue.push(event{at: w.endAt, kind: ending})
	if usesUDP && !w.c.Block {
		w.hosts[A].user.bindUDP(w)
		w.hosts[B].user.bindUDP(w)
	}
}

// step lets the next thing happen, with all that follows at once; it tells
// whether there was any.
func (w *world) step() bool {
	next := w.queue.top()
	at, timed := w.earliestDeadline()
	switch {
	case next == nil && timed < 0:
		return false
	case next == nil, timed >= 0 && at < next.at, timed >= 0 && at == next.at && w.timersFirst():
		w.expire(timed, at)
	default:
		w.happen(w.queue.pop())
	}
	w.settle()
	w.steps++
	if w.steps == int(w.c.Cut) {
		w.end()
		w.settle()
	}
	w.watch.step(w)
	switch {
	case w.steps < maxSteps:
	case w.steps == maxSteps && w.trickles():
		w.weary()
	case w.steps == maxSteps, w.steps >= maxSteps+maxSteps/10:
		w.fail(Quiescence, "still busy after %d steps, at %v", w.steps, w.now)
	}
	return true
}

// trickles tells whether a connection goes on slowly, and not for ever: a stranger's
// segment from ahead in the window may make SND.WND small and take SND.WL1 with it
// ("If SND.WL1 < SEG.SEQ ... set SND.WL1 <- SEG.SEQ", 3.10.7.4). Every true window is an
// old one then, until the peer's own numbers have come so far; text crosses an octet at a
// time, whenever PERSIST (3.8.6.1) or SWS-OVERRIDE (3.8.6.2.1) expires. R7 is about what
// flows without timers, and what the users have written has an end. Where nobody but the
// two hosts sends, nothing of it may be.
func (w *world) trickles() bool {
	if len(w.c.Insert) == 0 || w.now-w.watch.acknowledgedAt > maxTrickle {
		return false
	}
	for side := A; side < sides; side++ {
		for _, f := range w.watch.flows[side] {
			if f.alive() && f.tcb.SND.WND < f.tcb.SND.MSS && f.tcb.SND.WL1 != f.tcb.RCV.NXT && f.tcb.RCV.NXT.LessEq(f.tcb.SND.WL1) {
				return true
			}
		}
	}
	return false
}

// weary has the users give up what would take weeks. Then, too, all must come to an end,
// and nothing be left.
func (w *world) weary() {
	for _, h := range w.hosts {
		w.watch.begin(h.side, byUser)
		for _, p := range h.user.parties {
			p.end(w, EndAbort)
		}
		w.carry(h.side)
	}
	w.settle()
}

// timersFirst decides what comes first at one instant: a timer, or what is queued.
func (w *world) timersFirst() bool { return (uint64(w.steps)+w.c.Seed)%3 == 0 }

// earliestDeadline is when which host's timers are to be looked at next; -1: nobody's.
func (w *world) earliestDeadline() (at time.Duration, side int) {
	at, side = math.MaxInt64, -1
	for i, h := range w.hosts {
		if d, ok := h.deadline(); ok && d < at {
			at, side = d, i
		}
	}
	return at, side
}

// expire lets time pass up to a host's deadline. It may be early, but must not
// stand still.
func (w *world) expire(side int, at time.Duration) {
	w.still++
	if at > w.now {
		w.now, w.still = at, 0
	}
	if w.still > maxStill {
		w.fail(Totality, "%v's timers are due at %v again and again, and nothing comes of it", Side(side), at)
	}
	h := w.hosts[side]
	w.watch.begin(Side(side), byTimer)
	h.e.Advance(h.clock(w.now))
}

// happen takes one event from the queue.
func (w *world) happen(e event) {
	w.now, w.still = e.at, 0
	h := w.hosts[e.host]
	switch e.kind {
	case arrival:
		w.deliver(e)
	case release:
		w.impatient(e.host, e.index)
	case script:
		if !w.ended {
			w.watch.begin(e.host, byUser)
			w.note("call", uint64(e.index), uint64(e.at))
			h.user.call(w, w.c.Calls[e.index])
		}
	case insertion:
		w.insert(w.c.Insert[e.index])
	case ending:
		w.end()
	case resigning:
		w.resign()
	}
}

// deliver gives a host a packet, or all those of one instant.
func (w *world) deliver(e event) {
	if w.bubble != nil {
		w.bubble.deliver(e)
		return
	}
	h := w.hosts[e.host]
	w.watch.begin(e.host, byPacket)
	for {
		w.watch.arrived(w, e.host, e.packet.B)
		h.e.Packet(h.clock(w.now), e.packet)
		w.watch.processed(w, e.host)
		next := w.queue.top()
		if !w.c.Batch || next == nil || next.at != e.at || next.kind != arrival || next.host != e.host {
			break
		}
		e = w.queue.pop()
	}
	h.e.Flush(h.clock(w.now))
}

// settle carries what was sent and lets the users heed their notices, until
// nothing more comes of it.
func (w *world) settle() {
	for again, rounds := true, 0; again && w.violation == nil; rounds++ {
		w.carry(A)
		w.carry(B)
		w.watch.replying = false
		if rounds > maxStill {
			w.fail(Totality, "notices without end")
		}
		again = w.hosts[A].user.heed(w)
		again = w.hosts[B].user.heed(w) || again
	}
	w.carry(A)
	w.carry(B)
}

// end has both users end everything.
func (w *world) end() {
	if w.ended {
		return
	}
	w.ended = true
	w.queue.push(event{at: w.now + resignation, kind: resigning})
	w.watch.begin(A, byUser)
	w.hosts[A].user.end(w)
	w.carry(A)
	w.watch.begin(B, byUser)
	w.hosts[B].user.end(w)
}

// duplicates is how many copies the network makes of packets from a side.
func (w *world) duplicates(from Side) (n int) {
	for _, f := range w.c.Faults {
		if f.From == from && f.Kind == Duplicate {
			n++
		}
	}
	return n
}

// underWay is the packets still on their way, if the run is to remember packets.
func (w *world) underWay() (all [][]byte) {
	if !w.opts.Events {
		return nil
	}
	for _, e := range w.queue.heap {
		if e.packet != nil {
			all = append(all, bytes.Clone(e.packet.B))
		}
	}
	for i := range w.lanes {
		for _, h := range w.lanes[i].held {
			all = append(all, bytes.Clone(h.packet.B))
		}
	}
	return all
}

// discard gives back the packets still on their way.
func (w *world) discard() {
	for _, e := range w.queue.heap {
		if e.packet != nil {
			link.Put(e.packet)
		}
	}
}

// fail notes a violation, unless there is one already.
func (w *world) fail(p Property, format string, args ...any) {
	if w.violation == nil {
		w.violation = &Violation{Property: p, At: w.now, Step: w.steps, What: fmt.Sprintf(format, args...), Place: counterexample.Caller()}
	}
}

// errorNumber makes an error something to hash: its errno.
func errorNumber(err error) uint64 {
	var errno syscall.Errno
	switch {
	case err == nil:
		return 0
	case errors.As(err, &errno):
		return uint64(errno)
	}
	return math.MaxUint64
}
