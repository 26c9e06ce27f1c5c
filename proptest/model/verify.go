package model

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Options say how to verify. The zero value checks every property of the shipped
// core with 64-bit fingerprints on all cores.
type Options struct {
	explore.Options             // but for Liveness, Symmetry and Parameters, which follow from the rest
	Core            func() Core // one for each worker; nil: Generated
	CoreName        string      // tells Core from others; without it, a search of Core is not kept
	Property        string      // this one alone; "": all
	SafetyOnly      bool        // do not keep the graph: half the memory, no Live properties
	NoTries         bool        // try nothing on hosts beside what happens in the world
	NoSymmetry      bool        // of two worlds with the hosts in each other's place, visit both
}

// Result is what came of verifying one Config.
type Result struct {
	Config   *Config
	Report   *explore.Report
	Asked    []*Property // of infinite executions, only once everything is explored
	Failures []Failure
	Passed   []Passed // properties of infinite executions that hold
	Trials   Trials   // since the search began, or went on
}

// StatesPerSecond is the rate at which worlds were visited, the time taken out in which
// events were tried, and that in which was decided what comes to pass.
func (r *Result) StatesPerSecond() float64 {
	return r.Report.StatesPerSecond(r.Trials.Spent / time.Duration(r.Report.Workers))
}

// Failure is a property that does not hold, and how.
type Failure struct {
	Property *Property
	Trace    *Trace
	Cases    int64 // of a property of infinite executions: as of a Passed one
}

// Passed is a property of infinite executions that holds, and how many states or steps it is about.
type Passed struct {
	Property *Property
	Cases    int64
}

// Verify explores a Config.
//
// A property that is broken, and a bound that was hit, are outcomes; an error
// means that a checkpoint could not be read.
func Verify(ctx context.Context, c *Config, o Options) (*Result, error) {
	if o.NoTries {
		quiet := *c
		quiet.Pokes, quiet.Shows = false, nil
		c = &quiet
	}
	s := newSpace(c, o.core(), o.Property)
	var at []int
	o.Liveness = nil
	if !o.SafetyOnly {
		s.live = s.asked()
		o.Liveness, at = liveness(s.live)
	}
	if o.Expect == 0 && c.States > 0 && o.Core == nil {
		o.Expect = c.States
	}
	o.Symmetry = c.symmetric() && !o.NoSymmetry
	if o.Checkpoint != "" {
		var err error
		if o.Parameters, err = o.parameters(c); err != nil {
			return nil, err
		}
	}
	report, err := explore.Run(ctx, s, o.Options)
	if err != nil {
		return nil, err
	}
	r := &Result{Config: c, Report: report, Trials: s.gallery.trials}
	for i := range Properties {
		p := &Properties[i]
		if p.Live == nil && (o.Property == "" || o.Property == p.Name) {
			r.Asked = append(r.Asked, p)
		}
	}
	for _, b := range report.Breaches {
		r.Failures = append(r.Failures, Failure{Property: &Properties[b.Property], Trace: s.breach(&b)})
	}
	for i, v := range report.Verdicts {
		p := &Properties[at[i]]
		r.Asked = append(r.Asked, p)
		switch {
		case v.Prefix != nil:
			r.add(Failure{p, s.trace(at[i], v.Prefix, v.Cycle), v.Cases})
		case v.Holds:
			r.Passed = append(r.Passed, Passed{p, v.Cases})
		}
	}
	return r, nil
}

// parameters are what the result depends on beside the options of package explore.
func (o *Options) parameters(c *Config) ([]explore.Parameter, error) {
	machine := "generated"
	if o.Core != nil {
		if machine = o.CoreName; machine == "" {
			return nil, errors.New("a search of a machine without a name cannot be kept")
		}
	}
	program, err := program()
	if err != nil {
		return nil, fmt.Errorf("a search cannot be kept: what program this is, is not known: %w", err)
	}
	return []explore.Parameter{
		{Name: "world", Value: c.Mark()},
		{Name: "property asked", Value: cmp.Or(o.Property, "any")},
		{Name: "trying of hosts", Value: fmt.Sprint(c.Pokes)},
		{Name: "machine", Value: machine},
		{Name: "program", Value: program},
	}, nil
}

// program tells this program from others. The text and all that is made from it, and
// properties that stand in no text, are part of it.
var program = sync.OnceValues(func() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%.8x", h.Sum(nil)), nil
})

// add adds a failure; of a property that is asked of either host, the shorter trace.
func (r *Result) add(f Failure) {
	for i := range r.Failures {
		if r.Failures[i].Property == f.Property {
			if len(f.Trace.Schedule) < len(r.Failures[i].Trace.Schedule) {
				r.Failures[i] = f
			}
			return
		}
	}
	r.Failures = append(r.Failures, f)
}

