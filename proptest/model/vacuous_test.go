package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// A property of executions that no world asks is told apart from one that nothing has put to the test.
func TestWhyVacuous(t *testing.T) {
	for i := range Properties {
		if why := WhyVacuous(Properties[i].Name); why != "" {
			t.Errorf("%s: %s", Properties[i].Name, why)
		}
	}
	before := Properties
	defer func() { Properties = before }()
	Properties = append(before[:len(before):len(before)], Property{Name: "soon", Live: &Live{}})
	if why := WhyVacuous("soon"); why != " (no world asks it: write its name behind asks of one)" {
		t.Error(why)
	}
}

// A world has to put to the test what it names, and what no world names; of that, where
// nothing is tried, only what must come to pass.
func TestVacuous(t *testing.T) {
	shown, of := "", func(live bool) string { // a property that every world has to put to the test
		i := slices.IndexFunc(Properties, func(p Property) bool { return (p.Live != nil) == live && !shownBySome()[p.Name] })
		return Properties[i].Name
	}
	for _, p := range Properties {
		if shownBySome()[p.Name] && p.Live == nil {
			shown = p.Name
		}
	}
	step, live := of(false), of(true)
	for name, c := range map[string]struct {
		config Config
		want   []string
	}{
		"of others":     {Config{Pokes: true, Live: []string{live}}, []string{step, live}},
		"its own":       {Config{Pokes: true, Shows: []string{shown}}, []string{step, live, shown}},
		"nothing tried": {Config{Live: []string{live}, Shows: []string{shown}}, []string{live, shown}},
		"users alone":   {Config{}, nil},
	} {
		r := &Result{Config: &c.config, Report: &explore.Report{}}
		for _, name := range []string{live, step, shown} {
			r.Asked = append(r.Asked, propertyOf(name))
		}
		got := r.Vacuous()
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What not every world puts to the test is shown by one that does, and is a failure there if it is not.
func TestShows(t *testing.T) {
	c := *Find("urgent-unread")
	for name, broken := range map[string]bool{"urgent-mode": false, "R1": true} {
		c.Shows = []string{name}
		r, err := Verify(t.Context(), &c, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(r.Vacuous(), name); got != broken {
			t.Errorf("%s: vacuous %v in %s", name, r.Vacuous(), c.Name)
		}
		if r, err = Verify(t.Context(), &c, Options{NoTries: true}); err != nil || len(r.Vacuous()) > 0 {
			t.Errorf("%s: with nothing tried: %v %v", name, r.Vacuous(), err)
		}
	}
}

// Each property says what it would find, in words of its own, and which section of which RFC it comes from.
func TestCatches(t *testing.T) {
	by := map[string]string{}
	for i := range Properties {
		p := &Properties[i]
		if p.Catches == "" || by[p.Catches] != "" && by[p.Catches] != p.Name {
			t.Errorf("%s catches %q, as %s", p.Name, p.Catches, by[p.Catches])
		}
		by[p.Catches] = p.Name
		if !strings.HasPrefix(p.Source, "RFC ") {
			t.Errorf("%s comes from %q", p.Name, p.Source)
		}
	}
}
