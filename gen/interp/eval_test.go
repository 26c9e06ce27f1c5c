package interp

import (
	"os"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// TestArithmetic: counts stop at zero, sequence numbers wrap around, and nothing fails.
func TestArithmetic(t *testing.T) {
	const half, last = 1 << 31, 1<<32 - 1
	for _, c := range []struct {
		op         parser.Op
		typ        parser.Type
		x, y, want uint32
	}{
		{parser.Sub, parser.Octets, 3, 5, 0},
		{parser.Sub, parser.Octets, 5, 3, 2},
		{parser.Sub, parser.Seq, 3, 5, last - 1},
		{parser.Add, parser.Seq, last, 2, 1},
		{parser.Div, parser.Octets, 7, 0, 0},
		{parser.Div, parser.Octets, 7, 2, 3},
		{parser.Shl, parser.Octets, 1, 31, half},
		{parser.Shl, parser.Octets, 1, 32, 0},
		{parser.Shr, parser.Octets, last, 33, 0},
		{parser.Lt, parser.Seq, last, 0, 1},
		{parser.Lt, parser.Seq, 0, last, 0},
		{parser.Lt, parser.Seq, 0, half - 1, 1},
		{parser.Lt, parser.Seq, 0, half, 0}, // neither is before the other
		{parser.Lt, parser.Seq, half, 0, 0},
		{parser.Le, parser.Seq, 7, 7, 1},
		{parser.Ge, parser.Stamp, 0, last, 1},
		{parser.Lt, parser.Octets, last, 0, 0},
		{parser.Gt, parser.Octets, last, 0, 1},
		{parser.Min, parser.Octets, last, 0, 0},
		{parser.Max, parser.Octets, last, 0, last},
		{parser.And, parser.Bool, 1, 0, 0},
		{parser.Or, parser.Bool, 1, 0, 1},
	} {
		m := &compiler{m: &Machine{}}
		e := &parser.Binary{Op: c.op, X: &parser.Lit{N: c.x, T: c.typ}, Y: &parser.Lit{N: c.y, T: c.typ}, T: c.typ}
		if got := m.eval(e)(); got != c.want {
			t.Errorf("op %d of type %d on %d and %d: %d, want %d", c.op, c.typ, c.x, c.y, got, c.want)
		}
	}
}

// TestSmall: small counts stay at 255.
func TestSmall(t *testing.T) {
	small := &parser.Var{Type: parser.Small}
	for _, at := range []place{{small: new(uint8)}, {number: new(uint32)}} {
		c := &compiler{m: &Machine{}, places: map[*parser.Var]place{small: at}}
		c.assign(small, &parser.Lit{N: 256, T: parser.Small})()
		if got := at.get()(); got != 255 {
			t.Errorf("256 became %d", got)
		}
	}
}

// TestReadings: a defect taken literally does what it is known for.
func TestReadings(t *testing.T) {
	reset := tcp.Segment{SEQ: 100, CTL: tcp.RST}
	for _, c := range []struct {
		reading ir.Reading
		want    tcp.State
	}{
		{ir.Amended(), tcp.TimeWait},
		{ir.LiteralIn("B6"), tcp.TimeWait},
		{ir.LiteralIn("B14"), tcp.Closed}, // TIME-WAIT assassination
		{ir.Literal(), tcp.Closed},
	} {
		spec, found := parser.Load(os.DirFS("../../spec/tcp"))
		if spec == nil {
			t.Fatal(found)
		}
		p, err := ir.New(spec, c.reading)
		if err != nil {
			t.Fatal(err)
		}
		m, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		var tcb tcp.TCB
		tcb.State, tcb.RCV.NXT, tcb.RCV.WND = tcp.TimeWait, 100, 10
		seg, out := reset, tcp.Effects{}
		e, ok := m.Event("SEGMENT ARRIVES")
		if !ok {
			t.Fatal("no event SEGMENT ARRIVES")
		}
		m.Run(e, nil, &tcb, &seg, &out)
		if tcb.State != c.want {
			t.Errorf("reading %+v: a RST leads from TIME-WAIT to %s, want %s", c.reading, tcb.State, c.want)
		}
	}
}
