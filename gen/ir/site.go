package ir

import "github.com/lockstep-tcp/lockstep/parser"

// Site is where two texts differ: a change there is felt by events that come to
// one of the Nodes; and, if an expression has another in its Instead, only where
// the two have different values. (Expressions have no effects: both can be had.)
type Site struct {
	Nodes   []any       // statements, or one expression
	Instead parser.Expr // nil for statements
}
