package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lockstep-tcp/lockstep/proptest"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/scenario"
)

type replay struct {
	File    string   `arg:"" help:"A trace that was kept: trace.json."`
	Step    bool     `help:"Event by event: both hosts' states, and the variables that change. On a terminal, Enter goes on and q ends." xor:"form"`
	Pcap    string   `help:"Write the packets to this file, with what the hosts make of each in comments."`
	Reading string   `help:"Walk it on this reading of the text: found, that in which it was found." enum:"found,amended,literal" default:"found"`
	Defect  []string `help:"With -reading literal: these defects alone."`
	JSON    bool     `name:"json" help:"Print the walk as JSON." xor:"form"`
}

// writers are who writes traces.
const writers = "lockstep verify -out, mutate -out, soak -out and scenarios -out"

// again is what came of a trace on the code as it is now.
type again struct {
	*counterexample.Counterexample
	Broken   bool   `json:"broken"`             // some property still does not hold
	Was      string `json:"was,omitempty"`      // the trace's property, if it is another one that does not hold now
	Stuck    string `json:"stuck,omitempty"`    // why the schedule could not be walked to its end
	Unjudged string `json:"unjudged,omitempty"` // why it could, and yet says nothing about the property

	Otherwise string `json:"otherwise,omitempty"` // the first event that is another than when it was found
	Reading   string `json:"reading,omitempty"`   // that it was walked on; none: the code that ships

	Walk []counterexample.Walked `json:"walk"`
}

// Run walks a trace again on the present code, and tells whether it still fails.
func (v *replay) Run(s streams) error {
	b, err := os.ReadFile(v.File)
	if err != nil {
		return fmt.Errorf("%w; name a trace.json, as "+writers+" write it", err)
	}
	a, err := v.walk(b)
	if err != nil {
		return fmt.Errorf("%s: %w", v.File, err)
	}
	a.Holds = !a.Broken && a.Unjudged == ""
	if v.Pcap != "" {
		var capture bytes.Buffer
		if err := errors.Join(a.Capture(&capture), os.WriteFile(v.Pcap, capture.Bytes(), 0o666)); err != nil {
			return err
		}
	}
	switch {
	case v.JSON:
		a.Walk = a.Steps()
		err = printJSON(s.out, a)
	case v.Step:
		err = a.Counterexample.Walk(s.out, v.asker(s))
	default:
		err = a.Write(s.out)
	}
	if err != nil {
		return err
	}
	if a.Unjudged != "" {
		do := "walk it on the reading that it was found with, or find it anew"
		if a.Case != "" {
			do = "its case was edited, or was found before the simulator asked otherwise: find it anew"
		}
		return fmt.Errorf("%s: nothing is known of %s: %s; %s", v.File, a.Property, a.Unjudged, do)
	}
	return a.conclude(s, v.JSON)
}

// conclude says whether it still fails.
func (a *again) conclude(s streams, quiet bool) error {
	text := a.Property + " holds now"
	switch {
	case a.Was != "":
		text = a.Property + " does not hold; the trace is of " + a.Was
	case a.Broken:
		text = a.Property + " still does not hold"
	case a.Stuck != "":
		text = a.Property + " holds as far as the schedule can be walked: " + a.Stuck
	}
	if a.Reading != "" {
		text += " (" + a.Reading + ")"
	}
	if a.Otherwise != "" {
		text += "\nit goes another way than when it was found: " + a.Otherwise
	}
	if !quiet {
		fmt.Fprintf(s.out, "\n%s\n", text)
	}
	if a.Broken {
		return errFindings
	}
	return nil
}

// walk finds out whose trace it is, and walks it.
func (v *replay) walk(b []byte) (*again, error) {
	var kind struct {
		Config   *string `json:"config"`
		Test     *string `json:"test"`
		Scenario *string `json:"scenario"`
	}
	if err := json.Unmarshal(b, &kind); err != nil {
		return nil, fmt.Errorf("no trace: %w; "+writers+" write traces", counterexample.InWords(err))
	}
	switch {
	case kind.Config != nil:
		return v.explorer(b)
	case kind.Test != nil:
		return v.simulator(b)
	case kind.Scenario != nil:
		return v.figure(b)
	}
	return nil, errors.New("no trace: it names neither a configuration, nor a test, nor a scenario; " + writers + " write traces")
}

func (v *replay) explorer(b []byte) (*again, error) {
	t, err := model.ReadTrace(b)
	if err != nil {
		return nil, err
	}
	text, err := v.text(t.Reading)
	if err != nil {
		return nil, err
	}
	core, err := text.core()
	if err != nil {
		return nil, err
	}
	c := model.Find(t.Config)
	r, err := model.Replay(c, core, t)
	if r == nil {
		return nil, err
	}
	a := &again{Counterexample: t.Counterexample(c, r), Broken: r.Broken, Unjudged: r.Unjudged, Otherwise: r.Otherwise, Reading: text.foundIn()}
	switch {
	case err != nil:
		a.Stuck = err.Error()
	case r.GoesOn:
		a.Stuck = "behind its last event, where all ended, more must happen here"
	}
	return a, nil
}

func (v *replay) simulator(b []byte) (*again, error) {
	if v.Reading == "literal" {
		return nil, errors.New("the simulator runs the code that ships; a trace of it has no other reading")
	}
	t, err := proptest.ReadTrace(b)
	if err != nil {
		return nil, err
	}
	x, broken, err := t.Replay()
	if err != nil {
		return nil, err
	}
	a := &again{Counterexample: x, Broken: broken}
	if x.Unjudged {
		a.Unjudged = "the run never comes to what it is about"
	}
	if broken && x.Property != t.Property {
		a.Was = t.Property
	}
	return a, nil
}

func (v *replay) figure(b []byte) (*again, error) {
	t, err := scenario.ReadTrace(b)
	if err != nil {
		return nil, err
	}
	text, err := v.text(t.Reading)
	if err != nil {
		return nil, err
	}
	core, err := text.oneCore()
	if err != nil {
		return nil, err
	}
	r, err := scenario.Play(t.Scenario, core)
	if err != nil {
		return nil, err
	}
	r.Reading = text.foundIn()
	return &again{Counterexample: r.Counterexample(cmp.Or(t.Again, "lockstep scenarios -figure "+t.Scenario)), Broken: !r.Agrees(), Reading: r.Reading}, nil
}

// text is the reading to walk on, of a trace that was found in one.
func (v *replay) text(found string) (*verify, error) {
	switch words := strings.Fields(found); {
	case v.Reading != "found":
		return &verify{Reading: v.Reading, Defect: v.Defect}, nil
	case len(v.Defect) > 0:
		return nil, errors.New("-defect names what to read literally; add -reading literal")
	case len(words) == 0:
		return &verify{Reading: "amended"}, nil
	case words[0] == "literal":
		return &verify{Reading: "literal", Defect: words[1:]}, nil
	}
	return nil, fmt.Errorf("the trace was found in the reading %q, which there is not; name one with -reading", found)
}

// asker waits for Enter on a terminal; elsewhere there is nobody to wait for.
func (v *replay) asker(s streams) func() bool {
	if !terminal(os.Stdin) {
		return func() bool { return true }
	}
	return asking(os.Stdin, s.err)
}

// asking asks before each line of in whether to go on. Where the lines end, nobody
// says no.
func asking(in io.Reader, prompt io.Writer) func() bool {
	lines := bufio.NewScanner(in)
	return func() bool {
		fmt.Fprint(prompt, "[Enter: next, q: end] ")
		return !lines.Scan() || !strings.HasPrefix(lines.Text(), "q")
	}
}
