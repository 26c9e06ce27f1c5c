package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/museum"
)

// A bug that nobody finds is a failure, as JSON, too; one that was not run is none.
func TestNobodyFinds(t *testing.T) {
	for _, json := range []bool{false, true} {
		for _, c := range []struct {
			result museum.Result
			found  bool
		}{
			{museum.Result{ID: "61"}, true},
			{museum.Result{ID: "61", Killed: true}, false},
			{museum.Result{ID: "61", Error: "interrupted"}, false},
		} {
			m := museumRun{JSON: json}
			if err := m.conclude(streams{io.Discard, io.Discard}, []museum.Result{c.result}, nil, 0); errors.Is(err, errFindings) != c.found {
				t.Errorf("%+v, as JSON: %v: %v", c.result, json, err)
			}
		}
	}
}

// A bug is listed with its stack, and with the year if it is known.
func TestListedBugs(t *testing.T) {
	var out strings.Builder
	if err := (&museumRun{List: true}).Run(streams{&out, io.Discard}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n25   lwIP: ", "\n87   lwIP 2009: "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
