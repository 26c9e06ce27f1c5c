package parser

// The flow analysis runs every handler from every state of its own, over all
// paths at once. It knows the state at every place and nothing else: a condition
// is decided if the state decides it, and otherwise may go either way.

// tally is the most that the paths to a place have asked for; the positions say where.
type tally struct {
	sends []Pos
	asks  map[*Effect][]Pos
}

// outcome is where paths come out: falls by the state they have then, nil where
// none does; ends for those that end the event.
type outcome struct {
	falls  [32]*tally
	ends   *tally
	silent bool // some path ends the event without a return
}

type flow struct {
	*resolver
	seen    map[Stmt]StateSet     // states in which a statement is come to
	entered map[branch]StateSet   // states in which its block is
	known   map[visit]*outcome    // what a statement does from a state
	calls   map[call]*outcome     // what an action does from a state
	truths  map[opened]truth      // what a state tells of a guard or a value
	results map[*Handler]StateSet // states in which some path leaves a user call without a reply
	replies map[*Event]bool       // some handler of it returns
	sends   most
	asks    map[*Effect]most
}

// most is the longest list of places that one event comes to, and the handler that does.
type most struct {
	places  []Pos
	handler *Handler
}

func (m most) or(h *Handler, places []Pos) most {
	if len(places) > len(m.places) {
		return most{places, h}
	}
	return m
}

type branch struct {
	stmt  Stmt
	other bool // the else of an if
}

type visit struct {
	stmt  Stmt
	state int
}

type opened struct {
	word  *Decl
	state int
}

type call struct {
	action *Action
	state  int
}

func newFlow(r *resolver) *flow {
	return &flow{resolver: r, seen: map[Stmt]StateSet{}, entered: map[branch]StateSet{}, known: map[visit]*outcome{},
		calls: map[call]*outcome{}, truths: map[opened]truth{},
		results: map[*Handler]StateSet{}, replies: map[*Event]bool{}, asks: map[*Effect]most{}}
}

func (f *flow) runAll() {
	for _, h := range f.spec.Handlers {
		for _, s := range f.spec.States {
			if h.States>>s.Index&1 == 0 {
				continue
			}
			o := f.list(h.Body, s.Index)
			total := o.ends
			silent := o.silent
			for _, t := range o.falls {
				total = total.or(t)
				silent = silent || t != nil
			}
			if silent {
				f.results[h] |= 1 << s.Index
			}
			if total != nil {
				f.sends = f.sends.or(h, total.sends)
				for e, asks := range total.asks {
					f.asks[e] = f.asks[e].or(h, asks)
				}
			}
		}
	}
}

// plus is one tally after another.
func (t *tally) plus(u *tally) *tally {
	if len(u.sends) == 0 && len(u.asks) == 0 {
		return t
	}
	sum := &tally{sends: capped(t.sends, u.sends), asks: map[*Effect][]Pos{}}
	for e, asks := range t.asks {
		sum.asks[e] = asks
	}
	for e, asks := range u.asks {
		sum.asks[e] = capped(sum.asks[e], asks)
	}
	return sum
}

// capped joins two lists of places; more than a few say nothing new.
func capped(a, b []Pos) []Pos {
	all := append(a[:len(a):len(a)], b...)
	return all[:min(len(all), 2*maxSends)]
}

// or is the greater of two ways, each count by itself; nil is no way.
func (t *tally) or(u *tally) *tally {
	switch {
	case t == nil:
		return u
	case u == nil || len(u.sends) <= len(t.sends) && len(u.asks) == 0:
		return t
	}
	most := &tally{sends: t.sends, asks: map[*Effect][]Pos{}}
	if len(u.sends) > len(most.sends) {
		most.sends = u.sends
	}
	for _, asks := range []map[*Effect][]Pos{t.asks, u.asks} {
		for e, places := range asks {
			if len(places) > len(most.asks[e]) {
				most.asks[e] = places
			}
		}
	}
	return most
}

var nothing = &tally{}

func falls(state int) *outcome {
	o := &outcome{}
	o.falls[state] = nothing
	return o
}

// merge adds the ways of another outcome.
func (o *outcome) merge(p *outcome) {
	for s := range o.falls {
		o.falls[s] = o.falls[s].or(p.falls[s])
	}
	o.ends = o.ends.or(p.ends)
	o.silent = o.silent || p.silent
}

