// Written by hand: what an event costs, and that none allocates.
package tcp_test

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

const mss = 1460

// established is a connection in the middle of its life: 64 KiB windows, nothing outstanding.
func established() tcp.TCB {
	var t tcp.TCB
	t.State = tcp.Established
	t.ISS, t.SND.UNA, t.SND.NXT = 1000, 5000, 5000
	t.SND.WND, t.MAX.SND.WND, t.SND.WL1, t.SND.WL2 = 65535, 65535, 8999, 5000
	t.SND.MSS, t.SND.ACKED = mss, 4000
	t.IRS, t.RCV.NXT, t.RCV.WND = 7000, 9000, 1<<20
	t.RCV.ADV, t.Last.ACK.Sent = t.RCV.NXT.Add(t.RCV.WND), t.RCV.NXT
	t.Settings.RCV.BUFF, t.Settings.PATH.MSS, t.Settings.DefaultMSS, t.Settings.R1 = 1<<20, mss, 536, 3
	return t
}

// receiver gets full segments in order; every second one is acknowledged.
func receiver(b *testing.B, t tcp.TCB, out *tcp.Effects) {
	var seg tcp.Segment
	for b.Loop() {
		seg = tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.NXT, LEN: mss, WND: 65535, CTL: tcp.ACK}
		t.RCV.WND = 1 << 20 // the user reads as fast as text arrives
		t.SegmentArrives(&seg, out)
	}
	if !out.Set.Has(tcp.EffectDeliver) {
		b.Fatal("the text was not taken")
	}
}

// sender gets one acknowledgment for each segment it has sent.
func sender(b *testing.B, t tcp.TCB, out *tcp.Effects) {
	var seg tcp.Segment
	t.Timers = 1<<tcp.TimerRetransmission | 1<<tcp.TimerGiveUp | 1<<tcp.TimerUser
	for b.Loop() {
		t.SND.NXT = t.SND.NXT.Add(mss)
		seg = tcp.Segment{SEQ: t.RCV.NXT, ACK: t.SND.NXT, WND: 65535, CTL: tcp.ACK}
		t.SegmentArrives(&seg, out)
	}
	if !out.Set.Has(tcp.EffectAcknowledged) {
		b.Fatal("the acknowledgment was not taken")
	}
}

func BenchmarkSegmentArrives(b *testing.B) {
	var out tcp.Effects
	b.Run("text", func(b *testing.B) { receiver(b, established(), &out) })
	b.Run("ACK", func(b *testing.B) { sender(b, established(), &out) })
}
