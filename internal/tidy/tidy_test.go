package tidy

import (
	"go/ast"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen"
)

// What a reader must take in at once fits into his head only up to some size.
func TestSizes(t *testing.T) {
	for _, s := range files(t) {
		most := 0
		switch {
		case strings.HasSuffix(s.name, ".spec") && strings.HasPrefix(s.name, "spec/"):
			most = 350
		case s.tree != nil && s.isGenerated():
			most = 800
		case s.tree != nil:
			most = 400
		default:
			continue
		}
		if n := s.lines(); n > most {
			t.Errorf("%s has %d lines, more than %d: is it one room?", s.name, n, most)
		}
	}
}

func TestFunctionSizes(t *testing.T) {
	const most = 70
	for _, s := range goFiles(t) {
		if s.isGenerated() {
			continue
		}
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if n := s.line(f.End()) - s.line(f.Pos()) + 1; n > most {
					t.Errorf("%s:%d: %s has %d lines, more than %d: a reader cannot see it whole", s.name, s.line(f.Pos()), f.Name.Name, n, most)
				}
			}
		}
	}
}

// A ban is something that must not be written, and why.
type ban struct {
	what  string
	where func(s *source) bool
	why   string
}

func anyGo(s *source) bool   { return s.tree != nil && !strings.HasPrefix(s.name, "internal/tidy/") }
func shipped(s *source) bool { return anyGo(s) && !s.isTest() }
func anyFile(s *source) bool { return !strings.HasPrefix(s.name, "internal/tidy/") }
func work(s *source) bool {
	return anyFile(s) && (s.tree != nil || strings.HasSuffix(s.name, ".spec") || strings.HasSuffix(s.name, ".md"))
}

var bans = []ban{
	{`go:` + `linkname`, anyGo, "goroutines parked by linkname are not durably blocked: testing/synctest hangs"},
	{`"unsafe"`, anyGo, "the stack reads packets from strangers: the compiler must be able to vouch for every access"},
	{`time\.Sleep\(`, shipped, "waiting is done on channels, conditions and timers: polling wastes time and hides races"},
	{`\b(TODO|FIXME|XXX)\b`, work, "unfinished things stand in the requirements' table, where a test counts them"},
	{`type \w*(Manager|Helper|Utils?)\b`, anyGo, "such a name tells nothing of what the thing does"},
	{`(^|[\s"'(=])/(work|root|home/\w+|Users/\w+)/`, anyFile, "a path of one machine means nothing on another"},
	{`\.\./shared\b`, anyFile, "the project stands alone"},
}

func TestBans(t *testing.T) {
	for _, b := range bans {
		find := regexp.MustCompile(b.what)
		for _, s := range files(t) {
			if !b.where(s) {
				continue
			}
			for i, line := range strings.Split(s.text, "\n") {
				if find.MatchString(line) {
					t.Errorf("%s:%d: %s\n    %s", s.name, i+1, b.why, strings.TrimSpace(line))
				}
			}
		}
	}
}

const hurry = "neither -short nor the race detector, which make it ten times as slow"

// skips are the tests that cannot run everywhere, and what they need.
var skips = map[string]string{
	"cmd/lockstep/docs_test.go":         hurry,
	"cmd/lockstep/folders_test.go":      hurry,
	"cmd/lockstep/memory_linux_test.go": hurry,
	"cmd/lockstep/letter_test.go":       hurry,
	"cmd/lockstep/patch_test.go":        hurry,
	"cmd/lockstep/regression_test.go":   hurry,
	"cmd/lockstep/replay_test.go":       hurry,
	"cmd/lockstep/streams_test.go":      hurry,

	"cmd/lockstep/tun_linux_test.go": "a network namespace and a TUN device",
	"gen/smt/smt_test.go":            "the solver z3, Debian's package z3",
	"proptest/spin/spin_test.go":     "the model checker SPIN, Debian's package spin, and a C compiler",
	"proptest/spin/tlc_test.go":      "the model checker TLC, which no package of Debian has",
}

// A skipped test looks like one that passed.
func TestNothingIsSkipped(t *testing.T) {
	skipping := map[string]bool{}
	for _, s := range goFiles(t) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(f.Sel.Name, "Skip") && s.isTest() {
					of, ok := f.X.(*ast.Ident)
					if !ok || !strings.Contains("tbf", of.Name) {
						return true
					}
					skipping[s.name] = true
					if skips[s.name] == "" {
						t.Errorf("%s:%d: a skipped test looks like one that passed; if it cannot run everywhere, say in tidy_test.go what it needs", s.name, s.line(n.Pos()))
					}
				}
			}
			return true
		})
	}
	for name := range skips {
		if !skipping[name] {
			t.Errorf("%s skips nothing any more: take it off the list", name)
		}
	}
}

// The code that ships is the text's, to the octet.
func TestGeneratedIsCurrent(t *testing.T) {
	changes, err := gen.Check(os.DirFS(root+"/spec/tcp"), root+"/generated")
	if err != nil {
		t.Fatal(err)
	}
	if !changes.None() {
		t.Errorf("generated/ is not what the text gives: stale %v, orphans %v; run go generate ./...", changes.Stale, changes.Orphans)
	}
}

// Whoever opens a folder should learn in a sentence what it is for.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, s := range goFiles(t) {
		if !s.isTest() {
			said[s.folder()] = said[s.folder()] || s.tree.Doc.Text() != ""
		}
	}
	for folder, ok := range said {
		if !ok {
			t.Errorf("%s: no package comment in any file", folder)
		}
	}
}

// Links of the documentation lead somewhere.
func TestLinks(t *testing.T) {
	there := map[string]bool{}
	for _, s := range files(t) {
		for name := s.name; name != ""; name = name[:max(strings.LastIndex(name, "/"), 0)] {
			there[name] = true
		}
	}
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, s := range files(t) {
		if !strings.HasSuffix(s.name, ".md") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(s.text, -1) {
			if !there[path.Join(path.Dir(s.name), m[1])] {
				t.Errorf("%s: the link to %s leads nowhere", s.name, m[1])
			}
		}
	}
}
