package counterexample

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/fields"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/internal/order"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Walk prints step after step: what happens, the rules that fire, both hosts'
// states, and the variables that change. Behind each it asks whether to go on.
func (c *Counterexample) Walk(w io.Writer, goOn func() bool) error {
	hosts := newView(c)
	for i := range c.Schedule {
		if err := c.show(w, i, hosts); err != nil {
			return err
		}
		if !goOn() {
			return nil
		}
	}
	if c.Cycle >= 0 {
		_, err := fmt.Fprintf(w, "from here it goes on with %d, and so for ever\n", c.number(c.Cycle))
		return err
	}
	return nil
}

func (c *Counterexample) show(w io.Writer, i int, hosts *view) error {
	step := &c.Schedule[i]
	var s strings.Builder
	switch {
	case step.Given:
		fmt.Fprintf(&s, "before: %s\n", step.Text)
	default:
		if i == c.Cycle {
			s.WriteString("--- the cycle begins here ---\n")
		}
		fmt.Fprintf(&s, "%d of %d: %s\n", c.number(i), c.Length(), step.Text)
	}
	for _, change := range hosts.take(step.Events) {
		change.write(&s)
	}
	_, err := io.WriteString(w, s.String()+"\n")
	return err
}

// view is both hosts as the events so far have left them.
type view struct {
	names [2]string
	tcb   [2]tcp.TCB
	known [2]bool
}

// newView finds how the hosts were before the first event.
func newView(c *Counterexample) *view {
	v := &view{names: [2]string{"A", "B"}}
	for _, e := range c.Events() {
		if i := slices.Index(v.names[:], e.Host); i >= 0 && !v.known[i] && e.Kind != trace.Dropped {
			v.tcb[i], v.known[i] = e.Before, true
		}
	}
	return v
}

// Change is what a step did to one host.
type Change struct {
	Host      string   `json:"host"`
	Was       string   `json:"was,omitempty"` // the state, if it has changed
	State     string   `json:"state"`
	Rules     []string `json:"rules,omitempty"`
	Changed   []string `json:"changed,omitempty"` // "SND.UNA=101 (was 100)"
	Timers    string   `json:"timers,omitempty"`  // that run
	Sent      []string `json:"sent,omitempty"`
	Dropped   []string `json:"dropped,omitempty"` // why packets were not processed
	fired     []tcp.RuleID
	untouched bool
}

// take lets events happen, and tells what became of both hosts.
func (v *view) take(events []trace.Event) []Change {
	var all []Change
	for i, name := range v.names {
		was := v.tcb[i]
		c := Change{Host: name, untouched: true}
		for k := range events {
			e := &events[k]
			if e.Host != name {
				continue
			}
			c.untouched = false
			c.note(e)
			if e.Kind != trace.Dropped {
				v.tcb[i] = e.After
			}
		}
		c.compare(&was, &v.tcb[i])
		all = append(all, c)
	}
	return all
}

func (c *Change) note(e *trace.Event) {
	switch e.Kind {
	case trace.Sent:
		c.Sent = append(c.Sent, ladder.Text(&e.Sent))
		return // its rules are those of the event that sent it
	case trace.Dropped:
		c.Dropped = append(c.Dropped, e.What)
	}
	for _, id := range order.Of(e) {
		c.fired = append(c.fired, id)
		c.Rules = append(c.Rules, id.String())
	}
}

func (c *Change) compare(was, now *tcp.TCB) {
	c.State = now.State.String()
	if was.State != now.State {
		c.Was = was.State.String()
	}
	for _, d := range fields.Diff(was, now) {
		change := d.String()
		if strings.Contains(change, "=") { // else it is a flag, and was the contrary
			change += fmt.Sprintf(" (was %d)", d.Was)
		}
		c.Changed = append(c.Changed, change)
	}
	var running []string
	for t := range tcp.Timer(tcp.NumTimers) {
		if now.Timers.Has(t) {
			running = append(running, t.String())
		}
	}
	c.Timers = strings.Join(running, " ")
}

func (c *Change) write(s *strings.Builder) {
	state := c.State
	if c.Was != "" {
		state = c.Was + " -> " + c.State
	}
	if c.Timers != "" {
		state += "  timers: " + c.Timers
	}
	fmt.Fprintf(s, "  %s  %s\n", c.Host, state)
	for _, id := range c.fired {
		fmt.Fprintf(s, "     %s\n", ruleText(id))
		if quote := tcp.Rules[id].Quote; quote != "" {
			fmt.Fprintf(s, "       \"%s\"\n", quote)
		}
		if own := tcp.Rules[id].Doc; own != "" {
			fmt.Fprintf(s, "       %s\n", own)
		}
	}
	for _, field := range c.Changed {
		fmt.Fprintf(s, "     %s\n", field)
	}
	for _, why := range c.Dropped {
		fmt.Fprintf(s, "     a packet is dropped: %s\n", why)
	}
	for _, sent := range c.Sent {
		fmt.Fprintf(s, "     sends %s\n", sent)
	}
}

// Steps is the walk as data: each step with what became of both hosts.
func (c *Counterexample) Steps() []Walked {
	var all []Walked
	hosts := newView(c)
	for i := range c.Schedule {
		all = append(all, Walked{Step: c.Schedule[i], Hosts: hosts.take(c.Schedule[i].Events)})
	}
	return all
}

// Walked is a step and what became of both hosts.
type Walked struct {
	Step
	Hosts []Change `json:"hosts"`
}
