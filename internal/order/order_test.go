package order

import (
	"fmt"
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

func set(names ...string) (s tcp.RuleSet) {
	for id := range tcp.RuleID(tcp.NumRules) {
		for _, name := range names {
			if id.String() == name {
				s[id/64] |= 1 << (id % 64)
			}
		}
	}
	return s
}

// Rules stand as the steps of the event come to them, wherever their files are.
func TestOf(t *testing.T) {
	for _, c := range []struct {
		kind  trace.Kind
		what  string
		state tcp.State
		rules []string
	}{
		{trace.Received, "SEGMENT ARRIVES", tcp.Established, []string{"seq.acceptable", "ts.recent", "ack.old", "ack.window", "text.none", "fin.first", "fin.CLOSE-WAIT"}},
		{trace.Call, "SEGMENT ARRIVES, for the listener", tcp.Listen, []string{"listen.SYN"}},
		{trace.Received, "SEGMENT ARRIVES", tcp.SynReceived, []string{"seq.acceptable", "ack.of-SYN", "ack.new", "text.accept"}},
		{trace.Timeout, "RETRANSMISSION", tcp.Established, []string{"timeout.R2", "give-up.reset"}},
		{trace.Sent, "ACK", tcp.Established, []string{"seq.acceptable", "ack.new", "ack.window", "text.accept"}},
		{trace.Call, "CLOSE", tcp.Established, []string{"timeout.R2", "open.active"}}, // no event has these
	} {
		e := trace.Event{Kind: c.kind, What: c.what, Rules: set(c.rules...)}
		e.Before.State = c.state
		got := Of(&e)
		if c.rules[0] == "timeout.R2" && c.kind == trace.Call {
			if len(got) != 2 {
				t.Errorf("%s: %v is not all of %v", c.what, got, c.rules)
			}
			continue
		}
		if fmt.Sprint(got) != fmt.Sprint(c.rules) {
			t.Errorf("%s in %v: %v instead of %v", c.what, c.state, got, c.rules)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	e := trace.Event{Kind: trace.Received, What: "SEGMENT ARRIVES", Rules: set("seq.acceptable", "ack.new", "ack.window", "text.accept")}
	e.Before.State = tcp.Established
	for b.Loop() {
		Of(&e)
	}
}
