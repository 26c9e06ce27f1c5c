package spin

import (
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/irtest"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// begun is a small world in which both users have made their first calls; or a SYN
// that comes before its listener leaves that in LISTEN.
func begun(name string) *model.Config {
	for _, c := range append(Configs(), behindClose(), model.Find("time-wait-stamped")) {
		if c.Name == name {
			world := *c
			world.Begun = true
			return &world
		}
	}
	panic(name)
}

// behindClose is a world in which a user sends and closes before the connection is
// established, where CLOSE waits, and calls SEND again.
func behindClose() *model.Config {
	c := *model.Find("handshake-close")
	c.Name, c.Doc, c.Pokes, c.Budget = "behind-close", "a user who sends behind his CLOSE", false, model.Budget{}
	c.Script[1] = []model.Call{{Op: model.OpenPassive}, {Op: model.Send, N: 1}, {Op: model.CloseHalf}, {Op: model.Send, N: 1}}
	return &c
}

// TestPropertiesAreFound: each text that is broken on purpose breaks the property
// that it should, and the text that ships breaks none (TestAgreement).
func TestPropertiesAreFound(t *testing.T) {
	for _, c := range []struct{ name, was, becomes, world, property string }{
		{"the persist timer does not probe", "{ start PERSIST; start USER }", "{ start USER }", "octets-one-way", "a-reason-to-stop"},
		{"LAST-ACK closes on any ACK", "rule ack.CLOSED  if FIN-acknowledged", "rule ack.CLOSED  if FIN-sent", "octets-one-way", "ends-for-cause"},
		{"an octet too many is acknowledged", "RCV.NXT <- RCV.NXT + text-length", "RCV.NXT <- RCV.NXT + text-length + 1", "octets-one-way", "receive-advances"},
		{"text is put behind CLOSE", "rule send.after-CLOSE  if FIN-queued", "rule send.after-CLOSE  if FIN-queued and count = 0", "behind-close", "SEND"},
		{"text goes beyond the window", "let U = min(usable-window, room)", "let U = min(usable-window + 1, room)", "octets-one-way", "window-respected"},
		{"the last text is not pushed", "transmit-text (n, n = D, ", "transmit-text (n, false, ", "octets-one-way", "push"},
		{"a reset counts anywhere in the window", "rule rst.not-exact  unless at-RCV.NXT", "rule rst.not-exact  unless SEQ-in-window", "attacked", "challenges-are-counted"},
		{"an old SYN,ACK opens a connection", "rule syn-sent.bad-ACK  unless SYN-ACK-acceptable", "rule syn-sent.bad-ACK  unless SYN-ACK-acceptable or SYN", "old-handshake-quiet", "bad-ACK-while-opening"},
		{"a timestamp does not age", "  TS.outdated <- false\n  start TS-RECENT\n", "  TS.outdated <- false\n", "time-wait-stamped", "options-by-SYN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := load(t, c.was, c.becomes)
			source, err := Export(p, begun(c.world))
			if err != nil {
				t.Fatal(err)
			}
			r, err := Run(t.Context(), p, source, Options{Dir: t.TempDir()})
			has(t, err)
			if !strings.Contains(r.Broken, "assertion violated property_"+strings.ReplaceAll(c.property, "-", "_")+" ") {
				t.Errorf("%q, and not %s", r.Broken, c.property)
			}
		})
	}
}

// TestFalseProperties: properties that do not hold of the shipped text are found broken, whatever they ask of.
func TestFalseProperties(t *testing.T) {
	for _, says := range []string{
		"each SEGMENT ARRIVES in ESTABLISHED: not fired ack.new",
		"always not (paired and peer-FIN-taken and peer.state in CLOSED | LISTEN) and octets-received < 2",
	} {
		p := irtest.With(t, text, "property wrong \"says\"  catches \"finds\"\n  "+says+"\n")
		source, err := Export(p, begun("octets-one-way"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Run(t.Context(), p, source, Options{Dir: t.TempDir()})
		has(t, err)
		if !strings.Contains(r.Broken, "assertion violated property_wrong") {
			t.Errorf("%s: %q", says, r.Broken)
		}
	}
}

// claims builds the program that checks what must happen in the end.
func claims(t *testing.T, p *ir.Program, c *model.Config) (dir string, names []string) {
	t.Helper()
	source, err := Export(p, c)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		if name, ok := strings.CutPrefix(line, "ltl "); ok {
			names = append(names, strings.Fields(name)[0])
		}
	}
	dir = t.TempDir()
	has(t, Build(t.Context(), source, Options{Dir: dir, Claims: true, Cycles: true}))
	return dir, names
}

func check(t *testing.T, p *ir.Program, dir, formula string) *Result {
	t.Helper()
	r, err := Search(t.Context(), p, Options{Dir: dir, Claims: true, Claim: formula})
	has(t, err)
	return r
}

// TestInTheEnd: what must happen, happens.
func TestInTheEnd(t *testing.T) {
	p := load(t, "", "")
	all := map[string]bool{}
	for _, world := range []string{"simultaneous", "octets-one-way"} {
		c := begun(world)
		dir, names := claims(t, p, c)
		for _, formula := range names {
			all[formula] = true
			r := check(t, p, dir, formula)
			t.Logf("%-22s %-24s %8d states %s", c.Name, formula, r.States, r.Broken)
			if r.Broken != "" {
				t.Errorf("%s: %s: %s", c.Name, formula, r.Broken)
			}
		}
	}
	if len(all) < 20 {
		t.Errorf("%d formulas only", len(all))
	}
}

// TestItDoesNotHappen: texts broken on purpose break what must happen.
func TestItDoesNotHappen(t *testing.T) {
	for _, c := range []struct{ name, was, becomes, world, formula string }{
		{"LAST-ACK is never left", "{ signal close-acknowledged; delete-TCB; drop }", "{ signal close-acknowledged; drop }", "old-handshake-quiet", "both_end_0"},
		{"the persist timer does not probe", "{ start PERSIST; start USER }", "{ start USER }", "octets-one-way", "closed_window_opens_0"},
		{"a lost FIN is not sent again", "      retransmit (SND.UNA)\n      start RETRANSMISSION", "      if not FIN-sent { retransmit (SND.UNA) }\n      start RETRANSMISSION", "octets-one-way", "FIN_arrives_0"},
		{"an empty segment is answered", "if SEG.answer\n", "if SEG.answer or SEG.LEN = 0\n", "handshake-close-quiet", "no_packet_war"},
	} {
		p := load(t, c.was, c.becomes)
		dir, _ := claims(t, p, begun(c.world))
		r := check(t, p, dir, c.formula)
		t.Logf("%s: %s: %s", c.name, c.formula, r.Broken)
		if r.Broken == "" {
			t.Errorf("%s, and %s holds", c.name, c.formula)
		}
	}
}
