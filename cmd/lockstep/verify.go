package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/spec"
)

type verify struct {
	Config     string   `help:"Configuration to explore, ci for those that are quick, or all." default:"ci"`
	Property   string   `help:"Ask this property alone."`
	Reading    string   `help:"amended: the code that ships. literal: the RFC's words where they are defective, interpreted." enum:"amended,literal" default:"amended"`
	Defect     []string `help:"With -reading literal: these defects alone, by name (B5,B7)."`
	Workers    int      `help:"Goroutines; 0: one for each core."`
	Strict     bool     `help:"128-bit fingerprints."`
	Exact      bool     `help:"Whole states instead of fingerprints."`
	Safety     bool     `help:"Ask only what must hold of states and steps, not what must come to pass: half the memory."`
	NoTries    bool     `help:"Do not try on each host what nobody in its world does."`
	NoSymmetry bool     `help:"Of two states with the hosts in each other's place, visit both."`
	MaxStates  int64    `help:"Stop a configuration behind so many visited states; 0: explore all."`
	MaxMemory  int64    `help:"Stop a configuration that takes more MiB." default:"16384"`
	Keep       string   `help:"Keep a search that is interrupted, or stopped by a bound, in this folder, and go on with what was kept there; implies -safety."`
	Witnesses  bool     `help:"Print how often each property was put to the test, and each rule fired."`
	Out        string   `help:"Write what fails below this folder: traces, captures and Go tests."`
	List       bool     `help:"List the configurations and the properties."`
	JSON       bool     `name:"json" help:"Print the results as JSON."`
}

