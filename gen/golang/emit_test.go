package golang

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	text "github.com/lockstep-tcp/lockstep/parser"
)

var update = flag.Bool("update", false, "write testdata/features.go.golden anew")

func emit(t *testing.T, folder string, reading ir.Reading) map[string][]byte {
	t.Helper()
	spec, found := text.Load(os.DirFS(folder))
	if spec == nil {
		t.Fatal(found)
	}
	p, err := ir.New(spec, reading)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Emit(p, folder)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// typecheck compiles the files as far as types go. They import nothing.
func typecheck(t *testing.T, files map[string][]byte) {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(fset, name, files[name], 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	conf := types.Config{Error: func(err error) { t.Error(err) }}
	if _, err := conf.Check("tcp", fset, parsed, nil); err != nil {
		t.Fatal(err)
	}
}

// TestReadings: every reading of the text is Go that compiles.
func TestReadings(t *testing.T) {
	const folder = "../../spec/tcp"
	readings := map[string]ir.Reading{"amended": ir.Amended(), "literal": ir.Literal()}
	spec, found := text.Load(os.DirFS(folder))
	if spec == nil {
		t.Fatal(found)
	}
	for _, d := range spec.Defects {
		readings[d.Name] = ir.LiteralIn(d.Name)
	}
	for name, reading := range readings {
		t.Run(name, func(t *testing.T) { typecheck(t, emit(t, folder, reading)) })
	}
}

// TestFeatures: what the language has and the text of TCP may not use at the moment.
func TestFeatures(t *testing.T) {
	files := emit(t, "testdata", ir.Amended())
	typecheck(t, files)
	got := string(files["features.go"]) + string(files["arithmetic.go"])
	const golden = "testdata/features.go.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("features.go differs from %s; look at the difference, then go test -update\n%s", golden, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return strings.Join(a[i:min(i+8, len(a))], "\n")
		}
	}
	return "it is shorter"
}
