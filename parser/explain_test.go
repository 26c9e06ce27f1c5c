package parser

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// prelude is a specification without findings, for mistakes to be added to.
func prelude(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/prelude.spec")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// labelled is the document that the prelude is about, as far as tests go.
var labelled = Document{RFC: 9293, Labels: []string{"MUST-1", "MUST-2", "MUST-11", "SHLD-1"}}

func codesOf(found Diagnostics) []string {
	var codes []string
	for _, d := range found {
		codes = append(codes, d.Code)
	}
	return codes
}

func TestPreludeIsRight(t *testing.T) {
	spec, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t)})
	if len(found) > 0 || spec == nil {
		t.Fatalf("%s", found)
	}
}

// example cuts an indented example out of an explanation.
func example(text, word string) string {
	_, text, found := strings.Cut(text, "\n"+word+"\n")
	if !found {
		return ""
	}
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "    ") {
			break
		}
		lines = append(lines, line[4:])
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestExplanationsHoldTrue(t *testing.T) {
	without := []string{"too-long", "too-large", "too-many", "unreadable", "no-spec"}
	for _, code := range Codes() {
		text := Explain(code)
		wrong, right := example(text, "wrong"), example(text, "right")
		if (wrong == "") != slices.Contains(without, code) || (wrong == "") != (right == "") {
			t.Errorf("%s: an example is missing:\n%s", code, text)
			continue
		}
		if wrong == "" {
			continue
		}
		_, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "wrong.spec": []byte(wrong)}, labelled)
		if !slices.Contains(codesOf(found), code) {
			t.Errorf("%s: the wrong example gives %v\n%s", code, codesOf(found), found)
		}
		_, found = LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "right.spec": []byte(right)}, labelled)
		if slices.Contains(codesOf(found), code) || found.HasErrors() {
			t.Errorf("%s: the right example gives\n%s", code, found)
		}
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`(?:errorf\(|report\([A-Z][a-z]+, |Code: |code := |code = )"([a-z-]+)"`)
	seen := map[string]bool{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			seen[m[1]] = true
			if !strings.HasSuffix(name, "_test.go") && Explain(m[1]) == "" {
				t.Errorf("%s: the code %s is not explained", name, m[1])
			}
		}
	}
	for _, code := range Codes() {
		if !seen[code] {
			t.Errorf("the code %s is explained and never given", code)
		}
	}
	for code, limit := range map[string]int{"too-deep": maxDepth, "too-long": maxStatement, "too-large": maxFileSize, "too-many": maxFindings, "bound": maxSends} {
		if !strings.Contains(Explain(code), " "+strconv.Itoa(limit)+" ") {
			t.Errorf("the explanation of %s does not name the limit %d", code, limit)
		}
	}
	if Explain("no-such-code") != "" {
		t.Error("something that is no code is explained")
	}
}
