package parser

import (
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// This file reads the lines of figures, which are no statements: a line ends where
// it ends, and the place of a word tells whose it is.
//
//	2. SYN-SENT  --> <SEQ=100><CTL=SYN>  --> SYN-RECEIVED

type scenarioNode struct {
	Name  nameNode    `parser:"'scenario' @@"`
	Notes []*noteNode `parser:"@@*"`
	Block int         `parser:"@Block"`
}

// The arrows of a figure. Lost is drawn at the side that the segment does not reach.
const (
	delayed   = "..."
	lostRight = "--X"
	lostLeft  = "X--"
)

// meets has the pairs of arrows around a segment.
var meets = map[[2]string]bool{
	{"-->", "-->"}: true, {"-->", delayed}: true, {"-->", lostRight}: true, {delayed, "-->"}: true,
	{"<--", "<--"}: true, {delayed, "<--"}: true, {lostLeft, "<--"}: true, {"<--", delayed}: true,
}

// drawnLine is a line of a figure, as far as its form goes.
type drawnLine struct {
	stmt   *statement
	number *lexer.Token
	cells  []drawnCell
	arrows []lexer.Token // none, or two
	fields []drawnField  // of the segment
}

// drawnCell is a state, or a note in parentheses.
type drawnCell struct {
	tokens []lexer.Token
	note   bool
	behind bool // the segment of its line
}

// drawnField is <NAME=VALUES>, or <NAME>.
type drawnField struct {
	name   lexer.Token
	values []lexer.Token
}

const noMiddle = 1 << 30

// middleOf is the column where the segments of a figure begin: what stands by
// itself and begins before it is A's.
func middleOf(lines []*drawnLine) int {
	middle := noMiddle
	for _, n := range lines {
		if len(n.fields) > 0 {
			middle = min(middle, n.fields[0].name.Pos.Column-1)
		}
	}
	return middle
}

// sideOf tells whose a cell is.
func (n *drawnLine) sideOf(c drawnCell, middle int) int {
	if c.behind || len(n.fields) == 0 && c.tokens[0].Pos.Column >= middle {
		return 1
	}
	return 0
}

// drawnLines reads the lines of a figure; whole tells that all of them are in order.
func (f *file) drawnLines(b *block) (lines []*drawnLine, whole bool) {
	whole = true
	for _, s := range b.statements {
		if len(s.tokens) == 0 {
			continue
		}
		if s.tokens[0].Pos.Line == b.open.Pos.Line {
			d := f.errorf("figure", f.place(s.tokens[0].Pos), "a figure begins below its {")
			f.help(d, "begin a new line: the places of words count")
			whole = false
			continue
		}
		r := &figureReader{file: f, rest: s.tokens, line: &drawnLine{stmt: s}}
		if r.read() {
			lines = append(lines, r.line)
		} else {
			whole = false
		}
	}
	return lines, whole
}

// figureReader reads one line.
type figureReader struct {
	*file
	rest []lexer.Token
	line *drawnLine
}

func (r *figureReader) peek() string {
	if len(r.rest) == 0 {
		return ""
	}
	return r.rest[0].Value
}

func (r *figureReader) next() lexer.Token {
	t := r.rest[0]
	r.rest = r.rest[1:]
	return t
}

func (r *figureReader) read() bool {
	n := r.line
	if r.rest[0].Type == tokNumber && len(r.rest) > 1 && r.rest[1].Value == "." {
		t := r.next()
		r.next()
		if _, err := strconv.ParseUint(t.Value, 10, 16); err != nil {
			return r.refuse(t)
		}
		n.number = &t
	}
	ok := true
	for ok && len(r.rest) > 0 {
		switch t := r.rest[0]; {
		case t.Type == tokArrow:
			n.arrows = append(n.arrows, r.next())
		case t.Value == "<" && len(n.fields) == 0:
			ok = r.segment()
		case t.Value == "(":
			ok = r.note()
		case t.Type == tokName:
			n.cells = append(n.cells, drawnCell{tokens: []lexer.Token{r.next()}, behind: len(n.fields) > 0})
		default:
			ok = r.refuse(t)
		}
	}
	return ok && r.whole()
}

// segment reads <SEQ=100><CTL=SYN>.
func (r *figureReader) segment() bool {
	for r.peek() == "<" {
		open := r.next()
		if len(r.rest) == 0 || r.rest[0].Type != tokName {
			return r.refuse(open)
		}
		field := drawnField{name: r.next()}
		if r.peek() == "=" {
			r.next()
			for len(r.rest) > 0 && r.peek() != ">" {
				field.values = append(field.values, r.next())
			}
		}
		if r.peek() != ">" {
			d := r.errorf("figure", r.place(open.Pos), "this field is not closed")
			r.help(d, "> closes a field: <SEQ=100>")
			return false
		}
		r.next()
		r.line.fields = append(r.line.fields, field)
	}
	return true
}

// note reads what stands in parentheses.
func (r *figureReader) note() bool {
	c := drawnCell{note: true, behind: len(r.line.fields) > 0}
	for len(r.rest) > 0 {
		t := r.next()
		c.tokens = append(c.tokens, t)
		switch {
		case t.Value == ")" && len(c.tokens) > 2:
			r.line.cells = append(r.line.cells, c)
			return true
		case t.Value == ";" || t.Value == ":" || t.Value == "{" || t.Value == ")" || t.Value == "(" && len(c.tokens) > 1,
			t.Type == tokString, t.Type == tokUnclosed, t.Type == tokCite:
			return r.refuse(t)
		}
	}
	d := r.errorf("figure", r.place(c.tokens[0].Pos), "this note is not closed")
	r.help(d, "a note is written (Close), on one line")
	return false
}

func (r *figureReader) refuse(t lexer.Token) bool {
	if t.Type == tokUnclosed {
		d := r.errorf("unclosed-string", r.place(t.Pos), "this string is not closed")
		r.help(d, "%s", shapeOf("figure"))
		return false
	}
	d := r.errorf("figure", r.place(t.Pos), "%s cannot stand here in a figure", t.Value)
	r.help(d, "%s", shapeOf("figure"))
	return false
}

// whole tells whether arrows and segment go together.
func (r *figureReader) whole() bool {
	n := r.line
	at := n.stmt.tokens[0]
	switch {
	case len(n.arrows) == 0 && len(n.fields) == 0:
		if n.number != nil && len(n.cells) == 0 {
			return r.refuse(at)
		}
		return true
	case len(n.arrows) > 0:
		at = n.arrows[0]
	default:
		at = n.fields[0].name
	}
	if len(n.fields) == 0 || len(n.arrows) != 2 || n.arrows[0].Pos.Offset > n.fields[0].name.Pos.Offset || n.arrows[1].Pos.Offset < n.fields[0].name.Pos.Offset {
		d := r.errorf("figure", r.place(at.Pos), "a segment stands between two arrows, and arrows around a segment")
		r.help(d, "%s", shapeOf("figure"))
		return false
	}
	for _, c := range n.cells {
		if p := c.tokens[0].Pos.Offset; !c.behind && p > n.arrows[0].Pos.Offset || c.behind && p < n.arrows[1].Pos.Offset {
			return r.refuse(c.tokens[0])
		}
	}
	if !meets[[2]string{n.arrows[0].Value, n.arrows[1].Value}] {
		d := r.errorf("figure", r.place(at.Pos), "these arrows do not meet")
		r.help(d, "--> … --> from A to B, <-- … <-- from B to A; ... where the segment is still under way, or comes out of the network; --X or X-- where it is lost")
		return false
	}
	return true
}

// drawnNumber reads 100, Z or Z+1.
func (f *file) drawnNumber(field drawnField) DrawnNumber {
	var n DrawnNumber
	values := field.values
	if len(values) > 0 && values[0].Type == tokName {
		n.Letter, values = values[0].Value, values[1:]
		if len(values) == 0 {
			return n
		}
		if values[0].Value == "+" {
			values = values[1:]
		}
	}
	if len(values) == 1 {
		if v, err := strconv.ParseUint(values[0].Value, 10, 32); err == nil {
			n.Add = uint32(v)
			return n
		}
	}
	d := f.errorf("number", f.place(field.name.Pos), "%s has no number", field.name.Value)
	f.help(d, "figures have numbers like 100, or a letter for any number, like Z and Z+1")
	return n
}

// noteText is a note without its parentheses, with single spaces.
func (f *file) noteText(c drawnCell) string {
	first, last := c.tokens[0], c.tokens[len(c.tokens)-1]
	return strings.Join(strings.Fields(f.src.text[first.Pos.Offset+1:last.Pos.Offset]), " ")
}

// drawnText is a line as its author drew it.
func (f *file) drawnText(n *drawnLine) string {
	first, last := n.stmt.tokens[0], n.stmt.last()
	return f.src.text[first.Pos.Offset : last.Pos.Offset+len(last.Value)]
}
