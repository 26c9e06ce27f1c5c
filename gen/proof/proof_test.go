package proof

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// emit writes the properties of the shipped text and these.
func emit(t *testing.T, more string) string {
	t.Helper()
	files := map[string][]byte{"more.spec": []byte(more)}
	entries, err := os.ReadDir("../../spec/tcp")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile("../../spec/tcp/" + e.Name()); err != nil {
			t.Fatal(err)
		}
	}
	spec, found := parser.LoadFiles(files)
	if spec == nil {
		t.Fatal(found)
	}
	p, err := ir.New(spec, ir.Amended())
	if err != nil {
		t.Fatal(err)
	}
	all, err := Emit(p, "spec/tcp")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, code := range all {
		b.Write(code)
	}
	return b.String()
}

// expressions are what properties say, and the Go that it becomes.
var expressions = []struct{ text, code string }{
	{"always SND.UNA =< SND.NXT", "h.TCB.SND.UNA.LessEq(h.TCB.SND.NXT)"},
	{"always RCV.NXT > peer.SND.NXT", "p.TCB.SND.NXT.Less(h.TCB.RCV.NXT)"},
	{"always peer.state in synchronized", "tcp.Synchronized.Has(p.TCB.State)"},
	{"always probes < keep-alive-limit", "uint32(h.TCB.Probes) < uint32(h.TCB.Settings.KeepAliveLimit)"},
	{"always octets-unsent - 1 = 0", "sub(h.OctetsUnsent, 1) == 0"},
	{"always not (running(any) and FIN-sent)", "!(h.TCB.Timers != 0 && h.TCB.FINSent)"},
	{"always (octets-unsent + 1) * 2 > 4", "(h.OctetsUnsent+1)*2 > 4"},
	{"always FIN-sent implies FIN-queued implies SND.urgent", "if h.TCB.FINSent && h.TCB.FINQueued { return verdict(h.TCB.SND.Urgent) } return Silent"},
	{"always FIN-sent or holes implies FIN-queued implies SND.urgent", "if (h.TCB.FINSent || h.TCB.Holes) && h.TCB.FINQueued {"},
	{"always (FIN-sent or holes) and (FIN-queued or SND.urgent) and (RCV.urgent or passive-open) and SYN-outstanding",
		"verdict((h.TCB.FINSent || h.TCB.Holes) && (h.TCB.FINQueued || h.TCB.SND.Urgent) && (h.TCB.RCV.Urgent || h.TCB.PassiveOpen) && h.TCB.SYNOutstanding)"},
	{"always (FIN-sent implies FIN-queued)", "if h.TCB.FINSent { return verdict(h.TCB.FINQueued) }"},
	{"always not (FIN-sent implies FIN-queued)", "{ return verdict(!(!h.TCB.FINSent || h.TCB.FINQueued)) }"},
	{"each step: was.SND.UNA - 1 =< SND.UNA", "s.Before.TCB.SND.UNA.Back(1).LessEq(s.After.TCB.SND.UNA)"},
	{"always FIN-sent or FIN-queued implies SND.urgent implies RCV.urgent", "if (h.TCB.FINSent || h.TCB.FINQueued) && h.TCB.SND.Urgent {"},
	{"always (octets-submitted > 1000000 or octets-received > 1000000) and octets-unread > 1000000 and octets-acknowledged > 1000000", "verdict((h.OctetsSubmitted > 1000000 || h.OctetsReceived > 1000000) &&"},
	{"each CLOSE in LISTEN: half", "{ return verdict((s.Params[2] != 0)) }"},
	{"each CLOSE in LISTEN | CLOSE-WAIT: half", "In: 1<<tcp.Listen | 1<<tcp.CloseWait"},
	{"each CLOSE in synchronized: half", "In: tcp.Synchronized"},
	{"each SEGMENT ARRIVES: was.acceptable-ACK", "acceptableACK(s.Before, s.SEG)"},
	{"each SEGMENT ARRIVES: was.running(USER) or RST", "s.Before.TCB.Timers.Has(tcp.TimerUser) || s.SEG.CTL.Has(tcp.RST)"},
	{"each step: sends <SEQ=0><ACK=RCV.NXT><CTL=RST,ACK>", "s.sends(tcp.Sent{SEQ: 0, ACK: s.After.TCB.RCV.NXT, CTL: tcp.RST | tcp.ACK})"},
	{"each step: sends <SEQ=ISS><CTL=SYN><PSH if FIN-sent>", "CTL: tcp.SYN | pick(s.After.TCB.FINSent, tcp.PSH, 0)"},
	{"each step: sends only (SEG.LEN = 0 or RST)", "seg := &sent if !(seg.LEN == 0 || seg.CTL.Has(tcp.RST)) { return false } } return true }()"},
	{"each step: sends some (SEG.SEQ = SND.UNA)", "if seg.SEQ == s.After.TCB.SND.UNA { return true } } return false }()"},
	{"each step: fired any and not replies nothing", "s.fired() && !(s.Out.Reply == tcp.NoReply)"},
	{"each step: keeps nothing", "verdict(s.forgets())"},
	{"each step but ABORT, CLOSE: FIN-sent", "On: (1<<NumEvents - 1) &^ (1<<EventClose | 1<<EventAbort)"},
	{"each CLOSE: half each SEND: urgent", "And2(s *Step) Verdict {\n\treturn verdict((s.Params[4] != 0))"},
	{"each step: sends nothing or sends text or sends RST", "s.Out.NSend == 0 || s.sendsText() || s.sendsBit(tcp.RST)"},
	{"each step: asks reopen (SND.NXT) or asks nothing", "s.Out.Set.Has(tcp.EffectReopen) && s.Out.Reopen.Above == s.After.TCB.SND.NXT || s.Out.Set == 0"},
	{"each step: signals established or signals nothing", "s.Out.Signals.Has(tcp.SignalEstablished) || s.Out.Signals == 0"},
	{"each step: replies ok and fired ack.new and starts USER", "s.Out.Reply == tcp.ReplyOk && s.Out.Rules.Has(tcp.RuleAckNew) && s.Out.Start.Has(tcp.TimerUser)"},
	{"each step: keeps all but SND.UNA, USER", "a.SND.UNA = b.SND.UNA"},
	{"each timeout USER, timeout PERSIST: SND.urgent", "On: 1<<TimeoutUser | 1<<TimeoutPersist"},
	{"sometimes state in CLOSING", "if h.TCB.State == tcp.Closing { return verdict(true) }"},
	{"whenever FIN-sent eventually is-over", "propertyXFrom"},
	{"nocycle of timeout", `NoCycle: "timeout"`},
	{"refines fifo between paired while lives put octets-submitted until FIN-queued take octets-received until peer-FIN-taken unless alien-text",
		"if paired(h, p) { return propertyXAt(h).takesFrom(propertyXAt(p)) }"},
	{"refines fifo between true while was.FIN-sent or lives put octets-unsent - 1 until not FIN-sent take 0 until false unless false",
		"if s.Before.TCB.FINSent || lives(s) { return before.becomes(after) } return after.begins()"},
	{"refines fifo between true while true put octets-unsent - 1 until not FIN-sent take 0 until false unless false",
		"{ return Ends{put: sub(h.OctetsUnsent, 1), closed: !h.TCB.FINSent, taken: 0, ended: false, other: false} }"},
	{"refines fifo between true while true put 0 until false take 0 until false unless false",
		`Catches: "finds", State: propertyX, Pair: true}, {Name: "X", Source: "", Says: "says", Catches: "finds", Steps: []Clause{{Ask: propertyXStep, On: 1<<NumEvents - 1, In: 1<<tcp.NumStates - 1}}},`},
}

