package museum

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/spec"
)

var (
	all = flag.Bool("museum.all", false, "run all entries: minutes on two processors")
	run = flag.String("museum.run", "", "run the entries whose IDs match this `pattern`")
)

// numbers is how many bugs the museum has.
const numbers = 46

func TestEntries(t *testing.T) {
	seen, bugs := map[string]bool{}, map[string]bool{}
	for _, e := range Entries() {
		if seen[e.ID] {
			t.Errorf("%s is there twice", e.ID)
		}
		seen[e.ID], bugs[e.Number()] = true, true
		if e.Stack == "" || e.Title == "" || len(e.Origin) == 0 {
			t.Errorf("%s does not say where it was, what it was, or who says so", e.ID)
		}
		for _, link := range e.Origin {
			if !strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "http://") {
				t.Errorf("%s: %q is no link", e.ID, link)
			}
		}
		if e.None == "" && (e.Planted == "" || e.Property == "" || len(e.Patches) == 0) {
			t.Errorf("%s does not say what is planted and who finds it", e.ID)
		}
		if e.Where == Runtime && e.Check == (Check{}) {
			t.Errorf("%s does not say which test finds it", e.ID)
		}
		if c := e.Check; c != (Check{}) && (c.Package != "./proptest" || !strings.HasPrefix(c.Run, "TestStack/^")) {
			t.Errorf("%s is to be found by %s in %s, which is no property of runs: it has no trace to show", e.ID, c.Run, c.Package)
		}
	}
	if len(bugs) != numbers {
		t.Errorf("%d bugs, want %d", len(bugs), numbers)
	}
}

// TestPatchesApply holds the patches to the sources as they are now.
func TestPatchesApply(t *testing.T) {
	root, err := Root(".")
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range Entries() {
		switch {
		case e.Where == Text && race.Brief() && i%5 != 0:
		case e.Where == Text:
			text, err := PatchedText(&e)
			if err == nil {
				_, err = cores(text)
			}
			if err != nil {
				t.Errorf("%s: %v", e.ID, err)
			}
		case e.Where == Runtime:
			if _, err := e.changed(root); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("%s: planted in %q", e.ID, e.Where)
		}
	}
}

func TestPatchMustFit(t *testing.T) {
	p := Patch{"file", "a", "b"}
	for content, fits := range map[string]bool{"": false, "xay": true, "aa": false} {
		if _, err := p.apply([]byte(content)); (err == nil) != fits {
			t.Errorf("%q: %v", content, err)
		}
	}
	same := Patch{"file", "a", "a"}
	if _, err := same.apply([]byte("a")); err == nil {
		t.Error("a patch that changes nothing was taken for one")
	}
}

// TestShippedTextHasNone holds the text as it ships to what finds the bugs: else
// finding one would mean nothing.
func TestShippedTextHasNone(t *testing.T) {
	worlds, most := model.Configs(), 1
	switch {
	case *all:
		most = 2
	case race.Brief():
		worlds = worlds[:4]
	}
	core, err := cores(spec.TCP())
	if err != nil {
		t.Fatal(err)
	}
	r, err := search(t.Context(), core, Options{}, worlds, most)
	if err != nil {
		t.Fatal(err)
	}
	if r.Killed {
		t.Errorf("the shipped text breaks %s in configuration %s, after %d events: %v", r.By, r.Config, r.Steps, r.Trace.Schedule)
	}
}

// few of those that are compiled are enough to see that planting works: one in each
// package of the runtime, and one of the text. All of them take a minute: -museum.all.
const (
	few    = "^(25|59|65|89)$"
	fewest = "^(5|59)$" // with the race detector
)

// TestAllAreFound plants the bugs of the text that the explorer finds, and a few others,
// or all of them.
func TestAllAreFound(t *testing.T) {
	wanted := *run
	if *all {
		wanted = "."
	}
	var entries []Entry
	for _, e := range Entries() {
		ofText := e.Check == Check{}
		usual := ofText || !testing.Short() && regexp.MustCompile(few).MatchString(e.ID)
		if race.Enabled {
			usual = usual && regexp.MustCompile(fewest).MatchString(e.ID)
		}
		if wanted == "" && usual || wanted != "" && regexp.MustCompile(wanted).MatchString(e.ID) {
			entries = append(entries, e)
		}
	}
	results, err := RunAll(t.Context(), entries, Options{}, nil)
	if err != nil {
		t.Error(err)
	}
	for i, r := range results {
		if !r.Killed && entries[i].None == "" {
			t.Errorf("%s %s: nobody finds it: %s", r.ID, entries[i].Stack, entries[i].Planted)
		}
		if r.Killed && r.Trace == nil && (r.Packets == 0 || r.Case == "") {
			t.Errorf("%s %s: %s finds it, and shows no trace:\n%s", r.ID, entries[i].Stack, r.By, r.Output)
		}
		if r.Killed && r.By != entries[i].Property {
			t.Errorf("%s %s: found by %q, and the museum says %q", r.ID, entries[i].Stack, r.By, entries[i].Property)
		}
		if r.Trace != nil && !strings.Contains(r.Output, r.By+" does not hold (") {
			t.Errorf("%s %s: what found it is not shown:\n%s", r.ID, entries[i].Stack, r.Output)
		}
	}
	var table strings.Builder
	if err := PrintTable(&table, results); err != nil {
		t.Error(err)
	}
	t.Log("\n" + table.String())
}

