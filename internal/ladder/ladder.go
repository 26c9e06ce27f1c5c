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
// an X.
package ladder

import (
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
}

// Write draws the events, which must be in the order in which they happened.
func Write(w io.Writer, events []trace.Event, o Options) error {
	d := newDrawing(events, o)
	d.header()
	for i := range d.events {
		d.event(i)
	}
	_, err := io.WriteString(w, d.out.String())
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
	side    []int // of each event: left or right
	partner []int // of a Sent event: its Received event; of that: the Sent one; -1: none
	done    []bool
	base    [2]tcp.Seq // what relative numbers are counted from
	state   [2]string
	row     int
	out     strings.Builder
}

func newDrawing(events []trace.Event, o Options) *drawing {
	d := &drawing{Options: o, state: [2]string{"", ""}}
	for _, e := range events {
		switch {
		case d.Left == "" && e.Host != d.Right:
			d.Left = e.Host
		case d.Right == "" && e.Host != d.Left:
			d.Right = e.Host
		}
		if e.Host == d.Left {
			d.side = append(d.side, left)
		} else if e.Host == d.Right {
			d.side = append(d.side, right)
		} else {
			continue
		}
		d.events = append(d.events, e)
	}
	d.done = make([]bool, len(d.events))
	d.pair()
	d.findBases()
	return d
}

// pair finds for each segment sent the first event of the other side that received it.
func (d *drawing) pair() {
	d.partner = make([]int, len(d.events))
	for i := range d.partner {
		d.partner[i] = -1
	}
	for i, e := range d.events {
		if e.Kind != trace.Sent {
			continue
		}
		for j := i + 1; j < len(d.events); j++ {
			if d.side[j] != d.side[i] && d.events[j].Kind == trace.Received && d.partner[j] < 0 && same(&e.Sent, &d.events[j].SEG) {
				d.partner[i], d.partner[j] = j, i
				break
			}
		}
	}
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
	d.done[i] = true
	side := d.side[i]
	switch e.Kind {
	case trace.Sent:
		d.state[side] = e.After.State.String()
		j := d.partner[i]
		switch {
		case j < 0:
			d.segment(e.At, side, &e.Sent, "-->", "--X")
		case d.directly(i, j):
			d.done[j] = true
			d.state[1-side] = d.events[j].After.State.String()
			d.segment(e.At, side, &e.Sent, "-->", "-->")
			d.notes(j)
		default:
			d.segment(e.At, side, &e.Sent, "-->", "...")
		}
	case trace.Received:
		d.state[side] = e.After.State.String()
		sent := sentFrom(&e.SEG)
		d.segment(e.At, 1-side, &sent, "...", "-->")
		d.notes(i)
	case trace.Dropped:
		d.note(side, "("+e.What+")")
	default:
		d.call(i)
	}
}

// directly tells whether segment i may be drawn in one row with its arrival j:
// nothing that either side did in between would come to stand out of order.
func (d *drawing) directly(i, j int) bool {
	for k := i + 1; k < j; k++ {
		if d.done[k] {
			continue
		}
		if d.side[k] == d.side[j] || d.events[k].Kind == trace.Received {
			return false
		}
	}
	return true
}

func sentFrom(seg *tcp.Segment) tcp.Sent {
	s := tcp.Sent{SEQ: seg.SEQ, ACK: seg.ACK, DATA: seg.LEN, UP: seg.UP, CTL: seg.CTL}
	return tcp.Sent{SEQ: s.SEQ, ACK: s.ACK, DATA: seg.LEN - (length(&s) - s.DATA), UP: s.UP, CTL: s.CTL}
}

// call draws a user's call or a timeout, and nothing for one without consequences.
func (d *drawing) call(i int) {
	e := &d.events[i]
	side := d.side[i]
	was := d.state[side]
	d.state[side] = e.After.State.String()
	if e.Before == e.After && e.What == "SEGMENTIZE" {
		return
	}
	if was != d.state[side] {
		d.states(e.At)
	}
	if e.What != "SEGMENTIZE" {
		d.note(side, e.What)
	}
	d.notes(i)
}

func clock(at time.Duration) string {
	return fmt.Sprintf("%8.3f", at.Seconds())
}
