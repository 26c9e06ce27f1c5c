package socket

// WriteUrgent writes b as Write does, and points the peer to its end as the end of
// urgent data (RFC 9293 3.8.5, MUST-30, MUST-62). Urgent data is read in line with
// the rest (RFC 6093). New programs should not use it (SHLD-13).
func (c *Conn) WriteUrgent(b []byte) (int, error) { return c.send(b, c.tcp.WriteUrgent) }

// UrgentRemaining returns how many octets are still to be read up to the end of the
// peer's urgent data, octets on their way included; 0 if no urgent data is pending
// (MUST-33).
func (c *Conn) UrgentRemaining() int {
	c.stack.mu.Lock()
	defer c.stack.mu.Unlock()
	if c.closed || !c.tcp.InUrgentMode() {
		return 0
	}
	t := c.tcp.Status()
	beyond := int32(t.TCB.RCV.UP.Sub(t.TCB.RCV.NXT)) // negative if all of it has arrived
	return t.Unread + int(beyond)
}

// AtMark tells whether everything up to the end of the peer's urgent data has been
// read.
func (c *Conn) AtMark() bool { return c.UrgentRemaining() == 0 }
