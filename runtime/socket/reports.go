package socket

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// Status is the answer to the STATUS call (RFC 9293 3.9.1.5): the TCB as it is, its
// state first, and what the runtime knows beside it.
type Status = engine.Status

// Status returns a snapshot of the connection. Of one that was closed by its user
// only addresses and state are told.
func (c *Conn) Status() Status {
	c.stack.mu.Lock()
	defer c.stack.mu.Unlock()
	if c.closed {
		return Status{Local: c.local, Remote: c.remote, TCB: tcp.TCB{State: c.tcp.State()}}
	}
	return c.tcp.Status()
}

// SetErrorReports lets f be told of troubles that do not end the connection (ERROR
// REPORT, RFC 9293 3.9.1.8, MUST-47): of ICMP messages and of retransmissions that
// reached R1 a [net.OpError] around EHOSTUNREACH, ETIMEDOUT and so on, of urgent data
// [ErrUrgent]. Nil, as at first, means silence (SHLD-20). Calls come one after the
// other, without a lock, from a goroutine that lives as long as there is news.
func (c *Conn) SetErrorReports(f func(error)) error {
	return c.set(func(engine.Time) { c.report = f })
}

// announce notes that there is something to report.
func (c *Conn) announce(n engine.Notice) {
	if c.report == nil {
		return
	}
	s := c.stack
	if c.reported == 0 {
		s.reports = append(s.reports, c)
	}
	c.reported |= n & (engine.Urgent | engine.Trouble)
	if !s.reporting {
		s.reporting = true
		go s.deliver()
	}
}

// deliver calls users who want reports until there is none left.
func (s *Stack) deliver() {
	for {
		s.mu.Lock()
		if len(s.reports) == 0 {
			s.reporting = false
			s.mu.Unlock()
			return
		}
		c := s.reports[0]
		s.reports = s.reports[1:]
		f, errs := c.takeReports()
		s.mu.Unlock()
		for _, err := range errs {
			f(err)
		}
	}
}

// takeReports returns what is to be told, and to whom. mu is held.
func (c *Conn) takeReports() (f func(error), errs []error) {
	n := c.reported
	c.reported = 0
	if c.closed || c.report == nil {
		return nil, nil
	}
	if n.Has(engine.Trouble) {
		if err := c.tcp.SoftError(); err != nil {
			errs = append(errs, c.fail("report", err))
		}
	}
	if n.Has(engine.Urgent) {
		errs = append(errs, ErrUrgent)
	}
	return c.report, errs
}
