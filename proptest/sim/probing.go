package sim

import (
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// probing is how a connection probes a window that is closed.
type probing struct {
	at time.Duration // of the last probe
	n  int           // probes since the window was open
}

// probeMost is the cap of the interval between window probes, as these hosts have it.
const probeMost = time.Minute

// note is T19: "SHOULD increase exponentially the interval between successive probes"
// (SHLD-30). One is sent when a timer expires, PERSIST or that of the probe before it; a peer
// that takes it has opened no window. The RTO may change between two of them, so what is
// doubled once for each probe is the least that it can be. A SYN that is sent again, in
// FIN-WAIT-1, too, probes no window.
func (p *probing) note(w *world, host Side, e *trace.Event) {
	b, a := &e.Before, &e.After
	switch {
	case a.SND.WND > 0 || !tcp.Synchronized.Has(a.State):
		*p = probing{}
		return
	case e.Kind != trace.Timeout || b.SND.WND > 0 || b.SYNOutstanding || e.What != tcp.TimerPersist.String() && e.What != tcp.TimerRetransmission.String():
		return
	}
	if p.n > 0 {
		w.asked(ProbesGrowRarer)
		if took, least := w.now-p.at, min(rtoLeast<<min(p.n, 10), probeMost); took < least {
			w.fail(ProbesGrowRarer, "%v sends probe %d into a closed window %v after the one before it, which is less than %v", host, p.n+1, took, least)
		}
	}
	p.at, p.n = w.now, p.n+1
}