func TestWithoutCheckout(t *testing.T) {
	e := Find("59")[0]
	if _, err := Run(t.Context(), &e, Options{Root: t.TempDir()}); !errors.Is(err, ErrNoCheckout) {
		t.Errorf("%v", err)
	}
}

// TestBrokenTestsFindNothing: what does not compile, and a test that is not there,
// are errors and no discoveries.
func TestBrokenTestsFindNothing(t *testing.T) {
	for name, e := range map[string]Entry{
		"does not compile": {ID: "x", Where: Runtime, Check: Check{"./proptest", "TestReadTraceRefuses"},
			Patches: []Patch{{"proptest/doc.go", "package proptest", "package proptest\n\nvar x int = y"}}},
		"no such test": {ID: "x", Where: Runtime, Check: Check{"./proptest", "TestNowhere"},
			Patches: []Patch{{"proptest/doc.go", "package proptest", "package proptest // changed"}}},
	} {
		if r, err := Run(t.Context(), &e, Options{}); err == nil || r.Killed {
			t.Errorf("%s: killed %v, error %v", name, r.Killed, err)
		}
	}
	e := Entry{ID: "x", Where: Runtime, Check: Check{"./proptest", "TestReadTraceRefuses"},
		Patches: []Patch{{"proptest/doc.go", "package proptest", "package proptest // changed"}}}
	if r, err := Run(t.Context(), &e, Options{}); err != nil || r.Killed {
		t.Errorf("nothing planted: killed %v by %s, error %v", r.Killed, r.By, err)
	}
}

// TestTreeIsUntouched: planting writes nothing into the source tree.
func TestTreeIsUntouched(t *testing.T) {
	root, err := Root(".")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "runtime", "wire", "tcp.go")
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	e := Find("59")[0]
	folder := t.TempDir()
	changed, err := e.changed(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := overlay(root, folder, changed); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(file)
	if err != nil || after.ModTime() != before.ModTime() || after.Size() != before.Size() {
		t.Errorf("%s was touched: %v", file, err)
	}
	if copied, err := os.ReadDir(folder); err != nil || len(copied) != 2 {
		t.Errorf("%d files, %v", len(copied), err)
	}
}

func TestTable(t *testing.T) {
	var s strings.Builder
	err := PrintTable(&s, []Result{
		{ID: "1", Killed: true, By: "CLOSE", Config: "handshake-close", States: 41, Steps: 3, Elapsed: time.Second},
		{ID: "59", Killed: true, By: "R1 stream integrity", Test: "TestStack/transfer", Packets: 7, Elapsed: time.Second},
		{ID: "61"},
		{ID: "63", Error: "no such file"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"41 states", "7 packets", "NOBODY", "NOT RUN: no such file", "4 bugs in 4 forms: 2 found, 1 not found (61), 0 without counterpart.", "\n1 were not run, or not to their end (63): ", "\nFound by another property than the museum says (59).\n"} {
		if !strings.Contains(s.String(), want) {
			t.Errorf("no %q in\n%s", want, s.String())
		}
	}
}

// One is one: of bugs, of forms, of packets and of steps.
func TestTableOfOne(t *testing.T) {
	for want, r := range map[string]Result{
		"1 packet  ":                {ID: "59", Killed: true, By: "R1 stream integrity", Test: "TestStack/transfer", Packets: 1, Elapsed: time.Second},
		"1 bug in 1 form: 1 found,": {ID: "1", Killed: true, By: "CLOSE", Config: "handshake-close", States: 41, Steps: 3, Elapsed: time.Second},
		"41 states  1 step  ":       {ID: "1", Killed: true, By: "CLOSE", Config: "handshake-close", States: 41, Steps: 1, Elapsed: time.Second},
	} {
		var s strings.Builder
		if err := PrintTable(&s, []Result{r}); err != nil || !strings.Contains(s.String(), want) {
			t.Errorf("%v; no %q in\n%s", err, want, s.String())
		}
	}
}
