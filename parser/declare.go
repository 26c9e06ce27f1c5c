package parser

import (
	"path"
	"slices"
	"strings"
)

// resolver makes the tree: first it gathers what is declared anywhere, then it
// resolves every use, so that the order of declarations and files is free.
type resolver struct {
	*reporter
	files []*file
	spec  *Spec

	words   *space // variables, bits, guards, values, actions, effects
	places  *space // states and sets
	timers  *space
	signals *space
	replies *space
	events  *space
	rules   *space

	invariants *space
	worlds     *space
	steps      map[string][]landing

	jumps     []jump // continue statements, resolved last
	lostSteps bool   // a step or a handler could not be parsed
	members   map[*Set]func() StateSet
	reads     map[any]bool
	writes    map[any]bool
	lets      []*Var
	stages    []*stage // worlds, in the order of the text
	pending   []func() // bodies, in the order of the text
	behind    []func() // those of properties, which may name rules of any file
	timeout   *Event   // the row "timeout" of events
	named     Pos      // of the spec declaration
}

// space is one set of names that must differ.
type space struct {
	what   string
	byName map[string]named
}

type named struct {
	decl  *Decl
	thing any // nil: its declaration is wrong, and nothing more is said about it
}

// landing is a step that continue may name.
type landing struct {
	handler *Handler
	step    *Step
}

type jump struct {
	stmt *Continue
	name *nameNode
	file *file
}

func newResolver(rep *reporter, files []*file) *resolver {
	fresh := func(what string) *space { return &space{what: what, byName: map[string]named{}} }
	return &resolver{
		reporter: rep, files: files, spec: &Spec{},
		words: fresh("name"), places: fresh("state"), timers: fresh("timer"), signals: fresh("signal"),
		replies: fresh("reply"), events: fresh("event"), rules: fresh("rule"), invariants: fresh("invariant"), worlds: fresh("world"), steps: map[string][]landing{},
		reads: map[any]bool{}, writes: map[any]bool{}, members: map[*Set]func() StateSet{},
	}
}

func (r *resolver) resolve() {
	for _, f := range r.files {
		r.spec.Files = append(r.spec.Files, &File{Name: path.Base(f.src.name), Doc: f.doc})
	}
	r.eachDecl(r.declareTable)
	r.eachDecl(r.declareSet)
	r.fillSets()
	r.expandTimeouts()
	r.eachDecl(r.declareWord)
	r.checkShadows()
	for _, body := range append(r.pending, r.behind...) {
		body()
	}
	r.settleWorlds()
	r.landJumps()
	r.findStops()
}

func (r *resolver) eachDecl(do func(*File, *decl)) {
	for i, f := range r.files {
		for _, d := range f.decls {
			do(r.spec.Files[i], d)
		}
	}
}

// declare enters a name into a space, unless it is taken.
func (r *resolver) declare(s *space, d *Decl, thing any) {
	if first, taken := s.byName[d.Name]; taken {
		diag := r.errorf("duplicate", d.Pos, "the %s %s is declared twice", s.what, d.Name)
		r.also(diag, first.decl.Pos, "first declared here")
		r.help(diag, "give one of them another name")
		return
	}
	s.byName[d.Name] = named{decl: d, thing: thing}
}

// poison enters the name of a declaration that is wrong, so that its uses are not errors too.
func (r *resolver) poison(f *file, s *statement, spaces ...*space) {
	for _, t := range s.tokens {
		if t.Type != tokName || tables[t.Value] {
			continue
		}
		for _, sp := range spaces {
			if _, taken := sp.byName[t.Value]; !taken {
				sp.byName[t.Value] = named{decl: &Decl{Name: t.Value, Pos: f.src.pos(t.Pos.Offset)}}
			}
		}
		return
	}
}

// ---- tables

func (r *resolver) declareTable(_ *File, d *decl) {
	if spec, ok := d.node.(*specNode); ok {
		r.declareSpec(d.file, spec)
		return
	}
	table, ok := d.node.(*tableNode)
	if !ok {
		return
	}
	for _, n := range append(table.Before, table.Behind...) {
		d.file.annotate(&Decl{Name: table.Kind.Text}, n)
	}
	for _, s := range d.stmt.blocks[table.Block].statements {
		if len(s.tokens) == 0 {
			continue
		}
		if table.Kind.Text == "control" {
			r.declareBits(d.file, s)
		} else {
			r.declareRow(d.file, table.Kind.Text, s)
		}
	}
}

