package parser

import "github.com/alecthomas/participle/v2/lexer"

// This file lays out worlds: what a line is about, and in a column what it says.

// world marks the head of a world.
func (m *marker) world(n *worldNode) {
	var notes []*noteNode
	for _, p := range n.Parts {
		if p.Note != nil {
			notes = append(notes, p.Note)
		}
	}
	m.notes(notes, 1, 0, 0)
	m.token("like", 2, 0)
	m.block(n.Block, 1, 0)
}

// worldLine marks a line of a world.
func (m *marker) worldLine() {
	if m.file.worldLine(m.s) == nil {
		return
	}
	m.at(m.s.says().Pos.Offset, 2, 1)
	m.drawnFields()
	for _, u := range m.s.tokens {
		if u.Value == ":" {
			m.at(u.Pos.Offset, 0, 0)
		}
	}
}

// says is the token behind what a line of a world is about: network, or user A.
func (s *statement) says() lexer.Token {
	if word := s.tokens[0].Value; word == "user" || word == "host" {
		return s.tokens[2]
	}
	return s.tokens[1]
}

// closeUp leaves one space where a world stands on one line.
func (l *layout) closeUp(b *block) {
	for _, s := range b.statements {
		for _, t := range s.tokens {
			if m, ok := l.marks[t.Pos.Offset]; ok {
				m.gap = min(m.gap, 1)
				l.marks[t.Pos.Offset] = m
			}
		}
	}
}

// drawnFields leaves no space within the fields of a segment, nor between them.
func (m *marker) drawnFields() {
	inside := false
	t := m.s.tokens
	for i := range t {
		switch {
		case t[i].Value == "<" && t[i-1].Value == ">":
			m.at(t[i].Pos.Offset, 0, 0)
			inside = true
		case t[i].Value == "<":
			inside = true
		case inside:
			m.at(t[i].Pos.Offset, 0, 0)
			inside = t[i].Value != ">"
		}
	}
}
