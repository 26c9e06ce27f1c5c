package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2"
)

// This file finds the columns of every statement: where they begin, and how much
// space stands before them.

// markList marks the statements of one block, of the file if top.
func (l *layout) markList(list []*statement, top bool, table string, outer *statement) {
	var before *statement
	for _, s := range list {
		if len(s.tokens) == 0 {
			continue
		}
		st := &start{kind: s.rowKind(), table: table, group: s.offset()}
		if table != "" {
			st.kind = table
		}
		if before != nil && l.starts[before.offset()].kind == st.kind && before.last().Pos.Line+1 == s.tokens[0].Pos.Line {
			st.group = l.starts[before.offset()].group
		}
		l.starts[s.offset()] = st
		m := &marker{layout: l, s: s, row: s.offset(), top: top}
		if outer != nil && len(list) == 1 {
			m.row, m.base = outer.offset(), 10
		}
		m.statement(st)
		before = s
		l.markBlocks(s, top)
	}
}

func (l *layout) markBlocks(s *statement, top bool) {
	if top && s.tokens[0].Value == "scenario" {
		for _, b := range s.blocks {
			l.markFigure(b)
		}
		return
	}
	inner := ""
	if top && (tables[s.tokens[0].Value] || s.tokens[0].Value == "world") {
		inner = s.tokens[0].Value
	}
	for _, b := range s.blocks {
		if b.close.Value != "}" {
			continue
		}
		several := l.several(b)
		if several {
			l.closes[b.open.Pos.Offset] = b.close.Pos.Offset
			l.closes[b.close.Pos.Offset] = b.open.Pos.Offset
		}
		var outer *statement
		if !several && s.tokens[0].Value == "in" {
			outer = s
		}
		l.markList(b.statements, false, inner, outer)
		if inner == "world" && !several {
			l.closeUp(b)
		}
	}
}

// hasComment tells whether a comment stands in a block without statements.
func (l *layout) hasComment(b *block) bool {
	return strings.Contains(l.src.text[b.open.Pos.Offset:b.close.Pos.Offset], "#")
}

func (s *statement) offset() int { return s.tokens[0].Pos.Offset }

// rowKind is the kind of a statement as far as columns go.
func (s *statement) rowKind() string {
	if len(s.tokens) > 1 && s.tokens[1].Value == "<-" {
		return "<-"
	}
	return s.kind()
}

// marker marks the tokens of one statement.
type marker struct {
	*layout
	s    *statement
	row  int
	base int
	top  bool // a declaration, or what stands where one should
}

func (m *marker) at(offset, gap, rank int) {
	if rank > 0 {
		rank += m.base
	}
	m.marks[offset] = mark{gap: gap, rank: rank, row: m.row}
}

// token marks the first token with a text.
func (m *marker) token(text string, gap, rank int) {
	for _, t := range m.s.tokens {
		if t.Value == text {
			m.at(t.Pos.Offset, gap, rank)
			return
		}
	}
}

// block marks the brace of a block; it is a column only if the block ends on its line.
func (m *marker) block(index, gap, rank int) {
	b := m.s.blocks[index]
	if m.several(b) {
		rank = 0
	}
	m.at(b.open.Pos.Offset, gap, rank)
}

// several tells whether a block takes several lines.
func (l *layout) several(b *block) bool {
	return b.open.Pos.Line != b.close.Pos.Line && (len(b.statements) > 0 || l.hasComment(b))
}

// notes marks annotations: the quoted text is one column, citations and labels
// another. One space stands before a text directly behind the name.
func (m *marker) notes(list []*noteNode, docGap, docRank, rank int) {
	before := ""
	for i, n := range list {
		kind, gap, column := "note", 2, rank
		if n.Text != "" {
			kind, column = "text", docRank
			if i == 0 {
				gap = docGap
			}
		}
		if kind == before {
			gap, column = keep, 0
		}
		m.at(n.Pos.Offset, gap, column)
		before = kind
	}
}

// marked parses a statement to be marked; nil after an error.
func marked[P any](m *marker, p *participle.Parser[P]) *P {
	kind := m.s.kind()
	if st := m.starts[m.s.offset()]; st.table != "" {
		kind = st.table
	}
	n, _ := parseRow(m.file, p, m.s, kind).(*P)
	return n
}

func (m *marker) statement(st *start) {
	if st.table != "" {
		m.tableRow(st)
		return
	}
	word := m.s.tokens[0].Value
	switch {
	case m.top && !declarations[word]:
		m.noDeclaration(m.s)
	case m.top && tables[word]:
		m.table()
	case m.top:
		m.declaration(word)
	case !m.inBody(m.s):
		m.inner(word, st)
	}
}

