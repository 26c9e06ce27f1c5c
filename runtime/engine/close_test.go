package engine

import (
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// Figure 13 of RFC 9293: both close at once.
func TestSimultaneousClose(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	a.Close(w.now)
	b.Close(w.now)
	w.run(12 * time.Millisecond)
	if a.State() != tcp.TimeWait || b.State() != tcp.TimeWait {
		w.dump(0)
		t.Fatalf("%v, %v", a.State(), b.State())
	}
	w.close(a, b)
}

// TIME-WAIT lasts two maximum segment lifetimes, for the side that closed first
// (MUST-13), and a reset does not end it (RFC 1337).
func TestTimeWait(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	a.Close(w.now)
	w.run(time.Second)
	b.Close(w.now)
	w.runUntil("in TIME-WAIT", time.Second, func() bool { return a.State() == tcp.TimeWait })
	w.run(30 * time.Millisecond)
	since := w.now.Add(-30 * time.Millisecond)
	if u := w.a.Usage(); u != (Usage{TimeWaits: 1, Timers: 1}) || b.State() != tcp.Closed {
		t.Errorf("A holds %+v, B %v", u, b.State())
	}
	w.run(4*time.Minute - 31*time.Millisecond)
	if a.State() != tcp.TimeWait {
		t.Errorf("%v before 2 MSL", a.State())
	}
	w.runUntil("closed", time.Second, func() bool { return a.State() == tcp.Closed })
	if d := w.now.Sub(since); d != 4*time.Minute {
		t.Errorf("TIME-WAIT lasted %v", d)
	}
}

// What is written before CLOSE arrives before the end of the stream, however much
// it is, and the connection ends by itself afterwards.
func TestCloseFlushes(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	data := noise(900_000)
	if n, err := a.Write(w.now, data); n != len(data) || err != nil {
		t.Fatal(n, err)
	}
	a.Close(w.now)
	var got []byte
	var end error
	w.runUntil("at its end", time.Minute, func() bool {
		more, err := drain(w.now, b)
		got, end = append(got, more...), err
		return err != nil
	})
	if string(got) != string(data) || end != io.EOF {
		t.Fatalf("%d octets, %v", len(got), end)
	}
	w.close(a, b)
}

// A user who closes without having read all that came sends a reset (SHLD-3), and
// so does data that comes when nobody will read it.
func TestCloseUnread(t *testing.T) {
	for _, early := range []bool{true, false} {
		w := newWorld(t)
		a, b := w.connect(Options{})
		if early {
			a.Write(w.now, []byte("unread"))
			w.run(time.Second)
			b.Close(w.now)
		} else {
			b.Close(w.now)
			w.run(time.Second)
			a.Write(w.now, []byte("unwanted"))
		}
		w.run(time.Second)
		if a.Err() != syscall.ECONNRESET || w.b.Usage() != (Usage{}) || w.a.Usage() != (Usage{}) {
			t.Errorf("%v: %v, %+v, %+v", early, a.Err(), w.a.Usage(), w.b.Usage())
		}
	}
}

// Text from behind a FIN, which the peer cannot have sent, is given up when the FIN is
// taken: a reader meets the end of the stream where the FIN is, and no memory stays behind.
func TestHeldBehindFIN(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{WindowScale: true, SendBuffer: 20_000, ReceiveBuffer: 20_000})
	h := wireACK(a)
	next := h.SEQ
	h.SEQ = next + 5
	w.inject(a, h, []byte("behind"))
	if n, _ := a.in.Held(); n != 6 {
		t.Fatalf("%d octets are held", n)
	}
	h.SEQ, h.CTL = next, h.CTL|uint8(tcp.FIN)
	w.inject(a, h, []byte("all"))
	got, err := drain(w.now, a)
	if n, _ := a.in.Held(); n != 0 || string(got) != "all" || err != io.EOF || a.State() != tcp.CloseWait {
		t.Errorf("%q, %v, in %v; %d octets are held", got, err, a.State(), n)
	}
	a.Abort(w.now)
	b.Abort(w.now)
}

func TestAbort(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	a.Write(w.now, []byte("lost"))
	b.Write(w.now, []byte("lost"))
	w.run(time.Second)
	a.Abort(w.now)
	w.run(time.Second)
	if a.Err() != syscall.ECONNABORTED || b.Err() != syscall.ECONNRESET {
		t.Errorf("%v, %v", a.Err(), b.Err())
	}
	if _, err := b.Read(w.now, make([]byte, 1)); err != syscall.ECONNRESET {
		t.Errorf("Read: %v", err)
	}
	if a.in.Len() != 0 || b.in.Len() != 0 {
		t.Error("unread text is kept")
	}
	if w.b.Usage() != (Usage{}) || w.a.Usage() != (Usage{}) {
		t.Errorf("%+v, %+v", w.a.Usage(), w.b.Usage())
	}
}

// After a close in peace what has arrived can still be read (D-07).
func TestReadAfterClose(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	b.CloseWrite(w.now)
	w.run(time.Second)
	a.Write(w.now, []byte("rest"))
	a.Close(w.now)
	w.run(10 * time.Minute)
	if b.State() != tcp.Closed {
		t.Fatalf("%v", b.State())
	}
	if got, err := drain(w.now, b); string(got) != "rest" || err != io.EOF {
		t.Errorf("%q, %v", got, err)
	}
}

// A connection whose user is gone does not wait for its peer for ever (D-11).
func TestOrphanInFinWait2(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{})
	a.Close(w.now)
	w.run(59 * time.Second)
	if a.State() != tcp.FinWait2 {
		t.Fatalf("%v", a.State())
	}
	w.run(2 * time.Second)
	if a.State() != tcp.Closed || b.State() != tcp.CloseWait {
		t.Fatalf("%v, %v", a.State(), b.State())
	}
}

