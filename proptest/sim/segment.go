package sim

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// checkSegment holds what a segment did to a connection to RFC 9293, 3.10.7.4, told
// here a second time and in other words than the text's.
func checkSegment(w *world, host Side, f *flow, e *trace.Event) {
	b, a, s := &e.Before, &e.After, &e.SEG
	if e.What != "SEGMENT ARRIVES" || b.State == tcp.Listen || b.State == tcp.Closed {
		return
	}
	if b.State == tcp.SynSent {
		w.asked(BlindReset)
		if s.CTL.Has(tcp.RST) && !s.CTL.Has(tcp.ACK) && *a != *b {
			w.fail(BlindReset, "%v: a RST without ACK changes a connection in SYN-SENT: %s", host, difference(b, a))
		}
		return
	}
	if b.State == tcp.LastAck && a.State == tcp.Closed && !s.CTL.Has(tcp.RST) && !(b.FINSent && s.ACK == b.SND.NXT) {
		w.fail(StateFlags, "%v: LAST-ACK ended, and the FIN is not acknowledged: SEG.ACK=%d, SND.NXT=%d", host, s.ACK, b.SND.NXT)
	}
	switch {
	case s.CTL.Has(tcp.RST):
		w.asked(BlindReset)
		if s.SEQ != b.RCV.NXT && a.State != b.State {
			w.fail(BlindReset, "%v: a RST %d off RCV.NXT makes %v of %v", host, int32(s.SEQ-b.RCV.NXT), a.State, b.State)
		}
		return
	case timestampRefused(b, s):
		if a.State != b.State || a.RCV.NXT != b.RCV.NXT || a.SND.UNA != b.SND.UNA {
			w.fail(Unacceptable, "%v: a segment that PAWS refuses changes %v: %s", host, b.State, difference(b, a))
		}
		return
	case tcp.Synchronized.Has(b.State) && b.State != tcp.TimeWait && s.CTL.Has(tcp.SYN):
		w.asked(BlindSYN)
		if a.State != b.State || a.RCV.NXT != b.RCV.NXT || a.IRS != b.IRS {
			w.fail(BlindSYN, "%v: a SYN changes a connection in %v: %s", host, b.State, difference(b, a))
		}
	}
	if e.Rules.Has(tcp.RuleTextHold) && len(w.c.Insert) == 0 {
		f.holds(e, w.c.Hosts[host].pieces())
	}
	if !acceptable(b, s) {
		checkUnacceptable(w, host, f, e)
		return
	}
	if tcp.Synchronized.Has(b.State) && tcp.Synchronized.Has(a.State) {
		checkWindowUpdate(w, host, e)
	}
}

// holds notes text and FIN that came before their turn, cut to the window. Of more
// than the pieces that a host may hold some are given up: then nothing is known.
func (f *flow) holds(e *trace.Event, pieces int) {
	b, s := &e.Before, &e.SEG
	h := span{s.SEQ, s.SEQ.Add(s.LEN)}
	if edge := b.RCV.NXT.Add(b.RCV.WND); edge.Less(h.end) {
		h.end = edge
	}
	if f.crowded = f.crowded || len(f.held) == min(pieces, 100); f.crowded {
		f.held = f.held[:0]
		return
	}
	f.held = append(f.held, h)
}

// retained is T18: nothing that is held is next in sequence and not taken.
func (f *flow) retained(w *world, side Side) {
	waiting := f.held[:0]
	for _, h := range f.held {
		if next := f.tcb.RCV.NXT; h.from.LessEq(next) && next.Less(h.end) && tcp.MayReceive.Has(f.tcb.State) {
			w.fail(Retention, "%v has received numbers %d to %d, and RCV.NXT stands at %d", side, h.from, h.end-1, next)
		}
		if f.tcb.RCV.NXT.Less(h.end) {
			waiting = append(waiting, h)
		} else {
			w.asked(Retention)
		}
	}
	f.held = waiting
}

// acceptable is Table 6.
func acceptable(t *tcp.TCB, s *tcp.Segment) bool {
	in := func(seq tcp.Seq) bool { return uint32(seq-t.RCV.NXT) < t.RCV.WND }
	switch {
	case s.LEN == 0 && t.RCV.WND == 0:
		return s.SEQ == t.RCV.NXT
	case s.LEN == 0:
		return in(s.SEQ)
	case t.RCV.WND == 0:
		return false
	}
	return in(s.SEQ) || in(s.SEQ+tcp.Seq(s.LEN)-1)
}

