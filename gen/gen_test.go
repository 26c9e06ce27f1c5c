package gen

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/spec"
)

const text = "../spec/tcp"

// TestUpToDate fails if a generated file is stale, missing or orphaned.
func TestUpToDate(t *testing.T) {
	changes, err := Check(os.DirFS(text), "../generated")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range changes.Stale {
		t.Errorf("generated/%s is not what the text gives; run go generate ./...", name)
	}
	for _, name := range changes.Orphans {
		t.Errorf("generated/%s is given by the text no longer; run go generate ./...", name)
	}
}

// TestWrite repairs a folder with a stale, a missing and an orphaned file, and
// leaves alone what it did not make.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	if _, err := Write(os.DirFS(text), dir); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "tcp/tcp.go", "// "+mark+"; edited by hand")
	write(t, dir, "tcp/gone.go", "// "+mark+" from spec/tcp/gone.spec; DO NOT EDIT.\n\npackage tcp\n")
	write(t, dir, "tcp/mine_test.go", "package tcp\n")
	if err := os.Remove(filepath.Join(dir, "tcp/words.go")); err != nil {
		t.Fatal(err)
	}
	changes, err := Write(os.DirFS(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(changes.Stale, []string{"tcp/tcp.go", "tcp/words.go"}) || !slices.Equal(changes.Orphans, []string{"tcp/gone.go"}) {
		t.Errorf("changes: %+v", changes)
	}
	if _, err := os.Stat(filepath.Join(dir, "tcp/mine_test.go")); err != nil {
		t.Error("a file that was not generated is gone:", err)
	}
	if changes, err = Check(os.DirFS(text), dir); err != nil || !changes.None() {
		t.Errorf("after writing: %+v, %v", changes, err)
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestSame: the same text gives the same octets.
func TestSame(t *testing.T) {
	a, err := Generate(os.DirFS(text))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Generate(os.DirFS(text))
	if err != nil {
		t.Fatal(err)
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

// TestShape holds generated Go to the house's sizes, and to importing nothing but,
// for proof, the machine it is about.
func TestShape(t *testing.T) {
	files, err := Generate(os.DirFS(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if n := bytes.Count(b, []byte("\n")); n > 800 {
			t.Errorf("%s has %d lines, more than 800", name, n)
		}
		machine := []byte(`import "github.com/lockstep-tcp/lockstep/generated/tcp"`)
		if strings.HasPrefix(name, "proof/") {
			b = bytes.Replace(b, machine, nil, 1)
		}
		if bytes.Contains(b, []byte("import ")) {
			t.Errorf("%s imports something", name)
		}
		for _, f := range bytes.Split(b, []byte("\nfunc ")) {
			body, _, _ := bytes.Cut(f, []byte("\n}\n"))
			if n := bytes.Count(body, []byte("\n")) + 2; n > 72 && !bytes.HasPrefix(f, []byte("//")) {
				t.Errorf("%s: a function of %d lines: %.40s", name, n, f)
			}
		}
	}
}

// The digest that is generated is that of the text, and another text has another.
func TestDigest(t *testing.T) {
	digest, err := Digest(spec.TCP())
	if err != nil || digest != proof.Text {
		t.Errorf("the text is %s, %v; generated/proof is from %s", digest, err, proof.Text)
	}
	seen := map[string]bool{}
	for _, text := range []fstest.MapFS{
		{"a.spec": {Data: []byte("x")}, "b.spec": {}}, {"a.spec": {}, "b.spec": {Data: []byte("x")}}, {"a.spec": {Data: []byte("x")}}, {},
	} {
		digest, err := Digest(text)
		if err != nil || seen[digest] {
			t.Errorf("%v: %s, %v", text, digest, err)
		}
		seen[digest] = true
	}
}
