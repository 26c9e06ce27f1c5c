package engine

import "time"

// stamp returns the timestamp clock of c: one tick a millisecond, of "the range
// 1 ms to 1 sec per tick" (RFC 7323, 5.4), from an offset that nobody else knows.
func (c *Conn) stamp(now Time) uint32 {
	return uint32(int64(now)/int64(time.Millisecond)) + c.timestampOffset
}

// measure takes in that SND.UNA has advanced: a round trip may have been completed.
//
// One segment is timed at a time, once per round trip. "RTT samples MUST NOT be
// made using segments that were retransmitted ... The only case when TCP can safely
// take RTT samples from retransmitted segments is when the TCP timestamp option ... is
// employed, since the timestamp option removes the ambiguity" (RFC 6298, 3). It does
// not where the timestamp is older than the last retransmission: the acknowledgment
// of the first copy may have been lost, and a second copy is answered with the
// timestamp of the first (RFC 7323, 4.3).
func (c *Conn) measure(now Time, a *arrival) {
	s := &c.e.cfg.Settings
	switch {
	case c.timing:
		if c.timed.LessEq(c.tcb.SND.UNA) {
			c.timing, c.resent = false, false
			c.rtt.sample(now.Sub(c.timedAt), s)
		}
	case c.resent && c.tcb.TS.OK && a.header.HasTS && a.header.TSecr != 0 && int32(a.header.TSecr-c.resentAt) >= 0:
		ticks := c.stamp(now) - a.header.TSecr
		if R := time.Duration(ticks) * time.Millisecond; R <= s.R2 {
			c.resent = false
			c.rtt.sample(R, s)
		}
	}
	if !c.opened && !c.tcb.SYNOutstanding {
		c.open()
	}
}

// open begins data transfer: our SYN is acknowledged.
func (c *Conn) open() {
	s := &c.e.cfg.Settings
	c.opened = true
	if c.lostSYN {
		c.rtt.afterLostSYN(s)
	}
	c.reno.Begin(c.tcb.SND.MSS, initialWindow(c.tcb.SND.MSS, s.InitialWindow, c.lostSYN))
	c.recovery.begin(&c.reno, c.tcb.ISS, c.tcb.SND.MSS)
}
