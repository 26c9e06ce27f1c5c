package parser

import (
	"maps"
	"slices"
	"strings"
)

// This file declares what has a name and a body: sets, guards, values, actions,
// handlers. Heads first, bodies when every head is known.

func (r *resolver) declareSet(_ *File, d *decl) {
	n, ok := d.node.(*setNode)
	if !ok {
		if d.stmt.tokens[0].Value == "set" {
			r.poison(d.file, d.stmt, r.places)
		}
		return
	}
	set := &Set{Decl: d.file.decl(n.Name, n.Notes)}
	r.spec.Sets = append(r.spec.Sets, set)
	r.members[set] = func() StateSet { return r.states(d.file, &n.States) }
	r.declare(r.places, &set.Decl, set)
}

// fillSets finds the members of every set; a set may name sets below it.
func (r *resolver) fillSets() {
	for _, set := range r.spec.Sets {
		r.fill(set, set.Pos)
	}
}

func (r *resolver) fill(set *Set, use Pos) StateSet {
	members, open := r.members[set]
	switch {
	case !open:
	case members == nil:
		d := r.errorf("recursion", set.Pos, "the set %s contains itself", set.Name)
		r.also(d, use, "named here")
		r.help(d, "list the states")
	default:
		r.members[set] = nil
		set.States = members()
		delete(r.members, set)
	}
	return set.States
}

// states makes the set of A | B.
func (r *resolver) states(f *file, n *statesNode) StateSet {
	var all StateSet
	for _, t := range n.Terms {
		if t.Any {
			all |= r.everyState()
			continue
		}
		thing, found := r.find(r.places, t.Name, f.place(t.Pos))
		r.reads[thing] = true
		switch thing := thing.(type) {
		case *State:
			if thing.Index < 32 {
				all |= 1 << thing.Index
			}
		case *Set:
			all |= r.fill(thing, f.place(t.Pos))
		default:
			if found { // poisoned: it could be any
				all |= r.everyState()
			}
		}
	}
	return all
}

func (r *resolver) everyState() StateSet {
	return StateSet(uint64(1)<<len(r.spec.States) - 1)
}

// find looks a name up and reports it if there is none; thing is nil for a poisoned one.
func (r *resolver) find(s *space, name string, p Pos) (thing any, found bool) {
	if n, ok := s.byName[name]; ok {
		return n.thing, true
	}
	d := r.errorf("unknown-name", p, "there is no %s %s", s.what, name)
	r.suggest(d, name, s)
	return nil, false
}

// suggest adds what was probably meant.
func (r *resolver) suggest(d *Diagnostic, name string, spaces ...*space) {
	if len(r.found) > 2*maxFindings {
		return // nobody will read it
	}
	names := map[string]bool{}
	for _, s := range spaces {
		for candidate := range s.byName {
			names[candidate] = true
		}
	}
	near := nearest(name, names)
	if near == "" {
		if len(spaces) == 1 && len(names) > 0 && len(names) <= 16 {
			list := slices.Sorted(maps.Keys(names))
			r.help(d, "there is only %s", strings.Join(list, ", "))
		}
		return
	}
	r.help(d, "did you mean %s?", near)
	for _, s := range spaces {
		if n, ok := s.byName[near]; ok {
			r.also(d, n.decl.Pos, "%s is declared here", near)
			return
		}
	}
}

func (r *resolver) declareWord(out *File, d *decl) {
	f := d.file
	switch n := d.node.(type) {
	case *wordNode:
		r.declareWordNode(out, f, n)
	case *actionNode:
		a := &Action{Decl: f.decl(n.Name, n.Notes), Params: r.params(f, n.Params)}
		r.declare(r.words, &a.Decl, a)
		r.spec.Actions = append(r.spec.Actions, a)
		out.Items = append(out.Items, a)
		b := &body{resolver: r, file: f, vars: a.Params}
		r.pending = append(r.pending, func() { a.Body = b.block(d.stmt, n.Block) })
	case *onNode:
		r.declareHandler(out, d, n)
	case *propertyNode:
		r.declareProperty(d, n)
	case *termNode:
		r.declareTerm(f, n)
	case *scenarioNode:
		r.declareScenario(d, n)
	case *worldNode:
		r.declareWorld(d, n)
	case nil:
		switch d.stmt.tokens[0].Value {
		case "guard", "value", "action", "term":
			r.poison(f, d.stmt, r.words)
		case "world":
			r.poison(f, d.stmt, r.worlds)
		case "on":
			r.lostSteps = true
		}
	}
}

func (r *resolver) declareWordNode(out *File, f *file, n *wordNode) {
	d := f.decl(n.Name, n.Notes)
	b := &body{resolver: r, file: f}
	if n.Catches != "" && n.Kind != "invariant" {
		diag := r.errorf("syntax", d.Pos, "the %s %s catches nothing: invariants and properties do", n.Kind, d.Name)
		r.help(diag, "%s", shapeOf(n.Kind))
	}
	if n.Kind == "value" {
		v := &Value{Decl: d}
		if n.Type == nil {
			diag := r.errorf("syntax", d.Pos, "the value %s has no type", d.Name)
			r.help(diag, "%s", shapeOf("value"))
		} else {
			v.Type = r.typeNamed(f, n.Type)
		}
		r.declare(r.words, &v.Decl, v)
		r.spec.Values = append(r.spec.Values, v)
		out.Items = append(out.Items, v)
		r.pending = append(r.pending, func() { v.Expr = b.wanted(n.Expr, v.Type, "the value "+v.Name) })
		return
	}
	if n.Type != nil {
		diag := r.errorf("syntax", f.place(n.Type.Pos), "the %s %s needs no type: it is a flag", n.Kind, d.Name)
		r.help(diag, "%s", shapeOf(n.Kind))
	}
	g := &Guard{Decl: d}
	r.pending = append(r.pending, func() { g.Expr = b.wanted(n.Expr, Bool, "the "+n.Kind+" "+g.Name) })
	if n.Kind == "invariant" {
		if n.Catches != "" {
			g.Catches = unquote(n.Catches)
		}
		r.spec.Invariants = append(r.spec.Invariants, g)
		r.declare(r.invariants, &g.Decl, g)
		return
	}
	r.declare(r.words, &g.Decl, g)
	r.spec.Guards = append(r.spec.Guards, g)
	out.Items = append(out.Items, g)
}

