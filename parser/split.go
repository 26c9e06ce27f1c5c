package parser

import (
	"strconv"

	"github.com/alecthomas/participle/v2/lexer"
)

// The splitter cuts a file into statements before any grammar is applied, so
// that a mistake in one statement cannot hide the next. A statement is a list of
// tokens in which every block has become one token.

// statement is a declaration, a row of a table, or something to do.
type statement struct {
	tokens []lexer.Token
	blocks []*block
}

// block is what stands between { and }.
type block struct {
	open, close lexer.Token
	statements  []*statement
}

const (
	maxFileSize  = 1 << 17 // octets
	maxDepth     = 32      // of braces and parentheses
	maxStatement = 1000    // tokens
	maxFindings  = 50
)

// tables are the declarations that list things, one a row.
var tables = wordSet(`ghost states tcb settings segment control timers effects signals replies events`)

// declarations stand at the left margin only, so one of them there ends every open block.
var declarations = wordSet(`spec set guard value action invariant on scenario world property term
	ghost states tcb settings segment control timers effects signals replies events`)

// openers begin a statement that is not complete without a block.
var openers = wordSet(`rule step ordered unordered in if defect literal amended action on scenario world
	ghost states tcb settings segment control timers effects signals replies events`)

// starters begin a statement wherever they stand first on a line.
var starters = wordSet(`rule step ordered unordered in if let send clear start stop goto signal return drop forget
	continue defect literal amended`)

// companions are starters that may also go on with a statement on its next line.
var companions = map[string]map[string]bool{"rule": wordSet("if"), "on": wordSet("in"), "step": wordSet("when")}

// trailing tokens ask for more, so a line that ends with one goes on.
var trailing = wordSet(`and or not if else unless when in = != < =< > >= + - * / << >> | <- , : (`)

// leading tokens cannot begin a statement, so a line that begins with one goes on.
var leading = wordSet(`and or else = != < =< >= + - * / << >> | <- , : ) unless when == <= && || -> :=`)

// marginal declarations go on to the next thing at the left margin.
var marginal = wordSet(`property term`)

type splitter struct {
	*reporter
	src    *source
	tokens []lexer.Token
	at     int
	broken int // offset behind which an open block was last reported
}

func (p *splitter) peek() lexer.Token { return p.tokens[p.at] }

func (p *splitter) next() lexer.Token {
	t := p.tokens[p.at]
	if !t.EOF() {
		p.at++
	}
	return t
}

func (p *splitter) pos(t lexer.Token) Pos { return p.src.pos(t.Pos.Offset) }

// file splits the whole file.
func (p *splitter) file() []*statement {
	var all []*statement
	for {
		all = append(all, p.statements(0)...)
		t := p.next()
		if t.EOF() {
			return all
		}
		d := p.errorf("unmatched-brace", p.pos(t), "this } closes nothing")
		p.help(d, "take it away, or look for a block above that was closed too early")
	}
}

// statements reads up to the closing brace, or to the end of the file.
func (p *splitter) statements(depth int) []*statement {
	var list []*statement
	for {
		t := p.peek()
		switch {
		case t.EOF() || t.Value == "}":
			return list
		case t.Type == tokNewline || t.Type == tokComment || t.Value == ";":
			p.next()
		case depth > 0 && p.atMargin():
			return list
		default:
			list = append(list, p.statement(depth))
		}
	}
}

// atMargin tells whether a declaration begins here, at the left margin.
func (p *splitter) atMargin() bool {
	t := p.peek()
	return t.Pos.Column == 1 && declarations[t.Value]
}

