package explore

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// graph is all states and steps of a search, kept for liveness: six octets a state,
// five a step. Each worker writes the steps it finds to a stream of its own, those
// of one state behind each other, and there they stay.
type graph struct {
	states  atomic.Uint32 // states numbered so far
	initial uint32        // the first so many are the initial states
	first   []edge        // of the steps of each state; none if it has none
	kinds   []uint16      // of each state, a place in manner
	streams []stream
	worker  int // low bits of an edge, which tell the stream

	mu     sync.Mutex
	manner []manner // what is different about states
	places map[manner]uint16
}

// manner is what liveness asks of a state: its marks, and the classes of the steps it allows.
type manner struct {
	mark uint64
	able Classes
}

// edge is the place of a step: in which stream, and where there.
type edge uint32

const none = ^edge(0)

// lastStep marks the class of the last step of a state.
const lastStep Class = 1 << 7

// stream is what one worker found, in blocks that are never moved.
type stream struct {
	to    []*[block]uint32
	class []*[block]Class
	n     uint32
	known map[manner]uint16
	_     [64]byte // workers append at the same time: keep their headers apart
}

const (
	blockOf = 12 // bits of a place in a block
	block   = 1 << blockOf
)

func newGraph(workers int) *graph {
	g := &graph{streams: make([]stream, workers), worker: bits.Len(uint(workers - 1)), places: map[manner]uint16{}}
	for i := range g.streams {
		g.streams[i].known = map[manner]uint16{}
	}
	return g
}

// grow makes room for n states; nobody may look meanwhile.
func (g *graph) grow(n int) {
	first, kinds := make([]edge, n), make([]uint16, n)
	copy(first, g.first)
	copy(kinds, g.kinds)
	g.first, g.kinds = first, kinds
}

// source notes the state whose steps worker i is about to write, behind waiting
// others: what it is like, and how many steps it has.
func (g *graph) source(i int, id uint32, m manner, waiting, steps int) {
	s := &g.streams[i]
	kind, ok := s.known[m]
	if !ok {
		kind = g.placeOf(m)
		s.known[m] = kind
	}
	g.kinds[id], g.first[id] = kind, none
	if steps > 0 {
		g.first[id] = edge(s.n+uint32(waiting))<<g.worker | edge(i)
	}
}

func (g *graph) placeOf(m manner) uint16 {
	g.mu.Lock()
	defer g.mu.Unlock()
	kind, ok := g.places[m]
	if !ok {
		if len(g.manner) > 1<<16-1 {
			panic("explore: more than 65536 combinations of marks and classes of steps: mark less")
		}
		kind = uint16(len(g.manner))
		g.manner = append(g.manner, m)
		g.places[m] = kind
	}
	return kind
}

// leads writes the next step.
func (s *stream) leads(id uint32, c Class) {
	at := s.n % block
	if at == 0 {
		s.to, s.class = append(s.to, new([block]uint32)), append(s.class, new([block]Class))
	}
	s.to[s.n/block][at], s.class[s.n/block][at] = id, c
	s.n++
}

// full tells that no stream may grow much longer: places end.
func (g *graph) full() bool {
	for i := range g.streams {
		if g.streams[i].n >= uint32(none>>g.worker)-1<<20 {
			return true
		}
	}
	return false
}

func (g *graph) octets() int64 {
	n := int64(4*len(g.first) + 2*len(g.kinds))
	for i := range g.streams {
		n += int64(len(g.streams[i].to)) * 5 * block
	}
	return n
}

// size is the number of states.
func (g *graph) size() int { return int(g.states.Load()) }

func (g *graph) mark(s uint32) uint64  { return g.manner[g.kinds[s]].mark }
func (g *graph) able(s uint32) Classes { return g.manner[g.kinds[s]].able }

// classed is the class of a step, with the mark of the last.
func (g *graph) classed(e edge) Class {
	at := e >> g.worker
	return g.streams[e&(1<<g.worker-1)].class[at>>blockOf][at%block]
}

func (g *graph) class(e edge) Class { return g.classed(e) &^ lastStep }

// to is where a step leads.
func (g *graph) to(e edge) uint32 {
	at := e >> g.worker
	return g.streams[e&(1<<g.worker-1)].to[at>>blockOf][at%block]
}

// next is the step behind e, of the same state; none if there is none.
func (g *graph) next(e edge) edge {
	if g.classed(e)&lastStep != 0 {
		return none
	}
	return e + 1<<g.worker
}

// steps calls visit with each step from s: its place and where it leads.
func (g *graph) steps(s uint32, within Classes, visit func(e edge, t uint32)) {
	for e := g.first[s]; e != none; e = g.next(e) {
		if within.Has(g.class(e)) {
			visit(e, g.to(e))
		}
	}
}

// count is how many steps are of these classes.
func (g *graph) count(within Classes) (n int64) {
	for s := range uint32(g.size()) {
		g.steps(s, within, func(edge, uint32) { n++ })
	}
	return n
}
