package parser

// This file resolves and types expressions. An expression that is wrong gets the
// type Invalid, which fits everywhere, so that one mistake is one message.

func (t Type) String() string {
	return [...]string{"something wrong", "a flag", "a sequence number", "a timestamp", "a count of octets", "a small count", "a number"}[t]
}

// counts tells whether a type is a count that is not modular.
func (t Type) counts() bool { return t == Octets || t == Small || t == Number }

func invalid(p Pos) Expr { return &Lit{T: Invalid, Pos: p} }

// wanted resolves an expression that must have a type.
func (b *body) wanted(n *exprNode, t Type, what string) Expr {
	return b.need(b.expr(n), t, what, b.place(n.Pos))
}

// need sees that an expression has a type, and gives that type to bare numbers.
func (b *body) need(e Expr, t Type, what string, at Pos) Expr {
	have := e.Type()
	switch {
	case have == Invalid || t == Invalid || have == t:
		return e
	case t == Octets && have == Small:
		return e
	case (t == Octets || t == Small) && have == Number:
		return b.give(e, t)
	}
	code := "type"
	if t == Seq && have.counts() || t.counts() && have == Seq {
		code = "seq-and-count"
	}
	d := b.errorf(code, at, "%s must be %s, and this is %s", what, t, have)
	switch {
	case t == Octets && have == Seq:
		b.help(d, "the distance of two sequence numbers is a count: SEG.SEQ - RCV.NXT")
	case t == Seq && have.counts():
		b.help(d, "a sequence number plus a count is a sequence number: RCV.NXT + 1")
	case t == Small && have == Octets:
		b.help(d, "a small count holds 0 to 255; declare the variable as octets")
	case t == Bool && have == Number:
		b.help(d, "a flag is true or false")
	case t == Bool && have.counts():
		b.help(d, "compare it: > 0")
	}
	return e
}

// give gives a type to the bare numbers of an expression.
func (b *body) give(e Expr, t Type) Expr {
	if e.Type() != Number {
		return e
	}
	switch e := e.(type) {
	case *Lit:
		e.T = t
		if t == Small && e.N > 255 {
			e.T = Invalid
			d := b.errorf("type", e.Pos, "%d is too large for a small count", e.N)
			b.help(d, "a small count holds 0 to 255")
		}
	case *Binary:
		e.T = t
		b.give(e.X, t)
		b.give(e.Y, t)
	case *Cond:
		e.T = t
		b.give(e.Then, t)
		b.give(e.Else, t)
	}
	return e
}

func (b *body) expr(n *exprNode) Expr {
	e := b.or(n.Then)
	if n.If != nil {
		at := b.place(n.Word.Pos)
		e = b.choice(b.need(b.or(n.If), Bool, "a condition", at), e, b.expr(n.Else), at)
	}
	if n.Implies != nil {
		return b.implication(e, b.expr(n.Implies), b.place(n.Therefore.Pos))
	}
	return e
}

// choice types Then if If else Else.
func (b *body) choice(cond, then, other Expr, at Pos) Expr {
	t := b.join(then, other)
	if t == Invalid && then.Type() != Invalid && other.Type() != Invalid {
		d := b.errorf("type", at, "one side of if is %s, the other %s", then.Type(), other.Type())
		b.help(d, "both sides must be of one type")
	}
	return &Cond{If: cond, Then: then, Else: other, T: t, Pos: at}
}

// join is the common type of two operands, Invalid if there is none; a bare
// number takes the other's.
func (b *body) join(x, y Expr) Type {
	tx, ty := x.Type(), y.Type()
	switch {
	case tx == Invalid || ty == Invalid:
		return Invalid
	case tx == ty:
		return tx
	case !tx.counts() || !ty.counts():
		return Invalid
	case tx == Octets || ty == Octets:
		b.give(x, Octets)
		b.give(y, Octets)
		return Octets
	default:
		t := Small
		if large(x) || large(y) {
			t = Octets
		}
		b.give(x, t)
		b.give(y, t)
		return t
	}
}

// large tells whether an untyped number cannot be small.
func large(e Expr) bool {
	lit, ok := e.(*Lit)
	return ok && lit.T == Number && lit.N > 255
}

