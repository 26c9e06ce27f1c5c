package sim

import (
	"fmt"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// header is a segment as a packet shows it.
type header struct {
	wire.TCP
	LEN uint32
}

func (h *header) ctl() tcp.Flags { return tcp.Flags(h.CTL) }
func (h *header) seq() tcp.Seq   { return tcp.Seq(h.SEQ) }
func (h *header) end() tcp.Seq   { return tcp.Seq(h.SEQ + h.LEN) }
func (h *header) ack() tcp.Seq   { return tcp.Seq(h.ACK) }

// readTCP reads a whole TCP segment; false if the packet is none.
func readTCP(b []byte) (h header, ok bool) {
	ip, drop := wire.ParseIPv4(b)
	if drop != wire.Whole || ip.Protocol != wire.ProtocolTCP {
		return h, false
	}
	if h.TCP, drop = wire.ParseTCP(ip.Payload, ip.Pseudo()); drop != wire.Whole {
		return h, false
	}
	h.LEN = uint32(len(h.Payload))
	if h.ctl().Has(tcp.SYN) {
		h.LEN++
	}
	if h.ctl().Has(tcp.FIN) {
		h.LEN++
	}
	return h, true
}

// life is one incarnation of one host's connection as its packets show it. Nothing
// here is asked of the host.
type life struct {
	iss, max tcp.Seq // the SYN's number; the number after the last one sent
	fin      tcp.Seq
	finSent  bool
	offersWS bool
	offersTS bool
	shift    uint8
	mss      uint16  // the largest segment that the host takes; 0: it has not said
	edge     tcp.Seq // the right edge offered
	edged    bool
	ack      tcp.Seq // the highest acknowledgment sent
	acked    bool
	allowed  tcp.Seq // the right edge that the peer is known to have offered
	known    bool
	heard    tcp.Seq // the highest SEQ that arrived
	una      tcp.Seq // the highest acknowledgment that arrived
	slid     uint32  // by how much old segments moved it

	departures []departure
	latest     *flow // whose they are
}

// of finds the incarnation that a number sent by a host belongs to, the newest first.
func (k *watch) of(host Side, seq tcp.Seq) *life {
	for i := len(k.lives[host]) - 1; i >= 0; i-- {
		if l := k.lives[host][i]; l.iss.LessEq(seq) && seq.LessEq(l.max) {
			return l
		}
	}
	return nil
}

// sent looks at a packet that a host has sent.
func (k *watch) sent(w *world, from Side, b []byte) {
	w.note("sent", uint64(from))
	h, ok := readTCP(b)
	if !ok {
		w.hash.bytes(b)
		return
	}
	w.hash.bytes(b)
	w.line(from, &h)
	if h.ctl().Has(tcp.RST) {
		k.refusals++
		k.resetSent(w, from, &h)
		return
	}
	k.useless++
	if h.ctl().Has(tcp.SYN) {
		k.born(from, &h)
	}
	l := k.of(from, h.seq())
	if l == nil {
		w.fail(SequenceOrder, "%v sends from nowhere: %s", from, describe(&h))
		return
	}
	k.checkText(w, from, l, &h)
	k.checkFin(w, from, l, &h)
	k.checkOptions(w, from, l, &h)
	if h.ctl().Has(tcp.ACK) {
		k.checkAck(w, from, l, &h)
	}
	l.timed(w, from, &h)
	if l.max.Less(h.end()) {
		l.max = h.end()
	}
}

// faultsOver tells whether the network will do no more harm.
func (w *world) faultsOver() bool {
	for _, f := range w.c.Faults {
		if w.lanes[f.From].sent <= f.Packet {
			return false
		}
	}
	return true
}

// born notes a SYN: a new incarnation, or the old one's SYN again. Two within one
// tick of the clock have one ISS; they acknowledge different SYNs.
func (k *watch) born(from Side, h *header) {
	for _, l := range k.lives[from] {
		if l.iss == h.seq() && (!l.acked || !h.ctl().Has(tcp.ACK) || !h.ack().Less(l.ack)) {
			return
		}
	}
	l := &life{iss: h.seq(), max: h.seq() + 1, offersWS: h.HasWS, offersTS: h.HasTS, shift: h.WS, mss: h.MSS}
	if told := k.toldBySYN[from]; told != nil {
		l.allowed, l.known = l.iss.Add(1+uint32(*told)), true
	}
	k.lives[from] = append(k.lives[from], l)
}

// checkText holds text to what the user has written, and to the window.
func (k *watch) checkText(w *world, from Side, l *life, h *header) {
	if p := w.hosts[from].user.owner(l.iss); p != nil && len(h.Payload) > 0 {
		if i := w.content.differs(h.Payload, p.number, uint64(h.SEQ-uint32(l.iss)-1)); i >= 0 {
			w.fail(StreamIntegrity, "%v sends another octet at %d than its user has written there: %s", from, h.SEQ+uint32(i), describe(h))
		}
	}
	if len(w.c.Insert) > 0 || h.ctl().Has(tcp.SYN) || !l.max.Less(h.end()) {
		return
	}
	w.asked(WindowRespect)
	// "the sender must be prepared to accept ... and send at least one octet of new
	// data even if the send window is zero" (RFC 793; RFC 9293, 3.8.6.1)
	probe := h.end() == l.max+1
	if edge := l.allowed.Add(l.slid); !l.known || edge.Less(h.end()) && !probe {
		w.fail(WindowRespect, "%v sends %d octets beyond the edge it was offered: %s", from, int32(h.end()-edge), describe(h))
	}
}

// checkFin is S9.
func (k *watch) checkFin(w *world, from Side, l *life, h *header) {
	fin := h.ctl().Has(tcp.FIN)
	if l.finSent {
		w.asked(FinOnce)
	}
	if l.finSent && (fin && h.end() != l.fin || l.fin.Less(h.end())) {
		w.fail(FinOnce, "%v has sent its FIN with number %d, and now sends %s", from, l.fin-1, describe(h))
	}
	if fin && !l.finSent {
		l.fin, l.finSent = h.end(), true
		if h.end().Less(l.max) {
			w.fail(FinOnce, "%v sends a FIN before what it has sent up to %d: %s", from, l.max, describe(h))
		}
	}
}

// checkOptions is R8.
func (k *watch) checkOptions(w *world, from Side, l *life, h *header) {
	if set := w.c.Hosts[from]; h.ctl()&(tcp.SYN|tcp.ACK) == tcp.SYN && (h.HasWS != set.Scale || h.HasTS != set.Timestamps || !h.HasMSS) {
		w.fail(NegotiatedOptions, "%v's user asks for window scale: %v, timestamps: %v, and the SYN has %v and %v; MSS: %v",
			from, set.Scale, set.Timestamps, h.HasWS, h.HasTS, h.HasMSS)
	}
	if len(w.c.Insert) > 0 || !h.ctl().Has(tcp.ACK) {
		return
	}
	peer := k.of(from.Other(), h.ack())
	if peer == nil {
		return
	}
	w.asked(NegotiatedOptions)
	if agreed := l.offersTS && peer.offersTS; h.HasTS != agreed {
		w.fail(NegotiatedOptions, "timestamps were agreed: %v, and %v sends %s with timestamp: %v", agreed, from, describe(h), h.HasTS)
	}
	set := w.c.Hosts[from]
	if h.ctl().Has(tcp.SYN) && (h.HasWS != (set.Scale && peer.offersWS) || h.HasTS != (set.Timestamps && peer.offersTS)) {
		w.fail(NegotiatedOptions, "%v answers %s: window scale %v, timestamps %v; the user asked for %v and %v, the SYN for %v and %v",
			from, describe(h), h.HasWS, h.HasTS, set.Scale, set.Timestamps, peer.offersWS, peer.offersTS)
	}
	if most := max(int(peer.mss), 48); len(h.Payload) > most {
		w.fail(NegotiatedOptions, "%v sends %d octets to a peer that takes %d", from, len(h.Payload), most)
	}
}

// checkAck is S2 and S7: what is acknowledged was sent, and neither it nor the
// offered edge moves back.
func (k *watch) checkAck(w *world, from Side, l *life, h *header) {
	peer := k.of(from.Other(), h.ack())
	w.asked(AckCorrect, NoShrink)
	if len(w.c.Insert) == 0 && (peer == nil || h.ack() == peer.iss) {
		w.fail(AckCorrect, "%v acknowledges what its peer has not sent: %s", from, describe(h))
		return
	}
	if l.acked && h.ack().Less(l.ack) {
		w.fail(Monotonic, "%v has acknowledged up to %d, and now sends %s", from, l.ack, describe(h))
	}
	l.ack, l.acked = h.ack(), true
	shift := uint8(0)
	if peer != nil && peer.offersWS && l.offersWS && !h.ctl().Has(tcp.SYN) {
		shift = min(l.shift, 14)
	}
	// What the shift cuts off is not a promise withdrawn (RFC 7323, 2.4).
	edge := h.ack().Add(uint32(h.WND)<<shift | (1<<shift - 1))
	if l.edged && edge.Less(l.edge) && len(w.c.Insert) == 0 {
		w.fail(NoShrink, "%v has offered a window up to %d, and now %d less: %s", from, l.edge, l.edge-edge, describe(h))
	}
	if edge = h.ack().Add(uint32(h.WND) << shift); !l.edged || l.edge.Less(edge) {
		l.edge, l.edged = edge, true
	}
}

// resetSent holds a RST to what it answers: T5 and T6. That is known if one packet came
// alone: of a batch, a RST may come from another, as an ICMP error that ends an attempt to open.
func (k *watch) resetSent(w *world, from Side, h *header) {
	k.resets[from]++
	if from != k.host || !k.replying || k.cause != byPacket || len(k.packets) != 1 || k.others > 0 {
		return
	}
	p, known := &k.packets[0], k.known[0]
	if p.DestinationPort != h.SourcePort || p.SourcePort != h.DestinationPort {
		return
	}
	switch {
	case p.ctl().Has(tcp.RST):
		w.fail(NoResetToReset, "%v answers %s with %s", from, describe(p), describe(h))
	case known:
	case p.ctl().Has(tcp.ACK):
		w.asked(ResetForm)
		if h.seq() != p.ack() || h.ctl() != tcp.RST {
			w.fail(ResetForm, "%v answers %s with %s", from, describe(p), describe(h))
		}
	case h.seq() != 0 || h.ctl() != tcp.RST|tcp.ACK || h.ack() != p.end():
		w.fail(ResetForm, "%v answers %s with %s", from, describe(p), describe(h))
	}
}

// arrived looks at a packet that a host is about to be given.
func (k *watch) arrived(w *world, host Side, b []byte) {
	h, ok := readTCP(b)
	w.note("arrived", uint64(host), uint64(len(b)))
	k.came++
	k.passed, k.reopened = 0, false
	k.isTCP = ok
	if !ok {
		k.others++
		return
	}
	known := false
	for _, f := range k.flows[host] {
		known = known || f.alive() && f.remote.Port() == h.SourcePort
	}
	if h.ctl().Has(tcp.RST) {
		w.asked(NoResetToReset)
	}
	k.segments[host]++
	k.packets, k.known = append(k.packets, h), append(k.known, known)
	if h.ctl()&(tcp.SYN|tcp.ACK|tcp.RST) == tcp.SYN {
		k.synArrived(host, h.WND)
	}
	if l := k.of(host, h.ack()); l != nil && h.ctl().Has(tcp.ACK) && !h.ctl().Has(tcp.RST) {
		k.offered(host, l, &h)
	}
}

// processed is D1, after a packet has been processed.
func (k *watch) processed(w *world, host Side) {
	if !k.isTCP {
		return
	}
	w.asked(OnePath)
	if k.passed != 1 && (k.passed != 2 || !k.reopened) {
		w.fail(OnePath, "%v: a segment arrived, and there were %d events and drops of it", host, k.passed)
	}
}

// offered takes in the window of a segment that has arrived.
//
// SND.WND is an offset from SND.UNA, and section 3.10.7.4 lets an old segment (by
// SND.WL1) advance SND.UNA but not update SND.WND: the right edge slides on without
// the peer having moved it. The text does what the RFC says, and so the edge to which
// it is held slides, too.
func (k *watch) offered(host Side, l *life, h *header) {
	shift := uint8(0)
	if peer := k.of(host.Other(), h.seq()); peer != nil && peer.offersWS && l.offersWS && !h.ctl().Has(tcp.SYN) {
		shift = min(peer.shift, 14)
	}
	if edge := h.ack().Add(uint32(h.WND) << shift); !l.known || l.allowed.Less(edge) {
		l.allowed, l.known = edge, true
	}
	if l.una == 0 {
		l.una, l.heard = h.ack(), h.seq()
	}
	if l.una.Less(h.ack()) {
		if h.seq().Less(l.heard) {
			l.slid += h.ack().Sub(l.una)
		}
		l.una = h.ack()
	}
	if l.heard.Less(h.seq()) {
		l.heard = h.seq()
	}
}

// synArrived takes in the window of a SYN that acknowledges nothing: it counts from
// the first octet there will be.
func (k *watch) synArrived(host Side, window uint16) {
	k.toldBySYN[host] = &window
	if n := len(k.lives[host]); n > 0 {
		l := k.lives[host][n-1]
		if edge := l.iss.Add(1 + uint32(window)); !l.known || l.allowed.Less(edge) {
			l.allowed, l.known = edge, true
		}
	}
}

// describe is a segment in the RFC's form.
func describe(h *header) string {
	s := fmt.Sprintf("<SEQ=%d>", h.SEQ)
	if h.ctl().Has(tcp.ACK) {
		s += fmt.Sprintf("<ACK=%d>", h.ACK)
	}
	s += fmt.Sprintf("<CTL=%v>", h.ctl())
	if len(h.Payload) > 0 {
		s += fmt.Sprintf("<DATA=%d>", len(h.Payload))
	}
	return s + fmt.Sprintf("<WND=%d>", h.WND)
}
