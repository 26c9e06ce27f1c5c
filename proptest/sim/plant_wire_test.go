package sim

import (
	"net/netip"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// hasText tells whether a segment carries text.
func hasText(h *header) bool { return len(h.Payload) > 0 }

// lives changes what is known of a host's incarnations from its packets.
func lives(of Side, change func(*life)) func(*world) {
	return func(w *world) {
		for _, l := range w.watch.lives[of] {
			change(l)
		}
	}
}

// ofNobody makes nobody of the user whose text it is.
func ofNobody(w *world) {
	if p := latest(w, A); p != nil {
		p.iss = 1 << 30
	}
}

// ofWires is what the network does, and what hosts make of it. The museum has most of it
// once more, planted in the stack and compiled, which takes minutes.
var ofWires = []Plant{
	{Breaks: StreamIntegrity, What: "an octet changes on its way, and the checksum with it", words: short,
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				rewrite(b, func(h *header) {
					if hasText(h) {
						h.Payload[0]++
					}
				})
			})
		}},
	{Breaks: StreamIntegrity, What: "a host sends what its user has not written", words: short,
		sent: segments(A, hasText, func(h *header) { h.Payload[0]++ })},
	{Breaks: StreamIntegrity, What: "the end of the stream comes in the middle", words: short,
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				rewrite(b, func(h *header) {
					if hasText(h) {
						h.CTL |= uint8(tcp.FIN)
					}
				})
			})
		}},
	{Breaks: StreamIntegrity, What: "the last octets are not there when the stream ends", words: "delay=10,10 B+0:listen A+0:open A+0:receive B+0:receive A+30:send:100 A+0:half-close",
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				if h, ok := readTCP(b); ok && hasText(&h) {
					spoil(b)
				}
				rewrite(b, func(h *header) {
					if h.ctl().Has(tcp.FIN) {
						h.SEQ -= 100
					}
				})
			})
		}},
	{Breaks: StreamIntegrity, What: "text of nobody is read", words: short,
		step: ofNobody},
	{Breaks: StreamIntegrity, What: "the end of a stream of nobody is read", words: listened + "B+0:receive A+100:half-close",
		step: ofNobody},
	{Breaks: StreamIntegrity, What: "more is read than was written", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil {
				p.written = min(p.written, 10)
			}
		}},
	{Breaks: AckCorrect, What: "what was not sent is acknowledged", words: short,
		sent: segments(B, func(h *header) bool { return h.CTL == uint8(tcp.ACK) }, func(h *header) { h.ACK += 1 << 20 })},
	{Breaks: NegotiatedOptions, What: "the user asks for timestamps, and the SYN has none", words: short,
		begin: func(w *world) { w.c.Hosts[A].Timestamps = true }},
	{Breaks: NegotiatedOptions, What: "the SYN,ACK leaves out what both want", words: short + " A=ws",
		begin: func(w *world) { w.c.Hosts[B].Scale = true }},
	{Breaks: NegotiatedOptions, What: "timestamps were agreed, and are not there", words: short,
		step: func(w *world) {
			for _, of := range []Side{A, B} {
				lives(of, func(l *life) { l.offersTS = true })(w)
			}
		}},
	{Breaks: NegotiatedOptions, What: "a segment is larger than the peer takes", words: short,
		step: lives(B, func(l *life) { l.mss = 500 })},
	{Breaks: NegotiatedOptions, What: "the MSS option is an octet off", words: short,
		told: tells(A, segmentArrives, tcp.SynSent, func(_, a *tcp.TCB) { a.SND.MSS++ })},
	{Breaks: WindowAsKept, What: "more is offered than was noted", words: sending,
		told: func(_ *world, of Side, e *trace.Event) {
			if of == B && e.Kind == trace.Sent {
				e.After.RCV.ADV--
			}
		}},
	{Breaks: ResetForm, What: "a RST to a SYN that its receiver must ignore", words: "A+0:open",
		sent: segments(B, func(*header) bool { return true }, func(h *header) { h.ACK-- })},
	{Breaks: ResetForm, What: "a RST to an ACK that its receiver must ignore", words: ">B@5:A,seq:7,ack:7",
		sent: segments(B, func(*header) bool { return true }, func(h *header) { h.SEQ-- })},
	{Breaks: OnePath, What: "a segment goes round the machine", words: short,
		told: func(_ *world, of Side, e *trace.Event) {
			if of == A && e.What == segmentArrives {
				e.What = "HEADER PREDICTION"
			}
		}},
	{Breaks: Continuity, What: "a variable changes between events", words: short,
		step: func(w *world) {
			for _, f := range w.watch.flows[A] {
				f.tcb.SND.UP++
			}
		}},
	{Breaks: Continuity, What: "a connection has events, and was never opened", words: short,
		step: func(w *world) {
			if w.now > 0 {
				w.watch.flows[A] = nil
			}
		}},
	{Breaks: Continuity, What: "a segment of a connection is given to the listener", words: short,
		told: func(_ *world, of Side, e *trace.Event) {
			if of == B && e.What == segmentArrives && e.Before.State == tcp.Established {
				e.Before = tcp.TCB{State: tcp.Listen}
				e.After = e.Before
			}
		}},
	{Breaks: Continuity, What: "a connection is there, and nothing told of it", words: short,
		step: func(w *world) {
			if p := latest(w, A); p != nil {
				p.flow = nil
			}
		}},
	{Breaks: Unacceptable, What: "an unacceptable segment is not answered", words: short + " >B@300:A,seq:-5,len:2",
		told: func(_ *world, of Side, e *trace.Event) {
			if of == B && e.Kind == trace.Sent {
				e.Sent.CTL = 0
			}
		}},
	{Breaks: Unacceptable, What: "an unacceptable segment changes the window", words: short + " >B@300:A,seq:-5,len:2",
		told: func(_ *world, of Side, e *trace.Event) {
			if of == B && e.What == segmentArrives && e.SEG.LEN == 2 {
				e.After.SND.WND++
			}
		}},
	{Breaks: Unacceptable, What: "text is taken that PAWS refuses", words: short + " A=ts B=ts >B@300:A,len:2,ts:4294967200",
		told: func(_ *world, of Side, e *trace.Event) {
			if of == B && e.What == segmentArrives && e.SEG.LEN == 2 {
				e.After.RCV.NXT, e.After.RCV.WND = e.After.RCV.NXT+2, e.After.RCV.WND-2
			}
		}},
	{Breaks: TimerSanity, What: "the delayed ACK outlives its connection into TIME-WAIT", words: short,
		told: tells(A, segmentArrives, tcp.FinWait2, func(_, a *tcp.TCB) {
			if a.State == tcp.TimeWait {
				a.Timers |= 1 << tcp.TimerDelayedACK
			}
		})},
	{Breaks: Totality, What: "a host panics", words: short,
		told: tells(A, segmentArrives, tcp.Established, func(_, _ *tcp.TCB) { panic("index out of range") })},
	{Breaks: Conservation, What: "something is left", words: short,
		begin: func(w *world) {
			if _, err := w.hosts[A].e.ListenUDP(w.hosts[A].clock(0), netip.AddrPortFrom(addrs[A], 7)); err != nil {
				panic(err)
			}
		}},
	{Breaks: Conservation, What: "text is kept for a user who is gone", words: listened + "A+30:send:100 A+0:half-close B+100:half-close",
		step: func(w *world) {
			if p := latest(w, B); p != nil && p.dead > 0 {
				p.closed = true
			}
		}},
	{Breaks: Conservation, What: "a place of the backlog is lost", words: short,
		step: func(w *world) {
			onWay(w, B, func(b []byte) {
				if h, ok := readTCP(b); ok && h.ctl().Has(tcp.SYN) {
					spoil(b)
				}
			})
		},
		told: func(_ *world, _ Side, e *trace.Event) {
			if e.Kind == trace.Dropped {
				e.What = engine.BacklogFull.String()
			}
		}},
	{Breaks: PatientEnd, What: "a peer that is there is given up", words: sending + " A+600000:send:1",
		told: func(w *world, of Side, e *trace.Event) {
			if of == A && e.What == "SEND" && w.now > calm {
				ends := *e
				ends.Kind, ends.What = trace.Timeout, tcp.TimerGiveUp.String()
				tracer{w, of}.Trace(&ends)
			}
		}},
	{Breaks: UDPBoundaries, What: "a datagram is sent that does not fit", words: "A+1:datagram:1400",
		begin: func(w *world) { w.hosts[A].user.set.MTU = 1000 }},
}
