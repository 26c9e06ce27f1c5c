package parser

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// body resolves the statements of one action or handler.
type body struct {
	*resolver
	file    *file
	handler *Handler // nil in an action
	vars    []*Var   // parameters and lets in sight, innermost last
	depth   int      // of blocks: 1 directly in the handler
	proof   bool     // it is a property: it sees the step, and both hosts
	loose   bool     // the event is unknown, and so are its parameters
}

func (b *body) place(p lexer.Position) Pos { return b.file.src.pos(p.Offset) }

// block resolves the statements of one of a statement's blocks; lets end with it.
func (b *body) block(s *statement, index int) []Stmt {
	outer := b.vars
	b.depth++
	list := []Stmt{}
	for _, inner := range s.blocks[index].statements {
		if len(inner.tokens) == 0 {
			continue
		}
		if stmt := b.statement(inner); stmt != nil {
			list = append(list, stmt)
		}
	}
	b.depth--
	b.vars = outer
	return list
}

// statement resolves one statement; nil after an error.
func (b *body) statement(s *statement) Stmt {
	f := b.file
	if f.inBody(s) {
		return nil
	}
	switch s.tokens[0].Value {
	case "step":
		return resolveAs(b, s, parse(f, steps, s), b.step)
	case "rule":
		return resolveAs(b, s, parse(f, rules, s), b.rule)
	case "ordered", "unordered":
		return resolveAs(b, s, parse(f, ordereds, s), b.ordered)
	case "in":
		return resolveAs(b, s, parse(f, ins, s), b.in)
	case "if":
		return resolveAs(b, s, parse(f, ifs, s), b.branch)
	case "let":
		return resolveAs(b, s, parse(f, lets, s), b.let)
	case "send":
		return resolveAs(b, s, parse(f, sends, s), b.send)
	case "defect":
		return resolveAs(b, s, parse(f, defects, s), b.defect)
	case "state":
		d := b.errorf("not-assignable", f.src.pos(s.offset()), "the state is not assigned")
		b.help(d, "write goto STATE")
		return nil
	case "clear", "start", "stop", "goto", "signal", "return", "drop", "forget", "continue":
		return resolveAs(b, s, parse(f, plains, s), b.plain)
	default:
		return resolveAs(b, s, parse(f, dos, s), b.do)
	}
}

// resolveAs applies a method to a node if there is one. After a syntax error the
// blocks are resolved all the same, for the mistakes in them.
func resolveAs[N any](b *body, s *statement, node any, do func(*statement, N) Stmt) Stmt {
	if n, ok := node.(N); ok {
		return do(s, n)
	}
	b.salvage(s)
	return nil
}

// salvage resolves what stands in the blocks of a statement that is itself wrong.
func (b *body) salvage(s *statement) {
	b.lostSteps = b.lostSteps || s.tokens[0].Value == "step"
	if s.tokens[0].Value == "let" && len(s.tokens) > 1 {
		b.vars = append(b.vars[:len(b.vars):len(b.vars)],
			&Var{Decl: Decl{Name: s.tokens[1].Value, Pos: b.file.src.pos(s.tokens[1].Pos.Offset)}, Scope: InLet})
	}
	for i := range s.blocks {
		b.block(s, i)
	}
}

func (b *body) step(s *statement, n *stepNode) Stmt {
	step := &Step{}
	step.Decl, step.When = b.parts(n.Name, n.Parts, "step")
	switch {
	case b.handler == nil || b.depth != 1:
		d := b.errorf("misplaced", step.Pos, "a step stands directly in an on, and nowhere else")
		b.help(d, "make it a rule, or an in-block")
	default:
		same := slices.IndexFunc(b.steps[step.Name], func(l landing) bool { return l.handler == b.handler })
		if same >= 0 {
			d := b.errorf("duplicate", step.Pos, "the step %s is declared twice here", step.Name)
			b.also(d, b.steps[step.Name][same].step.Pos, "first declared here")
			b.help(d, "give one of them another name")
		}
		b.steps[step.Name] = append(b.steps[step.Name], landing{handler: b.handler, step: step})
	}
	step.Body = b.block(s, n.Block)
	return step
}

