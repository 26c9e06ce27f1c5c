package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// failure is a counterexample to be told.
type failure struct {
	*counterexample.Counterexample
	out   string // folder to keep it below; "": it is not kept
	quiet bool   // it is printed elsewhere
}

// tell prints the failure, and keeps it if there is a folder for it.
func (f failure) tell(s streams) error {
	if !f.quiet {
		fmt.Fprintln(s.out)
		if err := f.Write(s.out); err != nil {
			return err
		}
	}
	if f.out == "" {
		return nil
	}
	folder, err := f.Save(f.out)
	if err != nil || f.quiet {
		return err
	}
	first := ""
	if f.First != "" {
		first = "       first " + f.First + "\n"
	}
	_, err = fmt.Fprintf(s.out, "kept:  %s, %s and %s in %s\n%s       lockstep replay %s\n",
		counterexample.TraceFile, counterexample.CaptureFile, counterexample.TestFile, folder, first, shellWord(filepath.Join(folder, counterexample.TraceFile)))
	return err
}

// shellWord is a word of a command that people copy: in quotation marks, if a shell would take it for several, or for something else.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_-./,:=@%+", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// walked is a trace of the explorer with what happens in it on a core; nil: the code
// that ships.
func walked(c *model.Config, t *model.Trace, core func() model.Core) (*counterexample.Counterexample, error) {
	r, err := model.Replay(c, core, t)
	if r == nil {
		return nil, err
	}
	x := t.Counterexample(c, r)
	if err != nil {
		x.Seen = "the schedule could not be walked to its end: " + err.Error()
	}
	return x, nil
}

// explored is what came of a configuration, for -json.
type explored struct {
	Config      string                           `json:"config"`
	States      int64                            `json:"states"`
	Pinned      int64                            `json:"pinned"`  // states that the text says there are; 0: it says nothing
	Visited     int64                            `json:"visited"` // the others are these with the hosts in each other's place
	Steps       int64                            `json:"steps"`
	Depth       int                              `json:"depth"`
	Seconds     float64                          `json:"seconds"`
	Rate        float64                          `json:"statesPerSecond"` // without the time spent trying, and deciding
	Tried       int64                            `json:"tried"`           // events tried on hosts, and thrown away
	Trying      float64                          `json:"secondsTrying"`   // of all workers together
	Deciding    float64                          `json:"secondsDeciding"` // what comes to pass, once all states are known
	OctetsState float64                          `json:"octetsPerState"`
	Held        int64                            `json:"octetsHeld"` // of all pieces that its worlds are made of, beside that
	Missed      float64                          `json:"missed"`     // the chance that states were missed is below this
	Mode        string                           `json:"mode"`
	Bounds      string                           `json:"bounds"` // of the world: segments under way, harm of each kind at A and B
	End         string                           `json:"end"`
	Exhausted   bool                             `json:"exhausted"`
	Witnesses   map[string]uint64                `json:"witnesses"`
	Untested    []string                         `json:"untested"`          // properties asked in this world that nothing in it has put to the test
	Vacuous     []string                         `json:"vacuous"`           // those of them that this world was to put to the test
	Assumes     map[string]string                `json:"assumes,omitempty"` // by properties of infinite executions
	Failures    []*counterexample.Counterexample `json:"failures,omitempty"`
}

func newExplored(r *model.Result) explored {
	e := r.Report
	return explored{
		Config: r.Config.Name, States: e.States, Pinned: r.Config.States, Visited: e.Visited, Steps: e.Transitions, Depth: e.Depth, Seconds: e.Elapsed.Seconds(),
		Rate: r.StatesPerSecond(), Tried: r.Trials.Events, Trying: r.Trials.Spent.Seconds(), Deciding: e.Deciding.Seconds(),
		OctetsState: e.OctetsPerState(), Held: e.Held, Missed: e.Collision(), Mode: e.Mode.String(), Bounds: r.Config.Bounds(), End: e.End.String(),
		Exhausted: e.End == explore.Exhausted, Witnesses: r.Exercised(), Assumes: model.Assumed(r),
		Untested: append([]string{}, r.Untested()...), Vacuous: append([]string{}, r.Vacuous()...),
	}
}
