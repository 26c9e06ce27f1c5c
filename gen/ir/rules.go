package ir

import "github.com/lockstep-tcp/lockstep/parser"

// Origin says where a rule comes from.
type Origin struct {
	Events []*parser.Event // the events that can reach it, in the order of the text
	Cite   parser.Cite     // its own citation, else that of what stands around it
}

// Origins computes the origin of every rule, by Rule.Index.
func (p *Program) Origins() []Origin {
	list := make([]Origin, len(p.Rules))
	for _, h := range p.Handlers {
		p.cite(list, h.Body, nearest(h.Cites, h.Event.Cites))
	}
	for _, e := range p.Events {
		reached := map[any]bool{}
		for _, h := range p.HandlersOf(e) {
			p.reach(h.Body, reached)
		}
		for i, r := range p.Rules {
			if !reached[r] {
				continue
			}
			list[i].Events = append(list[i].Events, e)
		}
	}
	return list
}

// cite hands citations down to the rules inside, and inside the actions called.
// What is called from several places has the citation of the first.
func (p *Program) cite(list []Origin, body []parser.Stmt, around []parser.Cite) {
	for _, s := range body {
		here := around
		switch s := s.(type) {
		case *parser.Rule:
			here = nearest(s.Cites, around)
			if len(here) > 0 && list[s.Index].Cite.RFC == 0 {
				list[s.Index].Cite = here[0]
			}
		case *parser.Step:
			here = nearest(s.Cites, around)
		case *parser.Call:
			p.cite(list, s.Action.Body, nearest(s.Action.Cites, around))
		}
		for _, block := range p.bothSides(s) {
			p.cite(list, block, here)
		}
	}
}

func nearest(own, around []parser.Cite) []parser.Cite {
	if len(own) > 0 {
		return own
	}
	return around
}

// bothSides is Blocks without a choice between the readings.
func (p *Program) bothSides(s parser.Stmt) [][]parser.Stmt {
	if d, ok := s.(*parser.Defect); ok {
		return [][]parser.Stmt{d.Literal, d.Amended}
	}
	return p.Blocks(s)
}

// reach collects the rules that body can run, through actions and continuations.
func (p *Program) reach(body []parser.Stmt, reached map[any]bool) {
	p.Each(body, func(s parser.Stmt) {
		if reached[s] {
			return
		}
		switch s := s.(type) {
		case *parser.Rule:
			reached[s] = true
		case *parser.Call:
			if !reached[s.Action] {
				reached[s.Action] = true
				p.reach(s.Action.Body, reached)
			}
		case *parser.Continue:
			if !reached[s.Step] {
				reached[s.Step] = true
				p.reach(s.Handler.Body[indexOf(s.Handler, s.Step):], reached)
			}
		}
	})
}

// Walked is the rules of a handler that fired, as whoever walks the text with them meets
// them: step after step, each rule before what it calls, in either reading. A rule that
// fired twice stands where it did so first.
func (p *Program) Walked(h *parser.Handler, fired func(*parser.Rule) bool) []*parser.Rule {
	w := &walk{Program: p, fired: fired, met: map[any]bool{}}
	w.list(h.Body)
	return w.rules
}

type walk struct {
	*Program
	fired func(*parser.Rule) bool
	met   map[any]bool // rules, and steps at which it was continued
	rules []*parser.Rule
}

func (w *walk) list(body []parser.Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *parser.Rule:
			if !w.fired(s) {
				continue
			}
			if !w.met[s] {
				w.met[s], w.rules = true, append(w.rules, s)
			}
		case *parser.Call:
			w.list(s.Action.Body)
		case *parser.Continue:
			if !w.met[s.Step] {
				w.met[s.Step] = true
				w.list(s.Handler.Body[indexOf(s.Handler, s.Step):])
			}
		}
		for _, block := range w.bothSides(s) {
			w.list(block)
		}
	}
}
