package explore

import (
	"bytes"
	"slices"
)

// batch is how many successors are gathered before they are looked up, so that
// the cache misses of the lookups overlap.
const batch = 128

// worker is one goroutine's half of a search.
type worker[S any] struct {
	*search[S]
	writer
	expander Worker[S]
	v        Visitor[S]
	arena    arena
	edges    *stream // nil unless the graph is kept
	number   int
	left     [][]byte // of the current level, when the search stopped
	budget   int64    // states it may insert before it looks at the gate again
	blind    int      // steps it has taken since it did
	sink     uint64   // keeps the loads of lookUp from being optimized away

	fresh    int64 // states inserted and not yet in search.filled
	images   int64 // images that they stand for, too
	steps    int64
	expanded int64
	terminal int64
	best     map[int]*Breach
}

func newWorker[S any](s *search[S], i int) *worker[S] {
	w := &worker[S]{
		search: s, expander: s.model.Worker(), writer: writer{held: &s.chunks},
		arena: arena{store: s.stored}, best: map[int]*Breach{},
	}
	w.v = Visitor[S]{model: s.model, short: s.short, symmetric: s.symmetric, strict: s.o.Mode == Strict, Count: make([]uint64, len(s.count))}
	if s.graph != nil {
		w.edges, w.number = &s.graph.streams[i], i
	}
	return w
}

// level expands chunks of the current level while there are any.
func (w *worker[S]) level() {
	for w.end.Load() == 0 {
		chunk, ok := w.cur.take()
		if !ok {
			break
		}
		if rest := w.chunkOf(chunk); len(rest) > 0 {
			w.left = append(w.left, rest)
		} else {
			w.free = append(w.free, chunk)
		}
		if w == w.workers[0] {
			w.tell()
		}
	}
	w.settle()
}

// chunkOf expands the states of one chunk and returns those it left when the search stopped.
func (w *worker[S]) chunkOf(chunk []byte) []byte {
	for len(chunk) > 0 {
		if w.end.Load() != 0 || (w.budget <= 0 || w.blind >= mostBlind) && !w.renew() {
			return chunk
		}
		w.gate.RLock()
		for len(chunk) > 0 && w.budget > 0 && w.blind < mostBlind && w.end.Load() == 0 { // where much is tried, a state takes its time
			var encoding []byte
			var id uint32
			encoding, id, chunk = entry(chunk)
			w.one(encoding, id)
			if len(w.v.queue) >= batch {
				w.lookUp()
			}
		}
		w.lookUp()
		w.gate.RUnlock()
	}
	return nil
}

// mostBlind is how many steps, beside those of one state, a worker takes before it looks
// whether a bound is reached: where nothing is new, too, the graph grows.
const mostBlind = 1 << 16

// renew hands in what was inserted and takes a share of the room that is left;
// false when the search is to stop.
func (w *worker[S]) renew() bool {
	w.filled.Add(w.fresh)
	w.fresh, w.blind = 0, 0
	if w.filled.Load() > w.room.Load() || w.o.MaxStates > 0 && w.filled.Load() >= w.o.MaxStates {
		w.enlarge()
	}
	w.bound()
	left := w.room.Load() - w.filled.Load()
	if w.o.MaxStates > 0 {
		left = min(left, w.o.MaxStates-w.filled.Load())
	}
	w.budget = min(max(left/int64(advance*w.o.Workers), 1), 1<<14)
	return w.end.Load() == 0
}

// one expands one state.
func (w *worker[S]) one(encoding []byte, id uint32) {
	w.v.begin(encoding)
	w.expander.Expand(encoding, &w.v)
	w.expanded++
	weight := int64(w.v.weight)
	w.steps += weight * int64(len(w.v.class))
	w.blind += len(w.v.class)
	if len(w.v.class) == 0 {
		w.terminal += weight
	}
	for _, f := range w.v.found {
		w.note(&Breach{Property: f.property, Depth: w.depth, State: encoding, Step: f.step})
	}
	if w.edges != nil {
		w.graph.source(w.number, id, w.v.mark, weight == 1, w.v.class, w.v.again, w.v.first)
	}
}

// lookUp inserts the pending successors, once the places of all are on their way from memory.
func (w *worker[S]) lookUp() {
	w.v.prints()
	w.sink += w.set.touch(w.v.queue)
	w.insert()
}

// insert puts the pending successors into the visited set, and the new ones into the
// next level. Once a state is expanded, what follows it is inserted, also when the search stops.
func (w *worker[S]) insert() {
	start := uint32(0)
	for i := range w.v.queue {
		if w.budget <= 0 {
			w.gate.RUnlock()
			w.renew()
			w.gate.RLock()
		}
		n := &w.v.queue[i]
		w.meet(n, w.v.buf[start:n.end])
		start = n.end
		if w.edges != nil {
			w.edges.leads(n.id<<w.graph.fold | uint32(n.turn&turned))
		}
	}
	w.v.queue, w.v.buf = w.v.queue[:0], w.v.buf[:0]
}

// meet puts one into the visited set, and into the next level if it is new.
func (w *worker[S]) meet(n *successor, encoding []byte) {
	id, fresh := w.set.add(n.print, encoding, &w.arena)
	n.id = id
	if !fresh {
		return
	}
	w.fresh++
	w.budget--
	weight := int64(1)
	if w.symmetric != nil && n.turn != own {
		weight = 2
	}
	w.images += weight - 1
	w.put(encoding, id, weight)
}

// note keeps a breach if it is the first of its property in canonical order.
func (w *worker[S]) note(b *Breach) {
	b.spelt = w.search.spell(b.State)
	if old := w.best[b.Property]; old == nil || b.before(old) {
		b.State, b.spelt = slices.Clone(b.State), slices.Clone(b.spelt)
		w.best[b.Property] = b
	}
}

// settle merges a worker's numbers into the search's, but for those of witnesses.
func (w *worker[S]) settle() {
	w.gate.Lock()
	defer w.gate.Unlock()
	w.filled.Add(w.fresh)
	w.transitions += w.steps
	w.search.expanded += w.expanded
	w.search.terminal += w.terminal
	w.search.images += w.images
	w.fresh, w.images, w.steps, w.expanded, w.terminal = 0, 0, 0, 0, 0
	for p, b := range w.best {
		if old := w.breaches[p]; old == nil || b.before(old) {
			w.breaches[p] = b
		}
	}
	clear(w.best)
	w.budget = 0
	w.peak = max(w.peak, w.search.octets())
}

// tally is the counts of witnesses. Nobody may be at work.
func (s *search[S]) tally() []uint64 {
	for _, w := range s.workers {
		w.expander.Flush(&w.v)
		for i, n := range w.v.Count {
			s.count[i] += n
			w.v.Count[i] = 0
		}
	}
	return s.count
}

func (b *Breach) before(c *Breach) bool {
	if b.Depth != c.Depth {
		return b.Depth < c.Depth
	}
	if d := bytes.Compare(b.spelt, c.spelt); d != 0 {
		return d < 0
	}
	return b.Step < c.Step
}
