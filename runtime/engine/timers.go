package engine

import (
	"math"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// never is the deadline of a timer that runs but does not expire.
const never Time = math.MaxInt64

// start sets the deadlines of the timers that the machine has started. It is a
// store for each; the agenda is touched only if one is due before whatever the
// connection was waiting for.
func (c *Conn) start(now Time, timers tcp.Timers) {
	earliest := never
	for t := tcp.Timer(0); timers != 0; t, timers = t+1, timers>>1 {
		if timers&1 == 0 {
			continue
		}
		due := never
		if d := c.duration(t); d > 0 {
			due = now.Add(d)
		}
		c.deadlines[t] = due
		earliest = min(earliest, due)
	}
	if earliest < c.wake {
		c.e.agenda.place(c, earliest)
	}
}

// duration tells how long a timer runs; 0: for ever.
func (c *Conn) duration(t tcp.Timer) time.Duration {
	s := &c.e.cfg.Settings
	switch t {
	case tcp.TimerRetransmission:
		return doubled(c.rtt.RTO(s), c.windowProbes, s.RTOMax)
	case tcp.TimerPersist:
		return doubled(c.rtt.RTO(s), c.windowProbes, s.PersistMax)
	case tcp.TimerSWSOverride:
		return s.SWSOverride
	case tcp.TimerDelayedACK:
		return s.DelayedACK
	case tcp.TimerGiveUp:
		// "R2 for a SYN segment MUST be set large enough to provide retransmission
		// of the segment for at least 3 minutes." (RFC 9293 3.8.3, MUST-23)
		if c.tcb.SYNOutstanding {
			return s.R2SYN
		}
		// "An application MUST [MUST-21] be able to set the value for R2 for a
		// particular connection", even to infinity (RFC 9293 3.8.3).
		if c.userTimeout < 0 {
			return 0
		}
		return max(s.R2, c.userTimeout)
	case tcp.TimerUser:
		// A peer whose window stays closed keeps a connection open for as long as
		// it answers (MUST-37), but not one that nobody cares for: "This guidance is
		// not intended to preclude resource management" (RFC 6429, 1).
		if c.gone && c.userTimeout == 0 {
			return s.R2
		}
		return c.userTimeout
	case tcp.TimerKeepAlive:
		if c.tcb.Probes == 0 {
			return c.keepAliveIdle
		}
		return c.keepAliveInterval
	case tcp.TimerTimeWait:
		return 2 * s.MSL
	case tcp.TimerFinWait2:
		return s.FINWait2
	case tcp.TimerChallenge:
		return s.ChallengeTime
	case tcp.TimerTSRecent:
		return 24 * 24 * time.Hour // RFC 7323 5.5
	}
	return 0
}

// next returns the timer of c that is due first, and when.
func (c *Conn) next() (first tcp.Timer, due Time) {
	due = never
	for t, running := tcp.Timer(0), c.tcb.Timers; running != 0; t, running = t+1, running>>1 {
		if running&1 != 0 && c.deadlines[t] < due {
			first, due = t, c.deadlines[t]
		}
	}
	return first, due
}

// expire lets the timers of c expire that are due, the earliest first.
func (c *Conn) expire(now Time) {
	for {
		t, due := c.next()
		if due > now {
			if due != c.wake {
				c.e.agenda.place(c, due)
			}
			return
		}
		c.timeout(now, t)
	}
}

// timeout is the event of one timer.
func (c *Conn) timeout(now Time, t tcp.Timer) {
	out := c.begin()
	c.tcb.Expires(t, c.unsent(), out)
	switch {
	case out.Set.Has(tcp.EffectTimedOut):
		c.lost(out)
	case t == tcp.TimerRetransmission, t == tcp.TimerPersist:
		// "SHOULD increase exponentially the interval between successive probes"
		// (RFC 9293 3.8.6.1, SHLD-30)
		c.windowProbes = min(c.windowProbes+1, 30)
	}
	c.perform(now, trace.Timeout, t.String())
}

// agenda is a binary heap of connections by the time at which each is looked at
// next. That time is never later than its earliest deadline; it may be earlier,
// because restarting or stopping a timer leaves it alone.
type agenda []*Conn

// place puts c into the agenda at a time, or moves it there; never takes it out.
func (a *agenda) place(c *Conn, at Time) {
	if at == never {
		a.remove(c)
		return
	}
	c.wake = at
	if c.position < 0 {
		c.position = len(*a)
		*a = append(*a, c)
	}
	a.sift(c.position)
}

// remove takes c out.
func (a *agenda) remove(c *Conn) {
	i := c.position
	c.wake, c.position = never, -1
	if i < 0 {
		return
	}
	h := *a
	last := len(h) - 1
	moved := h[last]
	h[last] = nil
	*a = h[:last]
	if i != last {
		h[i], moved.position = moved, i
		a.sift(i)
	}
}

// sift restores the order around the place i.
func (a *agenda) sift(i int) {
	h := *a
	for i > 0 && h[i].wake < h[(i-1)/2].wake {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if h[child].wake < h[least].wake {
				least = child
			}
		}
		if least == i {
			return
		}
		h.swap(i, least)
		i = least
	}
}

func (a agenda) swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].position, a[j].position = i, j
}
