package scenario

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

var update = flag.Bool("update", false, "write the golden file")

// shipped is the text.
func shipped(t *testing.T) *parser.Spec {
	t.Helper()
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	if len(spec.Scenarios) < 8 {
		t.Fatalf("the text has %d scenarios; RFC 9293 has eight", len(spec.Scenarios))
	}
	return spec
}

// reading is the text's machine under one reading.
func reading(t *testing.T, spec *parser.Spec, r ir.Reading) model.Core {
	t.Helper()
	p, err := ir.New(spec, r)
	if err != nil {
		t.Fatal(err)
	}
	core, err := interp.NewCore(p)
	if err != nil {
		t.Fatal(err)
	}
	return core
}

// tellTo prints what a figure and the text disagree on.
func tellTo(b *strings.Builder) func(*Result) error {
	return func(r *Result) error {
		fmt.Fprintf(b, "\n%v\n", r.Counterexample("lockstep scenarios -figure "+r.Scenario.Name))
		return nil
	}
}

func differences(results []*Result) string {
	var b strings.Builder
	for _, r := range results {
		for _, d := range r.Disagreements {
			fmt.Fprintf(&b, "%s %v\n", r.Scenario.Name, d)
		}
	}
	return b.String()
}

// The machine that ships does what every figure draws.
func TestFigures(t *testing.T) {
	results := RunAll(shipped(t), model.Generated{})
	if got := differences(results); got != "" {
		var b strings.Builder
		Print(&b, results, tellTo(&b))
		t.Error(b.String())
	}
}

// Taken word for word, the RFC's text does not do what its Figure 7 draws: the
// SYN,ACK that completes a simultaneous open begins one number before the window.
func TestFiguresByTheLetter(t *testing.T) {
	spec := shipped(t)
	const want = `figure-7 line 6: A's state: drawn ESTABLISHED, got SYN-RECEIVED
figure-7 line 7: B's state: drawn ESTABLISHED, got SYN-RECEIVED
figure-7 line 6: A's segment: drawn none, got <SEQ=101><ACK=301><CTL=ACK>
`
	if got := differences(RunAll(spec, reading(t, spec, ir.Literal()))); got != want {
		t.Errorf("literally, figures and text differ in\n%swanted\n%s", got, want)
	}
	if got := differences(RunAll(spec, reading(t, spec, ir.LiteralIn("B4")))); got != want {
		t.Errorf("with B4 alone word for word, they differ in\n%swanted\n%s", got, want)
	}
}

// No other sentence that is amended shows in a figure.
func TestFiguresByOneLetter(t *testing.T) {
	spec := shipped(t)
	for _, d := range spec.Defects {
		if d.Name == "B4" {
			continue
		}
		if got := differences(RunAll(spec, reading(t, spec, ir.LiteralIn(d.Name)))); got != "" {
			t.Errorf("with %s word for word, figures and text differ in\n%s", d.Name, got)
		}
	}
}

// What is drawn wrongly is found, where it is drawn.
func TestWrongFigures(t *testing.T) {
	text, err := os.ReadFile("testdata/wrong.spec")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"wrong.spec": text}
	names, err := filepath.Glob("../../spec/tcp/*.spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if files[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	delete(files, "scenarios.spec")
	spec, found := parser.LoadFiles(files)
	if spec == nil {
		t.Fatal(found)
	}
	var got strings.Builder
	results := RunAll(spec, model.Generated{})
	Print(&got, results, tellTo(&got))
	// Other files than the figures' are edited: their lines are left open.
	printed := regexp.MustCompile(`(tcp/(?:[^w]|w[^r])[a-z0-9-]*\.spec):\d+`).ReplaceAllString(got.String(), "$1:N")
	if *update {
		if err := os.WriteFile("testdata/wrong.txt", []byte(printed), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/wrong.txt")
	if err != nil {
		t.Fatal(err)
	}
	if printed != string(want) {
		t.Errorf("got\n%s\nwanted\n%s", printed, want)
	}
}
