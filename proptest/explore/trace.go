package explore

import "fmt"

// The search keeps no parents: a trace is wanted seldom, and parents would double
// the memory of every search. So a trace is made by searching again, alone and
// in order, up to the depth of the deepest breach, this time with parents, and
// without symmetry: what stands for its image can be reached itself, in as many steps.

// genealogy maps fingerprints of states to those of the states they were first found from.
type genealogy[S any] struct {
	model  Model[S]
	worker Worker[S]
	states []kin
	held   int
}

// kin is a state's fingerprint and its parent's; an initial state is its own parent.
type kin struct{ child, parent Print }

// retrace searches until all breaches are found again.
func retrace[S any](m Model[S], breaches []Breach) *genealogy[S] {
	g := &genealogy[S]{model: m, worker: m.Worker(), states: make([]kin, 1<<14)}
	missing := map[Print]bool{}
	for i := range breaches {
		missing[fingerprint128(breaches[i].State)] = true
	}
	var level, next []byte
	find := func(parent Print, encoding []byte) {
		child := fingerprint128(encoding)
		if parent == (Print{}) {
			parent = child
		}
		if g.add(kin{child, parent}) {
			next = appendEntry(next, encoding, 0)
			delete(missing, child)
		}
	}
	var buf []byte
	m.Start(func(s *S) {
		buf = m.Encode(s, buf[:0])
		find(Print{}, buf)
	})
	for len(missing) > 0 && len(next) > 0 {
		level, next = next, level[:0]
		for rest := level; len(rest) > 0; {
			var encoding []byte
			encoding, _, rest = entry(rest)
			parent := fingerprint128(encoding)
			g.successors(encoding, func(_ Label, _ Class, s *S) {
				buf = m.Encode(s, buf[:0])
				find(parent, buf)
			})
		}
	}
	return g
}

// successors expands one encoded state.
func (g *genealogy[S]) successors(encoding []byte, step func(Label, Class, *S)) {
	g.worker.Expand(encoding, &Visitor[S]{model: g.model, weight: 1, hook: step, Count: make([]uint64, len(g.model.Witnesses()))})
}

func (g *genealogy[S]) slot(f Print) *kin {
	for i := place(f.a, len(g.states)); ; i = (i + 1) % len(g.states) {
		if k := &g.states[i]; k.child == f || k.child == (Print{}) {
			return k
		}
	}
}

func (g *genealogy[S]) add(k kin) bool {
	if s := g.slot(k.child); s.child != k.child {
		*s = k
		if g.held++; g.held > len(g.states)/4*3 {
			old := g.states
			g.states = make([]kin, 2*len(old))
			for _, k := range old {
				if k.child != (Print{}) {
					*g.slot(k.child) = k
				}
			}
		}
		return true
	}
	return false
}

// to is the trace to a breach.
func (g *genealogy[S]) to(b *Breach) []Move {
	path := []Print{fingerprint128(b.State)}
	for {
		first := path[len(path)-1]
		parent := g.slot(first).parent
		if parent == first || parent == (Print{}) {
			break
		}
		path = append(path, parent)
	}
	moves := []Move{g.start(path[len(path)-1])}
	for i := len(path) - 2; i >= 0; i-- {
		moves = append(moves, g.move(moves[len(moves)-1].State, func(_ int, m Move) bool {
			return fingerprint128(m.State) == path[i]
		}))
	}
	if b.Step >= 0 {
		moves = append(moves, g.move(b.State, func(k int, _ Move) bool { return k == b.Step }))
	}
	return moves
}

// start finds an initial state by its fingerprint.
func (g *genealogy[S]) start(f Print) Move {
	var found Move
	g.model.Start(func(s *S) {
		if encoding := g.model.Encode(s, nil); fingerprint128(encoding) == f {
			found = Move{State: encoding}
		}
	})
	return found
}

// move takes the first step from a state that is the right one. That there is
// none means the model gave other steps for the same state before.
func (g *genealogy[S]) move(from []byte, right func(k int, m Move) bool) Move {
	var found Move
	k := 0
	g.successors(from, func(l Label, c Class, s *S) {
		if found.State == nil {
			if m := (Move{l, c, g.model.Encode(s, nil)}); right(k, m) {
				found = m
			}
		}
		k++
	})
	if found.State == nil {
		panic(fmt.Sprintf("explore: %s: expanding one state twice gave different steps; Expand must depend on the state alone", g.model.Name()))
	}
	return found
}

// Successors calls visit for each step from an encoded state, with the state it leads to.
func Successors[S any](m Model[S], state []byte, visit func(Label, Class, *S)) {
	g := &genealogy[S]{model: m, worker: m.Worker()}
	g.successors(state, visit)
}
