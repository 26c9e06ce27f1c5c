package parser

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Severity tells whether a specification can be used.
type Severity int

const (
	Error   Severity = iota // the specification cannot be used
	Warning                 // it can, but this is hardly meant
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText writes the severity as people read it.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Diagnostic is one finding: where, what, and what to do.
type Diagnostic struct {
	Severity Severity  `json:"severity"`
	Code     string    `json:"code"` // for Explain
	Pos      Pos       `json:"pos"`
	Length   int       `json:"length"` // octets of the word at Pos, at least 1
	Message  string    `json:"message"`
	Source   string    `json:"source"` // the line's text
	Help     string    `json:"help,omitempty"`
	Related  []Related `json:"related,omitempty"`
}

// Related is another place that a finding is about.
type Related struct {
	Pos     Pos    `json:"pos"`
	Length  int    `json:"length"`
	Message string `json:"message"`
	Source  string `json:"source"`
}

// Diagnostics are the findings of one run, in the order of the text. As JSON they are a list.
type Diagnostics []Diagnostic

// MarshalJSON writes a list, also when there is nothing in it.
func (ds Diagnostics) MarshalJSON() ([]byte, error) {
	if len(ds) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal([]Diagnostic(ds))
}

// HasErrors tells whether one of the findings is an error.
func (ds Diagnostics) HasErrors() bool {
	for _, d := range ds {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

// Err is the findings as an error, nil if none of them is one.
func (ds Diagnostics) Err() error {
	if !ds.HasErrors() {
		return nil
	}
	return ds
}

// Error renders the findings for people.
func (ds Diagnostics) Error() string { return ds.String() }

// String renders the findings for people, an empty line between two.
func (ds Diagnostics) String() string {
	texts := make([]string, len(ds))
	for i, d := range ds {
		texts[i] = d.String()
	}
	return strings.Join(texts, "\n")
}

// String renders the finding for people: the place, the line with carets below
// what is meant, the other places, and a line of help.
func (d Diagnostic) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s[%s]: %s\n", d.Pos, d.Severity, d.Code, d.Message)
	writeExcerpt(&b, d.Pos, d.Length, d.Source)
	for _, r := range d.Related {
		fmt.Fprintf(&b, "%s: %s\n", r.Pos, r.Message)
		writeExcerpt(&b, r.Pos, r.Length, r.Source)
	}
	if d.Help != "" {
		fmt.Fprintf(&b, "help: %s\n", d.Help)
	}
	return b.String()
}

// String is file:line:col, as editors and compilers write it.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

func writeExcerpt(b *strings.Builder, p Pos, length int, line string) {
	if p.Line == 0 || line == "" {
		return
	}
	line, p.Col = clip(line, p.Col)
	before := line[:min(p.Col-1, len(line))]
	marked := line[len(before):]
	marked = marked[:min(length, len(marked))]
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, before)
	fmt.Fprintf(b, "    %s\n    %s%s\n", line, indent, strings.Repeat("^", max(utf8.RuneCountInString(marked), 1)))
}

// clip cuts a very long line down to what is near a column.
func clip(line string, col int) (string, int) {
	const near = 80
	if len(line) <= 2*near+40 {
		return line, col
	}
	begin, end := max(0, col-1-near), min(len(line), col-1+near)
	for begin > 0 && !utf8.RuneStart(line[begin]) {
		begin--
	}
	for end < len(line) && !utf8.RuneStart(line[end]) {
		end++
	}
	short := line[begin:end]
	if end < len(line) {
		short += "…"
	}
	if begin > 0 {
		return "…" + short, col - begin + len("…")
	}
	return short, col
}

// reporter collects findings and knows the texts they are about.
type reporter struct {
	sources map[string]*source
	found   []*Diagnostic
}

// report adds a finding and returns it, for help and other places to be added.
func (r *reporter) report(severity Severity, code string, p Pos, format string, args ...any) *Diagnostic {
	d := &Diagnostic{Severity: severity, Code: code, Pos: p, Message: fmt.Sprintf(format, args...)}
	r.found = append(r.found, d)
	return d
}

func (r *reporter) errorf(code string, p Pos, format string, args ...any) *Diagnostic {
	return r.report(Error, code, p, format, args...)
}

func (r *reporter) help(d *Diagnostic, format string, args ...any) {
	d.Help = fmt.Sprintf(format, args...)
}

func (r *reporter) also(d *Diagnostic, p Pos, format string, args ...any) {
	d.Related = append(d.Related, Related{Pos: p, Message: fmt.Sprintf(format, args...)})
}

// excerpt finds the line at a place, and the length of the word that stands there.
func (r *reporter) excerpt(p Pos) (line string, length int) {
	s := r.sources[p.File]
	if s == nil || p.Line == 0 {
		return "", 1
	}
	line = s.line(p.Line)
	return line, wordLength(line[min(p.Col-1, len(line)):])
}

// failed tells whether an error was reported.
func (r *reporter) failed() bool {
	for _, d := range r.found {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

// sorted gives the findings in the order of the text. Of very many it gives the
// first, and says so: who has broken a file wants to see where it began.
func (r *reporter) sorted() Diagnostics {
	sort.SliceStable(r.found, func(i, j int) bool {
		a, b := r.found[i].Pos, r.found[j].Pos
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	var all Diagnostics
	for i, d := range r.found {
		if i == maxFindings {
			more := Diagnostic{Code: "too-many", Pos: d.Pos, Length: 1,
				Message: fmt.Sprintf("%d more findings are not shown", len(r.found)-i), Help: "mend the first ones and look again"}
			return append(all, more)
		}
		d.Source, d.Length = r.excerpt(d.Pos)
		for i := range d.Related {
			other := &d.Related[i]
			other.Source, other.Length = r.excerpt(other.Pos)
		}
		all = append(all, *d)
	}
	return all
}

// wordLength is the length of the token at the beginning of a text.
func wordLength(text string) int {
	lex, err := vocabulary.LexString("", text)
	if err != nil {
		return 1
	}
	t, err := lex.Next()
	if err != nil {
		return 1
	}
	return max(1, len(t.Value))
}
