package explore

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Run visits every state that m can reach, within the bounds of o.
//
// It returns an error only if a checkpoint cannot be read; reaching a bound, being
// interrupted and finding a broken property are outcomes, and so is a checkpoint that
// cannot be written: what was found is not lost with it.
func Run[S any](ctx context.Context, m Model[S], o Options) (*Report, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	o.Workers = min(o.Workers, MaxWorkers)
	if o.ProgressEvery <= 0 {
		o.ProgressEvery = time.Second
	}
	s := newSearch(m, o)
	if err := s.begin(); err != nil {
		return nil, err
	}
	s.levels(ctx)
	return s.conclude(ctx), nil
}

// MaxWorkers is how many workers there may be: each has a stream of the graph, and places
// in streams share their bits with the numbers of streams.
const MaxWorkers = 256

// search is one run. Workers share the visited set and the taking of chunks;
// all else is theirs alone, and merged at level borders.
type search[S any] struct {
	model   Model[S]
	o       Options
	began   time.Time
	earlier time.Duration // spent before the checkpoint that was resumed
	before  int64         // states visited before it, and images
	set     visited
	stored  *store
	graph   *graph

	symmetric Symmetric // nil unless symmetry was asked
	short     Shorthand // nil if encodings are what they stand for

	cur     *frontier
	next    *frontier
	workers []*worker[S]

	// gate is held for reading by workers while they insert, and for writing by
	// the one that makes the visited set grow.
	gate   sync.RWMutex
	filled atomic.Int64 // states in the visited set
	room   atomic.Int64 // states it may hold before it grows
	chunks atomic.Int64 // octets of frontier chunks in existence
	end    atomic.Int32 // 1+End, once the search is to stop at once
	peak   int64        // most octets held

	depth       int
	transitions int64
	expanded    int64
	terminal    int64
	images      int64 // of visited states, that are visited with them
	widest      int64
	count       []uint64
	breaches    map[int]*Breach
	verdicts    []Verdict
	midway      bool          // the current level is the rest of one that was broken off
	told        time.Time     // of the last progress report
	saved       time.Time     // of the last checkpoint
	saving      time.Duration // … and how long that took to write
	unkept      error         // why the last checkpoint could not be written, or removed
}

func newSearch[S any](m Model[S], o Options) *search[S] {
	s := &search[S]{
		model: m, o: o, began: time.Now(),
		cur: &frontier{}, next: &frontier{},
		count: make([]uint64, len(m.Witnesses())), breaches: map[int]*Breach{},
	}
	s.told, s.saved = s.began, s.began
	if o.Symmetry {
		s.symmetric = m.(Symmetric)
	}
	s.short, _ = m.(Shorthand)
	var n numbers
	if len(o.Liveness) > 0 {
		s.graph = newGraph(o.Workers, s.symmetric)
		n.next = &s.graph.states
	}
	switch o.Mode {
	case Strict:
		s.set = &prints128{numbers: n}
	case Exact:
		s.stored = newStore()
		s.set = &whole{stored: s.stored, hash: s.hash, numbers: n}
	default:
		s.set = &prints64{numbers: n}
	}
	s.makeRoom()
	for i := range o.Workers {
		s.workers = append(s.workers, newWorker(s, i))
	}
	return s
}

// hash is the fingerprint by which an encoding is stored.
func (s *search[S]) hash(encoding []byte) Print {
	v := Visitor[S]{short: s.short, strict: s.o.Mode == Strict}
	return v.hash(encoding)
}

// spell is what an encoding stands for.
func (s *search[S]) spell(encoding []byte) []byte {
	if s.short == nil {
		return encoding
	}
	return s.short.Spell(encoding, nil)
}

// shorten is the encoding of what was spelt.
func (s *search[S]) shorten(spelt []byte) []byte {
	if s.short == nil {
		return spelt
	}
	return s.short.Shorten(spelt, nil)
}

// begin fills the first level: from the checkpoint if there is one, or with the initial states.
func (s *search[S]) begin() error {
	if s.o.Checkpoint != "" {
		resumed, err := s.resume()
		if resumed || err != nil {
			return err
		}
	}
	w := s.workers[0]
	edges := w.edges
	w.edges = nil // no step leads to an initial state
	s.model.Start(func(state *S) { w.v.Step(0, 0, state) })
	w.gate.RLock()
	w.lookUp()
	w.gate.RUnlock()
	w.edges = edges
	w.settle()
	w.handOver(s.cur)
	if s.graph != nil {
		s.graph.initial = uint32(s.graph.size())
	}
	return nil
}

