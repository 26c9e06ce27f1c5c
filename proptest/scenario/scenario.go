package scenario

import (
	"slices"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Result is what became of one figure.
type Result struct {
	Reading       string // of the text, as a Trace has it; whoever has chosen the core says it
	Scenario      *parser.Scenario
	Disagreements []Disagreement // none: the text does what the figure draws
	Events        []trace.Event  // what happened, by the text

	lost map[string]bool // packets
}

// Disagreement is a place where figure and text differ.
type Disagreement struct {
	Line  *parser.Line
	What  string   // B's state, A's segment …
	Drawn string   // in the figure
	Got   string   // by the text
	Rules []string // that fired on the host last, by the text
}

// RunAll executes every scenario of a text.
func RunAll(spec *parser.Spec, core model.Core) []*Result {
	var all []*Result
	for _, s := range spec.Scenarios {
		all = append(all, Run(s, core))
	}
	return all
}

// Run executes one scenario on two hosts that core drives. After a disagreement it
// goes on with the segment that is drawn.
func Run(s *parser.Scenario, core model.Core) *Result {
	r := &run{s: s, result: &Result{Scenario: s, lost: map[string]bool{}}, letters: map[string]tcp.Seq{}}
	r.hosts = [2]*host{newHost(0, core, r), newHost(1, core, r)}
	first := r.begin()
	r.result.Events = nil // how both came there is not in the figure
	for i, line := range s.Lines {
		r.at = i
		for _, h := range r.hosts {
			h.line = i
			h.core.Begin(time.Duration(i+1)*time.Millisecond, nil)
		}
		if i >= first {
			r.notes(line)
		}
		if line.Segment != nil {
			r.segment(line)
		}
		r.compare(line)
	}
	r.rest()
	return r.result
}

// run is a figure being executed.
type run struct {
	s       *parser.Scenario
	at      int // the line
	hosts   [2]*host
	net     [2][]segment // under way, by sender
	letters map[string]tcp.Seq
	made    uint16 // packets
	result  *Result
}

func (r *run) differ(line *parser.Line, what string, h *host, drawn, got string) {
	r.differBy(h.rules, line, h.name+what, drawn, got)
}

func (r *run) differBy(rules tcp.RuleSet, line *parser.Line, what, drawn, got string) {
	d := Disagreement{Line: line, What: what, Drawn: drawn, Got: got}
	for id := range rules.Each() {
		d.Rules = append(d.Rules, id.String())
	}
	r.result.Disagreements = append(r.result.Disagreements, d)
}

// begin puts both hosts where the figure begins, and tells the first line on which
// something happens.
func (r *run) begin() int {
	first := slices.IndexFunc(r.s.Lines, func(l *parser.Line) bool {
		return l.Segment != nil || happens(l.Side[0]) || happens(l.Side[1])
	})
	for i, h := range r.hosts {
		for _, line := range r.s.Lines[:max(first, 0)] {
			if r.place(i, h, line.Side[i]) {
				break
			}
		}
	}
	return first
}

// place puts a host into the state that a line shows, if it shows one.
func (r *run) place(i int, h *host, side parser.Side) bool {
	for _, n := range side.Notes {
		if n.Numbers {
			h.establish(tcp.Seq(n.Send), tcp.Seq(n.Receive))
			return true
		}
	}
	if side.State == nil {
		return false
	}
	switch side.State.Name {
	case tcp.Established.String():
		h.establish(r.numbers(i))
	case tcp.Listen.String():
		h.listen()
	}
	return true
}

// numbers are those that a host sends and expects first, as the figure draws them.
func (r *run) numbers(i int) (send, receive tcp.Seq) {
	for _, line := range r.s.Lines {
		if s := line.Segment; s != nil && s.ACK != nil {
			if line.From == i {
				return r.number(s.SEQ), r.number(*s.ACK)
			}
			return r.number(*s.ACK), r.number(s.SEQ)
		}
	}
	return 0, 0
}

// number is a number as drawn; a letter is any number.
func (r *run) number(n parser.DrawnNumber) tcp.Seq {
	if _, known := r.letters[n.Letter]; !known && n.Letter != "" {
		r.letters[n.Letter] = tcp.Seq(1000 * (len(r.letters) + 1))
	}
	return r.letters[n.Letter].Add(n.Add)
}

func happens(side parser.Side) bool {
	return slices.ContainsFunc(side.Notes, func(n parser.Note) bool { return n.Event != nil })
}

// notes does what stands in parentheses.
func (r *run) notes(line *parser.Line) {
	for i, h := range r.hosts {
		for _, n := range line.Side[i].Notes {
			switch {
			case strings.EqualFold(n.Text, "reboot"):
				h.reboot()
			case n.Event == nil:
			case n.Event.Timer != nil:
				h.expire(tcp.Timer(n.Event.Timer.Index))
			default:
				r.call(h, i, line, n)
			}
		}
	}
}

// call is a user call by its name in a figure.
func (r *run) call(h *host, i int, line *parser.Line, n parser.Note) {
	switch n.Event.Name {
	case "OPEN":
		h.open(r.iss(i))
	case "CLOSE":
		h.close()
	case "ABORT":
		h.abort()
	default:
		r.differ(line, "'s call", h, "("+n.Text+")", "no figure can draw it: OPEN, CLOSE, ABORT and timers")
	}
}

// iss is the number of the SYN that the host is drawn sending next.
func (r *run) iss(i int) tcp.Seq {
	for _, line := range r.s.Lines[r.at:] {
		if line.Segment != nil && line.From == i && flags(line.Segment).Has(tcp.SYN) {
			return r.number(line.Segment.SEQ)
		}
	}
	return 0
}

// segment sends, loses and delivers what a line draws.
func (r *run) segment(line *parser.Line) {
	from, to := r.hosts[line.From], r.hosts[1-line.From]
	var s segment
	if line.Departs {
		s = r.depart(line, from)
	} else {
		s = r.emerge(line)
	}
	switch {
	case line.Lost:
		r.result.lost[string(s.packet)] = true
	case line.Arrives:
		if to.t.State == tcp.Closed || to.t.State == tcp.Listen {
			to.t.ISS = r.iss(1 - line.From)
		}
		to.arrive(s)
	default:
		r.net[line.From] = append(r.net[line.From], s)
	}
}

// depart takes the segment that a line draws from what its sender has ready.
func (r *run) depart(line *parser.Line, h *host) segment {
	found := r.find(line.Segment, h.ready)
	if found < 0 && r.prompt(line.Segment, h) {
		found = r.find(line.Segment, h.ready)
	}
	if found >= 0 {
		s := h.ready[found]
		for _, early := range h.ready[:found] {
			r.undrawn(h, early)
		}
		h.ready = h.ready[found+1:]
		return s
	}
	got := "none"
	if len(h.ready) > 0 {
		got = ladder.Text(&h.ready[0].Sent)
		h.ready = h.ready[1:]
	}
	drawn := r.asDrawn(line.Segment)
	r.differ(line, "'s segment", h, ladder.Text(&drawn.Sent), got)
	return drawn
}

// emerge takes a segment from the network; one that is not there is an old duplicate.
func (r *run) emerge(line *parser.Line) segment {
	way := &r.net[line.From]
	i := r.find(line.Segment, *way)
	if i < 0 {
		return r.asDrawn(line.Segment)
	}
	s := (*way)[i]
	*way = slices.Delete(*way, i, i+1)
	return s
}

// undrawn reports a segment that the figure does not have.
func (r *run) undrawn(h *host, s segment) {
	r.differBy(s.rules, r.s.Lines[s.line], h.name+"'s segment", "none", ladder.Text(&s.Sent))
}

// prompt does what makes a host send the segment, if that goes without saying.
func (r *run) prompt(d *parser.Drawn, h *host) bool {
	seq := r.number(d.SEQ)
	switch ctl := flags(d); {
	case ctl == tcp.SYN && (h.t.State == tcp.Closed || h.t.State == tcp.Listen):
		h.open(seq)
	case len(h.ready) == 0 && h.t.Timers.Has(tcp.TimerRetransmission) && seq == h.t.SND.UNA:
		h.expire(tcp.TimerRetransmission)
	case d.DATA:
		h.send(max(1, d.Count))
	case ctl == tcp.ACK && h.t.Timers.Has(tcp.TimerDelayedACK):
		h.expire(tcp.TimerDelayedACK)
	default:
		return false
	}
	return true
}

// find looks for the segment that is drawn. Figures leave PSH out, and some the
// length of text.
func (r *run) find(d *parser.Drawn, among []segment) int {
	want := r.asDrawn(d)
	return slices.IndexFunc(among, func(s segment) bool {
		ctl := s.CTL
		if !want.CTL.Has(tcp.PSH) {
			ctl &^= tcp.PSH
		}
		length := s.DATA == want.DATA || d.DATA && d.Count == 0 && s.DATA > 0
		return s.SEQ == want.SEQ && s.ACK == want.ACK && ctl == want.CTL && length
	})
}

// asDrawn is a segment made after the figure.
func (r *run) asDrawn(d *parser.Drawn) segment {
	s := segment{Sent: tcp.Sent{SEQ: r.number(d.SEQ), CTL: flags(d), DATA: d.Count}, WND: window, line: r.at}
	if d.ACK != nil {
		s.ACK = r.number(*d.ACK)
	}
	if d.DATA {
		s.DATA = max(1, d.Count)
	}
	return s
}

func flags(d *parser.Drawn) tcp.Flags {
	var f tcp.Flags
	for _, b := range d.CTL {
		f |= 1 << b.Index
	}
	return f
}

// compare holds both hosts to the states that a line draws.
func (r *run) compare(line *parser.Line) {
	for i, h := range r.hosts {
		side := line.Side[i]
		r.state(line, h, side.State)
		for _, n := range side.Notes {
			r.state(line, h, n.State)
			if strings.EqualFold(strings.TrimRight(n.Text, "!"), "abort") && n.Event == nil {
				r.aborted(line, h)
			}
		}
	}
}

func (r *run) state(line *parser.Line, h *host, drawn *parser.State) {
	if drawn != nil && h.t.State.String() != drawn.Name {
		r.differ(line, "'s state", h, drawn.Name, h.t.State.String())
	}
}

// aborted: "it aborts the connection and informs its user" (RFC 9293 3.5).
func (r *run) aborted(line *parser.Line, h *host) {
	if h.t.State != tcp.Closed || !h.news.Has(tcp.SignalConnectionReset) {
		r.differ(line, "'s connection", h, "aborted, and its user told", h.t.State.String())
	}
}

// rest looks for segments that were sent before the last one that is drawn, and
// that the figure does not have.
func (r *run) rest() {
	last := 0
	for i, line := range r.s.Lines {
		if line.Segment != nil {
			last = i
		}
	}
	for _, h := range r.hosts {
		for _, s := range h.ready {
			if s.line < last {
				r.undrawn(h, s)
			}
		}
	}
}
