package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/spec"
)

// edited is a copy of a file of the text in which some things are others.
func edited(t *testing.T, name string, changes ...string) string {
	t.Helper()
	b, err := fs.ReadFile(spec.TCP(), name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(changes); i += 2 {
		if strings.Count(text, changes[i]) != 1 {
			t.Fatalf("%s has %q %d times, want once", name, changes[i], strings.Count(text, changes[i]))
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// declaration is a property as the text has it.
func declaration(t *testing.T, name, property string) string {
	t.Helper()
	b, err := fs.ReadFile(spec.TCP(), name)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(b), "\nproperty "+property+" ")
	whole, _, ends := strings.Cut(rest, "\n\n")
	if !found || !ends {
		t.Fatalf("%s has no property %s", name, property)
	}
	return "\nproperty " + property + " " + whole + "\n"
}

// What is compiled in can be patched, too: the tool is built from the patched text.
func TestPatchOfWhatIsCompiledIn(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: patches of what is compiled in: the tool is built twice")
	}
	const properties = "properties.spec"
	strong := edited(t, properties, declaration(t, properties, "segment-size"), "",
		"running(DELAYED-ACK) implies RCV.NXT - Last.ACK.sent < 2 * SND.MSS", "not running(DELAYED-ACK)")
	crowded := edited(t, "worlds.spec", "\n  states   18288\n", "\n  states   18289\n")
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	kept := t.TempDir()
	first := "irst apply the patch: cp " + strong + " spec/tcp && go generate ./..."
	for _, c := range []struct {
		args  []string
		wants []string
	}{
		{[]string{"-patch", strong, "-workers", "1", "-out", kept}, []string{
			"the patched text leaves out property segment-size\nkilled    the patched text\n          by delayed-ACK-bound in ",
			"\ndelayed-ACK-bound does not hold (RFC 9293 3.8.6.3 SHLD-19)\n", "\n  it stands in:  " + strong + ":",
			" <SEQ=1000><CTL=SYN> ", "\nagain: lockstep mutate -patch " + strong + "\n", "\n       f" + first + "\n       lockstep replay " + kept,
		}},
		{[]string{"-patch", crowded, "-json"}, []string{
			`"by": "the pinned count",`, `"config": "urgent",`, `"says": "18288 states, where 18289 are pinned"`,
		}},
	} {
		var out strings.Builder
		if code := run(append([]string{"mutate"}, c.args...), &out, os.Stderr); code != fine {
			t.Errorf("%v ends with %d:\n%s", c.args, code, out.String())
		}
		for _, want := range c.wants {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, out.String())
			}
		}
	}
	tests, err := filepath.Glob(filepath.Join(kept, "*", "trace_test.go"))
	if err != nil || len(tests) != 1 {
		t.Fatal("kept:", tests, err)
	}
	if b, err := os.ReadFile(tests[0]); err != nil || !strings.HasPrefix(string(b), "// F"+first+": ") {
		t.Errorf("the test does not say what to do first: %s, %v", b, err)
	}
	empty(t, temporary)
	changes, err := gen.Check(os.DirFS(filepath.Join(repository, home)), filepath.Join(repository, "generated"))
	if err != nil || !changes.None() {
		t.Errorf("the work tree is not as it was: %v, %v", changes, err)
	}
}

// Who interrupts, or patches what code by hand relies on, leaves nothing behind.
func TestPatchThatIsNotBuilt(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: a patch that the compiler refuses: it runs")
	}
	ghosts := edited(t, "environment.spec", `  torn-text           : flag    "an octet was sent, or taken as acknowledged, that the user never gave"`+"\n", "")
	own := edited(t, "properties.spec", declaration(t, "properties.spec", "own-text"), "")
	shows := edited(t, "worlds.spec", " own-text,", "") // a world names it
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	m := &mutate{Patch: []string{ghosts, own, shows}}
	p, err := m.patched()
	if err != nil {
		t.Fatal(err)
	}
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	for ctx, want := range map[context.Context]string{
		interrupted: "interrupted",
		t.Context(): "edit spec/tcp itself, go generate ./..., and the code to match:\n# github.com/lockstep-tcp/lockstep/proptest/model\nproptest/model/text.go:",
	} {
		err := m.built(ctx, streams{io.Discard, io.Discard}, p)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		empty(t, temporary)
	}
}

// empty: what was put there meanwhile is gone.
func empty(t *testing.T, folder string) {
	t.Helper()
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
