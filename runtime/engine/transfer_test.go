package engine

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

func TestHandshake(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	want := []tcp.Flags{tcp.SYN, tcp.SYN | tcp.ACK, tcp.ACK}
	if len(w.log) != len(want) {
		w.dump(0)
		t.Fatalf("%d segments, want 3", len(w.log))
	}
	for i, f := range want {
		if w.log[i].flags() != f {
			t.Errorf("segment %d: %v, want %v", i, w.log[i].flags(), f)
		}
	}
	for _, s := range w.log[:2] {
		if s.tcp.MSS != 1460 || !s.tcp.HasWS || !s.tcp.HasTS {
			t.Errorf("options of %v: %+v", s, s.tcp)
		}
	}
	if a.State() != tcp.Established || b.State() != tcp.Established {
		t.Errorf("%v, %v", a.State(), b.State())
	}
	if a.LocalAddr() != b.RemoteAddr() || a.RemoteAddr() != b.LocalAddr() {
		t.Errorf("sockets: %v %v, %v %v", a.LocalAddr(), a.RemoteAddr(), b.LocalAddr(), b.RemoteAddr())
	}
}

func TestTransferBothWays(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	w.transfer(a, b, noise(3_000_000), time.Minute)
	w.transfer(b, a, noise(300_000), time.Minute)
	for _, h := range []*host{w.a, w.b} {
		// C4: a path that loses nothing sees no timeout and no retransmission.
		if n := h.Counters(); n.Retransmitted != 0 || n.Timeouts != 0 {
			t.Errorf("%s: %+v", h.name, n)
		}
	}
	w.close(a, b)
}

// close closes both ends and sees that nothing is left of them (R4).
func (w *world) close(a, b *Conn) {
	w.t.Helper()
	a.Close(w.now)
	w.run(time.Second)
	b.Close(w.now)
	w.run(5 * time.Minute)
	for _, h := range []*host{w.a, w.b} {
		if u := h.Usage(); u != (Usage{}) {
			w.t.Errorf("%s still holds %+v", h.name, u)
		}
	}
	for _, c := range []*Conn{a, b} {
		if c.State() != tcp.Closed || c.Err() != nil {
			w.t.Errorf("%v, %v", c.State(), c.Err())
		}
	}
}

func TestHalfClose(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	a.Write(w.now, []byte("question"))
	a.CloseWrite(w.now)
	w.run(time.Second)
	if got, err := drain(w.now, b); string(got) != "question" || !errors.Is(err, io.EOF) {
		t.Fatalf("%q, %v", got, err)
	}
	if a.State() != tcp.FinWait2 || b.State() != tcp.CloseWait {
		t.Fatalf("%v, %v", a.State(), b.State())
	}
	// The half that is open stays so for as long as its user wants.
	w.run(time.Hour)
	answer := noise(100_000)
	var got []byte
	for rest := answer; len(got) < len(answer); {
		n, err := b.Write(w.now, rest)
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
		w.run(20 * time.Millisecond)
		more, _ := drain(w.now, a)
		got = append(got, more...)
	}
	if !bytes.Equal(got, answer) {
		t.Fatal("got another answer")
	}
	b.Close(w.now)
	w.run(time.Second)
	if _, err := a.Read(w.now, make([]byte, 1)); err != io.EOF {
		t.Fatalf("Read: %v", err)
	}
	w.close(a, b)
}
