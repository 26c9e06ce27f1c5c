package explore

// walk is a path through the graph: the initial state and steps by their places.
type walk struct {
	start uint32
	edges []edge
}

// A state is passed in one of two phases: before the trigger, where anything
// goes, and behind it, where the goal must not be met. Phase 1 of state s is
// node 2s+1.

// lasso finds a shortest path to a candidate that meets the property's trigger
// and then avoids its goal, and a fair cycle there.
func (g *graph) lasso(p *Liveness, bad *candidates) (prefix walk, cycle []edge) {
	from := make([]uint64, 2*g.size()) // 0: not reached; 1: start; 2: by trigger; else 3+edge
	prior := make([]uint32, 2*g.size())
	var queue []uint32
	put := func(node, parent uint32, how uint64) bool {
		if from[node] != 0 {
			return false
		}
		from[node], prior[node] = how, parent
		queue = append(queue, node)
		return true
	}
	reach := func(node, parent uint32, how uint64) {
		s := node / 2
		if put(node, parent, how) && node%2 == 0 && (p.NoCycle != 0 || g.triggers(p, s) && g.mark(s)&p.Goal == 0) {
			put(node+1, node, 2)
		}
	}
	for s := range g.initial {
		reach(2*s, 2*s, 1)
	}
	for i := 0; i < len(queue); i++ {
		node := queue[i]
		s := node / 2
		if node%2 == 1 && bad.has(s) {
			return g.back(node, from, prior), g.cycle(p, bad, s)
		}
		g.steps(s, all, func(e edge, t uint32) {
			if node%2 == 0 || p.NoCycle != 0 || g.mark(t)&p.Goal == 0 {
				reach(2*t+node%2, node, 3+uint64(e))
			}
		})
	}
	return prefix, nil
}

// back follows the parents to the start.
func (g *graph) back(node uint32, from []uint64, prior []uint32) walk {
	var edges []edge
	for from[node] != 1 {
		if from[node] > 2 {
			edges = append(edges, edge(from[node]-3))
		}
		node = prior[node]
	}
	for i, j := 0, len(edges)-1; i < j; i, j = i+1, j-1 {
		edges[i], edges[j] = edges[j], edges[i]
	}
	return walk{node / 2, edges}
}

// cycle walks from s through its component and back, and on the way satisfies
// each fairness: by one of its steps, or else by a state that allows none.
func (g *graph) cycle(p *Liveness, bad *candidates, s uint32) []edge {
	own := bad.of[s]
	if own == 0 {
		return nil // the execution ends at s
	}
	within := all
	if p.NoCycle != 0 {
		within = p.NoCycle
	}
	inside := func(e edge) bool { return within.Has(g.class(e)) && bad.of[g.to(e)] == own }
	var path []edge
	at := s
	for _, f := range p.Fair {
		f := f
		if g.satisfied(f, s, path) {
			continue
		}
		path = append(path, g.shortest(at, inside, func(e edge) bool { return f.Steps.Has(g.class(e)) })...)
		if !g.satisfied(f, s, path) {
			path = append(path, g.shortest(at, inside, func(e edge) bool { return g.able(g.to(e))&f.Steps == 0 })...)
		}
		if len(path) > 0 {
			at = g.to(path[len(path)-1])
		}
	}
	if len(path) == 0 || at != s {
		path = append(path, g.shortest(at, inside, func(e edge) bool { return g.to(e) == s })...)
	}
	return path
}

// satisfied tells whether a path from s is fair by itself.
func (g *graph) satisfied(f Fairness, s uint32, path []edge) bool {
	if g.able(s)&f.Steps == 0 {
		return true
	}
	for _, e := range path {
		if f.Steps.Has(g.class(e)) || g.able(g.to(e))&f.Steps == 0 {
			return true
		}
	}
	return false
}

// shortest is a shortest path from a state over the steps inside, whose last step is a wanted one; nil if there is none.
func (g *graph) shortest(from uint32, inside, wanted func(e edge) bool) []edge {
	type node struct {
		state  uint32
		edge   edge
		parent int
	}
	queue := []node{{state: from, parent: -1}}
	seen := map[uint32]bool{from: true}
	for i := 0; i < len(queue); i++ {
		s := queue[i].state
		for e := g.first[s]; e != none; e = g.next(e) {
			if !inside(e) {
				continue
			}
			if wanted(e) {
				path := []edge{e}
				for n := queue[i]; n.parent >= 0; n = queue[n.parent] {
					path = append([]edge{n.edge}, path...)
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
func (s *search[S]) replay(prefix walk, cycle []edge) (before, around []Move) {
	g := &genealogy[S]{model: s.model, worker: s.model.Worker()}
	seen := map[string]bool{} // initial states are numbered in the order given
	s.model.Start(func(state *S) {
		encoding := s.model.Encode(state, nil)
		if !seen[string(encoding)] && len(seen) == int(prefix.start) {
			before = []Move{{State: encoding}}
		}
		seen[string(encoding)] = true
	})
	at := prefix.start
	step := func(moves []Move, from []byte, e edge) []Move {
		k := int(e-s.graph.first[at]) >> s.graph.worker
		at = s.graph.to(e)
		return append(moves, g.move(from, func(i int, _ []byte) bool { return i == k }))
	}
	for _, e := range prefix.edges {
		before = step(before, before[len(before)-1].State, e)
	}
	from := before[len(before)-1].State
	for _, e := range cycle {
		around = step(around, from, e)
		from = around[len(around)-1].State
	}
	return before, around
}
