package explore

import "sync/atomic"

// graph is all states and steps of a search, kept for liveness. Workers write
// streams of their own; link puts them in order.
type graph struct {
	states  atomic.Uint32 // states numbered so far
	initial uint32        // the first so many are the initial states
	streams []edges

	first []uint64 // steps of state s are first[s] to first[s+1]
	to    []uint32
	class []Class
	mark  []uint64
	able  []Classes // classes of the steps that s allows
}

// edges is what one worker expanded: sources, and for each of them, in order, its steps.
type edges struct {
	sources []source
	to      []uint32
	class   []Class
	_       [64]byte // workers append at the same time: keep their headers apart
}

type source struct {
	mark  uint64
	id    uint32
	steps uint32
}

func newGraph(workers int) *graph { return &graph{streams: make([]edges, workers)} }

func (e *edges) source(id uint32, mark uint64, steps int) {
	e.sources = append(e.sources, source{mark, id, uint32(steps)})
}

func (e *edges) leads(id uint32, c Class) {
	e.to = append(e.to, id)
	e.class = append(e.class, c)
}

func (g *graph) octets() int64 {
	n := int64(8*cap(g.first) + 4*cap(g.to) + cap(g.class) + 8*cap(g.mark) + 8*cap(g.able))
	for i := range g.streams {
		e := &g.streams[i]
		n += int64(16*cap(e.sources) + 4*cap(e.to) + cap(e.class))
	}
	return n
}

// link sorts the streams by source and lets go of them.
func (g *graph) link() {
	n := int(g.states.Load())
	g.first = make([]uint64, n+1)
	g.mark = make([]uint64, n)
	g.able = make([]Classes, n)
	for i := range g.streams {
		for _, s := range g.streams[i].sources {
			g.first[s.id+1] = uint64(s.steps)
			g.mark[s.id] = s.mark
		}
	}
	for i := range n {
		g.first[i+1] += g.first[i]
	}
	g.to = make([]uint32, g.first[n])
	g.class = make([]Class, g.first[n])
	for i := range g.streams {
		e := &g.streams[i]
		at := uint64(0)
		for _, s := range e.sources {
			end := at + uint64(s.steps)
			copy(g.to[g.first[s.id]:], e.to[at:end])
			copy(g.class[g.first[s.id]:], e.class[at:end])
			for _, c := range e.class[at:end] {
				g.able[s.id] |= 1 << c
			}
			at = end
		}
		g.streams[i] = edges{}
	}
}

// size is the number of states.
func (g *graph) size() int { return len(g.mark) }

// steps calls visit with each step from s: its place in the whole list and where it leads.
func (g *graph) steps(s uint32, within Classes, visit func(edge uint64, t uint32)) {
	for e := g.first[s]; e < g.first[s+1]; e++ {
		if within.Has(g.class[e]) {
			visit(e, g.to[e])
		}
	}
}
