package parser

// This file is the tree that the rest of the project sees: parsed, resolved and
// typed. gen reads nothing else. Positions survive everywhere, so that every
// later message can point at the text.

// Pos is a place in the text: File as given to Load, Line and Col from 1, Col in octets.
type Pos struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

// Spec is one whole specification: all files of a folder, in name order.
type Spec struct {
	Name  string // TCP
	Title string
	Cites []Cite

	Files  []*File
	States []*State
	Sets   []*Set

	TCB      []*Var // variables, in the order of the text
	Settings []*Var // what rules read and never write
	Segment  []*Var // SEG.*
	Control  []*Bit // FIN, SYN, … in the order of the text: bit 0 first
	Timers   []*Timer
	Effects  []*Effect
	Signals  []*Phrase
	Replies  []*Phrase
	Events   []*Event // "timeout" is not among them: it is one Event per Timer, Event.Timer set, at the end

	Guards     []*Guard
	Values     []*Value
	Actions    []*Action
	Handlers   []*Handler // the on-blocks, in the order of the text
	Invariants []*Guard
	Scenarios  []*Scenario
	Ghosts     []*Var // what the checker remembers of a connection beside its tcb
	Terms      []*Term
	Properties []*Property
	Worlds     []*World
	Rules      []*Rule   // every rule, in the order of the text (files in name order)
	Defects    []*Defect // every defect, in the order of the text

	maxSends int
}

// File is one source file; Items are its top-level declarations in order, each
// one of *Guard, *Value, *Action, *Handler (declaration tables are not listed).
// gen writes one Go file for each File that has Items.
type File struct {
	Name  string // base name, e.g. "segment-arrives.spec"
	Doc   string // the comment at its head, without the #
	Items []any
}

// Cite is @rfc(9293, 3.10.7.4).
type Cite struct {
	RFC     int
	Section string // "" for the whole document
}

// Decl is what every named thing has.
type Decl struct {
	Name   string // as in the text: FIN-WAIT-1, acceptable-ACK, SND.UNA
	Quote  string // of a rule or a step: the RFC's own words, with ... for what is left out
	Doc    string // what the text says of it in words of its own
	Cites  []Cite
	Labels []string // MUST-11, SA-RST-3, in the order of the text
	Pos    Pos
}

// Said is what a declaration says, for people: the RFC's words in quotation marks, and
// words of the text's own without.
func (d *Decl) Said() string {
	switch {
	case d.Quote == "":
		return d.Doc
	case d.Doc == "":
		return `"` + d.Quote + `"`
	}
	return `"` + d.Quote + `"; ` + d.Doc
}

type State struct {
	Decl
	Index int // 0 is the first
}

// Set is a named set of states.
type Set struct {
	Decl
	States StateSet
}

// StateSet has bit State.Index set for each member.
type StateSet uint32

// Type is the type of an expression.
type Type int

const (
	Invalid Type = iota
	Bool         // flag: true or false
	Seq          // sequence number, modulo 2^32, compared with seq only
	Stamp        // timestamp, modulo 2^32, compared with stamp only
	Octets       // count of octets, 0 … 2^32-1; subtraction stops at 0
	Small        // count of other things, 0 … 255; mixes with octets
	Number       // a literal not yet given a type: fits octets, small, and as an addend of seq
)

// Where a variable lives.
type Scope int

const (
	InTCB Scope = iota
	InSettings
	InSegment
	InParams // parameter of the event, effect or action
	InLet    // let
	InGhost  // what only properties see
)

type Var struct {
	Decl
	Type   Type
	Scope  Scope
	Index  int  // position in its list
	Chosen bool // the environment chooses it; no rule needs to write it
}

type Bit struct {
	Decl
	Index int
}

type Timer struct {
	Decl
	Index int
}

type Effect struct {
	Decl
	Params []*Var
	Index  int
	Bound  int // most times that one event may ask for it; at most 1 if it has parameters
}

// Phrase is a signal or a reply: Name for code, Doc for people.
type Phrase struct {
	Decl
	Index int
}

// Event is a user call, a segment's arrival, or (Timer != nil) a timeout.
type Event struct {
	Decl           // Name with its spaces: "SEGMENT ARRIVES"; for timeouts "timeout RETRANSMISSION"
	Params  []*Var // without the segment
	Segment bool   // takes a segment
	Timer   *Timer
	Row     *Decl // of a timeout: the row "timeout", which is about all of them; nil if there is none
}

// Guard is a named condition, or an invariant: that says what mistake it would find.
type Guard struct {
	Decl
	Catches string
	Expr    Expr // Bool
}

// Value is a named expression.
type Value struct {
	Decl
	Type Type
	Expr Expr
}

// Action is a named list of statements.
type Action struct {
	Decl
	Params []*Var
	Body   []Stmt
	Stops  bool // some path through it ends the event (drop, return, continue)
}

