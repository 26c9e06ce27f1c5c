package parser

import (
	"fmt"
	"os"
	"reflect"
	"testing"
)

// dump writes an expression with all its parentheses, and the types of numbers.
func dump(e Expr) string {
	switch e := e.(type) {
	case *Lit:
		return fmt.Sprintf("%s:%s", leafText(e), [...]string{"?", "flag", "seq", "stamp", "octets", "small", "number"}[e.T])
	case *Not:
		return "(not " + dump(e.X) + ")"
	case *Binary:
		return "(" + dump(e.X) + " " + e.Op.String() + " " + dump(e.Y) + ")"
	case *Cond:
		return "(" + dump(e.Then) + " if " + dump(e.If) + " else " + dump(e.Else) + ")"
	case *StateIn:
		return fmt.Sprintf("(state in %b)", e.States)
	}
	return leafText(e)
}

func TestExpressions(t *testing.T) {
	cases := []struct{ kind, text, want string }{
		{"guard", "SYN or ACK and not RST or FIN", "((SYN or (ACK and (not RST))) or FIN)"},
		{"guard", "not SEG.LEN = 0", "(not (SEG.LEN = 0:octets))"},
		{"guard", "not not SYN", "(not (not SYN))"},
		{"guard", "SND.UNA < SEG.ACK =< SND.NXT", "((SND.UNA < SEG.ACK) and (SEG.ACK =< SND.NXT))"},
		{"guard", "tries = 3", "(tries = 3:small)"},
		{"guard", "tries = 300", "(tries = 300:octets)"},
		{"guard", "tries < SEG.LEN", "(tries < SEG.LEN)"},
		{"guard", "asked = SYN", "(asked = SYN)"},
		{"guard", "1 + 2 = 3", "((1:octets + 2:octets) = 3:octets)"},
		{"guard", "state in live and running(RETRY) or running(any)", "(((state in 110) and running(RETRY)) or running(any))"},
		{"guard", "state in CLOSED | OPEN", "(state in 101)"},
		{"guard", "state in any", "(state in 111)"},
		{"guard", "true if SYN else false", "(true:flag if SYN else false:flag)"},
		{"octets", "SEG.LEN - 1 - 2", "((SEG.LEN - 1:octets) - 2:octets)"},
		{"octets", "SEG.LEN - (1 - tries)", "(SEG.LEN - (1:small - tries))"},
		{"octets", "SEG.LEN << tries + 1 * 2", "(SEG.LEN << (tries + (1:small * 2:small)))"},
		{"octets", "65535 << tries", "(65535:octets << tries)"},
		{"octets", "SEG.SEQ - RCV.NXT", "(SEG.SEQ - RCV.NXT)"},
		{"octets", "SEG.SEQ + 1 - RCV.NXT", "((SEG.SEQ + 1:octets) - RCV.NXT)"},
		{"octets", "min(SEG.LEN, 3, tries)", "((SEG.LEN min 3:octets) min tries)"},
		{"octets", "max(SEG.LEN if SYN else 1, 2)", "((SEG.LEN if SYN else 1:octets) max 2:octets)"},
		{"octets", "1 if SYN else 2 if ACK else 3", "(1:octets if SYN else (2:octets if ACK else 3:octets))"},
		{"octets", "tries", "tries"},
		{"octets", "text-length / 2", "(text-length / 2:octets)"},
		{"seq", "SEG.SEQ + (1 if SYN else 0)", "(SEG.SEQ + (1:octets if SYN else 0:octets))"},
		{"seq", "SEG.SEQ - tries", "(SEG.SEQ - tries)"},
		{"small", "min(tries, 14)", "(tries min 14:small)"},
		{"small", "tries - 1", "(tries - 1:small)"},
		{"stamp", "SEG.TSval if SYN else TS", "(SEG.TSval if SYN else TS)"},
	}
	for _, c := range cases {
		text := "guard it = " + c.text
		if c.kind != "guard" {
			text = "value it : " + c.kind + " = " + c.text
		}
		spec, found := LoadFiles(map[string][]byte{"a.spec": []byte(text), "prelude.spec": prelude(t)})
		if found.HasErrors() {
			t.Errorf("%s:\n%s", c.text, found)
			continue
		}
		var got Expr
		if c.kind == "guard" {
			got = spec.Guards[0].Expr
		} else {
			got = spec.Values[0].Expr
		}
		if dump(got) != c.want {
			t.Errorf("%s\n  is     %s\n  wanted %s", c.text, dump(got), c.want)
		}
	}
}