func (p *splitter) statement(depth int) *statement {
	s := &statement{}
	first, parens, ended := p.peek(), 0, false
	for !ended {
		t := p.peek()
		switch {
		case t.EOF() || t.Value == "}" || t.Value == ";" || len(s.tokens) > 0 && p.atMargin():
			ended = true
			continue
		case t.Type == tokComment:
		case t.Type == tokNewline:
			ended = !p.goesOn(s, first, parens)
			continue
		case len(s.blocks) > 0 && p.followsBlock(s, first):
			ended = true
			continue
		case t.Value == "{":
			s.add(p.block(s, depth+1))
			parens = 0
			continue
		case t.Value == "(":
			parens++
			s.add(t)
		case t.Value == ")":
			parens--
			s.add(t)
		default:
			s.add(t)
		}
		p.next()
		if len(s.tokens) > maxStatement || parens+depth > maxDepth {
			p.tooMuch(s, parens+depth > maxDepth)
			return &statement{}
		}
	}
	markFields(s.tokens)
	return s
}

func (s *statement) add(t lexer.Token) { s.tokens = append(s.tokens, t) }

// followsBlock tells whether a new statement begins where one with a block might
// have gone on: behind "}" on the same line only else, the arms of a defect and
// the annotations of a table go on.
func (p *splitter) followsBlock(s *statement, first lexer.Token) bool {
	t := p.peek()
	last := s.tokens[len(s.tokens)-1]
	if last.Type != tokBlock || t.Value == "else" || tables[first.Value] {
		return false
	}
	if t.Value != "literal" && t.Value != "amended" {
		d := p.errorf("missing-separator", p.pos(t), "two statements on one line need a ; between them")
		p.help(d, "write ; before %s, or begin a new line", t.Value)
	}
	return true
}

// block reads from { to } and leaves one token in its place.
func (p *splitter) block(s *statement, depth int) lexer.Token {
	b := &block{open: p.next()}
	if depth > maxDepth {
		p.skipBlock(b.open)
	} else {
		b.statements = p.inside(s, depth)
	}
	b.close = p.peek()
	if b.close.Value == "}" && !(depth > maxDepth) {
		p.next()
	} else if depth <= maxDepth && p.broken != b.close.Pos.Offset+1 {
		p.broken = b.close.Pos.Offset + 1
		d := p.errorf("unclosed-block", p.pos(b.open), "this block is not closed")
		p.help(d, "write } where it ends; a declaration at the left margin ends every block")
		if !b.close.EOF() {
			p.also(d, p.pos(b.close), "this declaration begins inside it")
		}
	}
	t := lexer.Token{Type: tokBlock, Value: strconv.Itoa(len(s.blocks)), Pos: b.open.Pos}
	s.blocks = append(s.blocks, b)
	return t
}

// inside reads what stands in the block of a statement: statements, or the lines of a
// figure or of a world.
func (p *splitter) inside(s *statement, depth int) []*statement {
	if len(s.tokens) > 0 && s.tokens[0].Value == "scenario" {
		return p.lines(p.drawnLine)
	}
	if len(s.tokens) > 0 && s.tokens[0].Value == "world" {
		return p.lines(p.worldLine)
	}
	return p.statements(depth)
}

// lines reads a block of lines, each with one.
func (p *splitter) lines(one func() *statement) []*statement {
	var list []*statement
	for {
		switch t := p.peek(); {
		case t.EOF() || t.Value == "}" || p.atMargin():
			return list
		case t.Type == tokNewline || t.Type == tokComment:
			p.next()
		default:
			list = append(list, one())
		}
	}
}

// worldLine reads a line of a world, which goes on behind a comma or a colon. A ;
// divides two on one line.
func (p *splitter) worldLine() *statement {
	s := &statement{}
	for {
		switch t := p.peek(); {
		case t.EOF() || t.Value == "}" || p.atMargin():
			return s
		case t.Value == ";":
			p.next()
			return s
		case t.Type == tokComment:
			p.next()
		case t.Type == tokNewline:
			if last := len(s.tokens) - 1; last < 0 || s.tokens[last].Value != "," && s.tokens[last].Value != ":" {
				return s
			}
			p.next()
		case len(s.tokens) == maxStatement:
			p.tooMuch(s, false)
			return &statement{}
		default:
			s.add(p.next())
		}
	}
}

func (p *splitter) drawnLine() *statement {
	s := &statement{}
	for {
		switch t := p.peek(); {
		case t.EOF() || t.Type == tokNewline || t.Type == tokComment || t.Value == "}":
			return s
		case len(s.tokens) == maxStatement:
			p.tooMuch(s, false)
			return &statement{}
		default:
			s.add(p.next())
		}
	}
}

