package interp_test

import (
	"math/rand/v2"
	"reflect"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// A testCase is one event on one TCB.
type testCase struct {
	event *parser.Event
	args  []uint32
	tcb   tcp.TCB
	seg   tcp.Segment
}

// chooser draws values that are near one another and near the edges of arithmetic,
// so that equality, order and wrapping around are all met.
type chooser struct {
	*rand.Rand
	anchors [3]uint32
}

var (
	edges  = []uint32{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 30, 65535}
	deltas = []uint32{0, 0, 0, 1, 1, 2, 3, 10, 536, 1460, 1461, 65535, 1 << 20, 1<<31 - 1, 1 << 31}
	counts = []uint32{0, 0, 1, 1, 2, 3, 10, 100, 536, 1448, 1460, 2920, 65535, 1 << 20, 1 << 30, 1<<32 - 1}
	smalls = []uint32{0, 0, 1, 2, 3, 7, 14, 15, 31, 32, 254, 255}
)

// newChooser picks the places that the sequence numbers of one case lie around.
func newChooser(r *rand.Rand) *chooser {
	c := &chooser{Rand: r}
	for i := range c.anchors {
		c.anchors[i] = edges[c.IntN(len(edges))]
		if c.IntN(2) == 0 {
			c.anchors[i] = c.Uint32()
		}
	}
	return c
}

func (c *chooser) oneOf(list []uint32) uint32 { return list[c.IntN(len(list))] }

func (c *chooser) seq() uint32 {
	d := c.oneOf(deltas)
	if c.IntN(3) == 0 {
		d = -d
	}
	return c.anchors[min(c.IntN(6), 2)%3] + d
}

func (c *chooser) word() uint32 {
	if c.IntN(16) == 0 {
		return c.Uint32()
	}
	return c.oneOf(counts)
}

// fill gives every field below v a value by its type.
func (c *chooser) fill(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			c.fill(v.Field(i))
		}
	case v.Kind() == reflect.Bool:
		v.SetBool(c.IntN(2) == 0)
	case v.Type() == reflect.TypeFor[tcp.Seq](), v.Type() == reflect.TypeFor[tcp.Stamp]():
		v.SetUint(uint64(c.seq()))
	case v.Type() == reflect.TypeFor[tcp.State]():
		v.SetUint(uint64(c.IntN(tcp.NumStates)))
	case v.Type() == reflect.TypeFor[tcp.Timers]():
		v.SetUint(uint64(c.IntN(1 << tcp.NumTimers)))
	case v.Type() == reflect.TypeFor[tcp.Flags]():
		v.SetUint(uint64(c.flags()))
	case v.Kind() == reflect.Uint8:
		v.SetUint(uint64(c.oneOf(smalls)))
	default:
		v.SetUint(uint64(c.word()))
	}
}

// flags are any bits, but mostly those that come far: ACK, and few others.
func (c *chooser) flags() tcp.Flags {
	f := tcp.Flags(c.IntN(256))
	switch c.IntN(4) {
	case 0:
		return f
	case 1:
		return tcp.ACK | f&tcp.FIN
	case 2:
		return tcp.ACK | f&(tcp.FIN|tcp.URG|tcp.PSH)
	}
	return f & (tcp.SYN | tcp.ACK | tcp.RST | tcp.FIN)
}

func (c *chooser) segment(t *tcp.TCB) tcp.Segment {
	var seg tcp.Segment
	c.fill(reflect.ValueOf(&seg).Elem())
	seg.WND &= 0xffff
	if c.IntN(2) == 0 { // lies where it is expected
		seg.SEQ = t.RCV.NXT.Add(c.oneOf([]uint32{0, 0, 0, 0, 1, ^uint32(0), t.RCV.WND}))
		seg.ACK = []tcp.Seq{t.SND.UNA, t.SND.NXT, t.SND.NXT, t.SND.UNA.Add(1)}[c.IntN(4)]
	}
	return seg
}

func (c *chooser) args(e *parser.Event, t *tcp.TCB) []uint32 {
	var args []uint32
	for _, v := range e.Params {
		switch v.Type {
		case parser.Bool:
			args = append(args, uint32(c.IntN(2)))
		case parser.Seq:
			args = append(args, c.oneOf([]uint32{uint32(t.SND.UNA), uint32(t.SND.NXT), c.seq()}))
		default:
			args = append(args, c.word()*uint32(min(c.IntN(3), 1)))
		}
	}
	return args
}