func (b *body) or(n *orNode) Expr {
	e := b.and(n.First)
	for _, s := range n.Rest {
		e = b.logic(Or, e, b.and(s.X), b.place(s.Pos))
	}
	return e
}

func (b *body) and(n *andNode) Expr {
	e := b.not(n.First)
	for _, s := range n.Rest {
		e = b.logic(And, e, b.not(s.X), b.place(s.Pos))
	}
	return e
}

func (b *body) logic(op Op, x, y Expr, at Pos) Expr {
	what := "an operand of " + opNames[op]
	return &Binary{Op: op, X: b.need(x, Bool, what, at), Y: b.need(y, Bool, what, at), T: Bool, Pos: at}
}

func (b *body) not(n *notNode) Expr {
	e := b.comparison(n.X)
	at := b.place(n.Pos)
	for range n.Not {
		e = &Not{X: b.need(e, Bool, "the operand of not", at), Pos: at}
	}
	return e
}

var (
	opNames = map[Op]string{Add: "+", Sub: "-", Mul: "*", Div: "/", Shl: "<<", Shr: ">>", And: "and", Or: "or",
		Eq: "=", Ne: "!=", Lt: "<", Le: "=<", Gt: ">", Ge: ">=", Min: "min", Max: "max", Implies: "implies"}
	opNamed = func() map[string]Op {
		m := map[string]Op{}
		for op, name := range opNames {
			m[name] = op
		}
		return m
	}()
)

// String is the operator as it is written.
func (op Op) String() string { return opNames[op] }

// comparison resolves a chain: a < b =< c is a < b and b =< c.
func (b *body) comparison(n *compareNode) Expr {
	x := b.shift(n.First)
	if len(n.Rest) == 0 {
		return x
	}
	var all Expr
	direction, turned := Eq, false
	for _, rest := range n.Rest {
		at, op := b.place(rest.Pos), opNamed[rest.Op]
		y := b.shift(rest.X)
		if way := directionOf(op); way != Eq || op == Ne {
			if len(n.Rest) > 1 && !turned && (op == Ne || direction != Eq && way != direction) {
				turned = true
				d := b.errorf("chain", at, "a chain of comparisons goes one way")
				b.help(d, "join two comparisons with and")
			}
			direction = way
		}
		one := b.compare(op, x, y, at)
		if all == nil {
			all = one
		} else {
			all = &Binary{Op: And, X: all, Y: one, T: Bool, Pos: at}
		}
		x = y
	}
	return all
}

func directionOf(op Op) Op {
	switch op {
	case Lt, Le:
		return Lt
	case Gt, Ge:
		return Gt
	}
	return Eq
}

func (b *body) compare(op Op, x, y Expr, at Pos) Expr {
	e := &Binary{Op: op, X: x, Y: y, T: Bool, Pos: at}
	tx, ty := x.Type(), y.Type()
	t := b.join(x, y)
	switch {
	case tx == Invalid || ty == Invalid:
	case t == Number:
		b.give(x, Octets)
		b.give(y, Octets)
	case t == Bool && op != Eq && op != Ne:
		d := b.errorf("type", at, "flags have no order")
		b.help(d, "compare them with = or !=, or join them with and, or, not")
	case t == Invalid && (tx == Seq && ty.counts() || ty == Seq && tx.counts()):
		d := b.errorf("seq-and-count", at, "a sequence number is compared with a count")
		b.help(d, "sequence numbers are modulo 2^32 and have no size; compare two of them, or their distance: SEG.SEQ - RCV.NXT %s …", op)
	case t == Invalid:
		d := b.errorf("type", at, "%s is compared with %s", tx, ty)
		if tx == Bool || ty == Bool {
			b.help(d, "a flag is a condition by itself, and not FLAG is its opposite")
		} else {
			b.help(d, "only what is of one type can be compared")
		}
	}
	return e
}

var typeNames = map[string]Type{"flag": Bool, "seq": Seq, "stamp": Stamp, "octets": Octets, "small": Small}

func (r *resolver) typeNamed(f *file, n *nameNode) Type {
	t, ok := typeNames[n.Text]
	if !ok {
		d := r.errorf("unknown-name", f.place(n.Pos), "there is no type %s", n.Text)
		r.help(d, "the types are flag, seq, stamp, octets, small")
	}
	return t
}
