package requirements

import (
	"strings"
	"testing"
)

const (
	twoDemanded  = "id\tlevel\tsection\tmeaning\nMUST-1\tMUST\t3.1\tOne.\nU-01\ttext\t3.4\tTwo.\n"
	twoFulfilled = "id\tstatus\tplaces\ttests\tnote\nMUST-1\tdone\tf.go:F\tx.TestF\t-\nU-01\topen\t-\t-\tnot begun\n"
)

func TestJoin(t *testing.T) {
	table, err := join(twoDemanded, twoFulfilled, map[string][]string{"U-01": {"rule a.b"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != 2 || table[0].Tests[0] != "x.TestF" || table[1].Text[0] != "rule a.b" || table[1].Status != Open {
		t.Errorf("got %+v %+v", table[0], table[1])
	}
}

func TestJoinErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"U-01\topen\t-\t-\tnot begun\n", "", "no line for U-01"},
		{"U-01\topen", "U-02\topen", "fulfilled.tsv:3: RFC 9293 has no U-02"},
		{"U-01\topen", "MUST-1\topen", "MUST-1 stands here twice"},
		{"x.TestF", "-", "MUST-1 is claimed to be done without a test"},
		{"f.go:F", "-", "no rule carries it and no code is named"},
		{"not begun", "-", "U-01 is open without a word why"},
		{"open", "later", "write done, refused or open"},
		{"\tnot begun", "", "4 columns, not 5"},
	} {
		_, err := join(twoDemanded, strings.Replace(twoFulfilled, c.old, c.new, 1), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q:\n got %v\nwant %s", c.new, c.old, err, c.want)
		}
	}
	_, err := join(twoDemanded, twoFulfilled, map[string][]string{"MUST-99": {"rule a.b"}})
	if err == nil || !strings.Contains(err.Error(), "rule a.b carries MUST-99, which RFC 9293 does not have") {
		t.Errorf("a label that RFC 9293 does not have: %v", err)
	}
}
