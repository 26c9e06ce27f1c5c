package parser

// checkUnused warns of what is declared and never used.
func (r *resolver) checkUnused() {
	for _, s := range r.spec.Sets {
		r.unused(s, &s.Decl, "the set %s is never used")
	}
	for _, g := range r.spec.Guards {
		r.unused(g, &g.Decl, "the guard %s is never used")
	}
	for _, v := range r.spec.Values {
		r.unused(v, &v.Decl, "the value %s is never used")
	}
	for _, a := range r.spec.Actions {
		r.unused(a, &a.Decl, "the action %s is never used")
		r.unusedVars(a.Params)
	}
	for _, e := range r.spec.Effects {
		r.unused(e, &e.Decl, "the effect %s is never asked for")
	}
	for _, p := range r.spec.Signals {
		r.unused(p, &p.Decl, "the signal %s is never given")
	}
	for _, p := range r.spec.Replies {
		r.unused(p, &p.Decl, "the reply %s is never returned")
	}
	for _, t := range r.spec.Timers {
		r.unused(t, &t.Decl, "the timer %s is never started")
	}
	for _, e := range r.spec.Events {
		if e.Timer == nil {
			r.unusedVars(e.Params)
		}
	}
	r.unusedVars(r.spec.TCB)
	r.unusedVars(r.spec.Settings)
	r.unusedVars(r.spec.Segment)
	r.unusedVars(r.lets)
	r.unwritten()
	r.unentered()
}

func (r *resolver) unused(thing any, d *Decl, format string) {
	if !r.reads[thing] {
		diag := r.report(Warning, "unused", d.Pos, format, d.Name)
		r.help(diag, "use it or take it away")
	}
}

func (r *resolver) unusedVars(list []*Var) {
	for _, v := range list {
		if !r.reads[v] {
			diag := r.report(Warning, "unused", v.Pos, "the %s %s is never read", v.Scope, v.Name)
			r.help(diag, "use it or take it away")
		}
	}
}

func (r *resolver) unwritten() {
	for _, v := range r.spec.TCB {
		switch {
		case v.Chosen && r.writes[v]:
			diag := r.report(Warning, "never-written", v.Pos, "%s is chosen by the environment, and a rule writes it", v.Name)
			r.help(diag, "take the word chosen away")
		case !v.Chosen && !r.writes[v]:
			diag := r.report(Warning, "never-written", v.Pos, "no rule writes %s", v.Name)
			r.help(diag, "make it a setting, or write chosen behind its type if the environment chooses it")
		}
	}
}

// unentered warns of states that no rule enters; the first is where everything begins.
func (r *resolver) unentered() {
	entered := map[*State]bool{}
	visit := func(s Stmt) {
		if g, ok := s.(*Goto); ok {
			entered[g.State] = true
		}
	}
	for _, a := range r.spec.Actions {
		walk(a.Body, visit)
	}
	for _, h := range r.spec.Handlers {
		walk(h.Body, visit)
	}
	for _, s := range r.spec.States {
		if s.Index > 0 && !entered[s] {
			diag := r.report(Warning, "unused", s.Pos, "no rule enters the state %s", s.Name)
			r.help(diag, "write goto %s where it is entered", s.Name)
		}
	}
}
