package ladder

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/fields"
	"github.com/lockstep-tcp/lockstep/internal/order"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// The columns of a plain terminal, 100 wide.
const (
	stateColumn = 14 // behind number and time
	stateWidth  = 12 // SYN-RECEIVED
	segmentWide = 49
	rightNotes  = 58 // where the right side's notes begin
	lineWidth   = 100
)

func (d *drawing) header() {
	between := stateWidth + 1 + 3 + 1 + segmentWide + 1 + 3 + 1
	fmt.Fprintf(&d.out, "%*s%-*s%s\n\n", stateColumn, "", between, d.name(d.Left, "TCP Peer A"), d.name(d.Right, "TCP Peer B"))
	for i := len(d.events) - 1; i >= 0; i-- {
		d.state[d.side[i]] = d.events[i].Before.State.String()
	}
	if len(d.events) > 0 {
		d.states(d.events[0].At)
	}
}

func (d *drawing) name(host, fallback string) string {
	if host == "" {
		return fallback
	}
	return host
}

// line writes one numbered row: both states and what goes on between them.
func (d *drawing) line(at time.Duration, first, middle, last string) {
	d.row++
	d.news = [2]bool{}
	row := fmt.Sprintf("%3d.%s  %-*s %s %-*s %s %s", d.row, clock(at), stateWidth, d.state[left],
		first, segmentWide, middle, last, d.state[right])
	d.out.WriteString(strings.TrimRight(row, " ") + "\n")
}

func (d *drawing) states(at time.Duration) { d.line(at, "   ", "", "   ") }

// segment writes a row with a segment from one side; near and far say how it
// leaves and how it arrives.
func (d *drawing) segment(at time.Duration, from int, s *tcp.Sent, near, far string) {
	text := d.text(from, s)
	if from == left {
		d.line(at, near, text, far)
		return
	}
	d.line(at, turned(far), text, turned(near))
}

// turned is an arrow seen from the other side.
func turned(arrow string) string {
	switch arrow {
	case "-->":
		return "<--"
	case "--X":
		return "X--"
	}
	return arrow
}

// text is a segment with its numbers counted from the bases.
func (d *drawing) text(from int, s *tcp.Sent) string {
	based := *s
	based.SEQ -= d.base[from]
	based.ACK -= d.base[1-from]
	return Text(&based)
}

// Text is a segment as the RFC writes one: <SEQ=100><ACK=300><CTL=ACK><DATA=10>.
func Text(s *tcp.Sent) string {
	t := fmt.Sprintf("<SEQ=%d>", s.SEQ)
	if s.CTL.Has(tcp.ACK) {
		t += fmt.Sprintf("<ACK=%d>", s.ACK)
	}
	t += "<CTL=" + s.CTL.String() + ">"
	if s.CTL.Has(tcp.URG) {
		t += fmt.Sprintf("<UP=%d>", s.UP)
	}
	if s.DATA > 0 {
		t += fmt.Sprintf("<DATA=%d>", s.DATA)
	}
	return t
}

// notes writes the rules that fired in an event, behind its name if it has no row
// of its own, and what they changed.
func (d *drawing) notes(i int, name string) {
	if d.Quiet {
		return
	}
	e := &d.events[i]
	var changes []string
	rules := d.names(e)
	switch {
	case name != "" && d.Sections && len(rules) > 0:
		rules[0] = name + " " + rules[0] // behind which there is a colon already
	case name != "":
		rules = append([]string{name + ":"}, rules...)
	}
	if e.After.State != tcp.Closed && e.After.State != tcp.Listen {
		for _, c := range fields.Diff(&e.Before, &e.After) {
			if d.AllFields || !slices.Contains(bookkeeping, c.Field.Name) {
				changes = append(changes, c.Relative(d.baseOf(d.side[i], c.Field)))
			}
		}
	}
	d.note(d.side[i], rules)
	d.note(d.side[i], changes)
}

// names are the rules, in the order in which the text is walked, each section once before those that
// come from it: "3.10.7.4: ack.new ack.window RFC 5961 3.2: rst.not-exact".
func (d *drawing) names(e *trace.Event) (words []string) {
	section := ""
	for _, id := range order.Of(e) {
		name := id.String()
		if from := sectionOf(&tcp.Rules[id]); d.Sections && from != section {
			name, section = from+": "+name, from
		}
		words = append(words, name)
	}
	return words
}

// sectionOf is a section of RFC 9293, or another RFC's with its number.
func sectionOf(r *tcp.RuleInfo) string {
	switch r.RFC {
	case 0:
		return "ours" // no RFC says it
	case 9293:
		return r.Section
	}
	return strings.TrimSpace(fmt.Sprintf("RFC %d %s", r.RFC, r.Section))
}

// looped is what was drawn, with a loop in the margin of the cycle.
func (d *drawing) looped() string {
	text := d.out.String()
	if d.cycle == len(d.events) {
		return text
	}
	lines := strings.Split(strings.TrimSuffix(text[d.begins:], "\n"), "\n")
	for i, line := range lines {
		mark := "|"
		if i == 0 {
			mark = "."
		}
		lines[i] = mark + strings.TrimPrefix(line, " ")
	}
	return text[:d.begins] + strings.Join(lines, "\n") + "\n'--> and again, for ever\n"
}

// bookkeeping are variables that follow from the segments a reader has before
// his eyes.
var bookkeeping = []string{
	"SND.WL1", "SND.WL2", "SND.UP", "SND.ACKED", "SND.MSS", "MAX.SND.WND",
	"RCV.UP", "RCV.ADV", "Last.ACK.sent", "TS.Recent", "ISS", "IRS",
}

// baseOf tells whose numbers a variable holds: the peer's, if it is about receiving.
func (d *drawing) baseOf(side int, f fields.Field) tcp.Seq {
	if !f.Seq() {
		return 0
	}
	if strings.HasPrefix(f.Name, "RCV.") || f.Name == "IRS" || f.Name == "SND.WL1" || f.Name == "Last.ACK.sent" {
		return d.base[1-side]
	}
	return d.base[side]
}

// note writes words below a row on one side, as many lines as they need.
func (d *drawing) note(side int, words []string) {
	if len(words) == 0 || d.Quiet {
		return
	}
	indent, width := stateColumn, rightNotes-stateColumn-2
	if side == right {
		indent, width = rightNotes, lineWidth-rightNotes
	}
	line := words[0]
	for _, word := range words[1:] {
		if len(line)+1+len(word) > width {
			fmt.Fprintf(&d.out, "%*s%s\n", indent, "", line)
			line = word
			continue
		}
		line += " " + word
	}
	fmt.Fprintf(&d.out, "%*s%s\n", indent, "", line)
}
