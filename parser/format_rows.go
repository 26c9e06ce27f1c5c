package parser

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file writes lines: tokens with the right space between them, in cells,
// and the cells of neighbouring lines in columns.

// cell is the part of a line that a column holds.
type cell struct {
	text string
	rank int  // of the column; 0 for the first cell
	gap  int  // spaces that must stand before it
	wide bool // the author has left more
}

// limits of the columns of tables: what does not fit stands behind, out of line.
var columnLimits = map[int]int{2: 56, 3: 104}

// alignRows writes the text of every line.
func alignRows(lines []*textLine, l *layout) {
	groups := map[int][]*textLine{}
	var order []int
	for _, line := range lines {
		if st := l.starts[line.tokens[0].Pos.Offset]; st != nil {
			if groups[st.group] == nil {
				order = append(order, st.group)
			}
			groups[st.group] = append(groups[st.group], line)
			continue
		}
		for i, c := range l.cells(line) {
			if i > 0 {
				line.text += strings.Repeat(" ", c.gap)
			}
			line.text += c.text
		}
	}
	for _, g := range order {
		if l.starts[groups[g][0].tokens[0].Pos.Offset].kind == figureKind {
			l.alignFigure(groups[g])
			continue
		}
		l.alignGroup(groups[g])
	}
}

// alignGroup lines up the columns of neighbouring lines.
func (l *layout) alignGroup(group []*textLine) {
	table := l.starts[group[0].tokens[0].Pos.Offset].table != ""
	rows := make([][]cell, len(group))
	var ranks []int
	for i, line := range group {
		rows[i] = l.cells(line)
		for _, c := range rows[i] {
			if !slices.Contains(ranks, c.rank) {
				ranks = append(ranks, c.rank)
			}
		}
	}
	slices.Sort(ranks)
	for _, rank := range ranks {
		limit := 1 << 20
		if table && columnLimits[rank] > 0 {
			limit = columnLimits[rank]
		}
		column := 0
		if table || hinted(rows, rank) {
			setOff(rows, rank)
			column = columnOf(group, rows, rank, limit)
		}
		for i, line := range group {
			if c := find(rows[i], rank); c != nil && rank > 0 {
				width := utf8.RuneCountInString(line.text)
				line.text += strings.Repeat(" ", max(c.gap, column-width)) + c.text
			} else if c != nil {
				line.text = c.text
			}
		}
	}
}

// hinted tells whether the author has lined a column up: of two lines that have
// it, one has more space before it than there must be.
func hinted(rows [][]cell, rank int) bool {
	have, wide := 0, false
	for _, row := range rows {
		if c := find(row, rank); c != nil {
			have++
			wide = wide || c.wide
		}
	}
	return have > 1 && wide
}

// setOff gives a column of quoted texts two spaces.
func setOff(rows [][]cell, rank int) {
	for _, row := range rows {
		if c := find(row, rank); c != nil && strings.HasPrefix(c.text, `"`) {
			c.gap = 2
		}
	}
}

// columnOf is where a column begins: behind the longest of the lines that have it.
func columnOf(group []*textLine, rows [][]cell, rank, limit int) int {
	column := 0
	for i, line := range group {
		if c := find(rows[i], rank); c != nil {
			if begins := utf8.RuneCountInString(line.text) + c.gap; begins <= limit {
				column = max(column, begins)
			}
		}
	}
	return column
}

func find(row []cell, rank int) *cell {
	for i := range row {
		if row[i].rank == rank {
			return &row[i]
		}
	}
	return nil
}

// cells divides a line. Columns are only those of the statement that the line
// begins with, and only from left to right.
func (l *layout) cells(line *textLine) []cell {
	first := line.tokens[0]
	st := l.starts[first.Pos.Offset]
	row := []cell{{text: tokenText(first)}}
	for i, t := range line.tokens[1:] {
		before := line.tokens[i]
		gap, m := l.gap(before, t), l.marks[t.Pos.Offset]
		last := &row[len(row)-1]
		rank := m.rank
		if st != nil && st.first && len(row) == 1 && rank > 0 {
			rank = 1
		}
		if st == nil || rank <= last.rank || m.row != first.Pos.Offset {
			last.text += strings.Repeat(" ", gap) + tokenText(t)
			continue
		}
		row = append(row, cell{text: tokenText(t), rank: rank, gap: gap, wide: between(before, t) > gap})
	}
	return row
}

// between is the space that the author has left between two tokens of a line.
func between(a, b lexer.Token) int {
	if a.Pos.Line != b.Pos.Line {
		return 0
	}
	return b.Pos.Offset - a.Pos.Offset - len(a.Value)
}

// gap is the space that stands between two tokens of a line.
func (l *layout) gap(a, b lexer.Token) int {
	if m, ok := l.marks[b.Pos.Offset]; ok {
		if m.gap == keep {
			return min(max(1, between(a, b)), 2)
		}
		return m.gap
	}
	switch {
	case b.Type == tokComment:
		return 2
	case b.Value == "," || b.Value == ")" || b.Value == ";" || a.Value == "(":
		return 0
	case b.Value == "(" && (a.Value == "min" || a.Value == "max" || a.Value == "running" || strings.HasSuffix(a.Value, ".running")):
		return 0
	}
	return 1
}

// tokenText is a token as it is written.
func tokenText(t lexer.Token) string {
	switch t.Type {
	case tokComment:
		return strings.TrimRight(t.Value, " \t\r")
	case tokCite:
		m := citeShape.FindStringSubmatch(t.Value)
		switch {
		case m != nil && m[2] != "":
			return "@rfc(" + m[1] + ", " + m[2] + ")"
		case m != nil:
			return "@rfc(" + m[1] + ")"
		}
	}
	return t.Value
}
