package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-tcp/lockstep/internal/amount"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/spec"
)

// toTheLetter tells that neither a world nor a property is asked for: those of the list
// of expected failures are meant.
func (v *verify) toTheLetter() bool {
	return v.Reading == "literal" && v.Config == "" && v.Property == ""
}

// letters is what came of RFC 9293 taken to the letter, one defect at a time.
type letters struct {
	Literal []*lettered `json:"literal"`
	Amended []*lettered `json:"amended"` // the same worlds and properties, of the code that ships
	AsIs    bool        `json:"asExpected"`
}

// lettered is one of the list in one of the readings.
type lettered struct {
	Defect   string       `json:"defect"`
	Words    string       `json:"words"` // the defect's, in the text
	Property string       `json:"property"`
	Config   string       `json:"config"`
	Expected int          `json:"expectedEvents,omitempty"`
	Events   int          `json:"events,omitempty"`
	End      string       `json:"end"`
	AsIs     bool         `json:"asExpected"`
	Command  string       `json:"command"`
	Trace    *model.Trace `json:"trace,omitempty"`
	Search   explored     `json:"search"` // what it took; what it found is the trace
	row      string       // the same in a line
}

// letter shows every expected failure of a list, and that the code that ships has none.
func (v *verify) letter(s streams, list []model.Letter) error {
	list, words, err := v.expected(list)
	if err != nil {
		return err
	}
	if err := v.folders(); err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop()
	defer v.collect()()
	all, keep := letters{AsIs: true}, keeping{folder: v.Out, quiet: v.JSON || !v.drawn()}
	if !v.JSON {
		fmt.Fprintln(s.out, "RFC 9293 to the letter, a defect at a time, everything else as it ships; each is an expected failure:")
	}
	for i := 0; i < len(list) && err == nil; i++ {
		var e *lettered
		if e, err = v.literally(ctx, s, &list[i], words, &keep); e != nil {
			all.Literal, all.AsIs = append(all.Literal, e), all.AsIs && e.AsIs
		}
	}
	if !v.JSON && err == nil {
		fmt.Fprintln(s.out, "\nand the code that ships, asked the same in the same worlds:")
	}
	for i := 0; i < len(list) && err == nil; i++ {
		var e *lettered
		if e, err = v.amended(ctx, s, &list[i], words); e != nil {
			all.Amended, all.AsIs = append(all.Amended, e), all.AsIs && e.AsIs
		}
	}
	asIs := all.AsIs
	all.AsIs = asIs && err == nil // of what was not explored, nothing is known
	switch {
	case v.JSON:
		err = errors.Join(err, printJSON(s.out, all))
	case err == nil:
		all.conclude(s)
		if v.Out != "" && !v.drawn() {
			fmt.Fprintf(s.out, "kept: a trace, a capture and a Go test of each, in folders of their own below %s\n", v.Out)
		}
	}
	if !asIs {
		err = errors.Join(errFindings, err)
	}
	return keep.and(err)
}

// expected is what of the list was asked for, and the words that the text has for each defect.
func (v *verify) expected(list []model.Letter) ([]model.Letter, map[string]string, error) {
	if v.Keep != "" || v.Safety || v.NoTries || v.Witnesses {
		return nil, nil, errors.New("-keep, -safety, -no-tries and -witnesses are of searches of one's own: add -config or -property; without them -reading literal shows its list of expected failures")
	}
	if _, err := v.core(); err != nil { // there is no such defect
		return nil, nil, err
	}
	if len(v.Defect) > 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(l model.Letter) bool { return !slices.Contains(v.Defect, l.Defect) })
	}
	text, found := parser.Load(spec.TCP())
	if text == nil {
		return nil, nil, found
	}
	words := map[string]string{}
	for _, d := range text.Defects {
		if w := words[d.Name]; w != "" && w != d.Doc {
			words[d.Name] = w + "; "
		} else {
			words[d.Name] = ""
		}
		words[d.Name] += d.Doc
	}
	return list, words, nil
}

