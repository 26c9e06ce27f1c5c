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

// Unasked says why a property cannot be asked in the world; "": it can.
func (c *Config) Unasked(p *parser.Property) string {
	switch p.Form {
	case parser.Sometimes:
		return "it is a state to be met, and a checker looks for what must not be"
	case parser.Eventually, parser.NoCycle:
		if !slices.Contains(c.Live, p.Name) {
			return "it is about other users than those of this world"
		}
	}
	e := InStates(p)
	if e == nil {
		e = p.Expr
	}
	why := unknown(e, p.Form == parser.Each)
	if why == "" {
		why = unknown(p.From, false)
	}
	return why
}

// InStates is what a property says of every state; nil if it is about steps or
// the end alone. What refines a queue takes out of it only what was put in, and
// sees the end when all is taken and no more is put in.
func InStates(p *parser.Property) parser.Expr {
	if p.Form != parser.Refines {
		if p.Form == parser.Always {
			return p.Expr
		}
		return nil
	}
	q := p.Queue
	both := func(op parser.Op, x, y parser.Expr) parser.Expr {
		return &parser.Binary{Op: op, X: x, Y: y, T: parser.Bool, Pos: p.Pos}
	}
	peer := func(x parser.Expr) parser.Expr { return &parser.Of{Whose: parser.Peer, X: x, Pos: p.Pos} }
	ended := both(parser.Implies, q.Ended, both(parser.And, peer(q.Closed), both(parser.Eq, q.Taken, peer(q.Put))))
	holds := both(parser.And, both(parser.Le, q.Taken, peer(q.Put)), ended)
	if q.Unless != nil {
		holds = both(parser.And, &parser.Not{X: q.Unless, Pos: p.Pos}, holds)
	}
	return both(parser.Implies, q.Between, holds)
}

// HalfAsked is a line on what is left out of a property that is asked of states; "": nothing is.
func HalfAsked(p *parser.Property) string {
	if p.Form != parser.Refines {
		return ""
	}
	return p.Name + ", of steps: what a step puts in and takes out is counted only when all that it asks for is done"
}

// unknown says what an expression looks at that worlds do not have; behind: it is
// asked behind an event, before what the event asks for is done.
func unknown(e parser.Expr, behind bool) (why string) {
	ir.Visit(e, func(e parser.Expr) bool {
		found := ""
		switch e := e.(type) {
		case *parser.Of:
			found = unknown(e.X, false)
			why = cmp.Or(why, found)
			return false
		case *parser.Word:
			found = unknown(ir.DefinitionOf(e).Expr, behind)
		case *parser.Ref:
			switch {
			case e.Var.Scope != parser.InGhost:
			case !slices.Contains(ghosts, e.Var.Name):
				found = "the model does not remember " + e.Var.Name
			case behind:
				found = "the model counts " + e.Var.Name + " only when what the event asks for is done"
			}
		}
		why = cmp.Or(why, found)
		return true
	})
	return why
}