func (r *resolver) declareSpec(f *file, n *specNode) {
	d := f.decl(n.Name, n.Notes)
	if r.spec.Name != "" {
		diag := r.errorf("duplicate", d.Pos, "the folder is already the specification of %s", r.spec.Name)
		r.also(diag, r.named, "first declared here")
		r.help(diag, "a folder is one specification")
		return
	}
	r.spec.Name, r.spec.Title, r.spec.Cites, r.named = d.Name, d.Doc, d.Cites, d.Pos
}

func (r *resolver) declareBits(f *file, s *statement) {
	node, ok := parseRow(f, bits, s, "control").(*bitsNode)
	if !ok {
		r.poison(f, s, r.words)
		return
	}
	var bit *Bit
	for _, w := range node.Words {
		isName := w.Label != "" && !strings.Contains(w.Label, "-")
		switch {
		case isName:
			bit = &Bit{Decl: Decl{Name: w.Label, Pos: f.place(w.Pos)}, Index: len(r.spec.Control)}
			r.declare(r.words, &bit.Decl, bit)
			r.spec.Control = append(r.spec.Control, bit)
		case bit == nil:
			r.errorf("annotation", f.place(w.Pos), "this annotates nothing")
		default:
			f.annotate(&bit.Decl, w)
		}
	}
	if bit != nil && bit.Index >= 8 {
		d := r.errorf("limit", r.spec.Control[8].Pos, "a segment has at most 8 control bits")
		r.help(d, "there is one octet for them in the header")
	}
}

func (r *resolver) declareRow(f *file, table string, s *statement) {
	node, ok := parseRow(f, rows, s, table).(*rowNode)
	if !ok {
		r.poison(f, s, r.words, r.places, r.timers, r.signals, r.replies, r.events)
		return
	}
	if c := node.Chosen; c != nil && labelShape.MatchString(c.Text) {
		node.Notes = append([]*noteNode{{Pos: c.Pos, Label: c.Text}}, node.Notes...)
		node.Chosen = nil
	}
	d := r.rowDecl(f, table, node)
	r.rowShape(f, table, node)
	switch table {
	case "states":
		r.declareState(&State{Decl: d, Index: len(r.spec.States)})
	case "timers":
		t := &Timer{Decl: d, Index: len(r.spec.Timers)}
		r.spec.Timers = append(r.spec.Timers, t)
		r.declare(r.timers, &t.Decl, t)
	case "signals":
		r.spec.Signals = append(r.spec.Signals, r.phrase(r.signals, d, len(r.spec.Signals)))
	case "replies":
		r.spec.Replies = append(r.spec.Replies, r.phrase(r.replies, d, len(r.spec.Replies)))
	case "effects":
		e := &Effect{Decl: d, Index: len(r.spec.Effects), Params: r.params(f, node.Params)}
		r.spec.Effects = append(r.spec.Effects, e)
		r.declare(r.words, &e.Decl, e)
	case "events":
		r.declareEvent(f, d, node)
	case "tcb":
		r.spec.TCB = append(r.spec.TCB, r.variable(f, d, node, InTCB, len(r.spec.TCB)))
	case "settings":
		r.spec.Settings = append(r.spec.Settings, r.variable(f, d, node, InSettings, len(r.spec.Settings)))
	case "ghost":
		r.spec.Ghosts = append(r.spec.Ghosts, r.variable(f, d, node, InGhost, len(r.spec.Ghosts)))
	case "segment":
		r.spec.Segment = append(r.spec.Segment, r.variable(f, d, node, InSegment, len(r.spec.Segment)))
	}
}

// rowDecl tells a row's name from its labels: only an event's name has several
// words, and none of them has a hyphen.
func (r *resolver) rowDecl(f *file, table string, n *rowNode) Decl {
	name, notes := *n.Names[0], n.Notes
	for i, word := range n.Names[1:] {
		if table == "events" && !strings.Contains(word.Text, "-") {
			name.Text += " " + word.Text
			continue
		}
		var labels []*noteNode
		for _, w := range n.Names[i+1:] {
			labels = append(labels, &noteNode{Pos: w.Pos, Label: w.Text})
		}
		notes = append(labels, notes...)
		break
	}
	return f.decl(name, notes)
}

