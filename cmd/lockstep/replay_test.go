package main

import (
	"strings"
	"testing"
)

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
