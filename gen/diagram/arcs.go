// Package diagram draws the states of a specification and the ways between them,
// as Figure 5 of RFC 9293 does, for Graphviz, for Mermaid, and as SVG.
//
// The arcs are derived from the text. Only where the states stand on the page, and
// how some arcs bend, is written here.
package diagram

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Arc is a step from one state to another. An event may take two in a row.
type Arc struct {
	From, To *parser.State
	Ways     []Way
}

// Way is a rule that takes the arc, and the events in which it does.
type Way struct {
	Rule   *parser.Rule
	Events []*parser.Event
}

// Arcs divides transitions into their steps, and joins those between the same states.
func Arcs(edges []ir.Edge) []*Arc {
	var arcs []*Arc
	for _, e := range edges {
		from := e.From
		for _, hop := range e.Hops {
			arc := find(&arcs, from, hop.To)
			arc.add(hop.Rule, e.Event)
			from = hop.To
		}
	}
	slices.SortFunc(arcs, func(a, b *Arc) int {
		if a.From != b.From {
			return a.From.Index - b.From.Index
		}
		return a.To.Index - b.To.Index
	})
	return arcs
}

func find(arcs *[]*Arc, from, to *parser.State) *Arc {
	for _, a := range *arcs {
		if a.From == from && a.To == to {
			return a
		}
	}
	a := &Arc{From: from, To: to}
	*arcs = append(*arcs, a)
	return a
}

func (a *Arc) add(r *parser.Rule, e *parser.Event) {
	for i := range a.Ways {
		if a.Ways[i].Rule == r {
			if !slices.Contains(a.Ways[i].Events, e) {
				a.Ways[i].Events = append(a.Ways[i].Events, e)
			}
			return
		}
	}
	a.Ways = append(a.Ways, Way{r, []*parser.Event{e}})
}

// drawing is what all three formats show: the arcs, and apart from them the ways
// by which a connection is cut short, which would make the figure unreadable.
type drawing struct {
	p    *ir.Program
	arcs []*Arc
	cuts []cut
}

// cut is a rule that takes connections straight to CLOSED.
type cut struct {
	way  Way
	from []*parser.State
}

func newDrawing(p *ir.Program) *drawing {
	d := &drawing{p: p}
	for _, a := range Arcs(p.Reachable().Edges) {
		orderly := &Arc{From: a.From, To: a.To}
		for _, w := range a.Ways {
			if a.To.Index == 0 && d.abrupt(w) {
				d.cut(a.From, w)
				continue
			}
			orderly.Ways = append(orderly.Ways, w)
		}
		if len(orderly.Ways) > 0 {
			d.arcs = append(d.arcs, orderly)
		}
	}
	slices.SortStableFunc(d.cuts, func(a, b cut) int { return a.way.Rule.Index - b.way.Rule.Index })
	return d
}

func (d *drawing) cut(from *parser.State, w Way) {
	for i := range d.cuts {
		if c := &d.cuts[i]; c.way.Rule == w.Rule {
			c.from = append(c.from, from)
			for _, e := range w.Events {
				if !slices.Contains(c.way.Events, e) {
					c.way.Events = append(c.way.Events, e)
				}
			}
			return
		}
	}
	d.cuts = append(d.cuts, cut{w, []*parser.State{from}})
}

// abrupt: a reset sent or received, an abort, or a timer that gives up. The timers
// that end a state in peace bear its name.
func (d *drawing) abrupt(w Way) bool {
	for _, e := range w.Events {
		peaceful := slices.ContainsFunc(d.p.States, func(s *parser.State) bool { return e.Timer != nil && s.Name == e.Timer.Name })
		if e.Timer != nil && !peaceful || e.Name == "ABORT" || e.Name == "ICMP ERROR" {
			return true
		}
	}
	return d.sendsReset(w.Rule.Body) || d.underReset(w.Rule)
}

func (d *drawing) sendsReset(body []parser.Stmt) bool {
	found := false
	d.p.Each(body, func(s parser.Stmt) {
		switch s := s.(type) {
		case *parser.Send:
			found = found || slices.ContainsFunc(s.CTL, func(b *parser.Bit) bool { return b.Name == "RST" })
		case *parser.Call:
			found = found || d.sendsReset(s.Action.Body)
		}
	})
	return found
}

// underReset: the rule stands in a step for segments with RST.
func (d *drawing) underReset(r *parser.Rule) bool {
	found := false
	for _, h := range d.p.Handlers {
		for _, s := range h.Body {
			step, ok := s.(*parser.Step)
			if !ok {
				continue
			}
			if bit, ok := step.When.(*parser.BitSet); !ok || bit.Bit.Name != "RST" {
				continue
			}
			d.p.Each(step.Body, func(s parser.Stmt) { found = found || s == parser.Stmt(r) })
		}
	}
	return found
}

// kind of an event decides the colour of its arcs.
type kind int

const (
	call kind = iota
	segment
	timeout
)

func kindOf(e *parser.Event) kind {
	switch {
	case e.Timer != nil:
		return timeout
	case e.Segment, e.Name == "SEGMENTIZE", e.Name == "ICMP ERROR":
		return segment
	}
	return call
}
