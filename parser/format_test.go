package parser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
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

// TestFormat formats every name.in of testdata/format.txtar into name.out.
func TestFormat(t *testing.T) {
	const name = "testdata/format.txtar"
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files := archive.Files
	for i := 0; i+1 < len(files); i += 2 {
		in, out := &files[i], &files[i+1]
		t.Run(strings.TrimSuffix(in.Name, ".in"), func(t *testing.T) {
			got, err := Format(in.Data)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				out.Data = got
			}
			if line, was, is := firstDifference(out.Data, got); line > 0 {
				t.Errorf("line %d is %q, wanted %q, in\n%s", line, is, was, got)
			}
			again, err := Format(got)
			if err != nil || !bytes.Equal(got, again) {
				t.Errorf("formatted again it is, %v,\n%s", err, again)
			}
		})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFormatRefuses(t *testing.T) {
	for _, text := range []string{"guard a = SYN and", "rule a { drop }", "action a { set b = C }", "action a {", "tcb { a : : b }", strings.Repeat("#", maxFileSize+1)} {
		if out, err := Format([]byte(text)); err == nil {
			t.Errorf("%.40q is formatted: %.40q", text, out)
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
