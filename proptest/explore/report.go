package explore

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Mode is how visited states are stored.
type Mode uint8

const (
	Fingerprints Mode = iota // 64 bits a state
	Strict                   // 128 bits a state
	Exact                    // the whole encoding
)

func (m Mode) String() string {
	return [...]string{"64-bit fingerprints", "128-bit fingerprints", "whole states"}[m]
}

// Options say how to search. The zero value searches with 64-bit fingerprints on
// all cores, without bounds.
type Options struct {
	Workers   int // goroutines; 0: as many as GOMAXPROCS
	Mode      Mode
	Expect    int64 // states to make room for from the start; 0: grow from small
	MaxDepth  int   // levels behind the initial states; 0: no bound
	MaxStates int64 // 0: no bound
	MaxOctets int64 // of visited set, frontier and graph, and what a Shorthand holds; 0: no bound

	// KeepGoing searches on when a property is broken, for the others; the zero
	// value ends behind the level in which one was.
	KeepGoing bool
	Liveness  []Liveness

	// Symmetry visits one state of each pair; the Model must be Symmetric.
	Symmetry bool

	// Checkpoint names a file, written at level borders every CheckpointEvery, or
	// as much less often as writing takes a tenth of the time, and when the search is
	// interrupted. If it exists, the search goes on where it ended; one of another
	// search is refused. It is removed when the search completes.
	Checkpoint      string
	CheckpointEvery time.Duration // 0: at interruption alone

	// Unkept is told when a checkpoint could not be written, the first time in a row; the
	// search goes on.
	Unkept func(error)

	// Parameters are all that the result depends on beside these options and the
	// Model's name: by them a checkpoint knows what search it is of.
	Parameters []Parameter

	Progress      func(Progress)
	ProgressEvery time.Duration // 0: a second
}

// Parameter is something that the result of a search depends on.
type Parameter struct{ Name, Value string }

// Progress is told from within the search; it must not take long.
type Progress struct {
	Depth               int
	States, Transitions int64
	Waiting             int64 // states of the current level, when it began, and images that they stand for
	Octets              int64
	Elapsed             time.Duration
}

// End tells why a search ended.
type End uint8

const (
	Exhausted   End = iota // everything reachable was visited
	Broke                  // a property was broken, and KeepGoing not asked
	DepthBound             // MaxDepth
	StateBound             // MaxStates
	MemoryBound            // MaxOctets
	GraphBound             // the graph has no numbers for more states or steps
	Interrupted            // the context ended
)

// GoesOn tells that the search can go on from a checkpoint.
func (e End) GoesOn() bool { return e == StateBound || e == MemoryBound || e == Interrupted }

func (e End) String() string {
	return [...]string{
		"exhausted", "ended by a broken property", "depth bound reached",
		"state bound reached", "memory bound reached", "more states or steps than a graph can number", "interrupted",
	}[e]
}

// Report is the outcome of a search.
type Report struct {
	Model       string
	Mode        Mode
	Workers     int
	End         End
	States      int64 // distinct states visited, and images that some of them stand for
	Visited     int64 // of these, states that were visited themselves
	Expanded    int64 // … whose successors were visited, too
	Transitions int64
	Depth       int   // levels behind the initial states
	Widest      int64 // states of the level that has most
	Terminal    int64 // states without successors
	Elapsed     time.Duration
	Deciding    time.Duration // of that, what came to pass was decided in, when all states were known
	Before      Before        // what was done of it before the checkpoint that it went on from
	Octets      int64         // most memory of visited set, frontier and graph
	Held        int64         // … and memory of a Shorthand
	Witnesses   []Witness
	Breaches    []Breach
	Verdicts    []Verdict // one for each of Options.Liveness; none unless Exhausted
	Unkept      error     // why the checkpoint is not what it should be: if End.GoesOn, it could not be written; else, not removed
}

// Witness counts how often something was seen.
type Witness struct {
	Name  string
	Count uint64
}

// Breach is the first breach of a safety property: at the least depth, and of
// those the one least in what its encoding stands for, and in step.
type Breach struct {
	Property int
	Depth    int    // of the state, in steps from an initial one
	State    []byte // encoding
	spelt    []byte // what it stands for
	Step     int    // the step from State that broke it; -1 when State itself does
	Trace    []Move // the steps that lead to State, and the breaking one
}

// Move is one step of a trace and the encoding of the state it leads to.
// The first of a trace has no step: its state is an initial one.
type Move struct {
	Label Label
	Class Class
	State []byte
}

// Before is a part of a search: its states, and images, and the time it took.
type Before struct {
	States  int64
	Elapsed time.Duration
}

// StatesPerSecond is the rate at which states were visited since the search began, or
// went on: until all were known. Of that, less was spent otherwise.
func (r *Report) StatesPerSecond(less time.Duration) float64 {
	took := r.Elapsed - r.Before.Elapsed - r.Deciding - less
	return float64(r.States-r.Before.States) / took.Seconds()
}

// OctetsPerState is the most memory held by the search, divided by the states.
func (r *Report) OctetsPerState() float64 { return float64(r.Octets) / float64(max(r.States, 1)) }

// Collision bounds the chance that two states shared a fingerprint and part of
// the space was missed: n²/2^65 for 64 bits, n²/2^129 for 128. Images count as states:
// of a state and its image the lesser fingerprint is taken, and lesser ones meet oftener.
func (r *Report) Collision() float64 {
	n := float64(r.States)
	switch r.Mode {
	case Exact:
		return 0
	case Strict:
		return math.Ldexp(n*n, -129)
	}
	return math.Ldexp(n*n, -65)
}

// Below is a number of one digit that x is not above, as text.
func Below(x float64) string {
	if x == 0 {
		return "any number"
	}
	s := strconv.FormatFloat(x, 'e', 0, 64)
	if v, _ := strconv.ParseFloat(s, 64); v < x {
		unit, _ := strconv.ParseFloat("1"+s[1:], 64)
		s = strconv.FormatFloat(v+unit, 'e', 0, 64)
	}
	return s
}

// String is one paragraph of plain facts.
func (r *Report) String() string {
	return fmt.Sprintf("%s: %s; %d states, %d transitions, depth %d, widest level %d, %d terminal; "+
		"%.2f s, %.0f states/s, %.1f octets/state; %s, chance of a missed state below %s",
		r.Model, r.End, r.States, r.Transitions, r.Depth, r.Widest, r.Terminal,
		r.Elapsed.Seconds(), r.StatesPerSecond(0), r.OctetsPerState(), r.Mode, Below(r.Collision()))
}
