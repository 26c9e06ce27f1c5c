package diagram

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// figure5 is Figure 5 of RFC 9293, arc by arc, with the rules of the text that draw it.
var figure5 = []struct{ from, to, event, rules string }{
	{"CLOSED", "LISTEN", "passive OPEN", "open.passive"},
	{"CLOSED", "SYN-SENT", "active OPEN", "open.active"},
	{"LISTEN", "CLOSED", "CLOSE", "close.unopened"},
	{"LISTEN", "SYN-RECEIVED", "rcv SYN", "listen.SYN"},
	{"LISTEN", "SYN-SENT", "SEND", "send.from-LISTEN"},
	{"SYN-SENT", "CLOSED", "CLOSE", "close.unopened"},
	{"SYN-SENT", "SYN-RECEIVED", "rcv SYN", "syn-sent.simultaneous"},
	{"SYN-SENT", "ESTABLISHED", "rcv SYN,ACK", "syn-sent.established"},
	{"SYN-RECEIVED", "LISTEN", "rcv RST (note 1)", "rst.back-to-listen"},
	{"SYN-RECEIVED", "ESTABLISHED", "rcv ACK of SYN", "ack.of-SYN"},
	{"SYN-RECEIVED", "FIN-WAIT-1", "CLOSE", "close.early"},
	{"ESTABLISHED", "FIN-WAIT-1", "CLOSE", "close.ESTABLISHED"},
	{"ESTABLISHED", "CLOSE-WAIT", "rcv FIN", "fin.CLOSE-WAIT"},
	{"FIN-WAIT-1", "CLOSING", "rcv FIN", "fin.CLOSING"},
	{"FIN-WAIT-1", "FIN-WAIT-2", "rcv ACK of FIN", "ack.FIN-WAIT-2"},
	{"FIN-WAIT-2", "TIME-WAIT", "rcv FIN", "fin.TIME-WAIT"},
	{"CLOSING", "TIME-WAIT", "rcv ACK of FIN", "ack.TIME-WAIT"},
	{"CLOSE-WAIT", "LAST-ACK", "CLOSE", "output.FIN-sent"}, // when the FIN is sent, not when CLOSE is called: defect B27
	{"LAST-ACK", "CLOSED", "rcv ACK of FIN", "ack.CLOSED"},
	{"TIME-WAIT", "CLOSED", "Timeout=2MSL", "timeout.time-wait"},
}

const (
	noteThree = "RFC 9293 figure 5, note 3: resets are not drawn"
	aborts    = "the figure has no ABORT: RFC 9293 3.10.5"
	giveUp    = "the figure has no user timeout and no R2: RFC 9293 3.10.8, 3.8.3"
)

// differences are the arcs that the text has and the figure has not, each with its reason.
var differences = []struct{ rule, arcs, why string }{
	{"open.from-LISTEN", "LISTEN SYN-SENT", "the figure draws SEND only: RFC 9293 3.10.1, LISTEN STATE"},
	{"syn.back-to-listen", "SYN-RECEIVED LISTEN", "erratum 8710: rcv RST/SYN"},
	{"give-up.to-LISTEN", "SYN-RECEIVED LISTEN", giveUp + "; the user of a passive OPEN need not be informed"},
	{"ack.of-SYN", "SYN-RECEIVED FIN-WAIT-1", "a CLOSE queued in SYN-RECEIVED is executed on entering ESTABLISHED: RFC 9293 3.10.4"},
	{"timeout.FIN-WAIT-2", "FIN-WAIT-2 CLOSED", "no peer may keep a connection whose user is gone: defect B19"},
	{"close.unread", "ESTABLISHED CLOSED, FIN-WAIT-1 CLOSED, FIN-WAIT-2 CLOSED, CLOSE-WAIT CLOSED", "SHLD-3: a CLOSE with unread text resets"},
	{"text.unwanted", "ESTABLISHED CLOSED, FIN-WAIT-1 CLOSED, FIN-WAIT-2 CLOSED", "SHLD-3: text that nobody will read resets"},
	{"abort.unopened", "LISTEN CLOSED, SYN-SENT CLOSED", aborts},
	{"abort.reset", "SYN-RECEIVED CLOSED, ESTABLISHED CLOSED, FIN-WAIT-1 CLOSED, FIN-WAIT-2 CLOSED, CLOSE-WAIT CLOSED", aborts},
	{"abort.quiet", "CLOSING CLOSED, LAST-ACK CLOSED, TIME-WAIT CLOSED", aborts},
	{"syn-sent.refused", "SYN-SENT CLOSED", noteThree},
	{"rst.refused", "SYN-RECEIVED CLOSED", noteThree},
	{"rst.reset", "ESTABLISHED CLOSED, FIN-WAIT-1 CLOSED, FIN-WAIT-2 CLOSED, CLOSE-WAIT CLOSED", noteThree},
	{"rst.closed", "CLOSING CLOSED, LAST-ACK CLOSED", noteThree + "; none in TIME-WAIT: RFC 1337"},
	{"give-up.reset", "SYN-RECEIVED CLOSED, ESTABLISHED CLOSED, FIN-WAIT-1 CLOSED, FIN-WAIT-2 CLOSED, CLOSE-WAIT CLOSED, CLOSING CLOSED, LAST-ACK CLOSED", giveUp},
	{"give-up.quietly", "SYN-SENT CLOSED", giveUp},
}

