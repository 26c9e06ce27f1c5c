package parser

// This file resolves what changes or asks for something: assignments, effects,
// actions, and send.

func (b *body) do(_ *statement, n *doNode) Stmt {
	at := b.place(n.Name.Pos)
	if n.Expr != nil {
		return b.assign(n, at)
	}
	for _, v := range b.vars {
		if v.Name == n.Name.Text {
			d := b.errorf("wrong-kind", at, "%s is a value, not something to do", v.Name)
			b.help(d, "%s", shapeOf(""))
			return nil
		}
	}
	entry, ok := b.words.byName[n.Name.Text]
	if !ok {
		d := b.errorf("unknown-name", at, "there is no action or effect %s", n.Name.Text)
		b.suggestToDo(d, n.Name.Text)
		b.looseArgs(n)
		return nil
	}
	b.reads[entry.thing] = true
	switch thing := entry.thing.(type) {
	case *Effect:
		return &Do{Effect: thing, Args: b.args(n, &thing.Decl, thing.Params), Pos: b.place(n.Pos)}
	case *Action:
		return &Call{Action: thing, Args: b.args(n, &thing.Decl, thing.Params), Pos: b.place(n.Pos)}
	case nil:
		b.looseArgs(n)
	default:
		d := b.errorf("wrong-kind", at, "%s is %s, not something to do", n.Name.Text, kindOf(thing))
		b.help(d, "%s", shapeOf(""))
		b.also(d, entry.decl.Pos, "declared here")
	}
	return nil
}

// suggestToDo adds the action, the effect or the statement that was probably meant.
func (b *body) suggestToDo(d *Diagnostic, name string) {
	names := map[string]bool{}
	for candidate, n := range b.words.byName {
		switch n.thing.(type) {
		case *Action, *Effect:
			names[candidate] = true
		}
	}
	for word := range starters {
		names[word] = true
	}
	near := nearest(name, names)
	if near == "" {
		return
	}
	b.help(d, "did you mean %s?", near)
	if n, ok := b.words.byName[near]; ok {
		b.also(d, n.decl.Pos, "%s is declared here", near)
	}
}

// looseArgs resolves arguments of something unknown, for the mistakes in them.
func (b *body) looseArgs(n *doNode) {
	for _, a := range n.Args {
		b.expr(a)
	}
}

func (b *body) assign(n *doNode, at Pos) Stmt {
	v := b.target(n.Name.Text, at)
	if v == nil {
		b.expr(n.Expr)
		return nil
	}
	b.writes[v] = true
	return &Assign{Var: v, Expr: b.wanted(n.Expr, v.Type, v.Name), Pos: b.place(n.Pos)}
}

// target finds the variable of an assignment.
func (b *body) target(name string, at Pos) *Var {
	for _, v := range b.vars {
		if v.Name == name {
			d := b.errorf("not-assignable", at, "%s is %s and cannot be assigned", name, scopeName(v))
			b.also(d, v.Pos, "declared here")
			b.help(d, "only variables of the tcb and of the segment change")
			return nil
		}
	}
	entry, ok := b.words.byName[name]
	if !ok {
		d := b.errorf("unknown-name", at, "there is no variable %s", name)
		b.suggest(d, name, b.words)
		return nil
	}
	v, isVar := entry.thing.(*Var)
	switch {
	case entry.thing == nil:
		return nil
	case !isVar:
		d := b.errorf("not-assignable", at, "%s is %s and cannot be assigned", name, kindOf(entry.thing))
		b.also(d, entry.decl.Pos, "declared here")
		if _, isBit := entry.thing.(*Bit); isBit {
			b.help(d, "write clear %s to take the bit off the segment", name)
		}
		return nil
	case v.Scope == InSettings:
		d := b.errorf("not-assignable", at, "%s is a setting and cannot be assigned", name)
		b.also(d, v.Pos, "declared here")
		b.help(d, "settings belong to the user and the host; declare it in the tcb if rules change it")
		return nil
	}
	return v
}

// args resolves the arguments of an effect or an action.
func (b *body) args(n *doNode, d *Decl, params []*Var) []Expr {
	if len(n.Args) != len(params) {
		diag := b.errorf("arguments", b.place(n.Name.Pos), "%s takes %s, not %d", d.Name, plural(len(params), "argument"), len(n.Args))
		b.also(diag, d.Pos, "declared here")
		b.looseArgs(n)
		return nil
	}
	var list []Expr
	for i, a := range n.Args {
		list = append(list, b.wanted(a, params[i].Type, "the argument "+params[i].Name))
	}
	return list
}

