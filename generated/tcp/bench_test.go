// Written by hand: what an event costs, and that none allocates.

package tcp_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

const mss = 1460

// established is a connection in the middle of its life: large windows, nothing outstanding.
func established() tcp.TCB {
	var t tcp.TCB
	t.State = tcp.Established
	t.ISS, t.SND.UNA, t.SND.NXT = 1000, 5000, 5000
	t.SND.WND, t.MAX.SND.WND, t.SND.WL1, t.SND.WL2 = 65535, 65535, 8999, 5000
	t.SND.MSS, t.SND.ACKED = mss, 4000
	t.IRS, t.RCV.NXT, t.RCV.WND = 7000, 9000, 1<<30
	t.RCV.ADV, t.Last.ACK.Sent = t.RCV.NXT.Add(t.RCV.WND), t.RCV.NXT
	t.Settings.RCV.BUFF, t.Settings.PATH.MSS, t.Settings.DefaultMSS, t.Settings.R1 = 1<<20, mss, 536, 3
	return t
}

// BenchmarkSegmentArrives is the steady state of a connection: segments with text in
// order, of which every second one is acknowledged; acknowledgments of what was sent;
// and segments that are both.
func BenchmarkSegmentArrives(b *testing.B) {
	for _, c := range []struct {
		name       string
		text, sent uint32 // octets in each segment, and acknowledged by it
		effect     tcp.Effect
	}{
		{"text", mss, 0, tcp.EffectDeliver},
		{"ACK", 0, mss, tcp.EffectAcknowledged},
		{"mixed", 100, 100, tcp.EffectAcknowledged},
	} {
		b.Run(c.name, func(b *testing.B) {
			t := established()
			var out tcp.Effects
			seg := tcp.Segment{LEN: c.text, WND: 65535, CTL: tcp.ACK}
			b.ReportAllocs()
			for b.Loop() {
				t.SND.NXT = t.SND.NXT.Add(c.sent)
				t.RCV.WND += c.text
				seg.SEQ, seg.ACK, seg.LEN, seg.Answer = t.RCV.NXT, t.SND.NXT, c.text, false
				t.SegmentArrives(&seg, &out)
			}
			if !out.Set.Has(c.effect) {
				b.Fatalf("the last segment did not ask for %s: %+v", c.effect, out)
			}
		})
	}
}

// BenchmarkSegmentize is a sender with more to send than the window lets through.
func BenchmarkSegmentize(b *testing.B) {
	t := established()
	var out tcp.Effects
	b.ReportAllocs()
	for b.Loop() {
		t.SND.UNA = t.SND.NXT
		t.Segmentize(1<<20, 1<<20, &out)
	}
	if out.NSend != 1 || out.Send[0].DATA != mss {
		b.Fatalf("no full segment went out: %+v", out)
	}
}
