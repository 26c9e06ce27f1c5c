// Package pcap captures what passes on a stack's link into a pcapng file whose
// packet comments say what the machine made of each packet.
package pcap

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gopacket/gopacket/pcapgo"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/order"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// A Capture writes packets in the order in which they passed the link. It
// watches the link of one stack, and as that stack's Tracer learns of rules.
type Capture struct {
	mu     sync.Mutex
	out    *pcapgo.NgWriter
	err    error
	came   []packet // of the batch in work: what the stack thinks of them is not known yet
	told   bool     // the stack has told of one of them
	leaves []packet // traced, and not yet seen on the link
}

type packet struct {
	at      time.Time
	octets  []byte
	comment string
}

// mostUnseen bounds what is remembered of packets that were traced and never
// reached the link, and of those the stack does not tell of.
const mostUnseen = 4096

// New begins a capture of host's packets.
func New(w io.Writer, host string) (*Capture, error) {
	order.Read() // it would hold up the first packet
	out, err := open(w, host)
	if err != nil {
		return nil, err
	}
	return &Capture{out: out}, nil
}

// Watch returns a link that is l with every packet captured.
func (c *Capture) Watch(l link.Link) link.Link { return link.Tap(l, c.see) }

// see is shown each packet: one that came before the stack has it, one that
// leaves after the stack told of it.
func (c *Capture) see(at time.Time, way link.Direction, octets []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if way == link.Inbound {
		// Once the stack has told of a packet that came, the whole batch is with it,
		// and a new packet begins the next batch.
		if c.told || len(c.came) == mostUnseen {
			c.flush()
		}
		c.came = append(c.came, packet{at, bytes.Clone(octets), ""})
		return
	}
	c.flush()
	comment := ""
	for i, traced := range c.leaves {
		if bytes.Equal(traced.octets, octets) {
			comment = traced.comment
			c.leaves = c.leaves[i+1:]
			break
		}
	}
	c.write(packet{at, octets, comment}, pcapgo.NgEpbFlagDirectionOutbound)
}

// Trace implements trace.Tracer: it gives packets their comments.
func (c *Capture) Trace(e *trace.Event) {
	if e.Packet == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.Kind == trace.Sent {
		if len(c.leaves) == mostUnseen {
			c.leaves = c.leaves[1:]
		}
		c.leaves = append(c.leaves, packet{octets: bytes.Clone(e.Packet), comment: Comment(e)})
		return
	}
	c.told = true
	for i := range c.came {
		if p := &c.came[i]; p.comment == "" && bytes.Equal(p.octets, e.Packet) {
			p.comment = Comment(e)
			return
		}
	}
}

// Comment is what a packet's comment says of an event: what the host made of it,
// by which rules, each with its place in the RFCs.
func Comment(e *trace.Event) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %s", e.Host, e.Kind)
	if e.Kind == trace.Dropped {
		return s.String() + ", " + e.What
	}
	if e.Before.State == e.After.State {
		fmt.Fprintf(&s, " in %s", e.After.State)
	} else {
		fmt.Fprintf(&s, " in %s, now %s", e.Before.State, e.After.State)
	}
	for _, id := range order.Of(e) {
		fmt.Fprintf(&s, "\n%s", RuleText(id))
	}
	return s.String()
}

// RuleText is a rule with its section: "rst.not-exact (RFC 5961 3.2)".
func RuleText(id tcp.RuleID) string {
	r := &tcp.Rules[id]
	if r.RFC == 0 {
		return r.Name
	}
	return strings.TrimSpace(fmt.Sprintf("%s (RFC %d %s", r.Name, r.RFC, r.Section)) + ")"
}

func (c *Capture) flush() {
	for _, p := range c.came {
		c.write(p, pcapgo.NgEpbFlagDirectionInbound)
	}
	c.came, c.told = c.came[:0], false
}

func (c *Capture) write(p packet, way pcapgo.NgEpbFlag) {
	if c.err != nil {
		return
	}
	options := pcapgo.NgPacketOptions{Flags: &pcapgo.NgEpbFlags{Direction: way}}
	if p.comment != "" {
		options.Comments = []string{p.comment}
	}
	c.err = put(c.out, p.at, p.octets, options)
}

// Close writes what is left, and reports the first error there was in writing.
func (c *Capture) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flush()
	if c.err == nil {
		c.err = c.out.Flush()
	}
	return c.err
}
