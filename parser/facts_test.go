package parser

import (
	"slices"
	"testing"
)

func TestExclusion(t *testing.T) {
	cases := []struct {
		a, b    string
		exclude bool
	}{
		{"SYN", "not SYN", true},
		{"SYN", "ACK", false},
		{"SYN and ACK", "not (SYN and ACK)", true},
		{"SYN or ACK", "not SYN", false},
		{"not (SYN or ACK)", "SYN", true},
		{"not (SYN or ACK)", "not SYN", false},
		{"SYN or ACK", "not SYN and not ACK", true},
		{"state in CLOSED", "state in live", true},
		{"state in CLOSED | OPEN", "state in live", false},
		{"state in live", "not state in OPEN | LISTEN", true},
		{"not state in live", "not state in CLOSED", true},
		{"running(RETRY)", "not running(RETRY)", true},
		{"running(any)", "not running(RETRY)", false},
		{"asked = SYN", "asked != SYN", true},
		{"asked = SYN", "asked and not SYN", true},
		{"asked = SYN", "asked and SYN", false},
		{"SEG.LEN = 0", "SEG.LEN > 0", true},
		{"SEG.LEN = 0", "0 < SEG.LEN", true},
		{"0 < SEG.LEN", "SEG.LEN = 1", false},
		{"SEG.LEN =< 1", "SEG.LEN > 0", false},
		{"SEG.LEN =< 1", "SEG.LEN >= 1 and SEG.LEN != 1", true},
		{"SEG.LEN < 3", "SEG.LEN > 1 and SEG.LEN != 2", true},
		{"not SEG.LEN < 3", "SEG.LEN = 2", true},
		{"not SEG.LEN < 3", "SEG.LEN = 3", false},
		{"SEG.LEN < 0", "SYN", true},
		{"tries > 255", "SYN", true},
		{"SEG.LEN > 255", "SYN", false},
		{"SEG.LEN < SND.WND", "SEG.LEN >= SND.WND", true},
		{"SEG.LEN < SND.WND", "SND.WND < SEG.LEN", true},
		{"SEG.LEN =< SND.WND", "SND.WND =< SEG.LEN", false},
		{"not SEG.LEN = SND.WND", "SND.WND = SEG.LEN", true},
		{"SEG.SEQ < RCV.NXT", "not SEG.SEQ < RCV.NXT", true},
		{"SEG.SEQ < RCV.NXT", "SEG.SEQ = RCV.NXT", true},
		{"SEG.SEQ < RCV.NXT", "RCV.NXT < SEG.SEQ", false},
		{"SEG.SEQ < RCV.NXT", "SEG.SEQ >= RCV.NXT", false},
		{"SEG.SEQ < RCV.NXT", "not RCV.NXT > SEG.SEQ", true},
		{"SEG.SEQ != SEG.SEQ", "SYN", true},
		{"acceptable", "SND.UNA = SEG.ACK", true},
		{"acceptable", "SEG.ACK = SND.NXT", false},
		{"SEG.LEN - (1 if SYN else 0) = 0", "SEG.LEN - (1 if SYN else 0) > 0", true},
		{"SEG.LEN - (1 if SYN else 0) = 0", "SEG.LEN - (1 if ACK else 0) > 0", false},
		{"(1 if state in CLOSED else 0) = 0", "(1 if state in OPEN else 0) > 0", false},
		{"(SYN if ACK else RST)", "ACK and not SYN", true},
		{"(SYN if ACK else RST)", "not ACK and not SYN", false},
		{"SYN and false", "SYN", true},
	}
	for _, c := range cases {
		_, found := LoadFiles(map[string][]byte{"prelude.spec": prelude(t), "a.spec": []byte(`
events { POKE (segment) "poked" }
on POKE in any {
  unordered {
    rule poke.a  if ` + c.a + `  { wake }
    rule poke.b  if ` + c.b + `  { wake }
  }
}`)})
		if overlaps := slices.Contains(codesOf(found), "overlap"); overlaps == c.exclude {
			t.Errorf("%s, %s: exclude each other: %v\n%s", c.a, c.b, !overlaps, found)
		}
	}
}
