package sim

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// bubble is a run whose hosts are stacks with sockets, and whose users wait in calls.
// Goroutines, locks and timers are real, in a bubble of testing/synctest: its clock
// moves only when everybody waits, and then the run goes on, one thing at a time. What
// the stacks have told and sent meanwhile is taken in the order of the hosts.
//
// No two calls wait whose end would have both of them call one engine: there is one
// connection at a time, and on it one Read or Write. So the same case gives the same
// run, whichever goroutine comes first.
type bubble struct {
	w     *world
	began time.Time
	news  chan struct{} // a stack has told or sent something
	hosts [sides]*caller
	calls []*call // that have not returned
	count int     // of all calls
}

// playInBubble plays the case, and has everybody leave.
func (w *world) playInBubble() {
	w.inBubble(func() {
		s := &bubble{w: w, began: time.Now(), news: make(chan struct{}, 1)}
		w.bubble = s
		w.guarded(s.play)
		for _, h := range s.hosts {
			w.guarded(h.leave)
		}
	})
}

// inBubble calls f in a bubble. Where nobody there can go on, f itself does not, or what it
// has begun cannot end although all are told to; it is left behind.
func (w *world) inBubble(f func()) {
	over := false
	defer func() {
		switch r := recover(); {
		case r == nil:
		case over:
			w.fail(Conservation, "goroutines are left when everything is closed: %v", r)
		default:
			w.fail(Totality, "the run does not go on: %v", r)
		}
	}()
	// A T of its own, since cases are played by programs that are no tests, too.
	synctest.Test(new(testing.T), func(*testing.T) {
		f()
		over = true
	})
}

// play lets one thing happen after the other.
func (s *bubble) play() {
	w := s.w
	for side := A; side < sides; side++ {
		s.hosts[side] = newCaller(s, side)
	}
	w.schedule()
	for w.violation == nil {
		next := w.queue.top()
		switch {
		case next == nil:
			return
		case next.at > w.now:
			s.sleep(next.at)
			continue
		}
		s.happen(w.queue.pop())
		s.settle()
		if w.steps++; w.steps >= maxSteps {
			w.fail(Quiescence, "still busy after %d steps, at %v", w.steps, w.now)
		}
	}
}

// sleep lets time pass until then, or until a stack does something by itself.
func (s *bubble) sleep(until time.Duration) {
	timer := time.NewTimer(until - s.w.now)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.news:
	}
	synctest.Wait()
	s.w.now = time.Since(s.began)
	for side, h := range s.hosts {
		if h.hasTold() {
			s.w.watch.begin(Side(side), byTimer)
		}
	}
	s.settle()
}

// tell notes that there is something to be taken.
func (s *bubble) tell() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// happen is world.happen among stacks with sockets.
func (s *bubble) happen(e event) {
	w := s.w
	switch h := s.hosts[e.host]; e.kind {
	case arrival:
		w.deliver(e)
	case release:
		w.impatient(e.host, e.index)
	case insertion:
		w.insert(w.c.Insert[e.index])
	case script:
		if !w.ended {
			w.watch.begin(e.host, byUser)
			w.note("call", uint64(e.index), uint64(e.at))
			h.call(w.c.Calls[e.index])
		}
	case ending:
		s.end()
	case resigning:
		s.left()
	}
}

// deliver gives a host a packet.
func (s *bubble) deliver(e event) {
	w, h := s.w, s.hosts[e.host]
	if h.shut {
		link.Put(e.packet)
		return
	}
	w.watch.begin(e.host, byPacket)
	w.watch.arrived(w, e.host, e.packet.B)
	h.cable.in <- e.packet
	synctest.Wait()
	h.hear()
	w.watch.processed(w, e.host)
}

// settle waits until everybody waits, and takes what was told, sent and returned.
func (s *bubble) settle() {
	for again := true; again; {
		synctest.Wait()
		for _, h := range s.hosts {
			h.hear()
		}
		for side, h := range s.hosts {
			s.w.carryAll(Side(side), h.cable.take())
		}
		again = s.returned()
	}
	s.w.watch.events = 0
	for _, c := range s.calls {
		s.w.asked(CallsReturn)
		if why := c.due(); why != "" {
			s.w.fail(CallsReturn, "%v's %s has not returned: %s", c.by.side, c.what, why)
		}
	}
}

// returned takes the calls that have returned; it tells whether there were any.
func (s *bubble) returned() (some bool) {
	all := s.calls
	s.calls = nil
	for _, c := range all {
		if !c.returned {
			s.calls = append(s.calls, c)
			continue
		}
		some = true
		s.w.asked(CallsReturn)
		s.w.note("returned", uint64(c.number), uint64(c.n), errorNumber(c.err))
		if c.panicked != nil {
			s.w.fail(Totality, "panic in %s: %v", c.what, c.panicked)
		}
		c.then(c.n, c.err)
	}
	return some
}

// patientEnd is how long connections may take to end after their users: longer than
// R2, than TIME-WAIT, and than FIN-WAIT-2 without a user.
const patientEnd = time.Hour

// end has the users end everything: in peace they close what they have opened, else
// their stacks, and whoever waits in a call is to return.
func (s *bubble) end() {
	s.w.ended = true
	for side, h := range s.hosts {
		s.w.watch.begin(Side(side), byUser)
		if s.w.c.Ending == EndInPeace {
			h.giveUp()
			s.settle()
			h.close()
		} else {
			h.shutDown()
		}
		s.settle()
	}
	s.w.queue.push(event{at: s.w.now + patientEnd, kind: resigning})
}

// left looks at what there is when everything has been closed.
func (s *bubble) left() {
	w := s.w
	w.asked(Conservation, EventuallyClosed)
	for side, h := range s.hosts {
		for _, f := range w.watch.flows[side] {
			if f.alive() {
				w.fail(EventuallyClosed, "%v is in %v for ever", Side(side), f.tcb.State)
			}
		}
		if left := h.stack.Usage(); !h.shut && left != (engine.Usage{}) {
			w.fail(Conservation, "%v still has %+v", Side(side), left)
		}
	}
}

// Trace implements trace.Tracer: a stack's events wait for the run to look at them.
func (h *caller) Trace(e *trace.Event) {
	kept := *e
	kept.Packet = bytes.Clone(e.Packet)
	h.mu.Lock()
	h.told = append(h.told, kept)
	h.mu.Unlock()
	h.s.tell()
}

func (h *caller) hasTold() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.told) > 0
}

// hear looks at what the stack has told.
func (h *caller) hear() {
	h.mu.Lock()
	told := h.told
	h.told = nil
	h.mu.Unlock()
	for i := range told {
		tracer{h.s.w, h.side}.Trace(&told[i])
	}
}

// opening tells whether a connection of the host is being opened.
func (h *caller) opening() bool {
	flows := h.s.w.watch.flows[h.side]
	if len(flows) == 0 {
		return false
	}
	state := flows[len(flows)-1].tcb.State
	return state == tcp.SynSent || state == tcp.SynReceived
}
