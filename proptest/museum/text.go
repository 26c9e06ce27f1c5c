package museum

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/spec"
)

// textFolder is where the files of the text are, from the root of the module.
const textFolder = "spec/tcp"

// rounds bound the states of each configuration: all of them a little first, since
// most bugs show early and the smallest world that shows one gives the shortest trace.
var rounds = []int64{10_000, 100_000, 1_000_000}

// PatchedText returns the text with the bug in it.
func PatchedText(e *Entry) (fs.FS, error) {
	text, err := spec.Copy()
	if err != nil {
		return nil, err
	}
	changed, err := e.patched(readText)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		text[path.Base(name)] = &fstest.MapFile{Data: changed[name]}
	}
	return text, nil
}

// readText reads a file of the text as it was when the program was built.
func readText(name string) ([]byte, error) {
	base, ok := strings.CutPrefix(name, textFolder+"/")
	if !ok {
		return nil, fmt.Errorf("%s is no file of the text: it must be in %s", name, textFolder)
	}
	return fs.ReadFile(spec.TCP(), base)
}

func compile(text fs.FS) (*ir.Program, error) {
	tree, found := parser.Load(text)
	if tree == nil {
		return nil, found
	}
	return ir.New(tree, ir.Amended())
}

// cores compiles a text, once, and returns what makes interpreters of it.
func cores(text fs.FS) (func() model.Core, error) {
	program, err := compile(text)
	if err != nil {
		return nil, err
	}
	if _, err := interp.NewCore(program); err != nil {
		return nil, err
	}
	return func() model.Core {
		core, _ := interp.NewCore(program) // it has just succeeded
		return core
	}, nil
}

// explore looks for a broken property in the standard configurations.
func (e *Entry) explore(ctx context.Context, o Options) (Result, error) {
	text, err := PatchedText(e)
	if err != nil {
		return Result{}, err
	}
	core, err := cores(text)
	if err != nil {
		return Result{}, fmt.Errorf("museum entry %s: the changed text: %w", e.ID, err)
	}
	r, err := search(ctx, core, o, model.Configs(), len(rounds))
	if err != nil || !r.Killed {
		return r, err
	}
	// What the shipped text does as well is no effect of the bug.
	if shipped, err := model.Replay(model.Find(r.Config), nil, r.Trace); err == nil && shipped.Broken {
		r.Killed = false
		return r, fmt.Errorf("museum entry %s: the shipped text breaks %s by the same trace: that says nothing of the bug", e.ID, r.By)
	}
	r.Trace.Again = "lockstep museum -run " + e.ID
	c := model.Find(r.Config)
	shown, err := model.Replay(c, core, r.Trace)
	if err != nil {
		return r, fmt.Errorf("museum entry %s: %w", e.ID, err)
	}
	r.Output = r.Trace.Counterexample(c, shown).String()
	return r, nil
}

// search explores one text in these worlds, in the first so many rounds.
func search(ctx context.Context, core func() model.Core, o Options, worlds []*model.Config, most int) (r Result, err error) {
	begin := time.Now()
	defer func() { r.Elapsed = time.Since(begin) }()
	for round, bound := range rounds[:most] {
		for _, c := range worlds {
			v := model.Options{Core: core, SafetyOnly: round == 0, Options: explore.Options{Workers: max(o.Workers, 1), MaxStates: bound}}
			found, err := model.Verify(ctx, c, v)
			if err != nil {
				return r, err
			}
			r.States += found.Report.States
			if len(found.Failures) > 0 {
				f := shortest(found.Failures)
				r.Killed, r.By, r.Config, r.Steps, r.Trace = true, f.Property.Name, c.Name, len(f.Trace.Schedule), f.Trace
				return r, nil
			}
			if err := ctx.Err(); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

func shortest(failures []model.Failure) model.Failure {
	return slices.MinFunc(failures, func(a, b model.Failure) int { return len(a.Trace.Schedule) - len(b.Trace.Schedule) })
}