// literally takes one defect to the letter, and tells what comes of it.
func (v *verify) literally(ctx context.Context, s streams, l *model.Letter, words map[string]string, keep *keeping) (*lettered, error) {
	one := *v
	one.Defect = []string{l.Defect}
	core, err := one.core()
	if err != nil {
		return nil, err
	}
	r, e, err := one.ask(ctx, s, l, core)
	if err != nil {
		return nil, err
	}
	e.Words, e.Expected, e.Trace = words[l.Defect], l.Events, l.Shown(r)
	if e.Trace != nil {
		e.Trace.Again, e.Trace.Reading, e.Events = e.Command, one.foundIn(), len(e.Trace.Schedule)
	}
	e.AsIs = e.Events == e.Expected
	if !v.JSON {
		fmt.Fprintf(s.out, "\n%-4s %-22s %-18s %2d events %7.2f s  %s: %s\n     %s\n     %s\n",
			e.Defect, e.Property, e.Config, e.Events, e.Search.Seconds, e.verdict(), e.Words, e.Command, e.row)
	}
	if e.Trace == nil || v.Out == "" && !v.drawn() {
		return e, nil
	}
	x, err := walked(r.Config, e.Trace, core)
	if err != nil {
		return e, err
	}
	x.Name = l.Defect + " " + x.Name
	keep.tell(s, x)
	return e, nil
}

// drawn tells whether the trace of each is printed.
func (v *verify) drawn() bool { return !v.JSON && (v.Ladders || len(v.Defect) > 0) }

// verdict says of a literal reading whether it fails as it should.
func (e *lettered) verdict() string {
	switch {
	case e.AsIs:
		return "expected failure"
	case e.Trace == nil:
		return fmt.Sprintf("NOT SHOWN, it does not fail (%s)", e.End)
	}
	return fmt.Sprintf("FAILS OTHERWISE, expected after %s", amount.Of(e.Expected, "event"))
}

// amended asks the same of the code that ships.
func (v *verify) amended(ctx context.Context, s streams, l *model.Letter, words map[string]string) (*lettered, error) {
	one := *v
	one.Reading, one.Defect = "amended", nil
	r, e, err := one.ask(ctx, s, l, nil)
	if err != nil {
		return nil, err
	}
	e.Words, e.AsIs = words[l.Defect], l.Passes(r)
	if e.Trace = l.Shown(r); e.Trace != nil {
		e.Trace.Again, e.Trace.Reading, e.Events = e.Command, one.foundIn(), len(e.Trace.Schedule)
	}
	if !e.AsIs && e.Trace == nil && r.Report.End == explore.Exhausted {
		e.End += ", never put to the test"
	}
	if !v.JSON {
		fmt.Fprintf(s.out, "%-4s %s\n", e.Defect, e.row)
	}
	return e, nil
}

// ask asks the property in the world, of this reading.
func (v *verify) ask(ctx context.Context, s streams, l *model.Letter, core func() model.Core) (*model.Result, *lettered, error) {
	c := model.Find(l.World)
	v.Config, v.Property, v.NoTries = l.World, l.Property, !l.Tried
	shown := newProgress(s.err)
	o := v.options(c, core, shown)
	r, err := l.Verify(ctx, o)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", l.World, err)
	}
	shown.clear()
	if r.Report.End == explore.Interrupted {
		return nil, nil, errors.New("interrupted: of what was not explored nothing is known")
	}
	n := r.Exercised()[l.Property]
	return r, &lettered{
		row:    fmt.Sprintf("%s; %s put to the test %s", v.row(r), l.Property, amount.Of(n, "time")),
		Defect: l.Defect, Property: l.Property, Config: l.World, Search: newExplored(r),
		End: r.Report.End.String(), Command: v.again(&model.Trace{Config: l.World, Property: l.Property}),
	}, nil
}

// conclude says whether all is as expected.
func (a *letters) conclude(s streams) {
	defects := map[string]bool{}
	var not, broken []string
	var states int64
	for _, e := range a.Literal {
		defects[e.Defect] = true
		if !e.AsIs {
			not = append(not, e.Defect+" "+e.Property)
		}
	}
	for _, e := range a.Amended {
		states += e.Search.States
		if !e.AsIs {
			broken = append(broken, fmt.Sprintf("%s in %s (%s)", e.Property, e.Config, e.End))
		}
	}
	fmt.Fprintf(s.out, "\nliteral: %s of %s, ", amount.Of(len(a.Literal), "expected failure"), amount.Of(len(defects), "defect"))
	if len(not) == 0 {
		fmt.Fprintln(s.out, "all shown.")
	} else {
		fmt.Fprintf(s.out, "%d NOT AS EXPECTED: %s\n", len(not), strings.Join(not, ", "))
	}
	fmt.Fprintf(s.out, "amended, which ships: the same properties asked in the same worlds, %d states, ", states)
	if len(broken) == 0 {
		fmt.Fprintln(s.out, "none is broken.")
	} else {
		fmt.Fprintf(s.out, "NOT PASSED: %s\n", strings.Join(broken, ", "))
	}
}
