package link_test

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// batch makes packets out of texts.
func batch(texts ...string) []*link.Packet {
	all := make([]*link.Packet, len(texts))
	for i, text := range texts {
		all[i] = link.Copy([]byte(text))
	}
	return all
}

func send(t *testing.T, l link.Link, texts ...string) {
	t.Helper()
	if err := l.Send(batch(texts...)); err != nil {
		t.Fatal(err)
	}
}

// numbered are the names of n packets.
func numbered(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("packet %04d", i+1)
	}
	return all
}

// recv receives one batch.
func recv(t *testing.T, l link.Link) []string {
	t.Helper()
	var b [64]*link.Packet
	n, err := l.Recv(b[:])
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, p := range b[:n] {
		texts = append(texts, string(p.B))
		link.Put(p)
	}
	return texts
}

// collector receives until its link is closed, and notes when.
type collector struct {
	texts []string
	times []time.Duration
	done  chan struct{}
}

func collect(l link.Link) *collector {
	c, start := &collector{done: make(chan struct{})}, time.Now()
	go func() {
		defer close(c.done)
		var b [16]*link.Packet
		for {
			n, err := l.Recv(b[:])
			if err != nil {
				return
			}
			for _, p := range b[:n] {
				c.texts = append(c.texts, string(p.B))
				c.times = append(c.times, time.Since(start))
				link.Put(p)
			}
		}
	}()
	return c
}

// bubble runs a test in virtual time on a pipe whose end a has faults on what it
// sends, and returns what came out at b.
func bubble(t *testing.T, faults link.Faults, drive func(a *link.FaultLink)) (got *collector, counters link.FaultCounters) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, far := link.Pipe(link.PipeConfig{})
		a := link.WithFaults(near, link.FaultConfig{Seed: 7, Out: faults})
		got = collect(far)
		drive(a)
		time.Sleep(time.Hour)
		counters = a.Counters(link.Outbound)
		a.Close()
		far.Close()
		<-got.done
	})
	return got, counters
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

func TestPipeKeepsOrderAndDirection(t *testing.T) {
	a, b := link.Pipe(link.PipeConfig{})
	send(t, a, "1", "2")
	send(t, a, "3")
	send(t, b, "back")
	wantTexts(t, recv(t, b), "1", "2", "3")
	wantTexts(t, recv(t, a), "back")
	if a.MTU() != 1500 || b.MTU() != 1500 {
		t.Errorf("MTU %d and %d", a.MTU(), b.MTU())
	}
	if got, want := a.Counters(), (link.Counters{Sent: 3, Received: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestPipeDropsWhatThereIsNoRoomFor(t *testing.T) {
	a, b := link.Pipe(link.PipeConfig{Queue: 20})
	send(t, a, numbered(15)...)
	send(t, a, numbered(30)...)
	wantTexts(t, recv(t, b), append(numbered(15), numbered(5)...)...)
	if got, want := a.Counters(), (link.Counters{Sent: 20, Dropped: 25}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// The ring that holds the packets grows and wraps.
func TestPipeIsAQueueWhateverItsFill(t *testing.T) {
	a, b := link.Pipe(link.PipeConfig{})
	var sent, got []string
	all := numbered(3000)
	for i := 1; len(all) > 0; i++ {
		n := min(len(all), i%70)
		send(t, a, all[:n]...)
		sent, all = append(sent, all[:n]...), all[n:]
		if i%3 != 0 {
			got = append(got, recv(t, b)...)
		}
	}
	for len(got) < len(sent) {
		got = append(got, recv(t, b)...)
	}
	wantTexts(t, got, sent...)
}

func TestCloseWakesTheReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, l := range map[string]func() link.Link{
			"pipe":           func() link.Link { a, _ := link.Pipe(link.PipeConfig{}); return a },
			"faults":         func() link.Link { a, _ := link.Pipe(link.PipeConfig{}); return link.WithFaults(a, link.FaultConfig{}) },
			"faults inbound": func() link.Link { return lossyInbound() },
			"tap": func() link.Link {
				a, _ := link.Pipe(link.PipeConfig{})
				return link.Tap(a, func(time.Time, link.Direction, []byte) {})
			},
		} {
			l := l()
			ended := make(chan error)
			go func() {
				_, err := l.Recv(make([]*link.Packet, 4))
				ended <- err
			}()
			synctest.Wait() // the receiver is durably blocked
			l.Close()
			if err := <-ended; !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s: Recv: %v, want net.ErrClosed", name, err)
			}
			if err := l.Send(batch("late")); !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s: Send: %v, want net.ErrClosed", name, err)
			}
			if err := l.Close(); err != nil {
				t.Errorf("%s: a second Close: %v", name, err)
			}
		}
	})
}

func lossyInbound() link.Link {
	a, _ := link.Pipe(link.PipeConfig{})
	return link.WithFaults(a, link.FaultConfig{In: link.Faults{Loss: 0.5}})
}

func TestClosedPeerLosesEverything(t *testing.T) {
	a, b := link.Pipe(link.PipeConfig{})
	send(t, a, "unread")
	b.Close()
	send(t, a, "1", "2")
	if got, want := a.Counters(), (link.Counters{Sent: 1, Dropped: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestTapShowsEveryPacketOnce(t *testing.T) {
	a, b := link.Pipe(link.PipeConfig{})
	var seen []string
	tapped := link.Tap(a, func(at time.Time, d link.Direction, packet []byte) {
		if time.Since(at) > time.Minute {
			t.Errorf("seen at %v", at)
		}
		seen = append(seen, d.String()+" "+string(packet))
	})
	send(t, tapped, "1", "2")
	send(t, b, "3")
	wantTexts(t, recv(t, tapped), "3")
	wantTexts(t, recv(t, b), "1", "2")
	wantTexts(t, seen, "out 1", "out 2", "in 3")
	if tapped.MTU() != 1500 {
		t.Errorf("MTU %d", tapped.MTU())
	}
}
