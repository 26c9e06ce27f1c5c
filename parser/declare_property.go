package parser

import (
	"slices"
	"strconv"
	"strings"
)

// This file declares properties and terms, and resolves what only they can say.

func (r *resolver) declareProperty(d *decl, n *propertyNode) {
	f := d.file
	p := &Property{Decl: f.decl(n.Name, n.Notes)}
	for _, other := range r.spec.Properties {
		if other.Name == p.Name {
			diag := r.errorf("duplicate", p.Pos, "the property %s is declared twice", p.Name)
			r.also(diag, other.Pos, "first declared here")
		}
	}
	if n.Catches == "" || unquote(n.Catches) == "" || p.Doc == "" {
		diag := r.errorf("property", p.Pos, "the property %s does not say what holds, and what it catches", p.Name)
		r.help(diag, "%s", shapeOf("property"))
	} else {
		p.Catches = unquote(n.Catches)
	}
	for _, a := range n.Assuming {
		p.Assuming = append(p.Assuming, r.assumption(f.place(a.Pos), unquote(a.Text)))
	}
	r.spec.Properties = append(r.spec.Properties, p)
	b := &body{resolver: r, file: f, proof: true}
	for _, of := range n.Each {
		r.clause(f, p, of)
	}
	r.behind = append(r.behind, func() { b.property(p, n) })
}

// What a property may assume: who checks it must know what is meant.
const (
	FaultsEnd  = "finitely many faults"
	UsersClose = "both users close"
	UsersRead  = "the peer's user reads"
	TimeGoesOn = "timers expire and segments arrive"
)

// Assumptions is all of them.
var Assumptions = []string{FaultsEnd, UsersClose, UsersRead, TimeGoesOn}

// assumption is one of those that there are.
func (r *resolver) assumption(at Pos, words string) string {
	if !slices.Contains(Assumptions, words) {
		d := r.errorf("unknown-name", at, "nothing is known of the assumption %q", words)
		r.help(d, "assume %s", listOf(Assumptions))
	}
	return words
}

// listOf is each of some words in quotes.
func listOf(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, strconv.Quote(w))
	}
	return strings.Join(quoted, ", ")
}

// property resolves the form of a property and its expressions.
func (b *body) property(p *Property, n *propertyNode) {
	what := "the property " + p.Name
	switch {
	case n.Always != nil:
		p.Expr = b.wanted(n.Always, Bool, what)
	case n.Each != nil:
		p.Form = Each
	case n.Some != nil:
		p.Form, p.Expr = Sometimes, b.wanted(n.Some, Bool, what)
	case n.End != nil:
		p.Form = Eventually
		if n.Whenever != nil {
			p.From = b.wanted(n.Whenever, Bool, what)
		}
		p.Expr = b.wanted(n.End, Bool, what)
	case n.Queue != nil:
		p.Form, p.Queue = Refines, b.queue(n.Queue, what)
	case n.Cycle != nil:
		p.Form, p.Cycle = NoCycle, n.Cycle.Text
		if !cycles[p.Cycle] {
			d := b.errorf("unknown-name", b.place(n.Cycle.Pos), "there are no cycles of %s", p.Cycle)
			b.help(d, "write deliver, timeout or steps")
		}
	}
}

// queue resolves how a queue is seen.
func (b *body) queue(n *queueNode, what string) *Queue {
	if n.Name.Text != "fifo" {
		d := b.errorf("unknown-name", b.place(n.Name.Pos), "there is no %s to refine", n.Name.Text)
		b.help(d, "%s", shapeOf("refines"))
	}
	flag := func(e *exprNode) Expr { return b.wanted(e, Bool, what) }
	count := func(e *exprNode) Expr { return b.wanted(e, Octets, "what is put and taken") }
	return &Queue{
		Between: flag(n.Between), While: flag(n.While), Put: count(n.Put), Closed: flag(n.Closed),
		Taken: count(n.Taken), Ended: flag(n.Ended), Unless: flag(n.Unless),
	}
}

var cycles = wordSet(`deliver timeout steps`)

