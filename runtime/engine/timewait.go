package engine

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// timeWaits is the queue of connections in TIME-WAIT, the oldest first. Nothing is
// left of them but the TCB and one deadline.
type timeWaits struct {
	oldest, newest *Conn
	count          int
}

// enterTimeWait gives back what c will not need again and puts it into the queue.
func (c *Conn) enterTimeWait() {
	q := &c.e.timeWaits
	c.out.Reset()
	if c.gone {
		c.in.Reset()
	}
	c.older = q.newest
	if c.older != nil {
		c.older.newer = c
	} else {
		q.oldest = c
	}
	q.newest = c
	q.count++
}

// leaveTimeWait takes c out of the queue, if it is there.
func (e *Engine) leaveTimeWait(c *Conn) {
	q := &e.timeWaits
	if c.older == nil && q.oldest != c {
		return
	}
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		q.oldest = c.newer
	}
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		q.newest = c.older
	}
	c.older, c.newer = nil, nil
	q.count--
}

// evict ends TIME-WAIT early for the oldest when there are too many.
func (e *Engine) evict(now Time) {
	for q := &e.timeWaits; q.count > e.cfg.Settings.TimeWaits; {
		e.counters.TimeWaitsEvicted++
		q.oldest.timeout(now, tcp.TimerTimeWait)
	}
}
