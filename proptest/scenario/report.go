package scenario

import (
	"fmt"
	"io"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Agrees tells that the text does what the figure draws.
func (r *Result) Agrees() bool { return len(r.Disagreements) == 0 }

// String is the disagreement on one line.
func (d Disagreement) String() string {
	return fmt.Sprintf("line %d: %s: drawn %s, got %s", d.Line.Number, d.What, d.Drawn, d.Got)
}

// Print writes every result: a line for a figure that the text obeys; the figure, with
// a mark on the lines that differ and what differs below them, for one that it does
// not; and a sum.
func Print(w io.Writer, results []*Result) {
	agree := 0
	for _, r := range results {
		if r.Agrees() {
			agree++
			fmt.Fprintf(w, "%-10s figure and text agree: %s%s\n", r.Scenario.Name, r.Scenario.Doc, cites(r.Scenario.Cites))
			continue
		}
		r.print(w)
	}
	fmt.Fprintf(w, "%d of %d figures agree with the text\n", agree, len(results))
}

func (r *Result) print(w io.Writer) {
	s := r.Scenario
	fmt.Fprintf(w, "%-10s figure and text disagree: %s%s\n", s.Name, s.Doc, cites(s.Cites))
	fmt.Fprintf(w, "%s:%d\n", s.Pos.File, s.Pos.Line)
	for _, line := range s.Lines {
		mark, indent := " ", strings.Repeat(" ", max(0, line.Pos.Col-1))
		var below strings.Builder
		for _, d := range r.Disagreements {
			if d.Line != line {
				continue
			}
			mark = "!"
			fmt.Fprintf(&below, "      %s: drawn %s, got %s", d.What, d.Drawn, d.Got)
			if len(d.Rules) > 0 {
				fmt.Fprintf(&below, "  (%s)", strings.Join(d.Rules, ", "))
			}
			below.WriteByte('\n')
		}
		fmt.Fprintf(w, "%s %s%s\n%s", mark, indent, line.Text, below.String())
	}
}

func cites(list []parser.Cite) string {
	text := ""
	for _, c := range list {
		text += fmt.Sprintf(", RFC %d %s", c.RFC, c.Section)
	}
	return text
}

// write is a segment as figures have it.
func write(s tcp.Sent) string {
	text := fmt.Sprintf("<SEQ=%d>", s.SEQ)
	if s.CTL.Has(tcp.ACK) {
		text += fmt.Sprintf("<ACK=%d>", s.ACK)
	}
	text += fmt.Sprintf("<CTL=%v>", s.CTL)
	if s.DATA > 0 {
		text += fmt.Sprintf("<DATA=%d>", s.DATA)
	}
	return text
}
