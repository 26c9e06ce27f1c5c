package pcap

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
)

// fixed is a link that has one batch to receive.
type fixed struct {
	link.Link
	batch [][]byte
}

func (f *fixed) Send([]*link.Packet) error { return nil }

func (f *fixed) Recv(batch []*link.Packet) (int, error) {
	for i, b := range f.batch {
		batch[i] = link.Copy(b)
	}
	n := len(f.batch)
	f.batch = nil
	return n, nil
}

// Packets come out in the order of the wire, with direction, and those that
// the stack told of have its word as a comment.
func TestCapture(t *testing.T) {
	var file bytes.Buffer
	c, err := New(&file, "b")
	if err != nil {
		t.Fatal(err)
	}
	l := c.Watch(&fixed{batch: [][]byte{{1, 1}, {2, 2}}})
	batch := make([]*link.Packet, 8)
	if n, err := l.Recv(batch); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	syn := trace.Event{Host: "b", Kind: trace.Received, Packet: []byte{2, 2}}
	syn.After.State = tcp.SynReceived
	c.Trace(&syn)
	c.Trace(&trace.Event{Host: "b", Kind: trace.Sent, Packet: []byte{3, 3}})
	c.Trace(&trace.Event{Host: "b", Kind: trace.Dropped, What: "bad checksum", Packet: []byte{1, 1}})
	if err := l.Send([]*link.Packet{link.Copy([]byte{9, 9}), link.Copy([]byte{3, 3})}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	r, err := pcapgo.NewNgReader(&file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	if r.LinkType() != layers.LinkTypeRaw {
		t.Errorf("link type %v", r.LinkType())
	}
	const in, out = pcapgo.NgEpbFlagDirectionInbound, pcapgo.NgEpbFlagDirectionOutbound
	for _, want := range []struct {
		octet   byte
		way     pcapgo.NgEpbFlag
		comment string
	}{
		{1, in, "b: dropped, bad checksum"},
		{2, in, "b: received in " + tcp.Closed.String() + ", now " + tcp.SynReceived.String()},
		{9, out, ""},
		{3, out, "b: sent in " + tcp.Closed.String()},
	} {
		data, _, options, err := r.ReadPacketDataWithOptions()
		if err != nil {
			t.Fatal(err)
		}
		if data[0] != want.octet || options.Flags.Direction != want.way || strings.Join(options.Comments, "") != want.comment {
			t.Errorf("got %v %v %q, want %+v", data, options.Flags.Direction, options.Comments, want)
		}
	}
	if _, _, _, err := r.ReadPacketDataWithOptions(); !errors.Is(err, io.EOF) {
		t.Errorf("more packets than passed: %v", err)
	}
}

// What was traced and never reached the link is forgotten, the oldest first.
func TestUnseenPacketsAreBounded(t *testing.T) {
	c, _ := New(io.Discard, "b")
	for range mostUnseen + 10 {
		c.Trace(&trace.Event{Kind: trace.Sent, Packet: []byte{1}})
	}
	if len(c.leaves) != mostUnseen {
		t.Errorf("%d packets are remembered", len(c.leaves))
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// A full disk is reported, and does not stop the traffic.
func TestWriteErrorIsReported(t *testing.T) {
	c, err := New(broken{}, "b")
	if err == nil {
		err = c.Watch(&fixed{}).Send([]*link.Packet{link.Copy(make([]byte, 60000))})
		if err != nil {
			t.Errorf("the error reached the stack: %v", err)
		}
		err = c.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
}

// Rules stand in a comment as they stand in a ladder: first what the first step did.
func TestCommentInOrder(t *testing.T) {
	e := trace.Event{Host: "b", Kind: trace.Received, What: "SEGMENT ARRIVES"}
	e.Before.State, e.After.State = tcp.Established, tcp.Established
	for _, id := range []tcp.RuleID{tcp.RuleAckOld, tcp.RuleAckWindow, tcp.RuleSeqAcceptable, tcp.RuleFinFirst} {
		e.Rules[id/64] |= 1 << (id % 64)
	}
	want := []string{"seq.acceptable", "ack.old", "ack.window", "fin.first"}
	lines := strings.Split(Comment(&e), "\n")[1:]
	for i := range lines {
		lines[i], _, _ = strings.Cut(lines[i], " ")
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%v instead of %v", lines, want)
	}
}
