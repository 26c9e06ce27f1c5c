package ir

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/parser"
)

func TestNames(t *testing.T) {
	p := program(t)
	for _, c := range []struct{ got, want string }{
		{Exported("passive-open"), "PassiveOpen"},
		{Exported("SYN-outstanding"), "SYNOutstanding"},
		{strings.Join(Path("MAX.SND.WND"), "."), "MAX.SND.WND"},
		{strings.Join(Path("Last.ACK.sent"), "."), "Last.ACK.Sent"},
		{Unexported("acceptable-ACK"), "acceptableACK"},
		{Unexported("SYN-ACK-acceptable"), "synACKAcceptable"},
		{Unexported("update-TS.Recent"), "updateTSRecent"},
		{Unexported("RCV.USER"), "rcvUSER"},
		{Unexported("U"), "U"},
		{StateName("FIN-WAIT-1"), "FinWait1"},
		{WordName("SWS-OVERRIDE"), "SWSOverride"},
		{WordName("SEGMENT ARRIVES"), "SegmentArrives"},
		{WordName("ICMP ERROR"), "ICMPError"},
		{p.RuleName("seq.crossed-SYN-ACK"), "SeqCrossedSYNACK"},
		{p.RuleName("ack.FIN-WAIT-2"), "AckFinWait2"},
		{p.RuleName("open.from-LISTEN"), "OpenFromListen"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

// TestClash: two rules with one Go name are an error that names both.
func TestClash(t *testing.T) {
	p := program(t)
	twin := *p.Rules[3]
	p.Rules = append(slices.Clone(p.Rules), &twin)
	err := p.checkNames()
	if err == nil || !strings.Contains(err.Error(), twin.Name) {
		t.Errorf("two rules named %s: error %v", twin.Name, err)
	}
}

func TestReading(t *testing.T) {
	for _, c := range []struct {
		name    string
		reading Reading
		b4, b6  bool
	}{{"amended", Amended(), false, false}, {"literal", Literal(), true, true}, {"B4", LiteralIn("B4"), true, false}} {
		if c.reading.IsLiteral("B4") != c.b4 || c.reading.IsLiteral("B6") != c.b6 {
			t.Errorf("%s: B4 literal %v, B6 literal %v", c.name, c.reading.IsLiteral("B4"), c.reading.IsLiteral("B6"))
		}
	}
}

// TestKnown: a timer can run only where it was started and not stopped since.
func TestKnown(t *testing.T) {
	p := program(t)
	may := p.Reachable().May
	for state, want := range map[string]string{
		"CLOSED":    "",
		"LISTEN":    "",
		"SYN-SENT":  "RETRANSMISSION GIVE-UP USER",
		"TIME-WAIT": "DELAYED-ACK TIME-WAIT CHALLENGE TS-RECENT",
	} {
		var got []string
		for _, timer := range p.RunningIn(may[p.state(state).Index]) {
			got = append(got, timer.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: timers %s, want %s", state, strings.Join(got, " "), want)
		}
	}
}

// TestApart: in-blocks may become a switch only if none leads into a later one.
func TestApart(t *testing.T) {
	p := program(t)
	in := func(state string, body ...parser.Stmt) *parser.In {
		return &parser.In{States: 1 << p.state(state).Index, Body: body}
	}
	to := func(state string) parser.Stmt { return &parser.Goto{State: p.state(state)} }
	for _, c := range []struct {
		name string
		run  []*parser.In
		want bool
	}{
		{"different states", []*parser.In{in("CLOSING"), in("LAST-ACK")}, true},
		{"one state twice", []*parser.In{in("CLOSING"), in("CLOSING")}, false},
		{"into a later one", []*parser.In{in("FIN-WAIT-1", to("CLOSING")), in("CLOSING")}, false},
		{"into an earlier one", []*parser.In{in("CLOSING"), in("FIN-WAIT-1", to("CLOSING"))}, true},
		{"into a later one, but the event ends", []*parser.In{in("FIN-WAIT-1", to("CLOSING"), &parser.Drop{}), in("CLOSING")}, true},
	} {
		if got := p.Apart(c.run); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestCover: a set is written with the largest named sets that fit.
func TestCover(t *testing.T) {
	p := program(t)
	for _, want := range []string{"SYN-RECEIVED | synchronized", "may-receive", "CLOSING | LAST-ACK", "CLOSED", "any"} {
		var set parser.StateSet
		for name := range strings.SplitSeq(want, " | ") {
			if s := p.state(name); s != nil {
				set |= 1 << s.Index
			}
			for _, s := range p.Sets {
				if s.Name == name {
					set |= s.States
				}
			}
		}
		if want == "any" {
			set = p.AllStates()
		}
		if got := p.SetText(set); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestNamelessGoto: a change of state outside a rule is an error that says where.
func TestNamelessGoto(t *testing.T) {
	p := program(t)
	p.Handlers[0].Body = append(p.Handlers[0].Body, &parser.Goto{State: p.States[1], Pos: parser.Pos{File: "x.spec", Line: 7}})
	if _, err := New(p.Spec, Amended()); err == nil || !strings.Contains(err.Error(), "x.spec:7: goto LISTEN") {
		t.Errorf("error %v", err)
	}
}
