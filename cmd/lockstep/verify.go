package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/spec"
)

type verify struct {
	Config    string   `help:"Configuration to explore, ci for those that are quick, or all." default:"ci"`
	Property  string   `help:"Ask this property alone."`
	Reading   string   `help:"amended: the code that ships. literal: the RFC's words where they are defective, interpreted." enum:"amended,literal" default:"amended"`
	Defect    []string `help:"With -reading literal: these defects alone, by name (B5,B7)."`
	Workers   int      `help:"Goroutines; 0: one for each core."`
	Strict    bool     `help:"128-bit fingerprints."`
	Exact     bool     `help:"Whole states instead of fingerprints."`
	MaxStates int64    `help:"Stop a configuration behind so many states; 0: explore all."`
	Save      string   `help:"Write the first counterexample to this file, for lockstep replay."`
	List      bool     `help:"List the configurations and the properties."`
	JSON      bool     `name:"json" help:"Print the results as JSON."`
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var results []*model.Result
	for _, c := range configs {
		o := model.Options{Core: core, Property: v.Property, Options: explore.Options{
			Workers: v.Workers, Mode: v.mode(), MaxStates: v.MaxStates, Progress: progress(s.err, c.Name),
		}}
		r, err := model.Verify(ctx, c, o)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		results = append(results, r)
		if !v.JSON {
			fmt.Fprint(s.err, "\r\033[K")
			v.row(s.out, r)
		}
		if ctx.Err() != nil {
			return errors.New("interrupted: what was explored until then says nothing about the rest")
		}
	}
	return v.conclude(s, results, core)
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

func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (v *verify) row(w io.Writer, r *model.Result) {
	e := r.Report
	verdict := e.End.String()
	if len(r.Failures) > 0 {
		verdict = "BROKEN " + r.Failures[0].Property.Name
	}
	fmt.Fprintf(w, "%-20s %10d states %11d steps  depth %3d %8.2f s %8.0f states/s %5.1f octets/state  missed < %.0e  %s\n",
		r.Config.Name, e.States, e.Transitions, e.Depth, e.Elapsed.Seconds(), e.StatesPerSecond(), e.OctetsPerState(), e.Collision(), verdict)
}

// conclude tells what failed, drawn, and what was never put to the test.
func (v *verify) conclude(s streams, results []*model.Result, core func() model.Core) error {
	if v.JSON {
		if err := printJSON(s.out, results); err != nil {
			return err
		}
	}
	failed := false
	for _, r := range results {
		for _, f := range r.Failures {
			if !v.JSON {
				v.draw(s.out, r.Config, f, core)
			}
			if v.Save != "" && !failed {
				if err := save(v.Save, f.Trace); err != nil {
					return err
				}
			}
			failed = true
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

// witnesses: a property that was never exercised is a failure, unless only a part was asked.
func (v *verify) witnesses(w io.Writer, results []*model.Result) error {
	var states int64
	for _, r := range results {
		states += r.Report.States
	}
	fmt.Fprintf(w, "\n%d states; %d properties asked, none is broken.\n", states, len(model.Properties))
	properties, rules := model.Vacuous(results)
	whole := v.Property == "" && (v.Config == "ci" || v.Config == "all")
	if len(properties) > 0 && v.Property == "" {
		fmt.Fprintf(w, "never exercised: %s\n", strings.Join(properties, ", "))
	}
	if len(rules) > 0 && whole {
		fmt.Fprintf(w, "rules that never fired: %s\n", strings.Join(rules, ", "))
	}
	if whole && v.Config == "all" && len(properties) > 0 {
		fmt.Fprintln(w, "vacuous: what was not seen was not checked")
		return errFindings
	}
	return nil
}

// draw prints a counterexample: the property, the schedule, the ladder, and how to see it again.
func (v *verify) draw(w io.Writer, c *model.Config, f model.Failure, core func() model.Core) {
	p := f.Property
	fmt.Fprintf(w, "\n%s is broken in %s after %d events (%s)\n  %s\n  it is there to catch %s\n\n", p.Name, c.Name, len(f.Trace.Schedule), p.Source, p.Says, p.Catches)
	drawTrace(w, c, f.Trace, core)
	again := "lockstep verify -config " + c.Name
	if v.Reading == "literal" {
		again += " -reading literal"
		if len(v.Defect) > 0 {
			again += " -defect " + strings.Join(v.Defect, ",")
		}
	}
	fmt.Fprintf(w, "\nagain: %s -property %s -save trace.json; lockstep replay trace.json\n", again, p.Name)
}

func drawTrace(w io.Writer, c *model.Config, t *model.Trace, core func() model.Core) {
	for i, e := range t.Schedule {
		mark := "   "
		if t.Cycle >= 0 && i >= t.Cycle {
			mark = " o " // walked for ever
		}
		fmt.Fprintf(w, "%s%2d. %s\n", mark, i+1, e.Text)
	}
	if t.Cycle >= 0 {
		fmt.Fprintln(w, "   (the events marked o can go on for ever)")
	}
	r, err := model.Replay(c, core, t)
	if err != nil {
		fmt.Fprintf(w, "   it can't be drawn: %v\n", err)
		return
	}
	fmt.Fprintln(w)
	if err := ladder.Write(w, r.Ladder(), ladder.Options{Relative: true, Left: "A", Right: "B"}); err != nil {
		fmt.Fprintf(w, "   it can't be drawn: %v\n", err)
	}
}

func save(file string, t *model.Trace) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

type replay struct {
	File    string   `arg:"" help:"A trace that lockstep verify -save wrote."`
	Reading string   `help:"Walk it on this reading of the text." enum:"amended,literal" default:"amended"`
	Defect  []string `help:"With -reading literal: these defects alone."`
}

// Run walks a trace again on the present code, and tells whether it still fails.
func (v *replay) Run(s streams) error {
	b, err := os.ReadFile(v.File)
	if err != nil {
		return err
	}
	var t model.Trace
	if err := json.Unmarshal(b, &t); err != nil {
		return fmt.Errorf("%s is no trace: %w", v.File, err)
	}
	c := model.Find(t.Config)
	if c == nil {
		return fmt.Errorf("%s is of configuration %q, which there is not", v.File, t.Config)
	}
	core, err := (&verify{Reading: v.Reading, Defect: v.Defect}).core()
	if err != nil {
		return err
	}
	r, err := model.Replay(c, core, &t)
	if err != nil {
		fmt.Fprintf(s.out, "%s can't be walked any more: %v\n", t.Property, err)
		return nil
	}
	fmt.Fprintf(s.out, "%s (%s)\n  %s\n\n", t.Property, t.Source, t.Says)
	drawTrace(s.out, c, &t, core)
	if r.Broken {
		fmt.Fprintf(s.out, "\n%s is still broken\n", t.Property)
		return errFindings
	}
	fmt.Fprintf(s.out, "\n%s holds now\n", t.Property)
	return nil
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