func (b *body) rule(s *statement, n *ruleNode) Stmt {
	rule := &Rule{Index: len(b.spec.Rules)}
	rule.Decl, rule.Cond = b.parts(n.Name, n.Parts, "rule")
	b.declare(b.rules, &rule.Decl, rule)
	b.spec.Rules = append(b.spec.Rules, rule)
	rule.Body = b.block(s, n.Block)
	return rule
}

// parts tells annotations from the condition of a rule or a step.
func (b *body) parts(name nameNode, parts []*partNode, kind string) (Decl, Expr) {
	var notes []*noteNode
	var cond Expr
	for _, p := range parts {
		if p.Note != nil {
			notes = append(notes, p.Note)
			continue
		}
		if cond != nil {
			d := b.errorf("syntax", b.place(p.Pos), "the %s %s has two conditions", kind, name.Text)
			b.help(d, "join them with and")
		}
		if (p.When != nil) != (kind == "step") {
			d := b.errorf("syntax", b.place(p.Pos), "a %s has no such condition", kind)
			b.help(d, "%s", shapeOf(kind))
		}
		what := "the condition of " + name.Text
		switch {
		case p.When != nil:
			cond = b.wanted(p.When, Bool, what)
		case p.If != nil:
			cond = b.wanted(p.If, Bool, what)
		default:
			cond = &Not{X: b.wanted(p.Unless, Bool, what), Pos: b.place(p.Pos)}
		}
	}
	return b.file.quoting(name, notes), cond
}

func (b *body) ordered(s *statement, n *orderedNode) Stmt {
	o := &Ordered{Unordered: n.Kind == "unordered", Pos: b.place(n.Pos)}
	for _, arm := range b.block(s, n.Block) {
		switch arm.(type) {
		case *Rule, *In, *Ordered, *If:
			o.Arms = append(o.Arms, arm)
		default:
			d := b.errorf("misplaced", arm.At(), "only rules, in-blocks, ifs and ordered blocks stand in %s", n.Kind)
			b.help(d, "put it into a rule, or before the %s", n.Kind)
		}
	}
	return o
}

func (b *body) in(s *statement, n *inNode) Stmt {
	return &In{States: b.states(b.file, &n.States), Body: b.block(s, n.Block), Pos: b.place(n.Pos)}
}

func (b *body) branch(s *statement, n *ifNode) Stmt {
	stmt := &If{Cond: b.wanted(n.Cond, Bool, "a condition"), Pos: b.place(n.Pos)}
	stmt.Then = b.block(s, n.Then)
	switch {
	case n.ElseIf != nil:
		stmt.Else = []Stmt{b.branch(s, n.ElseIf)}
	case n.Else != nil:
		stmt.Else = b.block(s, *n.Else)
	}
	return stmt
}

func (b *body) let(_ *statement, n *letNode) Stmt {
	e := b.expr(n.Expr)
	if e.Type() == Number {
		e = b.give(e, Octets)
	}
	v := &Var{Decl: Decl{Name: n.Name.Text, Pos: b.place(n.Name.Pos)}, Type: e.Type(), Scope: InLet}
	b.shadows(v)
	b.lets = append(b.lets, v)
	b.vars = append(b.vars[:len(b.vars):len(b.vars)], v)
	return &Let{Var: v, Expr: e, Pos: b.place(n.Pos)}
}

// shadows refuses a local name that is also another's.
func (b *body) shadows(v *Var) {
	first := b.words.byName[v.Name].decl
	for _, other := range b.vars {
		if other.Name == v.Name {
			first = &other.Decl
		}
	}
	if first != nil {
		b.shadowed(v, first)
	}
}

