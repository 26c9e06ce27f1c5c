package explore

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"sync/atomic"
)

// graph is all states and steps of a search, kept for liveness: six octets a state, four
// a successor. Each worker writes the successors it finds to a stream of its own, those
// of one state behind each other, and there they stay.
//
// Up to symmetry, only visited states and their steps are kept; but the graph is
// read as if it were whole: number 2n is the n-th visited state, and 2n+1 its image,
// which nothing leads to if that is the state itself.
type graph struct {
	states  atomic.Uint32 // states numbered so far
	initial uint32        // the first so many numbers are the initial states
	fold    uint          // low bits of a number, which tell a state from its image
	first   []uint32      // of the successors of each visited state, if it has any: their place, and in the low bits the stream
	kinds   []uint16      // of each visited state, a place in manner
	streams []stream
	worker  int // low bits of a place, which tell the stream

	symmetric Symmetric
	mu        sync.Mutex
	manner    [][2]manner // what is different about states, and about their images
	places    map[string]uint16
}

// manner is what liveness asks of a state: its marks, and the classes of its steps.
type manner struct {
	mark  uint64
	able  Classes
	class string   // of each step, one octet
	to    []uint16 // … and which of the successors it leads to; nil: each to one of its own, in their order
	own   bool     // it has no image but itself
}

// step is one step of a state: which, counted from 0.
type step struct{ from, at uint32 }

// stream is what one worker found, in blocks of which the first alone ever grows.
type stream struct {
	to    [][]uint32
	n     uint32
	known map[string]uint16
	key   []byte
	_     [64]byte // workers append at the same time: keep their headers apart
}

const (
	blockOf = 12 // bits of a place in a block
	block   = 1 << blockOf
)

func newGraph(workers int, symmetric Symmetric) *graph {
	g := &graph{streams: make([]stream, workers), worker: bits.Len(uint(workers - 1)), symmetric: symmetric, places: map[string]uint16{}}
	if symmetric != nil {
		g.fold = 1
	}
	for i := range g.streams {
		g.streams[i].known = map[string]uint16{}
	}
	return g
}

// grow makes room for n states; nobody may look meanwhile.
func (g *graph) grow(n int) {
	first, kinds := make([]uint32, n), make([]uint16, n)
	copy(first, g.first)
	copy(kinds, g.kinds)
	g.first, g.kinds = first, kinds
}

// source notes the state whose successors worker i is about to write, behind waiting
// others: its marks, whether it stands for itself alone, the classes of its steps, and
// those that lead where earlier ones do.
func (g *graph) source(i int, id uint32, mark uint64, own bool, class []byte, again []again, waiting int) {
	if len(class) > 1<<16-1 {
		panic("explore: a state with more than 65535 steps")
	}
	s := &g.streams[i]
	s.key = append(binary.LittleEndian.AppendUint64(s.key[:0], mark), 0)
	if own {
		s.key[8] = 1
	}
	s.key = append(binary.LittleEndian.AppendUint16(s.key, uint16(len(class))), class...)
	for _, a := range again {
		s.key = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(s.key, a.step), a.to)
	}
	kind, ok := s.known[string(s.key)]
	if !ok {
		kind = g.placeOf(string(s.key))
		s.known[string(s.key)] = kind
	}
	g.kinds[id], g.first[id] = kind, (s.n+uint32(waiting))<<g.worker|uint32(i)
}

// placeOf is the place of a manner, given as source writes it.
func (g *graph) placeOf(key string) uint16 {
	g.mu.Lock()
	defer g.mu.Unlock()
	kind, ok := g.places[key]
	if !ok {
		if len(g.manner) > 1<<16-1 {
			panic("explore: more than 65536 combinations of marks and classes of steps: mark less")
		}
		kind = uint16(len(g.manner))
		g.places[key] = kind
		m := readManner([]byte(key))
		both := [2]manner{m}
		if g.symmetric != nil {
			both[1] = m.image(g.symmetric)
		}
		g.manner = append(g.manner, both)
	}
	return kind
}