func program(t *testing.T) *ir.Program {
	t.Helper()
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	p, err := ir.New(spec, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestFigure5: what is derived is the figure, plus the differences, and nothing else.
func TestFigure5(t *testing.T) {
	want := map[string]string{}
	for _, f := range figure5 {
		want[f.from+" "+f.to+" "+f.rules] = "Figure 5: " + f.event
	}
	for _, d := range differences {
		for arc := range strings.SplitSeq(d.arcs, ", ") {
			want[arc+" "+d.rule] = d.why
		}
	}
	for _, a := range Arcs(program(t).Reachable().Edges) {
		for _, w := range a.Ways {
			key := a.From.Name + " " + a.To.Name + " " + w.Rule.Name
			if want[key] == "" {
				t.Errorf("%s → %s by %s: neither in the figure nor a listed difference", a.From.Name, a.To.Name, w.Rule.Name)
			}
			delete(want, key)
		}
	}
	for key, why := range want {
		t.Errorf("%s: not derived from the text (%s)", key, why)
	}
}

// TestNoteTwo: "The figure omits a transition from FIN-WAIT-1 to TIME-WAIT if a FIN is
// received and the local FIN is also acknowledged."
func TestNoteTwo(t *testing.T) {
	for _, e := range program(t).Reachable().Edges {
		if e.From.Name == "FIN-WAIT-1" && e.To.Name == "TIME-WAIT" {
			if len(e.Hops) == 2 && e.Hops[0].To.Name == "FIN-WAIT-2" {
				return
			}
		}
	}
	t.Error("no segment takes FIN-WAIT-1 through FIN-WAIT-2 to TIME-WAIT")
}

// TestLiteralFigure: in the literal reading CLOSE itself leads to LAST-ACK, as drawn.
func TestLiteralFigure(t *testing.T) {
	p := program(t)
	p.Reading = ir.LiteralIn("B27")
	found := slices.ContainsFunc(p.Reachable().Edges, func(e ir.Edge) bool {
		return e.From.Name == "CLOSE-WAIT" && e.To.Name == "LAST-ACK" && e.Event.Name == "CLOSE"
	})
	if !found {
		t.Error("B27 taken literally, CLOSE does not lead from CLOSE-WAIT to LAST-ACK")
	}
}

// TestLayout: every state and every arc of the figure has its pinned place, and no
// route is left without an arc.
func TestLayout(t *testing.T) {
	p := program(t)
	d := newDrawing(p)
	left := map[string]bool{}
	for key := range routes {
		left[key] = true
	}
	for _, a := range d.arcs {
		key := a.From.Name + " " + a.To.Name
		if _, ok := routes[key]; !ok {
			t.Errorf("no route for %s", key)
		}
		delete(left, key)
	}
	for key := range left {
		t.Errorf("a route for %s, which no rule takes", key)
	}
	for _, s := range p.States {
		if _, ok := places[s.Name]; !ok {
			t.Errorf("no place for %s", s.Name)
		}
	}
}

// TestWellFormed: the SVG is XML.
func TestWellFormed(t *testing.T) {
	files := Emit(program(t), "mark")
	decoder := xml.NewDecoder(strings.NewReader(string(files["states.svg"])))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
