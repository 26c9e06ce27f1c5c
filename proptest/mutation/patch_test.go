package mutation_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/mutation"
	"github.com/lockstep-tcp/lockstep/spec"
)

// Changes that somebody made by hand to see what happens, and that are more than one
// operator makes: each is noticed by the explorer.
var byHand = []struct{ name, file, was, becomes string }{
	{"no probes of a closed window", "output.spec", "{ start PERSIST; start USER }", "{ start USER }"},
	{"a FIN sent into a closed window", "output.spec", "n = D and FIN-pending and n < usable-window)", "n = D and FIN-pending)"},
	{"a FIN alone sent into a closed window", "output.spec", "if D = 0 and FIN-pending and usable-window > 0", "if D = 0 and FIN-pending"},
	{"a FIN taken beyond the window", "acknowledgment.spec", "if RCV.NXT + RCV.WND < SEG.SEQ + SEG.LEN {", "if RCV.NXT + RCV.WND < SEG.SEQ + text-length {"},
	{"a FIN that takes no number of the window", "acknowledgment.spec", "  RCV.WND <- RCV.WND - 1\n", ""},
	{"text taken at a closed window", "segment-arrives.spec", "amended { discard-text }", "amended { }"},
	{"any ACK ends LAST-ACK", "segment-arrives.spec", "rule ack.CLOSED  if FIN-acknowledged", "rule ack.CLOSED  if FIN-acknowledged or SND.UNA =< SND.NXT"},
	{"an old ACK is new", "words.spec", "not acknowledged before\"  = SND.UNA < SEG.ACK", "not acknowledged before\"  = SND.UNA =< SEG.ACK"},
	{"an ACK of our FIN makes the one before it too old", "acknowledgment.spec", "min(SND.ACKED + numbers-acknowledged, 65535 << 14)", "min(SND.ACKED + newly-acknowledged, 65535 << 14)"},
	{"the window of the moment makes ACKs too old", "acknowledgment.spec", "min(SND.ACKED + numbers-acknowledged, 65535 << 14)", "min(SND.ACKED + numbers-acknowledged, MAX.SND.WND)"},
	{"a SYN before the window is cut off", "acknowledgment.spec", "  if SEG.SEQ < RCV.NXT {\n", "  if SEG.SEQ < RCV.NXT {\n    if SYN { trim-SYN }\n"},
	{"the peer's own keep-alive probes are not heard", "acknowledgment.spec", "if keeps-alive and data-or-acknowledgment {", "if keeps-alive and data-or-acknowledgment and acceptable-segment {"},
	{"urgent text is any text in LISTEN", "calls.spec", "{ begin-active-open; queue-text (min(count, room), queued, urgent); return ok }", "{ begin-active-open; queue (min(count, room)); return ok }"},
}

func TestByHand(t *testing.T) {
	for _, c := range byHand {
		t.Run(c.name, func(t *testing.T) {
			s, err := mutation.Patched(changed(t, c.file, c.was, c.becomes))
			if err != nil {
				t.Fatal(err)
			}
			k, err := mutation.Explore(context.Background(), s, mutation.BySize(model.Configs()), explore.Options{Workers: 1, MaxStates: 3000})
			if err != nil {
				t.Fatal(err)
			}
			if k.Survived {
				t.Errorf("nobody noticed in %d states", k.States)
			}
			t.Logf("%s in %s after %d events; %d states, %v", k.By, k.Config, k.Steps, k.States, k.Elapsed)
		})
	}
}

// A mistake that shows only deep in a world is found behind the bound, of a patch.
func TestBehindTheBound(t *testing.T) {
	s, err := mutation.Patched(changed(t, "acknowledgment.spec", "action advance-over-FIN {\n",
		"action advance-over-FIN {\n  if RCV.BUFF = 1 and RCV.NXT - IRS >= 3 and SND.UNA - ISS >= 4 { RCV.NXT <- RCV.NXT + 1 }\n"))
	if err != nil {
		t.Fatal(err)
	}
	world := []*model.Config{model.Find("zero-window")}
	o := mutation.Options{Configs: world, Bound: 10_000, Workers: 2}
	killed := func() *mutation.Kill {
		all, err := mutation.Run(t.Context(), spec.TCP(), []*mutation.Subject{s}, o)
		if err != nil {
			t.Fatal(err)
		}
		return all[0].Kills[0]
	}
	if k := killed(); !k.Survived || k.States < 10_000 {
		t.Fatalf("noticed before the bound, by %s in %d states: this tests nothing", k.By, k.States)
	}
	o.Whole = world
	if k := killed(); k.By != "receive-advances" || k.States < 20_000 || k.Trace == nil {
		t.Errorf("%+v", k)
	}
}

// changed is the text with one place of a file changed.
func changed(t *testing.T, file, was, becomes string) fs.FS {
	t.Helper()
	text := fstest.MapFS{}
	names, err := fs.Glob(spec.TCP(), "*.spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(spec.TCP(), name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if strings.Count(string(b), was) != 1 {
				t.Fatalf("%s has %q %d times, want once", file, was, strings.Count(string(b), was))
			}
			b = []byte(strings.Replace(string(b), was, becomes, 1))
		}
		text[name] = &fstest.MapFile{Data: b}
	}
	return text
}
