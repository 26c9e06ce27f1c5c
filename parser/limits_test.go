package parser

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/race"
)

// within fails a test that takes longer than anybody would wait.
func within(t *testing.T, limit time.Duration, do func()) {
	t.Helper()
	begin := time.Now()
	do()
	if took := time.Since(begin); took > limit {
		t.Errorf("took %v, more than %v", took, limit)
	}
}

func TestLimits(t *testing.T) {
	cases := []struct {
		name, text, code string
	}{
		{"ten megabytes", strings.Repeat("guard a = SYN\n", 10<<20/14), "too-large"},
		{"as large as may be", strings.Repeat("guard a = SYN\n", maxFileSize/14), "too-many"},
		{"blocks", "action a { " + strings.Repeat("if asked { ", 10000) + "drop" + strings.Repeat(" }", 10001), "too-deep"},
		{"blocks that are not closed", "action a { " + strings.Repeat("if asked {\n", 10000), "too-deep"},
		{"parentheses", "guard a = " + strings.Repeat("(", 10000) + "SYN" + strings.Repeat(")", 10000), "too-deep"},
		{"not", "guard a = " + strings.Repeat("not ", 10000) + "SYN", "too-long"},
		{"if", "value a : octets = " + strings.Repeat("1 if SYN else ", 5000) + "1", "too-long"},
		{"else", "action a { if SYN { drop }" + strings.Repeat(" else if ACK { drop }", 5000) + " }", "too-long"},
		{"operators", "guard a = SYN" + strings.Repeat(" or ACK", 10000), "too-long"},
		{"strings", strings.Repeat(`"`, 100001), "too-long"},
		{"braces", strings.Repeat("}", 100000), "unmatched-brace"},
	}
	for i, c := range cases {
		if race.Enabled && i > 0 {
			break // times say nothing here
		}
		t.Run(c.name, func(t *testing.T) {
			var found Diagnostics
			within(t, 30*time.Second, func() {
				_, found = LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "wrong.spec": []byte(c.text)})
			})
			if !strings.Contains(strings.Join(codesOf(found), " "), c.code) {
				t.Errorf("found %v, wanted %s", codesOf(found), c.code)
			}
			within(t, 30*time.Second, func() { Format([]byte(c.text)) })
		})
	}
}

// Too many cases of a condition are given up, not waited for.
func TestConditionsOfManyCases(t *testing.T) {
	cond := "(SYN or ACK) and (RST or FIN)" + strings.Repeat(" and (SYN or SEG.LEN = 1 or ACK or SEG.SEQ = TS2)", 20)
	text := `tcb { TS2 : seq chosen "…" }
events { POKE (segment) "" }
on POKE in any {
  unordered {
    rule poke.one  if ` + cond + `  { wake }
    rule poke.two  if not asked  { wake }
  }
}`
	within(t, 30*time.Second, func() {
		_, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "wrong.spec": []byte(text)})
		if len(found) != 1 || !strings.Contains(found[0].Message, "cannot be shown to exclude each other") {
			t.Errorf("%s", found)
		}
	})
}

func TestLoadWithoutFiles(t *testing.T) {
	spec, found := Load(fstest.MapFS{"readme.md": {Data: []byte("no spec")}})
	if spec != nil || len(found) != 1 || found[0].Code != "unreadable" {
		t.Errorf("%v %s", spec, found)
	}
	_, found = Load(broken{})
	if !found.HasErrors() || found.Err() == nil || !strings.Contains(found.Error(), "no such luck") {
		t.Errorf("%s", found)
	}
}

// broken is a folder whose files cannot be read.
type broken struct{}

func (broken) Open(string) (fs.File, error)           { return nil, fs.ErrPermission }
func (broken) Glob(string) ([]string, error)          { return []string{"a.spec"}, nil }
func (b broken) ReadFile(name string) ([]byte, error) { return nil, errLuck }

var errLuck = &fs.PathError{Op: "read", Path: "a.spec", Err: errText("no such luck")}