// clause declares what a property says of some events, and resolves it later.
func (r *resolver) clause(f *file, p *Property, n *eachNode) {
	c, b := &Clause{States: r.everyState()}, &body{resolver: r, file: f, proof: true}
	if n.States != nil {
		c.States = r.states(f, n.States)
	}
	switch {
	case n.But != nil:
		but := r.eventsOf(b, n.But)
		for _, e := range r.spec.Events {
			if !slices.Contains(but, e) {
				c.Events = append(c.Events, e)
			}
		}
	case !n.Step:
		c.Events = r.eventsOf(b, n.Events)
		if len(c.Events) == 1 {
			b.vars = c.Events[0].Params
		}
	}
	p.Of = append(p.Of, c)
	r.behind = append(r.behind, func() { c.Expr = b.wanted(n.Expr, Bool, "the property "+p.Name) })
}

// eventsOf finds the events that are named.
func (r *resolver) eventsOf(b *body, names []*eventNode) (list []*Event) {
	for _, words := range names {
		name := joined(words.Words)
		if name == "timeout" {
			list = append(list, r.timeouts()...)
			continue
		}
		thing, _ := r.find(r.events, name, b.place(words.Words[0].Pos))
		e, ok := thing.(*Event)
		if !ok {
			b.loose = true
			continue
		}
		list = append(list, e)
	}
	return list
}

// timeouts are the events of the timers.
func (r *resolver) timeouts() (list []*Event) {
	for _, e := range r.spec.Events {
		if e.Timer != nil {
			list = append(list, e)
		}
	}
	return list
}

func joined(names []*nameNode) string {
	var parts []string
	for _, n := range names {
		parts = append(parts, n.Text)
	}
	return strings.Join(parts, " ")
}

func (r *resolver) declareTerm(f *file, n *termNode) {
	t := &Term{Decl: f.decl(n.Name, n.Notes), Type: Bool}
	if n.Type != nil {
		t.Type = r.typeNamed(f, n.Type)
	}
	r.declare(r.words, &t.Decl, t)
	r.spec.Terms = append(r.spec.Terms, t)
	b := &body{resolver: r, file: f, proof: true}
	r.pending = append(r.pending, func() { t.Expr = b.wanted(n.Expr, t.Type, "the term "+t.Name) })
}

// logicImplies is a implies b. Outside properties it is not a or b.
func (b *body) implication(x, y Expr, at Pos) Expr {
	const what = "an operand of implies"
	x, y = b.need(x, Bool, what, at), b.need(y, Bool, what, at)
	if !b.proof {
		return &Binary{Op: Or, X: &Not{X: x, Pos: at}, Y: y, T: Bool, Pos: at}
	}
	return &Binary{Op: Implies, X: x, Y: y, T: Bool, Pos: at}
}

// of wraps an expression that is about another host, or another time.
func (b *body) of(prefix string, x Expr, at Pos) Expr {
	whose, ok := prefixes[prefix]
	if !ok {
		return x
	}
	if !b.proof {
		d := b.errorf("misplaced", at, "%s can stand in a property only", prefix)
		b.help(d, "a rule sees its own connection as it is now")
		return invalid(at)
	}
	return &Of{Whose: whose, X: x, Pos: at}
}

var prefixes = map[string]Whose{"was": Was, "peer": Peer}

// prefixOf divides was.SND.UNA.
func prefixOf(name string) (prefix, rest string) {
	before, after, found := strings.Cut(name, ".")
	if _, ok := prefixes[before]; found && ok {
		return before, after
	}
	return "", name
}

// proofUnit resolves what a property says of a step.
func (b *body) proofUnit(n *proofNode, at Pos) Expr {
	if !b.proof {
		d := b.errorf("misplaced", at, "what a step does can be asked in a property only")
		b.help(d, "a rule decides what its event does; it cannot look at it")
		return invalid(at)
	}
	switch {
	case n.Sends != nil:
		return b.sends(n.Sends, at)
	case n.Fired != nil && n.Fired.Any:
		return &Fired{Pos: at}
	case n.Fired != nil:
		thing, _ := b.find(b.rules, n.Fired.Name.Text, b.place(n.Fired.Name.Pos))
		if rule, ok := thing.(*Rule); ok {
			return &Fired{Rule: rule, Pos: at}
		}
	case n.Starts != nil:
		if t := b.findTimer(b.file, n.Starts); t != nil {
			return &Starts{Timer: t, Pos: at}
		}
	case n.Asks != nil:
		return b.asks(n, at)
	case n.Signals != nil && n.Signals.Text == "nothing":
		return &Tells{Pos: at}
	case n.Signals != nil:
		if p := b.phraseNamed(b.signals, n.Signals.Text, b.place(n.Signals.Pos)); p != nil {
			return &Tells{Phrase: p, Pos: at}
		}
	case n.Replies != nil && n.Replies.Text == "nothing":
		return &Replies{Pos: at}
	case n.Replies != nil:
		if p := b.phraseNamed(b.replies, n.Replies.Text, b.place(n.Replies.Pos)); p != nil {
			return &Replies{Phrase: p, Pos: at}
		}
	case n.Nothing:
		return &Keeps{Nothing: true, Pos: at}
	default:
		return b.keeps(n.But, at)
	}
	return invalid(at)
}

