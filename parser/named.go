package parser

// Named is anything that the text gives a name to, with the word for what it is.
type Named struct {
	Kind string // rule, state, variable …
	Decl
}

// Named lists everything that has a name, kind by kind, each in the order of the text.
func (s *Spec) Named() []Named {
	var all []Named
	add := func(kind string, d *Decl) { all = append(all, Named{kind, *d}) }
	for _, x := range s.Rules {
		add("rule", &x.Decl)
	}
	for _, h := range s.Handlers {
		for _, x := range h.Body {
			if step, ok := x.(*Step); ok {
				add("step", &step.Decl)
			}
		}
	}
	for _, x := range s.Guards {
		add("guard", &x.Decl)
	}
	for _, x := range s.Values {
		add("value", &x.Decl)
	}
	for _, x := range s.Actions {
		add("action", &x.Decl)
	}
	for _, x := range s.Invariants {
		add("invariant", &x.Decl)
	}
	for _, x := range s.Terms {
		add("term", &x.Decl)
	}
	for _, x := range s.Properties {
		add("property", &x.Decl)
	}
	for _, x := range s.Worlds {
		add("world", &x.Decl)
	}
	for _, x := range s.Scenarios {
		add("scenario", &x.Decl)
	}
	for _, x := range s.Defects {
		add("defect", &x.Decl)
	}
	s.declared(add)
	return all
}

// declared lists what stands in tables.
func (s *Spec) declared(add func(kind string, d *Decl)) {
	for _, x := range s.States {
		add("state", &x.Decl)
	}
	for _, x := range s.Sets {
		add("set", &x.Decl)
	}
	for _, vars := range [][]*Var{s.TCB, s.Settings, s.Segment, s.Ghosts} {
		for _, x := range vars {
			add("variable", &x.Decl)
		}
	}
	for _, x := range s.Timers {
		add("timer", &x.Decl)
	}
	for _, x := range s.Effects {
		add("effect", &x.Decl)
	}
	for _, x := range s.Signals {
		add("signal", &x.Decl)
	}
	for _, x := range s.Replies {
		add("reply", &x.Decl)
	}
	for _, x := range s.Events {
		add("event", &x.Decl)
	}
}
