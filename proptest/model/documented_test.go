package model

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The documents say how many properties are written in Go, and in which files: those no
// other checker is asked.
func TestDocumentedGo(t *testing.T) {
	page := func(name string) string {
		b, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	properties, all := page("properties.md"), 0
	for _, of := range []struct {
		file string
		list []Property
	}{
		{"transition", transitionProperties}, {"blind", blindProperties}, {"segment", segmentProperties}, {"text", textProperties},
		{"output", outputProperties}, {"user", userProperties}, {"poke", pokeProperties},
	} {
		all += len(of.list)
		if row := fmt.Sprintf("\n| %d | `properties_%s.go` | ", len(of.list), of.file); !strings.Contains(properties, row) {
			t.Errorf("docs/properties.md has no row %q", row)
		}
	}
	if text := len(textualProperties()) + len(tcbProperties()); text+all != len(Properties) {
		t.Errorf("%d properties of the text and %d in Go are not all %d", text, all, len(Properties))
	}
	for name, says := range map[string]string{
		"properties.md":     "\n%d of the explorer's properties are written in Go",
		"second-opinion.md": " And %d that the explorer asks are\n  [written in Go]",
	} {
		if want := fmt.Sprintf(says, all); !strings.Contains(page(name), want) {
			t.Errorf("docs/%s does not say %q", name, want)
		}
	}
}
