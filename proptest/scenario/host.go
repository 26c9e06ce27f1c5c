package scenario

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// window is what every host offers: small enough that the SYN of Figure 9 lies
// "outside the window", as the text beside the figure says.
const window = 256

// settings are those of a host whose user wants everything to go at once.
func settings() tcp.Settings {
	s := tcp.Settings{DefaultMSS: 536, R1: 3, NoDelay: true, AckAtOnce: true}
	s.RCV.BUFF, s.PATH.MSS = window, 1460
	return s
}

// host is one side of a figure: a TCB, and what a runtime keeps beside it.
type host struct {
	name  string
	core  *model.Recorder
	made  *uint16 // packets so far, of both hosts
	t     tcp.TCB
	out   tcp.Effects
	kept  uint32      // octets of text queued and not yet acknowledged
	held  tcp.Segment // text out of sequence; LEN 0: none
	ready []segment   // sent, and not yet drawn
	news  tcp.SignalSet
	rules tcp.RuleSet // of the last event
	line  int         // the line being executed, for what is sent on it
}

// segment is one on its way, or ready to go.
type segment struct {
	tcp.Sent
	WND    uint32
	line   int         // on which it was sent
	rules  tcp.RuleSet // that fired then
	packet []byte
}

func newHost(i uint8, core model.Core, r *run) *host {
	return &host{
		name: string(rune('A' + i)), t: tcp.TCB{Settings: settings()}, made: &r.made,
		core: &model.Recorder{Core: core, Host: i, Tell: func(e trace.Event) { r.result.Events = append(r.result.Events, e) }},
	}
}

// reboot forgets everything.
func (h *host) reboot() {
	h.t = tcp.TCB{Settings: settings()}
	h.kept, h.ready, h.held = 0, nil, tcp.Segment{}
}

// establish makes the connection of a figure that begins in the middle: next are the
// numbers that the host sends and expects next.
func (h *host) establish(send, receive tcp.Seq) {
	h.t.ISS = send - 1
	h.core.Open(&h.t, false, true, &h.out)
	seg := tcp.Segment{SEQ: receive - 1, ACK: send, LEN: 1, WND: window, MSS: 1460, CTL: tcp.SYN | tcp.ACK}
	h.core.SegmentArrives(&h.t, &seg, &h.out)
}

// unsent is the octets in the send queue beyond SND.NXT.
func (h *host) unsent() uint32 {
	inFlight := h.t.SND.NXT.Sub(h.t.SND.UNA) - one(h.t.SYNOutstanding) - one(h.t.FINSent)
	if h.t.State == tcp.Closed || h.t.State == tcp.Listen || inFlight > h.kept {
		return 0
	}
	return h.kept - inFlight
}

func one(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// do makes an event happen, and what follows it at once.
func (h *host) do(event func(t *tcp.TCB, out *tcp.Effects)) {
	h.rules = tcp.RuleSet{}
	event(&h.t, &h.out)
	h.perform()
	for range 16 { // more than a window of a figure's segments
		h.core.Segmentize(&h.t, h.unsent(), 1<<16, &h.out)
		if h.out.NSend == 0 {
			return
		}
		h.perform()
	}
}

// perform does what the machine asked for.
func (h *host) perform() {
	out := &h.out
	for i := range out.Rules {
		h.rules[i] |= out.Rules[i]
	}
	h.news |= out.Signals
	if out.Set.Has(tcp.EffectQueue) {
		h.kept += out.Queue.Count
	}
	if out.Set.Has(tcp.EffectAcknowledged) {
		h.kept -= min(h.kept, out.Acknowledged.Count)
	}
	if out.Set.Has(tcp.EffectFlush) || out.Set.Has(tcp.EffectFlushRetransmissions) {
		h.kept, h.held = 0, tcp.Segment{}
	}
	if out.Set.Has(tcp.EffectFlushHeld) {
		h.held = tcp.Segment{}
	}
	if out.Set.Has(tcp.EffectHold) {
		h.held = tcp.Segment{SEQ: out.Hold.From, LEN: out.Hold.Count + one(out.Hold.Fin), CTL: tcp.ACK}
		if out.Hold.Fin {
			h.held.CTL |= tcp.FIN
		}
	}
	for i := range out.Send[:out.NSend] {
		s := segment{Sent: out.Send[i], WND: min(h.t.RCV.WND, 65535), line: h.line, rules: h.rules}
		h.emit(&s)
		h.ready = append(h.ready, s)
	}
	if out.Set.Has(tcp.EffectDeliver) && h.t.Holes && h.held.LEN > 0 && h.held.SEQ == h.t.RCV.NXT {
		seg := h.held
		h.held = tcp.Segment{}
		h.core.HeldText(&h.t, &seg, false, out)
		h.perform()
	}
}

// emit makes the packet of a segment, and tells of it.
func (h *host) emit(s *segment) {
	*h.made++
	from := h.core.Host
	header := wire.TCP{SEQ: uint32(s.SEQ), ACK: uint32(s.ACK), CTL: uint8(s.CTL), WND: uint16(s.WND), UP: uint16(s.UP)}
	s.packet = counterexample.Packet(model.Addresses[from], model.Addresses[1-from], *h.made, header, make([]byte, s.DATA))
	h.core.Sent(&s.Sent, s.packet, &h.t)
}

// arrive takes a segment.
func (h *host) arrive(s segment) {
	h.core.Begin(h.core.At, s.packet)
	seg := tcp.Segment{SEQ: s.SEQ, ACK: s.ACK, WND: s.WND, CTL: s.CTL,
		LEN: s.DATA + one(s.CTL.Has(tcp.SYN)) + one(s.CTL.Has(tcp.FIN))}
	if s.CTL.Has(tcp.SYN) {
		seg.MSS = 1460
	}
	h.do(func(t *tcp.TCB, out *tcp.Effects) { h.core.SegmentArrives(t, &seg, out) })
}

func (h *host) open(iss tcp.Seq) {
	h.t.ISS = iss
	h.do(func(t *tcp.TCB, out *tcp.Effects) { h.core.Open(t, false, true, out) })
}

func (h *host) listen() {
	h.do(func(t *tcp.TCB, out *tcp.Effects) { h.core.Open(t, true, false, out) })
}

func (h *host) send(count uint32) {
	h.do(func(t *tcp.TCB, out *tcp.Effects) { h.core.Send(t, count, h.unsent(), 1<<16, true, false, out) })
}

// close has no more to send; the host goes on receiving, as in the figures.
func (h *host) close() {
	h.do(func(t *tcp.TCB, out *tcp.Effects) { h.core.Close(t, h.unsent(), 0, true, out) })
}

func (h *host) abort() { h.do(h.core.Abort) }

func (h *host) expire(timer tcp.Timer) {
	h.do(func(t *tcp.TCB, out *tcp.Effects) { h.core.Expires(t, timer, h.unsent(), out) })
}