func (b *body) send(_ *statement, n *sendNode) Stmt {
	s := &Send{Pos: b.place(n.Pos)}
	seen := map[string]bool{}
	for _, f := range n.Fields {
		at := b.place(f.Name.Pos)
		if seen[f.Name.Text] {
			b.errorf("send-field", at, "the field %s is given twice", f.Name.Text)
		}
		seen[f.Name.Text] = true
		if f.Values == nil {
			b.condBit(s, f, at)
		} else {
			b.field(s, f, at)
		}
	}
	if !seen["SEQ"] || !seen["CTL"] {
		d := b.errorf("send-field", s.Pos, "a segment needs <SEQ=…> and <CTL=…>")
		b.help(d, "%s", shapeOf("send"))
	}
	b.bitsFit(s, seen)
	return s
}

// condBit resolves <PSH if push>.
func (b *body) condBit(s *Send, f *fieldNode, at Pos) {
	bit := b.bit(f.Name.Text, at)
	if f.If == nil || f.Else != nil {
		d := b.errorf("send-field", at, "the field %s has no value", f.Name.Text)
		b.help(d, "<CTL=%s> sets the bit always, <%s if CONDITION> sometimes", f.Name.Text, f.Name.Text)
		return
	}
	cond := b.need(b.or(f.If), Bool, "the condition of "+f.Name.Text, at)
	if bit != nil {
		s.Cond = append(s.Cond, CondBit{Bit: bit, Cond: cond})
	}
}

// field resolves <NAME=…>.
func (b *body) field(s *Send, f *fieldNode, at Pos) {
	name := f.Name.Text
	if name == "CTL" {
		for _, v := range f.Values {
			if bit := b.ctlBit(v, at); bit != nil {
				s.CTL = append(s.CTL, bit)
			}
		}
	}
	if name != "CTL" && len(f.Values) != 1 || name != "UP" && f.If != nil && f.Else == nil {
		d := b.errorf("send-field", at, "the field %s takes one value", name)
		b.help(d, "%s", shapeOf("send"))
	}
	switch name {
	case "CTL":
	case "SEQ":
		s.SEQ = b.seqOrZero(b.fieldValue(f), at)
	case "ACK":
		s.ACK = b.need(b.fieldValue(f), Seq, "the field ACK", at)
	case "DATA":
		s.DATA = b.need(b.fieldValue(f), Octets, "the field DATA", at)
	case "UP":
		s.UP = b.need(b.fieldValue(f), Seq, "the field UP", at)
		if f.If != nil && f.Else == nil {
			s.UPIf = b.need(b.or(f.If), Bool, "the condition of UP", at)
		}
	default:
		d := b.errorf("send-field", at, "a segment has no field %s", name)
		b.help(d, "the fields are SEQ, ACK, CTL, DATA and UP; the window and the options are the runtime's")
	}
}

// fieldValue resolves the value of a field, which may be x if c else y.
func (b *body) fieldValue(f *fieldNode) Expr {
	e := b.or(f.Values[0])
	if f.Else == nil {
		return e
	}
	return b.choice(b.need(b.or(f.If), Bool, "a condition", b.place(f.Pos)), e, b.expr(f.Else), b.place(f.Pos))
}

// seqOrZero lets the number 0 stand for a sequence number: RFC 9293 3.10.7.1
// resets with <SEQ=0> what carries no ACK.
func (b *body) seqOrZero(e Expr, at Pos) Expr {
	if lit, ok := e.(*Lit); ok && lit.T == Number && lit.N == 0 {
		lit.T = Seq
		return lit
	}
	return b.need(e, Seq, "the field SEQ", at)
}

// ctlBit takes an expression that must be the bare name of a bit.
func (b *body) ctlBit(n *orNode, at Pos) *Bit {
	name := n.bareName()
	if name == nil {
		d := b.errorf("send-field", at, "CTL lists control bits")
		b.help(d, "%s", shapeOf("send"))
		return nil
	}
	return b.bit(name.Name, b.place(name.Pos))
}

// bitsFit sees that the bits agree with the fields.
func (b *body) bitsFit(s *Send, seen map[string]bool) {
	has := map[string]bool{}
	for _, bit := range s.CTL {
		has[bit.Name] = true
	}
	for _, c := range s.Cond {
		if has[c.Bit.Name] {
			b.errorf("send-field", s.Pos, "CTL has %s already, so no condition can set it", c.Bit.Name)
		}
		has[c.Bit.Name] = true
	}
	switch {
	case seen["CTL"] && has["ACK"] && !seen["ACK"]:
		d := b.errorf("send-field", s.Pos, "the segment has the bit ACK but no field ACK")
		b.help(d, "add <ACK=RCV.NXT>, or take ACK off CTL")
	case seen["CTL"] && !has["ACK"] && seen["ACK"]:
		d := b.errorf("send-field", s.Pos, "the segment has the field ACK but not the bit")
		b.help(d, "add ACK to CTL")
	case has["URG"]:
		d := b.errorf("send-field", s.Pos, "the field UP sets the bit URG")
		b.help(d, "take URG off CTL and give <UP=SND.UP>")
	}
}
