package explore

import "bytes"

// Symmetric is a Model whose states come in pairs: the image of a state has the
// images of its steps and breaks the same properties, the image of that image is the
// state itself, and with an initial state its image is one, too. Then Options.Symmetry
// has one of each pair visited, the one whose fingerprint is less.
//
// Liveness stays sound although fairness tells the two halves of an image apart:
// beside each step the graph keeps whether the state that it leads to was taken for
// its image, and so it is unfolded again (E. A. Emerson, A. P. Sistla, Utilizing
// symmetry when model-checking under fairness assumptions, 1997).
type Symmetric interface {
	// Image appends the encoding of the image of an encoded state, which is as long.
	Image(encoding, b []byte) []byte
	// ImageClass is the class of the image of a step.
	ImageClass(c Class) Class
	// ImageMarks is the marks of the image of a state.
	ImageMarks(bits uint64) uint64
}

// turn is what an encoding was to its image.
type turn uint8

const (
	kept   turn = iota // its fingerprint is less, or symmetry was not asked
	turned             // that of the image is less, and the image stands for it
	own                // it is its own image
)

// canonical makes an encoding, in its place, the one of its pair that is visited, and
// gives its fingerprint.
func (v *Visitor[S]) canonical(encoding []byte) (Print, turn) {
	f := v.hash(encoding)
	if v.symmetric == nil {
		return f, kept
	}
	if v.isOwnImage(encoding) {
		return f, own
	}
	if g := v.hash(v.image); g.before(f) {
		copy(encoding, v.image)
		return g, turned
	}
	return f, kept
}

// isOwnImage makes the image of an encoded state, and tells whether it is the state itself.
func (v *Visitor[S]) isOwnImage(encoding []byte) bool {
	v.image = v.symmetric.Image(encoding, v.image[:0])
	return bytes.Equal(v.image, encoding)
}
