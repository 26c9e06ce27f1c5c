// Written by hand: what holds for every event, whatever comes.

package tcp_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// events are all entries of the package, with arguments drawn from r.
var events = map[string]func(t *tcp.TCB, seg *tcp.Segment, r *rand.Rand, out *tcp.Effects){
	"Open": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) { t.Open(flip(r), flip(r), out) },
	"Send": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) {
		t.Send(r.Uint32(), r.Uint32(), r.Uint32(), flip(r), flip(r), out)
	},
	"Receive": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) {
		t.Receive(r.Uint32(), r.Uint32(), out)
	},
	"Close": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) {
		t.Close(r.Uint32(), r.Uint32(), flip(r), out)
	},
	"Abort":          func(t *tcp.TCB, _ *tcp.Segment, _ *rand.Rand, out *tcp.Effects) { t.Abort(out) },
	"Status":         func(t *tcp.TCB, _ *tcp.Segment, _ *rand.Rand, out *tcp.Effects) { t.Status(out) },
	"SegmentArrives": func(t *tcp.TCB, seg *tcp.Segment, _ *rand.Rand, out *tcp.Effects) { t.SegmentArrives(seg, out) },
	"HeldText":       func(t *tcp.TCB, seg *tcp.Segment, r *rand.Rand, out *tcp.Effects) { t.HeldText(seg, flip(r), out) },
	"Segmentize": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) {
		t.Segmentize(r.Uint32(), r.Uint32(), out)
	},
	"Retransmit": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) {
		t.Retransmit(tcp.Seq(r.Uint32()), out)
	},
	"ICMPError": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) { t.ICMPError(flip(r), out) },
	"Expires": func(t *tcp.TCB, _ *tcp.Segment, r *rand.Rand, out *tcp.Effects) {
		t.Expires(tcp.Timer(r.IntN(256)), r.Uint32(), out)
	},
}

func flip(r *rand.Rand) bool { return r.IntN(2) == 0 }

// garbage is a connection and a segment of random values, some of which no field should have.
func garbage(r *rand.Rand) (tcp.TCB, tcp.Segment) {
	t := established()
	t.State, t.Timers = tcp.State(r.IntN(16)), tcp.Timers(r.Uint32())
	t.SND.UNA, t.SND.NXT, t.SND.WND = tcp.Seq(r.Uint32()), tcp.Seq(r.Uint32()), r.Uint32()
	t.RCV.NXT, t.RCV.WND, t.SND.MSS = tcp.Seq(r.Uint32()), r.Uint32(), r.Uint32()
	t.Snd.Wind.Shift, t.Rcv.Wind.Shift, t.Probes, t.Challenges = uint8(r.IntN(256)), uint8(r.IntN(256)), 255, 255
	t.FINSent, t.FINQueued, t.PassiveOpen, t.TS.OK, t.WS.OK = flip(r), flip(r), flip(r), flip(r), flip(r)
	return t, tcp.Segment{SEQ: tcp.Seq(r.Uint32()), ACK: tcp.Seq(r.Uint32()), LEN: r.Uint32(), WND: r.Uint32(), UP: r.Uint32(),
		MSS: r.Uint32(), WS: uint8(r.IntN(256)), TSval: tcp.Stamp(r.Uint32()), HasTS: flip(r), HasWS: flip(r), Listener: flip(r), CTL: tcp.Flags(r.IntN(256))}
}

// TestNoAllocation: no event allocates, and none fails, whatever the values.
func TestNoAllocation(t *testing.T) {
	for name, event := range events {
		r := rand.New(rand.NewPCG(1, 2))
		var tcb tcp.TCB
		var seg tcp.Segment
		var out tcp.Effects
		allocs := testing.AllocsPerRun(2000, func() {
			tcb, seg = garbage(r)
			event(&tcb, &seg, r, &out)
		})
		if allocs != 0 {
			t.Errorf("%s: %g allocations", name, allocs)
		}
		if int(out.NSend) > tcp.MaxSend {
			t.Errorf("%s: %d segments", name, out.NSend)
		}
	}
}

// TestReset: every event begins by forgetting the effects of the last one.
func TestReset(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, event := range events {
		for state := range tcp.State(tcp.NumStates) {
			tcb, seg := garbage(r)
			tcb.State = state
			again, sameSeg := tcb, seg
			var fresh tcp.Effects
			stale := tcp.Effects{Set: 0xffff, Start: 0xffff, Signals: 0xffff, Reply: 7, NSend: tcp.MaxSend}
			for i := range stale.Rules {
				stale.Rules[i] = 1<<64 - 1
			}
			event(&tcb, &seg, rand.New(rand.NewPCG(3, 4)), &fresh)
			event(&again, &sameSeg, rand.New(rand.NewPCG(3, 4)), &stale)
			if fresh.Set != stale.Set || fresh.Start != stale.Start || fresh.Signals != stale.Signals ||
				fresh.Reply != stale.Reply || fresh.NSend != stale.NSend || fresh.Rules != stale.Rules || tcb != again {
				t.Errorf("%s in %s: %+v after an empty Effects, %+v after a full one", name, state, fresh, stale)
			}
		}
	}
}

// TestStartedTimersRun: what an event starts is running behind it.
func TestStartedTimersRun(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for name, event := range events {
		for range 2000 {
			tcb, seg := garbage(r)
			var out tcp.Effects
			event(&tcb, &seg, r, &out)
			if out.Start&^tcb.Timers != 0 {
				t.Fatalf("%s: started %b, running %b", name, out.Start, tcb.Timers)
			}
		}
	}
}

// TestStrings: names are the text's, and a value out of range has one too.
func TestStrings(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{tcp.FinWait1.String(), "FIN-WAIT-1"},
		{tcp.State(200).String(), "?"},
		{tcp.TimerSWSOverride.String(), "SWS-OVERRIDE"},
		{(tcp.SYN | tcp.ACK).String(), "SYN,ACK"},
		{tcp.Flags(0).String(), ""},
		{tcp.ReplyConnectionDoesNotExist.String(), "error: connection does not exist"},
		{tcp.NoReply.String(), ""},
		{tcp.SignalConnectionRefused.String(), "connection refused"},
		{tcp.EffectFlushRetransmissions.String(), "flush-retransmissions"},
		{tcp.RuleSeqCrossedSYNACK.String(), "seq.crossed-SYN-ACK"},
		{tcp.RuleID(tcp.NumRules).String(), "?"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// TestRuleSet: a set yields its rules in the order of the text, and stops when told to.
func TestRuleSet(t *testing.T) {
	var s tcp.RuleSet
	want := []tcp.RuleID{0, 1, 63, 64, tcp.NumRules - 1}
	for _, r := range want {
		s[r/64] |= 1 << (r % 64)
	}
	var got []tcp.RuleID
	for r := range s.Each() {
		got = append(got, r)
	}
	if len(got) != len(want) || got[2] != 63 || got[4] != tcp.NumRules-1 || s.Has(2) || s.Has(tcp.NumRules) {
		t.Errorf("rules %d, want %d", got, want)
	}
	for r := range s.Each() {
		if r == 1 {
			break
		}
	}
}
