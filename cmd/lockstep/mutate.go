package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/mutation"
	"github.com/lockstep-tcp/lockstep/spec"
)

type mutate struct {
	Operators []string `help:"Only mutants by these operators." xor:"operators"`
	Files     []string `help:"Only mutants of these files of the text." xor:"files"`
	RunID     []string `name:"run" help:"Only these mutants, by ID; the counterexample is drawn." xor:"run"`
	Every     *several `help:"Only one mutant of so many." placeholder:"N" xor:"every"`
	Against   []string `help:"Layers that may notice: verify (explorer and properties), vectors, scenarios, proptest (needs the go command and the source tree). Without it verify, and of a patch all that see what it holds."`
	Patch     []string `help:"Instead of mutants: edited copies of files of spec/tcp, by the same names. Worlds and properties are compiled in: for these the go command and the source tree are needed." xor:"what,operators,files,run,every"`
	Bound     *number  `help:"Explore a world no further than so many states, 0: whole worlds, which takes hours for each mutant that is alive; 10000 unless given; of a patch, whole worlds behind that, those of lockstep verify." placeholder:"N"`
	Workers   number   `help:"Mutants at a time; 0: one for each core." placeholder:"N" default:"0"`
	List      bool     `help:"List the mutants, run none." xor:"what"`
	Table     bool     `help:"Print a line for each mutant: who killed it, after how many states, with how many events, in which time."`
	Out       string   `help:"With -run and -patch: write the counterexample below this folder: a trace, a capture, a Go test."`
	JSON      bool     `name:"json" help:"Print the results as JSON."`
	Before    string   `hidden:"" help:"The patch is the text of this tool; what was asked before it stands in this file."`
}

// Run breaks the text, one way after the other, and tells which property noticed.
func (m *mutate) Run(s streams) error {
	if m.Out != "" && !m.draws() {
		return errors.New("-out keeps the counterexamples of what -run or -patch names: add one of these, or leave -out out")
	}
	if err := writable("-out", m.Out); err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop()
	if len(m.Patch) > 0 && m.Before == "" {
		return m.runPatch(ctx, s)
	}
	subjects, err := m.subjects()
	if err != nil {
		return err
	}
	if m.List {
		return m.list(s.out, subjects)
	}
	return m.run(ctx, s, subjects)
}

// draws tells that mutants were named one by one, whose counterexamples are drawn.
func (m *mutate) draws() bool { return len(m.RunID)+len(m.Patch) > 0 }

func (m *mutate) list(w io.Writer, subjects []*mutation.Subject) error {
	var all []*mutation.Outcome
	for _, x := range subjects {
		if all = append(all, &mutation.Outcome{Subject: x}); !m.JSON {
			fmt.Fprintln(w, x.Mutant)
		}
	}
	if m.JSON {
		return printJSON(w, score(all))
	}
	return nil
}

// run asks who notices.
func (m *mutate) run(ctx context.Context, s streams, subjects []*mutation.Subject) error {
	begin := time.Now()
	shown := newProgress(s.err)
	o := mutation.Options{
		Layers: m.Against, Configs: mutation.BySize(model.Configs()), Bound: 10_000, Workers: cores(m.Workers), Checkout: ".",
		Progress: func(tried, killed int) {
			shown.show(fmt.Sprintf("%s, %d killed, %v", amount.Of(tried, "mutant"), killed, time.Since(begin).Round(time.Second)))
		},
	}
	if len(m.Patch) > 0 {
		o.World = func(c *model.Config) func(explore.Progress) { return shown.world(c.Name) }
	}
	switch whole := mutation.BySize(quick()); {
	case m.Before != "":
		o.Configs, o.Bound = whole, 0
	case len(m.Patch) > 0 && m.Bound == nil:
		o.Whole = whole
	}
	if m.Bound != nil {
		o.Bound = int(*m.Bound)
	}
	o.MaxOctets = (&verify{}).maxMemory().mebibytes() / int64(min(o.Workers, len(subjects)))
	all, err := mutation.Run(ctx, spec.TCP(), subjects, o)
	shown.clear()
	if err != nil && ctx.Err() == nil {
		return err
	}
	return m.conclude(s, all, time.Since(begin))
}

// conclude tells what came of the mutants, of those that were run.
func (m *mutate) conclude(s streams, all []*mutation.Outcome, took time.Duration) error {
	keep, missed, unfinished, unrun := keeping{folder: m.Out, quiet: m.JSON}, false, 0, 0
	for _, o := range all {
		if o.Err != nil {
			unrun++
		}
		switch {
		case o.Unfinished:
			unfinished++
		case !o.Killed() && o.Equivalent == "" && o.Err == nil:
			missed = true
		}
	}
	if m.JSON {
		m.draw(s, all, &keep)
		keep.lose(printJSON(s.out, score(all)))
	} else {
		m.report(s, all, took, &keep)
	}
	var err error
	if unfinished > 0 {
		err = fmt.Errorf("interrupted: of %s, %d not run to the end", amount.Of(len(all), "mutant"), unfinished)
	}
	if unrun > 0 {
		err = errors.Join(err, fmt.Errorf("of %s, %d not held to every layer", amount.Of(len(all), "mutant"), unrun))
	}
	if missed {
		err = errors.Join(errFindings, err)
	}
	return keep.and(err)
}

