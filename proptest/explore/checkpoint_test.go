package explore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// watching is a model that says when it gives a worker, and when a state is expanded.
type watching struct {
	twoTCP
	works, expands func()
}

func (m *watching) Worker() Worker[tcpPair] {
	m.works()
	return &watcher{twoTCP{data: m.data, simOpen: m.simOpen}, m.expands}
}

type watcher struct {
	twoTCP
	expands func()
}

func (w *watcher) Expand(b []byte, v *Visitor[tcpPair]) {
	w.expands()
	w.twoTCP.Expand(b, v)
}

func nothing() {}

// mustClose holds one property, and breaks one: an adversary that loses everything
// keeps the two from closing.
var mustClose = []Liveness{
	{Name: "no packet war", NoCycle: Of(tcpDeliver)},
	{Name: "closes", Goal: goal, Fair: []Fairness{fair(tcpDeliver, strong), fair(tcpTimer, strong), fair(tcpUser, strong)}},
	{Name: "no timer twice", NoCycle: Of(tcpTimer, tcpLose)},
}

// facts is what of a report depends neither on how long it took nor on who has searched, nor in how many pieces.
func facts(r *Report) Report {
	f := *r
	f.Workers, f.Elapsed, f.Deciding, f.Octets, f.Held, f.Before = 0, 0, 0, 0, 0, Before{}
	return f
}

func same(t *testing.T, got, want *Report) {
	t.Helper()
	if g, w := facts(got), facts(want); !reflect.DeepEqual(g, w) {
		t.Errorf("in pieces:\n%+v\nat once:\n%+v", g, w)
	}
}

// A search goes on from its checkpoint wherever it was interrupted, with whatever
// number of workers, and finds what an uninterrupted one finds.
func TestResume(t *testing.T) {
	for _, mode := range []Mode{Fingerprints, Strict, Exact} {
		for _, live := range [][]Liveness{nil, mustClose} {
			o := Options{Mode: mode, Liveness: live}
			want := run(t, &twoTCP{data: 1, simOpen: true}, o)
			if live != nil && (want.Verdicts[1].Cycle == nil || want.Verdicts[2].Cycle == nil) {
				t.Fatal("no lasso that could be lost:", want.Verdicts)
			}
			o.Checkpoint = filepath.Join(t.TempDir(), "save")
			pieces := 0
			for got := (&Report{End: Interrupted}); got.End == Interrupted; pieces++ {
				o.Workers = 1 + (pieces+1)%3
				got = interrupted(t, o, 50+1500*int64(pieces))
				if got.End != Interrupted {
					same(t, got, want)
				}
			}
			if pieces < 4 {
				t.Errorf("interrupted %d times only", pieces-1)
			}
			if _, err := os.Stat(o.Checkpoint); !os.IsNotExist(err) {
				t.Error("the checkpoint outlived the search:", err)
			}
		}
	}
}

