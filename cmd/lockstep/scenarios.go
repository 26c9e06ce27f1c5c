package main

import (
	"errors"
	"strings"

	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/scenario"
	"github.com/lockstep-tcp/lockstep/spec"
)

type scenarios struct {
	Figure  string   `help:"Only the figure of this name."`
	Reading string   `help:"amended, or literal: the RFC's words where they are defective." enum:"amended,literal" default:"amended"`
	Defect  []string `help:"With -reading literal: these defects alone, by name."`
	Out     string   `help:"Write what fails below this folder: traces, captures and Go tests."`
	JSON    bool     `name:"json" help:"Print the results as JSON."`
}

// Run plays the RFC's figures on the machine, and tells where figure and text disagree.
func (v *scenarios) Run(s streams) error {
	if err := writable("-out", v.Out); err != nil {
		return err
	}
	results, err := v.play()
	if err != nil {
		return err
	}
	disagree := false
	all, keep := []figured{}, keeping{folder: v.Out, quiet: v.JSON}
	tell := func(r *scenario.Result) error {
		disagree = true
		keep.tell(s, r.Counterexample(v.again(r)))
		return nil
	}
	if v.JSON {
		for _, r := range results {
			f := figured{Figure: r.Scenario.Name, Doc: r.Scenario.Doc, Agrees: r.Agrees()}
			if !f.Agrees {
				f.Failure = r.Counterexample(v.again(r))
				tell(r)
			}
			all = append(all, f)
		}
		err = printJSON(s.out, all)
	} else {
		err = scenario.Print(s.out, results, tell)
	}
	if disagree {
		err = errors.Join(errFindings, err)
	}
	return keep.and(err)
}

// figured is what became of a figure, for -json.
type figured struct {
	Figure  string                         `json:"figure"`
	Doc     string                         `json:"doc"`
	Agrees  bool                           `json:"agrees"`
	Failure *counterexample.Counterexample `json:"failure,omitempty"`
}

func (v *scenarios) play() ([]*scenario.Result, error) {
	read := &verify{Reading: v.Reading, Defect: v.Defect}
	core, err := read.oneCore()
	if err != nil {
		return nil, err
	}
	text, found := parser.Load(spec.TCP())
	if text == nil {
		return nil, found
	}
	all := scenario.RunAll(text, core)
	if v.Figure != "" {
		r, err := scenario.Play(v.Figure, core)
		if err != nil {
			return nil, err
		}
		all = []*scenario.Result{r}
	}
	for _, r := range all {
		r.Reading = read.foundIn()
	}
	return all, nil
}

// again is the command that plays a figure in this reading.
func (v *scenarios) again(r *scenario.Result) string {
	again := "lockstep scenarios"
	if v.Reading == "literal" {
		again += " -reading literal"
	}
	if len(v.Defect) > 0 {
		again += " -defect " + strings.Join(v.Defect, ",")
	}
	return again + " -figure " + r.Scenario.Name
}
