package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/lockstep-tcp/lockstep/internal/places"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/parser"
)

const repository = "../.."

// documents are what a newcomer reads.
var documents = []string{"README.md", "CONTRIBUTING.md", "docs/walk.md", "docs/decisions.md", "docs/language.md", "docs/counterexamples.md", "docs/second-opinion.md", "docs/exploring.md", "docs/rfc9293-findings.md", "docs/mutation.md", "docs/properties.md"}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A block is what stands between two fences.
type block struct {
	line     int // of its first line
	language string
	lines    []string
}

func blocks(text string) (all []block) {
	var b *block
	for i, line := range strings.Split(text, "\n") {
		switch fence, is := strings.CutPrefix(line, "```"); {
		case is && b == nil:
			b = &block{line: i + 2, language: fence}
		case is:
			all, b = append(all, *b), nil
		case b != nil:
			b.lines = append(b.lines, line)
		}
	}
	return all
}

var mention = regexp.MustCompile("(?:^|[`$ ])(?:sudo |go run \\./cmd/)?lockstep ([a-z][^`#>|]*)")

// Every command line that the documentation shows, in blocks and in sentences, is one
// that the tool understands.
func TestDocumentedCommandsExist(t *testing.T) {
	found := 0
	for _, name := range documents {
		text := read(t, name)
		var shown []string
		for _, b := range blocks(text) {
			if b.language == "console" || b.language == "sh" {
				shown = append(shown, b.lines...)
			}
		}
		shown = append(shown, regexp.MustCompile("`[^`\n]+`").FindAllString(text, -1)...)
		for _, line := range shown {
			if m := mention.FindStringSubmatch(line); m != nil && (line[0] == '`' || line[0] == '$' || strings.HasPrefix(line, "sudo ") || strings.HasPrefix(line, "go run")) {
				found++
				understood(t, name, strings.Fields(strings.Trim(m[1], "`")))
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d commands in the documentation: is this test blind?", found)
	}
}

func understood(t *testing.T, name string, args []string) {
	t.Helper()
	grammar, err := kong.New(&tool{}, kong.Exit(func(int) {}), kong.Writers(new(strings.Builder), new(strings.Builder)))
	if err != nil {
		t.Fatal(err)
	}
	if len(args) == 1 && slices.ContainsFunc(grammar.Model.Children, func(verb *kong.Node) bool { return verb.Name == args[0] }) {
		return // a verb that is only named
	}
	if _, err := grammar.Parse(twoDashes(args)); err != nil {
		t.Errorf("%s shows `lockstep %s`: %v", name, strings.Join(args, " "), oneDash(err.Error()))
	}
}

// What the documentation shows of commands is what they print. A block called console is
// run, one document after the other in a copy of the project of its own; a line "..."
// stands for any number of lines, and … for anything within one.
func TestDocumentedOutput(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: that commands print what is documented: all of them run, which takes a minute")
	}
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clone := ""
			for _, b := range blocks(read(t, name)) {
				if b.language != "console" {
					continue
				}
				if clone == "" {
					clone = copyProject(t)
				}
				b.run(t, clone, name)
			}
		})
	}
}

func (b *block) run(t *testing.T, dir, name string) {
	t.Helper()
	for i := 0; i < len(b.lines); {
		command, ok := strings.CutPrefix(b.lines[i], "$ ")
		if !ok {
			t.Fatalf("%s:%d: output of no command", name, b.line+i)
		}
		first := i + 1
		for i = first; i < len(b.lines) && !strings.HasPrefix(b.lines[i], "$ "); i++ {
		}
		cmd := exec.Command("bash", "-c", command)
		cmd.Dir = dir
		// What is compiled in one copy need not be in the next: without -trimpath, Go's cache
		// tells packages apart by their folders.
		cmd.Env = append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -trimpath")
		got, _ := cmd.CombinedOutput() // what it prints says how it ended
		want := strings.TrimRight(strings.Join(b.lines[first:i], "\n"), "\n")
		if !matches(linesOf(want), linesOf(strings.TrimRight(string(got), "\n"))) {
			t.Errorf("%s:%d: $ %s\nprints\n%s\nand the document shows\n%s", name, b.line+first-1, command, got, want)
		}
	}
}

func linesOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// matches tells whether lines are what a document shows.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] == "..." {
		for i := range len(got) + 1 {
			if matches(want[1:], got[i:]) || len(want) == 1 {
				return true
			}
		}
		return false
	}
	pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(want[0]), "…", ".*") + "$"
	return len(got) > 0 && regexp.MustCompile(pattern).MatchString(strings.TrimRight(got[0], " ")) && matches(want[1:], got[1:])
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want, got string
		is        bool
	}{
		{"a|b", "a|b", true}, {"a", "a|b", false}, {"a|b", "a", false}, {"a|...", "a|b|c", true}, {"...|c", "a|b|c", true},
		{"...", "", true}, {"a|...|d", "a|b|c", false}, {"took …s.", "took 3.1s.", true}, {"took …s.", "took 3.1s!", false}, {"", "", true},
	} {
		if matches(linesOf(strings.ReplaceAll(c.want, "|", "\n")), linesOf(strings.ReplaceAll(c.got, "|", "\n"))) != c.is {
			t.Errorf("%q shows %q: %v", c.want, c.got, !c.is)
		}
	}
}

// A block called spec stands so in the text, whatever its indentation; "..." stands for any
// number of lines.
func TestDocumentedExcerpts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repository, "spec/tcp/*.spec"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range documents {
		for _, b := range blocks(read(t, name)) {
			if b.language != "spec" {
				continue
			}
			n++
			stands := func(file string) bool {
				text := read(t, filepath.Join("spec/tcp", filepath.Base(file)))
				return matches(trimmed("...\n"+strings.Join(b.lines, "\n")+"\n..."), trimmed(text))
			}
			if !slices.ContainsFunc(files, stands) {
				t.Errorf("%s:%d: this is not how it stands in spec/tcp", name, b.line)
			}
		}
	}
	if n == 0 {
		t.Error("no document shows the text: is this test blind?")
	}
}

func trimmed(text string) []string {
	lines := linesOf(text)
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return lines
}

// Programs of the documentation compile and do what they say.
func TestDocumentedPrograms(t *testing.T) {
	for _, name := range documents {
		for _, b := range blocks(read(t, name)) {
			if b.language != "go" || !strings.HasPrefix(b.lines[0], "package ") {
				continue
			}
			t.Run(fmt.Sprintf("%s:%d", name, b.line), func(t *testing.T) {
				file, how := "main.go", []string{"run"}
				if strings.Contains(strings.Join(b.lines, "\n"), "\nfunc Test") {
					file, how = "readme_test.go", []string{"test", "-vet=off"} // vet wants the folder to exist
				}
				how = append(how, "-overlay", overlay(t, map[string][]byte{"testdata/program/" + file: []byte(strings.Join(b.lines, "\n"))}), "./testdata/program")
				if out, err := exec.Command("go", how...).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

// Rules, actions and other words that the documentation names are in the text.
func TestDocumentedNames(t *testing.T) {
	text, found := parser.Load(os.DirFS(filepath.Join(repository, "spec/tcp")))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, d := range text.Named() {
		known[d.Kind+" "+d.Name] = true
	}
	list := regexp.MustCompile("(rule|action|guard|value|variable|invariant)s? ((?:`[A-Za-z0-9.-]+`(?:, | and )?)+)")
	for _, document := range documents {
		for _, m := range list.FindAllStringSubmatch(read(t, document), -1) {
			for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(m[2], -1) {
				if !known[m[1]+" "+name[1]] {
					t.Errorf("%s names the %s %s, which the text does not have", document, m[1], name[1])
				}
			}
		}
	}
}

// overlay lets go find files of this folder with other content, or where there are none.
func overlay(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	replace := map[string]string{}
	for name, content := range files {
		virtual, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		source := filepath.Join(folder, fmt.Sprintf("%d_%s", len(replace), filepath.Base(name)))
		if err := os.WriteFile(source, content, 0o666); err != nil {
			t.Fatal(err)
		}
		replace[virtual] = source
	}
	b, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(list, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return list
}

// Places of the code that the documentation names are there.
func TestDocumentedPlaces(t *testing.T) {
	place := regexp.MustCompile("`([a-z_0-9./]+\\.go:[A-Za-z.]+)`")
	for _, name := range documents {
		for _, m := range place.FindAllStringSubmatch(read(t, name), -1) {
			if err := places.Find(repository, m[1]); err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
			}
		}
	}
}

// copyProject copies the work tree, as a clone would be.
func copyProject(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	err := filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(repository, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, name), 0o777)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), b, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}
