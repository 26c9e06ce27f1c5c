package ir

import (
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Edge is a transition: event Event takes a TCB that is in From to To, through
// the gotos of Hops in this order.
type Edge struct {
	From, To *parser.State
	Event    *parser.Event
	Hops     []Hop
}

// Hop is one goto, of the rule itself or of an action that it calls.
type Hop struct {
	Rule *parser.Rule
	To   *parser.State
}

// Facts are what the paths through all handlers have in common.
type Facts struct {
	Edges   []Edge  // in the order of states and rules; a self-loop only if some goto ran
	May     []Known // by State.Index: what may be true in that state
	MaxSend int     // most segments that one event sends
}

// Anything follows every path of every event on every TCB whatever. Conditions on
// the state are decided, all others are taken to go either way.
func (p *Program) Anything() Facts {
	a := &analysis{p: p, known: newVocabulary(p)}
	facts := Facts{May: make([]Known, len(p.States))}
	for i := range facts.May {
		facts.May[i] = ^Known(0)
	}
	for _, s := range p.States {
		a.events(s, &facts)
	}
	return a.finish(facts)
}

// Reachable follows every path of every event on a TCB that began empty in CLOSED.
// A flag that nothing has set yet is not set, a timer that nothing has started does
// not expire. Whatever else conditions say, they are taken to go either way: what is
// found may still be forbidden by sequence numbers, what is not found is impossible.
func (p *Program) Reachable() Facts {
	a := &analysis{p: p, known: newVocabulary(p)}
	facts := Facts{May: make([]Known, len(p.States))}
	a.reached = map[*parser.State]bool{p.States[0]: true}
	for changed := true; changed; {
		before := slices.Clone(facts.May)
		reached := len(a.reached)
		facts.Edges = nil
		for _, s := range p.States {
			if a.reached[s] {
				a.events(s, &facts)
			}
		}
		changed = !slices.Equal(before, facts.May) || reached != len(a.reached)
	}
	return a.finish(facts)
}

type analysis struct {
	p       *Program
	known   *vocabulary
	reached map[*parser.State]bool // nil: all of them
}

// events runs every event in state s, and adds what it finds to facts.
func (a *analysis) events(s *parser.State, facts *Facts) {
	for _, e := range a.p.Events {
		if e.Timer != nil && !facts.May[s.Index].has(a.known.timer(e.Timer)) {
			continue
		}
		f := &flow{p: a.p, known: a.known, ends: points{}}
		f.event(e, s, facts.May[s.Index])
		for at, w := range f.ends {
			to := a.p.States[at.state]
			facts.MaxSend = max(facts.MaxSend, w.sends)
			facts.May[to.Index] |= w.may
			if a.reached != nil {
				a.reached[to] = true
			}
			if at.hops != "" {
				facts.Edges = append(facts.Edges, Edge{s, to, e, a.hopsOf(at.hops)})
			}
		}
	}
}

func (a *analysis) finish(facts Facts) Facts {
	slices.SortFunc(facts.Edges, func(x, y Edge) int {
		if c := x.From.Index - y.From.Index; c != 0 {
			return c
		}
		if c := slices.CompareFunc(x.Hops, y.Hops, func(h, g Hop) int { return h.Rule.Index - g.Rule.Index }); c != 0 {
			return c
		}
		if c := x.To.Index - y.To.Index; c != 0 {
			return c
		}
		return strings.Compare(x.Event.Name, y.Event.Name)
	})
	return facts
}

func (a *analysis) hopsOf(path string) []Hop {
	var hops []Hop
	codes := []rune(path)
	for i := 0; i < len(codes); i += 2 {
		hops = append(hops, Hop{a.p.Rules[codes[i]], a.p.States[codes[i+1]]})
	}
	return hops
}

// point is where processing stands: the state, and the gotos that ran, two runes
// each. What is known there is joined over all paths to it.
type (
	point struct {
		state int
		hops  string
	}
	what struct {
		sends int // most segments sent so far
		may   Known
	}
	points map[point]what
)

func (ps points) add(at point, w what) {
	old := ps[at]
	ps[at] = what{max(old.sends, w.sends), old.may | w.may}
}

func (ps points) addAll(qs points) {
	for at, w := range qs {
		ps.add(at, w)
	}
}

// each makes new points of old ones.
func (ps points) each(f func(*point, *what)) points {
	out := points{}
	for at, w := range ps {
		f(&at, &w)
		out.add(at, w)
	}
	return out
}
