package parser

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file is the tree of scenarios, and how the lines of their figures are
// resolved. How such a line is read stands in figure.go.

// Scenario is a figure as the RFCs draw them: what two hosts send each other, line
// by line, and the states that they are in.
type Scenario struct {
	Decl
	Lines []*Line
}

// Line is one line of a figure. States are those after the departure or the
// arrival of its segment.
type Line struct {
	Number  int     // as drawn; a line without one has that of the line above, 0 if there is none
	Text    string  // as drawn
	Side    [2]Side // of A, on the left, and of B
	Segment *Drawn  // nil: nothing is sent
	From    int     // who sent it: 0 is A
	Departs bool    // it leaves its sender on this line; else it was under way before
	Arrives bool    // it reaches the other on this line; else it stays under way
	Lost    bool    // it leaves and never arrives
	Pos     Pos
}

// Side is what a line says of one host.
type Side struct {
	State *State // nil: nothing
	Notes []Note // what stands in parentheses
}

// Note is what a figure has in parentheses: (Close) is an event, (2 MSL) a timer
// that expires, (send 300,receive 100) says where a connection has got to, (return
// to LISTEN!) names a state; anything else is a remark.
type Note struct {
	Text          string
	Event         *Event // a user call, or the timeout of a timer
	State         *State
	Numbers       bool // Send and Receive are the next numbers to be sent and received
	Send, Receive uint32
	Pos           Pos
}

// Drawn is the segment of a line.
type Drawn struct {
	SEQ   DrawnNumber
	ACK   *DrawnNumber // nil: no ACK field
	CTL   []*Bit
	DATA  bool
	Count uint32 // octets of text; 0: some
	Pos   Pos
}

// DrawnNumber is a number of a figure: 100, Z or Z+1.
type DrawnNumber struct {
	Letter string // "": none
	Add    uint32
}

func (s *Scenario) At() Pos { return s.Pos }

// String is the number as figures have it.
func (n DrawnNumber) String() string {
	switch {
	case n.Letter == "":
		return strconv.FormatUint(uint64(n.Add), 10)
	case n.Add == 0:
		return n.Letter
	}
	return n.Letter + "+" + strconv.FormatUint(uint64(n.Add), 10)
}

func (r *resolver) declareScenario(d *decl, n *scenarioNode) {
	s := &Scenario{Decl: d.file.decl(n.Name, n.Notes)}
	for _, other := range r.spec.Scenarios {
		if other.Name == s.Name {
			diag := r.errorf("duplicate", s.Pos, "the scenario %s is declared twice", s.Name)
			r.also(diag, other.Pos, "first declared here")
		}
	}
	r.spec.Scenarios = append(r.spec.Scenarios, s)
	b := d.stmt.blocks[n.Block]
	r.pending = append(r.pending, func() { r.figure(d.file, s, b) })
}

// figure resolves the lines of a scenario.
func (r *resolver) figure(f *file, s *Scenario, b *block) {
	nodes, whole := f.drawnLines(b)
	middle, number := middleOf(nodes), 0
	for _, n := range nodes {
		line := &Line{Number: number, Text: f.drawnText(n), Pos: f.place(n.stmt.tokens[0].Pos)}
		if n.number != nil {
			line.Number, _ = strconv.Atoi(n.number.Value)
			if line.Number <= number {
				d := r.errorf("figure", line.Pos, "line %d follows line %d", line.Number, number)
				r.help(d, "number the lines upwards; a line without a number goes on with the one above")
			}
			number = line.Number
		}
		for _, c := range n.cells {
			r.cell(f, &line.Side[n.sideOf(c, middle)], c)
		}
		if len(n.fields) > 0 {
			line.direct(n)
			line.Segment = r.drawn(f, n)
		}
		s.Lines = append(s.Lines, line)
	}
	if whole && middle == noMiddle {
		d := r.errorf("figure", s.Pos, "the scenario %s draws no segment", s.Name)
		r.help(d, "%s", shapeOf("figure"))
	}
}

// direct reads the arrows, which are known to meet.
func (l *Line) direct(n *drawnLine) {
	left, right := n.arrows[0].Value, n.arrows[1].Value
	if left == "<--" || right == "<--" {
		l.From = 1
		left, right = right, left
	}
	l.Departs = left != delayed
	l.Lost = right == lostRight || right == lostLeft
	l.Arrives = !l.Lost && right != delayed
}