func (o *Options) core() func() Core {
	if o.Core != nil {
		return o.Core
	}
	return func() Core { return Generated{} }
}

// asked is the Live properties to ask.
func (s *space) asked() []string {
	if s.only == "" {
		return s.c.Live
	}
	if slices.Contains(s.c.Live, s.only) {
		return []string{s.only}
	}
	return nil
}

// Exercised is how often each property applied, each rule fired and each state was met, by name.
func (r *Result) Exercised() map[string]uint64 {
	seen := map[string]uint64{}
	for _, w := range r.Report.Witnesses {
		seen[w.Name] += w.Count
	}
	for _, p := range r.Passed {
		seen[p.Property.Name] += uint64(p.Cases)
	}
	for _, f := range r.Failures {
		seen[f.Property.Name] = max(seen[f.Property.Name]+uint64(f.Cases), 1)
	}
	return seen
}

// Assumed is what is assumed of executions where a property was asked of them, by its name.
func Assumed(results ...*Result) map[string]string {
	assumed := map[string]string{}
	for _, r := range results {
		for _, p := range r.Asked {
			if p.Assumes != "" {
				assumed[p.Name] = p.Assumes
			}
		}
	}
	return assumed
}

// Unpinned tells that everything was explored, and that it was not as many states as is written down.
func (r *Result) Unpinned() bool {
	return r.Config.States > 0 && r.Report.End == explore.Exhausted && r.Report.States != r.Config.States
}

// WhyVacuous is, in brackets, why a property was never put to the test, if that is known.
func WhyVacuous(name string) string {
	p := propertyOf(name)
	if p == nil || p.Live == nil || slices.ContainsFunc(Configs(), func(c *Config) bool { return slices.Contains(c.Live, name) }) {
		return ""
	}
	return " (no world asks it: write its name behind asks of one)"
}

// Seen is how often each property applied, each rule fired and each state was met, over all results.
func Seen(results []*Result) map[string]uint64 {
	seen := map[string]uint64{}
	for _, r := range results {
		for name, n := range r.Exercised() {
			seen[name] += n
		}
	}
	return seen
}

// untested is the names of properties that none of the results has put to the test. Of a
// property of states and of steps, which is two of Properties, both have to be.
func untested(results []*Result) map[string]bool {
	tested := map[*Property]bool{}
	for _, r := range results {
		for i, w := range r.Report.Witnesses[:min(len(Properties), len(r.Report.Witnesses))] { // the first ones, in their order
			tested[&Properties[i]] = tested[&Properties[i]] || w.Count > 0
		}
		for _, p := range r.Passed {
			tested[p.Property] = tested[p.Property] || p.Cases > 0
		}
		for _, f := range r.Failures {
			tested[f.Property] = true
		}
	}
	names := map[string]bool{}
	for i := range Properties {
		if !tested[&Properties[i]] {
			names[Properties[i].Name] = true
		}
	}
	return names
}

// Asked is the names of the properties that any of the results was asked, in their order:
// of those that one of them has put to the test, and of those that none has.
func Asked(results ...*Result) (tested, not []string) {
	untested, asked := untested(results), map[string]bool{}
	for _, r := range results {
		for _, p := range r.Asked {
			asked[p.Name] = true
		}
	}
	for i := range Properties {
		switch name := Properties[i].Name; {
		case !asked[name]:
			continue
		case untested[name]:
			not = append(not, name)
		default:
			tested = append(tested, name)
		}
		asked[Properties[i].Name] = false
	}
	return tested, not
}

// Untested is the names of properties that were asked here, and that nothing here has put to the test.
func (r *Result) Untested() []string {
	_, not := Asked(r)
	return not
}

// Vacuous is the names of properties that were asked here, that nothing here has put to the
// test, and that this world was to: all but those that others show. Where nothing is tried,
// what calls and segments are met is up to the users; then it is those that the world names.
func (r *Result) Vacuous() []string {
	return slices.DeleteFunc(r.Untested(), func(name string) bool {
		named := slices.Contains(r.Config.Shows, name)
		return !named && (shownBySome()[name] || !r.Config.Pokes && !slices.Contains(r.Config.Live, name))
	})
}

// shownBySome is the properties that not every world puts to the test: some show them.
var shownBySome = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, c := range configs {
		for _, name := range c.Shows {
			names[name] = true
		}
	}
	return names
})

// Vacuous is the properties that none of the results has exercised, and the rules
// of the text that never fired: what was not seen was not checked.
func Vacuous(results []*Result) (properties, rules []string) {
	untested, seen := untested(results), Seen(results)
	for i := range Properties {
		if name := Properties[i].Name; untested[name] && !slices.Contains(properties, name) {
			properties = append(properties, name)
		}
	}
	for rule := range tcp.RuleID(tcp.NumRules) {
		if seen[rule.String()] == 0 {
			rules = append(rules, rule.String())
		}
	}
	return properties, rules
}
