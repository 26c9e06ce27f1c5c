// Package pages writes a specification state by state: for each state a page with
// the events, and under each event the rules that can run there, in their order.
//
// It is the view of RFC 9293's Figure 5, derived; the text itself goes by event and
// step, because the order of the checks is lost in a view by state.
package pages

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Emit writes one page a state and an index, by file name. mark is the first line's
// note that the file is generated.
func Emit(p *ir.Program, mark string) map[string][]byte {
	facts := p.Reachable()
	files := map[string][]byte{"README.md": index(p, facts, mark)}
	for _, s := range p.States {
		files[s.Name+".md"] = statePage(p, facts, s, mark)
	}
	return files
}

// index is a table of states and events, with where each can lead.
func index(p *ir.Program, facts ir.Facts, mark string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- %s -->\n# %s, state by state\n\n", mark, p.Title)
	b.WriteString("Where each event can lead, derived from the text. A state without an entry stays as it is.\n\n")
	b.WriteString("| state | event | leads to | by the rules |\n|---|---|---|---|\n")
	for _, s := range p.States {
		name := fmt.Sprintf("[%s](%s.md)", s.Name, s.Name)
		for _, e := range facts.Edges {
			if e.From == s {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, e.Event.Name, e.To.Name, hops(e))
				name = ""
			}
		}
	}
	return []byte(b.String())
}

func hops(e ir.Edge) string {
	var names []string
	for _, h := range e.Hops {
		names = append(names, h.Rule.Name)
	}
	return strings.Join(names, ", ")
}

// page is one page while it is written.
type page struct {
	bytes.Buffer
	p     *ir.Program
	state *parser.State
	may   ir.Known
}

