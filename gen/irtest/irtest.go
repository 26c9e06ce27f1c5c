// Package irtest reads the text of TCP for tests: as it is, with a passage replaced, or
// with something added.
package irtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/gen/ir"
)

// Load reads the text in a folder, in a reading.
func Load(t testing.TB, folder string, reading ir.Reading) *ir.Program {
	t.Helper()
	return program(t, files(t, folder), reading)
}

// Changed reads it with one passage replaced, which must occur once.
func Changed(t testing.TB, folder, was, becomes string) *ir.Program {
	t.Helper()
	text, found := files(t, folder), 0
	for name, f := range text {
		found += strings.Count(string(f.Data), was)
		text[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), was, becomes))}
	}
	if found != 1 {
		t.Fatalf("%q occurs %d times in the text", was, found)
	}
	return program(t, text, ir.Amended())
}

// With reads it with another file beside it.
func With(t testing.TB, folder, more string) *ir.Program {
	t.Helper()
	text := files(t, folder)
	text["more.spec"] = &fstest.MapFile{Data: []byte(more)}
	return program(t, text, ir.Amended())
}

func files(t testing.TB, folder string) fstest.MapFS {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(folder, "*.spec"))
	if err != nil || len(list) == 0 {
		t.Fatal("no text in ", folder, err)
	}
	text := fstest.MapFS{}
	for _, name := range list {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text[filepath.Base(name)] = &fstest.MapFile{Data: b}
	}
	return text
}

func program(t testing.TB, text fstest.MapFS, reading ir.Reading) *ir.Program {
	t.Helper()
	p, err := ir.Load(text, reading)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
