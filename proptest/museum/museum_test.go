package museum

import (
	"flag"
	"regexp"
	"testing"
)

var (
	all = flag.Bool("museum.all", false, "run every entry")
	one = flag.String("museum.run", "", "run the entries whose IDs match this `pattern`")
)

func TestAll(t *testing.T) {
	entries := Entries()
	if !*all && *one == "" {
		entries = nil
	}
	if *one != "" {
		pattern := regexp.MustCompile("^(" + *one + ")$")
		entries = nil
		for _, e := range Entries() {
			if pattern.MatchString(e.ID) {
				entries = append(entries, e)
			}
		}
	}
	_, err := RunAll(t.Context(), entries, Options{}, func(r Result) {
		t.Logf("%-4s killed=%v by %q (want %q) config %q test %q states %d steps %d packets %d %v", r.ID, r.Killed, r.By, r.Property, r.Config, r.Test, r.States, r.Steps, r.Packets, r.Elapsed)
	})
	if err != nil {
		t.Error(err)
	}
}
