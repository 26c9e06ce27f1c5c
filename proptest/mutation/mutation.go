// Package mutation measures how strong the checks of the text are: it breaks the
// text in every way that package mutant knows, one at a time, and asks each layer
// of checks whether it notices.
//
// Mutants are not compiled but interpreted: the differential test of gen/interp is
// what makes that the same.
package mutation

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/scenario"
)

// Subject is a changed text.
type Subject struct {
	*mutant.Mutant                                       // nil if the text was changed by hand
	Core           func() (model.Core, error)            // the changed machine
	With           func(f func(*ir.Program) error) error // f sees the changed tree, and must not keep it
	Lacks          []string                              // properties, worlds and figures that were taken away by hand

	before *Asked // of a text that is compiled in: what was asked before it was changed
}

// Name is the mutant's ID.
func (s *Subject) Name() string {
	if s.Mutant == nil {
		return "patch"
	}
	return s.ID
}

// Kill is how a mutant was noticed.
type Kill struct {
	Layer    string        `json:"layer"`
	By       string        `json:"by,omitempty"`     // the property, or the vector
	Config   string        `json:"config,omitempty"` // of the explorer
	States   int64         `json:"states,omitempty"` // visited until then
	Steps    int           `json:"steps,omitempty"`  // length of the trace
	Elapsed  time.Duration `json:"elapsed"`
	Says     string        `json:"says,omitempty"`     // what it is that was noticed, without a trace; or what could not be tried
	Survived bool          `json:"survived,omitempty"` // nobody noticed; the rest is what was tried
	Error    string        `json:"error,omitempty"`    // why the layer could not be run: nothing is known of what it would have noticed

	Trace  *model.Trace     `json:"-"` // of the explorer
	Figure *scenario.Result `json:"-"` // of a scenario
}

// Noticed tells whether the mutant was noticed.
func (k *Kill) Noticed() bool { return !k.Survived && k.Error == "" }

// Load returns the mutants of a text. They share one tree, which is broken while
// somebody looks at it, and mended again.
func Load(text fs.FS) ([]*Subject, error) {
	p, err := program(text)
	if err != nil {
		return nil, err
	}
	var list []*Subject
	var tree sync.Mutex
	for _, m := range mutant.All(p) {
		list = append(list, subject(m, func(f func(*ir.Program) error) error {
			tree.Lock()
			defer tree.Unlock()
			defer m.Apply()()
			return f(p)
		}))
	}
	return list, nil
}

// Patched is the subject that is a whole text, changed by hand.
func Patched(text fs.FS) (*Subject, error) {
	before, err := Here()
	if err != nil {
		return nil, err
	}
	return patched(text, before)
}

func patched(text fs.FS, before *Asked) (*Subject, error) {
	p, err := program(text)
	if err != nil {
		return nil, err
	}
	s, has := subject(nil, func(f func(*ir.Program) error) error { return f(p) }), asking(p.Spec)
	for _, name := range before.Names {
		if !slices.Contains(has, name) {
			s.Lacks = append(s.Lacks, name)
		}
	}
	return s, nil
}

func subject(m *mutant.Mutant, with func(func(*ir.Program) error) error) *Subject {
	return &Subject{Mutant: m, With: with, Core: func() (core model.Core, err error) {
		err = with(func(p *ir.Program) error {
			core, err = interp.NewCore(p)
			return err
		})
		return core, err
	}}
}

func program(text fs.FS) (*ir.Program, error) {
	spec, found := parser.Load(text)
	if spec == nil {
		return nil, found
	}
	return ir.New(spec, ir.Amended())
}

// Explore explores the changed text itself in configurations, in their order, each
// as far as how allows.
func Explore(ctx context.Context, s *Subject, configs []*model.Config, how explore.Options) (*Kill, error) {
	begin, visited := time.Now(), int64(0)
	if _, err := s.Core(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name(), err)
	}
	core := func() model.Core {
		core, _ := s.Core() // it has just been made
		return core
	}
	var full []string
	for _, c := range configs {
		r, err := model.Verify(ctx, c, model.Options{Core: core, Options: how})
		if err != nil {
			return nil, err
		}
		visited += r.Report.States
		if len(r.Failures) > 0 {
			f := r.Failures[0]
			return &Kill{Layer: "verify", By: f.Property.Name, Config: c.Name, States: visited,
				Steps: len(f.Trace.Schedule), Elapsed: time.Since(begin), Trace: f.Trace}, nil
		}
		if ctx.Err() != nil {
			break
		}
		if r.Report.End == explore.MemoryBound || r.Report.End == explore.GraphBound {
			full = append(full, fmt.Sprintf("%s (%v)", c.Name, r.Report.End))
		}
	}
	k := &Kill{Layer: "verify", Survived: true, States: visited, Elapsed: time.Since(begin)}
	k.notExhausted(full)
	return k, ctx.Err()
}

// BySize sorts configurations: those with few states first, so that most mutants die early.
func BySize(configs []*model.Config) []*model.Config {
	sorted := slices.Clone(configs)
	slices.SortStableFunc(sorted, func(a, b *model.Config) int { return int(a.States - b.States) })
	return sorted
}
