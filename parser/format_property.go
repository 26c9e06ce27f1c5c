package parser

import "github.com/alecthomas/participle/v2/lexer"

// This file lays out properties and terms.

// clauses are the words that begin the parts of a property, each on a line of its own or not.
var clauses = wordSet(`catches always each sometimes whenever eventually nocycle refines assuming`)

// parts marks the : behind the event of a property, and the fields of what is sent.
func (m *marker) parts() {
	for i, t := range m.s.tokens {
		switch {
		case t.Value == ":":
			m.at(t.Pos.Offset, 0, 0)
		case i > 0 && clauses[t.Value] && t.Type == tokKeyword:
			m.at(t.Pos.Offset, 2, 0)
		}
	}
	m.fields()
}

// term marks a term as guards and values are.
func (m *marker) term(n *termNode) {
	gap := 2
	if n.Type != nil {
		m.token(":", 1, 2)
		if len(n.Notes) == 0 {
			gap = 1
		}
	}
	m.fields()
	m.notes(n.Notes, 1, 3, 4)
	m.token("=", gap, 5)
}

// proofIndent is how far the lines within a property or a term are indented: clauses
// first, what they say further in, and what is implied further than that.
type proofIndent struct{ implied bool }

func proofOf(kind string) *proofIndent {
	if !marginal[kind] {
		return nil
	}
	return &proofIndent{}
}

func (p *proofIndent) of(first lexer.Token) int {
	switch {
	case clauses[first.Value] && first.Type == tokKeyword:
		p.implied = false
		return 2
	case first.Type == tokCite, first.Type == tokString, first.Type == tokComment, first.Value == "=",
		first.Type == tokName && labelShape.MatchString(first.Value):
		return 2
	case p.implied:
		return 8
	}
	p.implied = first.Value == "implies"
	return 4
}
