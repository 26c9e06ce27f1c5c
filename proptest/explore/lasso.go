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

// lasso finds a shortest path to a candidate that meets the property's trigger
// and then avoids its goal, and a fair cycle there.
func (g *graph) lasso(p *Liveness, bad *candidates) (prefix walk, cycle []step) {
	from := make([]uint32, 2*g.size()) // 0: not reached; 1: start; 2: by trigger; else 3+the place of the step
	prior := make([]uint32, 2*g.size())
	var queue []uint32
	put := func(node, parent uint32, how uint32) bool {
		if from[node] != 0 {
			return false
		}
		from[node], prior[node] = how, parent
		queue = append(queue, node)
		return true
	}
	reach := func(node, parent uint32, how uint32) {
		s := node / 2
		if put(node, parent, how) && node%2 == 0 && (p.NoCycle != 0 || g.triggers(p, s) && g.mark(s)&p.Goal == 0) {
			put(node+1, node, 2)
		}
	}
	for s := range g.all {
		if s < g.initial {
			reach(2*s, 2*s, 1)
		}
	}
	for i := 0; i < len(queue); i++ {
		node := queue[i]
		s := node / 2
		if node%2 == 1 && bad.has(s) {
			return g.back(node, from, prior), g.cycle(p, bad, s)
		}
		g.steps(s, all, func(e step, t uint32) {
			if node%2 == 0 || p.NoCycle != 0 || g.mark(t)&p.Goal == 0 {
				reach(2*t+node%2, node, 3+e.at)
			}
		})
	}
	return prefix, nil
}

// back follows the parents to the start.
func (g *graph) back(node uint32, from []uint32, prior []uint32) walk {
	var steps []step
	for from[node] != 1 {
		how := from[node]
		node = prior[node]
		if how > 2 {
			steps = append(steps, step{node / 2, how - 3})
		}
	}
	slices.Reverse(steps)
	return walk{node / 2, steps}
}

// cycle walks from s through its component and back, and on the way satisfies each
// fairness: by one of its steps, or else by states that allow none.
func (g *graph) cycle(p *Liveness, bad *candidates, s uint32) []step {
	own := bad.of[s]
	if own == 0 {
		return nil // the execution ends at s
	}
	within, fair := all, p.Fair
	if p.NoCycle != 0 {
		within, fair = p.NoCycle, nil
	}
	inside := func(e step) bool { return within.Has(g.class(e)) && bad.of[g.to(e)] == own }
	var path []step
	for at := s; ; at = g.to(path[len(path)-1]) {
		var more []step
		switch f := g.unfair(fair, s, path); {
		case f == nil && len(path) > 0 && at == s:
			return path
		case f == nil:
			more = g.shortest(at, inside, func(e step) bool { return g.to(e) == s })
		default:
			more = g.shortest(at, inside, func(e step) bool { return f.Steps.Has(g.class(e)) })
			if more == nil {
				more = g.shortest(at, inside, func(e step) bool { return g.able(g.to(e))&f.Steps == 0 })
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

// shortest is a shortest path from a state over the steps inside, whose last step is a wanted one; nil if there is none.
func (g *graph) shortest(from uint32, inside, wanted func(e step) bool) []step {
	type node struct {
		state  uint32
		by     step
		parent int
	}
	queue := []node{{state: from, parent: -1}}
	seen := map[uint32]bool{from: true}
	for i := 0; i < len(queue); i++ {
		s := queue[i].state
		for e := (step{from: s}); e.at < g.degree(s); e.at++ {
			if !inside(e) {
				continue
			}
			if wanted(e) {
				path := []step{e}
				for n := queue[i]; n.parent >= 0; n = queue[n.parent] {
					path = append([]step{n.by}, path...)
				}
				return path
			}
			if t := g.to(e); !seen[t] {
				seen[t] = true
				queue = append(queue, node{t, e, i})
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
