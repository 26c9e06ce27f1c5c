package sim

import (
	"syscall"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// ofSegments is what segments do wrong, and what becomes of them.
var ofSegments = []Plant{
	{Breaks: NoShrink, What: "the window is offered, and then less", words: sending,
		sent: segments(B, func(h *header) bool { return h.CTL == uint8(tcp.ACK) }, func(h *header) { h.WND -= 20000 })},
	{Breaks: FinOnce, What: "a FIN before the text is at its end", words: sending,
		sent: segments(A, func(h *header) bool { return len(h.Payload) > 0 }, func(h *header) { h.CTL |= uint8(tcp.FIN) })},
	{Breaks: FinOnce, What: "a FIN among what was sent before it", words: short,
		sent: segments(A, func(h *header) bool { return h.ctl().Has(tcp.FIN) }, func(h *header) { h.SEQ -= 10 })},
	{Breaks: NoResetToReset, What: "a RST answers a RST", words: short + " >B@300:R,seq:7",
		sent: func(w *world, from Side, b []byte) {
			if k := &w.watch; from == B && len(k.packets) == 1 && k.packets[0].ctl().Has(tcp.RST) {
				rewrite(b, func(h *header) { h.CTL = uint8(tcp.RST) })
			}
		}},
	{Breaks: AbortOnUnread, What: "text is thrown away, and no RST tells of it", words: listened + "A+30:send:500 B+100:close",
		sent: func(_ *world, from Side, b []byte) {
			if h, ok := readTCP(b); ok && from == B && h.ctl().Has(tcp.RST) {
				spoil(b)
			}
		}},
	{Breaks: Quiescence, What: "an ACK calls forth a segment that calls forth an ACK", words: short,
		step: func(w *world) {
			onWay(w, A, func(b []byte) {
				if h, ok := readTCP(b); ok && h.CTL == uint8(tcp.ACK) {
					forge(w, A, wire.TCP{SEQ: h.ACK - 4, ACK: h.SEQ, CTL: uint8(tcp.ACK | tcp.FIN), WND: 1000})
				}
			})
		}},
	{Breaks: Quiescence, What: "RSTs that answer nothing", words: short + " >B@300:R,seq:7",
		step: func(w *world) {
			if !w.watch.useful {
				w.watch.refusals += 200
			}
		}},
	{Breaks: Delivery, What: "the end of the stream is not told", words: listened + "A+0:receive B+0:receive A+100:half-close B+300:half-close",
		step: func(w *world) {
			onWay(w, A, func(b []byte) {
				if h, ok := readTCP(b); ok && h.ctl().Has(tcp.FIN) {
					spoil(b)
					forge(w, A, wire.TCP{SEQ: h.ACK, ACK: h.SEQ + h.LEN, CTL: uint8(tcp.ACK), WND: 1000})
				}
			})
		}},
	{Breaks: NoSpuriousResend, What: "a segment is sent again, and none was lost", words: sending,
		see: func(_ *world, _ *party, s *engine.Status, wrong bool) bool {
			if wrong {
				s.Retransmitted++
			}
			return true
		}},
	{Breaks: NoSpuriousResend, What: "the network loses a segment, and says it has not", words: sending,
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				if h, ok := readTCP(b); ok && len(h.Payload) > 0 && w.steps < 20 {
					spoil(b)
				}
			})
		}},
	{Breaks: UDPBoundaries, What: "an octet of a datagram is changed, and no checksum tells", words: "delay=5,5 A+1:datagram:100",
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				const checksum = wire.IPv4HeaderLen + 6
				b[checksum], b[checksum+1] = 0, 0 // there is none (RFC 768)
				b[len(b)-1] ^= 1
			})
		}},
	{Breaks: UDPBoundaries, What: "a datagram comes twice", words: "delay=5,5 A+1:datagram:100",
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				if w.steps < 5 {
					w.arrive(A, link.Copy(b), 0)
				}
			})
		}},
	// One table for both: what the other has taken is taken.
	{Breaks: UDPApart, What: "UDP is refused a port that TCP has", words: listened + "A+1:datagram:100",
		begin: func(w *world) {
			if _, err := w.hosts[A].e.ListenUDP(w.hosts[A].clock(0), sockets[A]); err != nil {
				panic(err)
			}
		}},
	{Breaks: UDPApart, What: "TCP is refused a port that UDP has", words: listened + "A+1:datagram:100",
		begin: func(w *world) {
			if _, err := w.hosts[B].e.Listen(w.hosts[B].clock(0), sockets[B], backlog, w.c.Hosts[B].options(sockets[B])); err != nil {
				panic(err)
			}
		}},
}

// ofUsers is what users hear too late, twice or never.
var ofUsers = []Plant{
	{Breaks: EventuallyClosed, What: "a CLOSE is taken, and nothing comes of it", words: short,
		step: func(w *world) {
			if p := latest(w, B); p != nil {
				p.finished, p.closed = true, true // and the engine has not heard of it
			}
		}},
	{Breaks: EventuallyClosed, What: "the user is not told that the connection is no more", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil {
				p.c.Notify = func(n engine.Notice) { p.notice |= n &^ engine.Closed }
			}
		}},
	{Breaks: EventuallyClosed, What: "a connection of nobody is left", words: short,
		begin: func(w *world) {
			w.watch.flows[A] = []*flow{{iss: 1 << 30, tcb: tcp.TCB{State: tcp.Established}}}
		}},
	{Breaks: Totality, What: "notices without end", words: short,
		told: func(w *world, of Side, e *trace.Event) {
			if p := latest(w, of); p != nil && e.What == "RECEIVE" {
				p.notice |= engine.Readable
			}
		}},
	{Breaks: OneOutcome, What: "the user is told twice that the connection is no more", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil && p.dead == 1 {
				p.c.Notify(engine.Closed)
			}
		}},
	{Breaks: OneOutcome, What: "why the connection ended changes", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil && p.outcomeKnown {
				p.outcome = syscall.ECONNRESET
			}
		}},
	{Breaks: OneOutcome, What: "a timeout is told as an end in peace", words: listened + "A+30:close A+120000:receive",
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.What == tcp.TimerFinWait2.String() {
				e.What = tcp.TimerUser.String()
			}
		}},
	{Breaks: OneOutcome, What: "an error is told, and nothing that happened is its cause", words: listened + "A+100:abort",
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.What == "ABORT" {
				e.What = "CLOSE"
			}
		}},
	{Breaks: NoSendAfterClose, What: "a SEND behind a CLOSE is taken", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil {
				p.closing, p.finished = true, true // and the engine has not heard of it
			}
		}},
	{Breaks: WakeUps, What: "a reader is not told that there is text", words: sending,
		see: sees(func(p *party, s *engine.Status) { p.all, s.Unread = true, 1 })},
	{Breaks: WakeUps, What: "a writer is not told that there is room", words: sending,
		see: func(_ *world, p *party, s *engine.Status, wrong bool) bool {
			if wrong {
				p.outbox = 1
			}
			return s.TCB.State == tcp.Established && s.Unsent == 0 && s.TCB.SND.UNA == s.TCB.SND.NXT
		}},
	{Breaks: Delivery, What: "what was written is not read, and both ends close in peace", words: short,
		step: func(w *world) {
			if p := latest(w, B); p != nil && p.dead > 0 {
				p.read = 0
			}
		}},
	{Breaks: ListenerSurvives, What: "a RST ends the listener", words: short + " >B@100:R",
		step: func(w *world) {
			if l := w.hosts[B].user.listener; l != nil && w.now > ms(int32(100)) {
				l.Close(w.hosts[B].clock(w.now))
			}
		}},
}
