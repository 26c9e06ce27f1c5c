package sim

import (
	"fmt"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// step looks at both hosts after a step.
func (k *watch) step(w *world) {
	k.quiescent(w)
	k.cost(w)
	for side := A; side < sides; side++ {
		h := w.hosts[side]
		for _, p := range h.user.parties {
			k.party(w, p)
		}
		earliest, running := h.deadline()
		for _, f := range k.flows[side] {
			if f.alive() {
				k.flow(w, side, f, earliest, running)
				f.retained(w, side)
			}
			f.challenges, f.answers, f.losses.expired = false, 0, false
		}
		k.admitted(w, side)
		w.asked(ListenerSurvives)
		if listens := h.user.listener != nil; h.e.Usage().Listeners == 1 != listens {
			w.fail(ListenerSurvives, "%v: user listens: %v, engine has %d listeners", side, listens, h.e.Usage().Listeners)
		}
		if k.owed[side] {
			w.asked(AbortOnUnread)
		}
		if k.owed[side] && k.resets[side] == 0 {
			w.fail(AbortOnUnread, "%v closed with text unread, and no RST was sent", side)
		}
		k.owed[side], k.resets[side], k.segments[side] = false, 0, 0
	}
}

// usefulEnough is how many packets may be in vain beside those that the network
// held when something was achieved last.
const usefulEnough = 64

// quiescent is R7. A war needs segments other than RSTs, which nothing answers but a challenge
// ACK. Each RST answers what has arrived: what the network held, and what was sent since, which
// it may have delivered twice.
func (k *watch) quiescent(w *world) {
	if k.useful {
		k.useful, k.useless, k.refusals = false, 0, 0
		k.flying = len(w.queue.heap) + len(w.lanes[A].held) + len(w.lanes[B].held)
	}
	if k.useless > 0 {
		w.asked(Quiescence)
	}
	if (k.useless > k.flying+usefulEnough || k.refusals > k.flying+2*k.useless+usefulEnough) && w.faultsOver() {
		w.fail(Quiescence, "%d packets and %d RSTs since anything was achieved, when the network held %d", k.useless, k.refusals, k.flying)
	}
}

// flow looks at one connection.
func (k *watch) flow(w *world, side Side, f *flow, earliest time.Duration, running bool) {
	t := &f.tcb
	if why, needs, within := waitsFor(t, k.unsent(w, side, f)); needs != 0 {
		w.asked(ReasonToWake)
		switch {
		case t.Timers&needs == 0:
			w.fail(ReasonToWake, "%v in %v: %s, and none of these timers runs: %s", side, t.State, why, timers(needs))
		case !running || earliest > w.now+within:
			w.fail(ReasonToWake, "%v in %v: %s, and the engine will not look at its timers within %v", side, t.State, why, within)
		}
	}
	if tcp.Synchronized.Has(t.State) {
		k.prompt(w, side, f)
	}
	if f.challenges && f.answers == 0 {
		w.fail(Unacceptable, "%v in %v: an unacceptable segment was not answered", side, t.State)
	}
}

// unsent is how many octets wait in a connection's send buffer that were never sent.
func (k *watch) unsent(w *world, side Side, f *flow) int {
	for _, p := range w.hosts[side].user.parties {
		if p.iss == f.iss {
			return p.c.Status().Unsent
		}
	}
	return 0
}

const retransmission = 1 << tcp.TimerRetransmission

// waitsFor is R3: what a connection waits for, which of these timers must run, and
// within which time the engine must look at it.
func waitsFor(t *tcp.TCB, unsent int) (why string, needs tcp.Timers, within time.Duration) {
	const (
		rtoMax  = time.Minute
		twoMSL  = 4 * time.Minute
		persist = 1<<tcp.TimerPersist | 1<<tcp.TimerSWSOverride
	)
	switch t.State {
	case tcp.SynSent, tcp.SynReceived:
		return "the SYN is not acknowledged", retransmission, rtoMax
	case tcp.TimeWait:
		return "2 MSL must pass", 1 << tcp.TimerTimeWait, twoMSL
	case tcp.FinWait2:
		if t.ReaderGone {
			return "the user is gone", 1 << tcp.TimerFinWait2, time.Minute
		}
		return "", 0, 0
	}
	switch {
	case t.SND.UNA != t.SND.NXT:
		return fmt.Sprintf("%d numbers are not acknowledged", t.SND.NXT.Sub(t.SND.UNA)), retransmission, rtoMax
	case unsent > 0:
		return fmt.Sprintf("%d octets wait to be sent into a window of %d", unsent, t.SND.WND), persist, rtoMax
	case t.FINQueued && !t.FINSent:
		return fmt.Sprintf("the FIN waits to be sent into a window of %d", t.SND.WND), persist, rtoMax
	}
	return "", 0, 0
}

// prompt is T8: what was received is acknowledged, or the timer runs that will do it.
func (k *watch) prompt(w *world, side Side, f *flow) {
	t := &f.tcb
	owed := t.RCV.NXT.Sub(t.Last.ACK.Sent)
	if owed == 0 {
		return
	}
	w.asked(AckPromptly)
	if !t.Timers.Has(tcp.TimerDelayedACK) {
		w.fail(AckPromptly, "%v in %v: %d numbers were received and not acknowledged, and DELAYED-ACK does not run", side, t.State, owed)
	}
	if owed >= 2*t.SND.MSS {
		w.fail(AckPromptly, "%v in %v: %d numbers were received and not acknowledged, two segments are %d", side, t.State, owed, 2*t.SND.MSS)
	}
}

// party looks at what a connection's user can see.
func (k *watch) party(w *world, p *party) {
	side, f := p.host.side, p.flow
	if p.dead > 1 {
		w.fail(OneOutcome, "%v's user was told %d times that the connection is closed", side, p.dead)
	}
	if p.dead > 0 {
		w.asked(OneOutcome)
		if p.outcomeKnown && p.outcome != p.c.Err() {
			w.fail(OneOutcome, "%v's connection ended by %v, then by %v", side, p.outcome, p.c.Err())
		}
		p.outcome, p.outcomeKnown = p.c.Err(), true
		if f != nil && p.outcome != f.ended {
			w.fail(OneOutcome, "%v's connection was ended in %v by %s, and its user is told %v, not %v", side, f.before.State, f.what, p.outcome, f.ended)
		}
		return
	}
	s := p.c.Status()
	if f == nil {
		w.fail(Continuity, "%v's connection in %v had no event", side, s.TCB.State)
		return
	}
	k.unchanged(w, side, f, &s.TCB)
	k.woken(w, p, &s)
	k.buffers(w, p, &s)
	k.handshake(w, side, &s.TCB)
}

func (k *watch) buffers(w *world, p *party, s *engine.Status) {
	side := p.host.side
	if s.Unread > 0 {
		w.asked(NoOverrun)
	}
	k.congestion(w, p, s)
	if w.c.clean() {
		w.asked(NoSpuriousResend)
	}
	if held := s.Unread + s.Held; held > int(s.TCB.Settings.RCV.BUFF) {
		w.fail(NoOverrun, "%v holds %d octets in a receive buffer of %d", side, held, s.TCB.Settings.RCV.BUFF)
	}
	if s.Pieces > 0 {
		w.asked(FewPieces)
	}
	if most := w.c.Hosts[side].pieces(); s.Pieces > most {
		w.fail(FewPieces, "%v holds %d octets out of order in %d parts, and %d are allowed", side, s.Held, s.Pieces, most)
	}
	p.flow.end.holds(w, side, s)
	if w.c.clean() && s.Retransmitted > 0 {
		w.fail(NoSpuriousResend, "%v has sent %d segments again, and none was lost", side, s.Retransmitted)
	}
}

// woken is R9: at the end of a step nobody waits for what is there.
func (k *watch) woken(w *world, p *party, s *engine.Status) {
	reads := (p.all || p.wanted > 0) && !p.eof && p.err == nil && !p.closed
	ended := false
	switch s.TCB.State {
	case tcp.CloseWait, tcp.Closing, tcp.LastAck, tcp.TimeWait:
		ended = true
	}
	if reads {
		w.asked(WakeUps)
	}
	if reads && (s.Unread > 0 || ended) {
		w.fail(WakeUps, "%v's user waits to read in %v, and was not told of %d octets, end of stream %v", p.host.side, s.TCB.State, s.Unread, ended)
	}
	empty := s.Unsent == 0 && s.TCB.SND.UNA == s.TCB.SND.NXT && tcp.Synchronized.Has(s.TCB.State)
	if p.outbox > 0 && empty && !p.finished && !p.closed {
		w.fail(WakeUps, "%v's user waits to write in %v, and was not told that the send buffer is empty", p.host.side, s.TCB.State)
	}
}

// admitted holds a listener to its backlog: with a place free no SYN is turned away.
func (k *watch) admitted(w *world, side Side) {
	if !k.turnedAway[side] {
		return
	}
	k.turnedAway[side] = false
	taken := 0
	for _, f := range k.flows[side] {
		if f.tcb.State == tcp.SynReceived && f.tcb.PassiveOpen {
			taken++
		}
	}
	if taken < backlog && !w.c.Batch {
		w.fail(Conservation, "%v's listener turns a SYN away: %d of its %d places are taken", side, taken, backlog)
	}
}

// handshake is S3.
func (k *watch) handshake(w *world, side Side, t *tcp.TCB) {
	if t.State != tcp.Established || len(w.c.Insert) > 0 {
		return
	}
	w.asked(Handshake)
	for _, l := range k.lives[side.Other()] {
		if l.iss == t.IRS {
			return
		}
	}
	w.fail(Handshake, "%v is ESTABLISHED with IRS=%d, which nobody has sent", side, t.IRS)
}
