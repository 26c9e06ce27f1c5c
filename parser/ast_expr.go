package parser

// This file is the tree of expressions.

type Expr interface {
	At() Pos
	Type() Type
}

// Op is a binary operator.
type Op int

const (
	Add Op = iota // seq+octets → seq; octets+octets
	Sub           // seq-seq → octets; seq-octets → seq; octets-octets, not below 0
	Mul
	Div
	Shl
	Shr
	And
	Or
	Eq
	Ne
	Lt // on seq and stamp: modular
	Le
	Gt
	Ge
	Min
	Max
	Implies // in properties; elsewhere it is written not X or Y
)

type (
	Ref struct { // a variable of any scope
		Var *Var
		Pos Pos
	}
	Lit struct { // a number, or (T == Bool) true or false as 1 or 0
		N   uint32
		T   Type
		Pos Pos
	}
	BitSet struct { // RST: the segment has the bit
		Bit *Bit
		Pos Pos
	}
	StateIn struct { // state in A | B
		States StateSet
		Pos    Pos
	}
	Running struct { // running(T); Timer nil: running(any)
		Timer *Timer
		Pos   Pos
	}
	Word struct { // a named guard, value or term: exactly one is set
		Guard *Guard
		Value *Value
		Term  *Term
		Pos   Pos
	}
	Not struct {
		X   Expr
		Pos Pos
	}
	Binary struct { // a chain a < b =< c arrives as And(Lt(a,b), Le(b,c))
		Op   Op
		X, Y Expr
		T    Type
		Pos  Pos
	}
	Cond struct { // a if c else b
		If, Then, Else Expr
		T              Type
		Pos            Pos
	}
)

func (e *Ref) At() Pos     { return e.Pos }
func (e *Lit) At() Pos     { return e.Pos }
func (e *BitSet) At() Pos  { return e.Pos }
func (e *StateIn) At() Pos { return e.Pos }
func (e *Running) At() Pos { return e.Pos }
func (e *Word) At() Pos    { return e.Pos }
func (e *Not) At() Pos     { return e.Pos }
func (e *Binary) At() Pos  { return e.Pos }
func (e *Cond) At() Pos    { return e.Pos }

func (e *Ref) Type() Type     { return e.Var.Type }
func (e *Lit) Type() Type     { return e.T }
func (e *BitSet) Type() Type  { return Bool }
func (e *StateIn) Type() Type { return Bool }
func (e *Running) Type() Type { return Bool }
func (e *Word) Type() Type {
	switch {
	case e.Guard != nil:
		return Bool
	case e.Term != nil:
		return e.Term.Type
	}
	return e.Value.Type
}
func (e *Not) Type() Type    { return Bool }
func (e *Binary) Type() Type { return e.T }
func (e *Cond) Type() Type   { return e.T }
