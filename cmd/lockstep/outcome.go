package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// outcome is what came of all configurations.
type outcome struct {
	results    []*model.Result
	unfinished []string // configurations that were not exhausted, and why
	stopped    bool     // … one of them by a bound that nobody has asked for
	unpinned   []string // configurations with another number of states than is pinned
	properties []string // that were never put to the test, and what is known of why
	lapsed     []string // those that worlds were to put to the test and did not, and in which
	rules      []string // that never fired
	broken     bool
	left       []string // files of searches that are through, which could not be removed
	interrupt  string   // what the interruption means; "": there was none
	unkept     error    // what could not be kept of these
	wrong      error    // why others were not explored
}

// outcome looks at the results, of which there are fewer than configurations if
// somebody has interrupted, or something went wrong.
func (v *verify) outcome(configs []*model.Config, results []*model.Result, wrong error) *outcome {
	o := &outcome{results: results, wrong: wrong}
	for i, c := range configs {
		if i == len(results) && wrong == nil {
			o.interrupt = cmp.Or(o.interrupt, "interrupted: what was not explored may be otherwise")
		}
		if i >= len(results) {
			o.unfinished = append(o.unfinished, c.Name+" (not begun)")
			continue
		}
		r := results[i]
		o.broken = o.broken || len(r.Failures) > 0
		switch err := r.Report.Unkept; {
		case err == nil:
		case r.Report.End.GoesOn():
			o.unkept = errors.Join(o.unkept, fmt.Errorf("%s: not kept: %w; make room, or name another folder, and begin again", c.Name, err))
		default:
			o.left = append(o.left, err.Error())
		}
		if v.Reading == "amended" && r.Unpinned() {
			o.unpinned = append(o.unpinned, c.Name)
		}
		switch r.Report.End {
		case explore.Exhausted, explore.Broke:
			continue
		case explore.Interrupted:
			o.interrupt = "interrupted: what was explored until then says nothing about the rest"
			switch {
			case v.Keep == "":
				o.interrupt += "; with -keep it could go on"
			case r.Report.Unkept == nil:
				o.interrupt = fmt.Sprintf("interrupted; kept in %s: the same command goes on", v.kept(c))
			}
		case explore.MemoryBound:
			o.stopped = o.stopped || v.MaxMemory == nil
		case explore.GraphBound:
			o.stopped = true
		}
		o.unfinished = append(o.unfinished, fmt.Sprintf("%s (%v)", c.Name, r.Report.End))
	}
	if !o.broken && o.interrupt == "" && o.wrong == nil {
		v.vacuous(o)
	}
	return o
}

// vacuous notes what was not seen, and so was not checked. All worlds together had to put
// everything to the test, unless a part was asked for; each, what is left to no other; and
// some world, what was asked for by name.
func (v *verify) vacuous(o *outcome) {
	part := v.Safety || v.NoTries || len(o.unfinished) > 0 || v.Config != "ci" && v.Config != "all"
	properties, rules := model.Vacuous(o.results)
	switch {
	case v.Property != "":
		properties, rules = slices.DeleteFunc(properties, func(name string) bool { return name != v.Property }), nil
	case part:
		properties, rules = nil, nil
	}
	o.rules = rules
	for _, name := range properties {
		o.properties = append(o.properties, name+model.WhyVacuous(name))
	}
	o.lapsed = lapses(o.results, properties)
}

// lapses are the properties that worlds were to put to the test and did not, and in which,
// without those that all have failed.
func lapses(results []*model.Result, without []string) (lapsed []string) {
	worlds := map[string][]string{}
	for _, r := range results {
		if r.Report.End == explore.Exhausted {
			for _, name := range r.Vacuous() {
				worlds[name] = append(worlds[name], r.Config.Name)
			}
		}
	}
	for _, name := range without {
		delete(worlds, name)
	}
	for _, name := range slices.Sorted(maps.Keys(worlds)) {
		in, more := worlds[name], ""
		if len(in) > 4 {
			in, more = in[:3], " and "+amount.Of(len(in)-3, "more world")
		}
		lapsed = append(lapsed, fmt.Sprintf("%s, in %s%s", name, strings.Join(in, ", "), more))
	}
	return lapsed
}

