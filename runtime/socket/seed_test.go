package socket_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// recorder is a link that sums up what is sent on it, and when.
type recorder struct {
	link.Link
	began time.Time
	mu    sync.Mutex
	sum   hash.Hash
}

func (r *recorder) Send(batch []*link.Packet) error {
	r.mu.Lock()
	for _, p := range batch {
		r.sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(time.Since(r.began))))
		r.sum.Write(p.B)
	}
	r.mu.Unlock()
	return r.Link.Send(batch)
}

// What two programs say over a link that takes time is the same octet for octet, and at the
// same times, in every run with the same seed, losses and all: within an instant, each waits
// until nothing is left to be done.
func TestSameSeedSamePackets(t *testing.T) {
	for name, talk := range map[string]func(t *testing.T, dial func() net.Conn, l net.Listener){
		"a download": func(t *testing.T, dial func() net.Conn, l net.Listener) {
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				c.Write(pattern(300_000))
				c.Close()
			}()
			c := dial()
			if n, err := io.Copy(io.Discard, c); n != 300_000 || err != nil {
				t.Errorf("%d octets, %v", n, err)
			}
			c.Close()
		},
		"an echo": func(t *testing.T, dial func() net.Conn, l net.Listener) {
			go echo(l)
			c := dial()
			go c.Write(pattern(200_000))
			if _, err := io.ReadFull(c, make([]byte, 200_000)); err != nil {
				t.Error(err)
			}
			c.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			runs := 50
			if race.Brief() {
				runs = 5
			}
			seen := map[string]int{}
			for range runs {
				synctest.Test(t, func(t *testing.T) {
					f := link.Faults{Loss: 0.05, Duplicate: 0.02, Reorder: 0.02, Delay: 10 * time.Millisecond, Jitter: time.Millisecond}
					x, y := link.Pipe(link.PipeConfig{})
					began := time.Now()
					record := func(l link.Link) *recorder { return &recorder{Link: l, began: began, sum: sha256.New()} }
					left, right := record(link.WithFaults(x, link.FaultConfig{Seed: 5, In: f, Out: f})), record(y)
					cfg := socket.Config{Seed: 7, Secret: [16]byte{1}}
					a, b := host(t, left, addrA, cfg), host(t, right, addrB, cfg)
					l := listen(t, b)
					talk(t, func() net.Conn {
						c, err := a.Dial("tcp", netip.AddrPortFrom(addrB, port(l.Addr())).String())
						if err != nil {
							t.Fatal(err)
						}
						return c
					}, l)
					l.Close()
					a.Close()
					b.Close()
					seen[fmt.Sprintf("%v %x %x", time.Since(began), left.sum.Sum(nil)[:4], right.sum.Sum(nil)[:4])]++
				})
			}
			if len(seen) != 1 {
				t.Errorf("%d runs were of %d kinds: %v", runs, len(seen), seen)
			}
		})
	}
}
