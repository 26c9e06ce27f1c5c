// Package ladder draws what two hosts did as RFC 9293 draws it (Figures 6 to
// 12): the states left and right, the segments between them, and below each the
// rules that fired and the variables that changed.
//
//	    TCP Peer A                                                          TCP Peer B
//
//	1.  SYN-SENT     --> <SEQ=100><CTL=SYN>                             --> SYN-RECEIVED
//	                                                listen.SYN
//
// A segment that others overtake is drawn twice, as in Figure 7: where it was
// sent and, with "..." for the way, where it arrived. One that was lost ends in
// an X. A cycle that goes on for ever is drawn once, with a loop in the margin.
package ladder

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Options say how to draw.
type Options struct {
	Left, Right string // the hosts; empty: the first two that have events
	Relative    bool   // count each side's sequence numbers from its ISS
	AllFields   bool   // show bookkeeping variables, too
	Quiet       bool   // neither rules nor variables
	Sections    bool   // rules with the sections they come from
	Repeats     int    // so many of the last events are a cycle that goes on for ever; 0: none

	// Lost tells whether a packet that never arrives was lost; else it is still under
	// way, and ends in "...". So many equal ones that do not arrive, either, were sent
	// behind it. nil: all such packets were lost.
	Lost func(packet []byte, later int) bool
}

// Write draws the events, which must be in the order in which they happened.
func Write(w io.Writer, events []trace.Event, o Options) error {
	d := newDrawing(events, o)
	d.header()
	for i := range d.events {
		if d.cycle == i {
			d.settle() // so that what changed before is shown before
			d.begins = d.out.Len()
		}
		d.event(i)
	}
	d.settle()
	_, err := io.WriteString(w, d.looped())
	return err
}

// String draws into a string.
func String(events []trace.Event, o Options) string {
	var s strings.Builder
	Write(&s, events, o)
	return s.String()
}

const (
	left  = 0
	right = 1
)

// A drawing is a ladder in the making.
type drawing struct {
	Options
	events  []trace.Event
	cycle   int   // the first event of the cycle; len(events): there is none
	begins  int   // where in out the cycle begins
	side    []int // of each event: left or right
	partner []int // of a Sent event: its Received event; of that: the Sent one; -1: none
	done    []bool
	base    [2]tcp.Seq // what relative numbers are counted from
	state   [2]string
	news    [2]bool // the state has changed since a row showed it
	row     int
	at      time.Duration // of the event drawn last
	out     strings.Builder
}

func newDrawing(events []trace.Event, o Options) *drawing {
	d := &drawing{Options: o}
	before := 0 // events kept that are before the cycle
	for i, e := range events {
		switch {
		case d.Left == "" && e.Host != d.Right:
			d.Left = e.Host
		case d.Right == "" && e.Host != d.Left:
			d.Right = e.Host
		}
		if e.Kind == trace.Call && e.Before == e.After {
			continue // without consequences
		}
		if e.Host == d.Left {
			d.side = append(d.side, left)
		} else if e.Host == d.Right {
			d.side = append(d.side, right)
		} else {
			continue
		}
		d.events = append(d.events, e)
		if i < len(events)-o.Repeats {
			before = len(d.events)
		}
	}
	d.cycle = before
	d.done = make([]bool, len(d.events))
	d.pair()
	d.findBases()
	return d
}

// pair finds for each arrival the segment that was sent. Retransmissions look
// alike: from the end backwards, an arrival belongs to the latest of them before
// it, so that it is the earlier ones that were lost.
func (d *drawing) pair() {
	d.partner = make([]int, len(d.events))
	for i := range d.partner {
		d.partner[i] = -1
	}
	for j := len(d.events) - 1; j >= 0; j-- {
		for i := j - 1; i >= 0 && arrives(&d.events[j]); i-- {
			if d.partner[i] < 0 && d.carries(i, j) {
				d.partner[i], d.partner[j] = j, i
				break
			}
		}
	}
	// Of several copies of one segment, the first to arrive is the segment itself.
	for j := range d.events {
		for i := 0; i < j && d.partner[j] < 0; i++ {
			if d.partner[i] > j && d.carries(i, j) {
				d.partner[d.partner[i]] = -1
				d.partner[i], d.partner[j] = j, i
			}
		}
	}
}

// arrives tells whether a segment came. Text that was held and is now next in
// sequence came with an earlier one.
// An ICMP error is no segment.
func arrives(e *trace.Event) bool {
	return e.Kind == trace.Received && e.What != "HELD TEXT" && e.What != "ICMP ERROR"
}

