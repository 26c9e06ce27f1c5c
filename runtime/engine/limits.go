package engine

// SetSendBuffer sets how many octets wait at most to be sent and acknowledged. What
// is queued already stays.
func (c *Conn) SetSendBuffer(now Time, octets uint32) {
	c.out.SetLimit(int(octets))
	if c.blocked && c.out.Room() > 0 {
		c.blocked = false
		c.notice |= Writable
	}
	c.touch()
	c.e.settle(now)
}

// SetReceiveBuffer raises RCV.BUFF, for as much as the scale of the window lets the
// peer know of. It is never lowered:
//
//	"A TCP receiver SHOULD NOT shrink the window" (RFC 9293 3.8.6, SHLD-14)
func (c *Conn) SetReceiveBuffer(octets uint32) {
	if octets > c.tcb.Settings.RCV.BUFF {
		c.tcb.Settings.RCV.BUFF = octets
		c.in.SetLimit(int(octets))
	}
}
