package museum

import (
	"fmt"
	"slices"
	"strings"
)

// Place is what a bug is planted in.
type Place string

// The two places.
const (
	Text    Place = "text"    // the specification
	Runtime Place = "runtime" // the code around the generated machine
)

// Entry is one bug.
type Entry struct {
	ID       string   `json:"id"` // the number of the bug; with a letter if it has several forms
	Stack    string   `json:"stack"`
	Year     string   `json:"year,omitempty"`
	Title    string   `json:"title"`
	Origin   []string `json:"origin"`             // where it was reported or mended
	Planted  string   `json:"planted,omitempty"`  // the mistake, as it is made here
	Nearest  string   `json:"nearest,omitempty"`  // why it is not the same mistake but the nearest that this stack can make
	None     string   `json:"none,omitempty"`     // why there is nothing like it here: then it cannot be planted
	Property string   `json:"property,omitempty"` // that finds it, first or by the shortest trace
	Where    Place    `json:"where,omitempty"`
	Patches  []Patch  `json:"patches,omitempty"`
	Check    Check    `json:"check,omitzero"` // of the runtime; of the text only if the bug is too large for the explorer's small worlds
}

// Check is the test that must fail.
type Check struct {
	Package string `json:"package"` // "./proptest"
	Run     string `json:"run"`     // as for go test -run
}

// Patch replaces a part of one file, which occurs in it once.
type Patch struct {
	File string `json:"file"` // from the root of the module
	Old  string `json:"old"`
	New  string `json:"new"`
}

// apply changes a file's content.
func (p *Patch) apply(content []byte) ([]byte, error) {
	switch n := strings.Count(string(content), p.Old); {
	case p.Old == p.New:
		return nil, fmt.Errorf("%s: the patch changes nothing", p.File)
	case n != 1:
		return nil, fmt.Errorf("%s: what the patch replaces is there %d times, it must be once: %q", p.File, n, p.Old)
	}
	return []byte(strings.Replace(string(content), p.Old, p.New, 1)), nil
}

// patched returns the changed files by name; read reads a file as it is.
func (e *Entry) patched(read func(name string) ([]byte, error)) (map[string][]byte, error) {
	files := map[string][]byte{}
	for i := range e.Patches {
		p := &e.Patches[i]
		content, ok := files[p.File]
		if !ok {
			var err error
			if content, err = read(p.File); err != nil {
				return nil, fmt.Errorf("museum entry %s: %w", e.ID, err)
			}
		}
		content, err := p.apply(content)
		if err != nil {
			return nil, fmt.Errorf("museum entry %s: %w", e.ID, err)
		}
		files[p.File] = content
	}
	return files, nil
}

// Entries returns the whole museum, in the order of its numbers.
func Entries() []Entry {
	return slices.Concat(closing, window, handshake, arithmetic, congestion, resources)
}

// Find returns the entries of an ID, or of a number all its forms.
func Find(id string) (found []Entry) {
	for _, e := range Entries() {
		if e.ID == id || e.Number() == id {
			found = append(found, e)
		}
	}
	return found
}

// Number is the ID without the letter of a form.
func (e *Entry) Number() string { return strings.TrimRight(e.ID, "abcdefgh") }
