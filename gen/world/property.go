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

// Unasked says why a property cannot be asked in the world; "": it can. A model may know which rules fired.
func (c *Config) Unasked(p *parser.Property, knowsRules bool) string {
	switch p.Form {
	case parser.Sometimes:
		return "it is a state to be met, and a checker looks for what must not be"
	case parser.Refines:
		return "it compares two hosts with a queue beside them, which the explorer has and the model has not"
	case parser.Eventually, parser.NoCycle:
		if !slices.Contains(c.Live, p.Name) {
			return "it is about other users than those of this world"
		}
	}
	why := unknown(p.Expr, p.Form == parser.Each, knowsRules)
	if why == "" {
		why = unknown(p.From, false, knowsRules)
	}
	return why
}

// unknown says what an expression looks at that worlds do not have; behind: it is
// asked behind an event, before what the event asks for is done.
func unknown(e parser.Expr, behind, knowsRules bool) (why string) {
	ir.Visit(e, func(e parser.Expr) bool {
		found := ""
		switch e := e.(type) {
		case *parser.Of:
			found = unknown(e.X, false, knowsRules)
			why = cmp.Or(why, found)
			return false
		case *parser.Word:
			found = unknown(ir.DefinitionOf(e).Expr, behind, knowsRules)
		case *parser.Fired:
			if !knowsRules {
				found = "the model does not remember which rules fired"
			}
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
