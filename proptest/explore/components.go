package explore

import "iter"

// components finds the strongly connected components of a part of g: of each region, and
// over steps of the given classes. A state leaves its region when its component is known.
// Those that have a cycle are passed to emit, which may put their states into regions where
// they will be looked at again. The slice passed is no longer theirs when emit returns.
//
// Tarjan's algorithm, with a stack of its own instead of recursion: a path may be
// as long as there are states.
type components struct {
	g      *graph
	within Classes
	region []uint32 // of each state; 0: not looked at
	emit   func([]uint32)

	order []uint32 // 1 + the place in the order of discovery; 0: not discovered
	low   []uint32 // least order that the state reaches; done: component is known
	stack []uint32
	calls []step // the next step to look at, of each state under visit
	count uint32

	circling []uint32 // the states that are on any cycle: few, as each harm is done for good
	some     []uint32 // … of which some are looked at
	queue    []uint32 // empty, with room for all
}

const done = ^uint32(0)

func newComponents(g *graph) *components {
	n := g.size()
	c := &components{g: g, region: make([]uint32, n), order: make([]uint32, n), low: make([]uint32, n), queue: make([]uint32, 0, n)}
	const anywhere, circling = 1, 2
	for s := range g.all {
		c.region[s] = anywhere
	}
	count := 0
	c.find(g.all, all, func(members []uint32) {
		count += len(members)
		for _, m := range members {
			c.region[m] = circling
		}
	})
	c.circling, c.some = make([]uint32, 0, count), make([]uint32, 0, count)
	for s := range g.all {
		if c.region[s] == circling {
			c.circling = append(c.circling, s)
		}
	}
	return c
}

// find runs over the given states, which are all that are in any region.
func (c *components) find(states iter.Seq[uint32], within Classes, emit func([]uint32)) {
	c.within, c.emit, c.count = within, emit, 0
	for s := range states {
		c.order[s] = 0
	}
	for s := range states {
		if c.order[s] == 0 {
			c.from(s)
		}
	}
	c.stack, c.calls = nil, nil // in a graph of one large component, they are large
}

func (c *components) from(root uint32) {
	c.open(root)
	for len(c.calls) > 0 {
		top := &c.calls[len(c.calls)-1]
		s, e := top.from, *top
		if e.at == c.g.degree(s) {
			c.calls = c.calls[:len(c.calls)-1]
			c.close(s)
			if n := len(c.calls); n > 0 && c.low[s] != done {
				p := c.calls[n-1].from
				c.low[p] = min(c.low[p], c.low[s])
			}
			continue
		}
		top.at++
		t := c.g.to(e)
		switch {
		case !c.within.Has(c.g.class(e)) || c.region[t] != c.region[s]:
		case c.order[t] == 0:
			c.open(t)
		case c.low[t] != done:
			c.low[s] = min(c.low[s], c.order[t])
		}
	}
}

func (c *components) open(s uint32) {
	c.count++
	c.order[s], c.low[s] = c.count, c.count
	c.stack = append(c.stack, s)
	c.calls = append(c.calls, step{from: s})
}

// close ends the visit of s; if s is the first of its component, that is what lies above it on the stack.
func (c *components) close(s uint32) {
	if c.low[s] != c.order[s] {
		return
	}
	i := len(c.stack) - 1
	for c.stack[i] != s {
		i--
	}
	members := c.stack[i:]
	c.stack = c.stack[:i]
	for _, m := range members {
		c.low[m], c.region[m] = done, 0
	}
	if len(members) > 1 || c.loops(s) {
		c.emit(members)
	}
}

func (c *components) loops(s uint32) bool {
	found := false
	c.g.steps(s, c.within, func(_ step, t uint32) { found = found || t == s })
	return found
}
