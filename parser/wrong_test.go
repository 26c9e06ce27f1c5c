package parser

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what is found into testdata")

// TestWrong holds every mistake in testdata/wrong*.txtar to its exact messages.
// Each name.spec is read together with testdata/prelude.spec.
func TestWrong(t *testing.T) {
	for name, least := range map[string]int{"wrong": 40, "wrong_figures": 12, "wrong_properties": 12, "wrong_worlds": 12} {
		testWrong(t, "testdata/"+name+".txtar", least)
	}
}

func testWrong(t *testing.T, name string, least int) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files := archive.Files
	if len(files) < 2*least {
		t.Errorf("%s: %d mistakes are too few", name, len(files)/2)
	}
	for i := 0; i+1 < len(files); i += 2 {
		spec, want := &files[i], &files[i+1]
		if strings.TrimSuffix(spec.Name, ".spec") != strings.TrimSuffix(want.Name, ".want") {
			t.Fatalf("%s is followed by %s", spec.Name, want.Name)
		}
		t.Run(strings.TrimSuffix(spec.Name, ".spec"), func(t *testing.T) {
			_, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "wrong.spec": spec.Data}, labelled)
			got := found.String()
			switch {
			case *update:
				want.Data = []byte(got)
			case got != string(want.Data):
				t.Errorf("the messages are\n%s\nand should be\n%s", got, want.Data)
			case got == "":
				t.Error("nothing is found")
			}
		})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
