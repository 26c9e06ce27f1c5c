package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
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
	Config     string   `help:"Configurations to explore: names, ci for those that are quick (which is what is explored if nothing is named), or all." placeholder:"NAME,..."`
	Property   string   `help:"Ask this property alone."`
	Reading    string   `help:"amended: the code that ships. literal: the RFC's words where they are defective, interpreted; with neither -config nor -property, shows for each defect that it fails as expected (ends with 0 if all do), and that amended passes." enum:"amended,literal" default:"amended"`
	Defect     []string `help:"With -reading literal: these defects alone, by name (B5,B7); with -config or -property, together."`
	Ladders    bool     `help:"With the expected failures of -reading literal: draw the trace of each, as -defect does of those it names."`
	Workers    number   `help:"Goroutines, 256 at most; 0: one for each core." placeholder:"N" default:"0"`
	Strict     bool     `help:"128-bit fingerprints." xor:"mode"`
	Exact      bool     `help:"Whole states instead of fingerprints." xor:"mode"`
	Safety     bool     `help:"Ask only what must hold of states and steps, not what must come to pass: half the memory."`
	NoTries    bool     `help:"Do not try on each host what nobody in its world does."`
	NoSymmetry bool     `help:"Of two states with the hosts in each other's place, visit both."`
	MaxStates  number   `help:"Stop a configuration behind so many visited states; 0: explore all." placeholder:"N" default:"0"`
	MaxMemory  *number  `help:"Stop a configuration that takes more MiB; 16384 unless given, 0: no bound." placeholder:"N"`
	Keep       string   `help:"Keep a search that is interrupted, or stopped by a bound, in this folder, and go on with what was kept there."`
	Witnesses  bool     `help:"Print how often each property was put to the test and what that assumes, how often each rule fired, and each state was met: a line of each."`
	Out        string   `help:"Write what fails below this folder: traces, captures and Go tests."`
	List       bool     `help:"List the configurations and the properties."`
	JSON       bool     `name:"json" help:"Print the results as JSON."`
}

// Run explores configurations of the machine and holds every property to them.
func (v *verify) Run(s streams) error {
	if v.List {
		return v.list(s.out)
	}
	if v.Workers > explore.MaxWorkers {
		return fmt.Errorf("-workers %d: there may be %d at most", v.Workers, explore.MaxWorkers)
	}
	if v.toTheLetter() {
		return v.letter(s, model.Letters)
	}
	v.Config = cmp.Or(v.Config, "ci")
	configs, err := chosen(v.Config)
	if err != nil {
		return err
	}
	if names := properties(); v.Property != "" && !slices.Contains(names, v.Property) {
		return fmt.Errorf("there is no property %q; lockstep verify -list shows all%s", v.Property, didYouMean(v.Property, names))
	}
	if v.Safety && v.Property != "" && model.ComesToPass(v.Property) {
		return fmt.Errorf("-safety and -property %s: that is a property of what must come to pass, and -safety asks none of these; leave out one of the two", v.Property)
	}
	core, err := v.core()
	if err != nil {
		return err
	}
	if err := v.folders(); err != nil {
		return err
	}
	if v.Keep != "" {
		back, err := alone("-keep", v.Keep)
		if err != nil {
			return err
		}
		defer back()
	}
	ctx, stop := untilSignal()
	defer stop()
	defer v.collect()()
	shown := newProgress(s.err)
	var results []*model.Result
	var wrong error
	for _, c := range configs {
		if ctx.Err() != nil {
			break
		}
		o := v.options(c, core, shown)
		r, err := model.Verify(ctx, c, o)
		if err != nil {
			wrong = fmt.Errorf("%s: %w", c.Name, err)
			break
		}
		results = append(results, r)
		if !v.JSON {
			shown.clear()
			fmt.Fprintln(s.out, v.row(r))
		}
	}
	if len(results) == 0 && wrong != nil {
		return wrong
	}
	return v.conclude(s, v.outcome(configs, results, wrong), core)
}

// folders looks whether what is to be kept can be.
func (v *verify) folders() error { return cmp.Or(writable("-keep", v.Keep), writable("-out", v.Out)) }

func (v *verify) options(c *model.Config, core func() model.Core, shown *progress) model.Options {
	o := model.Options{Core: core, CoreName: v.coreName(), Property: v.Property, SafetyOnly: v.Safety, NoTries: v.NoTries, NoSymmetry: v.NoSymmetry, Options: explore.Options{
		Workers: int(v.Workers), Mode: v.mode(), MaxStates: int64(v.MaxStates), MaxOctets: v.maxMemory().mebibytes(), Progress: shown.world(c.Name),
	}}
	if v.Keep != "" {
		o.Checkpoint, o.CheckpointEvery = v.kept(c), time.Minute
		o.Unkept = func(err error) {
			fmt.Fprintf(shown.w, "lockstep verify: %s: not kept: %v; the search goes on, and tries again: make room\n", c.Name, err)
		}
	}
	return o
}

// kept is the file that keeps the search of a configuration.
func (v *verify) kept(c *model.Config) string { return filepath.Join(v.Keep, c.Name+".search") }

