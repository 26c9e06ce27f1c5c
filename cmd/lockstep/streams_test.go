package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/race"
)

// full is a writer on a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// Whichever verb it is: what could not be printed is said, once, and is no success.
func TestNotPrinted(t *testing.T) {
	for _, command := range []string{
		"verify -config urgent-unread", "verify -config urgent-unread -json", "verify -list", "mutate -list", "mutate -list -json", "museum -list", "museum -list -json",
		"soak -cases 2", "soak -list", "scenarios", "scenarios -json", "export", "graph", "explain rst.not-exact", "requirements", "check", "check -json",
		"vectors ../../internal/vectors/testdata/vectors.tsv", "demo -size 1",
	} {
		var says strings.Builder
		code := run(strings.Fields(command), full{}, &says)
		if code == fine || strings.Count(says.String(), "no space left on device") != 1 {
			t.Errorf("%s ends with %d, and says\n%s", command, code, says.String())
		}
	}
}

// What was found counts, whatever else went wrong; and that is said.
func TestEnds(t *testing.T) {
	other := errors.New("the disk is full")
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{nil, fine, ""},
		{errFindings, findings, ""},
		{errTold, trouble, ""},
		{other, trouble, "lockstep verb: the disk is full\n"},
		{failed{other}, findings, "lockstep verb: the disk is full\n"},
		{errors.Join(errFindings, other), findings, "lockstep verb: the disk is full\n"},
		{errors.Join(other, errors.Join(errFindings, errTold)), findings, "lockstep verb: the disk is full\n"},
	} {
		var says strings.Builder
		if code := conclude("verb", &says, c.err); code != c.code || says.String() != c.says {
			t.Errorf("%v: %d, %q", c.err, code, says.String())
		}
	}
}

// Ctrl-C, and what timeout and CI send, end a search with what it has come to.
func TestInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" || race.Brief() {
		t.Skip("NOT TESTED: interruptions: Windows has no such signals, and what interprets the text is slow")
	}
	kept := t.TempDir()
	for _, c := range []struct {
		command   string
		code      int
		out, says string
	}{
		{"verify -config data-reordered,urgent-unread -workers 1 -keep " + kept, trouble, " interrupted\n", "not exhausted: data-reordered (interrupted), urgent-unread (not begun)\n"},
		{"verify -config data-reordered -workers 1 -json", trouble, `"end": "interrupted"`, "lockstep verify: interrupted: "},
		{"soak -for 1m -workers 1", fine, "\nto go on: lockstep soak -seed ", ""},
		{"soak -for 1m -workers 1 -json", fine, `"next_seed": `, ""},
		{"mutate -workers 1", trouble, " more not run to the end: nothing is known of these\n", "lockstep mutate: interrupted: "},
		{"mutate -workers 1 -json", trouble, `"unfinished": true`, "lockstep mutate: interrupted: "},
		{"museum", trouble, " were not run, or not to their end (", "lockstep museum: interrupted: "},
	} {
		for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(c.command+" "+s.String(), func(t *testing.T) {
				t.Parallel()
				exe, err := os.Executable()
				if err != nil {
					t.Fatal(err)
				}
				var out, says strings.Builder
				cmd := exec.Command(exe, strings.Fields(strings.ReplaceAll(c.command, kept, filepath.Join(kept, s.String())))...)
				cmd.Args[0], cmd.Stdout, cmd.Stderr = "lockstep", &out, &says
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Second)
				if err := cmd.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				cmd.Wait() // how it ended is looked at below
				if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(out.String()+says.String(), c.says) {
					t.Errorf("it ends with %d:\n%s\n%s", code, out.String(), says.String())
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("after the signal it took %v", took)
				}
			})
		}
	}
	t.Cleanup(func() {
		for _, s := range []string{"interrupt", "terminated"} {
			if _, err := os.Stat(filepath.Join(kept, s, "data-reordered.search")); err != nil {
				t.Error("not kept:", err)
			}
		}
	})
}