// carries tells whether event i is the sending of what arrives in event j.
func (d *drawing) carries(i, j int) bool {
	sent, came := &d.events[i], &d.events[j]
	if d.side[i] == d.side[j] || sent.Kind != trace.Sent || !arrives(came) {
		return false
	}
	if sent.Packet != nil && came.Packet != nil {
		return bytes.Equal(sent.Packet, came.Packet)
	}
	return same(&sent.Sent, &came.SEG)
}

func same(sent *tcp.Sent, seg *tcp.Segment) bool {
	return sent.SEQ == seg.SEQ && sent.CTL == seg.CTL && length(sent) == seg.LEN &&
		(!sent.CTL.Has(tcp.ACK) || sent.ACK == seg.ACK)
}

func length(s *tcp.Sent) uint32 {
	n := s.DATA
	for _, bit := range []tcp.Flags{tcp.SYN, tcp.FIN} {
		if s.CTL.Has(bit) {
			n++
		}
	}
	return n
}

// findBases takes the number of each side's first SYN. A side without one, which
// can only refuse, keeps its numbers.
func (d *drawing) findBases() {
	if !d.Relative {
		return
	}
	var found [2]bool
	for i, e := range d.events {
		if s := d.side[i]; e.Kind == trace.Sent && e.Sent.CTL.Has(tcp.SYN) && !found[s] {
			d.base[s], found[s] = e.Sent.SEQ, true
		}
	}
}

// event draws event i, unless a row above already shows it.
func (d *drawing) event(i int) {
	e := &d.events[i]
	if d.done[i] {
		return
	}
	d.done[i], d.at = true, e.At
	side := d.side[i]
	switch {
	case e.Kind == trace.Sent:
		d.state[side] = e.After.State.String()
		j := d.partner[i]
		switch {
		case j < 0:
			d.segment(e.At, side, &e.Sent, "-->", d.end(i))
		case d.directly(i, j):
			d.done[j] = true
			d.state[1-side] = d.events[j].After.State.String()
			d.segment(e.At, side, &e.Sent, "-->", "-->")
			d.notes(j, "")
		default:
			d.segment(e.At, side, &e.Sent, "-->", "...")
		}
	case arrives(e):
		d.state[side] = e.After.State.String()
		sent := AsSent(&e.SEG)
		d.segment(e.At, 1-side, &sent, "...", "-->")
		d.notes(i, "")
	case e.Kind == trace.Dropped:
		d.note(side, []string{"(" + e.What + ")"})
	default:
		d.call(i)
	}
}

// end is the arrow of a segment that does not arrive.
func (d *drawing) end(i int) string {
	packet := d.events[i].Packet
	later := 0
	for j := i + 1; j < len(d.events) && packet != nil; j++ {
		if e := &d.events[j]; e.Kind == trace.Sent && d.side[j] == d.side[i] && d.partner[j] < 0 && bytes.Equal(e.Packet, packet) {
			later++
		}
	}
	if d.Lost == nil || d.Lost(packet, later) {
		return "--X"
	}
	return "..."
}

// directly tells whether segment i may be drawn in one row with its arrival j:
// nothing that either side did in between would come to stand out of order.
func (d *drawing) directly(i, j int) bool {
	if i < d.cycle && j >= d.cycle {
		return false
	}
	for k := i + 1; k < j; k++ {
		if d.done[k] {
			continue
		}
		if d.side[k] == d.side[j] || arrives(&d.events[k]) {
			return false
		}
	}
	return true
}

// AsSent is a segment that arrived as its sender must have sent it.
func AsSent(seg *tcp.Segment) tcp.Sent {
	s := tcp.Sent{SEQ: seg.SEQ, ACK: seg.ACK, DATA: seg.LEN, UP: seg.UP, CTL: seg.CTL}
	return tcp.Sent{SEQ: s.SEQ, ACK: s.ACK, DATA: seg.LEN - (length(&s) - s.DATA), UP: s.UP, CTL: s.CTL}
}

// call writes a user's call or a timeout above the row of what it sends.
func (d *drawing) call(i int) {
	e := &d.events[i]
	side := d.side[i]
	if now := e.After.State.String(); now != d.state[side] {
		if d.news[side] {
			d.states(e.At)
		}
		d.state[side], d.news[side] = now, true
	}
	name := e.What
	if e.Kind == trace.Timeout && !strings.HasPrefix(name, "timeout") {
		name = "timeout " + name
	}
	d.notes(i, name)
}

// settle shows states that no row has shown yet.
func (d *drawing) settle() {
	if d.news[left] || d.news[right] {
		d.states(d.at)
	}
}

func clock(at time.Duration) string {
	return fmt.Sprintf(" %7.3f", at.Seconds()) // a blank, however long both are
}
