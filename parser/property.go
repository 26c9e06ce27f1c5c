package parser

import "github.com/alecthomas/participle/v2/lexer"

// This file is the tree of properties: what must hold of what is compiled, and the
// expressions that only they have.

// Property is something that must hold, in every state, of every step, or in the end.
type Property struct {
	Decl
	Catches  string // a mistake it would find
	Form     Form
	Of       []*Clause // of Each
	From     Expr      // of Eventually: once this holds; nil: from the start
	Expr     Expr      // nil for Each, NoCycle and Refines
	Cycle    string    // of NoCycle: deliver, timeout or step
	Assuming []string  // what a fair execution is, in words that Assumptions has
	Queue    *Queue    // of Refines
	Peer     bool      // it looks at the peer
}

// Form is when a property is asked.
type Form int

const (
	Always     Form = iota // in every state
	Each                   // of every step of an event
	Sometimes              // it must be met
	Eventually             // it must come about
	NoCycle                // no cycle of such steps alone
	Refines                // it behaves as a queue does
)

// Clause is what a property says of the steps of some events.
type Clause struct {
	Events []*Event // nil: any step
	States StateSet // where the step begins
	Expr   Expr
}

// Queue is how a queue without bounds is seen in two hosts: one host puts octets in,
// and its peer takes them out, in order, until the end.
type Queue struct {
	Between Expr // the two hosts are its ends
	While   Expr // a step of one host leaves it the same queue
	Put     Expr // octets put in, by the host
	Closed  Expr // and no more is
	Taken   Expr // octets taken out, by the host
	Ended   Expr // and it has seen that there will be no more
	Unless  Expr // what was taken is not what was put there
}

// Term is a named expression of properties, which may look at what rules cannot.
type Term struct {
	Decl
	Type Type
	Expr Expr
}

// Whose tells of which host, or when, an expression is.
type Whose int

const (
	Was  Whose = iota // the same host before the step
	Peer              // the other host
)

type (
	Of struct { // was.X, peer.X
		Whose Whose
		X     Expr // Ref, Word, StateIn or Running
		Pos   Pos
	}
	Sends struct { // what the event sends: one of these
		Nothing bool
		Text    bool  // a segment with text
		Bit     *Bit  // a segment with this bit
		Send    *Send // this segment and no other
		Such    Expr  // only, or some: a segment of which this is true, SEG being the one that is sent
		Only    bool  // … and none of which it is not
		Pos     Pos
	}
	Fired struct { // fired RULE; Rule nil: fired any
		Rule *Rule
		Pos  Pos
	}
	Starts struct { // starts TIMER
		Timer *Timer
		Pos   Pos
	}
	Asks struct { // asks EFFECT (args); Effect nil: asks nothing
		Effect *Effect
		Args   []Expr // nil: whatever they are
		Pos    Pos
	}
	Tells struct { // signals NAME; Phrase nil: signals nothing
		Phrase *Phrase
		Pos    Pos
	}
	Replies struct { // replies NAME; Phrase nil: replies nothing
		Phrase *Phrase
		Pos    Pos
	}
	Keeps struct { // keeps all but A, B: state, timers and all other variables are as before
		Nothing bool // keeps nothing: timers and variables are those of no connection
		Vars    []*Var
		Timers  []*Timer
		Pos     Pos
	}
)

func (d *Property) At() Pos { return d.Pos }

func (e *Of) At() Pos      { return e.Pos }
func (e *Sends) At() Pos   { return e.Pos }
func (e *Fired) At() Pos   { return e.Pos }
func (e *Starts) At() Pos  { return e.Pos }
func (e *Asks) At() Pos    { return e.Pos }
func (e *Tells) At() Pos   { return e.Pos }
func (e *Replies) At() Pos { return e.Pos }
func (e *Keeps) At() Pos   { return e.Pos }

func (e *Of) Type() Type      { return e.X.Type() }
func (e *Sends) Type() Type   { return Bool }
func (e *Fired) Type() Type   { return Bool }
func (e *Starts) Type() Type  { return Bool }
func (e *Asks) Type() Type    { return Bool }
func (e *Tells) Type() Type   { return Bool }
func (e *Replies) Type() Type { return Bool }
func (e *Keeps) Type() Type   { return Bool }

// ---- grammar

type propertyNode struct {
	Name     nameNode       `parser:"'property' @@"`
	Notes    []*noteNode    `parser:"@@*"`
	Catches  string         `parser:"( 'catches' @String )?"`
	Always   *exprNode      `parser:"(   'always' @@"`
	Each     []*eachNode    `parser:"  | ( 'each' @@ )+"`
	Some     *exprNode      `parser:"  | 'sometimes' @@"`
	Whenever *exprNode      `parser:"  | ( 'whenever' @@ )?"`
	End      *exprNode      `parser:"    'eventually' @@"`
	Cycle    *nameNode      `parser:"  | 'nocycle' 'of' @@"`
	Queue    *queueNode     `parser:"  | 'refines' @@ )"`
	Assuming []*assumedNode `parser:"( 'assuming' @@ ( ',' @@ )* )?"`
}

type assumedNode struct {
	Pos  lexer.Position
	Text string `parser:"@String"`
}

type eachNode struct {
	Step   bool         `parser:"(   @'step'"`
	But    []*eventNode `parser:"    ( 'but' @@ ( ',' @@ )* )?"`
	Events []*eventNode `parser:"  | @@ ( ',' @@ )* )"`
	States *statesNode  `parser:"( 'in' @@ )? ':'"`
	Expr   *exprNode    `parser:"@@"`
}

type queueNode struct {
	Name    nameNode  `parser:"@@"`
	Between *exprNode `parser:"'between' @@"`
	While   *exprNode `parser:"'while' @@"`
	Put     *exprNode `parser:"'put' @@"`
	Closed  *exprNode `parser:"'until' @@"`
	Taken   *exprNode `parser:"'take' @@"`
	Ended   *exprNode `parser:"'until' @@"`
	Unless  *exprNode `parser:"'unless' @@"`
}

type eventNode struct {
	Words []*nameNode `parser:"@@+"`
}

type termNode struct {
	Name  nameNode    `parser:"'term' @@"`
	Type  *nameNode   `parser:"( ':' @@ )?"`
	Notes []*noteNode `parser:"@@*"`
	Expr  *exprNode   `parser:"'=' @@"`
}

// proofNode is what properties can say of a step.
type proofNode struct {
	Sends   *sendsNode  `parser:"  'sends' @@"`
	Fired   *firedNode  `parser:"| 'fired' @@"`
	Starts  *nameNode   `parser:"| 'starts' @@"`
	Asks    *nameNode   `parser:"| 'asks' @@"`
	Args    []*exprNode `parser:"  ( '(' @@ ( ',' @@ )* ')' )?"`
	Signals *nameNode   `parser:"| 'signals' @@"`
	Replies *nameNode   `parser:"| 'replies' @@"`
	Nothing bool        `parser:"| 'keeps' ( @'nothing'"`
	Keeps   bool        `parser:"  | @'all' )"`
	But     []*nameNode `parser:"  ( 'but' @@ ( ',' @@ )* )?"`
}

type firedNode struct {
	Any  bool      `parser:"  @'any'"`
	Name *nameNode `parser:"| @@"`
}

type sendsNode struct {
	Pos    lexer.Position
	Fields []*fieldNode `parser:"  @@+"`
	Such   string       `parser:"| @( 'only' | 'some' ) '('"`
	Expr   *exprNode    `parser:"  @@ ')'"`
	What   *nameNode    `parser:"| @@"`
}
