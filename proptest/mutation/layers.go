package mutation

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/internal/vectors"
	"github.com/lockstep-tcp/lockstep/proptest/museum"
	"github.com/lockstep-tcp/lockstep/proptest/scenario"
)

// layer is something that may notice a change of the text. The kill it returns says
// what has noticed, or that nothing has.
type layer func(ctx context.Context, s *Subject, o *Options) (*Kill, error)

var layers = map[string]layer{
	"verify": func(ctx context.Context, s *Subject, o *Options) (*Kill, error) {
		if s.before != nil {
			return s.byWorlds(ctx, o)
		}
		return Explore(ctx, s, o.Configs, o.explored())
	},
	"proptest":  byProptest,
	"scenarios": byScenarios,
	"vectors":   byVectors,
}

// Layers are the names of all layers.
func Layers() []string { return slices.Sorted(maps.Keys(layers)) }

// byVectors runs the conformance vectors: one segment each.
func byVectors(_ context.Context, s *Subject, _ *Options) (*Kill, error) {
	core, err := s.Core()
	if err != nil {
		return nil, err
	}
	all, err := vectors.Own()
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if r := v.RunOn(core.SegmentArrives); !r.Passed() {
			return &Kill{By: r.ID, Steps: 1}, nil
		}
	}
	return &Kill{Survived: true}, nil
}

// byScenarios executes the figures of RFC 9293 that stand in the text.
func byScenarios(_ context.Context, s *Subject, _ *Options) (*Kill, error) {
	core, err := s.Core()
	if err != nil {
		return nil, err
	}
	k := &Kill{Survived: true}
	err = s.With(func(p *ir.Program) error {
		for _, r := range scenario.RunAll(p.Spec, core) {
			if len(r.Disagreements) > 0 {
				k = &Kill{By: r.Scenario.Name, Steps: len(r.Scenario.Lines), Figure: r}
				break
			}
		}
		return nil
	})
	return k, err
}

// violated finds the property in what go test ./proptest prints.
var violated = regexp.MustCompile(`(?m)^\s*(\S+) .* does not hold`)

// byProptest compiles the mutant into the stack, and lets random runs loose on it.
func byProptest(ctx context.Context, s *Subject, o *Options) (*Kill, error) {
	root, err := museum.Root(o.Checkout)
	if err != nil {
		return nil, err
	}
	changed, err := generated(s)
	if err != nil {
		return &Kill{By: "the generator"}, nil // it refuses what the parser would: a step without statements
	}
	out, failure, err := museum.GoTest(ctx, root, changed, "-short", "-timeout=5m", "-failfast", "-run=TestStack", "./proptest")
	switch found := violated.FindStringSubmatch(out); {
	case err != nil:
		return nil, err
	case failure == nil:
		return &Kill{Survived: true}, nil
	case found != nil:
		return &Kill{By: found[1]}, nil
	case regexp.MustCompile(`(?m)^panic: `).MatchString(out):
		return &Kill{By: "panic"}, nil
	case regexp.MustCompile(`build failed`).MatchString(out):
		return &Kill{By: "the compiler"}, nil
	case regexp.MustCompile(`--- FAIL`).MatchString(out):
		return &Kill{By: "proptest"}, nil
	}
	return nil, errors.Join(fmt.Errorf("go test ./proptest said nothing of a property:\n%s", out), failure)
}

// generated is the Go that is made of the mutant.
func generated(s *Subject) (changed map[string][]byte, err error) {
	defer func() {
		if refused := recover(); refused != nil {
			err = fmt.Errorf("%v", refused)
		}
	}()
	err = s.With(func(p *ir.Program) error {
		changed, err = museum.Generated(p)
		return err
	})
	return changed, err
}
