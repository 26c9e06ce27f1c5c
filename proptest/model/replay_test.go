package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// gullible takes any reset for an exact one, as RFC 793 did.
type gullible struct{ Generated }

func (g gullible) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	if seg.CTL.Has(tcp.RST) && tcp.Synchronized.Has(t.State) && seg.SEQ.Sub(t.RCV.NXT) < t.RCV.WND {
		seg.SEQ = t.RCV.NXT
	}
	g.Generated.SegmentArrives(t, seg, out)
}

// forgetful sends nothing again.
type forgetful struct{ Generated }

func (f forgetful) Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects) {
	if timer == tcp.TimerRetransmission {
		*out = tcp.Effects{}
		t.Timers &^= 1<<timer | 1<<tcp.TimerGiveUp | 1<<tcp.TimerUser
		return
	}
	f.Generated.Expires(t, timer, queued, out)
}

// curious changes what it is asked about.
type curious struct{ Generated }

func (c curious) Status(t *tcp.TCB, out *tcp.Effects) {
	c.Generated.Status(t, out)
	t.SND.WND++
}

// generous takes more from a SYN than there is in it.
type generous struct{ Generated }

func (g generous) SegmentArrives(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	listens := t.State == tcp.Listen
	g.Generated.SegmentArrives(t, seg, out)
	if listens && t.State == tcp.SynReceived {
		t.RCV.NXT++
	}
}

// literally reads one defect of the RFC to the letter.
func literally(t *testing.T, defects ...string) func() Core {
	t.Helper()
	text, found := parser.Load(os.DirFS("../../spec/tcp"))
	if text == nil {
		t.Fatal(found)
	}
	return interpreting(t, text, ir.LiteralIn(defects...))
}