// Run explores configurations of the machine and holds every property to them.
func (v *verify) Run(s streams) error {
	if v.List {
		return v.list(s.out)
	}
	configs, err := chosen(v.Config)
	if err != nil {
		return err
	}
	core, err := v.core()
	if err != nil {
		return err
	}
	if v.Keep != "" {
		if err := os.MkdirAll(v.Keep, 0o777); err != nil {
			return fmt.Errorf("-keep: %w", err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var results []*model.Result
	for _, c := range configs {
		o := v.options(c, core, s.err)
		r, err := model.Verify(ctx, c, o)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		results = append(results, r)
		if !v.JSON {
			if o.Progress != nil {
				fmt.Fprint(s.err, "\r\033[K")
			}
			v.row(s.out, r)
		}
		switch {
		case ctx.Err() != nil && v.Keep != "":
			return fmt.Errorf("interrupted; kept in %s: the same command goes on", o.Checkpoint)
		case ctx.Err() != nil:
			return errors.New("interrupted: what was explored until then says nothing about the rest; with -keep it could go on")
		}
	}
	return v.conclude(s, results, core)
}

func (v *verify) options(c *model.Config, core func() model.Core, stderr io.Writer) model.Options {
	o := model.Options{Core: core, Property: v.Property, SafetyOnly: v.Safety || v.Keep != "", NoTries: v.NoTries, NoSymmetry: v.NoSymmetry, Options: explore.Options{
		Workers: v.Workers, Mode: v.mode(), MaxStates: v.MaxStates, MaxOctets: v.MaxMemory << 20, Progress: progress(stderr, c.Name),
	}}
	if v.Keep != "" {
		o.Checkpoint, o.CheckpointEvery = filepath.Join(v.Keep, c.Name+".search"), 10*time.Minute
	}
	return o
}

func (v *verify) mode() explore.Mode {
	switch {
	case v.Exact:
		return explore.Exact
	case v.Strict:
		return explore.Strict
	}
	return explore.Fingerprints
}

// core is the machine under test: nil for the generated code.
func (v *verify) core() (func() model.Core, error) {
	if v.Reading == "amended" {
		if len(v.Defect) > 0 {
			return nil, errors.New("-defect names what to read literally; add -reading literal")
		}
		return nil, nil
	}
	reading := ir.Literal()
	if len(v.Defect) > 0 {
		reading = ir.LiteralIn(v.Defect...)
	}
	return interpreted(reading)
}

// oneCore is a machine under test for one goroutine.
func (v *verify) oneCore() (model.Core, error) {
	cores, err := v.core()
	if err != nil || cores == nil {
		return model.Generated{}, err
	}
	return cores(), nil
}

// interpreted makes interpreters of the text in a reading.
func interpreted(reading ir.Reading) (func() model.Core, error) {
	text, found := parser.Load(spec.TCP())
	if text == nil {
		return nil, found
	}
	p, err := ir.New(text, reading)
	if err != nil {
		return nil, err
	}
	if _, err := interp.NewCore(p); err != nil {
		return nil, err
	}
	return func() model.Core {
		core, _ := interp.NewCore(p) // it has just succeeded
		return core
	}, nil
}

// chosen finds configurations by name.
func chosen(name string) ([]*model.Config, error) {
	switch name {
	case "all":
		return model.Configs(), nil
	case "ci":
		return quick(), nil
	}
	if c := model.Find(name); c != nil {
		return []*model.Config{c}, nil
	}
	var names []string
	for _, c := range model.Configs() {
		names = append(names, c.Name)
	}
	return nil, fmt.Errorf("there is no configuration %q; there are ci, all, %s", name, strings.Join(names, ", "))
}

func (v *verify) list(w io.Writer) error {
	fmt.Fprintln(w, "Configurations:")
	for _, c := range model.Configs() {
		fmt.Fprintf(w, "  %-20s %s (%s)\n", c.Name, c.Doc, c.Source)
	}
	fmt.Fprintln(w, "\nProperties:")
	for i := range model.Properties {
		p := &model.Properties[i]
		if i > 0 && model.Properties[i-1].Name == p.Name {
			continue // of states and of steps
		}
		fmt.Fprintf(w, "  %-28s %s\n  %-28s catches %s (%s)\n", p.Name, p.Says, "", p.Catches, p.Source)
	}
	return nil
}

// progress rewrites one line while a configuration is explored, on a terminal.
func progress(w io.Writer, name string) func(explore.Progress) {
	if f, ok := w.(*os.File); !ok || !terminal(f) {
		return nil
	}
	return func(p explore.Progress) {
		fmt.Fprintf(w, "\r\033[K%s: depth %d, %d states, %d waiting, %.0f MB, %v", name, p.Depth, p.States, p.Waiting,
			float64(p.Octets)/1e6, p.Elapsed.Round(time.Second))
	}
}

// terminal tells whether a person is at the other end: the null device is one of characters, too.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

func (v *verify) row(w io.Writer, r *model.Result) {
	e := r.Report
	verdict := e.End.String()
	if e.Visited < e.States {
		verdict += fmt.Sprintf(" up to symmetry (%d visited)", e.Visited)
	}
	switch {
	case v.Reading == "amended" && r.Unpinned():
		verdict += fmt.Sprintf(", but %d states are pinned", r.Config.States)
	case len(r.Failures) > 0:
		verdict = "BROKEN " + r.Failures[0].Property.Name
	}
	fmt.Fprintf(w, "%-20s %10d states %11d steps  depth %3d %8.2f s %8.0f states/s %5.1f octets/state  missed < %.0e  %s\n",
		r.Config.Name, e.States, e.Transitions, e.Depth, e.Elapsed.Seconds(), e.StatesPerSecond(), e.OctetsPerState(), e.Collision(), verdict)
}

// conclude tells what failed, and what was never put to the test.
func (v *verify) conclude(s streams, results []*model.Result, core func() model.Core) error {
	failed := false
	var all []explored
	for _, r := range results {
		e := newExplored(r)
		for _, f := range r.Failures {
			failed = true
			f.Trace.Again = v.again(f.Trace)
			x, err := walked(r.Config, f.Trace, core)
			if err != nil {
				return err
			}
			e.Failures = append(e.Failures, x)
			if err := (failure{x, v.Out, v.JSON}).tell(s); err != nil {
				return err
			}
		}
		all = append(all, e)
	}
	if v.JSON {
		if err := printJSON(s.out, all); err != nil {
			return err
		}
	}
	if failed {
		return errFindings
	}
	if v.JSON {
		return nil
	}
	return v.witnesses(s.out, results)
}

// again is the command that finds a trace again.
func (v *verify) again(t *model.Trace) string {
	again := "lockstep verify -config " + t.Config
	if v.Reading == "literal" {
		again += " -reading literal"
		if len(v.Defect) > 0 {
			again += " -defect " + strings.Join(v.Defect, ",")
		}
	}
	if v.NoTries {
		again += " -no-tries"
	}
	return again + " -property " + t.Property
}

// witnesses tells what was asked, and whether anything was.
func (v *verify) witnesses(w io.Writer, results []*model.Result) error {
	var states int64
	for _, r := range results {
		states += r.Report.States
	}
	fmt.Fprintf(w, "\n%d states; %d properties asked, none is broken.\n", states, len(model.Properties))
	v.counts(w, results)
	if v.Reading == "amended" {
		if err := unpinned(w, results); err != nil {
			return err
		}
	}
	return v.vacuous(w, results)
}

// vacuous: what was not seen was not checked. Of a part, only what was asked for by name had to be seen.
func (v *verify) vacuous(w io.Writer, results []*model.Result) error {
	part := v.Safety || v.Keep != "" || v.NoTries || v.MaxStates > 0 || v.Config != "ci" && v.Config != "all"
	properties, rules := model.Vacuous(results)
	switch {
	case v.Property != "":
		properties = slices.DeleteFunc(properties, func(name string) bool { return name != v.Property })
		rules = nil
	case part:
		return nil
	}
	if len(properties) > 0 {
		fmt.Fprintf(w, "vacuous: never put to the test: %s\n", strings.Join(properties, ", "))
	}
	if len(rules) > 0 {
		fmt.Fprintf(w, "vacuous: rules that never fired: %s\n", strings.Join(rules, ", "))
	}
	if len(properties)+len(rules) > 0 {
		return errFindings
	}
	return nil
}

// counts prints how often properties were put to the test and rules fired: all of
// them, or those that came up least often.
func (v *verify) counts(w io.Writer, results []*model.Result) {
	seen := model.Seen(results)
	names := slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		return cmp.Or(cmp.Compare(seen[a], seen[b]), cmp.Compare(a, b))
	})
	if v.Witnesses {
		for _, name := range names {
			fmt.Fprintf(w, "%12d  %s\n", seen[name], name)
		}
		return
	}
	var rarest []string
	for _, name := range names {
		if n := seen[name]; n > 0 && len(rarest) < 5 {
			rarest = append(rarest, fmt.Sprintf("%s %d", name, n))
		}
	}
	fmt.Fprintf(w, "seen least often: %s (all: -witnesses)\n", strings.Join(rarest, ", "))
}

// unpinned: a world with another number of states than is written down is another world.
func unpinned(w io.Writer, results []*model.Result) error {
	var names []string
	for _, r := range results {
		if r.Unpinned() {
			names = append(names, r.Config.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	fmt.Fprintf(w, "other numbers of states than are pinned: %s; if the text was meant to change, write the new ones in spec/tcp/worlds.spec\n", strings.Join(names, ", "))
	return errFindings
}

// cores is how many goroutines are of use.
func cores(asked int) int {
	if asked > 0 {
		return asked
	}
	return runtime.GOMAXPROCS(0)
}

// quick is the configurations that take seconds.
func quick() []*model.Config {
	var list []*model.Config
	for _, c := range model.Configs() {
		if 0 < c.States && c.States < 2_000_000 {
			list = append(list, c)
		}
	}
	return list
}
