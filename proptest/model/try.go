package model

import (
	"fmt"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// What a host would do is asked of more events than the world has for it: in every
// host that is reached, every call, every timer that runs, ICMP errors, and a grid
// of segments around its numbers are tried. Properties are asked of the step and
// of the host behind it; then the host is thrown away.

// Trials is how much was tried.
type Trials struct {
	Hosts  int64         // different ones, each as often as a worker met it before others had told
	Events int64         // on all of them
	Spent  time.Duration // by all workers together
}

// trial is an event to be tried.
type trial struct {
	event  Event // of the kind that properties see
	call   Call
	packet Packet
}

// trials appends everything to be tried on host i.
func (c *Config) trials(i int, h *Host, list []trial) []trial {
	add := func(kind Kind, arg uint16) {
		list = append(list, trial{event: Event{kind, uint8(i), arg}})
	}
	for _, op := range []Op{Send, SendUrgent, Close, CloseHalf, Abort} {
		if h.TCB.State != tcp.Listen || h.over() {
			add(CallOf, 0)
			list[len(list)-1].call = Call{Op: op, N: 1}
		}
	}
	for t := range tcp.Timer(tcp.NumTimers) {
		if h.TCB.Timers.Has(t) {
			add(ExpireEarly, uint16(t))
		}
	}
	if h.OnHand() > 0 && !h.TCB.ReaderGone {
		add(Read, 0)
	}
	if !h.vacant() {
		add(ICMP, 0)
		add(ICMP, 1)
	}
	return c.segments(i, h, list)
}

// shape is what a segment of the grid is made of.
type shape struct {
	ctl  tcp.Flags
	data uint8
	up   uint8
}

var (
	plainShapes = []shape{{tcp.ACK, 0, 0}, {tcp.ACK, 1, 0}}
	openShapes  = []shape{{tcp.SYN, 0, 0}, {tcp.SYN | tcp.ACK, 0, 0}, {tcp.ACK, 0, 0}, {tcp.RST, 0, 0}, {tcp.RST | tcp.ACK, 0, 0},
		{tcp.FIN, 0, 0}, {0, 1, 0}, {tcp.SYN | tcp.RST, 0, 0}}
	synSentShapes = append(openShapes, shape{tcp.SYN | tcp.ACK, 1, 0}, shape{tcp.SYN | tcp.ACK, 3, 0}, shape{tcp.SYN | tcp.ACK | tcp.URG, 1, 2},
		shape{tcp.SYN | tcp.ACK | tcp.FIN, 0, 0}, shape{tcp.SYN | tcp.ACK | tcp.RST, 0, 0}, shape{tcp.FIN | tcp.ACK, 1, 0})
	fullShapes = append(plainShapes, shape{tcp.ACK, 2, 0}, shape{tcp.ACK, 3, 0}, shape{tcp.ACK | tcp.FIN, 0, 0}, shape{tcp.ACK | tcp.FIN, 1, 0}, shape{tcp.ACK | tcp.FIN, 2, 0},
		shape{tcp.RST, 0, 0}, shape{tcp.RST | tcp.ACK, 0, 0}, shape{tcp.RST | tcp.ACK, 2, 0}, shape{tcp.SYN, 0, 0}, shape{tcp.SYN | tcp.ACK, 0, 0}, shape{tcp.SYN | tcp.ACK, 1, 0}, shape{tcp.SYN, 1, 0},
		shape{0, 0, 0}, shape{0, 1, 0}, shape{tcp.FIN, 0, 0}, shape{tcp.ACK, 0, 2}, shape{tcp.ACK | tcp.URG, 1, 1}, shape{tcp.ACK | tcp.URG, 0, 2}, shape{tcp.ACK | tcp.URG, 1, 0}, shape{tcp.URG | tcp.ACK | tcp.FIN, 1, 3})
	oddShapes = []shape{{tcp.SYN | tcp.RST, 0, 0}, {tcp.SYN | tcp.ACK | tcp.RST, 0, 0}, {tcp.FIN | tcp.RST, 0, 0}, {tcp.FIN | tcp.SYN, 0, 0}, {tcp.FIN | tcp.SYN | tcp.ACK, 0, 0}}
)

// segments appends the grid of segments.
func (c *Config) segments(i int, h *Host, list []trial) []trial {
	t := &h.TCB
	switch t.State {
	case tcp.Closed, tcp.Listen:
		return c.cross(i, h, openShapes, []tcp.Seq{c.ISS[1-i]}, []tcp.Seq{c.ISS[i] + 1}, []uint16{2}, list)
	case tcp.SynSent:
		return c.cross(i, h, synSentShapes, []tcp.Seq{c.ISS[1-i]}, []tcp.Seq{t.ISS, t.ISS + 1, t.ISS + 2}, []uint16{0, 2}, list)
	}
	edge := t.RCV.NXT.Add(t.RCV.WND)
	seqs := distinct(t.IRS, t.RCV.NXT-2, t.RCV.NXT-1, t.RCV.NXT, t.RCV.NXT+1, edge-1, edge, edge+1, edge+2, t.RCV.NXT.Add(far))
	oldest := t.SND.UNA - tcp.Seq(min(t.MAX.SND.WND, t.SND.ACKED))
	acks := distinct(t.SND.NXT, oldest-1, oldest, t.SND.UNA-1, t.SND.UNA, t.SND.UNA+1, t.SND.NXT-1, t.SND.NXT+1)
	list = c.cross(i, h, fullShapes, seqs, acks, []uint16{2}, list)
	odd := []tcp.Seq{t.RCV.NXT - 1, t.RCV.NXT}
	if t.State == tcp.SynReceived || t.State == tcp.TimeWait {
		odd = seqs
	}
	list = c.cross(i, h, oddShapes, odd, acks[:1], []uint16{2}, list)
	return c.cross(i, h, plainShapes, seqs, acks, []uint16{0, 1}, list)
}

func distinct(numbers ...tcp.Seq) []tcp.Seq {
	var list []tcp.Seq
	for _, n := range numbers {
		known := false
		for _, m := range list {
			known = known || m == n
		}
		if !known {
			list = append(list, n)
		}
	}
	return list
}

// cross appends every combination.
func (c *Config) cross(i int, h *Host, shapes []shape, seqs, acks []tcp.Seq, windows []uint16, list []trial) []trial {
	for _, s := range shapes {
		for _, seq := range seqs {
			for n, ack := range acks {
				if n > 0 && s.ctl&(tcp.ACK|tcp.RST) != tcp.ACK {
					continue // one is as good as another
				}
				for _, wnd := range windows {
					list = c.stamped(i, h, s, seq, ack, wnd, list)
				}
			}
		}
	}
	return list
}

// stamped appends one segment, with all timestamps that make a difference.
func (c *Config) stamped(i int, h *Host, s shape, seq, ack tcp.Seq, wnd uint16, list []trial) []trial {
	// Without the ACK bit the field is there, too, and means nothing.
	p := Packet{SEQ: seq, ACK: ack, CTL: s.ctl, DATA: s.data, UP: s.up, WND: wnd}
	if s.data > 0 {
		// The text that the peer has, or would have, at this place.
		start := seq.Add(one(s.ctl.Has(tcp.SYN)))
		irs := h.TCB.IRS
		if h.TCB.State == tcp.SynSent || h.vacant() {
			irs = seq
		}
		p.Text = textAt(c.lifeOf(1-i, irs), 0) + Text(start.Sub(irs)-1)
	}
	if c.Settings[1-i].OfferWS && s.ctl.Has(tcp.SYN) {
		p.Options |= HasWS
	}
	put := func(p Packet) {
		list = append(list, trial{event: Event{Deliver, uint8(i), 0}, packet: p})
	}
	if s.ctl&^tcp.ACK == tcp.SYN && s.data == 0 {
		c.optional(h, p, put)
	}
	if !c.Settings[1-i].OfferTS {
		put(p)
		return list
	}
	recent := uint8(1)
	if h.TCB.TS.OK && h.TCB.State != tcp.SynSent {
		if s.ctl&tcp.URG == 0 {
			put(p) // without one
		}
		recent = uint8(h.TCB.TS.Recent - stampBase)
	}
	p.Options |= HasTS
	p.TSval = recent
	put(p)
	if s.data <= 1 && s.ctl&tcp.URG == 0 {
		p.TSval = recent + 1
		put(p)
	}
	if s.data <= 1 && s.ctl&(tcp.RST|tcp.URG) == 0 {
		p.TSval = recent - 1
		put(p)
	}
	return list
}

// optional puts the SYN with options that the peer of this Config would not send.
func (c *Config) optional(h *Host, p Packet, put func(Packet)) {
	var sets []OptionSet
	switch h.TCB.State {
	case tcp.Listen, tcp.SynSent:
		sets = []OptionSet{0, HasWS, HasTS, NoMSS, TinyMSS, HasWS | WideShift}
	case tcp.TimeWait:
		sets = []OptionSet{0, HasTS}
	}
	for _, o := range sets {
		p.Options, p.TSval = o, 0
		if o&HasTS != 0 {
			p.TSval = 4
		}
		put(p)
		for d := -1; o == HasTS && h.TCB.TS.OK && d <= 1; d++ {
			p.TSval = uint8(int(h.TCB.TS.Recent-stampBase) + d)
			put(p)
		}
	}
}

// tester makes events happen to hosts, one at a time, and asks properties of them.
type tester struct {
	machine
	checks  *checks
	poked   Host        // scratch: what is poked
	brought tcp.Segment // … and the segment that this brings
	trials  []trial     // scratch: what is tried
}

// try tries everything on host i, and adds to what is said of it.
func (k *tester) try(i int, h *Host, c *judgment) {
	k.trials = k.c.trials(i, h, k.trials[:0])
	for n := range k.trials {
		s := k.attempt(&k.trials[n], h)
		f := k.ofEvent(s)
		c.said.join(&f)
		for j, word := range s.Rules {
			c.rules[j] |= word
		}
	}
}

// attempt tries one event.
func (k *tester) attempt(t *trial, h *Host) *Step {
	k.trial = &t.call
	s := k.run(t.event, h, &t.packet, 0)
	k.trial = nil
	return s
}

// ofEvent asks of a step, and of the host behind it: of that, only what is broken counts.
func (k *tester) ofEvent(s *Step) finding {
	f := k.checks.ofStep(s)
	if k.h != *s.Before {
		after := k.checks.ofHost(&k.h)
		f.join(&finding{broken: after.broken})
	}
	return f
}

// blame finds the first trial on a host that breaks a property; -1 if none does.
func (k *tester) blame(i int, h *Host, property int) int {
	k.trials = k.c.trials(i, h, k.trials[:0])
	for n := range k.trials {
		if f := k.ofEvent(k.attempt(&k.trials[n], h)); f.broken.has(property) {
			return n
		}
	}
	return -1
}

// text describes a trial.
func (t *trial) text() string {
	host := hostName(t.event.Host)
	switch t.event.Kind {
	case CallOf:
		return fmt.Sprintf("if %s called %v", host, t.call)
	case ExpireEarly:
		return fmt.Sprintf("if the %v timer of %s expired", tcp.Timer(t.event.Arg), host)
	case Read:
		return fmt.Sprintf("if the user of %s read", host)
	case ICMP:
		return fmt.Sprintf("if a %s ICMP error reached %s", [...]string{"soft", "hard"}[t.event.Arg], host)
	}
	p := &t.packet
	return fmt.Sprintf("if %s got <SEQ=%d><ACK=%d><CTL=%v><DATA=%d><WND=%d><UP=%d>%s", host, p.SEQ, p.ACK, p.CTL, p.DATA, p.WND, p.UP, p.optionsText())
}

// optionsText is the options in which segments that are tried differ.
func (p *Packet) optionsText() string {
	text := ""
	if p.Options&HasTS != 0 {
		text += fmt.Sprintf("<TSval=%d>", stampBase+tcp.Stamp(p.TSval))
	}
	for _, o := range []struct {
		option OptionSet
		text   string
	}{{HasWS, "<WS>"}, {WideShift, "<shift of 15>"}, {NoMSS, "<no MSS>"}, {TinyMSS, "<MSS=1>"}} {
		if p.Options&o.option != 0 {
			text += o.text
		}
	}
	return text
}
