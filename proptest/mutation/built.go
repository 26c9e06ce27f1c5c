package mutation

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen"
	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/museum"
	"github.com/lockstep-tcp/lockstep/spec"
)

// A machine is interpreted, but worlds and properties are compiled into the program
// that asks them. So a patch of those needs a program of its own: it is built from the
// patched text, and told what was asked before.

// Asked is what a program asks of the machine.
type Asked struct {
	Names  []string          `json:"names"`  // "property fifo", "world data", "scenario figure-6"
	Worlds map[string]string `json:"worlds"` // a mark by the world's name: what is the same has the same
}

// Here is what this program asks.
func Here() (*Asked, error) {
	text, found := parser.Load(spec.TCP())
	if text == nil {
		return nil, found
	}
	a := &Asked{Names: asking(text), Worlds: map[string]string{}}
	for _, c := range model.Configs() {
		a.Worlds[c.Name] = mark(c)
	}
	return a, nil
}

// asking names what asks, or is held to the machine.
func asking(text *parser.Spec) (names []string) {
	for _, x := range text.Named() {
		if slices.Contains([]string{"property", "world", "scenario"}, x.Kind) {
			names = append(names, x.Kind+" "+x.Name)
		}
	}
	return names
}

func mark(c *model.Config) string { return fmt.Sprint(c.Mark(), c.States, c.Live, c.Shows, c.Pokes) }

// Built is the patch with which this program was built from the text before.
func Built(before *Asked) (*Subject, error) {
	s, err := patched(spec.TCP(), before)
	if err != nil {
		return nil, err
	}
	s.before = before
	s.Core = func() (model.Core, error) { return model.Generated{}, nil }
	return s, nil
}

// Build makes a program of one of the checkout's folders, with another text and all that
// is generated from it. The checkout, which checkout lies in, stays as it is.
func Build(ctx context.Context, checkout string, text fs.FS, program, folder string) error {
	root, err := museum.Root(checkout)
	if err != nil {
		return err
	}
	changed, err := replaced(root, text)
	if err != nil {
		return err
	}
	out, failure, err := museum.GoBuild(ctx, root, changed, program, folder)
	if err == nil && failure != nil {
		err = fmt.Errorf("the code by hand does not go with what the patched text gives; edit spec/tcp itself, go generate ./..., and the code to match:\n%s", out)
	}
	return err
}

// replaced is the files of a checkout that are others with another text.
func replaced(root string, text fs.FS) (map[string][]byte, error) {
	changed := map[string][]byte{}
	old, err := filepath.Glob(filepath.Join(root, "spec", "tcp", "*.spec"))
	if err != nil {
		return nil, err
	}
	for _, name := range old {
		changed["spec/tcp/"+filepath.Base(name)] = nil
	}
	names, err := fs.Glob(text, "*.spec")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if changed["spec/tcp/"+name], err = fs.ReadFile(text, name); err != nil {
			return nil, err
		}
	}
	files, err := gen.Generate(text)
	if err != nil {
		return nil, err
	}
	differ, err := gen.Compare(files, filepath.Join(root, "generated"))
	if err != nil {
		return nil, err
	}
	for _, name := range append(differ.Stale, differ.Orphans...) {
		if strings.HasSuffix(name, ".go") {
			changed["generated/"+name] = files[name]
		}
	}
	return changed, nil
}

// byWorlds asks whole worlds, as lockstep verify does: first those that the patch has
// changed. What it notices, too, is another number of states than a changed world has
// pinned, and, when nothing else is left, what was never put to the test.
func (s *Subject) byWorlds(ctx context.Context, o *Options) (*Kill, error) {
	k, states := &Kill{}, int64(0)
	var results []*model.Result
	var unfinished []string
	for _, c := range s.before.first(o.Configs) {
		r, err := model.Verify(ctx, c, model.Options{Options: o.search(c)})
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		states += r.Report.States
		if k.noticed(r, s.before.changes(c)); k.By != "" {
			k.States = states
			return k, nil
		}
		results = append(results, r)
		if r.Report.End != explore.Exhausted {
			unfinished = append(unfinished, fmt.Sprintf("%s (%v)", c.Name, r.Report.End))
		}
	}
	k.States = states
	switch properties, rules := model.Vacuous(results); {
	case len(unfinished) > 0: // what was not seen may be in the rest
		k.Survived = true
		k.notExhausted(unfinished)
	case len(properties) > 0:
		k.By, k.Says = properties[0], "vacuous, never put to the test"+model.WhyVacuous(properties[0])
	case len(rules) > 0:
		k.By, k.Says = "rule "+rules[0], "it never fires"
	default:
		k.Survived = !k.lapsed(results)
	}
	return k, nil
}

// lapsed tells that a world did not put to the test what it was to.
func (k *Kill) lapsed(results []*model.Result) bool {
	for _, r := range results {
		if names := r.Vacuous(); len(names) > 0 {
			k.By, k.Config, k.Says = names[0], r.Config.Name, "vacuous, never put to the test there"
			return true
		}
	}
	return false
}

// notExhausted says which worlds were not, if any.
func (k *Kill) notExhausted(worlds []string) {
	if len(worlds) == 0 {
		return
	}
	if more := len(worlds) - 3; more > 0 {
		worlds = append(worlds[:3], fmt.Sprintf("and %d more worlds", more))
	}
	k.Says = "not exhausted: " + strings.Join(worlds, ", ")
}

// noticed is what a world shows.
func (k *Kill) noticed(r *model.Result, changed bool) {
	c, n := r.Config, r.Report.States
	switch {
	case len(r.Failures) > 0:
		f := slices.MinFunc(r.Failures, func(a, b model.Failure) int { return len(a.Trace.Schedule) - len(b.Trace.Schedule) })
		k.By, k.Config, k.Steps, k.Trace = f.Property.Name, c.Name, len(f.Trace.Schedule), f.Trace
	case changed && c.States > 0 && (r.Unpinned() || n > c.States):
		k.By, k.Config, k.Says = "the pinned count", c.Name, fmt.Sprintf("%s, where %d are pinned", amount.Of(n, "state"), c.States)
	}
}

// first is the worlds that are not as they were, and then the others of these.
func (a *Asked) first(configs []*model.Config) []*model.Config {
	changed := slices.DeleteFunc(BySize(model.Configs()), func(c *model.Config) bool { return !a.changes(c) })
	return append(changed, slices.DeleteFunc(slices.Clone(configs), a.changes)...)
}

// changes tells whether a world is not as it was.
func (a *Asked) changes(c *model.Config) bool { return a.Worlds[c.Name] != mark(c) }

// search is how one world is explored.
func (o *Options) search(c *model.Config) explore.Options {
	how := explore.Options{Workers: o.Workers, MaxStates: int64(o.Bound), MaxOctets: o.MaxOctets}
	if o.World != nil {
		how.Progress = o.World(c)
	}
	return how
}