func (b *body) defect(s *statement, n *defectNode) Stmt {
	d := &Defect{Decl: b.file.decl(n.Name, n.Notes), Index: len(b.spec.Defects)}
	b.spec.Defects = append(b.spec.Defects, d)
	seen := map[string]bool{}
	for _, inner := range s.blocks[n.Block].statements {
		if len(inner.tokens) == 0 {
			continue
		}
		node, ok := parse(b.file, readings, inner).(*readingNode)
		if !ok {
			b.salvage(inner)
			continue
		}
		if seen[node.Kind] {
			b.errorf("duplicate", b.place(node.Pos), "the defect %s has two %s readings", d.Name, node.Kind)
		}
		seen[node.Kind] = true
		if node.Kind == "literal" {
			d.Literal = b.block(inner, node.Block)
		} else {
			d.Amended = b.block(inner, node.Block)
		}
	}
	if !seen["literal"] || !seen["amended"] {
		diag := b.errorf("syntax", d.Pos, "the defect %s needs both readings", d.Name)
		b.help(diag, "%s; either may be empty", shapeOf("defect"))
	}
	return d
}

func (b *body) plain(_ *statement, n *plainNode) Stmt {
	p := b.place(n.Pos)
	switch {
	case n.Stop && n.All:
		return &Stop{Pos: p}
	case n.Stop:
		if t := b.findTimer(b.file, n.What); t != nil {
			return &Stop{Timer: t, Pos: p}
		}
		return nil
	case n.Bare == "drop":
		return &Drop{Pos: p}
	case n.Bare == "forget":
		return &Forget{Pos: p}
	case n.Step != nil:
		c := &Continue{Pos: p}
		b.jumps = append(b.jumps, jump{stmt: c, name: n.Step, file: b.file})
		return c
	default:
		return b.naming(n, p)
	}
}

// naming resolves the statements of one word and one name.
func (b *body) naming(n *plainNode, p Pos) Stmt {
	at := b.place(n.Name.Pos)
	switch n.Kind {
	case "clear":
		if bit := b.bit(n.Name.Text, at); bit != nil {
			return &Clear{Bit: bit, Pos: p}
		}
	case "start":
		if t := b.findTimer(b.file, n.Name); t != nil {
			b.reads[t] = true
			return &Start{Timer: t, Pos: p}
		}
	case "goto":
		thing, _ := b.find(b.places, n.Name.Text, at)
		if state, ok := thing.(*State); ok {
			return &Goto{State: state, Pos: p}
		}
		if _, ok := thing.(*Set); ok {
			d := b.errorf("wrong-kind", at, "%s is a set of states, not a state", n.Name.Text)
			b.help(d, "goto needs the one state that is entered")
		}
	case "signal":
		if phrase := b.phraseNamed(b.signals, n.Name.Text, at); phrase != nil {
			return &Signal{Phrase: phrase, Pos: p}
		}
	case "return":
		if phrase := b.phraseNamed(b.replies, n.Name.Text, at); phrase != nil {
			return &Return{Phrase: phrase, Pos: p}
		}
	}
	return nil
}

func (b *body) phraseNamed(s *space, name string, at Pos) *Phrase {
	thing, _ := b.find(s, name, at)
	phrase, _ := thing.(*Phrase)
	if phrase != nil {
		b.reads[phrase] = true
	}
	return phrase
}

// bit finds a control bit.
func (b *body) bit(name string, at Pos) *Bit {
	if n, ok := b.words.byName[name]; ok {
		if bit, isBit := n.thing.(*Bit); isBit || n.thing == nil {
			return bit
		}
	}
	d := b.errorf("unknown-name", at, "there is no control bit %s", name)
	names := map[string]bool{}
	for _, bit := range b.spec.Control {
		names[bit.Name] = true
	}
	if near := nearest(name, names); near != "" {
		b.help(d, "did you mean %s?", near)
	}
	return nil
}
