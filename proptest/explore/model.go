package explore

// Model is a transition system over states of type S: a plain value without
// pointers, handled by pointer so that nothing large is copied.
//
// All methods may be called from several goroutines at once.
type Model[S any] interface {
	// Name identifies the model; a checkpoint of another name is refused.
	Name() string
	// Start calls put with each initial state. put keeps no pointer.
	Start(put func(*S))
	// Encode appends the canonical form of s to b and returns the longer slice.
	// Equal states have equal forms; states that differ, different ones. At most MaxEncoding octets.
	Encode(s *S, b []byte) []byte
	// Decode fills s, all of it, from what Encode wrote.
	Decode(b []byte, s *S)
	// Worker gives a worker of its own to each goroutine.
	Worker() Worker[S]
	// Witnesses names the places of Visitor.Count.
	Witnesses() []string
}

// MaxEncoding bounds the octets of one encoded state.
const MaxEncoding = 1 << 12

// Shorthand is a Model whose encodings are short, because they name things that this
// process remembers. To other processes they mean nothing: what is kept is spelt out.
type Shorthand interface {
	// Spell appends what an encoding stands for: the same octets in every process.
	Spell(encoding, b []byte) []byte
	// Shorten appends the encoding of what is spelt.
	Shorten(spelt, b []byte) []byte
	// Print is a fingerprint of what an encoding stands for, the same in every
	// process: 64 bits, and 64 independent ones if strict.
	Print(encoding []byte, strict bool) Print
	// Held is the octets that take what it remembers, which become more as long as new
	// things are met. All workers may ask at any time.
	Held() int64
}

// Worker expands states, and may keep scratch memory between them.
type Worker[S any] interface {
	// Expand checks an encoded state and calls v.Step, or v.StepTo, once for every
	// step that it allows, in an order that depends on the state alone. It keeps no part of b.
	Expand(b []byte, v *Visitor[S])
	// Flush adds to v.Count what the worker has counted by itself.
	Flush(v *Visitor[S])
}

// Successor names a state that a step has led to; 0 is none.
type Successor int

// Label is a model's own name for a step, of use to the model alone.
type Label uint64

// Class sorts steps for fairness and for nocycle: at most 64 classes, numbered from 0.
type Class uint8

// Classes is a set of them.
type Classes uint64

// Has tells whether c is in the set.
func (s Classes) Has(c Class) bool { return s>>c&1 != 0 }

// Of is the set of the classes given.
func Of(cs ...Class) Classes {
	var s Classes
	for _, c := range cs {
		s |= 1 << c
	}
	return s
}

// Visitor is how a Worker tells what it found. Each goroutine has its own.
type Visitor[S any] struct {
	// Count counts witnesses, one place for each of Model.Witnesses; summed over workers.
	// What the state under expansion shows counts Weight times.
	Count []uint64

	model  Model[S]
	short  Shorthand // nil if the model's encodings are what they stand for
	strict bool
	weight uint64      // of the state being expanded
	mark   uint64      // … and what Liveness may ask of it
	class  []byte      // of its steps so far
	again  []again     // those of them that lead where an earlier one does
	first  int         // where its successors begin in queue
	buf    []byte      // encodings of the pending successors, one behind the other
	queue  []successor // pending successors
	found  []finding   // broken properties, places not yet filled in
	hook   func(l Label, c Class, next *S)

	symmetric Symmetric // nil unless symmetry was asked
	image     []byte    // scratch: the image of a state
}

type successor struct {
	print Print
	end   uint32 // of its encoding in buf
	id    uint32 // its index, once it is looked up
	turn  turn
}

// again is a step that leads where an earlier one of the same state does: which step,
// and which of the state's successors it leads to.
type again struct{ step, to uint16 }

// finding is a property broken in the state under expansion (step < 0) or by one of its steps.
type finding struct{ property, step int }

// Weight is how many states the one under expansion stands for: 2, if its image is
// another state that is not visited.
func (v *Visitor[S]) Weight() uint64 { return v.weight }

// Step reports that next follows the state under expansion. next is read before Step returns.
func (v *Visitor[S]) Step(l Label, c Class, next *S) {
	v.class = append(v.class, byte(c))
	if v.hook != nil {
		v.hook(l, c, next)
		return
	}
	v.pend(v.model.Encode(next, v.buf))
}

// Room is where the encoding of the next successor goes: append to it, and give
// the longer slice to StepTo.
func (v *Visitor[S]) Room() []byte { return v.buf }

// StepTo is Step for a worker that has the encoding of the successor at hand.
// It returns what StepAgain takes.
func (v *Visitor[S]) StepTo(l Label, c Class, room []byte) Successor {
	v.class = append(v.class, byte(c))
	if v.hook != nil {
		var next S
		v.model.Decode(room[len(v.buf):], &next)
		v.hook(l, c, &next)
		return 0
	}
	v.pend(room)
	return Successor(len(v.queue))
}

// StepAgain is StepTo for one more step to a successor of the state under expansion.
// It reports whether that was done; if not, StepTo has to be called.
func (v *Visitor[S]) StepAgain(c Class, to Successor) bool {
	if to == 0 {
		return false
	}
	v.again = append(v.again, again{uint16(len(v.class)), uint16(int(to) - 1 - v.first)})
	v.class = append(v.class, byte(c))
	return true
}

// pend queues the successor whose encoding stands behind v.buf.
func (v *Visitor[S]) pend(room []byte) {
	v.queue = append(v.queue, successor{end: uint32(len(room))})
	v.buf = room
}

// prints finds the fingerprints of the pending successors: of many behind each other, so
// that the cache misses overlap of what they are made of.
func (v *Visitor[S]) prints() {
	start := uint32(0)
	for i := range v.queue {
		n := &v.queue[i]
		n.print, n.turn = v.canonical(v.buf[start:n.end])
		start = n.end
	}
}

// Violated reports that the state under expansion breaks a property.
func (v *Visitor[S]) Violated(property int) {
	v.found = append(v.found, finding{property, -1})
}

// Broken reports that the last Step broke a property.
func (v *Visitor[S]) Broken(property int) {
	v.found = append(v.found, finding{property, len(v.class) - 1})
}

// Mark sets bits that Liveness properties may name for the state under expansion.
func (v *Visitor[S]) Mark(bits uint64) { v.mark |= bits }

func (v *Visitor[S]) hash(encoding []byte) Print {
	switch {
	case v.short != nil:
		return v.short.Print(encoding, v.strict)
	case v.strict:
		return fingerprint128(encoding)
	}
	return fingerprint(encoding)
}

// begin readies the visitor for the steps of another state.
func (v *Visitor[S]) begin(encoding []byte) {
	v.weight, v.mark, v.class, v.again, v.first = 1, 0, v.class[:0], v.again[:0], len(v.queue)
	v.found = v.found[:0]
	if v.symmetric != nil && !v.isOwnImage(encoding) {
		v.weight = 2
	}
}
