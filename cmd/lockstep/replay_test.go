package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/race"
)

// A trace that was edited is not said to hold where nothing was judged.
func TestReplayOfEditedTraces(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: edited traces: what interprets the text is slow")
	}
	literal := []string{"-reading", "literal", "-defect", "B5"}
	folder := t.TempDir()
	find := append([]string{"verify", "-config", "zero-window", "-property", "no-packet-war", "-workers", "1", "-out", folder}, literal...)
	if code := run(find, io.Discard, os.Stderr); code != findings {
		t.Fatalf("it ends with %d", code)
	}
	b, err := os.ReadFile(filepath.Join(folder, "zero-window-no-packet-war", "trace.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		edit      func(trace map[string]any)
		code      int
		out, says string
	}{
		{"as it was", func(map[string]any) {}, findings, "\nno-packet-war still does not hold (literal B5)\n", ""},
		{"a cycle from elsewhere", func(m map[string]any) { m["cycle"] = m["cycle"].(float64) - 1 }, trouble, "no-packet-war is not judged (",
			": nothing is known of no-packet-war: the cycle from event 10 on does not close here: the trace shows nothing that goes on for ever; walk it on the reading that it was found with, or find it anew\n"},
		{"no cycle", func(m map[string]any) { delete(m, "cycle") }, trouble, "", "the trace has neither a cycle nor an end\n"},
		{"a shorter one", func(m map[string]any) { s := m["schedule"].([]any); m["schedule"] = s[:len(s)-1] }, trouble, "", "does not close here"},
		{"another property", func(m map[string]any) { m["property"] = "both-end" }, trouble, "both-end is not judged (RFC 9293 3.6", "nothing is known of both-end: the cycle never does"},
		{"an event that there is not", func(m map[string]any) { m["schedule"].([]any)[2].(map[string]any)["arg"] = 77 }, trouble,
			"", "event 3 is a call at A with arg 77, which none has in configuration zero-window\n"},
		{"another event", func(m map[string]any) { m["schedule"].([]any)[2].(map[string]any)["text"] = "A calls ABORT" }, findings,
			"\nno-packet-war still does not hold (literal B5)\nit goes another way than when it was found: event 3 is \"A calls SEND 2\" here, and was \"A calls ABORT\"\n", ""},
		{"another reading", func(m map[string]any) { delete(m, "reading") }, fine, "\nno-packet-war holds as far as the schedule can be walked: event ", ""},
		{"a reading that there is not", func(m map[string]any) { m["reading"] = "sloppy" }, trouble, "", `in the reading "sloppy", which there is not; name one with -reading`},
		{"a number that is none", func(m map[string]any) { m["schedule"].([]any)[2].(map[string]any)["arg"] = -1 }, trouble, "",
			`the event "call" at host "A", "A calls SEND 2": its arg is -1; want a number from 0 to 65535`},
		{"a configuration that is none", func(m map[string]any) { m["config"] = 3 }, trouble, "", "no trace: config can't be a number"},
	} {
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		c.edit(m)
		changed, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "trace.json")
		if err := os.WriteFile(file, changed, 0o666); err != nil {
			t.Fatal(err)
		}
		var out, says strings.Builder
		code := run([]string{"replay", file}, &out, &says)
		if code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(says.String(), c.says) || code == trouble && (strings.Contains(out.String(), " holds (") || strings.Contains(out.String(), " holds now")) {
			t.Errorf("%s: it ends with %d:\n%s\n%s", c.name, code, out.String(), says.String())
		}
	}
}

// Enter goes on, q ends, and where the lines end, it goes on.
func TestAsking(t *testing.T) {
	var prompt strings.Builder
	next := asking(strings.NewReader("\nx\nq\n"), &prompt)
	for i, want := range []bool{true, true, false, true, true} {
		if got := next(); got != want {
			t.Errorf("answer %d: goes on: %v", i+1, got)
		}
	}
	if n := strings.Count(prompt.String(), "[Enter: next, q: end] "); n != 5 {
		t.Errorf("asked %d times: %s", n, prompt.String())
	}
}

// Whatever a file holds, it is walked or refused; cases of the simulator are left out,
// for they may take their time.
func FuzzReplay(f *testing.F) {
	f.Add([]byte(`{"scenario":"figure-7"}`))
	f.Add([]byte(`{"config":"data","property":"figure-5","cycle":-1,"schedule":[{"event":"deliver","host":"B"}]}`))
	f.Add([]byte(`{"test":"hostile"}`))
	f.Add([]byte(`[1]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if strings.Contains(strings.ToLower(string(b)), "test") || len(b) > 2000 {
			return
		}
		a, err := (&replay{Reading: "amended"}).walk(b)
		if (a == nil) == (err == nil) {
			t.Fatalf("%v, %v", a, err)
		}
		if err == nil && a.Broken {
			t.Errorf("the code that ships breaks %s", a.Property)
		}
	})
}
