package explore

import (
	"bytes"
	"slices"
)

// walk is a path through the graph: the initial state and steps.
type walk struct {
	start uint32
	steps []step
}

// A state is passed in one of two phases: before the trigger, where anything
// goes, and behind it, where the goal must not be met. Phase 1 of state s is
// node 2s+1.

// tree holds a shortest way to each node, as they are found breadth first.
type tree struct {
	how   []uint32 // that a node was reached: not yet, as the start, by the trigger; from walked on, the place of the step
	prior []uint32 // … and from where
	queue []uint32 // the nodes that were reached, in their order
}

const (
	unreached = iota
	started
	triggered
	walked
)

func newTree(states int) *tree {
	return &tree{make([]uint32, 2*states), make([]uint32, 2*states), make([]uint32, 0, 2*states)}
}

// clear forgets what was reached.
func (t *tree) clear() {
	for _, node := range t.queue {
		t.how[node] = unreached
	}
	t.queue = t.queue[:0]
}

// put notes a way to a node, if it is the first.
func (t *tree) put(node, prior, how uint32) bool {
	if t.how[node] != unreached {
		return false
	}
	t.how[node], t.prior[node] = how, prior
	t.queue = append(t.queue, node)
	return true
}

// back follows the way to a node from its start.
func (t *tree) back(node uint32) walk {
	var steps []step
	for t.how[node] != started {
		how := t.how[node]
		node = t.prior[node]
		if how >= walked {
			steps = append(steps, step{node / 2, how - walked})
		}
	}
	slices.Reverse(steps)
	return walk{node / 2, steps}
}

// lasso finds a shortest path to a candidate that meets the property's trigger
// and then avoids its goal, and a fair cycle there.
func (g *graph) lasso(p *Liveness, bad *candidates) (prefix walk, cycle []step) {
	ways := newTree(g.size())
	reach := func(node, prior uint32, how uint32) {
		s := node / 2
		if ways.put(node, prior, how) && node%2 == 0 && (p.NoCycle != 0 || g.triggers(p, s) && g.mark(s)&p.Goal == 0) {
			ways.put(node+1, node, triggered)
		}
	}
	for s := range g.all {
		if s < g.initial {
			reach(2*s, 2*s, started)
		}
	}
	for i := 0; i < len(ways.queue); i++ {
		node := ways.queue[i]
		s := node / 2
		if node%2 == 1 && bad.of[s] != 0 {
			return ways.back(node), g.cycle(p, bad.of, s, ways)
		}
		g.steps(s, all, func(e step, t uint32) {
			if node%2 == 0 || p.NoCycle != 0 || g.mark(t)&p.Goal == 0 {
				reach(2*t+node%2, node, walked+e.at)
			}
		})
	}
	return prefix, nil
}

// cycle walks from s through its component and back, and on the way satisfies each
// fairness: by one of its steps, or else by states that allow none. There is none where
// the execution ends. What ways holds is lost.
func (g *graph) cycle(p *Liveness, component []uint32, s uint32, ways *tree) []step {
	own := component[s]
	if own == ends {
		return nil
	}
	within, fair := all, p.Fair
	if p.NoCycle != 0 {
		within, fair = p.NoCycle, nil
	}
	inside := func(e step) bool { return within.Has(g.class(e)) && component[g.to(e)] == own }
	shortest := func(from uint32, wanted func(e step) bool) []step { return g.shortest(from, inside, wanted, ways) }
	var path []step
	for at := s; ; at = g.to(path[len(path)-1]) {
		var more []step
		switch f := g.unfair(fair, s, path); {
		case f == nil && len(path) > 0 && at == s:
			return path
		case f == nil:
			more = shortest(at, func(e step) bool { return g.to(e) == s })
		default:
			more = shortest(at, func(e step) bool { return f.Steps.Has(g.class(e)) })
			if more == nil {
				more = shortest(at, func(e step) bool { return g.able(g.to(e))&f.Steps == 0 })
			}
		}
		path = append(path, more...)
	}
}

// unfair is the first fairness that a path from s does not satisfy; nil if there is none.
func (g *graph) unfair(fair []Fairness, s uint32, path []step) *Fairness {
	for i := range fair {
		f := &fair[i]
		able := g.able(s)&f.Steps != 0
		somewhere, everywhere, taken := able, able, false
		for _, e := range path {
			able := g.able(g.to(e))&f.Steps != 0
			somewhere, everywhere, taken = somewhere || able, everywhere && able, taken || f.Steps.Has(g.class(e))
		}
		if !taken && (everywhere || f.Strong && somewhere) {
			return f
		}
	}
	return nil
}

// shortest is a shortest path from a state over the steps inside, whose last step is a
// wanted one; nil if there is none.
func (g *graph) shortest(from uint32, inside, wanted func(e step) bool, ways *tree) []step {
	ways.clear()
	ways.put(2*from, 2*from, started)
	for i := 0; i < len(ways.queue); i++ {
		node := ways.queue[i]
		for e := (step{from: node / 2}); e.at < g.degree(e.from); e.at++ {
			switch {
			case !inside(e):
			case wanted(e):
				return append(ways.back(node).steps, e)
			default:
				ways.put(2*g.to(e), node, walked+e.at)
			}
		}
	}
	return nil
}

// replay turns paths of the graph into moves, by expanding the states again.
func (s *search[S]) replay(prefix walk, cycle []step) (before, around []Move) {
	f := &follower[S]{genealogy: genealogy[S]{model: s.model, worker: s.model.Worker()}, visitor: Visitor[S]{short: s.short, symmetric: s.symmetric, strict: s.o.Mode == Strict}}
	seen := map[string]bool{} // initial states are numbered in the order given
	s.model.Start(func(state *S) {
		encoding, _ := f.stand(s.model.Encode(state, nil))
		if !seen[string(encoding)] && len(seen) == int(prefix.start>>s.graph.fold) {
			f.state, f.turn = encoding, turn(prefix.start&(1<<s.graph.fold-1))
			before = []Move{{State: f.actual(encoding)}}
		}
		seen[string(encoding)] = true
	})
	before = append(before, f.follow(prefix.steps)...)
	return before, f.follow(cycle)
}

// follower goes along steps of a graph.
type follower[S any] struct {
	genealogy[S]
	visitor Visitor[S] // as the search had
	state   []byte     // that was visited
	turn    turn       // turned if it is the image that is meant
}

// actual is the image of an encoding, if that is meant.
func (f *follower[S]) actual(encoding []byte) []byte {
	if f.turn == turned {
		return f.visitor.symmetric.Image(encoding, nil)
	}
	return encoding
}

// stand is the encoding that was visited for this one, and what this one was to its image.
func (f *follower[S]) stand(encoding []byte) ([]byte, turn) {
	b := bytes.Clone(encoding)
	_, turn := f.visitor.canonical(b)
	return b, turn
}

func (f *follower[S]) follow(steps []step) (moves []Move) {
	for _, e := range steps {
		m := f.move(f.state, func(k int, _ Move) bool { return k == int(e.at) })
		if f.turn == turned {
			want := Move{Class: f.visitor.symmetric.ImageClass(m.Class), State: f.actual(m.State)}
			m = f.move(f.actual(f.state), func(_ int, m Move) bool { return m.Class == want.Class && bytes.Equal(m.State, want.State) })
		}
		moves = append(moves, m)
		f.state, f.turn = f.stand(m.State)
	}
	return moves
}