func statePage(p *ir.Program, facts ir.Facts, s *parser.State, mark string) []byte {
	g := &page{p: p, state: s, may: facts.May[s.Index]}
	fmt.Fprintf(g, "<!-- %s -->\n# %s\n\n%s.\n\n", mark, s.Name, s.Doc)
	var timers, flags []string
	for _, t := range p.RunningIn(g.may) {
		timers = append(timers, t.Name)
	}
	for _, v := range p.FlagsIn(g.may) {
		flags = append(flags, v.Name)
	}
	fmt.Fprintf(g, "Timers that may run: %s.  \nFlags that may be set: %s.\n", list(timers), list(flags))
	for _, e := range p.Events {
		if e.Timer == nil || contains(p.RunningIn(g.may), e.Timer) {
			g.event(e, s)
		}
	}
	return g.Bytes()
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func contains(timers []*parser.Timer, t *parser.Timer) bool {
	for _, other := range timers {
		if other == t {
			return true
		}
	}
	return false
}

func (g *page) event(e *parser.Event, s *parser.State) {
	for _, h := range g.p.HandlersOf(e) {
		if h.States>>s.Index&1 == 0 {
			continue
		}
		fmt.Fprintf(g, "\n## %s\n\n", e.Name)
		g.list(h.Body, 1<<s.Index, 0)
	}
}

// list writes statements that run in one of the states now, and returns those in
// which processing may stand behind them. Simple ones share a line.
func (g *page) list(list []parser.Stmt, now parser.StateSet, depth int) parser.StateSet {
	var simple []string
	flush := func() {
		if len(simple) > 0 {
			g.line(depth, "`%s`", strings.Join(simple, "; "))
			simple = nil
		}
	}
	for _, s := range list {
		if now == 0 {
			break
		}
		if plain(g.p, s) {
			simple = append(simple, g.p.StmtText(s))
		} else {
			flush()
			g.stmt(s, now, depth)
		}
		if c, ok := s.(*parser.Continue); ok && c.Handler.States>>g.state.Index&1 == 0 {
			flush()
			g.continued(c, now, depth+1)
		}
		now = g.p.AfterOne(s, now)
	}
	flush()
	return now
}

// continued writes the steps that a segment goes on with, when they stand on the
// page of another state.
func (g *page) continued(c *parser.Continue, now parser.StateSet, depth int) {
	found := false
	for _, s := range c.Handler.Body {
		if found = found || s == parser.Stmt(c.Step); found {
			g.stmt(s, now, depth)
			now = g.p.AfterOne(s, now)
		}
	}
}

// plain: a statement that has no rules inside, not even in the action it calls.
func plain(p *ir.Program, s parser.Stmt) bool {
	switch s := s.(type) {
	case *parser.Step, *parser.Rule, *parser.Ordered, *parser.In, *parser.If, *parser.Defect:
		return false
	case *parser.Call:
		rules := false
		p.Each(s.Action.Body, func(s parser.Stmt) {
			_, ok := s.(*parser.Rule)
			rules = rules || ok
			if call, ok := s.(*parser.Call); ok {
				rules = rules || !plain(p, call)
			}
		})
		return !rules
	}
	return true
}

func (g *page) line(depth int, format string, args ...any) {
	fmt.Fprintf(g, "%s- %s\n", strings.Repeat("  ", depth), fmt.Sprintf(format, args...))
}

func (g *page) stmt(s parser.Stmt, now parser.StateSet, depth int) {
	switch s := s.(type) {
	case *parser.Step:
		g.step(s, now, depth)
	case *parser.Rule:
		g.rule(s, now, depth)
	case *parser.In:
		g.in(s, now, depth)
	case *parser.Ordered:
		g.ordered(s, now, depth)
	case *parser.Defect:
		g.list(g.p.Chosen(s), now, depth)
	case *parser.Call:
		g.line(depth, "`%s`:", g.p.StmtText(s))
		g.list(s.Action.Body, now, depth+1)
	case *parser.If:
		g.branch(s, now, depth)
	}
}

func (g *page) step(s *parser.Step, now parser.StateSet, depth int) {
	hold, fail := g.p.Can(s.When, now, g.may)
	if !hold {
		return
	}
	when := ""
	if s.When != nil && fail {
		when = ", if `" + g.p.Text(s.When) + "`"
	}
	g.under(depth, fmt.Sprintf("**%s**: %s%s", s.Name, s.Said(), when), s.Body, now)
}

// under writes list below a head, and neither if list has nothing to say here.
func (g *page) under(depth int, head string, list []parser.Stmt, now parser.StateSet) {
	before := g.Len()
	g.line(depth, "%s", head)
	after := g.Len()
	g.list(list, now, depth+1)
	if g.Len() == after {
		g.Truncate(before)
	}
}

func (g *page) rule(r *parser.Rule, now parser.StateSet, depth int) {
	hold, fail := g.p.Can(r.Cond, now, g.may)
	if !hold {
		return
	}
	head := "**" + r.Name + "**"
	if not, ok := r.Cond.(*parser.Not); ok && fail {
		head += " unless `" + g.p.Text(not.X) + "`"
	} else if r.Cond != nil && fail {
		head += " if `" + g.p.Text(r.Cond) + "`"
	}
	if said := r.Said(); said != "" {
		head += ": " + escape.Replace(said)
	}
	if len(r.Labels) > 0 {
		head += " (" + strings.Join(r.Labels, " ") + ")"
	}
	g.line(depth, "%s", head)
	g.list(r.Body, now, depth+1)
}

// escape keeps Markdown from reading <RST> as a tag.
var escape = strings.NewReplacer("*", `\*`, "<", `\<`)

func (g *page) in(s *parser.In, now parser.StateSet, depth int) {
	switch here := s.States & now; {
	case here == 0:
	case here == now:
		g.list(s.Body, now, depth)
	default:
		g.under(depth, "in "+g.p.SetText(here)+":", s.Body, here)
	}
}

func (g *page) branch(s *parser.If, now parser.StateSet, depth int) {
	hold, fail := g.p.Can(s.Cond, now, g.may)
	switch {
	case !fail:
		g.list(s.Then, now, depth)
		return
	case !hold:
		g.list(s.Else, now, depth)
		return
	}
	g.line(depth, "if `%s`:", g.p.Text(s.Cond))
	g.list(s.Then, now, depth+1)
	if len(s.Else) > 0 {
		g.line(depth, "else:")
		g.list(s.Else, now, depth+1)
	}
}

// ordered writes the arms that can apply; an arm that always does ends them.
func (g *page) ordered(s *parser.Ordered, now parser.StateSet, depth int) {
	var arms []parser.Stmt
	for _, arm := range s.Arms {
		hold, fail := g.applies(arm, now)
		if hold {
			arms = append(arms, arm)
		}
		if !fail {
			break
		}
	}
	if len(arms) > 1 {
		g.line(depth, "the first that applies:")
		depth++
	}
	for _, arm := range arms {
		g.stmt(arm, now, depth)
	}
}

func (g *page) applies(arm parser.Stmt, now parser.StateSet) (hold, fail bool) {
	switch arm := arm.(type) {
	case *parser.Rule:
		return g.p.Can(arm.Cond, now, g.may)
	case *parser.In:
		return arm.States&now != 0, now&^arm.States != 0
	case *parser.If:
		if len(arm.Else) == 0 {
			return g.p.Can(arm.Cond, now, g.may)
		}
	}
	return true, false
}
