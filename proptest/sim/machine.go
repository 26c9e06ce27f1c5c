package sim

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/fields"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// checkMachine holds one event to what is true of every event.
func checkMachine(w *world, host Side, e *trace.Event) {
	b, a := &e.Before, &e.After
	w.asked(SequenceOrder, TimerSanity, StateFlags)
	if b.State != a.State {
		w.asked(Transitions)
	}
	if b.State == tcp.TimeWait {
		w.asked(TimeWaitQuiet)
	}
	if p, message := transition(e); message != "" {
		w.fail(p, "%v: %s", host, message)
	}
	if a.State == tcp.Closed || a.State == tcp.Listen {
		if a.Timers != 0 {
			w.fail(TimerSanity, "%v: timers run in %v: %s", host, a.State, timers(a.Timers))
		}
		return
	}
	if b.State < tcp.SynReceived && a.State >= tcp.SynReceived {
		w.asked(NegotiatedOptions)
		if want := segmentSize(e); a.SND.MSS != want {
			w.fail(NegotiatedOptions, "%v sends segments of %d octets, the SYN's MSS option of %d allows %d", host, a.SND.MSS, e.SEG.MSS, want)
		}
		// "The window field in a segment where the SYN bit is set ... MUST NOT be scaled." (RFC 7323, 2.2)
		if w.asked(WindowRespect); a.SND.WND != e.SEG.WND {
			w.fail(WindowRespect, "%v counts on a window of %d, and the SYN told one of %d", host, a.SND.WND, e.SEG.WND)
		}
	}
	if message := order(a); message != "" {
		w.fail(SequenceOrder, "%v after %s: %s", host, e.What, message)
	}
	if message := timersOf(a); message != "" {
		w.fail(TimerSanity, "%v after %s: %s", host, e.What, message)
	}
	if message := flagsOf(a); message != "" {
		w.fail(StateFlags, "%v after %s in %v: %s", host, e.What, a.State, message)
	}
	// Behind what is asked here in other words: those have the better names.
	for _, i := range tcp.Invariants {
		if !i.Holds(a) {
			w.fail(invariantProperty(i.Name), "%v: invariant %s of the text (%s) after %s: %s", host, i.Name, i.Sources, e.What, i.Doc)
		}
	}
	if e.What == "RECEIVE" {
		w.asked(NoSillyWindow)
	}
	if message := sillyWindow(e); message != "" {
		w.fail(NoSillyWindow, "%v: %s", host, message)
	}
	if message := overrun(e); message != "" {
		w.fail(WindowRespect, "%v after %s: %s", host, e.What, message)
	}
	if b.State != tcp.Closed && b.State != tcp.Listen {
		w.asked(Monotonic)
		if message := backward(b, a); message != "" {
			w.fail(Monotonic, "%v after %s: %s", host, e.What, message)
		}
	}
}

// segmentSize is how much text a segment may carry, by the SYN that has arrived
// (3.7.1): an absent option stands for 536, one too small for use is raised.
func segmentSize(e *trace.Event) uint32 {
	s := &e.After.Settings
	mss := e.SEG.MSS
	if mss == 0 {
		mss = s.DefaultMSS
	}
	mss = min(max(mss, 48), s.PATH.MSS)
	if e.After.TS.OK {
		mss -= 12
	}
	return mss
}

// invariantProperty is the property under which an invariant of the text is reported.
func invariantProperty(name string) Property {
	switch {
	case strings.Contains(name, "watched"), strings.Contains(name, "ends"):
		return ReasonToWake
	case strings.Contains(name, "reason"), strings.Contains(name, "empty"):
		return TimerSanity
	case strings.Contains(name, "FIN"), strings.Contains(name, "SYN"):
		return StateFlags
	}
	return SequenceOrder
}

// Sets of states by number.
const (
	toClosed = tcp.States(1) << tcp.Closed
	toListen = tcp.States(1) << tcp.Listen
)

func to(states ...tcp.State) (set tcp.States) {
	for _, s := range states {
		set |= 1 << s
	}
	return set
}

