package parser

import "github.com/alecthomas/participle/v2/lexer"

// This file is the grammar of worlds. What stands in their blocks are no statements:
// a line begins with what it is about, and goes on behind a comma or a colon. Its words
// are words there, and may be names elsewhere.

type worldNode struct {
	Name  nameNode         `parser:"'world' @@"`
	Parts []*worldPartNode `parser:"@@*"`
	Block int              `parser:"@Block"`
}

type worldPartNode struct {
	Like *nameNode `parser:"  'like' @@"`
	Note *noteNode `parser:"| @@"`
}

// userNode is user A OPEN active, SEND 1; or users read.
type userNode struct {
	Whose   whoseNode `parser:"( 'user' @@ | 'users' )"`
	Pos     lexer.Position
	Reads   bool       `parser:"(   @( 'read' | 'reads' )"`
	Nothing bool       `parser:"    @'nothing'?"`
	Script  []*actNode `parser:"  | @@ ( ',' @@ )* )"`
}

// whoseNode is A or B.
type whoseNode struct {
	Pos  lexer.Position
	Name string `parser:"@Name"`
}

// actNode is OPEN active, SEND 2 urgent, await EOF, crash.
type actNode struct {
	Pos   lexer.Position
	Await *nameNode `parser:"(   'await' @@"`
	Stop  bool      `parser:"  | @'stop' 'listening'"`
	Call  *nameNode `parser:"  | @@"`
	N     string    `parser:"    @Number?"`
	How   *nameNode `parser:"    @@? )"`
	Quiet bool      `parser:"( @'when' 'quiet' )?"`
}

// hostNode is host A R1 = 2, or hosts listen once, queue 4, no-delay.
type hostNode struct {
	Whose whoseNode       `parser:"( 'host' @@ | 'hosts' )"`
	Items []*hostItemNode `parser:"@@ ( ',' @@ )*"`
}

type hostItemNode struct {
	Pos    lexer.Position
	Listen string    `parser:"  'listen' @( 'once' | 'always' )"`
	Queue  string    `parser:"| 'queue' @Number"`
	Name   *nameNode `parser:"| @@"`
	Number string    `parser:"  ( '=' ( @Number"`
	Truth  string    `parser:"        | @( 'true' | 'false' ) ) )?"`
}

// networkNode is network carries 5, loses 1, delays 2 of A.
type networkNode struct {
	Items []*networkItemNode `parser:"'network' @@ ( ',' @@ )*"`
}

type networkItemNode struct {
	Old  *oldNode  `parser:"  'still' 'carries' @@"`
	Harm *harmNode `parser:"| @@"`
}

// oldNode is <SEQ=1000><CTL=SYN> of A.
type oldNode struct {
	Pos    lexer.Position
	Fields []*oldFieldNode `parser:"@@+"`
	Whose  whoseNode       `parser:"'of' @@"`
}

// oldFieldNode is a field as figures have them.
type oldFieldNode struct {
	Tokens []lexer.Token
	Name   string   `parser:"'<' @Name"`
	Values []string `parser:"( '=' ( @Number | @Name ) ( ',' ( @Number | @Name ) )* )? '>'"`
}

// timersNode is timers expire early 1 of B, give up 1.
type timersNode struct {
	Items []*harmNode `parser:"'timers' @@ ( ',' @@ )*"`
}

// harmNode is a verb and how often: 1, 2 of A, 3 of A and 1 of B.
type harmNode struct {
	Pos   lexer.Position
	Verb  string        `parser:"@( 'carries' | 'loses' | 'duplicates' | 'delays' | 'reports' | 'expire' 'early' | 'give' 'up' )"`
	Times []*amountNode `parser:"@@ ( 'and' @@ )?"`
}

type amountNode struct {
	Pos    lexer.Position
	Number string     `parser:"@Number"`
	Whose  *whoseNode `parser:"( ( 'of' | 'to' ) @@ )?"`
}

// attackerNode is attacker forges 1: RST, SYN.
type attackerNode struct {
	Pos   lexer.Position
	Times []*amountNode `parser:"'attacker' 'forges' @@ ( 'and' @@ )?"`
	Kinds []*nameNode   `parser:"( ':' @@ ( ',' @@ )* )?"`
}

// plainLineNode is a line that says one thing of the whole world.
type plainLineNode struct {
	Pos     lexer.Position
	Clock   string      `parser:"  'clock' @( 'runs' | 'stands' )"`
	Start   string      `parser:"| 'start' @( 'before' | 'after' ) 'the' 'first' 'calls'"`
	Tries   string      `parser:"| 'tries' @( 'everything' | 'nothing' )"`
	Shows   []*nameNode `parser:"| 'shows' @@ ( ',' @@ )*"`
	States  string      `parser:"| 'states' @Number"`
	Nothing bool        `parser:"| 'asks' ( @'nothing'"`
	Asks    []*nameNode `parser:"         | @@ ( ',' @@ )* )"`
}

// worldLines are the kinds of lines, by the word that they begin with.
var worldLines = map[string]string{
	"user": "user", "users": "user", "host": "host", "hosts": "host", "network": "network", "timers": "timers", "attacker": "attacker",
	"clock": "clock", "start": "start", "tries": "tries", "asks": "asks", "shows": "shows", "states": "states",
}

// worldLine parses a line of a world; nil after an error.
func (f *file) worldLine(s *statement) any {
	first := s.tokens[0]
	kind := worldLines[first.Value]
	switch kind {
	case "user":
		return parseRow(f, users, s, "a user")
	case "host":
		return parseRow(f, hosts, s, "a host")
	case "network":
		return parseRow(f, networks, s, "the network")
	case "timers":
		return parseRow(f, timerLines, s, "the timers")
	case "attacker":
		return parseRow(f, attackers, s, "the attacker")
	case "":
		d := f.errorf("syntax", f.place(first.Pos), "no line of a world begins with %s", first.Value)
		subjects := map[string]bool{}
		for word := range worldLines {
			subjects[word] = true
		}
		if near := nearest(first.Value, subjects); near != "" {
			f.help(d, "did you mean %s?", near)
		} else {
			f.help(d, "%s", shapeOf("world"))
		}
		return nil
	}
	return parseRow(f, plainLines, s, "a line on "+kind)
}
