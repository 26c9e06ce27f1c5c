package counterexample

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/format"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

var update = flag.Bool("update", false, "write the golden files")

// play is two hosts, of which events are told.
type play struct {
	tcb    [2]tcp.TCB
	events []trace.Event
	made   uint16
}

var sockets = [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:1024"), netip.MustParseAddrPort("10.0.0.2:80")}

func newPlay() *play {
	p := &play{}
	for i := range p.tcb {
		t := &p.tcb[i]
		t.ISS = tcp.Seq(100 + 200*i)
		t.Settings.RCV.BUFF, t.Settings.PATH.MSS, t.Settings.DefaultMSS, t.Settings.R1 = 1000, 1460, 536, 3
		t.Settings.AckAtOnce = true
	}
	return p
}

// did makes an event happen at a host, and returns the packets sent.
func (p *play) did(host int, kind trace.Kind, what string, packet []byte, seg tcp.Segment, event func(*tcp.TCB, *tcp.Effects)) (packets [][]byte) {
	var out tcp.Effects
	t := &p.tcb[host]
	e := trace.Event{At: time.Duration(len(p.events)) * time.Millisecond, Host: "AB"[host : host+1], Kind: kind, What: what, SEG: seg, Packet: packet, Before: *t}
	event(t, &out)
	e.After, e.Rules = *t, out.Rules
	p.events = append(p.events, e)
	for _, s := range out.Send[:out.NSend] {
		p.made++
		h := wire.TCP{SEQ: uint32(s.SEQ), ACK: uint32(s.ACK), CTL: uint8(s.CTL), WND: uint16(t.RCV.WND)}
		b := Packet(sockets[host], sockets[1-host], p.made, h, bytes.Repeat([]byte("x"), int(s.DATA)))
		p.events = append(p.events, trace.Event{At: e.At, Host: e.Host, Kind: trace.Sent, What: s.CTL.String(), Sent: s, Before: *t, After: *t, Packet: b})
		packets = append(packets, b)
	}
	return packets
}

func (p *play) open(host int, passive bool) [][]byte {
	return p.did(host, trace.Call, "OPEN", nil, tcp.Segment{}, func(t *tcp.TCB, out *tcp.Effects) { t.Open(passive, true, out) })
}

func (p *play) arrive(host int, packet []byte) [][]byte {
	ip, _ := wire.ParseIPv4(packet)
	h, _ := wire.ParseTCP(ip.Payload, ip.Pseudo())
	seg := tcp.Segment{SEQ: tcp.Seq(h.SEQ), ACK: tcp.Seq(h.ACK), LEN: uint32(len(h.Payload)), WND: uint32(h.WND), CTL: tcp.Flags(h.CTL)}
	if seg.CTL.Has(tcp.SYN) {
		seg.LEN++
	}
	return p.did(host, trace.Received, "SEGMENT ARRIVES", packet, seg, func(t *tcp.TCB, out *tcp.Effects) { t.SegmentArrives(&seg, out) })
}

// example is a handshake whose SYN comes twice, with a segment that nobody sent, and an
// answer that is lost.
func example() *Counterexample {
	p := newPlay()
	p.open(1, true)
	syn := p.open(0, false)[0]
	answer := p.arrive(1, syn)[0]
	p.arrive(0, answer)
	p.arrive(1, syn)
	lost := len(p.events) - 1
	stray := Packet(sockets[0], sockets[1], 99, wire.TCP{SEQ: 90, ACK: 300, CTL: uint8(tcp.ACK), WND: 7}, []byte("ab"))
	p.arrive(1, stray)
	packet := p.events[lost].Packet
	c := &Counterexample{
		Name: "an example: of-one", Property: "an-example", Says: "nothing happens", Catches: "whatever happens", Assumes: "nothing",
		Source: "RFC 9293 3.5", Place: "spec/tcp/tcp.spec:1", Where: "configuration none", Seen: "something",
		Schedule: Split(p.events), Cycle: -1, Again: "lockstep verify", Sum: "6 packets",
		Lost:  func(b []byte, _ int) bool { return bytes.Equal(b, packet) },
		Trace: map[string]string{"test": "none"}, Test: "package regression\n",
	}
	c.Schedule[0].Given = true
	return c
}

// line is the line of a place: the golden files leave it open, for texts are edited.
var line = regexp.MustCompile(`(\.(?:spec|go)):\d+`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = line.ReplaceAllString(got, "$1:N")
	file := filepath.Join("testdata", name)
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
		t.Errorf("%s differs; got\n%s\nwant\n%s", file, got, want)
	}
}

// The form for people: a plain failure, one that goes on for ever, one that ends too
// soon, one of a figure, and one that is none any more.
func TestForm(t *testing.T) {
	c := example()
	golden(t, "plain.txt", c.String())
	c.Cycle = len(c.Schedule) - 2
	golden(t, "cycle.txt", c.String())
	c.Cycle = len(c.Schedule) - 1
	golden(t, "cycle-of-one.txt", c.String())
	c.Cycle, c.Ends, c.Assumes, c.Seen, c.Sum = -1, true, "", "", ""
	golden(t, "ends.txt", c.String())
	c.Ends, c.Figure, c.Where, c.Source = false, "  1. CLOSED    LISTEN\n", "", ""
	golden(t, "figure.txt", c.String())
	c.Figure, c.Case, c.Holds, c.Relative = "", "seed=1 A+0:open", true, true
	golden(t, "holds.txt", c.String())
}

