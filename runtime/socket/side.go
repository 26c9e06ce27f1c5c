package socket

import (
	"os"
	"sync"
	"time"
)

// side is one direction of a socket: those who wait for it, and until when. The
// stack's mutex guards it. Waiting allocates nothing.
type side struct {
	bell     sync.Cond
	deadline time.Time   // when calls fail; zero: never
	timer    *time.Timer // rings for the deadline; nil until the first one
	due      time.Time   // when timer fires; zero: it does not
}

func (d *side) init(s *Stack) { d.bell.L = &s.mu }

// late tells that the deadline has passed.
func (d *side) late() error {
	if !d.deadline.IsZero() && time.Until(d.deadline) <= 0 {
		return os.ErrDeadlineExceeded
	}
	return nil
}

// setDeadline moves the deadline to t, also for those who wait already. A timer
// that fires too early finds the new deadline and runs again, so a deadline pushed
// ahead before every call costs no timer operations.
func (d *side) setDeadline(t time.Time) {
	d.deadline = t
	if d.late() != nil {
		d.bell.Broadcast()
		return
	}
	if !t.IsZero() && (d.due.IsZero() || t.Before(d.due)) {
		d.run()
	}
}

// run lets the timer fire at the deadline.
func (d *side) run() {
	d.due = d.deadline
	left := time.Until(d.deadline)
	if d.timer == nil {
		d.timer = time.AfterFunc(left, d.fire)
		return
	}
	d.timer.Reset(left)
}

func (d *side) fire() {
	d.bell.L.Lock()
	defer d.bell.L.Unlock()
	d.due = time.Time{}
	switch {
	case d.late() != nil:
		d.bell.Broadcast()
	case !d.deadline.IsZero():
		d.run()
	}
}

// end wakes everybody for good: the socket is closed.
func (d *side) end() {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.deadline, d.due = time.Time{}, time.Time{}
	d.bell.Broadcast()
}
