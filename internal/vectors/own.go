package vectors

import (
	"bytes"
	_ "embed" // the vectors
)

//go:embed testdata/vectors.tsv
var own []byte

// Own is the project's vectors.
func Own() ([]*Vector, error) {
	return Read("internal/vectors/testdata/vectors.tsv", bytes.NewReader(own))
}
