package engine

import (
	"bytes"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// A segment that opens the window has text sent again; if it also brings text that
// nobody will read, the connection is reset in the same event. What goes out must
// not be taken from a buffer that was emptied meanwhile.
func TestUnwantedTextOpensWindow(t *testing.T) {
	w := newWorld(t)
	a, b := w.connect(Options{ReceiveBuffer: 100})
	data := noise(200)
	a.Write(w.now, data)
	a.Close(w.now)
	w.run(2 * time.Second) // a probe of the closed window is outstanding
	w.mangle = func(from *host, s *seen) []time.Duration {
		if from == w.b && len(s.tcp.Payload) == 0 {
			return nil // the window update is lost
		}
		return []time.Duration{w.delay}
	}
	from, irs := len(w.log), uint32(b.Status().TCB.IRS)
	drain(w.now, b)
	b.Write(w.now, []byte("unwanted"))
	w.run(time.Second)
	reset := false
	for _, s := range w.since(from, "A") {
		reset = reset || s.flags().Has(tcp.RST)
		if offset := s.tcp.SEQ - irs - 1; len(s.tcp.Payload) > 0 && !bytes.HasPrefix(data[min(int(offset), 200):], s.tcp.Payload) {
			t.Errorf("A sends what was never written: %v", s)
		}
	}
	if !reset {
		t.Error("A did not reset the connection")
		w.dump(from)
	}
}
