package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// writer writes Promela, line by line.
type writer struct {
	p      *ir.Program
	b      strings.Builder
	depth  int
	owner  string                 // the inline being written: its parameters and lets are called after it
	locals []string               // declarations of all parameters and lets
	local  map[*parser.Var]string // their names
	names  []string               // every name that stands at the top of the file
	looked
}

// line writes one line, indented.
func (w *writer) line(format string, args ...any) {
	if format != "" {
		w.b.WriteString(strings.Repeat("\t", w.depth))
		fmt.Fprintf(&w.b, format, args...)
	}
	w.b.WriteByte('\n')
}

func (w *writer) raw(s string) { w.b.WriteString(s) }

// in writes what body writes one step to the right.
func (w *writer) in(body func()) {
	w.depth++
	body()
	w.depth--
}

// comment writes text as a comment. Nothing in it may end the comment.
func (w *writer) comment(text string) {
	w.line("/* %s */", strings.ReplaceAll(text, "*/", "* /"))
}

// apart returns what body writes instead of writing it.
func (w *writer) apart(body func()) string {
	outer := w.b.String()
	w.b.Reset()
	body()
	s := w.b.String()
	w.b.Reset()
	w.b.WriteString(outer)
	return s
}

// cut takes back what was written behind a mark.
func (w *writer) cut(mark int) {
	kept := w.b.String()[:mark]
	w.b.Reset()
	w.b.WriteString(kept)
}

// define writes a macro.
func (w *writer) define(name, value, comment string) {
	w.names = append(w.names, name)
	if comment != "" {
		comment = " /* " + strings.ReplaceAll(comment, "*/", "* /") + " */"
	}
	w.line("#define %s %s%s", name, value, comment)
}

// inline writes an inline.
func (w *writer) inline(name string, body func()) {
	w.names = append(w.names, name)
	w.owner = name
	w.line("inline %s()", name)
	w.line("{")
	before := w.b.Len()
	w.in(body)
	if w.b.Len() == before {
		w.line("\tskip;")
	}
	w.line("}")
	w.line("")
}

// declare gives a parameter or a let a variable outside the state, under a name of
// its own: an inline's parameters are texts and not values.
func (w *writer) declare(v *parser.Var) string {
	if name, ok := w.local[v]; ok {
		return name
	}
	name := w.owner + "_" + ident(v.Name)
	w.locals = append(w.locals, fmt.Sprintf("hidden %s %s;", scratch(v.Type), name))
	if w.local == nil {
		w.local = map[*parser.Var]string{}
	}
	w.local[v] = name
	w.names = append(w.names, name)
	return name
}

// scratch is the type of a variable that is not part of the state. SPIN hides no bits.
func scratch(t parser.Type) string {
	if t == parser.Bool {
		return "byte"
	}
	return "int"
}

// stored is the type of a variable that is.
func stored(t parser.Type) string {
	if t == parser.Bool {
		return "bool"
	}
	return "byte"
}
