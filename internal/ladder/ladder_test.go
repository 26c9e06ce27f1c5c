package ladder

import (
	"flag"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

var update = flag.Bool("update", false, "write the golden files")

// A host runs the machine by hand and records what a stack would trace.
type host struct {
	name string
	tcb  tcp.TCB
	wire *wire
}

// wire is what both hosts write to.
type wire struct {
	now    time.Duration
	events []trace.Event
}

func pair() (a, b *host) {
	w := &wire{}
	a, b = &host{name: "TCP Peer A", wire: w}, &host{name: "TCP Peer B", wire: w}
	for i, h := range []*host{a, b} {
		h.tcb.ISS = tcp.Seq(100 + 200*i)
		h.tcb.Settings.RCV.BUFF = 1000
		h.tcb.Settings.PATH.MSS = 1460
		h.tcb.Settings.DefaultMSS = 536
		h.tcb.Settings.R1 = 3
		h.tcb.Settings.AckAtOnce = true
	}
	return a, b
}

func (h *host) did(kind trace.Kind, what string, seg tcp.Segment, event func(out *tcp.Effects)) []tcp.Sent {
	var out tcp.Effects
	h.wire.now += time.Millisecond
	before := h.tcb
	event(&out)
	e := trace.Event{At: h.wire.now, Host: h.name, Kind: kind, What: what, SEG: seg, Before: before, After: h.tcb, Rules: out.Rules}
	h.wire.events = append(h.wire.events, e)
	sent := out.Send[:out.NSend]
	for _, s := range sent {
		h.wire.events = append(h.wire.events, trace.Event{At: h.wire.now, Host: h.name, Kind: trace.Sent, What: what, Sent: s, Before: h.tcb, After: h.tcb})
	}
	return sent
}

func (h *host) call(what string, event func(out *tcp.Effects)) []tcp.Sent {
	return h.did(trace.Call, what, tcp.Segment{}, event)
}

func (h *host) open(passive bool) []tcp.Sent {
	return h.call("OPEN", func(out *tcp.Effects) { h.tcb.Open(passive, true, out) })
}

func (h *host) close() []tcp.Sent {
	h.call("CLOSE", func(out *tcp.Effects) { h.tcb.Close(0, 0, false, out) })
	return h.call("SEGMENTIZE", func(out *tcp.Effects) { h.tcb.Segmentize(0, 1000, out) })
}

func (h *host) receive(sent []tcp.Sent) []tcp.Sent {
	var replies []tcp.Sent
	for _, s := range sent {
		seg := tcp.Segment{SEQ: s.SEQ, ACK: s.ACK, LEN: length(&s), WND: 1000, CTL: s.CTL}
		replies = append(replies, h.did(trace.Received, "SEGMENT ARRIVES", seg, func(out *tcp.Effects) {
			arrived := seg
			h.tcb.SegmentArrives(&arrived, out)
		})...)
	}
	return replies
}

func (h *host) expires(timer tcp.Timer) []tcp.Sent {
	return h.did(trace.Timeout, "timeout "+timer.String(), tcp.Segment{}, func(out *tcp.Effects) { h.tcb.Expires(timer, 0, out) })
}

// golden holds a drawing to testdata, and to a plain terminal's width.
func golden(t *testing.T, name string, events []trace.Event, o Options) {
	t.Helper()
	got := String(events, o)
	for _, line := range strings.Split(got, "\n") {
		if len(line) > lineWidth {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	file := "testdata/" + name + ".txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", file, got, want)
	}
}

// RFC 9293 Figure 6, then Figure 12.
func TestOpenAndClose(t *testing.T) {
	a, b := pair()
	b.open(true)
	a.receive(b.receive(a.receive(b.receive(a.open(false)))))
	b.receive(a.receive(b.receive(a.close())))
	b.receive(a.receive(b.close()))
	golden(t, "open-and-close", a.wire.events, Options{Left: "TCP Peer A", Right: "TCP Peer B"})
	golden(t, "open-and-close-relative", a.wire.events, Options{Relative: true, Quiet: true})
}

// RFC 9293 Figure 7: SYNs that cross are drawn where they leave and where they arrive.
func TestSimultaneousOpen(t *testing.T) {
	a, b := pair()
	fromA, fromB := a.open(false), b.open(false)
	answerA := a.receive(fromB)
	answerB := b.receive(fromA)
	a.receive(answerB)
	b.receive(answerA)
	golden(t, "simultaneous-open", a.wire.events, Options{})
}

// A lost SYN, the timeout, a packet that is not processed, and a segment that
// comes twice; the host on the right begins.
func TestLossAndDuplicate(t *testing.T) {
	a, b := pair()
	a.open(true)
	b.open(false) // lost
	answer := a.receive(b.expires(tcp.TimerRetransmission))
	a.wire.events = append(a.wire.events, trace.Event{At: a.wire.now, Host: b.name, Kind: trace.Dropped, What: "bad checksum", Before: b.tcb, After: b.tcb})
	ack := b.receive(answer)
	a.receive(ack)
	a.receive(ack)
	golden(t, "loss-and-duplicate", a.wire.events, Options{Left: "TCP Peer A", Right: "TCP Peer B", AllFields: true})
}

// Two hosts that answer each other's answers for ever, drawn once; the last answer is
// under way. Each rule has its section.
func TestCycle(t *testing.T) {
	a, b := pair()
	b.open(true)
	answer := b.receive(a.open(false))
	a.receive(answer)
	for i := range a.wire.events {
		if e := &a.wire.events[i]; e.Kind == trace.Sent {
			e.Packet = []byte{byte(i)}
		}
	}
	before := len(a.wire.events)
	old := []tcp.Sent{{SEQ: 90, ACK: 300, CTL: tcp.ACK}}
	stray := a.receive(old)
	b.receive(stray)
	cycle := len(a.wire.events) - before
	golden(t, "cycle", a.wire.events, Options{
		Left: "TCP Peer A", Right: "TCP Peer B", Sections: true, Repeats: cycle, Lost: func([]byte, int) bool { return false },
	})
	golden(t, "cycle-of-one", a.wire.events, Options{
		Left: "TCP Peer A", Right: "TCP Peer B", Quiet: true, Repeats: 1, Lost: func([]byte, int) bool { return true },
	})
}

// An ICMP error is no segment: it stands among the rules.
func TestICMPError(t *testing.T) {
	a, _ := pair()
	a.open(false)
	a.did(trace.Received, "ICMP ERROR", tcp.Segment{}, func(out *tcp.Effects) { a.tcb.ICMPError(true, out) })
	golden(t, "icmp", a.wire.events, Options{})
}

func TestRecorder(t *testing.T) {
	r := NewRecorder(2)
	packet := []byte{1}
	for range 3 {
		r.Trace(&trace.Event{Packet: packet})
		packet[0]++
	}
	events := r.Events()
	if len(events) != 2 || events[0].Packet[0] != 1 {
		t.Errorf("got %d events, packet %v; the packet must be a copy", len(events), events[0].Packet)
	}
}

func TestBetween(t *testing.T) {
	a, b := netip.MustParseAddrPort("10.0.0.1:1"), netip.MustParseAddrPort("10.0.0.2:2")
	c := netip.MustParseAddrPort("10.0.0.3:3")
	events := []trace.Event{
		{What: "1", Local: a, Remote: b}, {What: "2", Local: b, Remote: a}, {What: "3", Local: b},
		{What: "x", Local: a, Remote: c}, {What: "y", Local: c, Remote: b}, {What: "z", Local: a},
	}
	got := ""
	for _, e := range Between(events, a, b) {
		got += e.What
	}
	if got != "123" {
		t.Errorf("kept %s", got)
	}
}

// Between a row's number and its time is a blank, however long both are.
func TestLongRun(t *testing.T) {
	d := newDrawing(nil, Options{Left: "A", Right: "B"})
	for row, c := range map[int]struct {
		at   time.Duration
		want string
	}{
		0:    {12 * time.Millisecond, "  1.   0.012\n"},
		110:  {1187249434 * time.Millisecond, "111. 1187249.434\n"},
		1110: {187249434 * time.Millisecond, "1111. 187249.434\n"},
		9:    {1187249 * time.Millisecond, " 10. 1187.249\n"},
	} {
		d.row = row
		d.out.Reset()
		if d.states(c.at); d.out.String() != c.want {
			t.Errorf("%q is not %q", d.out.String(), c.want)
		}
	}
}
