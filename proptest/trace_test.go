package proptest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// What is no trace, or one of something else, is refused with what is wrong.
func TestReadTraceRefuses(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{``, "no trace of the simulator: EOF"},
		{`{"test":"transfer","case":"seed=1"} {}`, "something follows the trace"},
		{`{"test":"transfer","case":"seed=1","seeds":1}`, `unknown field "seeds"`},
		{`{"test":"transport","case":"seed=1"}`, `test "transport", which there is not`},
		{`{"test":"transfer","property":"R1 stream integrity"}`, "no case"},
		{`{"test":"transfer","case":"seed=1","property":"no such"}`, `property "no such", which there is not`},
		{`{"test":"transfer","case":"sead=1"}`, `the trace's case: sim: "sead=1"`},
	} {
		if _, err := ReadTrace([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.text, err, c.says)
		}
	}
}

// Whatever is read is the same when it is written and read again.
func FuzzReadTrace(f *testing.F) {
	f.Add([]byte(`{"test":"hostile","case":"seed=1 delay=1,2 A=mtu:576 B+0:listen A+1:open A#0:lose >A@0:SA","seed":7,"property":"R1","says":"","source":""}`))
	f.Add([]byte(`{"test":"twice","case":"A+1:send:3 cut=4:abort"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		trace, err := ReadTrace(b)
		if err != nil {
			return
		}
		written, err := json.Marshal(trace)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ReadTrace(written); err != nil || !reflect.DeepEqual(again, trace) {
			t.Errorf("%s is written as %s, %v", b, written, err)
		}
		if trace.goTest() == "" {
			t.Error("no test")
		}
	})
}

// A trace plays its case on the code as it is.
func TestTraceReplay(t *testing.T) {
	trace := &Trace{Test: "transfer", Case: "seed=1 B+0:listen A+1:open A+0:send:3", Property: "R1 stream integrity"}
	x, broken, err := trace.Replay()
	if err != nil || broken {
		t.Fatalf("broken: %v, %v", broken, err)
	}
	if ladder := x.Ladder(); x.Property != trace.Property || !strings.Contains(ladder, "<DATA=3>") {
		t.Errorf("%s:\n%s", x.Property, ladder)
	}
	if x.Unjudged {
		t.Error("text was read, and nothing is known")
	}
	trace.Property = "T19 probes grow rarer"
	if x, broken, err := trace.Replay(); err != nil || broken || !x.Unjudged {
		t.Errorf("no window is closed; broken %v, %v: %+v", broken, err, x)
	}
	for _, wrong := range []*Trace{{Test: "nothing", Case: trace.Case}, {Test: "transfer", Case: "nonsense"}} {
		if _, _, err := wrong.Replay(); err == nil {
			t.Errorf("%+v was played", wrong)
		}
	}
}

// Packets that are sent again look alike: of two it is the first that was lost, and of those
// that never arrive the last is under way, in the ladder and in the capture.
func TestFatesOfEqualPackets(t *testing.T) {
	for _, of := range []struct {
		words, ends, comments string
		underWay              int // of two that are equal and never arrive
	}{
		{"seed=0 delay=5,5 A#0:lose B+0:listen A+0:open", "X>", "A: sent in SYN-SENT|lost|A: sent in SYN-SENT|B: received in LISTEN", 0},
		{"seed=0 delay=5,5 A#0:lose A#1:lose B+0:listen A+0:open", "XX", "open.active|lost|timeout.retransmission|lost", 0},
		{"seed=0 delay=5,5 A#0:lose A#1:lose B+0:listen A+0:open", "X.", "open.active|lost|timeout.retransmission|still under way at the end", 1},
	} {
		x, broken, err := (&Trace{Test: "hostile", Case: of.words}).Replay()
		if err != nil || broken {
			t.Fatal(broken, err)
		}
		if of.underWay > 0 {
			x.Lost = func(_ []byte, later int) bool { return later >= of.underWay }
		}
		ends := ""
		for row := range strings.Lines(x.Ladder()) {
			if _, behind, found := strings.Cut(row, "--> <SEQ=0><CTL=SYN> "); found {
				ends += strings.TrimSpace(behind)[2:3]
			}
		}
		if ends != of.ends {
			t.Errorf("%s: the ladder's SYNs end in %q, want %q", of.words, ends, of.ends)
		}
		var capture bytes.Buffer
		if err := x.Capture(&capture); err != nil {
			t.Fatal(err)
		}
		rest := capture.String()
		for comment := range strings.SplitSeq(of.comments, "|") {
			var found bool
			if _, rest, found = strings.Cut(rest, comment); !found {
				t.Errorf("%s: the capture says no %q, or too early", of.words, comment)
			}
		}
	}
}
