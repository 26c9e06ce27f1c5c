package world

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// ghosts are the variables beside the TCB that the worlds have.
var ghosts = []string{
	"incarnation", "octets-submitted", "octets-acknowledged", "octets-unsent", "octets-received", "octets-unread", "held-from", "held-to",
	"alien-text", "torn-text", "peer-FIN-taken", "has-ended", "has-crashed",
}

// Tried says what no export has, though the explorer asks it.
const Tried = `What the explorer only tries, beside what happens in a world, is not here: calls and timers that have nothing to do where they
come, and a grid of segments. Properties are asked of what happens.`

// Unasked says why a property cannot be asked in the world; "": it can.
func (c *Config) Unasked(p *parser.Property) string {
	if (p.Form == parser.Eventually || p.Form == parser.NoCycle) && !slices.Contains(c.Live, p.Name) {
		return "it is about other users than those of this world"
	}
	looks := []parser.Expr{InStates(p), p.Expr, p.From}
	clauses := InSteps(p)
	for _, c := range clauses {
		looks = append(looks, c.Expr)
	}
	for _, e := range looks {
		if g := unknown(e); g != "" {
			return "the model does not remember " + g
		}
	}
	if len(clauses) > 0 && !slices.ContainsFunc(clauses, happens) {
		return "it is about an event that the explorer only tries: " + strings.Join(names(clauses), ", ")
	}
	return ""
}

// absent are the events that a world is without: what users, or congestion control, might ask
// for at any time, and the explorer only tries.
var absent = []string{"STATUS", "KEEP-ALIVE TURNED", "RETRANSMIT"}

// happens tells whether one of a clause's events can come about in a world.
func happens(c *parser.Clause) bool {
	return c.Events == nil || slices.ContainsFunc(c.Events, func(e *parser.Event) bool { return !slices.Contains(absent, e.Name) })
}

// names are those of the events of clauses, each once.
func names(clauses []*parser.Clause) (all []string) {
	for _, c := range clauses {
		for _, e := range c.Events {
			if !slices.Contains(all, e.Name) {
				all = append(all, e.Name)
			}
		}
	}
	return all
}

// behind are the events that a host brings about itself, behind another.
var behind = []string{"SEGMENTIZE", "HELD TEXT"}

// Behind tells whether a clause is asked of what a host does itself, behind another event.
func Behind(c *parser.Clause) bool {
	return c.Events == nil || slices.ContainsFunc(c.Events, func(e *parser.Event) bool { return slices.Contains(behind, e.Name) })
}

// First tells whether it is asked of what comes first.
func First(c *parser.Clause) bool {
	return c.Events == nil || slices.ContainsFunc(c.Events, func(e *parser.Event) bool {
		return !slices.Contains(behind, e.Name) && !slices.Contains(absent, e.Name)
	})
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

// InSteps is what a property says of steps; nil if it is about states or the
// end alone. A step that leaves a queue the same puts nothing in behind CLOSE and
// takes nothing out behind the end, counts nothing back, and takes nothing else than
// what was put in; of one that begins another queue, or breaks one off, only the last
// is asked.
func InSteps(p *parser.Property) []*parser.Clause {
	switch p.Form {
	case parser.Each:
		return p.Of
	case parser.Refines:
		q, x := p.Queue, builder{p.Pos}
		was := func(e parser.Expr) parser.Expr { return x.of(parser.Was, e) }
		moves := func(count, last parser.Expr) parser.Expr {
			moved := x.binary(parser.Or, x.binary(parser.Ne, count, was(count)), x.binary(parser.Ne, last, was(last)))
			return x.binary(parser.Implies, moved, x.and(x.not(was(last)), x.binary(parser.Le, was(count), count)))
		}
		same := x.binary(parser.Implies, q.While, x.and(moves(q.Put, q.Closed), moves(q.Taken, q.Ended)))
		return []*parser.Clause{{States: ^parser.StateSet(0), Expr: x.and(x.not(q.Unless), same)}}
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

// Counts tells whether what is said of a step looks at what is counted behind it:
// it is to be asked when all is done that the event asks for.
func Counts(c *parser.Clause) bool {
	return find(c.Expr, func(v *parser.Var) bool { return v.Scope == parser.InGhost }, false) != ""
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
