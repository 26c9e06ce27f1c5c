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
	"time"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Subject is a changed text.
type Subject struct {
	*mutant.Mutant                             // nil if the text was changed by hand
	Program        func() (*ir.Program, error) // a tree of its own for each caller
}

// Name is the mutant's ID.
func (s *Subject) Name() string {
	if s.Mutant == nil {
		return "patch"
	}
	return s.ID
}

// Layer is something that may notice a change of the text.
type Layer struct {
	Name  string
	Check func(ctx context.Context, s *Subject) (*Kill, error)
}

// Kill is how a mutant was noticed.
type Kill struct {
	Layer    string        `json:"layer"`
	By       string        `json:"by"`               // the property, or the vector
	Config   string        `json:"config,omitempty"` // of the explorer
	States   int64         `json:"states,omitempty"` // visited until then
	Steps    int           `json:"steps,omitempty"`  // length of the trace
	Elapsed  time.Duration `json:"elapsed"`
	Trace    *model.Trace  `json:"-"`
	Survived bool          `json:"survived,omitempty"` // nobody noticed; the rest is what was tried
}

// Load returns the mutants of a text, each with a tree of its own to be made.
func Load(text fs.FS) ([]*Subject, error) {
	p, err := program(text)
	if err != nil {
		return nil, err
	}
	var list []*Subject
	for i, m := range mutant.All(p) {
		list = append(list, &Subject{Mutant: m, Program: func() (*ir.Program, error) {
			p, err := program(text)
			if err != nil {
				return nil, err
			}
			mutant.All(p)[i].Apply()
			return p, nil
		}})
	}
	return list, nil
}

// Patched is the subject that is a whole text, changed by hand.
func Patched(text fs.FS) *Subject {
	return &Subject{Program: func() (*ir.Program, error) { return program(text) }}
}

func program(text fs.FS) (*ir.Program, error) {
	spec, found := parser.Load(text)
	if spec == nil {
		return nil, found
	}
	return ir.New(spec, ir.Amended())
}

// Explorer is the layer that explores configurations, in their order, each up to
// a number of states (0: all of them).
func Explorer(configs []*model.Config, bound int64, workers int) Layer {
	return Layer{Name: "verify", Check: func(ctx context.Context, s *Subject) (*Kill, error) {
		begin, visited := time.Now(), int64(0)
		core, err := s.Cores()
		if err != nil {
			return nil, err
		}
		for _, c := range configs {
			o := model.Options{Core: core, Options: explore.Options{Workers: workers, MaxStates: bound}}
			r, err := model.Verify(ctx, c, o)
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
		}
		return &Kill{Layer: "verify", Survived: true, States: visited, Elapsed: time.Since(begin)}, ctx.Err()
	}}
}

// Cores makes interpreters of one tree, which they only read.
func (s *Subject) Cores() (func() model.Core, error) {
	p, err := s.Program()
	if err != nil {
		return nil, err
	}
	if _, err := interp.NewCore(p); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name(), err)
	}
	return func() model.Core {
		core, _ := interp.NewCore(p) // it has just succeeded
		return core
	}, nil
}

// BySize sorts configurations: those with few states first, so that most mutants die early.
func BySize(configs []*model.Config) []*model.Config {
	sorted := slices.Clone(configs)
	slices.SortStableFunc(sorted, func(a, b *model.Config) int { return int(a.States - b.States) })
	return sorted
}
