//go:build unix

package museum

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// A go command that never ends, nor does what it has started, and which hears no
// interruption: it says with each beat that it is there.
const endless = `#!/bin/sh
trap "" INT
while :; do : > "$BEAT"; sleep 0.02; done &
wait
`

// Who interrupts waits for nothing: no more bugs are planted, what compiles is stopped,
// and what was not run is not taken for what nobody has found. How long that takes depends
// on the machine; what it waits for here would not end at all.
func TestInterrupted(t *testing.T) {
	tools, beat := t.TempDir(), filepath.Join(t.TempDir(), "beat")
	if err := os.WriteFile(filepath.Join(tools, "go"), []byte(endless), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("BEAT", beat)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	entries := slices.Concat(Find("59"), Entries()) // the first one is compiled
	var ran []string
	results, err := RunAll(ctx, entries, Options{AtOnce: 2}, func(r Result) {
		ran = append(ran, r.ID)
		for len(ran) == 1 && !there(beat) { // both are at work
			time.Sleep(time.Millisecond)
		}
		interrupt()
	})
	if err == nil || !strings.HasPrefix(err.Error(), "interrupted: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is %v", err)
	}
	if entries[1].None != "" || !slices.Equal(ran, []string{entries[1].ID}) {
		t.Errorf("interrupted when the first was done, it ran %v", ran)
	}
	text := Summary(results)
	if !strings.Contains(text, " 0 not found, ") || !strings.Contains(text, " were not run, or not to their end (59, ") || !AllFound(results) {
		t.Errorf("it says\n%s", text)
	}
	var table strings.Builder
	if err := PrintTable(&table, results); err != nil || strings.Contains(table.String(), "NOBODY") || strings.Contains(table.String(), "canceled") {
		t.Errorf("%v\n%s", err, table.String())
	}
	os.Remove(beat)
	if time.Sleep(300 * time.Millisecond); there(beat) {
		t.Error("what the go command had started goes on")
	}
}

func there(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// A search that is interrupted ends, wherever it is.
func TestInterruptedSearch(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	r, err := search(ctx, func() model.Core { return model.Generated{} }, Options{}, model.Configs(), len(rounds))
	if !errors.Is(err, context.Canceled) || r.Killed || r.States >= rounds[0] {
		t.Errorf("%+v, %v", r, err)
	}
}