// readManner reads what source writes.
func readManner(key []byte) manner {
	steps := 11 + int(binary.LittleEndian.Uint16(key[9:]))
	m := manner{mark: binary.LittleEndian.Uint64(key), own: key[8] == 1}
	m.classes(key[11:steps])
	next := uint16(0)
	for again := key[steps:]; len(again) > 0; again = again[4:] {
		step, to := binary.LittleEndian.Uint16(again), binary.LittleEndian.Uint16(again[2:])
		for ; len(m.to) < int(step); next++ {
			m.to = append(m.to, next)
		}
		m.to = append(m.to, to)
	}
	for ; m.to != nil && len(m.to) < len(m.class); next++ {
		m.to = append(m.to, next)
	}
	return m
}

// classes sets those of the steps.
func (m *manner) classes(class []byte) {
	m.able, m.class = 0, string(class)
	for _, c := range class {
		m.able |= 1 << c
	}
}

// image is the manner of the image of a state.
func (m manner) image(s Symmetric) manner {
	class := []byte(m.class)
	for i, c := range class {
		class[i] = byte(s.ImageClass(Class(c)))
	}
	m.mark = s.ImageMarks(m.mark)
	m.classes(class)
	return m
}

// leads writes the next successor.
func (s *stream) leads(id uint32) {
	if s.n%block == 0 {
		s.to = append(s.to, make([]uint32, 0, min(s.n, block)))
	}
	last := &s.to[len(s.to)-1]
	*last = append(*last, id)
	s.n++
}

// most is how many successors a stream may hold before it is to grow no longer: places end.
func (g *graph) most() uint32 { return ^uint32(0)>>g.worker - 1<<20 }

// full tells that numbers, or places, are at their end, but for those that workers may
// still take before they look again. A number has a bit to spare, for the phases of lasso.
func (g *graph) full() bool {
	if g.states.Load() >= 1<<31>>g.fold-MaxWorkers<<16 {
		return true
	}
	for i := range g.streams {
		if g.streams[i].n >= g.most() {
			return true
		}
	}
	return false
}

func (g *graph) octets() int64 {
	n := int64(4*len(g.first) + 2*len(g.kinds))
	for i := range g.streams {
		if to := g.streams[i].to; len(to) > 0 {
			n += 4 * int64(cap(to[0])+(len(to)-1)*block)
		}
	}
	return n
}

// size is how many numbers there are.
func (g *graph) size() int { return int(g.states.Load()) << g.fold }

// all visits the numbers of all states.
func (g *graph) all(visit func(s uint32) bool) {
	for s := range uint32(g.size()) {
		if s>>g.fold<<g.fold != s && g.of(s).own {
			continue
		}
		if !visit(s) {
			return
		}
	}
}

func (g *graph) of(s uint32) *manner {
	return &g.manner[g.kinds[s>>g.fold]][s&(1<<g.fold-1)]
}

func (g *graph) mark(s uint32) uint64  { return g.of(s).mark }
func (g *graph) able(s uint32) Classes { return g.of(s).able }

// degree is how many steps a state has.
func (g *graph) degree(s uint32) uint32 { return uint32(len(g.of(s).class)) }

func (g *graph) class(e step) Class { return Class(g.of(e.from).class[e.at]) }

// to is where a step leads.
func (g *graph) to(e step) uint32 {
	first, at := g.first[e.from>>g.fold], e.at
	if to := g.of(e.from).to; to != nil {
		at = uint32(to[at])
	}
	at += first >> g.worker
	t := g.streams[first&(1<<g.worker-1)].to[at>>blockOf][at%block]
	if g.fold == 0 {
		return t
	}
	if t ^= e.from & 1; t&1 != 0 && g.of(t).own {
		t--
	}
	return t
}

// steps calls visit with each step from s, and where it leads.
func (g *graph) steps(s uint32, within Classes, visit func(e step, t uint32)) {
	class := g.of(s).class
	for i := range len(class) {
		if within.Has(Class(class[i])) {
			e := step{s, uint32(i)}
			visit(e, g.to(e))
		}
	}
}

// count is how many steps are of these classes.
func (g *graph) count(within Classes) (n int64) {
	states := make([][2]int64, len(g.manner)) // … that are different in the same manner, and images
	for s := range g.all {
		states[g.kinds[s>>g.fold]][s&(1<<g.fold-1)]++
	}
	for kind := range states {
		for i, of := range states[kind] {
			for _, c := range []byte(g.manner[kind][i].class) {
				if within.Has(Class(c)) {
					n += of
				}
			}
		}
	}
	return n
}
