package world

import (
	"cmp"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// ghosts are the variables beside the TCB that the worlds have.
var ghosts = []string{
	"incarnation", "octets-submitted", "octets-acknowledged", "octets-unsent", "octets-received", "octets-unread",
	"alien-text", "torn-text", "peer-FIN-taken", "has-ended", "has-crashed",
}

// InGo says what no export has, though the explorer asks it.
const InGo = `Properties that are written in Go, most since the text has no words for what they look at, are not here at all.
The explorer alone asks them; docs/properties.md tells which they are.`

// Unasked says why a property cannot be asked in the world; "": it can.
func (c *Config) Unasked(p *parser.Property) string {
	if (p.Form == parser.Eventually || p.Form == parser.NoCycle) && !slices.Contains(c.Live, p.Name) {
		return "it is about other users than those of this world"
	}
	for _, e := range []parser.Expr{InStates(p), InSteps(p), p.Expr, p.From} {
		if g := unknown(e); g != "" {
			return "the model does not remember " + g
		}
	}
	return ""
}

// InStates is what a property says of every state; nil if it is about steps or
// the end alone. What refines a queue takes out of it only what was put in, and
// sees the end when all is taken and no more is put in.
func InStates(p *parser.Property) parser.Expr {
	switch p.Form {
	case parser.Always:
		return p.Expr
	case parser.Refines:
		q, x := p.Queue, builder{p.Pos}
		none := x.and(x.binary(parser.Le, q.Taken, x.of(parser.Peer, q.Put)),
			x.binary(parser.Implies, q.Ended, x.and(x.of(parser.Peer, q.Closed), x.binary(parser.Eq, q.Taken, x.of(parser.Peer, q.Put)))))
		return x.binary(parser.Implies, q.Between, x.and(x.not(q.Unless), none))
	}
	return nil
}

// InSteps is what a property says of every step; nil if it is about states or the
// end alone. A step that leaves a queue the same puts nothing in behind CLOSE and
// takes nothing out behind the end, counts nothing back, and takes nothing else than
// what was put in; of one that begins another queue, or breaks one off, only the last
// is asked.
func InSteps(p *parser.Property) parser.Expr {
	switch p.Form {
	case parser.Each:
		return p.Expr
	case parser.Refines:
		q, x := p.Queue, builder{p.Pos}
		was := func(e parser.Expr) parser.Expr { return x.of(parser.Was, e) }
		moves := func(count, last parser.Expr) parser.Expr {
			moved := x.binary(parser.Or, x.binary(parser.Ne, count, was(count)), x.binary(parser.Ne, last, was(last)))
			return x.binary(parser.Implies, moved, x.and(x.not(was(last)), x.binary(parser.Le, was(count), count)))
		}
		same := x.binary(parser.Implies, q.While, x.and(moves(q.Put, q.Closed), moves(q.Taken, q.Ended)))
		return x.and(x.not(q.Unless), same)
	}
	return nil
}

// builder puts expressions together that stand nowhere in the text.
type builder struct{ at parser.Pos }

func (b builder) binary(op parser.Op, x, y parser.Expr) parser.Expr {
	return &parser.Binary{Op: op, X: x, Y: y, T: parser.Bool, Pos: b.at}
}

func (b builder) and(x, y parser.Expr) parser.Expr { return b.binary(parser.And, x, y) }

func (b builder) not(x parser.Expr) parser.Expr { return &parser.Not{X: x, Pos: b.at} }

func (b builder) of(whose parser.Whose, x parser.Expr) parser.Expr {
	return &parser.Of{Whose: whose, X: x, Pos: b.at}
}

// Counts tells whether a property of steps looks at what is counted behind the step:
// it is to be asked when all is done that the event asks for.
func Counts(p *parser.Property) bool {
	return find(InSteps(p), func(v *parser.Var) bool { return v.Scope == parser.InGhost }, false) != ""
}

// unknown is the name of something that an expression looks at and worlds do not have; "": there is none.
func unknown(e parser.Expr) string {
	return find(e, func(v *parser.Var) bool { return v.Scope == parser.InGhost && !slices.Contains(ghosts, v.Name) }, true)
}

// find is the name of the first such variable that an expression looks at, through the
// words it uses; with past, also at what was before a step.
func find(e parser.Expr, such func(*parser.Var) bool, past bool) (name string) {
	ir.Visit(e, func(e parser.Expr) bool {
		switch e := e.(type) {
		case *parser.Of:
			if e.Whose == parser.Was && !past {
				return false
			}
			name = cmp.Or(name, find(e.X, such, past))
			return false
		case *parser.Word:
			name = cmp.Or(name, find(ir.DefinitionOf(e).Expr, such, past))
		case *parser.Ref:
			if such(e.Var) {
				name = cmp.Or(name, e.Var.Name)
			}
		}
		return true
	})
	return name
}
