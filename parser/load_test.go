package parser

import (
	"os"
	"testing"
)

func TestShippedText(t *testing.T) {
	spec, found := Load(os.DirFS("../spec/tcp"))
	if len(found) > 0 {
		t.Log(found)
	}
	if found.HasErrors() {
		t.FailNow()
	}
	t.Logf("%d rules, %d handlers", len(spec.Rules), len(spec.Handlers))
}
