package world

import (
	"fmt"
	"strings"
)

// Text is a text that is written line by line, indented.
type Text struct {
	b      strings.Builder
	depth  int
	Indent string // one step to the right
}

// Line writes one line; an empty format, an empty one.
func (t *Text) Line(format string, args ...any) {
	if format != "" {
		t.b.WriteString(strings.Repeat(t.Indent, t.depth))
		fmt.Fprintf(&t.b, format, args...)
	}
	t.b.WriteByte('\n')
}

// Raw writes s as it is.
func (t *Text) Raw(s string) { t.b.WriteString(s) }

// In writes what body writes one step to the right.
func (t *Text) In(body func()) {
	t.depth++
	body()
	t.depth--
}

// Apart returns what body writes instead of writing it.
func (t *Text) Apart(body func()) string {
	outer := t.b.String()
	t.b.Reset()
	body()
	s := t.b.String()
	t.b.Reset()
	t.b.WriteString(outer)
	return s
}

// Len is how many octets were written.
func (t *Text) Len() int { return t.b.Len() }

// Cut takes back what was written behind a mark, which Len gave.
func (t *Text) Cut(mark int) {
	kept := t.b.String()[:mark]
	t.b.Reset()
	t.b.WriteString(kept)
}

func (t *Text) String() string { return t.b.String() }
