package engine

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// settle lets every connection that something happened to say what it has to say,
// and delivers what the host has sent itself.
func (e *Engine) settle(now Time) {
	for {
		for i := 0; i < len(e.touched); i++ {
			e.touched[i].settle(now)
		}
		clear(e.touched)
		e.touched = e.touched[:0]
		e.evict(now)
		if len(e.looped) == 0 {
			return
		}
		e.loopBack(now)
	}
}

// loopBack takes in the packets that the host has sent itself.
func (e *Engine) loopBack(now Time) {
	batch := e.looped
	e.looped, e.looping = e.spare[:0], true
	for i, p := range batch {
		batch[i] = nil
		e.Packet(now, p)
	}
	e.spare, e.looping = batch, false
}

// settle sends what may be sent, then the acknowledgment if nothing has carried
// it, then tells the user.
func (c *Conn) settle(now Time) {
	if c.doomed && c.tcb.State != tcp.Closed {
		c.abort(now)
	}
	c.output(now)
	c.acknowledge(now)
	c.touched = false
	if n := c.notice; n != 0 {
		c.notice = 0
		if c.gone {
			n &= Closed
		}
		if n != 0 && c.Notify != nil {
			c.Notify(n)
		}
	}
	if l := c.listener; l != nil && l.news {
		l.news = false
		if l.Notify != nil {
			l.Notify(Acceptable)
		}
	}
}

// output sends again what a timeout has lost, and then new text as long as the
// machine finds that some may go.
func (c *Conn) output(now Time) {
	if c.unsent() == 0 && (!c.tcb.FINQueued || c.tcb.FINSent) && !c.recovery.resending() {
		return
	}
	if c.opened {
		c.afterIdle(now)
		c.resendMissing(now)
	}
	for {
		room := uint32(0)
		if c.opened {
			room = c.recovery.room(c.tcb.SND.UNA, c.tcb.SND.NXT)
		}
		out := c.begin()
		c.tcb.Segmentize(c.unsent(), room, out)
		if out.NSend == 0 && out.Start == 0 {
			return
		}
		more := out.NSend > 0
		c.perform(now, trace.Call, "SEGMENTIZE")
		if !more {
			return
		}
	}
}

// afterIdle shrinks a window that the network may have forgotten.
func (c *Conn) afterIdle(now Time) {
	s := &c.e.cfg.Settings
	if c.tcb.SND.UNA == c.tcb.SND.NXT && now.Sub(c.sentAt) > c.rtt.RTO(s) {
		c.recovery.control.Idle(initialWindow(c.tcb.SND.MSS, s.InitialWindow, c.lostSYN))
	}
}

// resendMissing sends again what was outstanding at a timeout.
func (c *Conn) resendMissing(now Time) {
	for {
		from, ok := c.recovery.missing(c.tcb.SND.UNA)
		if !ok {
			return
		}
		end := c.retransmit(now, from)
		if end == from {
			return
		}
		c.recovery.resent(end)
	}
}

// retransmit asks the machine to send again what starts at from and returns where that ends.
func (c *Conn) retransmit(now Time, from tcp.Seq) (end tcp.Seq) {
	out := c.begin()
	c.tcb.Retransmit(from, out)
	end = from
	if out.NSend > 0 {
		end = endOf(&out.Send[0])
	}
	c.perform(now, trace.Call, "RETRANSMIT")
	return end
}

// lost takes in that the retransmission timer expired on text, a SYN or a FIN.
func (c *Conn) lost(out *tcp.Effects) {
	c.e.counters.Timeouts++
	c.rtt.backOff()
	if !c.opened {
		c.lostSYN = true
		return
	}
	sent := c.tcb.SND.UNA
	if out.NSend > 0 {
		sent = endOf(&out.Send[0])
	}
	c.recovery.timeout(c.tcb.SND.UNA, sent, c.tcb.SND.NXT)
}

// endOf returns the sequence number that follows a segment.
func endOf(s *tcp.Sent) tcp.Seq {
	end := s.SEQ.Add(s.DATA)
	if s.CTL.Has(tcp.SYN) {
		end++
	}
	if s.CTL.Has(tcp.FIN) {
		end++
	}
	return end
}