// event picks an event; every other one is a segment.
func (c *chooser) event(events []*parser.Event) *parser.Event {
	if c.IntN(2) == 0 {
		for _, e := range events {
			if e.Name == "SEGMENT ARRIVES" {
				return e
			}
		}
	}
	return events[c.IntN(len(events))]
}

// anything is a case on any TCB whatever, reachable or not.
func (c *chooser) anything(events []*parser.Event) testCase {
	var t tcp.TCB
	c.fill(reflect.ValueOf(&t).Elem())
	if c.IntN(3) == 0 { // the usual order of things
		t.SND.NXT = t.SND.UNA.Add(c.oneOf(counts))
		t.SND.WND = c.oneOf(counts)
	}
	e := c.event(events)
	return testCase{event: e, args: c.args(e, &t), tcb: t, seg: c.segment(&t)}
}

// begin is a TCB at the beginning of its life; every other one has usual settings.
func (c *chooser) begin() tcp.TCB {
	var t tcp.TCB
	c.fill(reflect.ValueOf(&t.Settings).Elem())
	if c.IntN(2) == 0 {
		t.Settings.RCV.BUFF, t.Settings.PATH.MSS, t.Settings.DefaultMSS, t.Settings.KeepAliveLimit = 65535, 1460, 536, 1
	}
	t.ISS = tcp.Seq(c.seq())
	return t
}

// next is an event that can happen to a given TCB: only a timer that runs expires.
// Mostly it is one that lets the connection live on.
func (c *chooser) next(events []*parser.Event, t tcp.TCB) testCase {
	e := c.event(events)
	for e.Timer != nil && !t.Timers.Has(tcp.Timer(e.Timer.Index)) || e.Name == "ABORT" && c.IntN(8) > 0 {
		e = c.event(events)
	}
	k := testCase{event: e, args: c.args(e, &t), tcb: t, seg: c.segment(&t)}
	if c.IntN(4) > 0 {
		k.seg.CTL = tcp.ACK | k.seg.CTL&(tcp.FIN|tcp.URG)
		k.seg.SEQ, k.seg.ACK = t.RCV.NXT, t.SND.NXT
		k.seg.TSval, k.seg.HasTS = t.TS.Recent, t.TS.OK
		k.seg.LEN = c.oneOf([]uint32{0, 0, 1, 1, 2, 100})
	}
	switch {
	case t.State == tcp.Listen:
		k.seg.CTL = tcp.SYN
	case t.State == tcp.SynSent && c.IntN(2) == 0:
		k.seg.CTL |= tcp.SYN
	}
	if k.seg.CTL&tcp.FIN != 0 {
		k.seg.LEN++
	}
	return k
}

// shipped runs the case on the generated code.
func (k *testCase) shipped(t *tcp.TCB, seg *tcp.Segment, out *tcp.Effects) {
	a := func(i int) uint32 { return k.args[i] }
	is := func(i int) bool { return k.args[i] != 0 }
	if k.event.Timer != nil {
		t.Expires(tcp.Timer(k.event.Timer.Index), a(0), out)
		return
	}
	switch k.event.Name {
	case "OPEN":
		t.Open(is(0), is(1), out)
	case "SEND":
		t.Send(a(0), a(1), a(2), is(3), is(4), out)
	case "RECEIVE":
		t.Receive(a(0), a(1), out)
	case "CLOSE":
		t.Close(a(0), a(1), is(2), out)
	case "ABORT":
		t.Abort(out)
	case "STATUS":
		t.Status(out)
	case "KEEP-ALIVE TURNED":
		t.KeepAliveTurned(out)
	case "SEGMENT ARRIVES":
		t.SegmentArrives(seg, out)
	case "HELD TEXT":
		t.HeldText(seg, is(0), out)
	case "SEGMENTIZE":
		t.Segmentize(a(0), a(1), out)
	case "RETRANSMIT":
		t.Retransmit(tcp.Seq(a(0)), out)
	case "ICMP ERROR":
		t.ICMPError(is(0), out)
	default:
		panic("no call for event " + k.event.Name)
	}
}