// edges are the transitions of Figure 5, by what causes them. Exceptions are those
// that section 3.10 has and the figure has not: a segment that does two things at
// once (it acknowledges the SYN and brings the FIN), a CLOSE that was queued in
// SYN-RECEIVED, LAST-ACK entered when the FIN is sent and not when CLOSE is called,
// resets and the user's ABORT in every state.
var edges = [trace.NumKinds][tcp.NumStates]tcp.States{
	trace.Call: {
		tcp.Closed:      to(tcp.Listen, tcp.SynSent),
		tcp.Listen:      to(tcp.SynSent, tcp.Closed),
		tcp.SynSent:     toClosed,
		tcp.SynReceived: to(tcp.FinWait1, tcp.Closed),
		tcp.Established: to(tcp.FinWait1, tcp.Closed),
		tcp.FinWait1:    toClosed,
		tcp.FinWait2:    toClosed,
		tcp.CloseWait:   to(tcp.LastAck, tcp.Closed),
		tcp.Closing:     toClosed,
		tcp.LastAck:     toClosed,
		tcp.TimeWait:    toClosed,
	},
	trace.Received: {
		tcp.Listen:      to(tcp.SynReceived),
		tcp.SynSent:     to(tcp.Established, tcp.SynReceived, tcp.CloseWait, tcp.Closed),
		tcp.SynReceived: to(tcp.Established, tcp.FinWait1, tcp.CloseWait, tcp.Closing, tcp.Closed) | toListen,
		tcp.Established: to(tcp.CloseWait, tcp.Closed),
		tcp.FinWait1:    to(tcp.FinWait2, tcp.Closing, tcp.TimeWait, tcp.Closed),
		tcp.FinWait2:    to(tcp.TimeWait, tcp.Closed),
		tcp.CloseWait:   toClosed,
		tcp.Closing:     to(tcp.TimeWait, tcp.Closed),
		tcp.LastAck:     toClosed,
	},
	trace.Timeout: {
		tcp.SynSent:     toClosed,
		tcp.SynReceived: toClosed | toListen,
		tcp.Established: toClosed,
		tcp.FinWait1:    toClosed,
		tcp.FinWait2:    toClosed,
		tcp.CloseWait:   to(tcp.LastAck, tcp.Closed),
		tcp.Closing:     toClosed,
		tcp.LastAck:     toClosed,
		tcp.TimeWait:    toClosed,
	},
}

// transition holds a change of state to the figure.
func transition(e *trace.Event) (Property, string) {
	from, into := e.Before.State, e.After.State
	if from == into {
		return 0, ""
	}
	if from == tcp.TimeWait && (e.Kind == trace.Received || e.Kind == trace.Timeout && e.What != tcp.TimerTimeWait.String()) {
		return TimeWaitQuiet, fmt.Sprintf("%s ends TIME-WAIT", e.What)
	}
	if !edges[e.Kind][from].Has(into) {
		return Transitions, fmt.Sprintf("%v %s: from %v to %v", e.Kind, e.What, from, into)
	}
	if into == tcp.Listen && !e.Before.PassiveOpen {
		return Transitions, "an active open went to LISTEN (MUST-11)"
	}
	return 0, ""
}

// order is S1.
func order(t *tcp.TCB) string {
	if t.State != tcp.SynSent && t.State != tcp.SynReceived && !tcp.Synchronized.Has(t.State) {
		return ""
	}
	// ISS =< SND.UNA holds as long as less than 2^31 octets were sent, which is every run's length.
	if !t.ISS.LessEq(t.SND.UNA) || !t.SND.UNA.LessEq(t.SND.NXT) {
		return fmt.Sprintf("ISS=%d SND.UNA=%d SND.NXT=%d", t.ISS, t.SND.UNA, t.SND.NXT)
	}
	if t.State != tcp.SynSent && !t.IRS.Less(t.RCV.NXT) {
		return fmt.Sprintf("IRS=%d RCV.NXT=%d", t.IRS, t.RCV.NXT)
	}
	return ""
}

// timersOf is S10.
func timersOf(t *tcp.TCB) string {
	const mayRunInTimeWait = 1<<tcp.TimerTimeWait | 1<<tcp.TimerChallenge | 1<<tcp.TimerTSRecent
	if t.Timers.Has(tcp.TimerRetransmission) && t.Timers.Has(tcp.TimerPersist) {
		return "RETRANSMISSION and PERSIST run together"
	}
	if t.State == tcp.TimeWait && t.Timers&^mayRunInTimeWait != 0 {
		return "in TIME-WAIT run " + timers(t.Timers)
	}
	return ""
}

