package spin

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// tlc checks a world with TLC, or says that it is not tested. What happens in the end takes
// TLC long: it makes every step again for every formula. So only small worlds are asked.
func tlc(t *testing.T, p *ir.Program, c *model.Config, inTheEnd bool) *Result {
	t.Helper()
	module, cfg, err := ExportTLA(p, c)
	if err != nil {
		t.Fatal(err)
	}
	if !inTheEnd {
		cfg, _, _ = bytes.Cut(cfg, []byte("PROPERTIES\n"))
	}
	r, err := TLC(t.Context(), t.TempDir(), module, cfg)
	if errors.Is(err, ErrNoTLC) {
		t.Skip("NOT TESTED: the third opinion, of TLC: " + err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTLC: the same states and steps again, and every property holds.
func TestTLC(t *testing.T) {
	p := load(t, "", "")
	for _, name := range []string{"handshake-close-quiet", "simultaneous", "octets-one-way", "old-handshake-quiet", "attacked", "time-wait-stamped"} {
		c := begun(name)
		r := tlc(t, p, c, name == "handshake-close-quiet")
		e, err := explored(t.Context(), c, explore.Exact, "")
		if err != nil {
			t.Fatal(err)
		}
		w := World(p, c)
		x := compared(c, r, e, w.Before())
		t.Logf("%-22s %8d states %8d steps, TLC %d %d in %v", name, e.Report.States, e.Report.Transitions, r.States, r.Steps, r.Elapsed)
		for _, d := range x.Differences() {
			t.Error(strings.ReplaceAll(d, "SPIN", "TLC"))
		}
	}
}

// TestTLCFinds: texts broken on purpose.
func TestTLCFinds(t *testing.T) {
	for _, c := range []struct{ name, was, becomes, world, says string }{
		{"LAST-ACK closes on any ACK", "rule ack.CLOSED  if FIN-acknowledged", "rule ack.CLOSED  if FIN-sent", "octets-one-way", "NothingBroken"},
		{"the persist timer does not probe", "{ start PERSIST; start USER }", "{ start USER }", "octets-one-way", "Always_"},
		{"text is put behind CLOSE", "rule send.after-CLOSE  if FIN-queued", "rule send.after-CLOSE  if FIN-queued and count = 0", "behind-close", "NothingBroken"},
		{"a reset counts anywhere in the window", "rule rst.not-exact  unless at-RCV.NXT", "rule rst.not-exact  unless SEQ-in-window", "attacked", "NothingBroken"},
		{"LAST-ACK is never left", "{ signal close-acknowledged; delete-TCB; drop }", "{ signal close-acknowledged; drop }", "handshake-close-quiet", "violated"},
	} {
		r := tlc(t, load(t, c.was, c.becomes), begun(c.world), c.world == "handshake-close-quiet")
		t.Logf("%s: %s", c.name, r.Broken)
		if !strings.Contains(r.Broken, c.says) {
			t.Errorf("%s: TLC says %q, and not %s", c.name, r.Broken, c.says)
		}
	}
}
