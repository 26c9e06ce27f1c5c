package parser

import (
	"strings"
	"unicode/utf8"
)

// This file writes figures: number, A's side, arrow, segment, arrow, B's side, each
// in a column of its own.

// figureKind marks the lines of figures among the lines of a file.
const figureKind = "figure"

// markFigure notes which lines are one figure, and how each is divided.
func (l *layout) markFigure(b *block) {
	nodes, _ := l.drawnLines(b)
	middle := middleOf(nodes)
	for _, n := range nodes {
		offset := n.stmt.offset()
		l.starts[offset] = &start{kind: figureKind, table: figureKind, group: b.open.Pos.Offset}
		l.drawn[offset] = l.columns(n, middle)
	}
	if b.close.Value == "}" {
		l.closes[b.open.Pos.Offset] = b.close.Pos.Offset
		l.closes[b.close.Pos.Offset] = b.open.Pos.Offset
	}
}

// The columns of a figure.
const (
	numberColumn = iota
	sideA
	leftArrow
	segmentColumn
	rightArrow
	sideB
	figureColumns
)

// columns divides a line.
func (l *layout) columns(n *drawnLine, middle int) (row [figureColumns]string) {
	if n.number != nil {
		row[numberColumn] = n.number.Value + "."
	}
	for _, c := range n.cells {
		text := c.tokens[0].Value
		if c.note {
			text = "(" + l.noteText(c) + ")"
		}
		column := sideA
		if n.sideOf(c, middle) == 1 {
			column = sideB
		}
		row[column] = strings.TrimPrefix(row[column]+" "+text, " ")
	}
	if len(n.fields) == 0 {
		return row
	}
	row[leftArrow], row[rightArrow] = n.arrows[0].Value, n.arrows[1].Value
	for _, f := range n.fields {
		row[segmentColumn] += "<" + f.name.Value
		for i, v := range f.values {
			if i == 0 {
				row[segmentColumn] += "="
			}
			row[segmentColumn] += v.Value
		}
		row[segmentColumn] += ">"
	}
	return row
}

// alignFigure writes the lines of a figure.
func (l *layout) alignFigure(group []*textLine) {
	var width [figureColumns]int
	for _, line := range group {
		row := l.drawn[line.tokens[0].Pos.Offset]
		for i, text := range row {
			if (i != sideA || row[leftArrow] != "") && text != "" {
				width[i] = max(width[i], utf8.RuneCountInString(text)+1)
			}
		}
	}
	for _, line := range group {
		at := 0
		for i, text := range l.drawn[line.tokens[0].Pos.Offset] {
			if text != "" {
				gap := at - utf8.RuneCountInString(line.text)
				if gap < 1 && line.text != "" {
					gap = 1
				}
				line.text += strings.Repeat(" ", gap) + text
			}
			at += width[i]
		}
		if last := line.tokens[len(line.tokens)-1]; last.Type == tokComment {
			line.text += "  " + tokenText(last)
		}
	}
}
