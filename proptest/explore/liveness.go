package explore

// Liveness is a property of infinite executions. Exactly one of NoCycle and
// Goal is given.
type Liveness struct {
	Name string

	// NoCycle: no cycle consists of steps of these classes alone.
	NoCycle Classes

	// From every state marked with one of Trigger, every fair execution reaches a
	// state marked with one of Goal. Trigger 0 stands for the initial states. An
	// execution may end where no step of Due is possible; without Due, where none is
	// possible at all. One that ends without the goal is a counterexample.
	Trigger, Goal uint64
	Due           Classes
	Fair          []Fairness
}

// due is the classes of steps that keep an execution from ending.
func (p *Liveness) due() Classes {
	if p.Due == 0 {
		return all
	}
	return p.Due
}

// Fairness is what an execution must not do for ever: refuse the steps of these
// classes although one is possible all the time (weak), or again and again (strong).
type Fairness struct {
	Steps  Classes
	Strong bool
}

// Verdict is the outcome for one Liveness property.
type Verdict struct {
	Name    string
	Holds   bool
	Vacuous bool   // no state had the trigger, or no step was of the classes
	Cases   int64  // states with the trigger, or steps of the classes
	Prefix  []Move // counterexample: the first state, and steps
	Cycle   []Move // steps that lead back to where Prefix ends; none: the execution ends there
}

const all = ^Classes(0)

// judge decides one property on the graph.
func (s *search[S]) judge(p Liveness, c *components) Verdict {
	v := Verdict{Name: p.Name}
	var bad candidates
	if p.NoCycle != 0 {
		v.Cases, bad = s.graph.cycles(p.NoCycle, c)
	} else {
		v.Cases, bad = s.graph.avoid(&p, c)
	}
	v.Vacuous = v.Cases == 0
	v.Holds = bad.none() && !v.Vacuous
	if !bad.none() {
		prefix, cycle := s.graph.lasso(&p, &bad)
		v.Prefix, v.Cycle = s.replay(prefix, cycle)
	}
	return v
}

// candidates is where a counterexample may end: in a component that a fair
// execution may stay in, or at a state where it may end.
type candidates struct {
	of         []uint32 // for each state 1+ its component, 0 if none
	components [][]uint32
	ends       []bool
}

func (c *candidates) none() bool { return len(c.components) == 0 && c.ends == nil }

func (c *candidates) add(members []uint32) {
	c.components = append(c.components, members)
	for _, m := range members {
		c.of[m] = uint32(len(c.components))
	}
}

func (c *candidates) has(s uint32) bool { return c.of[s] != 0 || c.ends != nil && c.ends[s] }

// cycles finds the components of the steps of some classes.
func (g *graph) cycles(within Classes, c *components) (cases int64, bad candidates) {
	region := make([]uint32, g.size()) // 1: on a cycle of any steps
	for _, s := range c.circling {
		region[s] = 1
	}
	bad.of = make([]uint32, g.size())
	c.find(c.circling, within, region, 1, bad.add)
	return g.count(within), bad
}

// avoid finds where a fair execution may stay, or end, having met the trigger and never the goal.
func (g *graph) avoid(p *Liveness, c *components) (cases int64, bad candidates) {
	region := make([]uint32, g.size()) // 1: reachable from a trigger without meeting the goal; 2: and on a cycle
	states := make([]uint32, 0, g.size())
	enter := func(s uint32) {
		if region[s] == 0 && g.mark(s)&p.Goal == 0 {
			region[s] = 1
			states = append(states, s)
		}
	}
	for s := range g.all {
		if g.triggers(p, s) {
			cases++
			enter(s)
		}
	}
	for i := 0; i < len(states); i++ {
		g.steps(states[i], all, func(_ step, t uint32) { enter(t) })
	}
	bad.of = make([]uint32, g.size())
	for _, s := range states {
		if g.able(s)&p.due() == 0 {
			if bad.ends == nil {
				bad.ends = make([]bool, g.size())
			}
			bad.ends[s] = true
		}
	}
	states = states[:0]
	for _, s := range c.circling {
		if region[s] != 0 {
			region[s] = 2
			states = append(states, s)
		}
	}
	g.fairComponents(p.Fair, states, region, c, &bad)
	return cases, bad
}

func (g *graph) triggers(p *Liveness, s uint32) bool {
	if p.Trigger == 0 {
		return s < g.initial
	}
	return g.mark(s)&p.Trigger != 0
}

// fairComponents adds the components of the given states, whose region is 2, in which a
// fair execution can stay. A component that is unfair only to strong fairness may have a
// fair one within: it is searched again without the states that allow the refused steps.
func (g *graph) fairComponents(fair []Fairness, states []uint32, region []uint32, c *components, bad *candidates) {
	type part struct {
		states []uint32
		label  uint32
	}
	label := uint32(2)
	parts := []part{{states, label}}
	for len(parts) > 0 {
		p := parts[len(parts)-1]
		parts = parts[:len(parts)-1]
		var found [][]uint32
		c.find(p.states, all, region, p.label, func(members []uint32) { found = append(found, members) })
		for _, members := range found {
			label++
			for _, m := range members {
				region[m] = label
			}
			switch refused, hopeless := g.refused(fair, members, region); {
			case hopeless:
			case refused == 0:
				bad.add(members)
			default:
				label++
				var rest []uint32
				for _, m := range members {
					if g.able(m)&refused == 0 {
						region[m] = label
						rest = append(rest, m)
					}
				}
				parts = append(parts, part{rest, label})
			}
		}
	}
}

// refused gives the steps that an execution staying in the component would be
// unfair to refuse; hopeless: no part of the component is better.
func (g *graph) refused(fair []Fairness, members []uint32, region []uint32) (refused Classes, hopeless bool) {
	label := region[members[0]]
	var inside, able Classes
	for _, m := range members {
		able |= g.able(m)
		g.steps(m, all, func(e step, t uint32) {
			if region[t] == label {
				inside |= 1 << g.class(e)
			}
		})
	}
	for _, f := range fair {
		switch {
		case f.Steps&inside != 0 || f.Steps&able == 0:
		case f.Strong:
			refused |= f.Steps
		default:
			always := true
			for _, m := range members {
				always = always && g.able(m)&f.Steps != 0
			}
			hopeless = hopeless || always
		}
	}
	return refused, hopeless
}
