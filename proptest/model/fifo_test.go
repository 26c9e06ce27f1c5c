package model

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// changedCore is the machine of a text in which one piece is another.
func changedCore(t *testing.T, old, new string) func() Core {
	t.Helper()
	files, text := map[string][]byte{}, os.DirFS("../../spec/tcp")
	names, err := fs.Glob(text, "*.spec")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range names {
		b, err := fs.ReadFile(text, name)
		if err != nil {
			t.Fatal(err)
		}
		found += bytes.Count(b, []byte(old))
		files[name] = bytes.Replace(b, []byte(old), []byte(new), 1)
	}
	if found != 1 {
		t.Fatalf("%q stands %d times in the text", old, found)
	}
	spec, wrong := parser.LoadFiles(files)
	if spec == nil {
		t.Fatal(wrong)
	}
	return interpreting(t, spec, ir.Amended())
}

// askedAlone explores a world for one property, and returns what is broken.
func askedAlone(t *testing.T, world, property string, core func() Core) *Failure {
	t.Helper()
	r, err := Verify(context.Background(), Find(world), Options{Core: core, Property: property, SafetyOnly: true, Options: explore.Options{MaxStates: 150000, Workers: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Failures) == 0 {
		return nil
	}
	return &r.Failures[0]
}

// A connection is a queue: each way of not being one is seen, in a state or in a step,
// also where no octet is wrong, which is all that stream-prefix looks at.
func TestFIFO(t *testing.T) {
	for _, c := range []struct {
		name, world, old, new string
		step                  bool // a step is wrong, and not a state
		alien                 bool // an octet is
	}{
		{name: "text put behind CLOSE", world: "early-close", step: true,
			old: "rule send.after-CLOSE  if FIN-queued", new: "rule send.after-CLOSE  if FIN-queued and count = 0"},
		{name: "an end before all text", world: "simultaneous-close",
			old: "holes <- true; clear FIN;", new: "holes <- true;"},
		{name: "text taken behind the end", world: "handshake-close", step: true, alien: true, // its number is not the FIN's
			old: "step seventh \"process the segment text\" {\n    in may-receive {", new: "step seventh \"process the segment text\" {\n    in may-receive | CLOSE-WAIT {"},
		{name: "text taken from elsewhere", world: "data-reordered", step: true, alien: true,
			old: "unless text-start = RCV.NXT  SA-TXT-2", new: "unless text-start = RCV.NXT or SEG.LEN < 4  SA-TXT-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			core := changedCore(t, c.old, c.new)
			f := askedAlone(t, c.world, "fifo", core)
			if f == nil {
				t.Fatal("nobody notices")
			}
			if (f.Property.Step != nil) != c.step {
				t.Errorf("noticed in a step: %v, wanted %v", f.Property.Step != nil, c.step)
			}
			if r, err := Replay(Find(c.world), core, f.Trace); err != nil || !r.Broken {
				t.Errorf("walked again it is not broken: %v", err)
			}
			if alien := askedAlone(t, c.world, "stream-prefix", core) != nil; alien != c.alien {
				t.Errorf("stream-prefix is broken: %v, wanted %v", alien, c.alien)
			}
			t.Logf("after %d events", len(f.Trace.Schedule))
		})
	}
}
