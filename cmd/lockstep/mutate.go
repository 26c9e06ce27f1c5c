package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/mutation"
	"github.com/lockstep-tcp/lockstep/spec"
)

type mutate struct {
	Operators []string `help:"Only mutants by these operators."`
	Files     []string `help:"Only mutants of these files of the text."`
	RunID     []string `name:"run" help:"Only these mutants, by ID; the counterexample is drawn."`
	Every     int      `help:"Only one mutant of so many." default:"1"`
	Against   []string `help:"Layers that may notice: verify (explorer and properties), vectors, scenarios, proptest (needs the go command and the source tree)." default:"verify"`
	Patch     []string `help:"Instead of mutants: edited copies of files of spec/tcp, by the same names."`
	Bound     int      `help:"Explore a world no further than so many states." default:"10000"`
	Workers   int      `help:"Mutants at a time; 0: one for each core."`
	List      bool     `help:"List the mutants, run none."`
	Table     bool     `help:"Print a line for each mutant: who killed it, after how many states, with how many events, in which time."`
	Out       string   `help:"With -run and -patch: write the counterexample below this folder: a trace, a capture, a Go test."`
	JSON      bool     `name:"json" help:"Print the results as JSON."`
}

// Run breaks the text, one way after the other, and tells which property noticed.
func (m *mutate) Run(s streams) error {
	subjects, err := m.subjects()
	if err != nil {
		return err
	}
	if m.List && m.JSON {
		var all []*mutation.Outcome
		for _, x := range subjects {
			all = append(all, &mutation.Outcome{Subject: x})
		}
		return printJSON(s.out, score(all))
	}
	if m.List {
		for _, x := range subjects {
			fmt.Fprintln(s.out, x.Mutant)
		}
		return nil
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	begin := time.Now()
	all, err := mutation.Run(ctx, spec.TCP(), subjects, mutation.Options{
		Layers: m.Against, Configs: mutation.BySize(model.Configs()), Bound: m.Bound, Workers: cores(m.Workers), Checkout: ".",
		Progress: func(tried, killed int) {
			if f, ok := s.err.(*os.File); ok && terminal(f) {
				fmt.Fprintf(s.err, "\r\033[K%d mutants, %d killed, %v", tried, killed, time.Since(begin).Round(time.Second))
			}
		},
	})
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	if m.JSON {
		return printJSON(s.out, score(all))
	}
	return m.report(s.out, all, time.Since(begin))
}

// subjects is what to break, by the flags.
func (m *mutate) subjects() ([]*mutation.Subject, error) {
	if len(m.Patch) > 0 {
		text, err := m.patched()
		if err != nil {
			return nil, err
		}
		subject, err := mutation.Patched(text)
		if err != nil {
			return nil, err
		}
		return []*mutation.Subject{subject}, nil
	}
	for _, op := range m.Operators {
		if !slices.Contains(mutant.Operators(), mutant.Operator(op)) {
			return nil, fmt.Errorf("there is no operator %q; there are %v", op, mutant.Operators())
		}
	}
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		return nil, err
	}
	var list []*mutation.Subject
	for i, x := range all {
		if i%max(m.Every, 1) == 0 && in(m.Operators, string(x.Operator)) && in(m.Files, filepath.Base(x.Pos.File)) && in(m.RunID, x.ID) {
			list = append(list, x)
		}
	}
	for _, id := range m.RunID {
		if !slices.ContainsFunc(all, func(x *mutation.Subject) bool { return x.ID == id }) {
			return nil, fmt.Errorf("no mutant is called %q; lockstep mutate -list shows all", id)
		}
	}
	for _, file := range m.Files {
		if !slices.ContainsFunc(all, func(x *mutation.Subject) bool { return filepath.Base(x.Pos.File) == file }) {
			return nil, fmt.Errorf("no mutant is of a file %q; lockstep mutate -list shows all", file)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("no mutant is like that; lockstep mutate -list shows all")
	}
	return list, nil
}

func in(list []string, x string) bool { return len(list) == 0 || slices.Contains(list, x) }

// patched is the text with some of its files replaced.
func (m *mutate) patched() (fs.FS, error) {
	text := fstest.MapFS{}
	names, err := fs.Glob(spec.TCP(), "*.spec")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := fs.ReadFile(spec.TCP(), name)
		if err != nil {
			return nil, err
		}
		text[name] = &fstest.MapFile{Data: b}
	}
	for _, file := range m.Patch {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		was, ok := text[filepath.Base(file)]
		if !ok {
			return nil, fmt.Errorf("%s: the text has no file of that name; it has %v", file, names)
		}
		if bytes.Equal(was.Data, b) {
			return nil, fmt.Errorf("%s is the same as in the text", file)
		}
		if filepath.Base(file) == "scenarios.spec" && !slices.Contains(m.Against, "scenarios") {
			return nil, fmt.Errorf("%s holds figures, which only the scenarios play: add -against scenarios", file)
		}
		if asks(filepath.Base(file)) {
			return nil, fmt.Errorf("%s holds worlds or properties, and mutate asks those that are compiled in, whatever a patch says: edit spec/tcp/%s, then go generate ./... and go run ./cmd/lockstep verify", file, filepath.Base(file))
		}
		text[filepath.Base(file)] = &fstest.MapFile{Data: b}
	}
	return text, nil
}