// interrupted is a search that ends when so many states were expanded.
func interrupted(t *testing.T, o Options, states int64) *Report {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var expanded atomic.Int64
	r, err := Run(ctx, &watching{twoTCP{data: 1, simOpen: true}, nothing, func() {
		if expanded.Add(1) == states {
			cancel()
			time.Sleep(10 * time.Millisecond) // also on one processor, the search is to hear of it
		}
	}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Where each state takes its time, nobody waits for more than the one that is expanded.
func TestInterruptedAtOnce(t *testing.T) {
	for last := 1900; last < 2100; last += 20 { // in the midst of a chunk, most of them
		ctx, cancel := context.WithCancel(t.Context())
		expanded := 0
		r, err := Run(ctx, &watching{twoTCP{data: 1, simOpen: true}, nothing, func() {
			if expanded++; expanded == last {
				cancel()
				time.Sleep(20 * time.Millisecond)
			}
		}}, Options{Workers: 1, Expect: 1 << 17})
		if err != nil || r.End != Interrupted || expanded > last+1 {
			t.Errorf("%v, %v: interrupted in state %d, expanded %d", r, err, last, expanded)
		}
		cancel()
	}
}

// … also up to symmetry, from each of some few states to the next.
func TestResumeUpToSymmetry(t *testing.T) {
	live := []Liveness{
		{Trigger: trigger, Goal: goal, Fair: []Fairness{fair(0, strong), fair(1, weak)}},
		{Goal: goal << 2, Fair: []Fairness{fair(2, weak)}}, {NoCycle: Of(0, 3)},
	}
	lassos, pieces := 0, 0
	for seed := range uint64(150) {
		m, o := newTwins(seed), Options{Liveness: live, KeepGoing: true, Symmetry: true, Mode: Mode(seed % 3)}
		want := run(t, m, o)
		o.Checkpoint = filepath.Join(t.TempDir(), "save")
		for got := (&Report{End: StateBound}); got.End == StateBound; pieces++ {
			o.MaxStates, o.Workers = o.MaxStates+3, 1+pieces%5
			if got = run(t, m, o); got.End != StateBound {
				same(t, got, want)
			}
		}
		for _, v := range want.Verdicts {
			if len(v.Cycle) > 0 {
				lassos++
			}
		}
	}
	if lassos < 50 || pieces < 500 {
		t.Errorf("%d lassos, %d pieces: too few to mean anything", lassos, pieces)
	}
}

// … and when something was broken within the level that was broken off, which is expanded to its end all the same.
func TestResumeBroke(t *testing.T) {
	broke := 0
	for seed := range uint64(150) {
		m, o := newTwins(seed), Options{Mode: Mode(seed % 3)}
		want := run(t, m, o)
		o.Checkpoint = filepath.Join(t.TempDir(), "save")
		for got := (&Report{End: StateBound}); got.End == StateBound; {
			before := len(got.Breaches)
			o.MaxStates, o.Workers = o.MaxStates+3, 1+int(seed%3)
			if got = run(t, m, o); got.End != StateBound {
				same(t, got, want)
				broke += before
			}
		}
	}
	if broke < 30 {
		t.Errorf("broken before the end %d times: too few to mean anything", broke)
	}
}

// What is interrupted while it judges goes on there: no state is expanded again but along a lasso.
func TestResumeToJudge(t *testing.T) {
	m := &watching{twoTCP{data: 1, simOpen: true}, nothing, nothing}
	o := Options{Liveness: mustClose, Workers: 2, Checkpoint: filepath.Join(t.TempDir(), "save")}
	want := run(t, m, o)
	ctx, cancel := context.WithCancel(t.Context())
	workers := 0
	m.works = func() {
		if workers++; workers > o.Workers { // of the search: this one is of a lasso
			cancel()
		}
	}
	r, err := Run(ctx, m, o)
	if err != nil || r.End != Interrupted || r.States != want.States || r.Verdicts != nil {
		t.Fatal(r, err)
	}
	m.works = nothing
	expanded := 0
	m.expands = func() { expanded++ }
	same(t, run(t, m, o), want)
	if v := want.Verdicts[2]; expanded > len(v.Prefix)+len(v.Cycle) {
		t.Errorf("expanded %d states for the last lasso", expanded)
	}
}

// A checkpoint that is cut short or changed anywhere is refused, and left alone.
func TestDamagedCheckpoint(t *testing.T) {
	o := Options{Checkpoint: filepath.Join(t.TempDir(), "save"), MaxStates: 60, KeepGoing: true, Liveness: []Liveness{{NoCycle: Of(0)}}}
	run[dialState](t, dials{4, 5}, o)
	b, err := os.ReadFile(o.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(b []byte, how string) {
		t.Helper()
		if err := os.WriteFile(o.Checkpoint, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Run[dialState](t.Context(), dials{4, 5}, o); err == nil || !strings.Contains(err.Error(), "damaged: its checksum is wrong; remove it to begin anew") {
			t.Fatalf("taken %s: %v", how, err)
		}
		if still, err := os.ReadFile(o.Checkpoint); err != nil || len(still) != len(b) {
			t.Fatal("it was touched:", err)
		}
	}
	for n := range len(b) {
		if n < 10 || n%37 == 0 || n > len(b)-10 {
			refused(b[:n], fmt.Sprintf("although cut to %d octets", n))
			b[n] ^= 1
			refused(b, fmt.Sprintf("although octet %d is another", n))
			b[n] ^= 1
		}
	}
	refused(append(b[:len(b):len(b)], 0), "with an octet more")
	if err := os.WriteFile(o.Checkpoint, b, 0o600); err != nil {
		t.Fatal(err)
	}
	o.MaxStates = 0
	if r := run[dialState](t, dials{4, 5}, o); r.States != 625 {
		t.Error(r)
	}
}

// What cannot be written takes no older one's place.
func TestCheckpointNotWritten(t *testing.T) {
	o := Options{Checkpoint: filepath.Join(t.TempDir(), "save"), MaxStates: 60, KeepGoing: true}
	run[dialState](t, dials{4, 5}, o)
	before, err := os.ReadFile(o.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(o.Checkpoint+".new", 0o700); err != nil {
		t.Fatal(err)
	}
	o.MaxStates = 120
	r, err := Run[dialState](t.Context(), dials{4, 5}, o)
	if err != nil || r.End != StateBound || r.Visited < 120 || r.Unkept == nil {
		t.Error("written where a folder is, or lost what was found:", r, err)
	}
	if after, err := os.ReadFile(o.Checkpoint); err != nil || string(after) != string(before) {
		t.Error("the older one is not what it was:", err)
	}
}

// A checkpoint that is due and cannot be written is told once; the search goes on, and
// finds what it would have found. When it is through, nobody needs the checkpoint.
func TestCheckpointNotWrittenInTime(t *testing.T) {
	told := 0
	o := Options{Checkpoint: filepath.Join(t.TempDir(), "none", "save"), CheckpointEvery: 1, KeepGoing: true, Unkept: func(error) { told++ }}
	r, err := Run[dialState](t.Context(), dials{4, 5}, o)
	if err != nil || r.End != Exhausted || r.States != 625 || r.Unkept != nil || told != 1 {
		t.Errorf("%v, %v; told %d times", r, err, told)
	}
}

// A checkpoint that is of no use any more, and cannot be removed, is told.
func TestCheckpointNotRemoved(t *testing.T) {
	o := Options{Workers: 1, Checkpoint: filepath.Join(t.TempDir(), "save")}
	r, err := Run(t.Context(), &watching{twoTCP{data: 1, simOpen: true}, nothing, func() {
		if err := os.MkdirAll(filepath.Join(o.Checkpoint, "not empty"), 0o700); err != nil {
			t.Error(err)
		}
	}}, o)
	if err != nil || r.End != Exhausted || r.Unkept == nil {
		t.Errorf("%v, %v", r, err)
	}
}

// However often checkpoints are wanted, most of the time is the search's.
func TestCheckpointsInTime(t *testing.T) {
	for _, c := range []struct {
		every, since, saving time.Duration
		due                  bool
	}{
		{time.Minute, 59 * time.Second, 0, false},
		{time.Minute, 61 * time.Second, 5 * time.Second, true},
		{time.Minute, 61 * time.Second, 7 * time.Second, false},
		{time.Minute, 71 * time.Second, 7 * time.Second, true},
		{0, time.Hour, 0, false},
	} {
		o := Options{Workers: 1, Checkpoint: filepath.Join(t.TempDir(), "save"), CheckpointEvery: c.every}
		s := newSearch[dialState](dials{4, 5}, o)
		s.saved, s.saving = time.Now().Add(-c.since), c.saving
		if s.saveInTime(); s.unkept != nil {
			t.Fatal(s.unkept)
		}
		if _, err := os.Stat(o.Checkpoint); (err == nil) != c.due {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// watched are dials with a witness.
type watched struct{ dials }

func (watched) Witnesses() []string { return []string{"a turn"} }

func TestCheckpointOfAnother(t *testing.T) {
	o := Options{Checkpoint: filepath.Join(t.TempDir(), "save"), MaxStates: 500, KeepGoing: true, Parameters: []Parameter{{"text", "new"}}, Liveness: []Liveness{{NoCycle: Of(0)}}}
	run[dialState](t, dials{6, 9}, o)
	if _, err := Run[dialState](context.Background(), dials{6, 8}, o); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Error("another model's checkpoint was taken:", err)
	}
	for _, c := range []struct {
		change func(*Options)
		says   string
	}{
		{func(o *Options) { o.Mode = Strict }, `the store was "64-bit fingerprints" and is "128-bit fingerprints"; go on as it was begun`},
		{func(o *Options) { o.Parameters = []Parameter{{"text", "old"}} }, `another search: the text was "new" and is "old"; go on`},
		{func(o *Options) { o.Parameters = []Parameter{{"text", "new"}, {"tries", "no"}} }, `the tries was "" and is "no"`},
		{func(o *Options) { o.Parameters = nil }, `the text was "new" and is ""`},
		{func(o *Options) { o.Liveness = nil }, `" and is "not asked"; go on as it was begun`},
		{func(o *Options) { o.Liveness = []Liveness{{NoCycle: Of(1)}} }, `the part on what must come to pass was "asked: list `},
	} {
		other := o
		c.change(&other)
		if _, err := Run[dialState](t.Context(), dials{6, 9}, other); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %s", err, c.says)
		}
	}
	if _, err := Run[dialState](t.Context(), watched{dials{6, 9}}, o); err == nil || !strings.Contains(err.Error(), "the list of witnesses was") {
		t.Error("a checkpoint with other witnesses was taken:", err)
	}
}

// seeking are dials that tell when somebody is about to expand them.
type seeking struct {
	dials
	begins func()
}

func (m seeking) Worker() Worker[dialState] {
	m.begins()
	return m.dials
}

// What can go on is kept before traces are made, which takes time.
func TestKeptBeforeTraces(t *testing.T) {
	o := Options{Checkpoint: filepath.Join(t.TempDir(), "save"), MaxStates: 600, KeepGoing: true, Workers: 1}
	var kept []bool
	m := seeking{dials{4, 5}, func() {
		_, err := os.Stat(o.Checkpoint)
		kept = append(kept, err == nil)
	}}
	r := run[dialState](t, m, o)
	if r.End != StateBound || len(r.Breaches) == 0 || fmt.Sprint(kept) != "[false true]" {
		t.Errorf("%v, kept: %v", r, kept)
	}
}
