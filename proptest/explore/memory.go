package explore

// fullest is the share of places at which the visited set grows. Linear probing
// takes 2.5 probes for a hit then, and 8.5 for a miss.
const fullest = 0.75

// roomy is that share where it is known how many states there are, and no graph that takes
// its memory: 1.5 probes for a hit, 2.5 for a miss.
const roomy = 0.5

// small is the states that a search makes room for when it knows nothing.
const small = 1 << 6

// advance: of the room that is left, workers may together fill a 16th before they tell.
const advance = 16

// makeRoom makes the visited set large enough for the states that are expected, and no larger.
func (s *search[S]) makeRoom() {
	states := s.o.Expect
	if s.o.MaxStates > 0 {
		states = min(states, s.o.MaxStates)
	}
	if s.o.Symmetry {
		states -= states * 31 / 64 // some are their own images
	}
	fits := func(share float64) bool {
		return s.o.MaxOctets == 0 || s.set.octets(int(float64(states)/share)) <= s.o.MaxOctets/2
	}
	switch {
	case s.o.Expect == 0 || !fits(fullest):
		s.reserve(small, fullest) // it will come to its bound anyway, or was expected wrongly
	case s.graph == nil && fits(roomy):
		s.reserve(states, roomy)
	default:
		s.reserve(states, fullest)
	}
}

// reserve makes room for states, which will take that share of the places. The places that
// they leave empty are for what workers insert before they tell, one state each at least; and
// one place stays empty, where looking for a state ends.
func (s *search[S]) reserve(states int64, share float64) {
	s.set.grow(int(float64(states)/share) + s.o.Workers + 1)
	s.room.Store(states)
	if s.graph != nil {
		s.graph.grow(int(states))
	}
}

// enlarge makes the visited set grow if it is full, or ends the search at a bound.
func (s *search[S]) enlarge() {
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.o.MaxStates > 0 && s.filled.Load() >= s.o.MaxStates {
		s.stop(StateBound)
	}
	filled, room := s.filled.Load(), s.room.Load()
	if filled <= room {
		return
	}
	n := 2 * s.set.places()
	both := s.octets() + s.set.octets(n) - s.set.octets(0) // the old places and the new ones
	if s.over(both) {
		s.stop(MemoryBound)
		if int64(s.set.places()) > filled+room/advance+s.pending() {
			return
		}
	}
	s.peak = max(s.peak, both)
	s.reserve(int64(fullest*float64(n)), fullest)
}

// bound ends the search if it takes too much memory, or more steps than can be told apart.
func (s *search[S]) bound() {
	if s.graph == nil && s.o.MaxOctets == 0 {
		return
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.over(s.octets()) {
		s.stop(MemoryBound)
	}
	if s.graph != nil && s.graph.full() {
		s.stop(GraphBound)
	}
}

// pending is the states that workers have yet to insert when the search stops: a
// batch each, and the successors of one state more.
func (s *search[S]) pending() int64 { return int64(s.o.Workers) * 2 * batch }

// octets is the memory held now: visited set, frontier and graph.
func (s *search[S]) octets() int64 {
	n := s.set.octets(s.set.places()) + s.chunks.Load()
	if s.graph != nil {
		n += s.graph.octets()
	}
	return n
}

// held is the memory that the model holds for the search.
func (s *search[S]) held() int64 {
	if s.short == nil {
		return 0
	}
	return s.short.Held()
}

// over tells whether so many octets, and what the model holds, are more than there may be.
func (s *search[S]) over(octets int64) bool {
	return s.o.MaxOctets > 0 && octets+s.held() > s.o.MaxOctets
}

// letGo drops what only the search needed.
func (s *search[S]) letGo() {
	s.set, s.stored, s.cur, s.next = &prints64{}, nil, &frontier{}, &frontier{}
	for _, w := range s.workers {
		w.writer, w.arena = writer{held: &s.chunks}, arena{}
	}
	s.chunks.Store(0)
}