func (r *resolver) declareHandler(out *File, d *decl, n *onNode) {
	f := d.file
	var parts []string
	for _, w := range n.Event {
		parts = append(parts, w.Text)
	}
	name := *n.Event[0]
	name.Text = strings.Join(parts, " ")
	h := &Handler{Decl: f.decl(name, n.Notes), States: r.states(f, n.States)}
	if len(parts) == 2 && parts[0] == "timeout" {
		r.findTimer(f, n.Event[1])
	}
	if name.Text == "timeout" {
		diag := r.errorf("unknown-name", h.Pos, "a timeout is the timeout of a timer")
		r.help(diag, "on timeout TIMER in STATE { … }")
	} else if len(parts) != 2 || parts[0] != "timeout" || r.timers.byName[parts[1]].thing != nil {
		thing, _ := r.find(r.events, name.Text, h.Pos)
		h.Event, _ = thing.(*Event)
		r.reads[thing] = true
	}
	r.spec.Handlers = append(r.spec.Handlers, h)
	out.Items = append(out.Items, h)
	b := &body{resolver: r, file: f, handler: h, loose: h.Event == nil}
	if h.Event != nil {
		b.vars = h.Event.Params
	}
	r.pending = append(r.pending, func() { h.Body = b.block(d.stmt, n.Block) })
}

func (r *resolver) findTimer(f *file, n *nameNode) *Timer {
	thing, _ := r.find(r.timers, n.Text, f.place(n.Pos))
	t, _ := thing.(*Timer)
	return t
}

// checkShadows sees that parameters do not hide what everybody knows by their names.
func (r *resolver) checkShadows() {
	var params []*Var
	for _, e := range r.spec.Events {
		if e.Timer == nil {
			params = append(params, e.Params...)
		}
	}
	if r.timeout != nil {
		params = append(params, r.timeout.Params...)
	}
	for _, a := range r.spec.Actions {
		params = append(params, a.Params...)
	}
	for _, p := range params {
		if first, taken := r.words.byName[p.Name]; taken {
			r.shadowed(p, first.decl)
		}
	}
}

func (r *resolver) shadowed(v *Var, first *Decl) {
	d := r.errorf("duplicate", v.Pos, "%s is already the name of something else", v.Name)
	r.also(d, first.Pos, "declared here")
	r.help(d, "give the %s another name", v.Scope)
}

// landJumps finds the step that each continue names.
func (r *resolver) landJumps() {
	for _, j := range r.jumps {
		p := j.file.place(j.name.Pos)
		switch found := r.steps[j.name.Text]; len(found) {
		case 0:
			if r.lostSteps {
				continue
			}
			d := r.errorf("unknown-name", p, "there is no step %s", j.name.Text)
			names := map[string]bool{}
			for name := range r.steps {
				names[name] = true
			}
			if near := nearest(j.name.Text, names); near != "" {
				r.help(d, "did you mean %s?", near)
			}
		case 1:
			j.stmt.Handler, j.stmt.Step = found[0].handler, found[0].step
		default:
			d := r.errorf("ambiguous-step", p, "there are %d steps %s", len(found), j.name.Text)
			for _, l := range found[:min(3, len(found))] {
				r.also(d, l.step.Pos, "one is here, on %s", l.handler.Name)
			}
			r.help(d, "give the step that is meant a name of its own")
		}
	}
}

// findStops marks the actions that may end the event.
func (r *resolver) findStops() {
	for changed := true; changed; {
		changed = false
		for _, a := range r.spec.Actions {
			if !a.Stops && stops(a.Body) {
				a.Stops, changed = true, true
			}
		}
	}
}

func stops(list []Stmt) bool {
	found := false
	walk(list, func(s Stmt) {
		switch s := s.(type) {
		case *Drop, *Return, *Continue:
			found = true
		case *Call:
			found = found || s.Action.Stops
		}
	})
	return found
}

// walk visits statements and everything in them, in the order of the text.
func walk(list []Stmt, visit func(Stmt)) {
	for _, s := range list {
		visit(s)
		for _, inner := range parts(s) {
			walk(inner, visit)
		}
	}
}

// parts are the lists of statements directly within a statement.
func parts(s Stmt) [][]Stmt {
	switch s := s.(type) {
	case *Step:
		return [][]Stmt{s.Body}
	case *Rule:
		return [][]Stmt{s.Body}
	case *Ordered:
		return [][]Stmt{s.Arms}
	case *In:
		return [][]Stmt{s.Body}
	case *If:
		return [][]Stmt{s.Then, s.Else}
	case *Defect:
		return [][]Stmt{s.Literal, s.Amended}
	}
	return nil
}