// rowShape refuses a type or parameters where a table has none.
func (r *resolver) rowShape(f *file, table string, n *rowNode) {
	typed := table == "tcb" || table == "ghost" || table == "settings" || table == "segment"
	p := f.place(n.Names[0].Pos)
	switch {
	case typed && n.Type == nil:
		d := r.errorf("syntax", p, "%s has no type", n.Names[0].Text)
		r.help(d, "it is written %s : octets \"what it is\"; the types are flag, seq, stamp, octets, small", n.Names[0].Text)
	case !typed && n.Type != nil:
		r.errorf("syntax", f.place(n.Type.Pos), "the entries of %s have no type", table)
	case n.Params != nil && table != "effects" && table != "events":
		r.errorf("syntax", p, "the entries of %s have no parameters", table)
	case n.Chosen != nil && (table != "tcb" || n.Chosen.Text != "chosen"):
		d := r.errorf("syntax", f.place(n.Chosen.Pos), "%s cannot stand here", n.Chosen.Text)
		r.help(d, "behind a type of the tcb may stand the word chosen: the environment chooses the value")
	}
}

func (r *resolver) declareState(s *State) {
	r.declare(r.places, &s.Decl, s)
	r.spec.States = append(r.spec.States, s)
	if len(r.spec.States) == 33 {
		r.errorf("limit", s.Pos, "a specification has at most 32 states")
	}
}

func (r *resolver) phrase(s *space, d Decl, index int) *Phrase {
	p := &Phrase{Decl: d, Index: index}
	r.declare(s, &p.Decl, p)
	return p
}

func (r *resolver) variable(f *file, d Decl, n *rowNode, scope Scope, index int) *Var {
	v := &Var{Decl: d, Scope: scope, Index: index, Chosen: n.Chosen != nil}
	if n.Type != nil {
		v.Type = r.typeNamed(f, n.Type)
	}
	r.declare(r.words, &v.Decl, v)
	return v
}

func (r *resolver) declareEvent(f *file, d Decl, n *rowNode) {
	e := &Event{Decl: d}
	rest := n.Params
	if len(rest) > 0 && rest[0].Type == nil && rest[0].Name.Text == "segment" {
		e.Segment, rest = true, rest[1:]
	}
	e.Params = r.params(f, rest)
	if d.Name == "timeout" {
		r.timeout = e
	} else {
		r.spec.Events = append(r.spec.Events, e)
	}
	r.declare(r.events, &e.Decl, e)
}

// expandTimeouts makes one event of every timer.
func (r *resolver) expandTimeouts() {
	for _, t := range r.spec.Timers {
		e := &Event{Decl: Decl{Name: "timeout " + t.Name, Doc: t.Doc, Cites: t.Cites, Labels: t.Labels, Pos: t.Pos}, Timer: t}
		if r.timeout != nil {
			e.Params, e.Row = r.timeout.Params, &r.timeout.Decl
		}
		r.spec.Events = append(r.spec.Events, e)
		if _, taken := r.events.byName[e.Name]; !taken {
			r.events.byName[e.Name] = named{decl: &e.Decl, thing: e}
		}
	}
}

// params makes the parameters of an event, an effect or an action.
func (r *resolver) params(f *file, nodes []*paramNode) []*Var {
	var list []*Var
	for i, n := range nodes {
		v := &Var{Decl: Decl{Name: n.Name.Text, Pos: f.place(n.Name.Pos)}, Scope: InParams, Index: i}
		if n.Type == nil {
			d := r.errorf("syntax", v.Pos, "the parameter %s has no type", v.Name)
			r.help(d, "it is written %s : octets; the types are flag, seq, stamp, octets, small", v.Name)
		} else {
			v.Type = r.typeNamed(f, n.Type)
		}
		if i := slices.IndexFunc(list, func(other *Var) bool { return other.Name == v.Name }); i >= 0 {
			d := r.errorf("duplicate", v.Pos, "the parameter %s is declared twice", v.Name)
			r.also(d, list[i].Pos, "first declared here")
			r.help(d, "give one of them another name")
		}
		list = append(list, v)
	}
	return list
}