// asks tells whether a file of the text says how the machine is asked, and nothing of the machine.
func asks(file string) bool {
	text, _ := parser.Load(spec.TCP())
	if text == nil {
		return false
	}
	var decls []*parser.Decl
	for _, w := range text.Worlds {
		decls = append(decls, &w.Decl)
	}
	for _, p := range text.Properties {
		decls = append(decls, &p.Decl)
	}
	return slices.ContainsFunc(decls, func(d *parser.Decl) bool { return filepath.Base(d.Pos.File) == file })
}

// report prints survivors, then the score; of few mutants, how each was killed.
func (m *mutate) report(w io.Writer, all []*mutation.Outcome, took time.Duration) error {
	few, missed := len(m.RunID)+len(m.Patch) > 0 || len(all) <= 20, false
	for _, o := range all {
		if missed = missed || !o.Killed() && o.Equivalent == ""; o.Err != nil {
			fmt.Fprintf(w, "%s can't be run: %v\n", o.Subject.Name(), o.Err)
		}
		for _, k := range o.Kills {
			if few && !k.Survived {
				fmt.Fprintf(w, "killed    %s\n          by %s in %s after %d events; %d states, %v\n", describe(o), k.By, cmp.Or(k.Config, k.Layer), k.Steps, k.States, k.Elapsed.Round(time.Millisecond))
			}
			if len(m.RunID)+len(m.Patch) > 0 && k.Trace != nil {
				m.draw(w, o, k)
			}
		}
	}
	if m.Table {
		mutation.PrintKills(w, all)
	}
	mutation.PrintSurvivors(w, all)
	if len(all) > 1 {
		mutation.PrintScore(w, all, took)
	}
	if missed {
		return errFindings
	}
	return nil
}

func describe(o *mutation.Outcome) string {
	if o.Subject.Mutant == nil {
		return "the patched text"
	}
	return o.Subject.Mutant.String()
}

// draw shows the shortest trace of a killed mutant.
func (m *mutate) draw(w io.Writer, o *mutation.Outcome, k *mutation.Kill) {
	k.Trace.Again = "lockstep mutate -run " + o.Subject.Name()
	if o.Subject.Mutant == nil {
		k.Trace.Again = "lockstep mutate -patch " + strings.Join(m.Patch, ",")
	}
	core := func() model.Core {
		core, _ := o.Subject.Core() // it has been made before
		return core
	}
	x, err := walked(model.Find(k.Config), k.Trace, core)
	if err == nil {
		err = failure{x, m.Out, false}.tell(streams{w, w})
	}
	if err != nil {
		fmt.Fprintf(w, "it can't be told: %v\n", err)
	}
}

// row is a mutant and its fate, for -json.
type row struct {
	ID         string           `json:"id"`
	Operator   string           `json:"operator,omitempty"`
	File       string           `json:"file,omitempty"`
	Line       int              `json:"line,omitempty"`
	Was        string           `json:"was,omitempty"`
	Becomes    string           `json:"becomes,omitempty"`
	Kills      []*mutation.Kill `json:"kills"` // one for each layer
	Equivalent string           `json:"equivalent,omitempty"`
	Error      string           `json:"error,omitempty"`
}

func score(all []*mutation.Outcome) []row {
	var rows []row
	for _, o := range all {
		r := row{ID: o.Subject.Name(), Kills: o.Kills, Equivalent: o.Equivalent}
		if o.Err != nil {
			r.Error = o.Err.Error()
		}
		if x := o.Subject.Mutant; x != nil {
			r.Operator, r.File, r.Line, r.Was, r.Becomes = string(x.Operator), x.Pos.File, x.Pos.Line, x.Was, x.Becomes
		}
		rows = append(rows, r)
	}
	return rows
}
