package parser

import "strings"

// checkAnswers sees that every event is answered in every state, by one handler.
func (r *resolver) checkAnswers() {
	for _, e := range r.spec.Events {
		var answered StateSet
		for _, h := range r.spec.Handlers {
			if h.Event != e {
				continue
			}
			if twice := answered & h.States; twice != 0 {
				r.answeredTwice(e, h, twice)
			}
			answered |= h.States
		}
		if missing := r.everyState() &^ answered; missing != 0 {
			d := r.errorf("unanswered", e.Pos, "nobody answers %s in %s", e.Name, r.stateList(missing))
			r.help(d, "add on %s in %s { … }; an empty rule says that nothing is to be done", e.Name, r.stateList(missing))
		}
	}
}

func (r *resolver) answeredTwice(e *Event, h *Handler, twice StateSet) {
	d := r.errorf("answered-twice", h.Pos, "%s in %s is answered twice", e.Name, r.stateList(twice))
	for _, other := range r.spec.Handlers {
		if other == h || twice == 0 {
			break
		}
		if other.Event == e && other.States&twice != 0 {
			r.also(d, other.Pos, "first here, in %s", r.stateList(other.States&twice))
			twice &^= other.States
		}
	}
	r.help(d, "take the states off one of them")
}

// stateList writes a set of states as the text does, by the name of a set if there is one.
func (r *resolver) stateList(s StateSet) string {
	if s == r.everyState() && len(r.spec.States) > 1 {
		return "any"
	}
	for _, set := range r.spec.Sets {
		if set.States == s {
			return set.Name
		}
	}
	var names []string
	for _, state := range r.spec.States {
		if s>>state.Index&1 == 1 {
			names = append(names, state.Name)
		}
	}
	return strings.Join(names, " | ")
}

// checkPlaces sees that only events with a segment look at one, and that only
// user calls are answered with a reply.
func (r *resolver) checkPlaces() {
	p := &places{resolver: r, words: map[*Decl]*Pos{}, actions: map[*Action]*Pos{}}
	for _, h := range r.spec.Handlers {
		if !h.Event.Segment {
			if use := p.inList(h.Body, map[*Action]bool{}); use != nil {
				d := r.errorf("no-segment", *use, "%s brings no segment", h.Event.Name)
				r.also(d, h.Pos, "this handler comes here")
				r.help(d, "SEG.… and the control bits mean something only when a segment arrives")
			}
		}
		if h.Event.Segment || h.Event.Timer != nil {
			p.noReturn(h, h.Body, map[*Action]bool{})
		}
		p.fitJumps(h)
	}
	for _, g := range r.spec.Invariants {
		if use := p.inExpr(g.Expr); use != nil {
			d := r.errorf("no-segment", *use, "an invariant holds between events, when there is no segment")
			r.also(d, g.Pos, "the invariant is here")
		}
	}
}

// places finds the first use of the segment in words and actions.
type places struct {
	*resolver
	words   map[*Decl]*Pos
	actions map[*Action]*Pos
}

func (p *places) inExpr(e Expr) (use *Pos) {
	each(e, func(e Expr) {
		if use != nil {
			return
		}
		switch e := e.(type) {
		case *Ref:
			if e.Var.Scope == InSegment {
				use = &e.Pos
			}
		case *BitSet:
			use = &e.Pos
		case *Word:
			d, inner := e.definition()
			if _, known := p.words[d]; !known {
				p.words[d] = p.inExpr(inner)
			}
			if p.words[d] != nil {
				use = &e.Pos
			}
		}
	})
	return use
}

// inList finds the first use in statements and in the actions they call.
func (p *places) inList(list []Stmt, seen map[*Action]bool) (use *Pos) {
	walk(list, func(s Stmt) {
		if use != nil {
			return
		}
		switch s := s.(type) {
		case *Assign:
			if s.Var.Scope == InSegment {
				use = &s.Pos
			}
		case *Clear:
			use = &s.Pos
		case *Call:
			if !seen[s.Action] {
				seen[s.Action] = true
				use = p.inList(s.Action.Body, seen)
			}
		}
		for _, e := range exprs(s) {
			if use == nil {
				use = p.inExpr(e)
			}
		}
	})
	return use
}

func (p *places) noReturn(h *Handler, list []Stmt, seen map[*Action]bool) {
	walk(list, func(s Stmt) {
		switch s := s.(type) {
		case *Return:
			d := p.errorf("misplaced", s.Pos, "%s is no user call, so there is nobody to return to", h.Event.Name)
			p.also(d, h.Pos, "this handler comes here")
			p.help(d, "write drop to end the event, or signal to tell the user")
		case *Call:
			if !seen[s.Action] {
				seen[s.Action] = true
				p.noReturn(h, s.Action.Body, seen)
			}
		}
	})
}

// fitJumps sees that the handler a continue goes to has nothing that this event lacks.
func (p *places) fitJumps(h *Handler) {
	for _, c := range continues(h.Body, map[*Action]bool{}) {
		target := c.Handler.Event
		if target == h.Event || len(target.Params) == 0 && (h.Event.Segment || !target.Segment) {
			continue
		}
		d := p.errorf("misplaced", c.Pos, "%s cannot continue on %s", h.Event.Name, target.Name)
		p.also(d, c.Handler.Pos, "the step belongs to this handler")
		p.help(d, "the handler there uses parameters that only its own event has")
	}
}
