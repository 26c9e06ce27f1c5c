package model

import (
	"context"
	"fmt"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

func TestZZ(t *testing.T) {
	seen := map[string]bool{}
	var results []*Result
	for _, c := range Configs() {
		r, err := Verify(context.Background(), c, Options{SafetyOnly: true, Options: explore.Options{Workers: 1, MaxStates: 6000, KeepGoing: true}})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
		for _, f := range r.Failures {
			if !seen[f.Property.Name] {
				seen[f.Property.Name] = true
				last := ""
				for _, e := range f.Trace.Schedule { last += "\n      " + e.Text }
				fmt.Println(c.Name, f.Property.Name, f.Trace.Place, last)
			}
		}
	}
	p, _ := Vacuous(results)
	fmt.Println("vacuous", p)
}
