package mutation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/internal/vectors"
	"github.com/lockstep-tcp/lockstep/proptest"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
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
		return s.byBound(ctx, o)
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

// byBound explores the worlds to the bound; and those that are to be explored wholly, where
// nobody has noticed.
func (s *Subject) byBound(ctx context.Context, o *Options) (*Kill, error) {
	k, err := Explore(ctx, s, o.Configs, o.explored())
	if err != nil || !k.Survived {
		return k, err
	}
	before := *k
	for _, c := range o.Whole {
		how := explore.Options{Workers: o.Workers, MaxOctets: o.MaxOctets}
		if o.World != nil {
			how.Progress = o.World(c)
		}
		k, err = Explore(ctx, s, []*model.Config{c}, how)
		if k != nil {
			k.States, k.Elapsed = k.States+before.States, k.Elapsed+before.Elapsed
			k.Says = cmp.Or(k.Says, before.Says)
		}
		if err != nil || !k.Survived {
			break
		}
		before = *k
	}
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
	folder, err := os.MkdirTemp("", "lockstep-trace-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	kept := filepath.Join(folder, counterexample.TraceFile)
	out, failure, err := museum.GoTest(ctx, root, changed, "-short", "-timeout=5m", "-failfast", "-run=TestStack", "./proptest", "-lockstep.trace="+kept)
	switch found := violated.FindStringSubmatch(out); {
	case err != nil:
		return nil, err
	case failure == nil:
		return &Kill{Survived: true}, nil
	case found != nil:
		k := &Kill{By: found[1]}
		if b, err := os.ReadFile(kept); err == nil {
			t, err := proptest.ReadTrace(b)
			if err != nil {
				return nil, err
			}
			k.Steps = t.Steps
		}
		return k, nil
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
