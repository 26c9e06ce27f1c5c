package vectors

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

const ours = "testdata/vectors.tsv"

func load(t *testing.T) []*Vector {
	t.Helper()
	text, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Read(ours, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The shipped machine does what every vector says, by the rules it names.
func TestVectors(t *testing.T) {
	all := load(t)
	if len(all) < 190 {
		t.Errorf("only %d vectors", len(all))
	}
	results := RunAll(all)
	if _, failed := Count(results, true); failed > 0 {
		var report strings.Builder
		Report(&report, results, true)
		t.Error(report.String())
	}
}

// Whatever is altered in a vector, its run must fail.
func TestAlteredVectorFails(t *testing.T) {
	alterations := map[string]func(c []string){
		"next_state": func(c []string) {
			if c[5] != "LAST-ACK" {
				c[5] = "LAST-ACK"
			} else {
				c[5] = "CLOSING"
			}
		},
		"emitted": func(c []string) {
			if c[6] == "-" {
				c[6] = "SEQ=1 CTL=RST"
			} else {
				c[6] = "-"
			}
		},
		"octets_delivered": func(c []string) { c[8] += "1" },
		"signal": func(c []string) {
			if c[9] != "reset" {
				c[9] = "reset"
			} else {
				c[9] = "-"
			}
		},
		"tcb_changes": func(c []string) {
			if c[7] != "new TCB" {
				c[7] = "SND.NXT=77"
			}
		},
	}
	text, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for what, alter := range alterations {
		for i, line := range lines[1:] {
			cells := strings.Split(line, "\t")
			alter(cells)
			all, err := Read("altered", strings.NewReader(lines[0]+"\n"+strings.Join(cells, "\t")+"\n"))
			if err != nil {
				t.Fatalf("%s of line %d altered: %v", what, i+2, err)
			}
			if what == "tcb_changes" && !all[0].keepsTCB() {
				continue
			}
			if all[0].Run().Passed() {
				t.Errorf("line %d passes with its %s altered: %s", i+2, what, strings.Join(cells, " | "))
			}
		}
	}
}

// A segment other than the vector's must not come to the same end everywhere.
func TestReportShowsExpectedAndGot(t *testing.T) {
	v := load(t)[0]
	v.Next++
	var report strings.Builder
	if err := Report(&report, RunAll([]*Vector{v}), false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{ours + ":2: FAIL V-001", "expected  LISTEN", "got       CLOSED", "\n0 passed, 1 failed\n"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, report.String())
		}
	}
}

// Rule labels are a warning by themselves, and a failure when asked for.
func TestRulesColumn(t *testing.T) {
	v := load(t)[0]
	v.Rules = []string{"SA-RST-3"}
	results := RunAll([]*Vector{v})
	if _, failed := Count(results, false); failed != 0 {
		t.Error("a rule that did not fire failed the vector without being asked for")
	}
	if _, failed := Count(results, true); failed != 1 {
		t.Error("a rule that did not fire passed")
	}
}

func TestReadErrors(t *testing.T) {
	header := strings.Join(columns, "\t") + "\n"
	good := []string{"V-1", "CLOSED", "RST", "-", "SEQ=7 CTL=RST", "CLOSED", "-", "-", "0", "-", "SA-CLOSED-1"}
	with := func(column int, cell string) string {
		cells := append([]string(nil), good...)
		cells[column] = cell
		return header + strings.Join(cells, "\t")
	}
	for _, c := range []struct{ text, want string }{
		{"", "no vector in the file"},
		{"name\tstate\n", "f:1: this is no file of vectors: column 1 of the header is not \"id\""},
		{header + "V-1\tCLOSED\n", "f:2: 2 columns, not 11"},
		{with(1, "CLOSD"), "f:2: column state: \"CLOSD\" is no state; the states are CLOSED LISTEN"},
		{with(3, "SND.UMA=1"), "column tcb_before: \"SND.UMA\" is no variable"},
		{with(3, "SND.NXT=1202 FIN.SEQ=1200"), "FIN.SEQ=1200, but a FIN that was sent is number SND.NXT-1 = 1201"},
		{with(3, "origin=both"), "origin is active or passive"},
		{with(3, "SND.UNA"), "\"SND.UNA\" is not NAME=VALUE"},
		{with(3, "(SND.UNA=1"), "a parenthesis without its partner"},
		{with(4, "SEQ=x CTL=RST"), "column segment: \"x\" is no number"},
		{with(4, "SEQ=4294967296 CTL=RST"), "is no number; write a decimal number below 4294967296"},
		{with(4, "SEQ=1 CTL=RTS"), "\"RTS\" is no control bit"},
		{with(4, "SEQ=1 SEQ=2 CTL=RST"), "SEQ stands twice"},
		{with(4, "SEQ=1 LEN=2 CTL=RST"), "\"LEN\" is no field of a segment"},
		{with(4, "CTL=RST"), "at least SEQ=n and CTL=bits"},
		{with(4, "SEQ=1 ACK=2 CTL=RST"), "ACK=n and the ACK bit in CTL go together"},
		{with(6, "SEQ=1 CTL=ACK"), "column emitted: ACK=n and the ACK bit"},
		{with(6, "SEQ=1 WND=1 CTL=RST"), "\"WND\" is no field of an emitted segment"},
		{with(7, "SND.UNA=-1"), "column tcb_changes: \"-1\" is no number"},
		{with(8, "-"), "column octets_delivered: \"-\" is no number"},
		{with(9, "urgent"), "column signal: \"urgent\" is no signal; write refused, reset, closing or -"},
		{with(10, "reset"), "column rules: \"reset\" is no label of a rule"},
		{with(0, "V-1") + "\n" + strings.Join(good, "\t"), "f:3: V-1 was line 2 already"},
	} {
		_, err := Read("f", strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// One run names several errors, and gives up on what is no file of vectors.
func TestReadNamesSeveralErrors(t *testing.T) {
	text := strings.Join(columns, "\t") + strings.Repeat("\nx", 100)
	_, err := Read("f", strings.NewReader(text))
	if n := strings.Count(err.Error(), "\n") + 1; n != maxErrors {
		t.Errorf("%d errors, not %d", n, maxErrors)
	}
}
