package explore

import "slices"

// components finds the strongly connected components of the part of g where
// region is label, over steps of the given classes, and passes each one that has
// a cycle to emit. The slice passed is emit's to keep.
//
// Tarjan's algorithm, with a stack of its own instead of recursion: a path may be
// as long as there are states.
type components struct {
	g      *graph
	within Classes
	region []uint32
	label  uint32
	emit   func([]uint32)

	order []uint32 // 1 + the place in the order of discovery; 0: not discovered
	low   []uint32 // least order that the state reaches; done: component is known
	stack []uint32
	calls []step // the next step to look at, of each state under visit
	count uint32

	circling []uint32 // the states that are on any cycle: few, as each harm is done for good
}

const done = ^uint32(0)

func newComponents(g *graph) *components {
	c := &components{g: g, order: make([]uint32, g.size()), low: make([]uint32, g.size())}
	c.find(slices.AppendSeq(make([]uint32, 0, g.size()), g.all), all, make([]uint32, g.size()), 0, func(members []uint32) {
		c.circling = append(c.circling, members...)
	})
	return c
}

// find runs over the given states, all of which have the label.
func (c *components) find(states []uint32, within Classes, region []uint32, label uint32, emit func([]uint32)) {
	c.within, c.region, c.label, c.emit = within, region, label, emit
	c.count = 0
	for _, s := range states {
		c.order[s] = 0
	}
	for _, s := range states {
		if c.order[s] == 0 {
			c.from(s)
		}
	}
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
		case !c.within.Has(c.g.class(e)) || c.region[t] != c.label:
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
		c.low[m] = done
	}
	if len(members) > 1 || c.loops(s) {
		c.emit(append([]uint32(nil), members...))
	}
}

func (c *components) loops(s uint32) bool {
	found := false
	c.g.steps(s, c.within, func(_ step, t uint32) { found = found || t == s })
	return found
}
