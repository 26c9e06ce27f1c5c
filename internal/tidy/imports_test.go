package tidy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room says what the non-test files of a folder, and of those below it, may import.
// Later rooms are stricter than earlier ones whose folder contains theirs.
type room struct {
	folder  string
	ours    []string // folders of this module; those below them, too
	outside bool     // modules that are neither ours nor the standard library
	std     bool
	why     string
}

var rooms = []room{
	{"cmd", []string{"generated", "gen", "parser", "spec", "runtime", "internal", "proptest"}, true, true, "the tool stands above everything"},
	{"internal", []string{"generated", "gen", "parser", "spec", "runtime", "internal"}, true, true, "libraries of the tool"},
	{"proptest", []string{"generated", "gen", "parser", "spec", "runtime", "internal", "proptest"}, true, true, "checks look at everything"},
	{"spec", nil, false, true, "the text depends on nothing"},
	{"parser", nil, true, true, "the language is apart from its consumers"},
	{"gen", []string{"gen", "parser"}, true, true, "gen must run while the code it made does not compile: towers meet only in files"},
	{"gen/regenerate", []string{"gen", "parser", "internal/requirements"}, false, true, "it makes all of generated, and must compile without it"},
	{"gen/interp", []string{"gen/ir", "parser", "generated/tcp"}, false, true, "the oracle that holds the generated code to the text, for tests only"},
	{"generated/tcp", nil, false, false, "the machine imports nothing: no clock, no I/O, no allocation can get in"},
	{"generated/proof", []string{"generated/tcp"}, false, false, "properties look at the machine and at nothing else"},
	{"runtime", []string{"generated/tcp", "runtime"}, false, true, "whoever imports the stack gets the standard library and nothing else"},
	{"runtime/wire", []string{"generated/tcp"}, false, true, "wire knows octets and headers only"},
	{"runtime/buffer", []string{"generated/tcp"}, false, true, "buffer knows octets and sequence numbers only"},
	{"runtime/trace", []string{"generated/tcp"}, false, true, "trace is a schema"},
	{"runtime/link", nil, false, true, "a link carries packets and knows nothing of them"},
	{"runtime/link/tun", []string{"runtime/link"}, true, true, "the one room of runtime that needs the operating system's own interface"},
	{"runtime/engine", []string{"generated/tcp", "runtime/wire", "runtime/buffer", "runtime/trace", "runtime/link"}, false, true, "no arrow runs back up"},
	{"runtime/socket", []string{"generated/tcp", "runtime/engine", "runtime/trace", "runtime/link"}, false, true, "sockets see the engine, not headers and rings"},
}

func within(folder, name string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

func TestImports(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.isTest() {
			continue
		}
		r := roomOf(s.folder())
		if r == nil {
			t.Errorf("%s: a folder without a room; say in imports_test.go what it may import, and why", s.name)
			continue
		}
		for _, imp := range s.tree.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := r.refuses(path); why != "" {
				t.Errorf("%s:%d: imports %s: %s; %s", s.name, s.line(imp.Pos()), path, why, r.why)
			}
		}
	}
}

func roomOf(folder string) *room {
	for i := len(rooms) - 1; i >= 0; i-- {
		if within(rooms[i].folder, folder) {
			return &rooms[i]
		}
	}
	return nil
}

// refuses says why a room may not import a package, or nothing.
func (r *room) refuses(path string) string {
	ours, isOurs := strings.CutPrefix(path, module+"/")
	first, _, _ := strings.Cut(path, "/")
	switch {
	case isOurs:
		if !slices.ContainsFunc(r.ours, func(f string) bool { return within(f, ours) }) {
			return fmt.Sprintf("of ours, %s may import %v", r.folder, r.ours)
		}
	case strings.Contains(first, "."):
		if !r.outside {
			return "another module"
		}
	case !r.std:
		return "the standard library"
	}
	return ""
}

// The interpreter knows the generated types; whoever generates must not.
func TestGenerationDoesNotInterpret(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.isTest() || !within("gen", s.folder()) {
			continue
		}
		for _, imp := range s.tree.Imports {
			if imp.Path.Value == strconv.Quote(module+"/gen/interp") {
				t.Errorf("%s:%d: imports the oracle: gen must run while generated/tcp does not compile", s.name, s.line(imp.Pos()))
			}
		}
	}
}

// The rooms themselves can refuse: a rule that nothing can break is no rule.
func TestRoomsRefuse(t *testing.T) {
	for _, c := range []struct{ folder, path string }{
		{"generated/tcp", "fmt"},
		{"runtime/engine", "github.com/alecthomas/kong"},
		{"runtime/engine", module + "/runtime/socket"},
		{"runtime/wire", module + "/runtime/engine"},
		{"runtime/socket", module + "/runtime/wire"},
		{"runtime/link", module + "/generated/tcp"},
		{"gen/golang", module + "/generated/tcp"},
		{"parser", module + "/gen"},
		{"runtime/socket", module + "/internal/ladder"},
	} {
		if roomOf(c.folder).refuses(c.path) == "" {
			t.Errorf("%s may import %s", c.folder, c.path)
		}
	}
}
