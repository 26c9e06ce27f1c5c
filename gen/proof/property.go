package proof

import (
	"fmt"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// functionName is the Go name of a property's function.
func functionName(name string) string { return "property" + ir.Exported(name) }

// clauseName is the name of the function for what a property says of the events that it
// names first, second and so on.
func clauseName(name string, i int) string {
	if i == 0 {
		return functionName(name)
	}
	return fmt.Sprintf("%sAnd%d", functionName(name), i+1)
}

// property writes the function of a property.
func (w *writer) property(p *parser.Property) string {
	doc := comment(p.Name + ": " + p.Doc + ".")
	name := functionName(p.Name)
	switch p.Form {
	case parser.Always:
		return doc + fmt.Sprintf("func %s(h, p *Host) Verdict {\n%s}\n", name, w.in(hosts).verdict(p.Expr))
	case parser.Sometimes:
		return doc + fmt.Sprintf("func %s(h, p *Host) Verdict {\n%s}\n", name, met(w.in(hosts).lines(p.Expr), "true"))
	case parser.Each:
		var code []string
		for i, c := range p.Of {
			code = append(code, fmt.Sprintf("func %s(s *Step) Verdict {\n%s}\n", clauseName(p.Name, i), w.in(steps).verdict(c.Expr)))
		}
		return doc + strings.Join(code, "\n")
	case parser.Refines:
		return w.refinement(name, doc, p.Queue)
	case parser.Eventually:
		code := doc
		if p.From != nil {
			code += fmt.Sprintf("func %sFrom(h, p *Host) bool {\nreturn %s\n}\n\n", name, w.in(hosts).expr(p.From, 0))
			doc = ""
		}
		return code + fmt.Sprintf("func %sGoal(h, p *Host) bool {\nreturn %s\n}\n", name, w.in(hosts).expr(p.Expr, 0))
	}
	return ""
}

// verdict writes what a property says: silence if what stands before implies does
// not hold.
func (v view) verdict(e parser.Expr) string {
	given, e := antecedents(e)
	bind := 0
	if len(given) > 1 {
		bind = bindAnd
	}
	var conditions []string
	for _, x := range given {
		conditions = append(conditions, v.broken(x, bind))
	}
	return met(strings.Join(conditions, " && "), v.lines(e))
}

// antecedents takes what stands before implies off what stands behind.
func antecedents(e parser.Expr) (given []parser.Expr, then parser.Expr) {
	for {
		b, ok := e.(*parser.Binary)
		if !ok || b.Op != parser.Implies {
			return given, e
		}
		given, e = append(given, b.X), b.Y
	}
}

// met writes the verdict on what must hold where a condition is met; the condition may be "".
func met(condition, must string) string {
	if condition == "" {
		return "return verdict(" + must + ")\n"
	}
	return "if " + condition + " {\nreturn verdict(" + must + ")\n}\nreturn Silent\n"
}

// wide is the longest line that is not broken.
const wide = 100

// lines writes an expression for a place of its own, conjuncts on lines of their own
// if it is long.
func (v view) lines(e parser.Expr) string { return v.broken(e, 0) }

// broken is lines for an operand of an operator that binds so tightly.
func (v view) broken(e parser.Expr, bind int) string {
	if b, ok := e.(*parser.Binary); ok && b.Op == parser.And && len(v.expr(e, 0)) > wide {
		return v.broken(b.X, bindAnd) + " &&\n" + v.bound(b.Y, bindAnd+1)
	}
	return v.bound(e, bind)
}

// apart writes a call, its arguments on lines of their own if it is long.
func apart(name string, args ...string) string {
	if line := name + "(" + strings.Join(args, ", ") + ")"; len(line) <= wide {
		return line
	}
	return name + "(\n" + strings.Join(args, ",\n") + ",\n)"
}

// word writes a guard, a value or a term as a function of what it looks at.
func (w *writer) word(n named) string {
	k := w.kindOf(n.expr)
	doc := n.decl.Name
	if n.decl.Doc != "" {
		doc += ": " + n.decl.Doc
	}
	return comment(doc+".") + fmt.Sprintf("func %s%s %s {\nreturn %s\n}\n", wordName(n.decl.Name), parameters[k], goType(n.typ), w.in(k).as(n.expr, n.typ))
}

func wordName(name string) string { return ir.Unexported(name) }

// kind is what a function looks at.
type kind int

const (
	host     kind = iota // one host
	arrivals             // one host, and the segment
	hosts                // a host and its peer
	steps                // a step
)

var parameters = [...]string{"(h *Host)", "(h *Host, seg *tcp.Segment)", "(h, p *Host)", "(s *Step)"}

// kindOf finds what an expression looks at, through the words it uses.
func (w *writer) kindOf(e parser.Expr) kind {
	k := host
	ir.Visit(e, func(e parser.Expr) bool {
		switch e := e.(type) {
		case *parser.Ref:
			if e.Var.Scope == parser.InSegment {
				k = max(k, arrivals)
			}
		case *parser.BitSet:
			k = max(k, arrivals)
		case *parser.Word:
			k = max(k, w.kindOf(ir.DefinitionOf(e).Expr))
		case *parser.Of:
			if e.Whose == parser.Peer {
				k = max(k, hosts)
			} else {
				k = steps
			}
		case *parser.Sends, *parser.Fired, *parser.Starts, *parser.Asks, *parser.Tells, *parser.Replies, *parser.Keeps:
			k = steps
		}
		return true
	})
	return k
}
