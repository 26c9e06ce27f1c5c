package sim

import (
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Seen says what runs have come through. A property that never had anything to
// say has not held, it was not asked.
type Seen struct {
	Runs        int
	Steps       int64
	Packets     int64  // that hosts sent
	Faulted     int64  // of these, that the network did something to
	Millis      int64  // that passed in the runs; nanoseconds would overflow after 292 years of them
	Hash        uint64 // the sum of the hashes of their traces: the same in whatever order they were played
	Rules       tcp.RuleSet
	States      tcp.States
	Transitions [tcp.NumStates]tcp.States // to which states, by state
	Drops       map[string]int
	Asked       [NumProperties]int // how often a property had something to say
}

// Add takes in what other runs have seen.
func (s *Seen) Add(other *Seen) {
	s.Runs += other.Runs
	s.Steps, s.Packets, s.Faulted, s.Millis = s.Steps+other.Steps, s.Packets+other.Packets, s.Faulted+other.Faulted, s.Millis+other.Millis
	s.Hash += other.Hash
	s.States |= other.States
	for i, set := range other.Rules {
		s.Rules[i] |= set
	}
	for i, set := range other.Transitions {
		s.Transitions[i] |= set
	}
	for i, n := range other.Asked {
		s.Asked[i] += n
	}
	for why, n := range other.Drops {
		if s.Drops == nil {
			s.Drops = map[string]int{}
		}
		s.Drops[why] += n
	}
}

func (s *Seen) drop(why string) {
	if s.Drops == nil {
		s.Drops = map[string]int{}
	}
	s.Drops[why]++
}
