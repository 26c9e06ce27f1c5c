package smt

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/irtest"
)

// decide lets z3 decide claims about a text, one passage of it replaced: all, or those that
// begin so. The answer is the claims that are not true.
func decide(t *testing.T, was, becomes, begin string) (wrong []Claim) {
	t.Helper()
	if _, err := exec.LookPath("z3"); err != nil && os.Getenv("LOCKSTEP_Z3") != "required" {
		t.Skip("NOT TESTED: what rules do at full width: needs z3, of Debian's package z3: apt-get install -y z3")
	}
	p := irtest.Load(t, "../../spec/tcp", ir.Amended())
	if was != "" {
		p = irtest.Changed(t, "../../spec/tcp", was, becomes)
	}
	file, claims := Emit(p)
	if rules := len(same) + 60; len(claims) < rules {
		t.Fatalf("%d claims, fewer than %d", len(claims), rules)
	}
	head, parts, _ := strings.Cut(string(file), "(echo ")
	asked := head
	var list []Claim
	for i, part := range strings.Split(parts, "(echo ") {
		if strings.HasPrefix(claims[i].Says, begin) {
			asked, list = asked+"(echo "+part, append(list, claims[i])
		}
	}
	name := filepath.Join(t.TempDir(), "claims.smt2")
	if err := os.WriteFile(name, []byte(asked), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("z3", name).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 2*len(list) {
		t.Fatalf("z3: %v\n%.2000s", err, out)
	}
	for i, c := range list {
		if lines[2*i] != c.Says || lines[2*i+1] != "sat" && lines[2*i+1] != "unsat" {
			t.Fatalf("z3 does not decide whether %s\n%s", c.Says, out)
		}
		if lines[2*i+1] != c.True {
			wrong = append(wrong, c)
		}
	}
	return wrong
}

// TestClaims: of all 2^32 numbers, words of properties and words of rules say the same, no
// rule of a block is out of reach, and some arm of each applies.
func TestClaims(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT TESTED: what rules do at full width: it takes z3 ten seconds")
	}
	for _, c := range decide(t, "", "", "") {
		t.Errorf("it is not so that %s", c.Says)
	}
}

// TestFalseClaims: texts broken on purpose, such that lockstep check sees nothing in them.
func TestFalseClaims(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT TESTED: that z3 finds broken texts broken: it takes some seconds")
	}
	for _, c := range []struct{ was, becomes, claim string }{
		{"= RCV.NXT =< SEG.SEQ < RCV.NXT + RCV.WND", "= RCV.NXT =< SEG.SEQ =< RCV.NXT + RCV.WND", "would-accept"},
		{"SND.ACKED) =< SEG.ACK =< SND.NXT", "SND.ACKED) < SEG.ACK =< SND.NXT", "ACK-bounded"},
		{"SEG.SEQ = RCV.NXT + 1 and RCV.WND = 0", "SEG.SEQ = RCV.NXT - 1 and RCV.WND = 0", "from-the-edge"},
		{"= RST and RCV.WND = 0 and SEG.SEQ = RCV.NXT + 1", "= RST and RCV.WND = 0 and SEG.LEN = 0 and SEG.SEQ + 1 = RCV.NXT + 1", "seq.RST-behind-probe may be the first"},
		{"rule ack.old  SA-ACK-7", "rule ack.old  if SEG.ACK =< SND.UNA  SA-ACK-7", "one applies of ack.new"},
		{"in CLOSING | LAST-ACK {\n        rule rst.closed", "in CLOSING {\n        rule rst.closed", "one applies of SYN-RECEIVED"},
	} {
		if len(decide(t, c.was, c.becomes, c.claim)) != 1 {
			t.Errorf("%s: z3 says that %s is as it was", c.becomes, c.claim)
		}
	}
}
