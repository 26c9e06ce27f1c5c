package main

import (
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	table "github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
	"github.com/lockstep-tcp/lockstep/runtime/trace"
	"github.com/lockstep-tcp/lockstep/spec"
)

type demo struct {
	Loss share   `default:"5%" placeholder:"P" help:"Share of packets that the link loses, in each direction (default ${default})."`
	Seed uint64  `default:"1" placeholder:"N" help:"Seed of the loss and of the download (default ${default})."`
	Size several `default:"4" placeholder:"MIB" help:"Size of the download in MiB (default ${default})."`
}

// Run shows what there is, in five short scenes.
func (v *demo) Run(s streams) error {
	if v.Loss > 0.2 || v.Size > 1024 {
		return fmt.Errorf("a loss of %v and %d MiB would take too long to watch: at most 20 %% and 1024 MiB", v.Loss, v.Size)
	}
	began := time.Now()
	for _, scene := range []func(io.Writer) error{v.readText, v.shakeHands, v.transfer} {
		if err := scene(s.out); err != nil {
			return failed{err}
		}
	}
	fmt.Fprintf(s.out, "\nAll of it took %v. Next:\n", time.Since(began).Round(100*time.Millisecond))
	for _, next := range [][2]string{
		{"lockstep explain rst.not-exact", "one rule, as the text has it"},
		{"lockstep requirements -status open", "what RFC 9293 demands and is not there yet"},
		{"lockstep graph -format svg > tcp.svg", "the states, drawn from the rules"},
		{"sudo lockstep serve -tun ls0 -addr 10.7.0.2/24 -http .", "then, in another shell: curl http://10.7.0.2/README.md"},
	} {
		fmt.Fprintf(s.out, "  %-56s %s\n", next[0], next[1])
	}
	fmt.Fprintln(s.out, "  docs/language.md                                         change a rule and see what breaks")
	return nil
}

func heading(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "\n=== "+format+"\n\n", args...)
}

// readText compiles the text as check does.
func (v *demo) readText(w io.Writer) error {
	began := time.Now()
	text, found := parser.Load(spec.TCP())
	if err := found.Err(); err != nil {
		return err
	}
	took := time.Since(began)
	all, err := table.Table(text)
	if err != nil {
		return err
	}
	named := 0
	for _, r := range all {
		if len(r.Text) > 0 {
			named++
		}
	}
	heading(w, "The text")
	fmt.Fprintf(w, "%d files of spec/tcp read and checked in %v: %s, %d states.\n", len(text.Files), took.Round(time.Millisecond), warnings(len(found)), len(text.States))
	fmt.Fprintf(w, "%d events, %d rules, %d named guards, %d actions, %d invariants.\n", len(text.Events), len(text.Rules), len(text.Guards), len(text.Actions), len(text.Invariants))
	fmt.Fprintf(w, "%d of RFC 9293's %d requirements stand in it by name; code outside it accounts for the rest.\n", named, len(all))
	if !stale() {
		fmt.Fprintf(w, "The machine that runs below was generated from it: %d rules.\n", tcp.NumRules)
	}
	return nil
}

// network is two hosts and the link between them.
type network struct {
	a, b    *socket.Stack
	lost    func() uint64 // packets that the link lost, both ways
	ofPeerB netip.Addr
}

func (n *network) close() {
	n.a.Close()
	n.b.Close()
}

// connect joins two stacks by a link that loses packets and takes a millisecond each way.
func connect(seed uint64, loss share, ofA, ofB trace.Tracer) (*network, error) {
	left, right := link.Pipe(link.PipeConfig{})
	faults := link.Faults{Loss: float64(loss), Delay: time.Millisecond}
	lossy := link.WithFaults(left, link.FaultConfig{Seed: seed, Out: faults, In: faults})
	a, err := socket.New(lossy, hostConfig("TCP Peer A", "10.0.0.1/24", ofA))
	if err != nil {
		return nil, err
	}
	b, err := socket.New(right, hostConfig("TCP Peer B", "10.0.0.2/24", ofB))
	if err != nil {
		a.Close()
		return nil, err
	}
	lost := func() uint64 {
		out, in := lossy.Counters(link.Outbound), lossy.Counters(link.Inbound)
		return out.Lost + in.Lost
	}
	return &network{a, b, lost, netip.MustParseAddr("10.0.0.2")}, nil
}

// hostConfig has the timers of hosts that are next to each other: RFC 6298's
// floor of one second is for paths nobody knows.
func hostConfig(name, addr string, tracer trace.Tracer) socket.Config {
	cfg := socket.Config{Host: name, Addrs: []netip.Prefix{netip.MustParsePrefix(addr)}, Tracer: tracer}
	cfg.Settings.RTOMin = 20 * time.Millisecond
	return cfg
}

// witness records events until both ends of a connection are where they end.
type witness struct {
	*ladder.Recorder
	ended chan struct{}
}

// Trace implements trace.Tracer.
func (t *witness) Trace(e *trace.Event) {
	t.Recorder.Trace(e)
	if e.Before.State != e.After.State && (e.After.State == tcp.TimeWait || e.Before.State == tcp.LastAck) {
		t.ended <- struct{}{}
	}
}

// shakeHands opens a connection, closes it from both ends, and draws what happened.
func (v *demo) shakeHands(w io.Writer) error {
	t := &witness{Recorder: ladder.NewRecorder(0), ended: make(chan struct{}, 8)}
	n, err := connect(v.Seed, 0, t, t)
	if err != nil {
		return err
	}
	defer n.close()
	if err := openAndClose(n); err != nil {
		return err
	}
	for range 2 {
		select {
		case <-t.ended:
		case <-time.After(5 * time.Second):
			return fmt.Errorf("the connection did not come to its end in 5 s:\n%s", ladder.String(t.Events(), ladder.Options{}))
		}
	}
	heading(w, "Three segments open a connection, four close it")
	fmt.Fprintf(w, "Numbers are counted from each side's ISS. Below each row: the rules that fired, and what they changed.\n\n")
	return ladder.Write(w, t.Events(), ladder.Options{Relative: true, Left: "TCP Peer A", Right: "TCP Peer B"})
}

// openAndClose is what the users of both ends do; B closes once it has read A's FIN.
func openAndClose(n *network) error {
	l, err := n.b.Listen("tcp", ":7")
	if err != nil {
		return err
	}
	accepted, done := make(chan struct{}), make(chan error, 1)
	go func() {
		c, err := l.Accept()
		close(accepted)
		if err == nil {
			_, err = io.Copy(io.Discard, c)
			c.Close()
		}
		done <- err
	}()
	c, err := n.a.Dial("tcp", netip.AddrPortFrom(n.ofPeerB, 7).String())
	if err != nil {
		return err
	}
	<-accepted
	if err := c.(*socket.Conn).CloseWrite(); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, c); err != nil {
		return err
	}
	return <-done
}
