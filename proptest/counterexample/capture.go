package counterexample

import (
	"bytes"
	"io"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/pcap"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// Capture writes the packets as a pcapng file, as somebody half-way between the hosts
// sees them: each once, when it is sent, with what its sender and its receiver make of
// it in comments. One that the network makes a copy of, or nobody has sent, stands
// where it arrives.
func (c *Counterexample) Capture(w io.Writer) error {
	out, err := pcap.NewWriter(w, "A-B")
	if err != nil {
		return err
	}
	events := c.Events()
	arrival := pair(events)
	fired := map[string]tcp.RuleSet{} // by each host, last
	for i := range events {
		e := &events[i]
		if e.Kind != trace.Sent {
			fired[e.Host] = e.Rules
		}
		switch {
		case e.Packet == nil:
		case e.Kind == trace.Sent:
			sent := *e
			sent.Rules = fired[e.Host]
			out.Write(stamp(e), e.Packet, pcap.Comment(&sent), c.fate(events, arrival, i))
		case arrival[i] < 0:
			out.Write(stamp(e), e.Packet, copied(events, i), pcap.Comment(e))
		}
	}
	return out.Close()
}

// stamp is when an event was, since the beginning of Unix time.
func stamp(e *trace.Event) time.Time { return time.Unix(0, 0).Add(e.At) }

// fate is what became of a packet that was sent.
func (c *Counterexample) fate(events []trace.Event, arrival []int, i int) string {
	switch j := arrival[i]; {
	case j >= 0:
		return pcap.Comment(&events[j])
	case c.Lost == nil || c.Lost(events[i].Packet, later(events, arrival, i)):
		return "lost"
	}
	return "still under way at the end"
}

// later is how many packets that are equal, and do not arrive, either, were sent behind that one.
func later(events []trace.Event, arrival []int, i int) (n int) {
	for j := i + 1; j < len(events); j++ {
		e := &events[j]
		if e.Kind == trace.Sent && e.Host == events[i].Host && arrival[j] < 0 && bytes.Equal(e.Packet, events[i].Packet) {
			n++
		}
	}
	return n
}

// copied tells why a packet arrives that is not the one that was sent.
func copied(events []trace.Event, i int) string {
	for j := range i {
		if events[j].Kind == trace.Sent && bytes.Equal(events[j].Packet, events[i].Packet) {
			return "a copy that the network made"
		}
	}
	return "not sent by either host in this trace, or changed under way"
}

// pair finds the arrival of each packet that was sent, and the sending of each that
// arrived; -1: there is none. Retransmissions look alike: as in the ladder, it is the
// earlier ones that were lost, and of several copies the first to arrive is the packet itself.
func pair(events []trace.Event) []int {
	other := make([]int, len(events))
	for i := range other {
		other[i] = -1
	}
	carries := func(i, j int) bool {
		sent, came := &events[i], &events[j]
		return came.Packet != nil && (came.Kind == trace.Received || came.Kind == trace.Dropped) &&
			sent.Kind == trace.Sent && sent.Host != came.Host && bytes.Equal(sent.Packet, came.Packet)
	}
	for j := len(events) - 1; j >= 0; j-- {
		for i := j - 1; i >= 0; i-- {
			if other[i] < 0 && carries(i, j) {
				other[i], other[j] = j, i
				break
			}
		}
	}
	for j := range events {
		for i := 0; i < j && other[j] < 0; i++ {
			if other[i] > j && carries(i, j) {
				other[other[i]] = -1
				other[i], other[j] = j, i
			}
		}
	}
	return other
}
