package sim

import (
	"fmt"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Line is a segment on the wire with its numbers counted from where they began, so
// that two runs that differ in nothing else have the same lines.
type Line struct {
	At       time.Duration
	From     Side
	SEQ, ACK uint32 // relative; of a RST without a connection as they are
	LEN      int
	WND, UP  uint16
	CTL      tcp.Flags
}

func (l Line) String() string {
	return fmt.Sprintf("%v %v <SEQ=%d><ACK=%d><CTL=%v> LEN=%d WND=%d UP=%d", l.At, l.From, l.SEQ, l.ACK, l.CTL, l.LEN, l.WND, l.UP)
}

// line notes a segment, if the run is to remember what was on the wire.
func (w *world) line(from Side, h *header) {
	if !w.opts.Wire {
		return
	}
	l := Line{
		At: w.now, From: from, LEN: len(h.Payload), WND: h.WND, UP: h.UP, CTL: h.ctl(),
		SEQ: w.watch.relative(from, h.seq(), h.ctl()),
	}
	if l.CTL.Has(tcp.ACK) {
		l.ACK = w.watch.relative(from.Other(), h.ack(), h.ctl())
	}
	w.wire = append(w.wire, l)
}

// relative counts a number of a host's from the ISS of its newest incarnation.
func (k *watch) relative(host Side, n tcp.Seq, ctl tcp.Flags) uint32 {
	if l := k.of(host, n); l != nil {
		return n.Sub(l.iss)
	}
	if ctl.Has(tcp.SYN) {
		return 0 // the first of its incarnation
	}
	return uint32(n)
}
