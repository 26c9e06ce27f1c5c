package main

import (
	"errors"
	"io"
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