// skipBlock passes over a block that is nested too deeply.
func (p *splitter) skipBlock(open lexer.Token) {
	d := p.errorf("too-deep", p.pos(open), "blocks are nested more than %d deep", maxDepth)
	p.help(d, "give the inner part a name: an action")
	for depth := 1; depth > 0; {
		switch t := p.next(); {
		case t.EOF():
			return
		case t.Value == "{":
			depth++
		case t.Value == "}":
			depth--
		}
	}
}

// tooMuch reports a statement beyond the limits and passes over its line.
func (p *splitter) tooMuch(s *statement, deep bool) {
	if deep {
		d := p.errorf("too-deep", p.pos(s.tokens[len(s.tokens)-1]), "parentheses are nested more than %d deep", maxDepth)
		p.help(d, "give the inner part a name: a value or a guard")
	} else {
		d := p.errorf("too-long", p.pos(s.tokens[0]), "this statement has more than %d words", maxStatement)
		p.help(d, "divide it: name its parts as guards, values and actions")
	}
	for t := p.peek(); !t.EOF() && t.Type != tokNewline; t = p.peek() {
		p.next()
	}
}

// goesOn tells whether the statement goes on after the end of a line, and if so moves there.
func (p *splitter) goesOn(s *statement, first lexer.Token, parens int) bool {
	i := p.at
	for p.tokens[i].Type == tokNewline || p.tokens[i].Type == tokComment {
		i++
	}
	next, last := p.tokens[i], s.tokens[len(s.tokens)-1]
	if next.EOF() || next.Value == "}" || next.Value == ";" || next.Pos.Column == 1 && declarations[next.Value] {
		return false
	}
	on := false
	switch {
	case marginal[first.Value]:
		on = next.Pos.Column > 1 || next.Type != tokString && (leading[next.Value] || clauses[next.Value] || next.Value == "implies")
	case leading[next.Value] && next.Type != tokString:
		on = true
	case starters[next.Value] && !companions[first.Value][next.Value]:
		on = false
	case parens > 0 || asksMore(last, first):
		on = true
	case len(s.blocks) > 0:
		on = false
	default:
		on = next.Value == "{" || next.Type == tokString || next.Type == tokCite || s.needsMore(first)
	}
	if on {
		p.at = i
	}
	return on
}

// asksMore tells whether a line's last token wants another; the > of a field of send does not.
func asksMore(last, first lexer.Token) bool {
	return last.Type != tokString && trailing[last.Value] && (last.Value != ">" || first.Value != "send")
}

// needsMore tells whether a statement still lacks its block or its definition.
func (s *statement) needsMore(first lexer.Token) bool {
	if openers[first.Value] {
		return true
	}
	if first.Value != "guard" && first.Value != "value" && first.Value != "invariant" && first.Value != "set" {
		return false
	}
	for _, t := range s.tokens {
		if t.Value == "=" {
			return false
		}
	}
	return true
}

// markFields tells the < and > around the fields of a send from comparisons: a >
// with another < behind it, or with nothing, closes a field.
func markFields(tokens []lexer.Token) {
	if len(tokens) == 0 || tokens[0].Value != "send" && !marginal[tokens[0].Value] {
		return
	}
	sends, inside := false, false
	for i := range tokens {
		switch t := &tokens[i]; {
		case t.Value == "send" && i == 0 || t.Value == "sends":
			sends = i+1 < len(tokens) && tokens[i+1].Value == "<"
		case !inside && sends && t.Value == "<":
			t.Type, inside = tokOpen, true
		case inside && t.Value == ">" && (i+1 == len(tokens) || closers[tokens[i+1].Value]):
			t.Type, inside = tokClose, false
			sends = i+1 < len(tokens) && tokens[i+1].Value == "<"
		}
	}
}

// closers stand behind the > of a field; behind any other stands an operand.
var closers = wordSet(`< or and implies if else ) assuming`)
