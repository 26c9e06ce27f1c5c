package fields

import (
	"os"
	"regexp"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Every variable that the text declares in tcb { … } is found under the text's
// own spelling, and nothing else is.
func TestNamesAreTheTexts(t *testing.T) {
	text, err := os.ReadFile("../../spec/tcp/tcp.spec")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile(`(?ms)^tcb .*?^}`).Find(text)
	declared := regexp.MustCompile(`(?m)^  (\S+) +: `).FindAllSubmatch(block, -1)
	if len(declared) == 0 {
		t.Fatal("no tcb { … } block with variables in tcp.spec")
	}
	for _, d := range declared {
		if _, ok := Lookup(string(d[1])); !ok {
			t.Errorf("%s stands in the text, but no field of tcp.TCB has that name", d[1])
		}
	}
	if len(All) != len(declared) {
		t.Errorf("%d fields of tcp.TCB, %d variables in the text", len(All), len(declared))
	}
}

func TestSetGetDiff(t *testing.T) {
	var before, after tcp.TCB
	for _, name := range []string{"SND.UNA", "Snd.Wind.Shift", "FIN-queued"} {
		f, ok := Lookup(name)
		if !ok {
			t.Fatalf("no field %s", name)
		}
		if err := f.Set(&after, 1); err != nil {
			t.Fatal(err)
		}
	}
	if after.SND.UNA != 1 || after.Snd.Wind.Shift != 1 || !after.FINQueued {
		t.Errorf("Set did not reach its field: %+v", after)
	}
	got := ""
	for _, c := range Diff(&before, &after) {
		got += c.String() + " "
	}
	if want := "SND.UNA=1 Snd.Wind.Shift=1 FIN-queued "; got != want {
		t.Errorf("Diff: got %q, want %q", got, want)
	}
}

func TestSetRefusesWhatDoesNotFit(t *testing.T) {
	var b tcp.TCB
	for name, n := range map[string]uint32{"Snd.Wind.Shift": 256, "FIN-sent": 2} {
		f, _ := Lookup(name)
		if err := f.Set(&b, n); err == nil {
			t.Errorf("%s took %d", name, n)
		}
	}
}