// load reads a text that must be right, together with the prelude.
func load(t *testing.T, text string) *Spec {
	t.Helper()
	spec, found := LoadFiles(map[string][]byte{"a.spec": []byte(text), "prelude.spec": prelude(t)})
	if found.HasErrors() {
		t.Fatalf("%s", found)
	}
	return spec
}

func TestStatements(t *testing.T) {
	spec := load(t, `
events { POKE (segment, n : octets) "poked" }

on POKE
  in any  @rfc(9293, A.2)  MUST-1
  D-02 {
  step last "with a \"quote\" and a \\"  SA-ACK-W
    when SYN  TO-2MSL {
    clear FIN
    stop all
    stop RETRY; forget
    send <SEQ=0><ACK=SEG.SEQ +
      1><CTL=RST,ACK><FIN if n > 3>
         <DATA=n if SYN else 2><UP=SND.UNA if asked and SND.UNA < SND.NXT>
    defect B1 "both" { literal { } amended { wake } }
    if asked { wake }
    else if n = 1 { }
    else { drop }
    rule poked
      if asked and
        # a comment within
        SYN
      MUST-3
      {
        wake
      }
  }
}
`)
	h := spec.Handlers[0]
	step := h.Body[0].(*Step)
	if !reflect.DeepEqual(h.Labels, []string{"MUST-1", "D-02"}) || !reflect.DeepEqual(h.Cites, []Cite{{9293, "A.2"}}) {
		t.Errorf("annotations of the handler: %v %v", h.Labels, h.Cites)
	}
	if step.Quote != `with a "quote" and a \` || len(step.Labels) != 2 || dump(step.When) != "SYN" {
		t.Errorf("the step: %q %v %s", step.Quote, step.Labels, dump(step.When))
	}
	send := step.Body[4].(*Send)
	got := fmt.Sprint(dump(send.SEQ), dump(send.ACK), send.CTL[0].Name, send.CTL[1].Name, send.Cond[0].Bit.Name,
		dump(send.Cond[0].Cond), dump(send.DATA), dump(send.UP), dump(send.UPIf))
	if want := "0:seq(SEG.SEQ + 1:octets)RSTACKFIN(n > 3:octets)(n if SYN else 2:octets)SND.UNA(asked and (SND.UNA < SND.NXT))"; got != want {
		t.Errorf("the send: %s", got)
	}
	branch := step.Body[6].(*If)
	if inner, ok := branch.Else[0].(*If); !ok || len(inner.Then) != 0 || len(inner.Else) != 1 {
		t.Errorf("else if: %v", branch.Else)
	}
	if rule := step.Body[7].(*Rule); dump(rule.Cond) != "(asked and SYN)" || rule.Labels[0] != "MUST-3" || len(rule.Body) != 1 {
		t.Errorf("the rule: %s %v", dump(rule.Cond), rule.Labels)
	}
	if step.Body[1].(*Stop).Timer != nil || step.Body[2].(*Stop).Timer == nil {
		t.Error("stop all and stop RETRY are mixed up")
	}
	if got := h.At(); got != (Pos{"a.spec", 4, 4}) {
		t.Errorf("the handler is at %v", got)
	}
}

func TestTimeouts(t *testing.T) {
	spec := load(t, "")
	last := spec.Events[len(spec.Events)-1]
	if last.Name != "timeout RETRY" || last.Timer != spec.Timers[0] || len(spec.Events) != 3 {
		t.Errorf("the last of %d events is %s", len(spec.Events), last.Name)
	}
	if h := spec.Handlers[len(spec.Handlers)-1]; h.Event != last || h.Name != last.Name || h.States != 7 {
		t.Errorf("the last handler is %s in %b", h.Name, h.States)
	}
}

func TestWholeText(t *testing.T) {
	spec, found := Load(os.DirFS("../spec/tcp"))
	if len(found) > 0 {
		t.Fatalf("%s", found)
	}
	if spec.MaxSends() < 1 || spec.MaxSends() > maxSends {
		t.Errorf("one event sends up to %d segments", spec.MaxSends())
	}
	for _, e := range spec.Effects {
		if e.Bound < 1 || e.Bound > 1 && len(e.Params) > 0 {
			t.Errorf("%s is asked for up to %d times", e.Name, e.Bound)
		}
	}
	for i, rule := range spec.Rules {
		if rule.Index != i {
			t.Errorf("%s has number %d and is %d", rule.Name, rule.Index, i)
		}
		if i > 0 && !before(spec.Rules[i-1].Pos, rule.Pos) {
			t.Errorf("%s is out of order", rule.Name)
		}
	}
	items := 0
	for _, f := range spec.Files {
		items += len(f.Items)
		if f.Doc == "" {
			t.Errorf("%s does not say what it is", f.Name)
		}
	}
	if want := len(spec.Guards) + len(spec.Values) + len(spec.Actions) + len(spec.Handlers); items != want {
		t.Errorf("the files have %d items, not %d", items, want)
	}
}

func before(a, b Pos) bool {
	return a.File < b.File || a.File == b.File && (a.Line < b.Line || a.Line == b.Line && a.Col < b.Col)
}

// TestStops: an action stops if some way through it ends the event, also by way of another.
func TestStops(t *testing.T) {
	spec := load(t, `
action calls { if asked { ends } }
action ends { ordered { rule ends.one  if asked  { drop } } }
action runs { wake }
`)
	for _, a := range spec.Actions {
		if want := a.Name == "ends" || a.Name == "calls"; a.Stops != want {
			t.Errorf("%s stops: %v", a.Name, a.Stops)
		}
	}
}

// TestBounds: ways that exclude each other do not add up, others do.
func TestBounds(t *testing.T) {
	cases := []struct {
		name, body string
		want       int
	}{
		{"one behind the other", "send-SYN; send-SYN", 2},
		{"either or", "if asked { send-SYN } else { send-SYN; send-SYN }", 2},
		{"an ended way", "if asked { send-SYN; drop }; send-SYN", 1},
		{"by state", "in CLOSED { send-SYN }; in live { send-SYN }", 1},
		{"by a state that changes", "in CLOSED { send-SYN; goto OPEN }; in live { send-SYN }", 2},
		{"the first arm", "ordered { rule x.a if asked { send-SYN }; rule x.b { send-SYN; send-SYN } }", 2},
		{"an arm by state", "ordered { in live { send-SYN }; rule x.b { send-SYN; send-SYN; goto OPEN } }; in OPEN { send-SYN }", 3},
		{"an arm with else", "ordered { if asked { send-SYN } else { send-SYN; send-SYN } }", 2},
		{"behind an arm with else", "ordered { if asked { drop } else { send-SYN; drop } }", 1},
		{"by conditions of state", "rule x.a if state in live or state in OPEN { send-SYN }; rule x.b unless state in live { send-SYN }", 1},
		{"both readings", "defect B1 { literal { send-SYN; send-SYN } amended { send-SYN } }", 2},
		{"goes on elsewhere", "send-SYN; if asked { continue at step here }", 2},
	}
	for _, c := range cases {
		spec := load(t, `
events { POKE (segment) "poked" }
events { PUSH (segment) "pushed" }
on PUSH in any { step here { send-SYN } }
on POKE in any { `+c.body+" }\n")
		if got := spec.MaxSends(); got != c.want {
			t.Errorf("%s: %d, wanted %d", c.name, got, c.want)
		}
	}
}
