package ladder

import (
	"bytes"
	"net/netip"
	"sync"

	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// A Recorder keeps the events of several hosts in the order in which they
// happened.
type Recorder struct {
	mu     sync.Mutex
	events []trace.Event
	most   int
}

// NewRecorder returns a recorder that forgets everything after its first most
// events; 0 keeps all.
func NewRecorder(most int) *Recorder { return &Recorder{most: most} }

// Trace keeps the event. It implements trace.Tracer.
func (r *Recorder) Trace(e *trace.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.most > 0 && len(r.events) == r.most {
		return
	}
	kept := *e
	kept.Packet = bytes.Clone(e.Packet)
	r.events = append(r.events, kept)
}

// Events returns what was recorded so far.
func (r *Recorder) Events() []trace.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]trace.Event(nil), r.events...)
}

// Between keeps the events of the connections between the two sockets, at either end.
// A listener's own events, whose remote socket is unspecified, are kept when they are b's.
func Between(events []trace.Event, a, b netip.AddrPort) []trace.Event {
	var kept []trace.Event
	for _, e := range events {
		from, to := e.Local, e.Remote
		if from == a && to == b || from == b && (to == a || !to.IsValid()) {
			kept = append(kept, e)
		}
	}
	return kept
}