// Step by step: both hosts' states, and what changes.
func TestWalk(t *testing.T) {
	var w strings.Builder
	c := example()
	c.Cycle = len(c.Schedule) - 1
	if err := c.Walk(&w, func() bool { return true }); err != nil {
		t.Fatal(err)
	}
	golden(t, "walk.txt", w.String())
	asked := 0
	w.Reset()
	if err := c.Walk(&w, func() bool { asked++; return asked < 2 }); err != nil || asked != 2 {
		t.Errorf("asked %d times whether to go on, %v", asked, err)
	}
	w.Reset()
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c.Steps()[:3]); err != nil {
		t.Fatal(err)
	}
	golden(t, "walk.json", w.String())
}

// Of a long run the end is drawn.
func TestLongRunIsCut(t *testing.T) {
	c := example()
	events := c.Events()
	c.Schedule = nil
	for range 40 {
		c.Schedule = append(c.Schedule, Split(events)...)
	}
	if drawn := c.Ladder(); !strings.HasPrefix(drawn, "(290 events before)\n") {
		t.Errorf("the drawing of %d events begins with %.40q", len(c.Events()), drawn)
	}
}

// A capture has each packet once, and copies and strays where they arrive; its
// checksums are right, and its comments name the rules and sections.
func TestCapture(t *testing.T) {
	var file bytes.Buffer
	if err := example().Capture(&file); err != nil {
		t.Fatal(err)
	}
	r, err := pcapgo.NewNgReader(&file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for {
		data, info, options, err := r.ReadPacketDataWithOptions()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		packet := gopacket.NewPacket(data, r.LinkType(), gopacket.Default)
		ip, ok := packet.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
		segment, also := packet.Layer(layers.LayerTypeTCP).(*layers.TCP)
		if !ok || !also {
			t.Fatalf("no TCP over IPv4: %v", packet)
		}
		if err := segment.SetNetworkLayerForChecksum(ip); err != nil {
			t.Fatal(err)
		}
		if wrong, mistakes := packet.VerifyChecksums(); wrong != nil || len(mistakes) > 0 {
			t.Errorf("checksums: %v, %v", wrong, mistakes)
		}
		sent := tcp.Sent{SEQ: tcp.Seq(segment.Seq), ACK: tcp.Seq(segment.Ack), CTL: tcp.Flags(data[33]), DATA: uint32(len(segment.Payload))}
		got.WriteString(info.Timestamp.UTC().Format("05.000 ") + ip.SrcIP.String() + " " + ladder.Text(&sent) + "\n")
		for _, comment := range options.Comments {
			got.WriteString("    " + strings.ReplaceAll(comment, "\n", "\n    ") + "\n")
		}
	}
	golden(t, "capture.txt", got.String())
}

// brokenPipe takes no octet.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestWriteErrorsAreReported(t *testing.T) {
	c := example()
	for name, err := range map[string]error{
		"form": c.Write(brokenPipe{}), "walk": c.Walk(brokenPipe{}, func() bool { return true }), "capture": c.Capture(brokenPipe{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "broken pipe") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Save writes all files into a folder of its own.
func TestSave(t *testing.T) {
	folder, err := example().Save(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(folder) != "an-example-of-one" {
		t.Errorf("the folder is %s", folder)
	}
	for name, want := range map[string]string{TraceFile: `"test": "none"`, CaptureFile: "lockstep", TestFile: "package regression"} {
		b, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	if _, err := example().Save(filepath.Join(folder, TraceFile)); err == nil {
		t.Error("saved below a file")
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"data FIN-is-taken": "TestDataFINIsTaken", "hostile T2 a blind RST does nothing": "TestHostileT2ABlindRSTDoesNothing", "figure-7": "TestFigure7",
	} {
		got := TestName(name)
		if got != want {
			t.Errorf("%s: %s", name, got)
		}
		if _, err := format.Source([]byte("package p\n\nfunc " + got + "() {}\n")); err != nil {
			t.Error(err)
		}
	}
}

// Places are those of the text and of the code.
func TestPlaces(t *testing.T) {
	if got := InText("no-packet-war"); !strings.HasPrefix(got, "spec/tcp/properties.spec:") {
		t.Errorf("no-packet-war stands in %q", got)
	}
	if got := InText("tcb.sequence-order"); !strings.HasPrefix(got, "spec/tcp/invariants.spec:") {
		t.Errorf("the invariant stands in %q", got)
	}
	if got := InText("world handshake-close"); !strings.HasPrefix(got, "spec/tcp/worlds.spec:") {
		t.Errorf("the world stands in %q", got)
	}
	if got := InText("no-such-property"); got != "" {
		t.Errorf("nothing stands in %q", got)
	}
	if got := InCode(TestPlaces); !strings.HasPrefix(got, "proptest/counterexample/counterexample_test.go:") {
		t.Errorf("this test stands in %q", got)
	}
	var none func()
	if InCode(none) != "" || InCode(1) != "" {
		t.Error("nothing stands somewhere")
	}
	if got := called(); !strings.HasPrefix(got, "proptest/counterexample/counterexample_test.go:") {
		t.Errorf("the caller stands in %q", got)
	}
	for file, want := range map[string]string{
		"/anywhere/proptest/sim/step.go":                              "proptest/sim/step.go:3",
		"github.com/lockstep-tcp/lockstep/proptest/sim/step.go":       "proptest/sim/step.go:3",
		"/go/src/runtime/proc.go":                                     "",
		"/go/mod/github.com/lockstep-tcp/lockstep@v1/proptest/a/b.go": "proptest/a/b.go:3",
	} {
		if got := placed(file, 3); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

func called() string { return Caller() }