// endIn brings a connection from A's port 5000 to TIME-WAIT at B.
func endIn(w *world, o Options) (waiting *Conn) {
	o.Local = at(w.a, 5000)
	a, b := w.connect(o)
	w.transfer(a, b, noise(10_000), time.Minute)
	b.Close(w.now)
	w.run(time.Second)
	a.Close(w.now)
	w.run(time.Second)
	if b.State() != tcp.TimeWait {
		w.t.Fatalf("%v", b.State())
	}
	return b
}

// The same sockets may be used again in TIME-WAIT, with a sequence number above
// those of before (MAY-2, RFC 6191).
func TestReuse(t *testing.T) {
	for name, o := range map[string]Options{
		"with timestamps":    DefaultOptions(),
		"without timestamps": {WindowScale: true},
	} {
		w := newWorld(t)
		old := endIn(w, o)
		above := old.tcb.SND.NXT
		o.Local = at(w.a, 5000)
		a, b := w.connect(o)
		if !above.Less(b.tcb.ISS) {
			t.Errorf("%s: ISS %d after %d", name, b.tcb.ISS, above)
		}
		if old.State() != tcp.Closed || w.b.Usage().TimeWaits != 0 {
			t.Errorf("%s: the old incarnation is %v", name, old.State())
		}
		w.transfer(a, b, noise(10_000), time.Minute)
		w.close(a, b)
	}
}

// Without a listener there is no new incarnation, but a challenge.
func TestReuseWithoutListener(t *testing.T) {
	w := newWorld(t)
	old := endIn(w, Options{})
	a, err := w.a.Dial(w.now, at(w.b, 80), Options{Local: at(w.a, 5000)})
	if err != nil {
		t.Fatal(err)
	}
	logged := len(w.log)
	w.run(500 * time.Millisecond)
	if old.State() != tcp.TimeWait || a.State() != tcp.SynSent {
		t.Errorf("%v, %v", old.State(), a.State())
	}
	if sent := w.since(logged, "B"); len(sent) != 1 || sent[0].flags() != tcp.ACK {
		t.Errorf("no challenge: %v", sent)
	}
}

// It "returns to TIME-WAIT state if the SYN turns out to be an old duplicate"
// (RFC 9293 3.6.1).
func TestReuseByOldDuplicate(t *testing.T) {
	w := newWorld(t)
	old := endIn(w, Options{})
	w.listen(Options{})
	if _, err := w.a.Dial(w.now, at(w.b, 80), Options{Local: at(w.a, 5000)}); err != nil {
		t.Fatal(err)
	}
	w.collect()
	// The SYN is on its way, and its sender is no more: its SYN,ACK meets nobody.
	for _, c := range w.a.conns {
		c.Abort(w.now)
	}
	w.runUntil("half-open", time.Second, func() bool { return w.b.Usage().HalfOpen == 1 })
	if w.b.conns[old.flow] == old {
		t.Fatal("the old incarnation was not replaced")
	}
	w.run(time.Second)
	if w.b.conns[old.flow] != old || old.State() != tcp.TimeWait || w.b.Usage().HalfOpen != 0 {
		t.Fatalf("%v %+v", old.State(), w.b.Usage())
	}
	w.run(5 * time.Minute)
	if u := w.b.Usage(); u != (Usage{Listeners: 1}) {
		t.Errorf("B still holds %+v", u)
	}
}

// Records of TIME-WAIT are bounded; the oldest gives way.
func TestTimeWaitsBounded(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Settings.TimeWaits = 5 })
	l := w.listen(Options{})
	for range 12 {
		a := w.dial(Options{})
		w.run(20 * time.Millisecond)
		l.Accept().Close(w.now)
		w.run(20 * time.Millisecond)
		a.Close(w.now)
		w.run(20 * time.Millisecond)
	}
	if u, n := w.b.Usage(), w.b.Counters().TimeWaitsEvicted; u.TimeWaits != 5 || n != 7 {
		t.Errorf("%+v, %d evicted", u, n)
	}
	w.run(5 * time.Minute)
	if u := w.b.Usage(); u != (Usage{Listeners: 1}) || len(w.b.conns) != 0 || w.b.timeWaits != (timeWaits{}) {
		t.Errorf("B still holds %+v", u)
	}
}

// Closing, or aborting, after every step of an exchange leaves nothing behind (R4).
func TestCloseAnywhere(t *testing.T) {
	ends := map[string]func(*Conn, Time){
		"Close":      func(c *Conn, now Time) { c.Close(now) },
		"Abort":      func(c *Conn, now Time) { c.Abort(now) },
		"CloseWrite": func(c *Conn, now Time) { c.CloseWrite(now) },
	}
	for name, end := range ends {
		for stop := 0; stop < 60; stop++ {
			w := newWorld(t)
			l := w.listen(Options{})
			a := w.dial(Options{})
			a.Write(w.now, noise(40_000))
			for n := 0; n < stop && w.step(w.now.Add(time.Minute)); n++ {
			}
			end(a, w.now)
			b := l.Accept()
			w.run(100 * time.Millisecond)
			if b != nil {
				drain(w.now, b)
				b.Close(w.now)
			}
			w.run(2 * time.Second)
			l.Close(w.now)
			a.Close(w.now)
			w.run(time.Hour)
			for _, h := range []*host{w.a, w.b} {
				if u := h.Usage(); u != (Usage{}) || len(h.agenda) != 0 || h.halfOpen != 0 {
					t.Fatalf("%s after %d steps: %s still holds %+v", name, stop, h.name, u)
				}
			}
		}
	}
}
