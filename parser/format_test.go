package parser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestShippedTextIsFormatted(t *testing.T) {
	names, err := filepath.Glob("../spec/*/*.spec")
	if err != nil || len(names) == 0 {
		t.Fatalf("no text to look at: %v", err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Format(src)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if line, was, is := firstDifference(src, got); line > 0 {
			t.Errorf("%s:%d is not formatted:\n  is     %q\n  wanted %q", name, line, was, is)
		}
	}
}

// firstDifference tells the first line in which two texts differ, 0 if none does.
func firstDifference(a, b []byte) (line int, was, is string) {
	if bytes.Equal(a, b) {
		return 0, "", ""
	}
	as, bs := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return i + 1, as[i], bs[i]
		}
	}
	return min(len(as), len(bs)), "", "another number of lines"
}
