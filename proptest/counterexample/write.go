package counterexample

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/internal/order"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// mostDrawn is how many events are drawn: the last, which is where it broke.
const mostDrawn = 150

// String is the failure as a person reads it.
func (c *Counterexample) String() string {
	var s strings.Builder
	c.heading(&s)
	s.WriteByte('\n')
	if c.Figure != "" {
		s.WriteString(c.Figure + "\n")
	}
	if c.Case != "" {
		s.WriteString(c.Case + "\n\n")
	} else if c.Figure == "" {
		c.steps(&s)
	}
	s.WriteString(c.Ladder())
	c.lastRules(&s)
	if c.Sum != "" {
		s.WriteString("\n" + c.Sum + "\n")
	}
	fmt.Fprintf(&s, "\nagain: %s\n", c.Again)
	return s.String()
}

// Write prints String.
func (c *Counterexample) Write(w io.Writer) error {
	_, err := io.WriteString(w, c.String())
	return err
}

// heading says what does not hold, and where that comes from.
func (c *Counterexample) heading(s *strings.Builder) {
	source := ""
	if c.Source != "" {
		source = " (" + c.Source + ")"
	}
	holds := "does not hold"
	switch {
	case c.Holds:
		holds = "holds"
	case c.Unjudged:
		holds = "is not judged"
	}
	fmt.Fprintf(s, "%s %s%s\n", c.Property, holds, source)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(s, "  %-14s %s\n", name, text)
		}
	}
	line("found in:", c.Where)
	line("what holds:", c.Says)
	line("it catches:", c.Catches)
	line("it assumes:", c.Assumes)
	line("it stands in:", c.Place)
	line("seen:", c.Seen)
}

// steps writes the schedule, with a loop in the margin of a cycle.
func (c *Counterexample) steps(s *strings.Builder) {
	for i, step := range c.numbered() {
		fmt.Fprintf(s, " %-3s%s\n", c.mark(i), step)
	}
	if c.Cycle >= 0 {
		n := c.number(c.Cycle)
		fmt.Fprintf(s, "       from here it goes on with %d, and so for ever\n", n)
	}
	if c.Ends {
		s.WriteString("       and nothing but harm can happen any more\n")
	}
	s.WriteByte('\n')
}

// number is that of a step, counted without those that were given.
func (c *Counterexample) number(i int) int { return i + 1 - (len(c.Schedule) - c.Length()) }

// numbered is the steps, each with its number; those that were given have none.
func (c *Counterexample) numbered() (list []string) {
	for i, step := range c.Schedule {
		if step.Given {
			list = append(list, "    before: "+step.Text)
			continue
		}
		list = append(list, fmt.Sprintf("%2d. %s", c.number(i), step.Text))
	}
	return list
}

// mark is the piece of the loop beside a step.
func (c *Counterexample) mark(i int) string {
	last := len(c.Schedule) - 1
	switch {
	case c.Cycle < 0 || i < c.Cycle:
		return ""
	case c.Cycle == last:
		return "(_>"
	case i == c.Cycle:
		return ".->"
	case i == last:
		return "'--"
	}
	return "|"
}

// Ladder is the ladder of what happened, of a long run its end.
func (c *Counterexample) Ladder() string {
	events, before := c.Events(), ""
	if n := len(events) - max(mostDrawn, c.repeats()); n > 0 {
		events, before = events[n:], fmt.Sprintf("(%s before)\n\n", amount.Of(n, "event"))
	}
	return before + ladder.String(events, c.options())
}

func (c *Counterexample) options() ladder.Options {
	return ladder.Options{Left: "A", Right: "B", Relative: c.Relative, Sections: true, Lost: c.Lost, Repeats: c.repeats()}
}

// lastRules tells where the rules of the last step stand.
func (c *Counterexample) lastRules(s *strings.Builder) {
	var fired []tcp.RuleID
	for i := len(c.Schedule) - 1; i >= 0; i-- {
		if events := c.Schedule[i].Events; len(events) > 0 {
			fired = rulesOf(events)
			break
		}
	}
	if len(fired) == 0 {
		return
	}
	s.WriteString("\nrules that fired last:\n")
	for _, id := range fired {
		fmt.Fprintf(s, "  %s\n", ruleText(id))
	}
}

// rulesOf is every rule that fired in some events, in order.
func rulesOf(events []trace.Event) (all []tcp.RuleID) {
	for i := range events {
		for _, id := range order.Of(&events[i]) {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}
