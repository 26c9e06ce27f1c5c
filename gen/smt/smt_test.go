package smt

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/gen/ir"
)

// decide lets z3 decide every claim about a text, one passage of it replaced; the answer
// is the claims that are not true.
func decide(t *testing.T, was, becomes string) (wrong []Claim) {
	t.Helper()
	if _, err := exec.LookPath("z3"); err != nil && os.Getenv("LOCKSTEP_Z3") != "required" {
		t.Skip("NOT TESTED: what rules do at full width: needs z3, of Debian's package z3: apt-get install -y z3")
	}
	files, err := filepath.Glob("../../spec/tcp/*.spec")
	if err != nil {
		t.Fatal(err)
	}
	text, found := fstest.MapFS{}, 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if was != "" {
			found += strings.Count(string(b), was)
			b = []byte(strings.Replace(string(b), was, becomes, 1))
		}
		text[filepath.Base(f)] = &fstest.MapFile{Data: b}
	}
	if was != "" && found != 1 {
		t.Fatalf("%q occurs %d times", was, found)
	}
	p, err := ir.Load(text, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	file, claims := Emit(p)
	if len(claims) != len(same) {
		t.Fatalf("%d claims of %d", len(claims), len(same))
	}
	name := filepath.Join(t.TempDir(), "claims.smt2")
	if err := os.WriteFile(name, file, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("z3", name).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 2*len(claims) {
		t.Fatalf("z3: %v\n%.2000s", err, out)
	}
	for i, c := range claims {
		if lines[2*i] != c.String() || lines[2*i+1] != "sat" && lines[2*i+1] != "unsat" {
			t.Fatalf("z3 does not decide whether %s\n%s", c, out)
		}
		if lines[2*i+1] == "sat" {
			wrong = append(wrong, c)
		}
	}
	return wrong
}

// TestClaims: words of properties and words of rules say the same of all 2^32 numbers.
func TestClaims(t *testing.T) {
	if testing.Short() {
		return // it takes z3 ten seconds
	}
	for _, c := range decide(t, "", "") {
		t.Errorf("it is not so that %s", c)
	}
}

// TestFalseClaims: texts broken on purpose, one character each.
func TestFalseClaims(t *testing.T) {
	if testing.Short() {
		return // thrice as long
	}
	for _, c := range []struct{ was, becomes, claim string }{
		{"= RCV.NXT =< SEG.SEQ < RCV.NXT + RCV.WND", "= RCV.NXT =< SEG.SEQ =< RCV.NXT + RCV.WND", "would-accept is acceptable-segment"},
		{"SND.ACKED) =< SEG.ACK =< SND.NXT", "SND.ACKED) < SEG.ACK =< SND.NXT", "ACK-bounded is ACK-in-range"},
		{"SEG.SEQ = RCV.NXT + 1 and RCV.WND = 0", "SEG.SEQ = RCV.NXT - 1 and RCV.WND = 0", "from-the-edge is at-right-edge"},
	} {
		wrong := decide(t, c.was, c.becomes)
		if len(wrong) != 1 || wrong[0].String() != c.claim {
			t.Errorf("%s: z3 denies %v, and not %s", c.becomes, wrong, c.claim)
		}
	}
}
