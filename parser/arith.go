package parser

import (
	"fmt"
	"strconv"
)

// This file types arithmetic and the units of expressions.

func (b *body) shift(n *shiftNode) Expr {
	e := b.sum(n.First)
	for _, s := range n.Rest {
		e = b.arith(opNamed[s.Op], e, b.sum(s.X), b.place(s.Pos))
	}
	return e
}

func (b *body) sum(n *sumNode) Expr {
	e := b.product(n.First)
	for _, s := range n.Rest {
		e = b.arith(opNamed[s.Op], e, b.product(s.X), b.place(s.Pos))
	}
	return e
}

func (b *body) product(n *productNode) Expr {
	e := b.unit(n.First)
	for _, s := range n.Rest {
		e = b.arith(opNamed[s.Op], e, b.unit(s.X), b.place(s.Pos))
	}
	return e
}

// arith types an operation on counts and sequence numbers.
func (b *body) arith(op Op, x, y Expr, at Pos) Expr {
	e := &Binary{Op: op, X: x, Y: y, Pos: at}
	tx, ty := x.Type(), y.Type()
	switch {
	case tx == Invalid || ty == Invalid:
	case (op == Add || op == Sub) && tx == Seq && ty.counts():
		b.give(y, Octets)
		e.T = Seq
	case op == Sub && tx == Seq && ty == Seq:
		e.T = Octets
	case !tx.counts() || !ty.counts():
		d := b.errorf("type", at, "%s %s %s has no meaning", tx, op, ty)
		b.help(d, "seq + count is a seq, seq - seq is a count, seq - count is a seq; * / << >> are for counts alone")
	case op == Shl || op == Shr:
		if ty == Octets {
			d := b.errorf("type", at, "the distance of a shift is a small count, and this is %s", ty)
			b.help(d, "a shift of more than 31 makes no sense; use a variable of type small")
		}
		b.give(x, Octets)
		b.give(y, Small)
		e.T = Octets
	default:
		e.T = b.join(x, y)
		if lit, ok := y.(*Lit); op == Div && (!ok || lit.N == 0) {
			d := b.errorf("type", at, "the divisor may be zero")
			b.help(d, "divide by a number that is not 0")
		}
	}
	return e
}

func (b *body) unit(n *unitNode) Expr {
	at := b.place(n.Pos)
	switch {
	case n.Inner != nil:
		return b.expr(n.Inner)
	case n.Number != "":
		return b.number(n.Number, at)
	case n.Truth == "true":
		return &Lit{N: 1, T: Bool, Pos: at}
	case n.Truth == "false":
		return &Lit{T: Bool, Pos: at}
	case n.Func != "":
		return b.extreme(n, at)
	case n.Proof != nil:
		return b.proofUnit(n.Proof, at)
	case n.Running != nil:
		prefix, _ := prefixOf(n.Timers)
		return b.of(prefix, b.running(n.Running, at), at)
	case n.States != nil:
		prefix, _ := prefixOf(n.Place)
		return b.of(prefix, &StateIn{States: b.states(b.file, n.States), Pos: at}, at)
	}
	if _, taken := b.words.byName[n.Name]; !taken {
		if prefix, name := prefixOf(n.Name); prefix != "" {
			return b.of(prefix, b.named(name, at), at)
		}
	}
	return b.named(n.Name, at)
}

func (b *body) running(n *timerNode, at Pos) Expr {
	if n.Any {
		return &Running{Pos: at}
	}
	t := b.findTimer(b.file, &nameNode{Pos: n.Pos, Text: n.Name})
	if t == nil {
		return invalid(at)
	}
	return &Running{Timer: t, Pos: at}
}

func (b *body) number(text string, at Pos) Expr {
	v, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		d := b.errorf("number", at, "%s is no number", text)
		b.help(d, "numbers are decimal, 0 to 4294967295")
		return invalid(at)
	}
	return &Lit{N: uint32(v), T: Number, Pos: at}
}

// extreme resolves min(a, b, …) and max(a, b, …).
func (b *body) extreme(n *unitNode, at Pos) Expr {
	op := opNamed[n.Func]
	var e Expr
	for _, a := range n.Args {
		x := b.expr(a)
		if t := x.Type(); t != Invalid && !t.counts() && (e == nil || e.Type() != Invalid) {
			d := b.errorf("type", b.place(a.Pos), "%s of %s has no meaning", op, t)
			b.help(d, "only counts have a least and a greatest")
			x = invalid(at)
		}
		if e == nil {
			e = x
		} else {
			e = &Binary{Op: op, X: e, Y: x, T: b.join(e, x), Pos: at}
		}
	}
	if len(n.Args) < 2 {
		b.errorf("arguments", at, "%s takes two arguments or more", op)
	}
	return e
}

// named resolves a name in an expression.
func (b *body) named(name string, at Pos) Expr {
	for i := len(b.vars) - 1; i >= 0; i-- {
		if b.vars[i].Name == name {
			b.reads[b.vars[i]] = true
			return &Ref{Var: b.vars[i], Pos: at}
		}
	}
	entry, ok := b.words.byName[name]
	if !ok {
		b.unknownWord(name, at)
		return invalid(at)
	}
	b.reads[entry.thing] = true
	switch thing := entry.thing.(type) {
	case *Var:
		if thing.Scope == InGhost && !b.proof {
			d := b.errorf("misplaced", at, "%s is what the checker remembers, and no rule sees it", name)
			b.also(d, thing.Pos, "declared here")
			b.help(d, "declare it in the tcb if rules need it")
		}
		return &Ref{Var: thing, Pos: at}
	case *Term:
		if b.proof {
			return &Word{Term: thing, Pos: at}
		}
		d := b.errorf("misplaced", at, "the term %s can stand in a property only", name)
		b.also(d, thing.Pos, "declared here")
		b.help(d, "declare it as a guard if rules need it")
	case *Bit:
		return &BitSet{Bit: thing, Pos: at}
	case *Guard:
		return &Word{Guard: thing, Pos: at}
	case *Value:
		return &Word{Value: thing, Pos: at}
	case nil:
	default:
		d := b.errorf("wrong-kind", at, "%s is %s and has no value", name, kindOf(thing))
		b.also(d, entry.decl.Pos, "declared here")
	}
	return invalid(at)
}

// kindOf says what a name names.
func kindOf(thing any) string {
	switch thing := thing.(type) {
	case *Var:
		return scopeName(thing)
	case *Bit:
		return "a control bit"
	case *Guard:
		return "a guard"
	case *Value:
		return "a value"
	case *Term:
		return "a term"
	case *Action:
		return "an action"
	case *Effect:
		return "an effect"
	}
	return "something else"
}

func scopeName(v *Var) string { return "a " + v.Scope.String() }

// String is what a variable of the scope is called.
func (s Scope) String() string {
	return [...]string{"variable", "setting", "field of the segment", "parameter", "let", "ghost"}[s]
}

func plural(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