// failing is a trace on which a property is broken by a core.
func failing(t *testing.T, config, property string, core func() Core) *Trace {
	t.Helper()
	r, err := Verify(context.Background(), Find(config), Options{Core: core, Property: property, Options: explore.Options{Workers: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Failures) != 1 {
		t.Fatalf("%s is broken in %s by %d traces: %v", property, config, len(r.Failures), r.Report)
	}
	return r.Failures[0].Trace
}

// A trace breaks its property on the core that it was found with, and not on the one
// that ships; it is the same when it has been written and read.
func TestReplay(t *testing.T) {
	for _, c := range []struct {
		config, property string
		core             func() Core
	}{
		{"blind-attacker", "blind-reset", func() Core { return gullible{} }},
		{"handshake-close", "FIN-arrives", func() Core { return forgetful{} }},
		{"handshake-close", "acknowledged-is-received", func() Core { return generous{} }},
		{"handshake-close", "STATUS", func() Core { return curious{} }},
		{"zero-window", "no-packet-war", literally(t, "B5")},
	} {
		found := failing(t, c.config, c.property, c.core)
		b, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		trace, err := ReadTrace(b)
		if err != nil || !reflect.DeepEqual(trace, found) {
			t.Fatalf("%s reads as %+v, %v", b, trace, err)
		}
		r, err := Replay(Find(c.config), c.core, trace)
		if err != nil || !r.Broken {
			t.Errorf("%s does not break %s any more: %v", trace.Again, c.property, err)
		}
		shown := trace.Counterexample(Find(c.config), r).String()
		for _, text := range []string{c.property + " does not hold (" + trace.Source, trace.Schedule[len(trace.Schedule)-1].Text, trace.Place} {
			if text == "" || !strings.Contains(shown, text) {
				t.Errorf("%q is not in\n%s", text, shown)
			}
		}
		r, err = Replay(Find(c.config), nil, trace)
		if r == nil || err != nil && !errors.Is(err, ErrCannotHappen) {
			t.Fatal(err)
		}
		if r.Broken {
			t.Errorf("the shipped core breaks %s", c.property)
		}
		if shown := trace.Counterexample(Find(c.config), r); !shown.Holds || shown.Cycle >= 0 || shown.Ends || strings.Contains(shown.String(), "for ever") {
			t.Errorf("what holds is shown as\n%v", shown)
		}
		if len(r.Worlds) != len(r.Events)+1 {
			t.Errorf("%d worlds and %d events", len(r.Worlds), len(r.Events))
		}
	}
}

// A trace says of which world it is, and of another one that it is another.
func TestMark(t *testing.T) {
	marks := map[string]string{}
	for _, c := range Configs() {
		if other := marks[c.Mark()]; other != "" {
			t.Errorf("%s and %s have the same mark", c.Name, other)
		}
		marks[c.Mark()] = c.Name
		if told := c.with(func(c *Config) { c.Doc, c.States, c.Live, c.Pokes = "told otherwise", 1, nil, false }); told.Mark() != c.Mark() {
			t.Errorf("%s: what is said or asked of it changes its mark", c.Name)
		}
	}
	c := Find("data")
	trace := &Trace{Config: "data", World: c.Mark(), Property: "figure-5", Cycle: -1}
	other := c.with(func(c *Config) { c.Budget.Lose[0]++ })
	for config, changed := range map[*Config]bool{c: false, other: true} {
		r, err := Replay(config, nil, trace)
		if err != nil {
			t.Fatal(err)
		}
		if seen := trace.Counterexample(config, r).Seen; (seen != "") != changed {
			t.Errorf("changed: %v, said: %q", changed, seen)
		}
	}
}

// What was there before the schedule begins is shown before it.
func TestWhatIsGivenIsShown(t *testing.T) {
	shown := 0
	for _, c := range Configs() {
		trace := &Trace{Config: c.Name, Property: "figure-5", Cycle: -1}
		r, err := Replay(c, nil, trace)
		if err != nil {
			t.Fatal(err)
		}
		text := trace.Counterexample(c, r).String()
		for i, old := range c.Old {
			if old == nil {
				continue
			}
			shown++
			if want := fmt.Sprintf("before: %s's %v is still under way", hostName(uint8(i)), old); !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", c.Name, want, text)
			}
		}
		if begun := strings.Contains(text, "before: A calls "); begun != c.Begun {
			t.Errorf("%s: first calls are shown: %v", c.Name, begun)
		}
	}
	if shown == 0 {
		t.Error("no world has an old segment: is this test blind?")
	}
}

// What is printed is the event, whatever the file calls it.
func TestWordsAreOfTheEvent(t *testing.T) {
	c := Find("zero-window")
	for _, x := range []struct {
		event Event
		text  string
		says  string
	}{
		{Event{Deliver, B, 0}, "B: deliver <SEQ=7><CTL=RST>", "B: deliver <SEQ=1000><CTL=SYN>"},
		{Event{Deliver, B, 0}, "A calls CLOSE", "B: deliver <SEQ=1000><CTL=SYN>"},
		{Event{Deliver, A, 0}, "A: deliver <SEQ=7><CTL=RST>", "event 1, A: deliver <SEQ=7><CTL=RST>: cannot happen here"},
		{Event{Deliver, A, 0}, "B: deliver <SEQ=7><CTL=RST>", "event 1, A: deliver: cannot happen here"},
		{Event{Read, A, 9}, "A: read", "event 1, A: read (arg 9, which no such event has): cannot"},
		{Event{CallOf, A, 77}, "A calls SEND 2", "event 1, A: call (arg 77, which no such event has): cannot"},
		{Event{Expire, A, 257}, "A: timeout PERSIST", " (arg 257, which no such event has): cannot"},
		{Event{Poked, A, 257}, "", " (arg 257, which no such event has): cannot"},
		{Event{CallOf, A, 3}, "A calls SEND 2", "event 1, A calls " + c.Script[A][3].String() + ": cannot"},
	} {
		trace := &Trace{Config: c.Name, Property: "figure-5", Cycle: -1, Schedule: []Scheduled{{x.event, x.text}}}
		r, err := Replay(c, nil, trace)
		says := fmt.Sprint(err)
		if err == nil {
			shown := trace.Counterexample(c, r).Schedule
			says = shown[len(shown)-1].Text
		}
		if !strings.Contains(says, x.says) {
			t.Errorf("%+v, %q: %s, want %s", x.event, x.text, says, x.says)
		}
	}
}

// idle sends nothing again, and gives up at last.
type idle struct{ Generated }

func (f idle) Expires(t *tcp.TCB, timer tcp.Timer, queued uint32, out *tcp.Effects) {
	if timer == tcp.TimerRetransmission {
		*out = tcp.Effects{}
		t.Timers &^= 1 << timer
		return
	}
	f.Generated.Expires(t, timer, queued, out)
}

// Harm may happen, and need not: what nothing but a timer's harmful expiry can bring
// about does not have to come to pass.
func TestHarmNeedNotHappen(t *testing.T) {
	c := Find("handshake-close").with(func(c *Config) { c.Budget.GiveUp = [2]uint8{1, 1} })
	core := func() Core { return idle{} }
	r, err := Verify(t.Context(), c, Options{Core: core, Property: "FIN-arrives"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Failures) != 1 || !r.Failures[0].Trace.Ends {
		t.Fatalf("%+v, %v", r.Failures, r.Report)
	}
	end := r.Failures[0].Trace
	replayed, err := Replay(c, core, end)
	if err != nil || !replayed.Broken {
		t.Errorf("broken: %v, %v", replayed.Broken, err)
	}
	able := newSpace(c, core, "").classes(&replayed.Worlds[len(end.Schedule)])
	if harm := explore.Of(Event{ExpireEarly, A, 0}.class(), Event{ExpireEarly, B, 0}.class()); len(able) == 0 || explore.Of(able...)&^harm != 0 {
		t.Errorf("at the end, steps of classes %v are possible", able)
	}
}

// Packets follow their segments through everything that a network does, and are whole.
func TestPacketsFollowSegments(t *testing.T) {
	kinds := map[Kind]int{}
	for seed, standard := range Configs() {
		c := standard.with(func(c *Config) { c.Pokes = false })
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		s := newSpace(c, func() Core { return Generated{} }, "")
		for range 4 {
			r := s.replayed()
			holdPackets(t, r)
			for range 50 {
				w := r.Worlds[len(r.Worlds)-1]
				var labels []explore.Label
				explore.Successors(s, s.Encode(&w, nil), func(l explore.Label, _ explore.Class, _ *World) { labels = append(labels, l) })
				if len(labels) == 0 {
					break
				}
				e := eventOf(labels[random.IntN(len(labels))])
				kinds[e.Kind]++
				if err := s.walk(r, Scheduled{Event: e}); err != nil {
					t.Fatal(err)
				}
				holdPackets(t, r)
			}
		}
	}
	for _, k := range []Kind{Lose, Duplicate, Delay, DeliverLate, Forge} {
		if kinds[k] < 10 {
			t.Errorf("%v has happened %d times: is this test blind?", k, kinds[k])
		}
	}
}

// holdPackets holds the packets under way to the segments of the last world.
func holdPackets(t *testing.T, r *Replayed) {
	t.Helper()
	w := &r.Worlds[len(r.Worlds)-1]
	for i := range w.Net {
		way, packets := &w.Net[i], &r.wire.way[i]
		if len(packets.queue) != int(way.N) || (packets.late != nil) != way.Late {
			t.Fatalf("%d packets under way, late %v; segments: %d, %v", len(packets.queue), packets.late != nil, way.N, way.Late)
		}
		for n, b := range packets.queue {
			ip, drop := wire.ParseIPv4(b)
			if drop != wire.Whole {
				t.Fatal(drop)
			}
			h, drop := wire.ParseTCP(ip.Payload, ip.Pseudo())
			if p := &way.Seg[n]; drop != wire.Whole || tcp.Seq(h.SEQ) != p.SEQ || h.CTL != uint8(p.CTL) || len(h.Payload) != int(p.DATA) || h.WND != p.WND {
				t.Fatalf("%v: the packet is %+v, the segment %+v", drop, h, p)
			}
		}
	}
}

// What is no trace, or one of something else, is refused with what is wrong.
func TestReadTraceRefuses(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{``, "no trace of the explorer: EOF"},
		{`{`, "unexpected EOF"},
		{`[]`, "it holds array where something else should stand"},
		{`{"config":"data","property":7}`, "property can't be a number"},
		{`{"config":"data","schedule":[{"event":"call","host":"A","arg":-1,"text":"A calls CLOSE"}]}`, `the event "call" at host "A", "A calls CLOSE": its arg is -1; want a number from 0 to 65535`},
		{`{"config":"data","schedule":[{"event":"call","host":"A","arg":"x"}]}`, `its arg is "x"; want a number`},
		{`{"config":"data","schedule":[{"event":7,"host":"A"}]}`, `{"event":7,"host":"A"}: event can't be a number`},
		{`{"config":"data","property":"both-end","schedule":[{"event":"read","host":"A"}]}`, "neither a cycle nor an end"},
		{`{"config":"data","property":"figure-5","cycle":-1} x`, "something follows"},
		{`{"config":"data","property":"both-end","cycle":0,"schedule":[]}`, "the cycle begins at 0 of a schedule of 0 events"},
		{`{"config":"dada","property":"both-end"}`, `configuration "dada", which there is not; lockstep verify -list`},
		{`{"config":"data","property":"mine","again":"lockstep mutate -patch my/properties.spec"}`, "which there is not; lockstep verify -list shows all; it was found in a patched text (lockstep mutate -patch my/properties.spec): copy the patch into spec/tcp, and go generate ./..., first"},
		{`{"config":"data","property":"both-ends"}`, `property "both-ends", which there is not`},
		{`{"config":"data","property":"figure-5","cycle":-2}`, "the cycle begins at -2"},
		{`{"config":"data","property":"figure-5","cycle":-1,"ends":true}`, "about states and steps"},
		{`{"config":"data","property":"both-end","cycle":-1}`, "neither a cycle nor an end"},
		{`{"config":"data","property":"both-end","cycle":0,"ends":true,"schedule":[{"event":"read","host":"A"}]}`, "a cycle goes on"},
		{`{"config":"data","schedule":[{"event":"eat","host":"A"}]}`, `no event "eat" at host "A"`},
		{`{"config":"data","schedule":[{"event":"read","host":"C"}]}`, `no event "read" at host "C"`},
		{`{"config":"data","property":"figure-5","cycle":-1,"schedule":[{"event":"tried","host":"A"},{"event":"read","host":"A"}]}`, "event 1 is only tried"},
		{`{"config":"data","confg":"x"}`, `unknown field "confg"`},
		{`{"config":"data","property":"figure-5","cycle":-1} {}`, "something follows"},
	} {
		_, err := ReadTrace([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.text, err, c.says)
		}
	}
}

// Whatever is read can be walked, or is refused: nothing panics.
func FuzzReadTrace(f *testing.F) {
	for _, seed := range []string{
		`{"config":"data","property":"figure-5","cycle":-1,"schedule":[{"event":"deliver","host":"B"},{"event":"tried","host":"B","arg":3}]}`,
		`{"config":"blind-attacker","property":"blind-reset","cycle":-1,"schedule":[{"event":"call","host":"B"},{"event":"call","host":"A","arg":9},{"event":"forged segment","host":"A","arg":200}]}`,
		`{"config":"handshake-close","property":"both-end","cycle":1,"schedule":[{"event":"lose","host":"B"},{"event":"duplicate","host":"A"},{"event":"delay","host":"A"}]}`,
		`{"config":"handshake-close","property":"both-end","cycle":-1,"ends":true,"schedule":[{"event":"timeout","host":"B","arg":77},{"event":"poked","host":"A","arg":99}]}`,
		`{"config":"icmp","property":"OPEN","cycle":-1,"schedule":[{"event":"ICMP error","host":"B","arg":2},{"event":"deliver late","host":"A"},{"event":"poked","host":"A"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		trace, err := ReadTrace(b)
		if err != nil || len(trace.Schedule) > 30 {
			return
		}
		r, err := Replay(Find(trace.Config), nil, trace)
		if r == nil || err != nil && !errors.Is(err, ErrCannotHappen) {
			t.Fatal(err)
		}
		if r.Broken {
			t.Errorf("the shipped core breaks %s", trace.Property)
		}
		if x := trace.Counterexample(Find(trace.Config), r); x.String() == "" || x.Test == "" {
			t.Error("nothing to show")
		}
	})
}
