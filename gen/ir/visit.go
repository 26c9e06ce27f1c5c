package ir

import "github.com/lockstep-tcp/lockstep/parser"

// Visit sees an expression and what is in it, as far as see wants to go into what it
// saw; the words that are used it does not open.
func Visit(e parser.Expr, see func(parser.Expr) (into bool)) {
	if e == nil || !see(e) {
		return
	}
	switch e := e.(type) {
	case *parser.Not:
		Visit(e.X, see)
	case *parser.Binary:
		Visit(e.X, see)
		Visit(e.Y, see)
	case *parser.Cond:
		Visit(e.If, see)
		Visit(e.Then, see)
		Visit(e.Else, see)
	case *parser.Of:
		Visit(e.X, see)
	case *parser.Sends:
		Visit(e.Such, see)
	}
}

// Definition is what a word stands for: a guard, a value or a term.
type Definition struct {
	*parser.Decl
	Expr parser.Expr
}

// DefinitionOf finds it.
func DefinitionOf(e *parser.Word) Definition {
	switch {
	case e.Guard != nil:
		return Definition{&e.Guard.Decl, e.Guard.Expr}
	case e.Value != nil:
		return Definition{&e.Value.Decl, e.Value.Expr}
	}
	return Definition{&e.Term.Decl, e.Term.Expr}
}

// Words are what guards, values and terms stand for, by name.
func (p *Program) Words() map[string]parser.Expr {
	words := map[string]parser.Expr{}
	for _, g := range p.Guards {
		words[g.Name] = g.Expr
	}
	for _, v := range p.Values {
		words[v.Name] = v.Expr
	}
	for _, t := range p.Terms {
		words[t.Name] = t.Expr
	}
	return words
}