func (m *marker) inner(word string, st *start) {
	switch word {
	case "rule", "step":
		m.guarded(word, st)
	case "ordered", "unordered":
		if marked(m, ordereds) != nil {
			m.block(0, 1, 0)
		}
	case "in":
		if marked(m, ins) != nil {
			m.block(0, 1, 1)
		}
	case "if":
		if marked(m, ifs) != nil {
			m.block(0, 1, 1)
		}
	case "let":
		if marked(m, lets) != nil {
			m.token("=", 1, 1)
		}
	case "send":
		if marked(m, sends) != nil {
			m.fields()
		}
	case "defect":
		if n := marked(m, defects); n != nil {
			m.notes(n.Notes, 1, 0, 0)
		}
	case "literal", "amended":
		if marked(m, readings) != nil {
			m.block(0, 1, 1)
		}
	case "clear", "start", "stop", "goto", "signal", "return", "drop", "forget", "continue":
		marked(m, plains)
	default:
		if marked(m, dos) != nil && m.s.rowKind() == "<-" {
			m.token("<-", 1, 1)
		}
	}
}

func (m *marker) table() {
	if n := marked(m, tableFor); n != nil {
		for _, note := range n.Before {
			m.at(note.Pos.Offset, 1, 0)
		}
		m.notes(n.Behind, 2, 0, 0)
	}
}

func (m *marker) declaration(word string) {
	switch word {
	case "spec":
		if n := marked(m, specs); n != nil {
			m.notes(n.Notes, 1, 0, 0)
		}
	case "set":
		if n := marked(m, sets); n != nil {
			m.notes(n.Notes, 1, 3, 4)
			m.token("=", 2, 5)
		}
	case "action":
		if n := marked(m, actions); n != nil {
			m.notes(n.Notes, 1, 3, 4)
			m.block(n.Block, 1, 5)
		}
	case "property":
		if n := marked(m, properties); n != nil {
			m.notes(n.Notes, 1, 0, 0)
			m.parts()
		}
	case "term":
		if n := marked(m, terms); n != nil {
			m.term(n)
		}
	case "scenario":
		if n := marked(m, scenarios); n != nil {
			m.notes(n.Notes, 1, 0, 0)
		}
	case "world":
		if n := marked(m, worlds); n != nil {
			m.world(n)
		}
	case "on":
		if n := marked(m, ons); n != nil {
			m.notes(n.Notes, 2, 3, 4)
			m.block(n.Block, 1, 5)
		}
	default:
		n := marked(m, wordDecl)
		if n == nil {
			return
		}
		gap := 2
		if n.Type != nil {
			m.token(":", 1, 2)
			if len(n.Notes) == 0 {
				gap = 1
			}
		}
		m.notes(n.Notes, 1, 3, 4)
		if n.Catches != "" {
			m.token("catches", 2, 0)
		}
		m.token("=", gap, 5)
	}
}

func (m *marker) guarded(word string, st *start) {
	var parts []*partNode
	body, gap := 0, 1
	if word == "rule" {
		n := marked(m, rules)
		if n == nil {
			return
		}
		parts, body, gap, st.first = n.Parts, n.Block, 2, true
	} else if n := marked(m, steps); n != nil {
		parts, body = n.Parts, n.Block
	} else {
		return
	}
	var notes []*noteNode
	for _, p := range parts {
		if p.Note != nil {
			notes = append(notes, p.Note)
		} else {
			m.at(p.Pos.Offset, gap, 2)
		}
	}
	m.notes(notes, gap, 4, 3)
	m.block(body, gap, 5)
}

// fields marks the < and > of send: nothing stands around them but before the first.
func (m *marker) fields() {
	t := m.s.tokens
	for i := range t {
		switch {
		case t[i].Type == tokOpen:
			gap := 0
			if t[i-1].Type != tokClose {
				gap = 1
			}
			m.at(t[i].Pos.Offset, gap, 0)
			m.at(t[i+1].Pos.Offset, 0, 0)
			if t[i+2].Value == "=" {
				m.at(t[i+2].Pos.Offset, 0, 0)
				m.at(t[i+3].Pos.Offset, 0, 0)
			}
			if t[i+1].Value == "CTL" {
				for j := i + 2; j+1 < len(t) && t[j].Type != tokClose; j++ {
					m.at(t[j].Pos.Offset, 0, 0)
				}
			}
		case t[i].Type == tokClose:
			m.at(t[i].Pos.Offset, 0, 0)
		}
	}
}

// tableRow marks the columns of a table: parameters or type, text, annotations.
func (m *marker) tableRow(st *start) {
	if st.table == "world" {
		m.worldLine()
		return
	}
	if st.table == "control" {
		marked(m, bits)
		return
	}
	n := marked(m, rows)
	if n == nil {
		return
	}
	if n.Params != nil {
		m.token("(", 1, 1)
	}
	if n.Type != nil {
		m.token(":", 1, 1)
	}
	textColumn := 2
	if n.Chosen != nil { // too long for its column
		textColumn = 0
	}
	m.notes(n.Notes, 2, textColumn, 3)
}