// timestampRefused tells whether PAWS drops a segment before its sequence number is
// looked at (RFC 7323, 5.3 and 3.2).
func timestampRefused(t *tcp.TCB, s *tcp.Segment) bool {
	return t.TS.OK && (!s.HasTS || int32(s.TSval-t.TS.Recent) < 0 && !t.TS.Outdated)
}

// checkUnacceptable holds the event to T1: nothing changes but what an ACK that is
// sent changes, and that keep-alives have heard of the peer, and an ACK is owed. Four kinds of unacceptable segment have a use
// nevertheless, and are let through: what section 3.5 and Figure 7 show of
// simultaneous opens, probes of a closed window (3.8.6.1), the empty segment of a
// peer that has filled our window or probed it (A.2), and in TIME-WAIT the retransmitted FIN
// (3.10.7.4) and the SYN that may reopen (3.6.1).
func checkUnacceptable(w *world, host Side, f *flow, e *trace.Event) {
	b, a, s := &e.Before, &e.After, &e.SEG
	syn := s.CTL.Has(tcp.SYN)
	switch {
	case b.State == tcp.SynReceived && syn && s.SEQ == b.IRS:
		return
	case s.LEN > 0 && b.RCV.WND == 0 && s.SEQ == b.RCV.NXT:
		current := b.SND.UNA.LessEq(s.ACK) && s.ACK.LessEq(b.SND.NXT) && s.CTL == tcp.ACK
		f.challenge(b, current && tcp.MayReceive.Has(b.State) && tcp.Synchronized.Has(a.State))
		return
	case s.LEN == 0 && (s.SEQ == b.RCV.NXT.Add(b.RCV.WND) || b.RCV.WND == 0 && s.SEQ == b.RCV.NXT+1):
		return
	case b.State == tcp.TimeWait && (syn || s.CTL.Has(tcp.FIN)):
		return
	}
	w.asked(Unacceptable)
	after := *a
	after.Last.ACK.Sent, after.RCV.ADV, after.Challenges = b.Last.ACK.Sent, b.RCV.ADV, b.Challenges
	if s.CTL&(tcp.ACK|tcp.SYN) == tcp.ACK && after.Probes == 0 {
		after.Probes = b.Probes // MUST-26
	}
	const ofAcknowledging = 1<<tcp.TimerDelayedACK | 1<<tcp.TimerChallenge
	after.Timers = after.Timers&^ofAcknowledging | b.Timers&ofAcknowledging
	if after != *b {
		w.fail(Unacceptable, "%v: an unacceptable segment changes a connection in %v: %s", host, b.State, difference(b, &after))
	}
	waits := s.LEN > 1 || s.LEN == 1 && !syn // for the answer: it has text or FIN
	limit := b.Settings.ChallengeLimit
	f.challenge(b, waits || limit == 0 || b.Challenges < limit)
}

// challenge notes that an unacceptable segment is to be answered.
func (f *flow) challenge(t *tcp.TCB, owed bool) {
	if owed {
		f.challenges, f.owed = true, t.RCV.NXT
	}
}

// checkWindowUpdate is T7: SND.WL1 and SND.WL2 "prevent using old segments to update
// the window" (3.10.7.4, fifth).
func checkWindowUpdate(w *world, host Side, e *trace.Event) {
	b, a, s := &e.Before, &e.After, &e.SEG
	seq := s.SEQ
	if seq.Less(b.RCV.NXT) {
		seq = b.RCV.NXT
	}
	inRange := s.CTL.Has(tcp.ACK) && b.SND.UNA.LessEq(s.ACK) && s.ACK.LessEq(b.SND.NXT)
	newer := inRange && (b.SND.WL1.Less(seq) || b.SND.WL1 == seq && b.SND.WL2.LessEq(s.ACK))
	told := s.WND
	if !s.CTL.Has(tcp.SYN) {
		told <<= b.Snd.Wind.Shift
	}
	if a.SND.WND != b.SND.WND && !newer {
		w.fail(WindowUpdate, "%v: an old segment made SND.WND %d of %d", host, a.SND.WND, b.SND.WND)
	}
	if b.State == tcp.TimeWait || b.State == tcp.FinWait2 && a.State == tcp.TimeWait {
		return // nothing will ever be sent again
	}
	if newer {
		w.asked(WindowUpdate)
	}
	if newer && !s.CTL.Has(tcp.SYN) && a.SND.WND != told {
		w.fail(WindowUpdate, "%v: an acceptable segment told a window of %d, and SND.WND is %d", host, told, a.SND.WND)
	}
}
