package promela

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/irtest"
	"github.com/lockstep-tcp/lockstep/gen/world"
	"github.com/lockstep-tcp/lockstep/parser"
)

// What SPIN makes of the text that is written is tested in proptest/spin.

func program(t *testing.T, reading ir.Reading) *ir.Program {
	t.Helper()
	return irtest.Load(t, "../../spec/tcp", reading)
}

func emit(t *testing.T, p *ir.Program, c world.Config) string {
	t.Helper()
	b, err := Emit(p, c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Emit(p, c)
	if err != nil || !bytes.Equal(b, again) {
		t.Fatal("written twice, it is not the same", err)
	}
	return string(b)
}

// TestEverythingIsThere: each name of the text stands in the model, each inline once.
func TestEverythingIsThere(t *testing.T) {
	p := program(t, ir.Amended())
	s := emit(t, p, world.Smallest(p))
	for _, r := range p.Rules {
		if !strings.Contains(s, "FIRED("+ruleName(r)+");") && !strings.Contains(s, "FIRED_NOTED("+ruleName(r)+", noted_") {
			t.Errorf("rule %s never fires", r.Name)
		}
	}
	for _, a := range p.Actions {
		if strings.Count(s, "\ninline "+ir.Ident(a.Name)+"()\n") != 1 {
			t.Errorf("action %s is not one inline", a.Name)
		}
	}
	for _, g := range p.Guards {
		if strings.Count(s, "\n#define "+ir.Ident(g.Name)+" (") != 1 {
			t.Errorf("guard %s is not one macro", g.Name)
		}
	}
	for _, g := range p.Invariants {
		if !strings.Contains(s, "assert(tcb_"+ir.Ident(g.Name)+");") {
			t.Errorf("invariant %s is not asserted", g.Name)
		}
	}
	for _, c := range p.Properties {
		asserted := strings.Contains(s, "assert(property_"+ir.Ident(c.Name)+");")
		claimed := strings.Contains(s, "ltl "+ir.Ident(c.Name)+"_0 {") || strings.Contains(s, "ltl "+ir.Ident(c.Name)+" {")
		met := c.Form == parser.Sometimes && strings.Contains(s, "/* "+ir.Headline(c.Name, c.Decl)+" */\n\tif\n")
		if listed := strings.Contains(s, "\n  "+c.Name+": "); listed == (asserted || claimed || met) {
			t.Errorf("property %s is neither asked nor listed as left out, or both", c.Name)
		}
		if !strings.Contains(s, c.Doc) && (asserted || claimed) {
			t.Errorf("property %s does not say what holds", c.Name)
		}
	}
	if strings.Contains(s, "//@") {
		t.Error("a place of the world is not filled in")
	}
}

func TestReadings(t *testing.T) {
	amended, literal := program(t, ir.Amended()), program(t, ir.LiteralIn("B14"))
	a, l := emit(t, amended, world.Smallest(amended)), emit(t, literal, world.Smallest(literal))
	if a == l || !strings.Contains(l, "literal reading, B14") || !strings.Contains(a, "amended reading, B14") {
		t.Error("a model does not follow the reading")
	}
}

// TestScript: what users do, and when.
func TestScript(t *testing.T) {
	p := program(t, ir.Amended())
	s := emit(t, p, world.Smallest(p))
	for _, want := range []string{
		"_pid == 0 && my.Next == 0 && CAN_OPEN_ACTIVE -> happens = CALL; call = OPEN_ACTIVE;",
		"_pid == 1 && my.Next == 0 && CAN_OPEN_PASSIVE && your.Next > 0 -> ",
		"_pid == 0 && my.Next == 2 && CAN_CLOSE && begun && quiet -> ",
		"#define WAIT_IS_OVER (_pid == 0 && my.Next == 1 && CAN_AWAIT_OPEN)",
		"ltl both_end_0 ",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("not there: %s", want)
		}
	}
}

