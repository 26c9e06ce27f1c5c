package parser

import (
	"errors"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// shapes are the statements by example, for the help lines.
var shapes = map[string]string{
	"spec":      `spec TCP "Transmission Control Protocol"  @rfc(9293)`,
	"set":       `set NAME = STATE | STATE`,
	"guard":     `guard NAME "what it says"  @rfc(9293, 3.4)  = CONDITION`,
	"invariant": `invariant NAME "what it says"  catches "what it would find"  = CONDITION`,
	"value":     `value NAME : octets "what it is"  = EXPRESSION`,
	"action":    `action NAME (count : octets) "what it does" { … }`,
	"on":        `on EVENT in STATE | STATE  @rfc(9293, 3.10.7.1) { … }`,
	"property":  `property NAME "what holds"  @rfc(9293, 3.4)  catches "what it would find"  always CONDITION, or each EVENT in STATES: CONDITION`,
	"refines":   `refines fifo between CONDITION while CONDITION put COUNT until FLAG take COUNT until FLAG unless FLAG`,
	"term":      `term NAME "what it says"  = CONDITION`,
	"ghost":     `NAME : octets  "what the checker remembers"`,
	"scenario":  `scenario NAME "what it shows"  @rfc(9293, 3.5) { … }`,
	"world":     `world NAME "what it is"  @rfc(9293, 3.5)  like BASE { user A OPEN active, SEND 1, CLOSE half … network loses 1 }`,
	"figure":    `1. STATE --> <SEQ=100><CTL=SYN> --> STATE`,
	"step":      `step first "check sequence number" when CONDITION { … }`,
	"rule":      `rule NAME if CONDITION  MUST-1  "sentence of the RFC"  note "own words"  { … }`,
	"ordered":   `ordered { rule … rule … }`,
	"unordered": `unordered { rule … rule … }`,
	"in":        `in STATE | STATE { … }`,
	"if":        `if CONDITION { … } else { … }`,
	"let":       `let NAME = EXPRESSION`,
	"send":      `send <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK><PSH if CONDITION><DATA=COUNT>`,
	"clear":     `clear FIN`,
	"start":     `start TIMER`,
	"stop":      `stop TIMER, or stop all`,
	"goto":      `goto STATE`,
	"signal":    `signal NAME`,
	"return":    `return NAME`,
	"drop":      `drop`,
	"forget":    `forget`,
	"continue":  `continue at step NAME`,
	"defect":    `defect B9 "what is wrong" { literal { … } amended { … } }`,
	"literal":   `literal { … }`,
	"amended":   `amended { … }`,
	"control":   `control { FIN SYN RST PSH ACK URG }`,
	"events":    `EVENT NAME (segment, name : type)  "what happens"`,
	"effects":   `NAME (name : type)  "what is asked"`,
	"tcb":       `NAME : octets  "what it is"  @rfc(9293, 3.3.1)`,
	"settings":  `NAME : octets  "what it is"  @rfc(9293, 3.3.1)`,
	"segment":   `NAME : octets  "what it is"  @rfc(9293, 3.3.1)`,
	"states":    `NAME  "what it is"`,
	"timers":    `NAME  "what it is for"`,
	"signals":   `NAME  "what the user is told"`,
	"replies":   `NAME  "what the user is answered"`,

	"a user":           `user A OPEN active, await established, SEND 2, CLOSE half; or users read`,
	"a host":           `hosts listen once, queue 4, SETTING = 2, FLAG; or host A SETTING = 2`,
	"the network":      `network carries 5, loses 1, duplicates 2 of A, delays 2 of A and 1 of B, reports 1 to B, still carries <SEQ=1000><CTL=SYN> of A`,
	"the timers":       `timers expire early 1 of B, give up 1`,
	"the attacker":     `attacker forges 1: RST, SYN, text, ACK, early`,
	"a line on clock":  `clock runs; or clock stands`,
	"a line on start":  `start after the first calls; or start before the first calls`,
	"a line on tries":  `tries everything; or tries nothing`,
	"a line on asks":   `asks PROPERTY, PROPERTY; or asks nothing`,
	"a line on shows":  `shows PROPERTY, PROPERTY`,
	"a line on states": `states 1000`,

	"": `VARIABLE <- EXPRESSION, or EFFECT (ARGUMENTS), or ACTION`,
}

// foreign are the operators of other languages, and ours for them.
var foreign = map[string]string{
	"==": "=", "<=": "=<", "&&": "and", "||": "or", "->": "<-", ":=": "<-",
}

// end is the place behind a statement's last token.
func (f *file) end(s *statement) lexer.Position {
	p := s.last().Pos
	p.Offset += len(s.last().Value)
	return p
}

// last is the statement's last token, with a block its closing brace.
func (s *statement) last() lexer.Token {
	t := s.tokens[len(s.tokens)-1]
	if t.Type != tokBlock {
		return t
	}
	if c := s.blocks[len(s.blocks)-1].close; c.Value == "}" {
		return c
	}
	t.Value = "{"
	return t
}

// refuse reports why a statement could not be parsed.
func (f *file) refuse(s *statement, kind string, err error) {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		f.errorf("syntax", f.src.pos(s.tokens[0].Pos.Offset), "%s", err)
		return
	}
	t := unexpected.Unexpected
	p := f.src.pos(t.Pos.Offset)
	switch {
	case t.EOF() && openers[kind] && len(s.blocks) == 0:
		d := f.errorf("syntax", f.src.pos(s.tokens[0].Pos.Offset), "this %s has no { }", kind)
		f.help(d, "%s", shapeOf(kind))
	case t.EOF():
		d := f.errorf("syntax", p, "the line ends too early")
		f.help(d, "%s", shapeOf(kind))
		if kind == "send" {
			f.help(d, "> closes a field; %s", shapeOf(kind))
		}
	case t.Type == tokUnclosed:
		d := f.errorf("unclosed-string", p, "this string is not closed")
		f.help(d, `a string ends with " on the same line; within it a quote is written \"`)
	case t.Type == tokForeign:
		d := f.errorf("syntax", p, "there is no %s in this language", t.Value)
		f.help(d, "write %s", foreign[t.Value])
	default:
		f.unexpected(s, t, p, kind)
	}
}

