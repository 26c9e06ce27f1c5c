package sim

import (
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// The runs in which things go wrong.
const (
	short    = "delay=10,10 B+0:listen A+0:open A+0:receive B+0:receive A+30:send:5000 A+500:half-close B+600:half-close"
	sending  = "delay=10,10 B+0:listen A+0:open A+0:receive B+0:receive A+30:send:30000"
	listened = "delay=10,10 B+0:listen A+0:open "
)

// tells changes what an event of a host has done in a state.
func tells(of Side, what string, in tcp.State, change func(b, a *tcp.TCB)) func(*world, Side, *trace.Event) {
	return func(_ *world, side Side, e *trace.Event) {
		if side == of && e.Kind != trace.Sent && e.What == what && e.Before.State == in {
			change(&e.Before, &e.After)
		}
	}
}

// ends is an event after which there is no connection any more.
func ends(_, a *tcp.TCB) { *a = tcp.TCB{Settings: a.Settings} }

// ofMachines is what the machine's variables do wrong.
var ofMachines = []Plant{
	{Breaks: SequenceOrder, What: "SND.UNA overtakes SND.NXT", words: short,
		told: tells(A, segmentArrives, tcp.Established, func(_, a *tcp.TCB) { a.SND.UNA = a.SND.NXT + 1 })},
	{Breaks: SequenceOrder, What: "IRS overtakes RCV.NXT", words: short,
		told: tells(A, segmentArrives, tcp.Established, func(_, a *tcp.TCB) { a.IRS = a.RCV.NXT })},
	{Breaks: SequenceOrder, What: "a segment from nowhere", words: short,
		sent: segments(A, func(h *header) bool { return len(h.Payload) > 0 }, func(h *header) { h.SEQ -= 1 << 20 })},
	{Breaks: Monotonic, What: "RCV.NXT goes back", words: short,
		told: tells(A, segmentArrives, tcp.Established, func(b, a *tcp.TCB) { a.RCV.NXT, a.RCV.WND = b.RCV.NXT-1, b.RCV.WND+1; a.IRS -= 2 })},
	{Breaks: Monotonic, What: "the right edge goes back", words: short,
		told: tells(B, "RECEIVE", tcp.Established, func(b, a *tcp.TCB) { a.RCV.WND = b.RCV.WND - 2000 })},
	{Breaks: Monotonic, What: "an acknowledgment goes back", words: sending,
		sent: segments(B, func(h *header) bool { return h.ACK > 10000 }, func(h *header) { h.ACK -= 5000 })},
	{Breaks: ReasonToWake, What: "the retransmission timer does not start", words: short,
		told: tells(A, "SEGMENTIZE", tcp.Established, func(_, a *tcp.TCB) { a.Timers &^= retransmission })},
	{Breaks: ReasonToWake, What: "no timer runs while the SYN is out", words: short,
		see: func(_ *world, p *party, s *engine.Status, wrong bool) bool {
			if wrong {
				p.flow.tcb.Timers = 0
			}
			return s.TCB.State == tcp.SynSent
		}},
	{Breaks: ReasonToWake, What: "the engine looks at its timers an hour late", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil && p.c.State() == tcp.Established {
				w.hosts[A].epoch -= engine.Time(time.Hour)
			}
		}},
	{Breaks: TimerSanity, What: "RETRANSMISSION and PERSIST run together", words: short,
		told: tells(A, "SEGMENTIZE", tcp.Established, func(_, a *tcp.TCB) { a.Timers |= retransmission | 1<<tcp.TimerPersist })},
	{Breaks: TimerSanity, What: "a timer outlives its connection", words: short,
		told: tells(B, segmentArrives, tcp.LastAck, func(_, a *tcp.TCB) { *a = tcp.TCB{Timers: retransmission} })},
	{Breaks: StateFlags, What: "the FIN was sent, and the state is ESTABLISHED", words: short,
		told: tells(A, segmentArrives, tcp.Established, func(_, a *tcp.TCB) { a.FINQueued, a.FINSent = true, true })},
	{Breaks: StateFlags, What: "any ACK ends LAST-ACK", words: short,
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.Kind == trace.Received && e.Before.State == tcp.LastAck {
				e.SEG.ACK--
			}
		}},
	{Breaks: Transitions, What: "a segment takes ESTABLISHED to TIME-WAIT", words: short,
		told: tells(A, segmentArrives, tcp.Established, func(_, a *tcp.TCB) { a.State = tcp.TimeWait })},
	{Breaks: Transitions, What: "an active OPEN falls back to LISTEN", words: "delay=10,10 A+0:open B+0:open A+0:receive B+0:receive",
		told: tells(A, segmentArrives, tcp.SynReceived, func(_, a *tcp.TCB) { *a = tcp.TCB{State: tcp.Listen} })},
	{Breaks: TimeWaitQuiet, What: "a RST assassinates TIME-WAIT", words: short + " >A@5000:R",
		told: tells(A, segmentArrives, tcp.TimeWait, ends)},
	{Breaks: BlindReset, What: "a RST by guessing ends a connection", words: short + " >A@300:R,seq:7",
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.Kind == trace.Received && e.SEG.CTL.Has(tcp.RST) {
				ends(&e.Before, &e.After)
			}
		}},
	{Breaks: BlindReset, What: "a RST without ACK ends SYN-SENT", words: short + " >A@5:R",
		told: tells(A, segmentArrives, tcp.SynSent, ends)},
	{Breaks: BlindSYN, What: "a SYN is taken into an old connection", words: short + " >A@300:S",
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.Kind == trace.Received && e.SEG.CTL == tcp.SYN && e.Before.State == tcp.Established {
				e.After.IRS--
			}
		}},
	{Breaks: SoftErrors, What: "an ICMP error ends a connection", words: short + " >A@45:A,icmp:2",
		told: tells(A, icmpError, tcp.Established, ends)},
	{Breaks: WindowUpdate, What: "a window is not believed", words: sending,
		told: tells(A, segmentArrives, tcp.Established, func(b, a *tcp.TCB) { a.SND.WND = b.SND.WND - 1 })},
	{Breaks: WindowUpdate, What: "an old segment moves the window", words: sending + " A#3:reorder:1",
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.Kind == trace.Received && e.SEG.SEQ == e.Before.RCV.NXT && e.SEG.SEQ.Less(e.Before.SND.WL1) {
				e.After.SND.WND++
			}
		}},
	{Breaks: WindowRespect, What: "the machine counts on more window than there is", words: short,
		told: tells(A, "SEGMENTIZE", tcp.Established, func(b, a *tcp.TCB) { a.SND.NXT = b.SND.UNA.Add(b.SND.WND + 1) })},
	{Breaks: WindowRespect, What: "the window of a SYN is scaled", words: short,
		told: tells(A, segmentArrives, tcp.SynSent, func(_, a *tcp.TCB) { a.SND.WND <<= 2 })},
	{Breaks: NoSillyWindow, What: "the window opens octet by octet", words: short,
		told: tells(B, "RECEIVE", tcp.Established, func(b, a *tcp.TCB) { a.RCV.WND = b.RCV.WND + 1 })},
	{Breaks: NoSillySegment, What: "a segment is small, and more is queued", words: sending,
		told: func(_ *world, of Side, e *trace.Event) {
			if e.Kind == trace.Sent && of == A && e.Sent.DATA > 0 && !e.Sent.CTL.Has(tcp.PSH) && e.Sent.SEQ == e.After.SND.UNA {
				e.Sent.DATA = 1
			}
		}},
	{Breaks: NoSillySegment, What: "a small segment does not wait for the ACK that Nagle asks for", words: sending,
		told: func(_ *world, of Side, e *trace.Event) {
			if e.Kind == trace.Sent && of == A && e.Sent.DATA > 0 && e.Sent.SEQ != e.After.SND.UNA {
				e.Sent.DATA = 1
			}
		}},
	{Breaks: ProbesGrowRarer, What: "the third probe comes as soon as the second", words: listened + "A+0:receive A+30:send:200000 B+60000:receive A+61000:half-close B+61000:half-close",
		step: func(w *world) {
			if p := latest(w, A); p != nil && p.flow.probing.n == 2 && p.flow.probing.at == w.now {
				w.hosts[A].epoch += engine.Time(3 * time.Second)
			}
		}},
	{Breaks: AckPromptly, What: "nobody will acknowledge what was received", words: sending,
		see: func(_ *world, p *party, s *engine.Status, wrong bool) bool {
			if wrong {
				p.flow.tcb.Timers &^= 1 << tcp.TimerDelayedACK
			}
			return s.TCB.RCV.NXT != s.TCB.Last.ACK.Sent
		}},
	{Breaks: AckPromptly, What: "the second full segment is not acknowledged at once", words: sending,
		see: func(_ *world, p *party, s *engine.Status, wrong bool) bool {
			if wrong {
				p.flow.tcb.Last.ACK.Sent -= 1460
			}
			return s.TCB.RCV.NXT.Sub(s.TCB.Last.ACK.Sent) == 1460
		}},
	{Breaks: Retention, What: "a part of what is held is not taken", words: sending + " A#3:reorder:1",
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.Rules.Has(tcp.RuleTextHold) {
				e.SEG.LEN += 500
			}
		}},
	{Breaks: Cost, What: "a timeout walks along all there is", words: short,
		told: func(w *world, of Side, e *trace.Event) {
			if e.Kind != trace.Timeout {
				return
			}
			for range 2 * eventsEach {
				nothing := *e
				nothing.After = e.Before
				tracer{w, of}.Trace(&nothing)
			}
		}},
	{Breaks: Handshake, What: "an old SYN is taken for a new one", words: short,
		step: func(w *world) {
			for _, l := range w.watch.lives[B] {
				l.iss-- // it was another SYN that B sent
			}
		}},
	{Breaks: WindowRespect, What: "a scale that was not offered is believed",
		words: "delay=10,10 B=rcv:4000,ws A=ws B+0:listen A+0:open B+0:receive A+30:send:30000",
		step: func(w *world) {
			onWay(w, A, func(b []byte) {
				rewrite(b, func(h *header) {
					if h.HasWS {
						h.WS = 7
					}
				})
			})
		}},
}

// segments changes those segments that a host sends.
func segments(of Side, which func(*header) bool, change func(*header)) func(*world, Side, []byte) {
	return func(_ *world, from Side, b []byte) {
		if from != of {
			return
		}
		rewrite(b, func(h *header) {
			if which(h) {
				change(h)
			}
		})
	}
}
