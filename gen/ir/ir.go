// Package ir is the one view of a specification that every emitter and the
// interpreter share: the tree of package parser under one reading, with what
// each named thing uses, where it may end the event, and in which states.
//
// It adds facts and changes nothing: the tree stays the parser's, so that every
// message can still point at the text.
package ir

import (
	"fmt"
	"io/fs"

	"github.com/lockstep-tcp/lockstep/parser"
)

// Program is a specification under one reading.
type Program struct {
	*parser.Spec
	Reading Reading

	uses map[any]Uses
}

// New returns the program of spec. It refuses rules whose names are one in Go, and
// changes of state that no rule names.
func New(spec *parser.Spec, reading Reading) (*Program, error) {
	p := &Program{Spec: spec, Reading: reading, uses: map[any]Uses{}}
	if err := p.checkNames(); err != nil {
		return nil, err
	}
	for _, h := range p.Handlers {
		if err := p.checkGotos(h.Body); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Load reads a text and returns its program. The error lists what is wrong with it.
func Load(text fs.FS, reading Reading) (*Program, error) {
	spec, found := parser.Load(text)
	if spec == nil {
		return nil, found
	}
	return New(spec, reading)
}

// checkGotos: every change of state has the name of a rule.
func (p *Program) checkGotos(list []parser.Stmt) error {
	for _, s := range list {
		var err error
		switch s := s.(type) {
		case *parser.Rule:
			continue
		case *parser.Goto:
			err = fmt.Errorf("%s:%d: goto %s outside a rule: make a rule of it, so that the transition has a name",
				s.Pos.File, s.Pos.Line, s.State.Name)
		case *parser.Call:
			err = p.checkGotos(s.Action.Body)
		}
		for _, block := range p.bothSides(s) {
			if err == nil {
				err = p.checkGotos(block)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Program) checkNames() error {
	seen := map[string]parser.Decl{}
	for _, r := range p.Rules {
		name := p.RuleName(r.Name)
		if other, ok := seen[name]; ok {
			return fmt.Errorf("%s:%d: rule %s and rule %s (line %d) are both Rule%s in Go: rename one",
				r.Pos.File, r.Pos.Line, r.Name, other.Name, other.Pos.Line, name)
		}
		seen[name] = r.Decl
	}
	return nil
}

// Reading says which side of each defect is taken: amended, unless named literal.
type Reading struct {
	all     bool
	literal map[string]bool
}

// Amended is the reading that ships.
func Amended() Reading { return Reading{} }

// Literal is RFC 9293 word for word.
func Literal() Reading { return Reading{all: true} }

// LiteralIn takes the named defects (B4, B6, …) word for word and amends the rest.
func LiteralIn(defects ...string) Reading {
	r := Reading{literal: map[string]bool{}}
	for _, d := range defects {
		r.literal[d] = true
	}
	return r
}

// IsLiteral reports whether the defect is taken word for word.
func (r Reading) IsLiteral(defect string) bool { return r.all || r.literal[defect] }

// Chosen is the side of the defect that the program takes.
func (p *Program) Chosen(d *parser.Defect) []parser.Stmt {
	if p.Reading.IsLiteral(d.Name) {
		return d.Literal
	}
	return d.Amended
}

// AllStates is the set of every state.
func (p *Program) AllStates() parser.StateSet { return 1<<len(p.States) - 1 }

// Members lists the states of a set in the order of the text.
func (p *Program) Members(set parser.StateSet) []*parser.State {
	var list []*parser.State
	for _, s := range p.States {
		if set>>s.Index&1 != 0 {
			list = append(list, s)
		}
	}
	return list
}

// Cover writes a set as named sets and single states, as the text would: the
// largest named sets that fit and do not overlap, then the states left over.
func (p *Program) Cover(set parser.StateSet) (named []*parser.Set, rest []*parser.State) {
	for set != 0 {
		var best *parser.Set
		for _, s := range p.Sets {
			if s.States&^set == 0 && len(p.Members(s.States)) > 1 &&
				(best == nil || len(p.Members(s.States)) > len(p.Members(best.States))) {
				best = s
			}
		}
		if best == nil {
			break
		}
		named, set = append(named, best), set&^best.States
	}
	return named, p.Members(set)
}

func (p *Program) state(name string) *parser.State {
	for _, s := range p.States {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// HandlersOf lists the on-blocks of an event in the order of the text.
func (p *Program) HandlersOf(e *parser.Event) []*parser.Handler {
	var list []*parser.Handler
	for _, h := range p.Handlers {
		if h.Event == e {
			list = append(list, h)
		}
	}
	return list
}
