package promela

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/world"
	"github.com/lockstep-tcp/lockstep/parser"
)

// writer writes Promela, line by line.
type writer struct {
	p *ir.Program
	c world.Config
	world.Text
	owner  string                 // the inline being written: its parameters and lets are called after it
	locals []string               // declarations of all parameters and lets
	local  map[*parser.Var]string // their names
	names  []string               // every name that stands at the top of the file
	looked
}

// comment writes text as a comment. Nothing in it may end the comment.
func (w *writer) comment(text string) {
	w.Line("/* %s */", strings.ReplaceAll(text, "*/", "* /"))
}

// define writes a macro.
func (w *writer) define(name, value, comment string) {
	w.names = append(w.names, name)
	if comment != "" {
		comment = " /* " + strings.ReplaceAll(comment, "*/", "* /") + " */"
	}
	w.Line("#define %s %s%s", name, value, comment)
}

// inline writes an inline.
func (w *writer) inline(name string, body func()) {
	w.names = append(w.names, name)
	w.owner = name
	w.Line("inline %s()", name)
	w.Line("{")
	before := w.Len()
	w.In(body)
	if w.Len() == before {
		w.Line("\tskip;")
	}
	w.Line("}")
	w.Line("")
}

// declare gives a parameter or a let a variable outside the state, under a name of
// its own: an inline's parameters are texts and not values.
func (w *writer) declare(v *parser.Var) string {
	if name, ok := w.local[v]; ok {
		return name
	}
	name := w.owner + "_" + ir.Ident(v.Name)
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
func (w *writer) stored(t parser.Type) string {
	switch t {
	case parser.Bool:
		return "bool"
	case parser.Seq, parser.Octets:
		return "NUMBER"
	}
	return "byte"
}
