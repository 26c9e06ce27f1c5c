package parser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// seeds are all the texts there are, right and wrong.
func seeds(f *testing.F) {
	names, err := filepath.Glob("../spec/*/*.spec")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(names, "testdata/prelude.spec") {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	wrong, err := filepath.Glob("testdata/wrong*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range wrong {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".spec") {
				f.Add(file.Data)
			}
		}
	}
}

// FuzzParse reads any text, by itself and added to a right specification: there is
// a tree or there are errors, every finding has a place and can be explained.
func FuzzParse(f *testing.F) {
	seeds(f)
	right := prelude(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, files := range []map[string][]byte{{"a.spec": text}, {"a.spec": text, "prelude.spec": right}} {
			spec, found := LoadFiles(files)
			if (spec == nil) != found.HasErrors() {
				t.Errorf("a tree: %v, errors: %v", spec != nil, found.HasErrors())
			}
			for _, d := range found {
				if d.Pos.File == "" || Explain(d.Code) == "" || !strings.HasPrefix(d.String(), d.Pos.String()) {
					t.Errorf("a finding without a place or an explanation:\n%s", d)
				}
			}
		}
	})
}

// FuzzFormat formats any text that is well formed: the words stay the same, and a
// second time nothing changes.
func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := Format(text)
		if err != nil {
			return
		}
		twice, err := Format(once)
		if err != nil {
			t.Fatalf("what was formatted is refused: %v\n%s", err, once)
		}
		if !bytes.Equal(once, twice) {
			line, was, is := firstDifference(once, twice)
			t.Errorf("line %d changes again: %q is now %q", line, was, is)
		}
		if was, is := words(text), words(once); was != is {
			t.Errorf("the words change:\n%s\nwere\n%s", is, was)
		}
	})
}

// words are the tokens of a text without what only divides lines.
func words(text []byte) string {
	var list []string
	for _, t := range newSource("", text).tokens() {
		if t.Type != tokNewline && t.Value != ";" {
			list = append(list, tokenText(t))
		}
	}
	return strings.Join(list, "\n")
}
