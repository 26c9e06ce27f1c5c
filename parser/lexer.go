package parser

import (
	"io"
	"sort"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// vocabulary is the lexis: what the longest piece of text at a place may be. No
// text is refused here; Unclosed, Foreign and Bad take what no rule of the
// language wants, so that the parser can say what should stand there instead.
var vocabulary = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Comment", Pattern: `#[^\n]*`},
	{Name: "String", Pattern: `"(?:\\[^\n]|[^"\\\n])*"`},
	{Name: "Unclosed", Pattern: `"[^\n]*`},
	{Name: "Cite", Pattern: `@[A-Za-z0-9]*(?:\([^()\n]*\))?`},
	{Name: "Arrow", Pattern: `-->|<--|\.\.\.|--X|X--`},
	{Name: "Name", Pattern: `[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*`},
	{Name: "Number", Pattern: `[0-9][A-Za-z0-9_]*`},
	{Name: "Foreign", Pattern: `==|<=|&&|\|\||->|:=`},
	{Name: "Operator", Pattern: `<-|=<|>=|!=|<<|>>|[-+*/<>=|]`},
	{Name: "Mark", Pattern: `[(),:;{}]`},
	{Name: "Newline", Pattern: `\n`},
	{Name: "Space", Pattern: `[ \t\r]+`},
	{Name: "Bad", Pattern: `.`},
})

// Token types. Keyword, Block, Open and Close are made by the splitter: a
// reserved word, a whole block in braces, and the < and > around a field of send.
var (
	tokComment  = vocabulary.Symbols()["Comment"]
	tokString   = vocabulary.Symbols()["String"]
	tokUnclosed = vocabulary.Symbols()["Unclosed"]
	tokCite     = vocabulary.Symbols()["Cite"]
	tokArrow    = vocabulary.Symbols()["Arrow"]
	tokName     = vocabulary.Symbols()["Name"]
	tokNumber   = vocabulary.Symbols()["Number"]
	tokForeign  = vocabulary.Symbols()["Foreign"]
	tokOperator = vocabulary.Symbols()["Operator"]
	tokNewline  = vocabulary.Symbols()["Newline"]
	tokSpace    = vocabulary.Symbols()["Space"]

	tokKeyword lexer.TokenType = -100
	tokBlock   lexer.TokenType = -101
	tokOpen    lexer.TokenType = -102
	tokClose   lexer.TokenType = -103
)

// reserved are the words of the language: nothing else may be called so.
var reserved = wordSet(`spec set guard value action invariant on scenario world like
	property term catches always each sometimes whenever eventually nocycle refines assuming
	implies sends fired starts asks keeps
	rule step note ordered unordered in if unless when else let send clear start stop goto signal return drop forget
	continue defect literal amended and or not state any all true false min max running`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// lexis is what participle must know of the lexer: its token types.
type lexis struct{ vocabulary *lexer.StatefulDefinition }

func (l lexis) Symbols() map[string]lexer.TokenType {
	symbols := map[string]lexer.TokenType{}
	for name, t := range l.vocabulary.Symbols() {
		symbols[name] = t
	}
	symbols["Keyword"], symbols["Block"] = tokKeyword, tokBlock
	symbols["Open"], symbols["Close"] = tokOpen, tokClose
	return symbols
}

func (l lexis) Lex(name string, r io.Reader) (lexer.Lexer, error) { return l.vocabulary.Lex(name, r) }

// source is one file's text, with the means to tell a place in it.
type source struct {
	name  string
	text  string
	lines []int // offset of each line's first octet
}

func newSource(name string, text []byte) *source {
	s := &source{name: name, text: string(text), lines: []int{0}}
	for i, c := range text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// pos tells the place of an octet.
func (s *source) pos(offset int) Pos {
	line := sort.SearchInts(s.lines, offset+1)
	return Pos{File: s.name, Line: line, Col: offset - s.lines[line-1] + 1}
}

// line is the text of a line, without its end.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	text := s.text[s.lines[n-1]:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, "\r")
}

// tokens lexes the whole file, comments and line ends included, spaces not.
func (s *source) tokens() []lexer.Token {
	lex, err := vocabulary.LexString(s.name, s.text)
	if err != nil {
		return nil
	}
	all, err := lexer.ConsumeAll(lex)
	if err != nil {
		return nil
	}
	kept := all[:0]
	for _, t := range all {
		if t.Type == tokSpace {
			continue
		}
		if t.Type == tokName && reserved[t.Value] {
			t.Type = tokKeyword
		}
		kept = append(kept, t)
	}
	return kept // the last one is EOF
}

// slice feeds a statement's tokens to participle.
type slice struct {
	tokens []lexer.Token
	end    lexer.Position
}

func (s *slice) Next() (lexer.Token, error) {
	if len(s.tokens) == 0 {
		return lexer.EOFToken(s.end), nil
	}
	t := s.tokens[0]
	s.tokens = s.tokens[1:]
	return t, nil
}
