package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// docs/rfc9293-findings.md tells of the expected failures, of all and of no others: its
// table is the list, and each defect has a section with the words of the RFC and the
// commands. What the commands print, TestDocumentedOutput holds to the page.
func TestFindingsAreTheLetters(t *testing.T) {
	page := read(t, "docs/rfc9293-findings.md")
	var listed, rows []model.Letter
	for _, l := range model.Letters {
		l.Tried = false // shows in the command
		listed = append(listed, l)
	}
	row := regexp.MustCompile("(?m)^\\| \\[(B\\d+)\\]\\(#b\\d+\\) \\|[^|]*\\| `([^`]+)` \\| (\\S+) \\| (\\d+) \\|$")
	for _, m := range row.FindAllStringSubmatch(page, -1) {
		events, _ := strconv.Atoi(m[4])
		rows = append(rows, model.Letter{Defect: m[1], World: m[3], Property: m[2], Events: events})
	}
	if !slices.Equal(rows, listed) {
		t.Errorf("the table of the page has\n%v\nand the list is\n%v", rows, listed)
	}
	commands := map[string][]string{}
	for i := range model.Letters {
		l := &model.Letters[i]
		one := verify{Reading: "literal", Defect: []string{l.Defect}, NoTries: !l.Tried}
		commands[l.Defect] = append(commands[l.Defect], one.again(&model.Trace{Config: l.World, Property: l.Property}))
	}
	for _, section := range strings.Split(page, "\n## ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		if !regexp.MustCompile(`^B\d+$`).MatchString(name) {
			continue
		}
		tellsOf(t, name, text, commands[name])
		delete(commands, name)
	}
	for name := range commands {
		t.Errorf("the page has no section %s", name)
	}
}

// tellsOf looks for all that a section has to tell.
func tellsOf(t *testing.T, name, text string, commands []string) {
	t.Helper()
	for _, part := range []string{"\n> ", "\n**To the letter.** ", "\n**Instead.** ", "\n**Who else.** ", "\n```console\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("section %s has no %q", name, part)
		}
	}
	shown := regexp.MustCompile(`(?m)^\$ (lockstep verify .*)$`).FindAllStringSubmatch(text, -1)
	var found []string
	for _, m := range shown {
		found = append(found, m[1])
	}
	slices.Sort(found)
	slices.Sort(commands)
	if !slices.Equal(found, commands) {
		t.Errorf("section %s shows the commands\n%s\nand should show\n%s", name, strings.Join(found, "\n"), strings.Join(commands, "\n"))
	}
	for _, m := range regexp.MustCompile("takes (\\d+) events:\n\n```console\n\\$ lockstep .* -property (\\S+)\n").FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(model.Letters, func(l model.Letter) bool {
			return l.Defect == name && l.Property == m[2] && strconv.Itoa(l.Events) == m[1]
		}) {
			t.Errorf("section %s says that %s takes %s events", name, m[2], m[1])
		}
	}
}
