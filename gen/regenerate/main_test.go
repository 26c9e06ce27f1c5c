package main

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// A text with a label that RFC 9293 does not have gives nothing.
func TestUnknownLabels(t *testing.T) {
	dir := t.TempDir()
	text := fstest.MapFS{"tiny.spec": {Data: []byte("spec Tiny \"a text about TCP\"  @rfc(9293)  MUST-9999\n")}}
	if _, err := regenerate(text, dir); err == nil || !strings.Contains(err.Error(), "tiny.spec:1:43: error[unknown-label]: ") {
		t.Errorf("%v", err)
	}
	if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
		t.Errorf("made %v, %v", made, err)
	}
}
