package spin

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/irtest"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Where there is no spin, tests say so and are skipped; with LOCKSTEP_SPIN=required they fail.
func has(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrMissing) && os.Getenv("LOCKSTEP_SPIN") != "required" {
		t.Skip("NOT TESTED: the second opinion of SPIN: " + err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
}

const text = "../../spec/tcp"

// load reads the text; if was is not empty, changed by replacing that passage.
func load(t testing.TB, was, becomes string) *ir.Program {
	t.Helper()
	if was == "" {
		return irtest.Load(t, text, ir.Amended())
	}
	return irtest.Changed(t, text, was, becomes)
}

// TestAgreement: the same states, steps, rules and states of hosts, found by two
// checkers that share nothing but the text.
func TestAgreement(t *testing.T) {
	p := load(t, "", "")
	of := Configs()
	for _, name := range []string{"urgent", "window-scale", "large-windows", "time-wait-stamped"} {
		of = append(of, model.Find(name))
	}
	for _, c := range of {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel() // most of it is the C compiler's
			agree(t, p, c)
		})
	}
}

func agree(t *testing.T, p *ir.Program, c *model.Config) {
	x, err := Compare(t.Context(), p, c, Options{Dir: t.TempDir(), Coverage: true})
	has(t, err)
	e := x.Explorer.Report
	t.Logf("%d states %d steps; SPIN took %v, the explorer %v", e.States, e.Transitions, x.Spin.Elapsed, e.Elapsed)
	says(t, p, c, x)
	differences := x.Differences()
	if !c.Begun { // or the explorer does not count the rules of the first calls
		differences = append(differences, x.RuleDifferences(p)...)
	}
	for _, d := range differences {
		t.Error(d)
	}
	if len(x.Spin.Rules) < 20 || len(x.Spin.Pairs) < 10 {
		t.Errorf("SPIN saw %d rules and %d pairs of states only", len(x.Spin.Rules), len(x.Spin.Pairs))
	}
}

// counted is what the head of an export says of numbers.
var counted = regexp.MustCompile(`SPIN counts (\d+) states and (\d+) transitions before the world begins(?:.*\n.* so SPIN is to count (\d+)\.)?`)

// says holds the head of an export to what pan prints: the states that are not the world's, and
// the transitions; and where the world's are written down, all of them.
func says(t *testing.T, p *ir.Program, c *model.Config, x *Comparison) {
	t.Helper()
	source, err := Export(p, c)
	if err != nil {
		t.Fatal(err)
	}
	said := counted.FindStringSubmatch(string(source))
	if said == nil {
		t.Fatal("the head of the export does not say what SPIN counts")
	}
	e := x.Explorer.Report
	transitions := x.Spin.Steps + 1 // as pan prints them
	if states, steps := x.Spin.States-e.States, transitions-e.Transitions; number(said[1]) != states || number(said[2]) != steps {
		t.Errorf("SPIN counts %d states and %d transitions more than the explorer, and the head of the export says\n%s", states, steps, said[0])
	}
	if (c.States > 0) != (said[3] != "") || c.States > 0 && number(said[3]) != x.Spin.States {
		t.Errorf("SPIN counts %d states, and the head of the export says\n%s", x.Spin.States, said[0])
	}
}

// TestEveryWorld: each world of the text is exported, with every property of the text
// but those that are about other users, and those of events that are only tried; TLC is not
// asked which states it has met.
func TestEveryWorld(t *testing.T) {
	p := load(t, "", "")
	for _, c := range model.Configs() {
		source, err := Export(p, c)
		if err != nil {
			t.Error(err)
		}
		module, _, err := ExportTLA(p, c)
		if err != nil {
			t.Error(err)
		}
		for _, written := range []string{string(source), string(module)} {
			_, list, listed := strings.Cut(written, "Properties of the text that are not asked of this mod")
			if !listed {
				t.Errorf("%s: does no property need other users than %s has?", c.Name, c.Name)
			}
			for line := range strings.Lines(list) {
				name, why, ok := strings.Cut(line, ": ")
				if ok && strings.HasPrefix(line, "  ") && !strings.HasPrefix(why, "it is about other users than those of this world") && !strings.HasPrefix(why, "it is about an event that the explorer only tries: ") && !strings.HasSuffix(why, "and TLC looks for what must not be\n") {
					t.Errorf("%s leaves out%s: %s", c.Name, name, why)
				}
			}
		}
	}
}

// TestBroken: both checkers find each of these texts broken.
func TestBroken(t *testing.T) {
	for _, c := range []struct{ name, was, becomes string }{
		{"an octet too many is acknowledged", "RCV.NXT <- RCV.NXT + text-length", "RCV.NXT <- RCV.NXT + text-length + 1"},
		{"TIME-WAIT has no timer", "  start TIME-WAIT\n", ""},
	} {
		p := load(t, c.was, c.becomes)
		core := func() model.Core {
			m, err := interp.NewCore(p)
			if err != nil {
				t.Error(err)
			}
			return m
		}
		bySpin, byExplorer := "", ""
		for _, world := range Configs() {
			if bySpin == "" {
				source, err := Export(p, world)
				if err != nil {
					t.Fatal(err)
				}
				r, err := Run(t.Context(), p, source, Options{Dir: t.TempDir()})
				has(t, err)
				bySpin = r.Broken
			}
			if byExplorer == "" {
				r, err := model.Verify(t.Context(), world, model.Options{SafetyOnly: true, Core: core})
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Failures) > 0 {
					byExplorer = r.Failures[0].Property.Name
				}
			}
			if bySpin != "" && byExplorer != "" {
				break
			}
		}
		t.Logf("%s: SPIN: %.120s; explorer: %s", c.name, bySpin, byExplorer)
		if bySpin == "" || byExplorer == "" {
			t.Errorf("%s: found by SPIN %v, by the explorer %v", c.name, bySpin != "", byExplorer != "")
		}
	}
}
