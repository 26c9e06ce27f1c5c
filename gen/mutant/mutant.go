// Package mutant breaks the text in small, systematic ways, so that the strength
// of what checks it can be measured: a property that no mutant violates proves
// nothing, and a mutant that nobody notices is a property that is missing.
package mutant

import (
	"fmt"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Operator is one way to break the text.
type Operator string

// Operators.
const (
	Relation     Operator = "relation"      // < for =<, = for !=, and the like
	Negate       Operator = "negate"        // a condition is taken for its opposite
	DropGuard    Operator = "drop-guard"    // a condition always holds
	DropConjunct Operator = "drop-conjunct" // one side of an and, or of an or, is forgotten
	DropAction   Operator = "drop-action"   // a statement is forgotten
	DropStop     Operator = "drop-stop"     // a drop is forgotten: the event goes on
	DropTimer    Operator = "drop-timer"    // a start or a stop is forgotten
	DropRule     Operator = "drop-rule"     // a rule is forgotten
	WrongState   Operator = "wrong-state"   // goto leads elsewhere
	WrongTimer   Operator = "wrong-timer"   // another timer is started or stopped
	Swap         Operator = "swap"          // two neighbouring rules change places
	SwapSteps    Operator = "swap-steps"    // two neighbouring steps change places
	Field        Operator = "field"         // SEQ or ACK of what is sent is off by one
	FlagMissing  Operator = "flag-missing"  // a control bit is not sent
	FlagAdded    Operator = "flag-added"    // a control bit too many is sent
	Constant     Operator = "constant"      // a number is one more
	Literal      Operator = "literal"       // the RFC's words, defect and all
)

// Operators are all of them.
func Operators() []Operator {
	return []Operator{Relation, Negate, DropGuard, DropConjunct, DropAction, DropStop, DropTimer, DropRule,
		WrongState, WrongTimer, Swap, SwapSteps, Field, FlagMissing, FlagAdded, Constant, Literal}
}

// Mutant is one change of the text.
type Mutant struct {
	ID       string // operator:place:number, the same as long as its place is not edited
	Operator Operator
	Place    string // the rule, guard, value, action or event it changes
	Pos      parser.Pos
	Was      string // the text before
	Becomes  string // and after

	// Site is where the tree that All was given is changed: an event that does not
	// come there has the same outcome with and without the change.
	Site ir.Site

	apply func() (undo func())
}

// String says what is changed, on one line.
func (m *Mutant) String() string {
	return fmt.Sprintf("%s  %s:%d  %s  ->  %s", m.ID, m.Pos.File, m.Pos.Line, m.Was, m.Becomes)
}

// Apply changes the tree that All was given; undo takes the change back. No two
// mutants of one tree may be applied at once.
func (m *Mutant) Apply() (undo func()) { return m.apply() }

// All lists the mutants of a program under its reading, in the order of the text.
func All(p *ir.Program) []*Mutant {
	b := &breaker{p: p, count: map[string]int{}}
	for _, f := range p.Files {
		for _, item := range f.Items {
			b.item(item)
		}
	}
	return b.all
}

// Find returns the mutant with that ID.
func Find(all []*Mutant, id string) (*Mutant, bool) {
	i := slices.IndexFunc(all, func(m *Mutant) bool { return m.ID == id })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// breaker walks the text and collects what can be broken.
type breaker struct {
	p     *ir.Program
	place string
	count map[string]int
	all   []*Mutant
}

func (b *breaker) add(op Operator, pos parser.Pos, was, becomes string, site ir.Site, apply func() func()) {
	key := string(op) + ":" + b.place
	b.count[key]++
	b.all = append(b.all, &Mutant{
		ID: fmt.Sprintf("%s:%d", key, b.count[key]), Operator: op, Place: b.place, Pos: pos, Was: was, Becomes: becomes, Site: site, apply: apply,
	})
}

// instead replaces one expression by another.
func (b *breaker) instead(op Operator, pos parser.Pos, was, becomes string, slot *parser.Expr, to parser.Expr) {
	b.add(op, pos, was, becomes, ir.Site{Nodes: []any{*slot}, Instead: to}, set(slot, to))
}

// in is the site of a statement.
func in(s ...parser.Stmt) ir.Site {
	var site ir.Site
	for _, x := range s {
		site.Nodes = append(site.Nodes, x)
	}
	return site
}

// set is the change of one place of the tree.
func set[T any](slot *T, to T) func() func() {
	return func() func() {
		was := *slot
		*slot = to
		return func() { *slot = was }
	}
}

// at runs f with another place.
func (b *breaker) at(place string, f func()) {
	outer := b.place
	b.place = place
	f()
	b.place = outer
}

func (b *breaker) item(item any) {
	switch d := item.(type) {
	case *parser.Guard:
		if slices.Contains(b.p.Invariants, d) {
			return // what is checked, not what runs
		}
		b.at(d.Name, func() { b.expr(&d.Expr) })
	case *parser.Value:
		b.at(d.Name, func() { b.expr(&d.Expr) })
	case *parser.Action:
		b.at(d.Name, func() { b.list(&d.Body) })
	case *parser.Handler:
		b.at(d.Name+" in "+b.p.SetText(d.States), func() { b.list(&d.Body) })
	}
}
