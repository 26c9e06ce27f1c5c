package model

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// docs/properties.md says how many of the text's properties are written in Go as well.
func TestDocumentedAgain(t *testing.T) {
	page, err := os.ReadFile("../../docs/properties.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("\n%d of those of hosts and steps are written a second time in Go, in tests", len(written)); !strings.Contains(string(page), want) {
		t.Errorf("docs/properties.md does not say %q", want)
	}
}
