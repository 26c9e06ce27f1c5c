package main

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// A failure that is expected and does not happen, or otherwise, is one.
func TestNotAsExpected(t *testing.T) {
	if race.Brief() {
		t.Skip("NOT TESTED: what is said of a reading that does not fail as expected: the text is interpreted a dozen times")
	}
	for _, c := range []struct {
		name string
		list []model.Letter
		says []string
	}{
		{"as expected", []model.Letter{{Defect: "B27", World: "handshake-close", Property: "CLOSE", Events: 6}}, nil},
		{"in a world where it does not happen", []model.Letter{{Defect: "B11", World: "urgent-unread", Property: "reset-in-SYN-SENT", Events: 3}},
			[]string{"NOT SHOWN, it does not fail (exhausted): ", ", 1 NOT AS EXPECTED: B11 reset-in-SYN-SENT\n"}},
		{"by another property's name", []model.Letter{{Defect: "B27", World: "handshake-close", Property: "CLOSE", Events: 6}, {Defect: "B27", World: "handshake-close", Property: "figure-5", Events: 6}},
			[]string{"expected failure: LAST-ACK at once", "NOT SHOWN, it does not fail (exhausted): ", "2 expected failures of 1 defect, 1 NOT AS EXPECTED: B27 figure-5\n", "none is broken."}},
		{"after more events", []model.Letter{{Defect: "B27", World: "handshake-close", Property: "CLOSE", Events: 5}}, []string{" 6 events ", "FAILS OTHERWISE, expected after 5 events: "}},
		{"which the code that ships cannot pass, for it was never asked", []model.Letter{{Defect: "B27", World: "urgent-unread", Property: "PAWS", Events: 6}}, []string{"NOT PASSED: PAWS in urgent-unread (exhausted, never put to the test)\n"}},
	} {
		var out strings.Builder
		v := verify{Reading: "literal", Workers: 1}
		if err := v.letter(streams{&out, io.Discard}, c.list); errors.Is(err, errFindings) != (c.says != nil) || err != nil && c.says == nil {
			t.Errorf("%s: ends with %v", c.name, err)
		}
		for _, want := range c.says {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, out.String())
			}
		}
		out.Reset()
		v.JSON = true
		err := v.letter(streams{&out, io.Discard}, c.list)
		var all letters
		if err2 := json.Unmarshal([]byte(out.String()), &all); err2 != nil || all.AsIs != (err == nil) || len(all.Literal) != len(c.list) || len(all.Amended) != len(c.list) {
			t.Errorf("%s: %v, %v:\n%s", c.name, err, err2, out.String())
		}
	}
}