// send sends a segment, or keeps it until the end of the entry if it is a mere
// acknowledgment: "if the TCP endpoint is processing a series of queued segments,
// it MUST process them all before sending any ACK segments" (RFC 9293 3.10.7.4,
// MUST-59). The duplicates that text out of order calls forth are not merged, because the
// peer counts them (RFC 5681, 4.2).
func (c *Conn) send(now Time, s *tcp.Sent, outOfOrder bool) {
	if s.CTL != tcp.ACK || s.DATA != 0 || s.SEQ != c.tcb.SND.NXT {
		c.emit(now, s)
		return
	}
	if outOfOrder {
		if c.ackPending {
			c.emit(now, &c.ack)
		}
		c.emit(now, s)
		return
	}
	c.ack, c.ackPending = *s, true
}

// acknowledge sends the acknowledgment that waits.
func (c *Conn) acknowledge(now Time) {
	if !c.ackPending {
		return
	}
	if c.tcb.Timers.Has(tcp.TimerDelayedACK) {
		// An acknowledgment goes out anyway: let it be for everything that came.
		c.timeout(now, tcp.TimerDelayedACK)
	}
	if c.ackPending {
		c.emit(now, &c.ack)
	}
}

// emit makes a packet of a segment: headers around one copy of the text.
func (c *Conn) emit(now Time, s *tcp.Sent) {
	h := wire.TCP{
		SourcePort: c.flow.localPort, DestinationPort: c.flow.remotePort,
		SEQ: uint32(s.SEQ), ACK: uint32(s.ACK), CTL: uint8(s.CTL), UP: uint16(min(s.UP, 65535)),
	}
	if s.CTL.Has(tcp.ACK) {
		h.WND = c.windowField(s)
		c.ackPending = false
	}
	if s.CTL.Has(tcp.SYN) {
		h.HasMSS, h.MSS = true, uint16(c.e.cfg.MTU-wire.IPv4HeaderLen-wire.TCPHeaderLen)
		h.HasWS, h.WS = c.tcb.WS.OK, c.tcb.Rcv.Wind.Shift
		h.WND = uint16(min(c.tcb.RCV.WND, 65535))
	}
	if c.tcb.TS.OK && !s.CTL.Has(tcp.RST) {
		h.HasTS, h.TSval = true, c.stamp(now)
		if s.CTL.Has(tcp.ACK) {
			h.TSecr = uint32(c.tcb.TS.Recent)
		}
	}
	const ipLen = wire.IPv4HeaderLen
	headers := ipLen + h.HeaderLen()
	p := link.Get(headers + int(s.DATA))
	if s.DATA > 0 {
		c.out.Copy(p.B[headers:], int(s.SEQ.Sub(c.tcb.SND.UNA)))
	}
	h.Put(p.B[ipLen:], c.pseudo)
	c.e.transmit(p, c.flow, wire.ProtocolTCP, c.ttl, c.tos)
	c.note(now, s)
	if c.e.cfg.Tracer != nil {
		c.traceSent(now, s, p)
	}
}

// windowField returns the window of a segment that acknowledges s.ACK: up to the
// right edge that was offered when the machine decided on the segment.
func (c *Conn) windowField(s *tcp.Sent) uint16 {
	return uint16(min(c.tcb.RCV.ADV.Sub(s.ACK)>>c.tcb.Rcv.Wind.Shift, 65535))
}

// note keeps account of what was sent, for the RTT and for counters.
func (c *Conn) note(now Time, s *tcp.Sent) {
	counters := &c.e.counters
	counters.SegmentsOut++
	if s.DATA == 0 && s.CTL&(tcp.SYN|tcp.FIN) == 0 {
		if s.CTL.Has(tcp.RST) {
			counters.ResetsOut++
		}
		return
	}
	counters.OctetsOut += uint64(s.DATA)
	c.sentAt = now
	if !c.fresh(s) {
		counters.Retransmitted++
		c.retransmitted++
		c.timing, c.resent, c.resentAt = false, true, c.stamp(now)
		return
	}
	if !c.timing {
		c.timing, c.timed, c.timedAt = true, c.tcb.SND.NXT, now
	}
}

// fresh tells whether the event that is being performed sends s for the first time.
func (c *Conn) fresh(s *tcp.Sent) bool {
	if s.CTL.Has(tcp.SYN) {
		return c.e.was.State == tcp.Closed || c.e.was.State == tcp.Listen
	}
	return c.e.was.NXT != c.tcb.SND.NXT
}
