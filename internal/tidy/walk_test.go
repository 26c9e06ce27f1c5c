package tidy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/lockstep-tcp/lockstep"
)

// A source is a file of the project.
type source struct {
	name string // from the root, with slashes
	text string
	tree *ast.File // of Go files
	set  *token.FileSet
}

func (s *source) folder() string    { return path.Dir(s.name) }
func (s *source) isTest() bool      { return strings.HasSuffix(s.name, "_test.go") }
func (s *source) isGenerated() bool { return strings.HasPrefix(s.text, "// Code generated") }
func (s *source) lines() int        { return strings.Count(s.text, "\n") }
func (s *source) line(p token.Pos) int {
	return s.set.Position(p).Line
}

// project reads the whole tree once.
var project = sync.OnceValues(func() ([]*source, error) {
	var all []*source
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case entry.Name() == ".git" && entry.IsDir():
			return filepath.SkipDir
		case entry.IsDir() || entry.Name() == ".git": // a file where the checkout is one of several
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		s := &source{name: filepath.ToSlash(name), text: string(text), set: token.NewFileSet()}
		if strings.HasSuffix(file, ".go") && !strings.Contains(s.name, "testdata/") {
			if s.tree, err = parser.ParseFile(s.set, file, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return err
			}
		}
		all = append(all, s)
		return nil
	})
	return all, err
})

func files(t *testing.T) []*source {
	t.Helper()
	all, err := project()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// goFiles are the Go files, those of testdata apart.
func goFiles(t *testing.T) []*source {
	var all []*source
	for _, s := range files(t) {
		if s.tree != nil {
			all = append(all, s)
		}
	}
	return all
}
