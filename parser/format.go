package parser

import (
	"bytes"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Format writes a file in the one canonical form. Comments and line breaks stay
// the author's; indentation and the spaces within a line are the formatter's. The
// columns of tables are lined up; in other neighbouring lines of one kind they
// are where the author has begun to line them up. A file with a syntax error is
// refused with Diagnostics. Format(Format(x)) is Format(x).
func Format(src []byte) ([]byte, error) {
	rep := &reporter{sources: map[string]*source{}}
	f, all := splitFile(rep, "", src)
	l := &layout{file: f, marks: map[int]mark{}, starts: map[int]*start{}, closes: map[int]int{}, drawn: map[int][figureColumns]string{}}
	l.markList(all, true, "", nil)
	if rep.failed() {
		return nil, rep.sorted()
	}
	lines := l.lines()
	l.indent(lines)
	alignRows(lines, l)
	var out bytes.Buffer
	for i, line := range lines {
		if line.blank && i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(strings.TrimRight(strings.Repeat(" ", line.indent)+line.text, " "))
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// layout is what the formatter knows of a file, by the offsets of its tokens.
type layout struct {
	*file
	marks  map[int]mark                  // the space before a token, and the column that begins there
	starts map[int]*start                // first tokens of statements
	closes map[int]int                   // { to its }, for blocks of several lines; and } to its {
	drawn  map[int][figureColumns]string // lines of figures
}

// mark is how a token stands behind the one before it on its line.
type mark struct {
	gap  int // spaces; keep: as the author has it, one or two
	rank int // of the column that begins here, 0 for none
	row  int // offset of the statement whose columns these are
}

const keep = -1

// start is the first token of a statement.
type start struct {
	kind  string
	table string // the table it is a row of
	group int    // neighbours whose columns are lined up have the offset of the first of them
	first bool   // the first cell behind the name is one column, whatever it is
}

// textLine is a line of the result.
type textLine struct {
	tokens []lexer.Token
	blank  bool // an empty line stands before it
	indent int
	text   string
}

// lines breaks the file as the author has, and where a block of several lines begins and ends.
func (l *layout) lines() []*textLine {
	var all []*textLine
	line := &textLine{}
	flush := func() {
		if len(line.tokens) > 0 {
			all = append(all, line)
			line = &textLine{}
		}
	}
	tokens, newlines := l.spare(l.src.tokens()), 0
	for _, t := range tokens {
		if t.Type == tokNewline {
			newlines++
			flush()
			continue
		}
		if _, closes := l.closes[t.Pos.Offset]; closes && t.Value == "}" {
			flush()
			newlines = 0
		}
		if len(line.tokens) == 0 {
			line.blank = newlines > 1 && !l.opensAtEnd(all)
		}
		newlines = 0
		line.tokens = append(line.tokens, t)
		if _, opens := l.closes[t.Pos.Offset]; opens && t.Value == "{" && !l.commentFollows(tokens, t) {
			flush()
		}
	}
	flush()
	return all
}

// opensAtEnd tells whether the last line opens a block of several lines.
func (l *layout) opensAtEnd(all []*textLine) bool {
	if len(all) == 0 {
		return false
	}
	for _, t := range all[len(all)-1].tokens {
		if _, opens := l.closes[t.Pos.Offset]; opens && t.Value == "{" {
			return true
		}
	}
	return false
}

// commentFollows tells whether a comment stands behind a token on its line.
func (l *layout) commentFollows(tokens []lexer.Token, t lexer.Token) bool {
	for _, u := range tokens {
		if u.Pos.Offset > t.Pos.Offset {
			return u.Type == tokComment && u.Pos.Line == t.Pos.Line
		}
	}
	return false
}

// spare takes away the separators and line ends that say nothing, and the end of the file.
func (l *layout) spare(tokens []lexer.Token) []lexer.Token {
	var kept []lexer.Token
	for i, t := range tokens {
		if t.EOF() || t.Value == ";" && !l.separates(kept, tokens[i+1:]) {
			continue
		}
		if t.Type == tokNewline && len(kept) > 0 && kept[len(kept)-1].Value == "{" && closesNext(tokens[i:]) {
			continue
		}
		kept = append(kept, t)
	}
	return kept
}

// separates tells whether a ; stands between two statements of one line.
func (l *layout) separates(before, after []lexer.Token) bool {
	if len(before) == 0 {
		return false
	}
	if last := before[len(before)-1]; last.Type == tokNewline || last.Value == "{" || last.Value == ";" {
		return false
	}
	for _, t := range after {
		if t.Value != ";" {
			return !t.EOF() && t.Type != tokNewline && t.Type != tokComment && t.Value != "}"
		}
	}
	return false
}

// closesNext tells whether nothing but line ends stands before the next }.
func closesNext(tokens []lexer.Token) bool {
	for _, t := range tokens {
		if t.Type != tokNewline && t.Value != ";" {
			return t.Value == "}"
		}
	}
	return false
}

// frame is an open block of several lines.
type frame struct {
	content   int // indentation of what stands in it
	statement int // indentation of the statement now being written there
}

// indent finds the indentation of every line.
func (l *layout) indent(lines []*textLine) {
	stack, proof := []frame{{}}, (*proofIndent)(nil)
	for i, line := range lines {
		top := &stack[len(stack)-1]
		first := line.tokens[0]
		_, closes := l.closes[first.Pos.Offset]
		switch {
		case first.Value == "}" && closes && len(stack) > 1:
			line.indent = top.content - 2
			stack = stack[:len(stack)-1]
		case l.starts[first.Pos.Offset] != nil:
			line.indent = top.content
			top.statement = top.content
			proof = proofOf(l.starts[first.Pos.Offset].kind)
		case first.Type == tokComment && !l.continues(lines[i+1:]):
			line.indent = top.content
		case proof != nil:
			line.indent = proof.of(first)
		default:
			line.indent = top.statement + hanging(first)
		}
		top = &stack[len(stack)-1]
		for j, t := range line.tokens {
			if _, opens := l.closes[t.Pos.Offset]; !opens || t.Value != "{" {
				continue
			}
			content := top.statement + 2
			if j == 0 {
				content = line.indent + 2
			}
			stack = append(stack, frame{content: content, statement: content})
			top = &stack[len(stack)-1]
		}
	}
}

// hanging is how far a line is indented that goes on with a statement. Operators
// hang out to the left, so that what they join is in one column.
func hanging(first lexer.Token) int {
	switch {
	case first.Value == "else":
		return 0
	case first.Type == tokOperator || first.Value == "or" || first.Value == "and":
		return max(0, 3-len(first.Value))
	}
	return 2
}

// continues tells whether the next line that is no comment goes on with a statement.
func (l *layout) continues(rest []*textLine) bool {
	for _, line := range rest {
		first := line.tokens[0]
		if first.Type == tokComment {
			continue
		}
		return l.starts[first.Pos.Offset] == nil && first.Value != "}"
	}
	return false
}