type errText string

func (e errText) Error() string { return string(e) }

func TestWithoutSpec(t *testing.T) {
	_, found := LoadFiles(map[string][]byte{"a.spec": []byte("# nothing\n")})
	want := `a.spec:1:1: error[no-spec]: no file says what is specified
    # nothing
    ^^^^^^^^^
help: it is written spec TCP "Transmission Control Protocol"  @rfc(9293)
`
	if found.String() != want {
		t.Errorf("%s", found)
	}
}

func TestFindingsAsJSON(t *testing.T) {
	_, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "a.spec": []byte("guard a = acceptible\n")})
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(found); err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "severity": "error",
    "code": "unknown-name",
    "pos": {
      "file": "a.spec",
      "line": 1,
      "col": 11
    },
    "length": 10,
    "message": "there is no variable, guard or value acceptible",
    "source": "guard a = acceptible",
    "help": "did you mean acceptable?",
    "related": [
      {
        "pos": {
          "file": "prelude.spec",
          "line": 60,
          "col": 7
        },
        "length": 10,
        "message": "acceptable is declared here",
        "source": "guard acceptable  = SND.UNA \u003c SEG.ACK =\u003c SND.NXT"
      }
    ]
  }
]
`
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
	none, err := json.Marshal(Diagnostics(nil))
	if string(none) != "[]" || err != nil {
		t.Errorf("no findings are %s, %v", none, err)
	}
}

// What is small to write and large to think about ends in time all the same.
func TestThoughtIsBounded(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.NewReplacer("#+", strconv.Itoa(i+1), "#", strconv.Itoa(i)).Replace(format))
		}
		return b.String()
	}
	poke := "events { POKE (segment) \"poked\" }\non POKE in any { "
	jumps := "if asked { goto CLOSED }; if asked { goto LISTEN }; if asked { goto OPEN }; "
	cases := map[string]string{
		"guards that double":       many(60, "guard g#+ = g# and g#\n") + "guard g0 = asked or state in OPEN or SYN\n" + poke + "unordered { rule a if g60 { wake }; rule b if not g60 { wake } } }",
		"a long chain of guards":   many(5000, "guard g#+ = g#\n") + "guard g0 = SYN\n" + poke + "if g5000 { wake } }",
		"a long cycle of guards":   many(5000, "guard g#+ = g#\n") + "guard g0 = g5000\n",
		"a long chain of actions":  many(3000, "action a#+ { a# }\n") + "action a0 { wake }\n" + poke + "a3000 }",
		"actions that double":      many(60, "action a#+ { a#; a# }\n") + "action a0 { send-SYN; " + jumps + " }\n" + poke + "a60 }",
		"states in nested blocks":  poke + strings.Repeat(jumps+"if asked { ", 25) + "wake" + strings.Repeat(" }", 26),
		"many unknown names":       many(3000, "guard some-name-# = other-name-#\n"),
		"many arms":                poke + "unordered {" + many(4000, "rule r# { }\n") + "} }",
		"many covered arms":        poke + "ordered {" + many(2000, "rule r# if SEG.LEN = # { }\n") + "} }",
		"many handlers of a state": many(2000, "on CALL in OPEN { rule r# { } }\n"),
		"many of one name":         many(4000, "guard same = SYN\n") + "action a (" + strings.Repeat("n : octets, ", 400) + "n : octets) { }",
		"many steps of one name":   poke + many(2000, "\nstep same { continue at step same }") + " }",
	}
	for name, text := range cases {
		if race.Enabled && name != "many steps of one name" {
			continue // times say nothing here
		}
		t.Run(name, func(t *testing.T) {
			within(t, 30*time.Second, func() {
				_, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "wrong.spec": []byte(text)})
				if codes := codesOf(found); slices.Contains(codes, "too-large") || slices.Contains(codes, "syntax") {
					t.Errorf("it does not come to the point:\n%s", found)
				}
			})
		})
	}
}
