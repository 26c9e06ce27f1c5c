package parser

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of single statements. Each struct is a production; blocks and the
// statements in them are the splitter's, so here a block is one token.

// anything names every production, so that one Build serves them all.
type anything struct {
	Spec    *specNode      `parser:"  @@"`
	Table   *tableNode     `parser:"| @@"`
	Row     *rowNode       `parser:"| @@"`
	Bits    *bitsNode      `parser:"| @@"`
	Set     *setNode       `parser:"| @@"`
	Word    *wordNode      `parser:"| @@"`
	Action  *actionNode    `parser:"| @@"`
	On      *onNode        `parser:"| @@"`
	Proof   *propertyNode  `parser:"| @@"`
	Term    *termNode      `parser:"| @@"`
	Scene   *scenarioNode  `parser:"| @@"`
	World   *worldNode     `parser:"| @@"`
	User    *userNode      `parser:"| @@"`
	Host    *hostNode      `parser:"| @@"`
	Network *networkNode   `parser:"| @@"`
	Timers  *timersNode    `parser:"| @@"`
	Harm    *attackerNode  `parser:"| @@"`
	Line    *plainLineNode `parser:"| @@"`
	Step    *stepNode      `parser:"| @@"`
	Rule    *ruleNode      `parser:"| @@"`
	Ordered *orderedNode   `parser:"| @@"`
	In      *inNode        `parser:"| @@"`
	If      *ifNode        `parser:"| @@"`
	Let     *letNode       `parser:"| @@"`
	Do      *doNode        `parser:"| @@"`
	Send    *sendNode      `parser:"| @@"`
	Plain   *plainNode     `parser:"| @@"`
	Defect  *defectNode    `parser:"| @@"`
	Reading *readingNode   `parser:"| @@"`
}

type nameNode struct {
	Pos  lexer.Position
	Text string `parser:"@Name"`
}

// noteNode is an annotation: a string, words of one's own, a citation or a label.
type noteNode struct {
	Pos   lexer.Position
	Text  string `parser:"  @String"`
	Own   string `parser:"| 'note' @String"`
	Cite  string `parser:"| @Cite"`
	Label string `parser:"| @Name"`
}

// ---- declarations

type specNode struct {
	Name  nameNode    `parser:"'spec' @@"`
	Notes []*noteNode `parser:"@@*"`
}

type tableNode struct {
	Kind   nameNode    `parser:"@@"`
	Before []*noteNode `parser:"@@*"`
	Block  int         `parser:"@Block"`
	Behind []*noteNode `parser:"@@*"`
}

// rowNode is a row of any table but control. An event's name may have several words.
type rowNode struct {
	Names  []*nameNode  `parser:"@@+"`
	Params []*paramNode `parser:"( '(' ( @@ ( ',' @@ )* )? ')' )?"`
	Type   *nameNode    `parser:"( ':' @@"`
	Chosen *nameNode    `parser:"  @@? )?"`
	Notes  []*noteNode  `parser:"@@*"`
}

// bitsNode is a row of control: one bit with its annotations, or several bare ones.
type bitsNode struct {
	Words []*noteNode `parser:"@@+"`
}

type paramNode struct {
	Name nameNode  `parser:"@@"`
	Type *nameNode `parser:"( ':' @@ )?"`
}

type setNode struct {
	Name   nameNode    `parser:"'set' @@"`
	Notes  []*noteNode `parser:"@@*"`
	States statesNode  `parser:"'=' @@"`
}

// statesNode is A | B, or any.
type statesNode struct {
	Pos   lexer.Position
	Terms []*stateNode `parser:"@@ ( '|' @@ )*"`
}

type stateNode struct {
	Pos  lexer.Position
	Any  bool   `parser:"  @'any'"`
	Name string `parser:"| @Name"`
}

// wordNode is a guard, a value or an invariant.
type wordNode struct {
	Kind    string      `parser:"@( 'guard' | 'value' | 'invariant' )"`
	Name    nameNode    `parser:"@@"`
	Type    *nameNode   `parser:"( ':' @@ )?"`
	Notes   []*noteNode `parser:"@@*"`
	Catches string      `parser:"( 'catches' @String )?"` // of an invariant
	Expr    *exprNode   `parser:"'=' @@"`
}

type actionNode struct {
	Name   nameNode     `parser:"'action' @@"`
	Params []*paramNode `parser:"( '(' ( @@ ( ',' @@ )* )? ')' )?"`
	Notes  []*noteNode  `parser:"@@*"`
	Block  int          `parser:"@Block"`
}