// list runs statements one behind the other.
func (f *flow) list(list []Stmt, state int) *outcome {
	now := falls(state)
	for _, s := range list {
		next := &outcome{ends: now.ends, silent: now.silent}
		for from, before := range now.falls {
			if before == nil {
				continue
			}
			o := f.stmt(s, from)
			for to, t := range o.falls {
				if t != nil {
					next.falls[to] = next.falls[to].or(before.plus(t))
				}
			}
			if o.ends != nil {
				next.ends = next.ends.or(before.plus(o.ends))
			}
			next.silent = next.silent || o.silent
		}
		now = next
	}
	return now
}

// stmt runs one statement; it does the same from the same state wherever it comes from.
func (f *flow) stmt(s Stmt, state int) *outcome {
	f.seen[s] |= 1 << state
	key := visit{s, state}
	if f.known[key] == nil {
		f.known[key] = f.run(s, state)
	}
	return f.known[key]
}

func (f *flow) run(s Stmt, state int) *outcome {
	switch s := s.(type) {
	case *Step:
		return f.guarded(s, s.When, s.Body, state)
	case *Rule:
		return f.guarded(s, s.Cond, s.Body, state)
	case *In:
		return f.guarded(s, &StateIn{States: s.States}, s.Body, state)
	case *If:
		o := &outcome{}
		f.either(o, s, state)
		return o
	case *Ordered:
		return f.arms(s, state)
	case *Defect:
		o := f.block(branch{s, false}, s.Literal, state)
		o.merge(f.block(branch{s, true}, s.Amended, state))
		return o
	case *Call:
		return f.call(s.Action, state)
	case *Continue:
		at := s.target()
		return ended(f.list(at.handler.Body[at.index:], state))
	default:
		return f.simple(s, state)
	}
}

// simple runs the statements that have no others in them.
func (f *flow) simple(s Stmt, state int) *outcome {
	switch s := s.(type) {
	case *Goto:
		return falls(s.State.Index)
	case *Drop:
		return &outcome{ends: nothing, silent: true}
	case *Return:
		return &outcome{ends: nothing}
	case *Send:
		o := &outcome{}
		o.falls[state] = &tally{sends: []Pos{s.Pos}}
		return o
	case *Do:
		o := &outcome{}
		o.falls[state] = &tally{asks: map[*Effect][]Pos{s.Effect: {s.Pos}}}
		return o
	}
	return falls(state)
}

// ended turns what falls through into what ends.
func ended(o *outcome) *outcome {
	all := &outcome{ends: o.ends, silent: o.silent}
	for _, t := range o.falls {
		all.ends = all.ends.or(t)
		all.silent = all.silent || t != nil
	}
	return all
}

func (f *flow) call(a *Action, state int) *outcome {
	key := call{a, state}
	if f.calls[key] == nil {
		f.calls[key] = f.list(a.Body, state)
	}
	return f.calls[key]
}

// block enters a block.
func (f *flow) block(b branch, body []Stmt, state int) *outcome {
	f.entered[b] |= 1 << state
	return f.list(body, state)
}

// guarded runs a block if a condition holds.
func (f *flow) guarded(s Stmt, cond Expr, body []Stmt, state int) *outcome {
	o := &outcome{}
	holds := f.decide(cond, state)
	if holds != no {
		o.merge(f.block(branch{s, false}, body, state))
	}
	if holds != yes {
		o.merge(falls(state))
	}
	return o
}

// either runs an if, and tells whether one of its blocks surely ran.
func (f *flow) either(o *outcome, s *If, state int) (sure bool) {
	holds := f.decide(s.Cond, state)
	if holds != no {
		o.merge(f.block(branch{s, false}, s.Then, state))
	}
	if holds != yes {
		o.merge(f.block(branch{s, true}, s.Else, state))
	}
	return holds == yes || len(s.Else) > 0
}

// arms runs the first arm that applies.
func (f *flow) arms(s *Ordered, state int) *outcome {
	o := &outcome{}
	for _, arm := range s.Arms {
		f.seen[arm] |= 1 << state
		if f.arm(o, arm, state) {
			return o
		}
	}
	o.merge(falls(state))
	return o
}

// arm adds what an arm may do, and tells whether it surely applies.
func (f *flow) arm(o *outcome, arm Stmt, state int) (sure bool) {
	var cond Expr
	var body []Stmt
	switch arm := arm.(type) {
	case *Rule:
		cond, body = arm.Cond, arm.Body
	case *In:
		cond, body = &StateIn{States: arm.States}, arm.Body
	case *Ordered:
		o.merge(f.arms(arm, state))
		return true
	case *If:
		cond, body = arm.Cond, arm.Then
		if len(arm.Else) > 0 {
			return f.either(o, arm, state)
		}
	}
	holds := f.decide(cond, state)
	if holds != no {
		o.merge(f.block(branch{arm, false}, body, state))
	}
	return holds == yes
}