// cell resolves a state or a note.
func (r *resolver) cell(f *file, side *Side, c drawnCell) {
	p := f.place(c.tokens[0].Pos)
	if c.note {
		side.Notes = append(side.Notes, r.note(f.noteText(c), p))
		return
	}
	thing, _ := r.find(r.places, c.tokens[0].Value, p)
	switch thing := thing.(type) {
	case *State:
		if side.State != nil {
			d := r.errorf("figure", p, "%s is a second state of this host", thing.Name)
			r.help(d, "one line shows one state of each host, after what is drawn; a figure needs two columns")
		}
		side.State = thing
	case *Set:
		d := r.errorf("wrong-kind", p, "%s is a set of states, not a state", thing.Name)
		r.help(d, "a figure shows the one state that a host is in")
	}
}

var numbersShape = regexp.MustCompile(`^send ([0-9]{1,10}), ?receive ([0-9]{1,10})$`)

// note finds out what is meant by the text in parentheses.
func (r *resolver) note(text string, p Pos) Note {
	n := Note{Text: text, Pos: p}
	if m := numbersShape.FindStringSubmatch(text); m != nil {
		send, _ := strconv.ParseUint(m[1], 10, 32)
		receive, _ := strconv.ParseUint(m[2], 10, 32)
		n.Numbers, n.Send, n.Receive = true, uint32(send), uint32(receive)
		return n
	}
	for _, e := range r.spec.Events {
		if strings.EqualFold(e.Name, text) || e.Timer != nil && (strings.EqualFold(e.Timer.Name, text) || strings.EqualFold(e.Timer.Doc, text)) {
			n.Event = e
			return n
		}
	}
	plain := strings.TrimRight(text, "!?")
	if plain == text && !remarks[strings.ToLower(text)] {
		d := r.errorf("unknown-name", Pos{File: p.File, Line: p.Line, Col: p.Col + 1}, "there is no event and no timer %s", text)
		r.suggest(d, text, r.events)
		if d.Help == "" {
			r.help(d, "a remark ends with ! or ?, or is (duplicate) or (REBOOT)")
		}
	}
	words := strings.Fields(plain)
	for _, s := range r.spec.States {
		if len(words) > 0 && words[len(words)-1] == s.Name {
			n.State = s
		}
	}
	return n
}

// remarks are what a note may say that is no event.
var remarks = wordSet(`duplicate reboot`)

// drawn resolves a segment.
func (r *resolver) drawn(f *file, n *drawnLine) *Drawn {
	s := &Drawn{Pos: f.place(n.fields[0].name.Pos)}
	seen := map[string]bool{}
	for _, field := range n.fields {
		name, at := field.name.Value, f.place(field.name.Pos)
		if seen[name] {
			r.errorf("duplicate", at, "the segment has two fields %s", name)
		}
		seen[name] = true
		switch name {
		case "SEQ":
			s.SEQ = f.drawnNumber(field)
		case "ACK":
			number := f.drawnNumber(field)
			s.ACK = &number
		case "DATA":
			s.DATA = true
			if len(field.values) > 0 {
				s.Count = f.drawnNumber(field).Add
			}
		case "CTL":
			r.drawnBits(f, s, field)
		default:
			d := r.errorf("figure", at, "a segment of a figure has no field %s", name)
			r.help(d, "it has SEQ, CTL, and perhaps ACK and DATA")
		}
	}
	if acknowledges := slices.ContainsFunc(s.CTL, func(b *Bit) bool { return b.Name == "ACK" }); acknowledges != (s.ACK != nil) {
		d := r.errorf("figure", s.Pos, "a segment has <ACK=…> if and only if it has the bit ACK")
		r.help(d, "%s", shapeOf("figure"))
	}
	if !seen["SEQ"] || !seen["CTL"] {
		d := r.errorf("figure", s.Pos, "a segment needs <SEQ=…> and <CTL=…>")
		r.help(d, "%s", shapeOf("figure"))
	}
	return s
}

// drawnBits resolves the control bits.
func (r *resolver) drawnBits(f *file, s *Drawn, field drawnField) {
	b := &body{resolver: r, file: f}
	for i, t := range field.values {
		if i%2 == 1 && t.Value == "," {
			continue
		}
		if bit := b.bit(t.Value, f.place(t.Pos)); bit != nil {
			s.CTL = append(s.CTL, bit)
		}
	}
}