type onNode struct {
	Pos    lexer.Position
	Event  []*nameNode `parser:"'on' @@+"`
	States *statesNode `parser:"'in' @@"`
	Notes  []*noteNode `parser:"@@*"`
	Block  int         `parser:"@Block"`
}

// ---- statements

// partNode is an annotation or a condition: they come in any order.
type partNode struct {
	Pos    lexer.Position
	When   *exprNode `parser:"  'when' @@"`
	If     *exprNode `parser:"| 'if' @@"`
	Unless *exprNode `parser:"| 'unless' @@"`
	Note   *noteNode `parser:"| @@"`
}

type stepNode struct {
	Name  nameNode    `parser:"'step' @@"`
	Parts []*partNode `parser:"@@*"`
	Block int         `parser:"@Block"`
}

type ruleNode struct {
	Name  nameNode    `parser:"'rule' @@"`
	Parts []*partNode `parser:"@@*"`
	Block int         `parser:"@Block"`
}

type orderedNode struct {
	Pos   lexer.Position
	Kind  string `parser:"@( 'ordered' | 'unordered' )"`
	Block int    `parser:"@Block"`
}

type inNode struct {
	Pos    lexer.Position
	States statesNode `parser:"'in' @@"`
	Block  int        `parser:"@Block"`
}

type ifNode struct {
	Pos    lexer.Position
	Cond   *exprNode `parser:"'if' @@"`
	Then   int       `parser:"@Block"`
	ElseIf *ifNode   `parser:"( 'else' ( @@"`
	Else   *int      `parser:"         | @Block ) )?"`
}

type letNode struct {
	Pos  lexer.Position
	Name nameNode  `parser:"'let' @@"`
	Expr *exprNode `parser:"'=' @@"`
}

// doNode is an assignment, an effect or an action.
type doNode struct {
	Pos  lexer.Position
	Name nameNode    `parser:"@@"`
	Expr *exprNode   `parser:"( '<-' @@"`
	Args []*exprNode `parser:"| '(' ( @@ ( ',' @@ )* )? ')' )?"`
}

type sendNode struct {
	Pos    lexer.Position
	Fields []*fieldNode `parser:"'send' @@+"`
}

// fieldNode is <CTL=SYN,ACK>, <PSH if push> or <UP=SND.UP if SND.urgent>.
type fieldNode struct {
	Pos    lexer.Position
	Name   nameNode  `parser:"Open @@"`
	Values []*orNode `parser:"( '=' @@ ( ',' @@ )* )?"`
	If     *orNode   `parser:"( 'if' @@"`
	Else   *exprNode `parser:"  ( 'else' @@ )? )? Close"`
}

// plainNode is a statement of a word and a name: goto CLOSED.
type plainNode struct {
	Pos  lexer.Position
	Kind string    `parser:"(   @( 'clear' | 'start' | 'goto' | 'signal' | 'return' )"`
	Name *nameNode `parser:"    @@"`
	Stop bool      `parser:"  | @'stop'"`
	All  bool      `parser:"    ( @'all'"`
	What *nameNode `parser:"    | @@ )"`
	Bare string    `parser:"  | @( 'drop' | 'forget' )"`
	Step *nameNode `parser:"  | 'continue' 'at' 'step' @@ )"`
}

type defectNode struct {
	Name  nameNode    `parser:"'defect' @@"`
	Notes []*noteNode `parser:"@@*"`
	Block int         `parser:"@Block"`
}

type readingNode struct {
	Pos   lexer.Position
	Kind  string `parser:"@( 'literal' | 'amended' )"`
	Block int    `parser:"@Block"`
}

// ---- expressions, loosest first

// exprNode is Then if If else Else.
type exprNode struct {
	Pos       lexer.Position
	Then      *orNode      `parser:"@@"`
	Word      *opNode      `parser:"( @@"`
	If        *orNode      `parser:"  @@"`
	Else      *exprNode    `parser:"  'else' @@ )?"`
	Therefore *impliesNode `parser:"( @@"`
	Implies   *exprNode    `parser:"  @@ )?"`
}

type orNode struct {
	First *andNode    `parser:"@@"`
	Rest  []*orSuffix `parser:"@@*"`
}

type orSuffix struct {
	Pos lexer.Position
	X   *andNode `parser:"'or' @@"`
}

