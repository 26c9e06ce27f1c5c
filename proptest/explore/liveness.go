package explore

import "slices"

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
func (s *search[S]) judge(p Liveness, c *components, bad *candidates) Verdict {
	v := Verdict{Name: p.Name}
	bad.clear()
	if p.NoCycle != 0 {
		v.Cases = s.graph.cycles(p.NoCycle, c, bad)
	} else {
		v.Cases = s.graph.avoid(&p, c, bad)
	}
	v.Vacuous = v.Cases == 0
	v.Holds = bad.count == 0 && !v.Vacuous
	if bad.count > 0 {
		prefix, cycle := s.graph.lasso(&p, bad)
		v.Prefix, v.Cycle = s.replay(prefix, cycle)
	}
	return v
}

// candidates is where a counterexample may end: in a component that a fair
// execution may stay in, or at a state where it may end.
type candidates struct {
	of    []uint32 // for each state, 1+ one of its component's; or ends; else 0
	count int      // of components, and of such states
}

const ends = ^uint32(0)

func (c *candidates) clear() {
	clear(c.of)
	c.count = 0
}

func (c *candidates) add(members []uint32)    { c.set(members, 1+members[0], 1) }
func (c *candidates) remove(members []uint32) { c.set(members, 0, -1) }

func (c *candidates) set(members []uint32, of uint32, count int) {
	for _, m := range members {
		c.of[m] = of
	}
	c.count += count
}

// cycles finds the components of the steps of some classes.
func (g *graph) cycles(within Classes, c *components, bad *candidates) (cases int64) {
	clear(c.region)
	for _, s := range c.circling {
		c.region[s] = 1
	}
	c.find(slices.Values(c.circling), within, bad.add)
	return g.count(within)
}

// avoid finds where a fair execution may stay, or end, having met the trigger and never the goal.
func (g *graph) avoid(p *Liveness, c *components, bad *candidates) (cases int64) {
	const reached, circling = ^uint32(0), 1 // from a trigger without meeting the goal; the first is no region's number
	clear(c.region)
	states := c.queue
	enter := func(s uint32) {
		if c.region[s] == 0 && g.mark(s)&p.Goal == 0 {
			c.region[s] = reached
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
	some := c.some[:0]
	for _, s := range c.circling {
		if c.region[s] == reached {
			c.region[s] = circling
			some = append(some, s)
		}
	}
	g.fairComponents(p.Fair, some, c, bad)
	for _, s := range states {
		if g.able(s)&p.due() == 0 && bad.of[s] == 0 {
			bad.of[s] = ends
			bad.count++
		}
	}
	return cases
}

func (g *graph) triggers(p *Liveness, s uint32) bool {
	if p.Trigger == 0 {
		return s < g.initial
	}
	return g.mark(s)&p.Trigger != 0
}

// fairComponents adds the components of the given states, which are of one region, in which
// a fair execution can stay. A component that is unfair only to strong fairness may have a
// fair one within: it is searched again without the states that allow the refused steps.
func (g *graph) fairComponents(fair []Fairness, states []uint32, c *components, bad *candidates) {
	for len(states) > 0 {
		c.find(slices.Values(states), all, func(members []uint32) {
			bad.add(members)
			refused, hopeless := g.refused(fair, members, bad.of)
			if !hopeless && refused == 0 {
				return
			}
			bad.remove(members)
			if hopeless {
				return
			}
			members = slices.DeleteFunc(members, func(m uint32) bool { return g.able(m)&refused != 0 })
			for _, m := range members {
				c.region[m] = 1 + members[0] // a region has the number of a state of its own
			}
		})
		states = slices.DeleteFunc(states, func(s uint32) bool { return c.region[s] == 0 })
	}
}

// refused gives the steps that an execution staying in the component would be
// unfair to refuse; hopeless: no part of the component is better.
func (g *graph) refused(fair []Fairness, members, component []uint32) (refused Classes, hopeless bool) {
	own := component[members[0]]
	var inside, able Classes
	for _, m := range members {
		able |= g.able(m)
		g.steps(m, all, func(e step, t uint32) {
			if component[t] == own {
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