// TestLeftOut: what cannot be asked is named, with the reason.
func TestLeftOut(t *testing.T) {
	p := irtest.With(t, "../../spec/tcp", `ghost { mood : flag "of the user" }
property met "says" catches "finds" sometimes state in CLOSING
property fires "says" catches "finds" each step: fired ack.new implies state in synchronized
property moody "says" catches "finds" each ABORT: not mood
property good-mood "says" catches "finds" sometimes mood
`)
	s := emit(t, p, world.Smallest(p))
	for _, want := range []string{"moody: the model does not remember mood", "good-mood: the model does not remember mood"} {
		if !strings.Contains(s, "\n  "+want) {
			t.Errorf("not there: %s", want)
		}
	}
	for _, name := range []string{"fires", "met"} {
		if strings.Contains(s, "\n  "+name+": ") {
			t.Errorf("%s can be asked, and is left out", name)
		}
	}
}

// TestCounted: a property that looks at what is counted is asked when all is done, of what
// the event itself asked for; others are asked at once.
func TestCounted(t *testing.T) {
	p := irtest.With(t, "../../spec/tcp", `property at-once "says" catches "finds" each CLOSE: sends FIN or starts USER or half or was.octets-unread = 0
property counted "says" catches "finds" each CLOSE: sends FIN or starts USER or half or octets-unread = 0
`)
	s := emit(t, p, world.Smallest(p))
	inline := func(name string) string {
		_, s, _ := strings.Cut(s, "\ninline "+name+"()\n{\n")
		s, _, _ = strings.Cut(s, "\n}\n")
		return s
	}
	for name, parts := range map[string][]string{
		"at_once_holds":   {"any(out_CTL[0], FIN)", "starts(T_USER)", "CLOSE_half", "(was_octets_unread == 0)"},
		"counted_holds":   {"any(made_out_CTL_0, FIN)", "any(made_started & made_timers, T_USER)", "CLOSE_half", "(octets_unread(h[_pid]) == 0)"},
		"remember_output": {"made_out_CTL_0 = out_CTL[0];", "made_started = started;"},
		"steps_hold":      {"\tat_once_holds();"},
		"counts_hold":     {"\tcounted_holds();", "\tfifo_holds_in_steps();"},
	} {
		for _, part := range parts {
			if !strings.Contains(inline(name), part) {
				t.Errorf("%s has no %s:\n%s", name, part, inline(name))
			}
		}
	}
}

// TestWorlds: what a world has stands in its model, and in no other.
func TestWorlds(t *testing.T) {
	p := program(t, ir.Amended())
	plain := emit(t, p, world.Smallest(p))
	for want, change := range map[string]func(*world.Config){
		"h[1].Lives = 1; late[1]!FIRST + 1, FIRST + 2, 1, 2, 0, text_at(1, 0), FIN | ACK, 0;": func(c *world.Config) {
			c.Old[1] = &world.Segment{SEQ: 1, ACK: 2, DATA: 2, CTL: []string{"FIN", "ACK"}}
		},
		"late[0]!FIRST + 0, 0, 1, 0, 0, GARBAGE, SYN, 0;": func(c *world.Config) { c.Old[0] = &world.Segment{CTL: []string{"SYN"}} },
		":: FORGED(FORGES_RST, target, ":                  func(c *world.Config) { c.Harm.Forge[0] = 1 },
		"#define CLOCK 1 ":                                func(c *world.Config) { c.Clock = true },
		"#define NUMBER int ":                             func(c *world.Config) { c.Settings[0]["RCV.BUFF"] = 17 },
	} {
		c := world.Smallest(p)
		change(&c)
		if has := strings.Contains(emit(t, p, c), want); !has || strings.Contains(plain, want) {
			t.Errorf("it is there %v, in the plain world %v: %s", has, strings.Contains(plain, want), want)
		}
	}
}

// TestRefused: what the abstraction leaves out is not left out silently.
func TestRefused(t *testing.T) {
	p := program(t, ir.Amended())
	for want, change := range map[string]func(*world.Config){
		"send queue":        func(c *world.Config) { c.SendBuff = 9 },
		"an attacker, and":  func(c *world.Config) { c.Settings[0]["RCV.BUFF"], c.Harm.Forge[1] = 14, 1 },
		"no value for R1":   func(c *world.Config) { delete(c.Settings[0], "R1") },
		"segments be under": func(c *world.Config) { c.Queue = 0 },
	} {
		c := world.Smallest(p)
		change(&c)
		if _, err := Emit(p, c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", want, err)
		}
	}
}