// levels expands level after level until nothing is left or something ends it.
func (s *search[S]) levels(ctx context.Context) {
	defer context.AfterFunc(ctx, func() { s.stop(Interrupted) })()
	for len(s.cur.chunks) > 0 {
		if why, over := s.border(); over {
			s.end.Store(int32(why) + 1) // whatever came since: there is nothing to go on with
			break
		}
		s.midway = false
		s.expand()
		if s.end.Load() != 0 {
			break
		}
		s.cur, s.next = s.next, s.cur
		s.next.chunks, s.next.states = s.next.chunks[:0], 0
		s.next.taken.Store(0)
		s.widest = max(s.widest, s.cur.states)
		if s.cur.states > 0 {
			s.depth++
		}
		if _, over := s.border(); over {
			continue // there is nothing to go on with
		}
		s.saveInTime()
	}
}

// border tells whether the level that s.cur holds is not to be expanded.
func (s *search[S]) border() (End, bool) {
	switch {
	case len(s.breaches) > 0 && !s.o.KeepGoing && !s.midway: // the rest may hold one that comes before
		return Broke, true
	case s.o.MaxDepth > 0 && s.depth >= s.o.MaxDepth:
		return DepthBound, true
	}
	return Exhausted, false
}

// expand runs all workers over the current level.
func (s *search[S]) expand() {
	var wg sync.WaitGroup
	for _, w := range s.workers[1:] {
		wg.Go(w.level)
	}
	s.workers[0].level()
	wg.Wait()
	for _, w := range s.workers {
		w.handOver(s.next)
	}
}

// unexpanded is what the current level still holds when the search stopped within it.
func (s *search[S]) unexpanded() [][]byte {
	rest := slices.Clone(s.cur.rest())
	for _, w := range s.workers {
		rest = append(rest, w.left...)
	}
	return rest
}

// stop ends the search at once; the first reason given counts.
func (s *search[S]) stop(why End) { s.end.CompareAndSwap(0, int32(why)+1) }

// tell reports progress when it is time; called by the first worker alone.
func (s *search[S]) tell() {
	if s.o.Progress == nil || time.Since(s.told) < s.o.ProgressEvery {
		return
	}
	s.told = time.Now()
	s.gate.Lock()
	p := Progress{
		Depth: s.depth, States: s.filled.Load(), Transitions: s.transitions, Waiting: s.cur.states,
		Octets: s.octets() + s.held(), Elapsed: s.earlier + time.Since(s.began),
	}
	s.gate.Unlock()
	s.o.Progress(p)
}

// judging is the octets a state that finding components takes: five numbers. What else there
// is has to do with cycles alone, and is little where those are. Where all states are on cycles,
// it is two numbers for lists of them, and for a while seven, for stacks that grow and are moved,
// and later six, for drawing a lasso.
const (
	judging = 5 * 4
	judged  = judging + 2*4 + 7*4
)

// decide judges what must come to pass, once all states are known. It ends with Exhausted,
// or as a search that can go on: interrupted, or where it could take too much memory.
func (s *search[S]) decide(ctx context.Context) End {
	s.letGo()
	if s.over(s.octets() + judged*int64(s.graph.size())) {
		return MemoryBound
	}
	s.peak = max(s.peak, s.octets()+judging*int64(s.graph.size()))
	c, bad := newComponents(s.graph), &candidates{of: make([]uint32, s.graph.size())}
	for _, p := range s.o.Liveness[len(s.verdicts):] {
		if ctx.Err() != nil {
			return Interrupted
		}
		s.verdicts = append(s.verdicts, s.judge(p, c, bad))
	}
	return Exhausted
}

// conclude makes the report, with traces and verdicts.
func (s *search[S]) conclude(ctx context.Context) *Report {
	s.peak = max(s.peak, s.octets())
	r := &Report{
		Model: s.model.Name(), Mode: s.o.Mode, Workers: s.o.Workers,
		States: s.filled.Load() + s.images, Visited: s.filled.Load(), Expanded: s.expanded, Transitions: s.transitions,
		Before: Before{s.before, s.earlier}, Depth: s.depth, Widest: max(s.widest, s.cur.states), Terminal: s.terminal,
	}
	if why := s.end.Load(); why != 0 {
		r.End = End(why - 1)
	}
	if r.End == Exhausted && s.graph != nil {
		began := time.Now()
		if r.End = s.decide(ctx); r.End == Exhausted {
			r.Verdicts = s.verdicts
		}
		r.Deciding = time.Since(began)
	}
	count := s.tally()
	for i, name := range s.model.Witnesses() {
		r.Witnesses = append(r.Witnesses, Witness{name, count[i]})
	}
	s.saveAtEnd(r.End) // before traces are made, which takes time
	r.Octets, r.Held = s.peak, s.held()
	r.Elapsed = s.earlier + time.Since(s.began)
	for _, b := range s.breaches {
		r.Breaches = append(r.Breaches, *b)
	}
	slices.SortFunc(r.Breaches, func(a, b Breach) int { return a.Property - b.Property })
	if len(r.Breaches) > 0 {
		t := retrace(s.model, r.Breaches)
		for i := range r.Breaches {
			r.Breaches[i].Trace = t.to(&r.Breaches[i])
		}
	}
	s.forget(r.End)
	r.Unkept = s.unkept
	return r
}