func (b *body) sends(n *sendsNode, at Pos) Expr {
	if n.Fields != nil {
		send, _ := b.send(nil, &sendNode{Pos: n.Pos, Fields: n.Fields}).(*Send)
		return &Sends{Send: send, Pos: at}
	}
	if n.Such != "" {
		return b.such(n, at)
	}
	switch n.What.Text {
	case "nothing":
		return &Sends{Nothing: true, Pos: at}
	case "text":
		return &Sends{Text: true, Pos: at}
	}
	if bit := b.bit(n.What.Text, b.place(n.What.Pos)); bit != nil {
		return &Sends{Bit: bit, Pos: at}
	}
	return invalid(at)
}

// such resolves what is said of segments that are sent. They have the numbers and bits
// that send gives them; window and options are put in by whoever sends them.
func (b *body) such(n *sendsNode, at Pos) Expr {
	s := &Sends{Such: b.wanted(n.Expr, Bool, "what is said of a segment"), Only: n.Such == "only", Pos: at}
	b.eachVar(s.Such, func(v *Var, at Pos) {
		if v.Scope == InSegment && !sentFields[v.Name] {
			d := b.errorf("property", at, "a segment that is sent has no %s here", v.Name)
			b.help(d, "it has SEG.SEQ, SEG.ACK, SEG.LEN, SEG.UP and control bits")
		}
	})
	return s
}

var sentFields = wordSet(`SEG.SEQ SEG.ACK SEG.LEN SEG.UP`)

// eachVar visits the variables that an expression looks at, through the words it uses; at is
// where it does.
func (r *resolver) eachVar(e Expr, visit func(v *Var, at Pos)) {
	each(e, func(e Expr) {
		switch e := e.(type) {
		case *Ref:
			visit(e.Var, e.Pos)
		case *Word:
			_, inner := e.definition()
			r.eachVar(inner, func(v *Var, _ Pos) { visit(v, e.Pos) })
		}
	})
}

func (b *body) asks(n *proofNode, at Pos) Expr {
	if n.Asks.Text == "nothing" {
		return &Asks{Pos: at}
	}
	thing, _ := b.find(b.words, n.Asks.Text, b.place(n.Asks.Pos))
	e, ok := thing.(*Effect)
	if !ok {
		if thing != nil {
			d := b.errorf("wrong-kind", b.place(n.Asks.Pos), "%s is %s, and no effect", n.Asks.Text, kindOf(thing))
			b.help(d, "asks EFFECT, asks EFFECT (ARGUMENTS), or asks nothing")
		}
		return invalid(at)
	}
	asks := &Asks{Effect: e, Pos: at}
	if n.Args != nil {
		asks.Args = b.args(&doNode{Pos: n.Asks.Pos, Name: *n.Asks, Args: n.Args}, &e.Decl, e.Params)
	}
	return asks
}

func (b *body) keeps(names []*nameNode, at Pos) Expr {
	s := &Keeps{Pos: at}
	for _, n := range names {
		if t, ok := b.timers.byName[n.Text]; ok && t.thing != nil {
			s.Timers = append(s.Timers, t.thing.(*Timer))
			continue
		}
		thing, _ := b.find(b.words, n.Text, b.place(n.Pos))
		v, ok := thing.(*Var)
		switch {
		case ok && v.Scope == InTCB:
			s.Vars = append(s.Vars, v)
		case thing != nil:
			d := b.errorf("wrong-kind", b.place(n.Pos), "%s is %s, and no variable of the tcb", n.Text, kindOf(thing))
			b.help(d, "keeps all but lists the variables and the timers that may have changed")
		}
	}
	return s
}
