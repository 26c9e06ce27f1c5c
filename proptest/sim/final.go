package sim

import (
	"syscall"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// resignation is how long users wait, after the end and after anything was achieved,
// for a peer that may be no more: longer than R2.
const resignation = 20 * time.Minute

// resign has the users give up what has not ended. Only a peer that has vanished is
// a reason: its FIN will never come, and no timer of the protocol says so.
func (w *world) resign() {
	if due := w.watch.achievedAt + resignation; due > w.now {
		w.queue.push(event{at: due, kind: resigning})
		return
	}
	for _, h := range w.hosts {
		for _, p := range h.user.parties {
			if p.dead > 0 || p.c.State() == tcp.TimeWait {
				continue
			}
			if q := w.watch.peerOf(w, p); q != nil && q.dead == 0 && len(w.c.Insert) == 0 {
				w.fail(EventuallyClosed, "%v is still in %v, its peer in %v, and neither does anything", h.side, p.c.State(), q.c.State())
			}
			if q := p.peer; q != nil && q.dead > 0 && q.c.Err() == nil && !q.cruel && !p.eof && len(w.c.Insert) == 0 {
				w.fail(Delivery, "%v waits in %v for the end of a stream that its peer has closed in peace", h.side, p.c.State())
			}
			w.watch.begin(h.side, byUser)
			p.end(w, EndGone)
			w.carry(h.side)
		}
	}
}

// finalChecks look at what is left when nothing more will happen.
func (w *world) finalChecks() {
	for side := A; side < sides; side++ {
		for _, p := range w.hosts[side].user.parties {
			w.outcome(p)
		}
		for _, f := range w.watch.flows[side] {
			if f.alive() {
				w.fail(EventuallyClosed, "%v is in %v for ever", side, f.tcb.State)
			}
		}
		w.asked(Conservation, Totality)
		if left := w.hosts[side].e.Usage(); left != (engine.Usage{}) {
			w.fail(Conservation, "%v still has %+v", side, left)
		}
	}
}

// outcome holds the end of a connection to what its users did.
func (w *world) outcome(p *party) {
	side := p.host.side
	if p.dead != 1 {
		w.fail(EventuallyClosed, "%v is in %v for ever; its user was told %d times that it is closed", side, p.c.State(), p.dead)
	}
	if s := p.c.Status(); p.closed && s.Unsent+s.Unread+s.Held > 0 {
		w.fail(Conservation, "%v's connection is no more, nor is its user, and it holds %d octets to be sent, %d to be read and %d out of order", side, s.Unsent, s.Unread, s.Held)
	}
	q := p.peer
	if q == nil || len(w.c.Insert) > 0 || p.cruel || q.cruel || p.c.Err() != nil || q.c.Err() != nil {
		return
	}
	w.asked(Delivery)
	if !p.eof || p.read != q.written {
		w.fail(Delivery, "%v has read %d octets of %d, end of stream %v, and both ends closed in peace", side, p.read, q.written, p.eof)
	}
}

// outcomeOf is what the user is to hear of an event that ends his connection: "error:
// connection reset" where text may be lost (3.10.7.4 second; 3.6.1), "connection refused"
// where there was none yet, and of what ends in peace nothing (3.10.4, 3.10.5, MUST-12).
func outcomeOf(e *trace.Event) error {
	opening := e.Before.State == tcp.SynSent || e.Before.State == tcp.SynReceived
	over := e.Before.State == tcp.Closing || e.Before.State == tcp.LastAck || e.Before.State == tcp.TimeWait
	switch {
	case e.Kind == trace.Timeout && (e.What == tcp.TimerTimeWait.String() || e.What == tcp.TimerFinWait2.String()):
		return nil
	case e.Kind == trace.Timeout:
		return syscall.ETIMEDOUT
	case over, e.Kind == trace.Call && e.What != "ABORT":
		return nil
	case e.Kind == trace.Call:
		return syscall.ECONNABORTED
	case opening && (e.What == icmpError || e.SEG.CTL.Has(tcp.RST)):
		return syscall.ECONNREFUSED
	}
	return syscall.ECONNRESET
}

// clean tells whether nothing can be lost on the network of this case, nor come
// late: then nothing needs to be sent again.
func (c *Case) clean() bool {
	const slowest = 400 // milliseconds, each way: a round trip and a delayed ACK take less than the least RTO
	opens := 0
	for _, x := range c.Calls {
		if x.Kind == Open {
			opens++
		}
	}
	return len(c.Faults) == 0 && len(c.Insert) == 0 && c.Delay[A] <= slowest && c.Delay[B] <= slowest &&
		opens == 1 && c.Ending == EndInPeace && c.reading()
}

// reading tells whether both users read from the beginning whatever comes: a
// closed window has its probe sent again.
func (c *Case) reading() bool {
	var reads [sides]bool
	var at [sides]int32
	for _, x := range c.Calls {
		at[x.Host] += x.After
		reads[x.Host] = reads[x.Host] || x.Kind == Receive && x.N == 0 && at[x.Host] == 0
	}
	return reads[A] && reads[B]
}
