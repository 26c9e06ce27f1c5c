package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Who has all verdicts needs no checkpoint: that one could not be written on the way is
// said while it may still matter, and is no failure of a search that came to its end.
func TestNotKeptOnTheWay(t *testing.T) {
	v, c := verify{Reading: "amended", Config: "urgent-unread", Keep: t.TempDir()}, model.Find("urgent-unread")
	if err := os.Mkdir(v.kept(c)+".new", 0o700); err != nil { // where a checkpoint is written first
		t.Fatal(err)
	}
	var warned, says strings.Builder
	o := v.options(c, nil, newProgress(&warned))
	o.CheckpointEvery = 1
	r, err := model.Verify(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(warned.String(), "lockstep verify: urgent-unread: not kept: "); n != 1 {
		t.Errorf("warned %d times: %s", n, warned.String())
	}
	if err := v.outcome([]*model.Config{c}, []*model.Result{r}, nil).end(&says); err != nil || says.String() != "" {
		t.Errorf("%v; %s", err, says.String())
	}
}

// In a world that has changed, a broken property is said before the number of states.
func TestBrokenRow(t *testing.T) {
	v, r := verify{Reading: "amended"}, &model.Result{Config: model.Find("urgent-unread"), Report: &explore.Report{States: 1, Visited: 1, Workers: 1}}
	for _, c := range []struct {
		failures []model.Failure
		says     string
	}{
		{nil, "  exhausted, but 35 states are pinned"},
		{[]model.Failure{{Property: &model.Properties[0]}}, "exhausted; BROKEN " + model.Properties[0].Name},
	} {
		r.Failures = c.failures
		if row := v.row(r); !strings.HasSuffix(row, c.says) {
			t.Errorf("%q does not end with %q", row, c.says)
		}
	}
}

// What a run ends with, and what it says it did not explore.
func TestOutcomes(t *testing.T) {
	configs := []*model.Config{model.Find("data"), model.Find("urgent")}
	memory := number(1)
	ended := func(ends ...explore.End) (list []*model.Result) {
		for i, end := range ends {
			r := &model.Result{Config: configs[i], Report: &explore.Report{End: end, States: configs[i].States}}
			if end == explore.Broke {
				r.Failures = []model.Failure{{}}
			}
			list = append(list, r)
		}
		return list
	}
	unkept := func(list []*model.Result) []*model.Result {
		list[1].Report.Unkept = errors.New("the disk is full")
		return list
	}
	for _, c := range []struct {
		name    string
		of      verify
		results []*model.Result
		says    string
		err     string // "findings": exit code 1 alone
		found   bool   // exit code 1
	}{
		{"all is well", verify{}, ended(explore.Exhausted, explore.Exhausted), "", "", false},
		{"a bound asked for", verify{MaxMemory: &memory}, ended(explore.MemoryBound, explore.Exhausted), "not exhausted: data (memory bound reached)\n", "", false},
		{"a bound nobody asked for", verify{}, ended(explore.MemoryBound, explore.StateBound),
			"not exhausted: data (memory bound reached), urgent (state bound reached)\n", "findings", true},
		{"too many steps, whatever was asked", verify{MaxMemory: &memory}, ended(explore.Exhausted, explore.GraphBound),
			"not exhausted: urgent (more states or steps than a graph can number)\n", "findings", true},
		{"interrupted", verify{}, ended(explore.Interrupted), "not exhausted: data (interrupted), urgent (not begun)\n", "with -keep it could go on", false},
		{"interrupted and kept", verify{Keep: "kept"}, ended(explore.Exhausted, explore.Interrupted),
			"not exhausted: urgent (interrupted)\n", "kept in kept/urgent.search: the same command goes on", false},
		{"interrupted, and not kept", verify{Keep: "kept"}, unkept(ended(explore.Exhausted, explore.Interrupted)),
			"not exhausted: urgent (interrupted)\n", "says nothing about the rest\nurgent: not kept: the disk is full; make room", false},
		{"exhausted, and its file not removed", verify{Keep: "kept"}, unkept(ended(explore.Exhausted, explore.Exhausted)),
			"of no use any more, and left behind: the disk is full; remove it by hand\n", "", false},
		{"broken, and not kept", verify{Keep: "kept"}, unkept(ended(explore.Broke, explore.StateBound)),
			"not exhausted: urgent (state bound reached)\n", "urgent: not kept: the disk is full", true},
		{"interrupted between", verify{Keep: "kept"}, ended(explore.Exhausted), "not exhausted: urgent (not begun)\n", "what was not explored", false},
		{"interrupted while traces were made", verify{}, ended(explore.Broke), "not exhausted: urgent (not begun)\n", "what was not explored", true},
		{"interrupted while the last traces were made", verify{}, ended(explore.Exhausted, explore.Broke), "", "findings", true},
	} {
		c.of.Reading = "amended"
		var says strings.Builder
		err := c.of.outcome(configs, c.results, nil).end(&says)
		var wrong failed
		text, found := "", errors.Is(err, errFindings) || errors.As(err, &wrong)
		if err != nil {
			text = err.Error()
		}
		if says.String() != c.says || !strings.Contains(text, c.err) || c.err == "" && err != nil || found != c.found {
			t.Errorf("%s: %q, %v (found: %v)", c.name, says.String(), err, found)
		}
	}
}

// A world that does not put to the test what it was to is a failure, by itself and among others.
func TestLapsed(t *testing.T) {
	var configs []*model.Config
	var results []*model.Result
	for _, name := range []string{"urgent-unread", "abort-behind-probe", "time-wait-stamped", "time-wait-unstamped", "large-windows"} {
		c := *model.Find(name)
		c.Shows = append(c.Shows[:len(c.Shows):len(c.Shows)], "R1")
		if len(configs) == 0 {
			c.Shows = append(c.Shows, "override")
		}
		r, err := model.Verify(t.Context(), &c, model.Options{})
		if err != nil {
			t.Fatal(err)
		}
		configs, results = append(configs, &c), append(results, r)
	}
	v := verify{Reading: "amended"}
	for n, want := range map[int]string{
		1: "urgent-unread",
		4: "urgent-unread, abort-behind-probe, time-wait-stamped, time-wait-unstamped",
		5: "urgent-unread, abort-behind-probe, time-wait-stamped and 2 more worlds",
	} {
		var says strings.Builder
		err := v.outcome(configs[:n], results[:n], nil).end(&says)
		line := "vacuous: never put to the test: %s, in %s; mend the text or the world, or if not every world can, write its name behind shows of one that does\n"
		if says.String() != fmt.Sprintf(line+line, "R1", want, "override", "urgent-unread") || !errors.Is(err, errFindings) {
			t.Errorf("%d worlds: %s, %v", n, says.String(), err)
		}
	}
	part := verify{Reading: "amended", Property: "R1"}
	var says strings.Builder
	if err := part.outcome(configs[:1], results[:1], nil).end(&says); !errors.Is(err, errFindings) || !strings.HasPrefix(says.String(), "vacuous: never put to the test: R1\n") {
		t.Errorf("%s, %v", says.String(), err)
	}
}

// What is printed to be copied is one word to a shell.
func TestShellWord(t *testing.T) {
	for s, want := range map[string]string{
		"failed/zero-window/trace.json": "failed/zero-window/trace.json", "t/a b": "'t/a b'", "it's": `'it'\''s'`, "a;b": "'a;b'", "": "''",
	} {
		if got := shellWord(s); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}