// subjects is what to break, by the flags.
func (m *mutate) subjects() ([]*mutation.Subject, error) {
	if m.Before != "" {
		x, err := m.compiledIn()
		return []*mutation.Subject{x}, err
	}
	for _, op := range m.Operators {
		if !slices.Contains(mutant.Operators(), mutant.Operator(op)) {
			return nil, fmt.Errorf("there is no operator %q; there are %s", op, listed(mutant.Operators())+didYouMean(op, strings.Split(listed(mutant.Operators()), ", ")))
		}
	}
	all, err := mutation.Load(spec.TCP())
	if err != nil {
		return nil, err
	}
	every := 1
	if m.Every != nil {
		every = int(*m.Every)
	}
	var list []*mutation.Subject
	meant := 0
	for _, x := range all {
		if in(m.Operators, string(x.Operator)) && in(m.Files, filepath.Base(x.Pos.File)) && in(m.RunID, x.ID) {
			if meant%every == 0 {
				list = append(list, x)
			}
			meant++
		}
	}
	for _, id := range m.RunID {
		if !slices.ContainsFunc(all, func(x *mutation.Subject) bool { return x.ID == id }) {
			return nil, fmt.Errorf("no mutant is called %q; lockstep mutate -list shows all%s", id, didYouMean(id, names(all)))
		}
	}
	files := files(all)
	for _, file := range m.Files {
		if !slices.Contains(files, file) {
			return nil, fmt.Errorf("no mutant is of a file %q; they are of %s%s", file, listed(files), didYouMean(file, files))
		}
	}
	if len(list) == 0 {
		return nil, errors.New("no mutant is all of that: of one of -operators, in one of -files, and named with -run; lockstep mutate -list shows all")
	}
	return list, nil
}

// names are the names of mutants.
func names(all []*mutation.Subject) (list []string) {
	for _, x := range all {
		list = append(list, x.ID)
	}
	return list
}

// files are the files of mutants, each once.
func files(all []*mutation.Subject) (list []string) {
	for _, x := range all {
		if file := filepath.Base(x.Pos.File); !slices.Contains(list, file) {
			list = append(list, file)
		}
	}
	return list
}

func in(list []string, x string) bool { return len(list) == 0 || slices.Contains(list, x) }

// report prints survivors, then the score; of few mutants, how each was killed.
func (m *mutate) report(s streams, all []*mutation.Outcome, took time.Duration, keep *keeping) {
	w, few := s.out, m.draws() || len(all) <= 20
	for _, o := range all {
		if lacks := o.Subject.Lacks; len(lacks) > 0 {
			fmt.Fprintf(w, "the patched text leaves out %s\n", strings.Join(lacks, ", "))
		}
		for _, k := range o.Kills {
			if k.Error != "" {
				fmt.Fprintf(w, "%s can't be held to %s: %s\n", o.Subject.Name(), k.Layer, k.Error)
			}
			if few && k.Noticed() {
				fmt.Fprintf(w, "killed    %s\n          by %s in %s%s; %s, %v\n", describe(o), k.By, cmp.Or(k.Config, k.Layer), seen(k), amount.Of(k.States, "state"), k.Elapsed.Round(time.Millisecond))
			}
			m.drawOne(s, o, k, keep)
		}
	}
	if m.Table {
		mutation.PrintKills(w, all)
	}
	mutation.PrintSurvivors(w, all)
	if len(all) > 1 {
		mutation.PrintScore(w, all, took)
	}
}

func describe(o *mutation.Outcome) string {
	if o.Subject.Mutant == nil {
		return "the patched text"
	}
	return o.Subject.Mutant.String()
}

// seen is when, or what, somebody noticed.
func seen(k *mutation.Kill) string {
	if k.Says != "" {
		return ": " + k.Says
	}
	return " after " + amount.Of(k.Steps, "event")
}

// draw shows, or keeps, what killed each mutant.
func (m *mutate) draw(s streams, all []*mutation.Outcome, keep *keeping) {
	for _, o := range all {
		for _, k := range o.Kills {
			m.drawOne(s, o, k, keep)
		}
	}
}

// drawOne shows, or keeps, the shortest trace of a killed mutant, or the figure, if mutants were named.
func (m *mutate) drawOne(s streams, o *mutation.Outcome, k *mutation.Kill, keep *keeping) {
	if !m.draws() {
		return
	}
	again := "lockstep mutate -run " + o.Subject.Name()
	if o.Subject.Mutant == nil {
		again = "lockstep mutate -patch " + shellWord(strings.Join(m.Patch, ","))
	}
	if k.Figure != nil {
		again += " -against " + strings.Join(m.Against, ",")
	}
	var x *counterexample.Counterexample
	switch {
	case k.Figure != nil:
		x = k.Figure.Counterexample(again)
	case k.Trace != nil:
		k.Trace.Again = again
		var err error
		if x, err = walked(model.Find(k.Config), k.Trace, func() model.Core {
			core, _ := o.Subject.Core() // it has been made before
			return core
		}); err != nil {
			keep.lose(err)
			return
		}
	default:
		return
	}
	x.Place, x.First = m.copied(x.Place), m.applied()
	keep.tell(s, x)
}

// row is a mutant and its fate, for -json.
type row struct {
	ID         string           `json:"id"`
	Operator   string           `json:"operator,omitempty"`
	File       string           `json:"file,omitempty"`
	Line       int              `json:"line,omitempty"`
	Was        string           `json:"was,omitempty"`
	Becomes    string           `json:"becomes,omitempty"`
	Kills      []*mutation.Kill `json:"kills"`           // one for each layer
	Lacks      []string         `json:"lacks,omitempty"` // what a patch has left out
	Equivalent string           `json:"equivalent,omitempty"`
	Unfinished bool             `json:"unfinished,omitempty"` // somebody has interrupted before all was asked
	Error      string           `json:"error,omitempty"`
}

func score(all []*mutation.Outcome) []row {
	var rows []row
	for _, o := range all {
		r := row{ID: o.Subject.Name(), Kills: o.Kills, Lacks: o.Subject.Lacks, Equivalent: o.Equivalent, Unfinished: o.Unfinished}
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