// flagsOf is S11.
func flagsOf(t *tcp.TCB) string {
	acknowledged := t.FINSent && t.SND.UNA == t.SND.NXT
	switch t.State {
	case tcp.SynSent, tcp.Established, tcp.CloseWait:
		if t.FINSent {
			return "our FIN was sent"
		}
	case tcp.FinWait1:
		if !t.FINQueued || acknowledged {
			return "no FIN waits for its acknowledgment"
		}
	case tcp.FinWait2, tcp.TimeWait:
		if !acknowledged {
			return "our FIN is not acknowledged"
		}
	case tcp.Closing:
		if !t.FINQueued || acknowledged {
			return "no FIN waits for its acknowledgment"
		}
	case tcp.LastAck:
		if !t.FINSent || acknowledged {
			return "no FIN waits for its acknowledgment"
		}
	}
	return ""
}

// sillyWindow is the receiver's half of silly window avoidance: the window stays
// "fixed until: RCV.BUFF - RCV.USER - RCV.WND >= min( Fr * RCV.BUFF, Eff.snd.MSS )"
// (3.8.6.2.2), Fr being 1/2.
func sillyWindow(e *trace.Event) string {
	b, a := &e.Before, &e.After
	if e.Kind != trace.Call || e.What != "RECEIVE" || a.RCV.WND == b.RCV.WND {
		return ""
	}
	if step := a.RCV.WND - b.RCV.WND; step < min(b.Settings.RCV.BUFF/2, b.SND.MSS) {
		return fmt.Sprintf("RECEIVE moves the right edge by %d; the buffer is %d, a segment %d", step, b.Settings.RCV.BUFF, b.SND.MSS)
	}
	return ""
}

// checkSilly is the sender's half, and Nagle's algorithm. That the segment is the last
// of what is queued shows in its PSH bit.
func checkSilly(w *world, host Side, f *flow, s *tcp.Sent) {
	t := &f.before
	w.asked(NoSillySegment)
	switch last := s.CTL.Has(tcp.PSH); {
	case s.DATA >= t.SND.MSS:
	case t.SND.UNA != t.SND.NXT && !t.Settings.NoDelay:
		w.fail(NoSillySegment, "%v sends %d octets of a segment's %d, and what it sent before is not acknowledged", host, s.DATA, t.SND.MSS)
	case !last && s.DATA < t.MAX.SND.WND/2:
		w.fail(NoSillySegment, "%v sends %d octets of a segment's %d and has more to send; the largest window was %d", host, s.DATA, t.SND.MSS, t.MAX.SND.WND)
	}
}

// overrun is S6 in the machine's own variables: what is sent for the first time lies
// in the window, but one number that probes a closed one.
func overrun(e *trace.Event) string {
	b, a := &e.Before, &e.After
	if e.Kind == trace.Received || !tcp.Synchronized.Has(b.State) || a.SND.NXT == b.SND.NXT {
		return ""
	}
	beyond := int32(a.SND.NXT - b.SND.UNA.Add(b.SND.WND))
	probe := e.What == tcp.TimerPersist.String() && a.SND.NXT == b.SND.NXT+1
	if beyond <= 0 || probe {
		return ""
	}
	return fmt.Sprintf("SND.NXT is %d beyond the window", beyond)
}

// backward finds what an event has turned back.
func backward(b, a *tcp.TCB) string {
	switch {
	case a.SND.UNA.Less(b.SND.UNA):
		return "SND.UNA went back"
	case a.SND.NXT.Less(b.SND.NXT):
		return "SND.NXT went back"
	case b.State != tcp.SynSent && a.RCV.NXT.Less(b.RCV.NXT):
		return "RCV.NXT went back"
	case tcp.Synchronized.Has(b.State) && a.RCV.NXT.Add(a.RCV.WND).Less(b.RCV.NXT.Add(b.RCV.WND)):
		return "the right edge of the receive window went back"
	}
	return ""
}

// timers names those that run.
func timers(set tcp.Timers) string {
	var names []string
	for t := range tcp.Timer(tcp.NumTimers) {
		if set.Has(t) {
			names = append(names, t.String())
		}
	}
	return strings.Join(names, ",")
}

// difference lists the variables in which two TCBs differ.
func difference(from, to *tcp.TCB) string {
	var changes []string
	if from.State != to.State {
		changes = append(changes, fmt.Sprintf("state %v, now %v", from.State, to.State))
	}
	if from.Timers != to.Timers {
		changes = append(changes, fmt.Sprintf("timers %s, now %s", timers(from.Timers), timers(to.Timers)))
	}
	for _, c := range fields.Diff(from, to) {
		changes = append(changes, c.String())
	}
	return strings.Join(changes, "; ")
}
