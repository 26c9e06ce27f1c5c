package parser

import (
	"slices"
	"strings"
)

// truth is what the state alone tells of a condition.
type truth int

const (
	no truth = iota
	maybe
	yes
)

// decide finds out what a state tells of a condition; no condition always holds.
func (f *flow) decide(e Expr, state int) truth {
	switch e := e.(type) {
	case nil:
		return yes
	case *StateIn:
		return truth(e.States>>state&1) * yes
	case *Lit:
		return truth(e.N) * yes
	case *Not:
		return yes - f.decide(e.X, state)
	case *Word:
		d, inner := e.definition()
		key := opened{d, state}
		if _, known := f.truths[key]; !known {
			f.truths[key] = f.decide(inner, state)
		}
		return f.truths[key]
	case *Binary:
		switch e.Op {
		case And:
			return min(f.decide(e.X, state), f.decide(e.Y, state))
		case Or:
			return max(f.decide(e.X, state), f.decide(e.Y, state))
		}
	case *Cond:
		switch f.decide(e.If, state) {
		case yes:
			return f.decide(e.Then, state)
		case no:
			return f.decide(e.Else, state)
		}
	}
	return maybe
}

// checkBounds sees that what one event asks for fits into a value of fixed size.
func (f *flow) checkBounds() {
	f.spec.maxSends = len(f.sends.places)
	if f.spec.maxSends > maxSends {
		d := f.errorf("bound", f.sends.handler.Pos, "%s may send more than %d segments", f.sends.handler.Name, maxSends)
		for _, p := range distinct(f.sends.places) {
			f.also(d, p, "it may send here")
		}
		f.help(d, "end the event with drop, or make the ways exclude each other with ordered")
	}
	for _, e := range f.spec.Effects {
		places := f.asks[e].places
		e.Bound = len(places)
		if e.Bound > maxAsks && len(e.Params) > 0 {
			d := f.errorf("bound", f.asks[e].handler.Pos, "%s may ask for %s more than once", f.asks[e].handler.Name, e.Name)
			for _, p := range distinct(places) {
				f.also(d, p, "it may ask here")
			}
			f.help(d, "an effect with parameters holds one set of them; end the event, or make the ways exclude each other with ordered")
		}
	}
}

func distinct(places []Pos) []Pos {
	var list []Pos
	for _, p := range places {
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// MaxSends is the greatest number of segments that one event may send, over all
// handlers, states and paths; conditions that do not depend on the state alone
// count as going either way.
func (s *Spec) MaxSends() int { return s.maxSends }

// checkReplies sees that an event that is answered at all is answered always.
func (f *flow) checkReplies() {
	for _, h := range f.spec.Handlers {
		walk(h.Body, func(s Stmt) {
			if _, ok := s.(*Return); ok {
				f.replies[h.Event] = true
			}
		})
	}
	for _, h := range f.spec.Handlers {
		if missing := f.results[h]; f.replies[h.Event] && missing != 0 {
			d := f.errorf("no-reply", h.Pos, "%s may end without a reply in %s", h.Event.Name, f.stateList(missing))
			f.help(d, "end every way through it with return, since other ways do")
		}
	}
}

// ---- reachability

// checkReach reports what no event can come to, where it begins.
func (f *flow) checkReach() {
	for _, h := range f.spec.Handlers {
		f.reach(h.Body)
	}
	for _, a := range f.spec.Actions {
		if f.reads[a] && f.called(a) {
			f.reach(a.Body)
		}
	}
}

func (f *flow) called(a *Action) bool {
	for _, s := range f.spec.States {
		if f.calls[call{a, s.Index}] != nil {
			return true
		}
	}
	return false
}

// reach looks through a list that is entered.
func (f *flow) reach(list []Stmt) {
	for i, s := range list {
		if f.seen[s] == 0 {
			d := f.errorf("unreachable", s.At(), "nothing comes here")
			f.also(d, list[i-1].At(), "%s", f.blocker(list[i-1]))
			f.help(d, "take it away, or move it before that")
			return
		}
		f.reachInto(s)
	}
}

// blocker says why nothing gets past a statement.
func (f *flow) blocker(s Stmt) string {
	switch s.(type) {
	case *Drop, *Return, *Continue:
		return "the event ends here"
	case *Rule, *In, *Ordered, *If:
		return "this applies to everything that comes to it"
	}
	return "every way through this ends the event"
}

func (f *flow) reachInto(s Stmt) {
	switch s := s.(type) {
	case *Step:
		f.reachGuarded(s, s.Body)
	case *Rule:
		f.reachGuarded(s, s.Body)
	case *In:
		f.reachIn(s)
	case *If:
		f.reachGuarded(s, s.Then)
		if len(s.Else) > 0 && f.entered[branch{s, true}] == 0 {
			d := f.errorf("unreachable", s.Else[0].At(), "the else is never taken")
			f.help(d, "the state is always %s here, which decides the condition", f.stateList(f.seen[s]))
		} else {
			f.reach(s.Else)
		}
	case *Ordered:
		f.reach(s.Arms)
	case *Defect:
		f.reach(s.Literal)
		f.reach(s.Amended)
	}
}

func (f *flow) reachGuarded(s Stmt, body []Stmt) {
	if f.entered[branch{s, false}] != 0 {
		f.reach(body)
		return
	}
	d := f.errorf("unreachable", s.At(), "the condition never holds here")
	f.help(d, "the state is always %s here, which decides the condition", f.stateList(f.seen[s]))
}

func (f *flow) reachIn(s *In) {
	came := f.seen[s]
	switch idle := s.States &^ came; {
	case f.entered[branch{s, false}] == 0:
		d := f.errorf("unreachable", s.Pos, "the state is never %s here", strings.ReplaceAll(f.stateList(s.States), " | ", " or "))
		f.help(d, "it is %s", f.stateList(came))
		return
	case idle != 0:
		d := f.report(Warning, "idle-state", s.Pos, "the state is never %s here", strings.ReplaceAll(f.stateList(idle), " | ", " or "))
		f.help(d, "take it off, so that a reader does not look for it")
	}
	f.reach(s.Body)
}