// conclude tells what failed, what was not explored, and what was never put to the
// test; and behind all that, what could not be kept.
func (v *verify) conclude(s streams, o *outcome, core func() model.Core) error {
	switch {
	case v.JSON || len(o.results) == 0:
	case v.Witnesses:
		everyWitness(s.out, o.results)
	default:
		o.witnesses(s.out)
	}
	all, keep := []explored{}, keeping{folder: v.Out, quiet: v.JSON}
	for _, r := range o.results {
		e := newExplored(r)
		if v.Property != "" && len(o.properties) > 0 { // it may not even be asked in this world
			e.Untested, e.Vacuous = []string{v.Property}, []string{v.Property}
		}
		for _, f := range r.Failures {
			f.Trace.Again, f.Trace.Reading = v.again(f.Trace), v.foundIn()
			x, err := walked(r.Config, f.Trace, core)
			if err != nil {
				keep.lose(err)
				continue
			}
			e.Failures = append(e.Failures, x)
			keep.tell(s, x)
		}
		all = append(all, e)
	}
	w := s.out
	if v.JSON {
		if err := printJSON(s.out, all); err != nil {
			return err
		}
		w = s.err
	} else if !o.broken {
		v.summary(w, o)
	}
	return keep.and(o.end(w))
}

// summary tells how much was asked of how much.
func (v *verify) summary(w io.Writer, o *outcome) {
	var states int64
	for _, r := range o.results {
		states += r.Report.States
	}
	fmt.Fprintf(w, "\n%s; %s.\n", amount.Of(states, "state"), o.asked())
	if !v.Witnesses { // which tell it of each
		fmt.Fprint(w, o.assumed())
	}
}

// assumed is a line that tells what verdicts on all that goes on for ever assume; "" if there are none.
func (o *outcome) assumed() string {
	by := model.Assumed(o.results...)
	names := slices.Sorted(maps.Keys(by))
	var all []string
	for _, name := range names {
		for part := range strings.SplitSeq(by[name], ", ") {
			if !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	switch assumed := strings.Join(all, ", "); len(names) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("of %s this is assumed: %s\n", names[0], assumed)
	default:
		return fmt.Sprintf("of %d of them some or all of this is assumed: %s (of which: -witnesses)\n", len(names), assumed)
	}
}

// asked tells how many properties were asked, and what came of that: what was never put
// to the test has not held.
func (o *outcome) asked() string {
	tested, not := model.Asked(o.results...)
	asked := amount.Of(len(tested)+len(not), "property") + " asked"
	switch {
	case len(tested)+len(not) == 0:
		return "no property asked"
	case len(tested) == 0:
		return asked + ", but never put to the test"
	case len(not) > 0:
		asked += fmt.Sprintf(", %d of them never put to the test here", len(not))
	}
	if len(o.unfinished) > 0 {
		return asked + ", none is broken in these"
	}
	return asked + ", none is broken"
}

// end tells what else there is to know, and whether all is well.
func (o *outcome) end(w io.Writer) error {
	tell := func(what string, names []string, more string) {
		if len(names) > 0 {
			fmt.Fprintf(w, "%s: %s%s\n", what, strings.Join(names, ", "), more)
		}
	}
	tell("not exhausted", o.unfinished, "")
	tell("of no use any more, and left behind", o.left, "; remove it by hand")
	if !o.broken {
		tell("other numbers of states than are pinned", o.unpinned, "; if the text was meant to change, write the new ones in spec/tcp/worlds.spec")
		tell("vacuous: never put to the test", o.properties, "")
		for _, lapsed := range o.lapsed {
			tell("vacuous: never put to the test", []string{lapsed}, "; mend the text or the world, or if not every world can, write its name behind shows of one that does")
		}
		tell("vacuous: rules that never fired", o.rules, "")
	}
	err := errors.Join(o.unkept, o.wrong)
	if o.interrupt != "" {
		err = errors.Join(errors.New(o.interrupt), err)
	}
	if o.broken || o.stopped || len(o.unpinned)+len(o.properties)+len(o.lapsed)+len(o.rules) > 0 {
		return errors.Join(errFindings, err)
	}
	return err
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

// foundIn is the reading that a trace is found in, as a trace has it.
func (v *verify) foundIn() string {
	if v.Reading == "amended" {
		return ""
	}
	return v.coreName()
}