func (v *verify) maxMemory() number {
	if v.MaxMemory == nil {
		return 16384
	}
	return *v.MaxMemory
}

// collect has garbage collected in time, so that the process takes little more than the
// bound of memory, too; and gives back how that was before.
func (v *verify) collect() (back func()) {
	bound := v.maxMemory().mebibytes()
	if bound == 0 {
		return func() {}
	}
	before := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(before, bound+bound/16+whatElse))
	return func() { debug.SetMemoryLimit(before) }
}

// whatElse is the octets of the program, and of what a search has once.
const whatElse = 32 << 20

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
	return interpreted(reading, v.Defect)
}

// coreName tells the machine under test from those of other readings.
func (v *verify) coreName() string {
	return strings.Join(append([]string{v.Reading}, slices.Sorted(slices.Values(v.Defect))...), " ")
}

// oneCore is a machine under test for one goroutine.
func (v *verify) oneCore() (model.Core, error) {
	cores, err := v.core()
	if err != nil || cores == nil {
		return model.Generated{}, err
	}
	return cores(), nil
}

// interpreted makes interpreters of the text in a reading, in which defects were named.
func interpreted(reading ir.Reading, defects []string) (func() model.Core, error) {
	text, found := parser.Load(spec.TCP())
	if text == nil {
		return nil, found
	}
	var names []string
	for _, d := range text.Defects {
		names = append(names, d.Name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	names = slices.Compact(names)
	for _, name := range defects {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("the text has no defect %q; it has %s", name, strings.Join(names, ", "))
		}
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

// chosen finds configurations by their names, each of them once.
func chosen(names string) (list []*model.Config, err error) {
	for _, name := range strings.Split(names, ",") {
		var found []*model.Config
		switch name {
		case "all":
			found = model.Configs()
		case "ci":
			found = quick()
		default:
			c, err := configuration(name, "ci", "all")
			if err != nil {
				return nil, err
			}
			found = []*model.Config{c}
		}
		for _, c := range found {
			if !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list, nil
}

// configuration finds one by its name. Others are names that would do, too.
func configuration(name string, others ...string) (*model.Config, error) {
	if c := model.Find(name); c != nil {
		return c, nil
	}
	names := others
	for _, c := range model.Configs() {
		names = append(names, c.Name)
	}
	return nil, fmt.Errorf("there is no configuration %q; there are %s%s", name, strings.Join(names, ", "), didYouMean(name, names))
}

// properties are the names of all properties.
func properties() (names []string) {
	for i := range model.Properties {
		names = append(names, model.Properties[i].Name)
	}
	return names
}

func (v *verify) list(w io.Writer) error {
	if v.JSON {
		return v.listJSON(w)
	}
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
		if p.Assumes != "" {
			fmt.Fprintf(w, "  %-28s assumes %s\n", "", p.Assumes)
		}
	}
	return nil
}

func (v *verify) listJSON(w io.Writer) error {
	type configuration struct {
		Name   string `json:"name"`
		Doc    string `json:"doc"`
		Source string `json:"source"`
		States int64  `json:"states"`
	}
	type property struct {
		Name    string `json:"name"`
		Says    string `json:"says"`
		Catches string `json:"catches"`
		Source  string `json:"source"`
		Assumes string `json:"assumes,omitempty"`
	}
	var all struct {
		Configurations []configuration `json:"configurations"`
		Properties     []property      `json:"properties"`
	}
	for _, c := range model.Configs() {
		all.Configurations = append(all.Configurations, configuration{c.Name, c.Doc, c.Source, c.States})
	}
	for i := range model.Properties {
		p := &model.Properties[i]
		if i > 0 && model.Properties[i-1].Name == p.Name {
			continue // of states and of steps
		}
		all.Properties = append(all.Properties, property{p.Name, p.Says, p.Catches, p.Source, p.Assumes})
	}
	return printJSON(w, all)
}

// row is what a search has come to, in a line.
func (v *verify) row(r *model.Result) string {
	e := r.Report
	verdict := e.End.String()
	if e.Visited < e.States {
		verdict += fmt.Sprintf(" up to symmetry (%d visited)", e.Visited)
	}
	switch {
	case len(r.Failures) > 0:
		verdict += "; BROKEN " + r.Failures[0].Property.Name
	case v.Reading == "amended" && r.Unpinned():
		verdict += fmt.Sprintf(", but %d states are pinned", r.Config.States)
	}
	return fmt.Sprintf("%-20s %10d states %11d steps  depth %3d %8.2f s %8.0f states/s %8d tried in %5.2f s  decided in %5.2f s %5.1f octets/state  missed < %s  %s  %s",
		r.Config.Name, e.States, e.Transitions, e.Depth, e.Elapsed.Seconds(), r.StatesPerSecond(),
		r.Trials.Events, r.Trials.Spent.Seconds(), e.Deciding.Seconds(), e.OctetsPerState(), explore.Below(e.Collision()), r.Config.Bounds(), verdict)
}

// cores is how many goroutines are of use.
func cores(asked number) int {
	if asked > 0 {
		return int(asked)
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
