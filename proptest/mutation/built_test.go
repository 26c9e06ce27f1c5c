package mutation

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// A program that was built from a patched text notices more than broken properties.
// This one was not; what was before is made up.
func TestBuiltNotices(t *testing.T) {
	world := model.Find("urgent-unread")
	few := []*model.Config{model.Find("abort-behind-probe"), world}
	for _, c := range []struct {
		name  string
		bound int
		wrong func(before *Asked) // what is made up
		by    string              // "": somebody, or nobody
		says  string
	}{
		{"nothing that is asked applies", 0, func(*Asked) {}, "", "vacuous, never put to the test"},
		{"not all was seen", 10, func(*Asked) {}, "", "not exhausted: abort-behind-probe (state bound reached), urgent-unread (state bound reached)"},
		{"a world has changed, and its count has not", 0, func(before *Asked) { before.Worlds[world.Name] = "" }, "", "vacuous, never put to the test"},
		{"a world has changed, and its count", 0, func(*Asked) { world.States++ }, "the pinned count", "35 states, where 36 are pinned"},
	} {
		t.Run(c.name, func(t *testing.T) {
			states := world.States
			defer func() { world.States = states }()
			before, err := Here()
			if err != nil {
				t.Fatal(err)
			}
			c.wrong(before)
			s, err := Built(before)
			if err != nil {
				t.Fatal(err)
			}
			all, err := Run(context.Background(), nil, []*Subject{s}, Options{Configs: few, Bound: c.bound, Workers: 1})
			if err != nil || all[0].Err != nil {
				t.Fatal(err, all[0].Err)
			}
			if k := all[0].Kills[0]; c.by != "" && k.By != c.by || k.Says != c.says || k.Survived != (k.By == "") {
				t.Errorf("%+v", k)
			}
		})
	}
}

// Worlds that have changed come first, also those that would not be explored.
func TestChangedWorldsComeFirst(t *testing.T) {
	before, err := Here()
	if err != nil {
		t.Fatal(err)
	}
	before.Worlds["data-reordered"] = "another"
	delete(before.Worlds, "data")
	var names []string
	for _, c := range before.first([]*model.Config{model.Find("urgent"), model.Find("data")}) {
		names = append(names, c.Name)
	}
	if want := []string{"data", "data-reordered", "urgent"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

// What a patch leaves out is told, whoever notices.
func TestLacks(t *testing.T) {
	before, err := Here()
	if err != nil {
		t.Fatal(err)
	}
	before.Names = append(before.Names, "property of-yore")
	s, err := Built(before)
	if err != nil || strings.Join(s.Lacks, " ") != "property of-yore" {
		t.Errorf("%v, %v", s.Lacks, err)
	}
}

// A world that does not put to the test what it was to is noticed.
func TestLapsed(t *testing.T) {
	world := *model.Find("urgent-unread")
	for property, by := range map[string]string{"urgent-mode": "", "R1": "R1"} {
		world.Shows = []string{property}
		r, err := model.Verify(t.Context(), &world, model.Options{})
		if err != nil {
			t.Fatal(err)
		}
		k := &Kill{}
		if k.lapsed([]*model.Result{r}) != (by != "") || k.By != by || by != "" && k.Config != world.Name {
			t.Errorf("%s: %+v", property, k)
		}
	}
}
