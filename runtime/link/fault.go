package link

import "time"

// FaultConfig says what goes wrong on a link. The zero value is a link on which
// nothing does.
type FaultConfig struct {
	Seed uint64 // of everything random: same seed and same packets, same faults
	Out  Faults // what happens to packets sent
	In   Faults // what happens to packets received
}

// Faults says what happens to the packets of one direction. Probabilities are
// from 0 to 1 and independent of each other.
type Faults struct {
	Loss      float64 // a packet is lost
	Duplicate float64 // it comes twice; the second time without the other faults
	Corrupt   float64 // one bit of it, anywhere, is changed
	Reorder   float64 // it is held back by Hold, so that later ones overtake it

	Delay  time.Duration // every packet takes so long
	Jitter time.Duration // and up to so much longer; the packets keep their order
	Hold   time.Duration // how long a reordered packet is held back; 10 ms if 0

	Rate  int64 // bits in a second that pass; 0: no limit
	Queue int   // octets that may wait because of the rate; 256 KiB if 0

	Script []Fault // faults at given packets, besides those by chance
}

// Fault is one fault of a script. Scripts are plain values, to be generated,
// shrunk and printed.
type Fault struct {
	Packet int           // which packet of its direction, counted from 1
	Kind   FaultKind     // what happens to it
	By     time.Duration // of Delayed: how long it is held back
	Bit    int           // of Corrupted: which bit, counted from 0, modulo the packet's length
}

// FaultKind is what can happen to a packet.
type FaultKind uint8

// Kinds of faults.
const (
	Lost FaultKind = iota
	Duplicated
	Delayed // later packets overtake it
	Corrupted
	NumFaultKinds
)

var faultKindNames = [NumFaultKinds]string{"lost", "duplicated", "delayed", "corrupted"}

// String is the kind in a word.
func (k FaultKind) String() string {
	if k >= NumFaultKinds {
		return "unknown fault"
	}
	return faultKindNames[k]
}

// FaultCounters count what happened to the packets of one direction.
type FaultCounters struct {
	Packets    uint64 // that came to the link
	Lost       uint64
	Duplicated uint64
	Delayed    uint64 // held back, so that later ones could overtake them
	Corrupted  uint64
	Overflowed uint64 // dropped because too much waited
}

// any says whether there is any fault at all.
func (f *Faults) any() bool {
	return f.Loss != 0 || f.Duplicate != 0 || f.Corrupt != 0 || f.Reorder != 0 ||
		f.Delay != 0 || f.Jitter != 0 || f.Rate != 0 || len(f.Script) != 0
}

// timed says whether packets can be late.
func (f *Faults) timed() bool {
	for _, s := range f.Script {
		if s.Kind == Delayed {
			return true
		}
	}
	return f.Reorder != 0 || f.Delay != 0 || f.Jitter != 0 || f.Rate != 0
}