type andNode struct {
	First *notNode     `parser:"@@"`
	Rest  []*andSuffix `parser:"@@*"`
}

type andSuffix struct {
	Pos lexer.Position
	X   *notNode `parser:"'and' @@"`
}

type notNode struct {
	Pos lexer.Position
	Not []string     `parser:"@'not'*"`
	X   *compareNode `parser:"@@"`
}

type compareNode struct {
	First *shiftNode      `parser:"@@"`
	Rest  []*compareRests `parser:"@@*"`
}

type compareRests struct {
	Pos lexer.Position
	Op  string     `parser:"@( '=' | '!=' | '<' | '=<' | '>' | '>=' )"`
	X   *shiftNode `parser:"@@"`
}

type shiftNode struct {
	First *sumNode     `parser:"@@"`
	Rest  []*shiftRest `parser:"@@*"`
}

type shiftRest struct {
	Pos lexer.Position
	Op  string   `parser:"@( '<<' | '>>' )"`
	X   *sumNode `parser:"@@"`
}

type sumNode struct {
	First *productNode `parser:"@@"`
	Rest  []*sumRest   `parser:"@@*"`
}

type sumRest struct {
	Pos lexer.Position
	Op  string       `parser:"@( '+' | '-' )"`
	X   *productNode `parser:"@@"`
}

type productNode struct {
	First *unitNode      `parser:"@@"`
	Rest  []*productRest `parser:"@@*"`
}

type productRest struct {
	Pos lexer.Position
	Op  string    `parser:"@( '*' | '/' )"`
	X   *unitNode `parser:"@@"`
}

type unitNode struct {
	Pos     lexer.Position
	Inner   *exprNode   `parser:"  '(' @@ ')'"`
	Number  string      `parser:"| @Number"`
	Truth   string      `parser:"| @( 'true' | 'false' )"`
	Func    string      `parser:"| @( 'min' | 'max' ) '('"`
	Args    []*exprNode `parser:"  @@ ( ',' @@ )* ')'"`
	Proof   *proofNode  `parser:"| @@"`
	Timers  string      `parser:"| @( 'running' | 'was.running' | 'peer.running' )"`
	Running *timerNode  `parser:"  '(' @@ ')'"`
	Place   string      `parser:"| @( 'state' | 'was.state' | 'peer.state' )"`
	States  *statesNode `parser:"  'in' @@"`
	Name    string      `parser:"| @Name"`
}

type timerNode struct {
	Pos  lexer.Position
	Any  bool   `parser:"  @'any'"`
	Name string `parser:"| @Name"`
}

type impliesNode struct {
	Pos lexer.Position
	Op  string `parser:"@'implies'"`
}

type opNode struct {
	Pos lexer.Position
	Op  string `parser:"@'if'"`
}

// grammar is built once; every production below shares it.
var grammar = participle.MustBuild[anything](participle.Lexer(lexis{vocabulary}), participle.UseLookahead(1))

// production gives the parser of one kind of statement.
func production[P any]() *participle.Parser[P] {
	p, err := participle.ParserForProduction[P](grammar)
	if err != nil {
		panic(err)
	}
	return p
}

var (
	specs      = production[specNode]()
	tableFor   = production[tableNode]()
	rows       = production[rowNode]()
	bits       = production[bitsNode]()
	sets       = production[setNode]()
	wordDecl   = production[wordNode]()
	actions    = production[actionNode]()
	ons        = production[onNode]()
	properties = production[propertyNode]()
	terms      = production[termNode]()
	scenarios  = production[scenarioNode]()
	worlds     = production[worldNode]()
	users      = production[userNode]()
	hosts      = production[hostNode]()
	networks   = production[networkNode]()
	timerLines = production[timersNode]()
	attackers  = production[attackerNode]()
	plainLines = production[plainLineNode]()
	steps      = production[stepNode]()
	rules      = production[ruleNode]()
	ordereds   = production[orderedNode]()
	ins        = production[inNode]()
	ifs        = production[ifNode]()
	lets       = production[letNode]()
	dos        = production[doNode]()
	sends      = production[sendNode]()
	plains     = production[plainNode]()
	defects    = production[defectNode]()
	readings   = production[readingNode]()
)

// read applies a production to a statement.
func read[P any](p *participle.Parser[P], s *statement, end lexer.Position) (*P, error) {
	lex, err := lexer.Upgrade(&slice{tokens: s.tokens, end: end})
	if err != nil {
		return nil, err
	}
	return p.ParseFromLexer(lex)
}
