package sim

import (
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// departure is when numbers left for the first time, until they are acknowledged.
type departure struct {
	span
	at    time.Duration
	again bool // some of them were sent once more
}

// timed notes when a segment leaves that has numbers to be acknowledged.
func (l *life) timed(w *world, from Side, h *header) {
	if h.LEN == 0 {
		return
	}
	// Two connections within one tick of the clock have one ISS, and look like one.
	if f := w.watch.newest(from, l.iss); f != l.latest {
		l.latest, l.departures = f, nil
	}
	first := h.ctl().Has(tcp.SYN) && len(l.departures) == 0
	if h.seq().Less(l.max) && !first {
		for i := range l.departures {
			d := &l.departures[i]
			d.again = d.again || h.seq().Less(d.end) && d.from.Less(h.end())
		}
	}
	if first || l.max.Less(h.end()) {
		l.departures = append(l.departures, departure{span: span{h.seq(), h.end()}, at: w.now})
	}
}

// karn is Karn's algorithm: "RTT samples MUST NOT be made using segments that were
// retransmitted (and thus for which it is ambiguous whether the reply was for the first
// instance of the packet or a later instance)" (RFC 6298, 3). What the sample was, SRTT
// tells; a timestamp would say which instance it is of.
func (k *watch) karn(w *world, p *party, was, s *engine.Status) {
	side, una := p.host.side, s.TCB.SND.UNA
	var all []departure
	for _, l := range k.lives[side] {
		if l.iss != s.TCB.ISS {
			continue
		}
		n := 0
		for n < len(l.departures) && l.departures[n].end.LessEq(una) {
			n++
		}
		all = append(all, l.departures[:n]...)
		l.departures = l.departures[n:]
	}
	if s.TCB.TS.OK || s.SRTT == was.SRTT || was.TCB.ISS != s.TCB.ISS || k.segments[side] != 1 {
		return
	}
	// "SRTT <- (1 - alpha) * SRTT + alpha * R'", alpha being 1/8, rounded; "SRTT <- R" if
	// there was none before (2.2, 2.3), or one of no time at all: those look alike.
	sample := 8*s.SRTT - 7*was.SRTT
	w.asked(RetransmissionTimeout)
	for _, d := range all {
		took := w.now - d.at
		if !d.again && (max(took-sample, sample-took) <= 8 || was.SRTT == 0 && took == s.SRTT) {
			return
		}
	}
	w.fail(RetransmissionTimeout, "%v: SRTT went from %v to %v by a sample of %v, and nothing that was sent once and is acknowledged now took that long", side, was.SRTT, s.SRTT, sample)
}