// TestExpressions holds what properties say to the Go that it becomes.
func TestExpressions(t *testing.T) {
	var text strings.Builder
	for i, c := range expressions {
		if !strings.HasPrefix(c.text, "refines") {
			fmt.Fprintf(&text, "property X%d \"says\"  catches \"finds\"\n  %s\n", i, c.text)
		}
	}
	pieces := regexp.MustCompile(`\n}\n|\n\t},\n`).Split(emit(t, text.String()), -1)
	for i, c := range expressions {
		name, code := "X", ""
		if strings.HasPrefix(c.text, "refines") { // it becomes more than pieces
			code = emit(t, "property X \"says\"  catches \"finds\"\n  "+c.text+"\n")
		} else {
			name = fmt.Sprint("X", i)
			its := regexp.MustCompile(`\bproperty` + name + `(From|Goal|And2)?\b|"` + name + `"`)
			for _, piece := range pieces {
				if its.MatchString(piece) {
					code += piece + "\n}\n"
				}
			}
		}
		want := strings.NewReplacer("propertyX", "property"+name, `"X"`, `"`+name+`"`).Replace(c.code)
		if !strings.Contains(squeezed(code), squeezed(want)) {
			t.Errorf("%s\ngives  %s\nwanted %s", c.text, code, want)
		}
	}
}

var space = regexp.MustCompile(`\s+`)

// squeezed is code without spaces, which gofmt puts where it likes.
func squeezed(code string) string { return space.ReplaceAllString(code, "") }

// TestSigns: what many properties begin with is a sign of each of them, whatever else they ask.
func TestSigns(t *testing.T) {
	code := emit(t, `
property Y0 "says"  catches "finds"
  each SEGMENT ARRIVES: lives implies RST and not FIN implies ACK
property Y1 "says"  catches "finds"
  each SEGMENT ARRIVES: lives or RST implies ACK
`)
	bit := func(condition string) string {
		return regexp.MustCompile(`of>>(\d+)&1 != 0 && \(` + regexp.QuoteMeta(condition) + `\) {`).FindStringSubmatch(code)[1]
	}
	for _, want := range []string{
		`if of>>$lives&1 != 0 && \(lives\(s\)\) {`, `if of>>$RST&1 != 0 && \(s.SEG.CTL.Has\(tcp.RST\)\) {`,
		`propertyY0, .*, If: .*1<<$RST\b`, `propertyY0, .*, If: .*1<<$lives\b`, `propertyY1, .*In: 1<<tcp.NumStates - 1},`,
	} {
		want = strings.NewReplacer("$lives", bit("lives(s)"), "$RST", bit("s.SEG.CTL.Has(tcp.RST)")).Replace(want)
		if !regexp.MustCompile(want).MatchString(code) {
			t.Errorf("nothing matches %s", want)
		}
	}
}

// TestManySigns: the conditions of most properties are signs, and no more than have a bit.
func TestManySigns(t *testing.T) {
	text := ""
	for n := range 40 * often {
		condition := fmt.Sprintf("RCV.WND > %d", 1000+n/often)
		if n%often == 0 {
			condition += " and SND.WND > 9"
		}
		text += fmt.Sprintf("property Y%d \"says\"  catches \"finds\"\n  each SEGMENT ARRIVES: %s implies ACK\n", n, condition)
	}
	code := emit(t, text)
	if !strings.Contains(code, "&& (s.After.TCB.SND.WND > 9) {\n\t\tx |= 1 << ") || strings.Contains(code, fmt.Sprintf("1 << %d", most)) {
		t.Error("not the conditions of most properties, or too many")
	}
}
