package tla

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/irtest"
	"github.com/lockstep-tcp/lockstep/gen/world"
)

// What TLC makes of the module is tested in proptest/spin, where there is a TLC.

func program(t *testing.T, reading ir.Reading) *ir.Program {
	t.Helper()
	return irtest.Load(t, "../../spec/tcp", reading)
}

func emit(t *testing.T, p *ir.Program) (module, cfg string) {
	t.Helper()
	m, c, err := Emit(p, world.Smallest(p))
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := Emit(p, world.Smallest(p))
	if err != nil || !bytes.Equal(m, again) {
		t.Fatal("written twice, it is not the same", err)
	}
	return string(m), string(c)
}

var comment = regexp.MustCompile(`(?m)\\\*.*$`)

// TestEverythingIsThere: each name of the text stands in the module.
func TestEverythingIsThere(t *testing.T) {
	p := program(t, ir.Amended())
	s, cfg := emit(t, p)
	for _, r := range p.Rules {
		if !strings.Contains(s, "Fired(m, "+quoted(r.Name)+")") && !regexp.MustCompile(`Fired\(m\d+, "`+regexp.QuoteMeta(r.Name)+`"\)`).MatchString(s) {
			t.Errorf("rule %s never fires", r.Name)
		}
	}
	for _, a := range p.Actions {
		if !strings.Contains(s, "\n"+ir.Ident(a.Name)+"(m") {
			t.Errorf("action %s is no operator", a.Name)
		}
	}
	for _, g := range p.Guards {
		if !strings.Contains(s, "\n"+ir.Ident(g.Name)+"(m) == ") {
			t.Errorf("guard %s is no operator", g.Name)
		}
	}
	for _, c := range p.Properties {
		name := ir.Ident(c.Name)
		step := strings.Contains(s, "\nStep_"+name+"(") && strings.Contains(s, "THEN {} ELSE {"+quoted(c.Name)+"}")
		other := strings.Contains(cfg, "  Always_"+name+"\n") || strings.Contains(cfg, "  Finally_"+name+"\n")
		if listed := strings.Contains(s, `\*   `+c.Name+": "); listed == (step || other) {
			t.Errorf("property %s is neither asked nor listed as left out, or both", c.Name)
		}
	}
	if strings.Contains(s, `\*@`) {
		t.Error("a place of the world is not filled in")
	}
}

var (
	definition = regexp.MustCompile(`(?m)^(?:RECURSIVE )?(\w+)(\([^=\n]*\))? ==`)
	use        = regexp.MustCompile(`\b([A-Za-z]\w*)\(`)
	inner      = regexp.MustCompile(`\b(\w+)\([\w, ]*\) ==`)
)

// TestWellFormed: brackets match, each operator is defined once, and above its uses.
func TestWellFormed(t *testing.T) {
	for _, reading := range []ir.Reading{ir.Amended(), ir.Literal()} {
		s, cfg := emit(t, program(t, reading))
		s = comment.ReplaceAllString(s, "")
		for _, pair := range []string{"()", "[]", "{}"} {
			if a, b := strings.Count(s, pair[:1]), strings.Count(s, pair[1:]); a != b {
				t.Errorf("%d of %s, %d of %s", a, pair[:1], b, pair[1:])
			}
		}
		if a, b := strings.Count(s, "<<"), strings.Count(s, ">>"); a != b {
			t.Errorf("%d of <<, %d of >>", a, b)
		}
		defined := map[string]bool{"Append": true, "Head": true, "Tail": true, "Len": true, "SubSeq": true, "WF_vars": true, "RECURSIVE": true}
		for line := range strings.Lines(s) {
			if m := definition.FindStringSubmatch(line); m != nil {
				if defined[m[1]] {
					t.Errorf("%s is defined twice", m[1])
				}
				defined[m[1]] = true
			}
			if strings.HasPrefix(line, "RECURSIVE ") {
				continue // what it announces is defined below
			}
			for _, m := range inner.FindAllStringSubmatch(line, -1) {
				defined[m[1]] = true
			}
			for _, m := range use.FindAllStringSubmatch(line, -1) {
				if !defined[m[1]] {
					t.Errorf("%s is used above its definition: %.80s", m[1], line)
				}
			}
		}
		for name := range strings.FieldsSeq(cfg) {
			if strings.Contains(name, "_") && !strings.Contains(name, "CHECK") && !defined[name] {
				t.Errorf("TLC is to check %s, which is not defined", name)
			}
		}
	}
}

// TestEveryVariable: every step says of every variable what becomes of it.
func TestEveryVariable(t *testing.T) {
	s, _ := emit(t, program(t, ir.Amended()))
	s = s[strings.Index(s, "\nCall(i) =="):strings.Index(s, "\nInit ==")]
	// what Becomes, Sends and Expires say for their callers
	for name, says := range map[string]string{"Becomes(i, m)": "h' clock' broken'", "Sends(i, m)": "way'", "Expires(i, t)": "h' clock' broken' way'"} {
		s = strings.ReplaceAll(s, name, says)
	}
	steps := 0
	for part := range strings.SplitSeq(comment.ReplaceAllString(s, ""), "\n\n") {
		name, body, ok := strings.Cut(strings.TrimSpace(part), " ==")
		if !ok || !strings.Contains(name, "(i") {
			continue
		}
		steps++
		for _, v := range []string{"h", "way", "late", "harm", "clock", "broken"} {
			primed := regexp.MustCompile(`\b` + v + `'`).MatchString(body)
			kept := regexp.MustCompile(`UNCHANGED (<<[^>]*\b` + v + `\b|` + v + `\b)`).MatchString(body)
			if primed == kept {
				t.Errorf("%s: %s is primed %v, unchanged %v", name, v, primed, kept)
			}
		}
	}
	if steps != 11 {
		t.Errorf("%d steps", steps)
	}
}

// TestExpressions holds what properties say to the TLA+ that it becomes.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{"always peer.state in synchronized", `h[Other[me]].state \in synchronized`},
		{"always octets-unread - 1 =< RCV.BUFF", "Minus(octets_unread(h[me]), 1) <= Settings[me].RCV_BUFF"},
		{"each SEGMENT ARRIVES in LISTEN: was.acceptable-ACK or RST", `(e.name \in {"SEGMENT ARRIVES"} /\ (was.state = "LISTEN")) => (acceptable_ACK_was(was, m, done, seg) \/ ("RST" \in seg.CTL))`},
		{"each CLOSE: half", `(e.name \in {"CLOSE"}) => e.half`},
		{"each step: sends <SEQ=ISS><CTL=SYN> or fired ack.new", `(m.out.sent = <<[SEQ |-> m.my.ISS, ACK |-> 0, DATA |-> 0, UP |-> 0, CTL |-> {"SYN"}]>>) \/ ("ack.new" \in m.out.rules)`},
		{"each step: keeps all but SND.UNA, USER", `Keeps(was, m, {"SND_UNA"}, {"USER"})`},
		{"each timeout USER, OPEN: signals nothing", `(e.name \in {"OPEN"} \/ (e.name = "timeout" /\ e.timer \in {"USER"}))`},
	} {
		p := irtest.With(t, "../../spec/tcp", "property X \"says\"  catches \"finds\"\n  "+c.text+"\n")
		s, _ := emit(t, p)
		lines := strings.Split(s, "\n")
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "Step_X(") || strings.HasPrefix(l, "Always_X ") })
		if i < 0 || !strings.Contains(lines[i], c.code) {
			t.Errorf("%s\ngives  %s\nwanted %s", c.text, lines[max(i, 0)], c.code)
		}
	}
}