// Handler is one on-block: what an event does in some states.
type Handler struct {
	Decl   // Name: event name
	Event  *Event
	States StateSet
	Body   []Stmt // *Step and other statements
}

// ---- statements

type Stmt interface{ At() Pos }

type (
	// Step is `step first "check sequence number" when G { … }`.
	Step struct {
		Decl      // Name: first, PAWS, …
		When Expr // nil: always
		Body []Stmt
	}
	// Rule is `rule name if G … { … }`; Cond nil: always. `unless G` is Not{G}.
	// It fires if Cond holds. Outside Ordered, processing goes on behind it.
	Rule struct {
		Decl
		Cond  Expr
		Body  []Stmt
		Index int // RuleID: position in Spec.Rules
	}
	// Ordered runs the first of its arms that applies, and no other.
	// Arms are *Rule, *In, *Ordered or *If; an *In applies if the state is in the set,
	// a nested *Ordered always (so it can only stand last or inside an In).
	// Unordered is the same, with arms proved to exclude one another.
	Ordered struct {
		Unordered bool
		Arms      []Stmt
		Pos       Pos
	}
	// In is `in A | B { … }`: Body runs if the state is, now, one of States.
	In struct {
		States StateSet
		Body   []Stmt
		Pos    Pos
	}
	// If is `if G { … } else { … }`.
	If struct {
		Cond       Expr
		Then, Else []Stmt
		Pos        Pos
	}
	// Let is `let n = expr`: n lives until the end of the enclosing block.
	Let struct {
		Var  *Var
		Expr Expr
		Pos  Pos
	}
	// Assign is `VAR <- expr`; Var is InTCB or InSegment.
	Assign struct {
		Var  *Var
		Expr Expr
		Pos  Pos
	}
	// Clear is `clear FIN`: takes a control bit off the segment.
	Clear struct {
		Bit *Bit
		Pos Pos
	}
	// Send is `send <SEQ=…><ACK=…><CTL=…><DATA=…><UP=…>`.
	Send struct {
		SEQ  Expr      // Seq, or the number 0
		ACK  Expr      // nil: no ACK field (then CTL has no ACK bit)
		CTL  []*Bit    // always set
		Cond []CondBit // <PSH if push>
		DATA Expr      // nil: none
		UP   Expr      // nil: none; Seq; sets URG and the pointer UP - SEQ when UPIf holds
		UPIf Expr      // nil: always
		Pos  Pos
	}
	// Start, Stop: `start T`, `stop T`, `stop all` (Timer nil).
	Start struct {
		Timer *Timer
		Pos   Pos
	}
	Stop struct {
		Timer *Timer
		Pos   Pos
	}
	Goto struct {
		State *State
		Pos   Pos
	}
	Signal struct {
		Phrase *Phrase
		Pos    Pos
	}
	// Return answers the user call and ends the event.
	Return struct {
		Phrase *Phrase
		Pos    Pos
	}
	// Drop ends the event.
	Drop struct{ Pos Pos }
	// Forget sets every TCB variable to zero, stops all timers, keeps settings (and the state, until goto).
	Forget struct{ Pos Pos }
	// Continue is `continue at step sixth`: run that step and those behind it in its handler, then end the event.
	Continue struct {
		Handler *Handler
		Step    *Step
		Pos     Pos
	}
	// Do asks for an effect: `deliver (text-start, text-length)`.
	Do struct {
		Effect *Effect
		Args   []Expr
		Pos    Pos
	}
	// Call runs an action.
	Call struct {
		Action *Action
		Args   []Expr
		Pos    Pos
	}
	// Defect carries both readings of a sentence; the shipped code has Amended.
	Defect struct {
		Decl             // Name: B9; Doc: what is wrong
		Literal, Amended []Stmt
		Index            int
	}
)

type CondBit struct {
	Bit  *Bit
	Cond Expr
}

func (d *Decl) At() Pos { return d.Pos }

func (s *Ordered) At() Pos  { return s.Pos }
func (s *In) At() Pos       { return s.Pos }
func (s *If) At() Pos       { return s.Pos }
func (s *Let) At() Pos      { return s.Pos }
func (s *Assign) At() Pos   { return s.Pos }
func (s *Clear) At() Pos    { return s.Pos }
func (s *Send) At() Pos     { return s.Pos }
func (s *Start) At() Pos    { return s.Pos }
func (s *Stop) At() Pos     { return s.Pos }
func (s *Goto) At() Pos     { return s.Pos }
func (s *Signal) At() Pos   { return s.Pos }
func (s *Return) At() Pos   { return s.Pos }
func (s *Drop) At() Pos     { return s.Pos }
func (s *Forget) At() Pos   { return s.Pos }
func (s *Continue) At() Pos { return s.Pos }
func (s *Do) At() Pos       { return s.Pos }
func (s *Call) At() Pos     { return s.Pos }
