package sim

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// end is where the peer's text ends, as far as segments out of order have told. What
// is told later, and is something else, does not count: nobody can change what the
// peer was told has arrived.
type end struct {
	known  bool
	fin    tcp.Seq // the number of the first FIN that was held
	any    bool    // text was held
	beyond tcp.Seq // the number after the last of it
	open   bool    // a FIN came that text from behind it contradicts: which of both counts is left open
}

// event holds what a segment, or what was held, did to S9r.
func (x *end) event(w *world, host Side, e *trace.Event) {
	a, s := &e.After, &e.SEG
	if !tcp.Synchronized.Has(a.State) {
		return
	}
	if e.Rules.Has(tcp.RuleTextHold) {
		if x.known {
			w.asked(FinEnds)
		}
		x.held(e)
	}
	over := x.known && !tcp.MayReceive.Has(a.State)
	if !over && (!x.known || a.RCV.NXT.LessEq(x.fin)) {
		return
	}
	// A segment that is next in sequence may go beyond a FIN that still waits: "further
	// processing is done in SEG.SEQ order", and that segment's turn comes before the FIN's.
	x.known = false
	if e.What != heldText {
		return
	}
	if w.asked(FinEnds); !s.CTL.Has(tcp.FIN) || s.SEQ.Add(s.LEN) != x.fin+1 {
		w.fail(FinEnds, "%v takes numbers up to %d from what it holds, and the FIN that came first has the number %d", host, a.RCV.NXT-1, x.fin)
	}
}

// held notes a segment out of order, cut to the window.
func (x *end) held(e *trace.Event) {
	b, s := &e.Before, &e.SEG
	end, edge := s.SEQ.Add(s.LEN), b.RCV.NXT.Add(b.RCV.WND)
	fin := s.CTL.Has(tcp.FIN) && end.LessEq(edge)
	switch {
	case fin:
		end--
	case edge.Less(end):
		end = edge
	}
	if fin && !x.known {
		x.open = x.open || x.any && end.Less(x.beyond)
		x.known, x.fin = !x.open, end
	}
	if !x.any || x.beyond.Less(end) {
		x.any, x.beyond = true, end
	}
}

// holds looks at what is held after a step.
func (x *end) holds(w *world, host Side, s *engine.Status) {
	t := &s.TCB
	switch {
	case !tcp.MayReceive.Has(t.State):
		if s.Held > 0 {
			w.fail(FinEnds, "%v holds %d octets out of order in %v", host, s.Held, t.State)
		}
	case x.known && s.Held > int(x.fin.Sub(t.RCV.NXT)):
		w.fail(FinEnds, "%v holds %d octets out of order, RCV.NXT is %d, and the FIN that came first has the number %d", host, s.Held, t.RCV.NXT, x.fin)
	}
}
