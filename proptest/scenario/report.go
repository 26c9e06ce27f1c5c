package scenario

import (
	"fmt"
	"io"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
)

// Agrees tells that the text does what the figure draws.
func (r *Result) Agrees() bool { return len(r.Disagreements) == 0 }

// String is the disagreement on one line.
func (d Disagreement) String() string {
	return fmt.Sprintf("line %d: %s: drawn %s, got %s", d.Line.Number, d.What, d.Drawn, d.Got)
}

// Print writes a line for a figure that the text obeys, and a sum. tell is called for
// each that it does not.
func Print(w io.Writer, results []*Result, tell func(*Result) error) error {
	agree := 0
	for _, r := range results {
		if !r.Agrees() {
			if err := tell(r); err != nil {
				return err
			}
			continue
		}
		agree++
		fmt.Fprintf(w, "%-10s figure and text agree: %s%s\n", r.Scenario.Name, r.Scenario.Doc, cites(r.Scenario.Cites))
	}
	_, err := fmt.Fprintf(w, "figures that agree with the text: %d of %d\n", agree, len(results))
	return err
}

// Counterexample is a figure that the text does not obey, in the form of all failures.
// again is the command that plays this one in the same way.
func (r *Result) Counterexample(again string) *counterexample.Counterexample {
	s := r.Scenario
	c := &counterexample.Counterexample{
		Name: s.Name, Property: s.Name, Says: "the text does what the figure draws: " + s.Doc,
		Catches: "a text that does something else, or a figure that is drawn wrongly",
		Source:  strings.TrimPrefix(cites(s.Cites), ", "), Place: place(s.Pos), Figure: r.figure(),
		Schedule: counterexample.Split(r.Events), Cycle: -1, Again: again,
		Lost: func(packet []byte, _ int) bool { return r.lost[string(packet)] },
	}
	if !r.Agrees() {
		first := r.Disagreements[0]
		c.Place, c.Seen = place(first.Line.Pos), first.String()
	}
	t := &Trace{Scenario: s.Name, Property: c.Property, Says: c.Says, Source: c.Source, Place: c.Place, Again: c.Again, Reading: r.Reading}
	c.Trace, c.Test = t, t.goTest()
	return c
}

func place(p parser.Pos) string { return fmt.Sprintf("spec/tcp/%s:%d", p.File, p.Line) }

// figure is the figure as it is drawn, with marks and differences.
func (r *Result) figure() string {
	var w strings.Builder
	for _, line := range r.Scenario.Lines {
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
		fmt.Fprintf(&w, "%s %s%s\n%s", mark, indent, line.Text, below.String())
	}
	return w.String()
}

func cites(list []parser.Cite) string {
	text := ""
	for _, c := range list {
		text += fmt.Sprintf(", RFC %d %s", c.RFC, c.Section)
	}
	return text
}