func (f *file) unexpected(s *statement, t lexer.Token, p Pos, kind string) {
	what := t.Value
	if t.Type == tokBlock {
		what = "{"
	}
	i := slices.IndexFunc(s.tokens, func(u lexer.Token) bool { return u.Pos == t.Pos })
	if t.Type == tokKeyword && (i == 0 || i == 1 && namers[s.tokens[0].Value]) {
		d := f.errorf("syntax", p, "%s is a word of the language, so it is no name", t.Value)
		f.help(d, "choose another name; %s", shapeOf(kind))
		return
	}
	d := f.errorf("syntax", p, "%s cannot stand here", what)
	near := nearest(s.tokens[0].Value, starters)
	switch {
	case kind == "" && near != "":
		f.help(d, "did you mean %s? it is written %s", near, shapes[near])
	case i > 0 && operand(t) && operand(s.tokens[i-1]) && computes[kind]:
		f.help(d, "between %s and %s stands an operator: and, or, =, <, + and so on", s.tokens[i-1].Value, t.Value)
	default:
		f.help(d, "%s", shapeOf(kind))
	}
}

// operand tells whether a token can be a whole operand.
func operand(t lexer.Token) bool { return t.Type == tokName || t.Type == tokNumber }

// namers are the words that a name follows; computes are those that end in an expression.
var (
	namers   = wordSet(`spec set guard value action invariant on scenario world property term rule step let clear start stop goto signal return defect`)
	computes = wordSet(`guard value invariant let`)
)

// kind is the statement's first word if that tells what it is.
func (s *statement) kind() string {
	word := s.tokens[0].Value
	if shapes[word] != "" || tables[word] || starters[word] {
		return word
	}
	return ""
}

func shapeOf(kind string) string {
	return "it is written " + shapes[kind]
}

// inBody reports a declaration that stands in a body.
func (f *file) inBody(s *statement) bool {
	word := s.tokens[0].Value
	if !declarations[word] || tables[word] && len(s.blocks) == 0 {
		return false
	}
	d := f.errorf("misplaced", f.src.pos(s.offset()), "%s stands in a body", word)
	f.help(d, "a declaration stands by itself, at the left margin; perhaps a } is missing above")
	return true
}

// noDeclaration reports a statement that is none of the declarations.
func (f *file) noDeclaration(s *statement) {
	t := s.tokens[0]
	word := strings.SplitN(t.Value, "\n", 2)[0]
	if t.Type == tokBlock {
		word = "{"
	}
	d := f.errorf("syntax", f.src.pos(t.Pos.Offset), "%s begins no declaration", word)
	switch near := nearest(word, declarations); {
	case starters[word]:
		f.help(d, "%s stands in the body of an on or of an action", word)
	case near != "":
		f.help(d, "did you mean %s? %s", near, shapeOf(near))
	default:
		f.help(d, "a declaration begins with on, action, property, term, scenario, world, guard, value, invariant, set, spec, states, tcb, settings, segment, control, timers, effects, signals, replies or events")
	}
}

// nearest is the word that was probably meant, "" if none: at most a third of its
// letters differ, whatever their case; of equals the first in the alphabet.
func nearest(word string, among map[string]bool) string {
	best, least := "", len(word)/3+1
	word = strings.ToLower(word)
	for candidate := range among {
		d := distance(word, strings.ToLower(candidate), least)
		if d < least || d == least && best != "" && candidate < best {
			best, least = candidate, d
		}
	}
	return best
}

// distance is the number of letters to insert, take away, exchange or swap with
// their neighbour, or limit+1 when it is more than limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	next := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
