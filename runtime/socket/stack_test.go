package socket_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// TestRetransmissionGivesUp cuts the link. The writer learns after R2, 15 minutes,
// which take no time at all.
//
//	"The value of R2 SHOULD correspond to at least 100 seconds." RFC 9293 3.8.3, SHLD-11
func TestRetransmissionGivesUp(t *testing.T) {
	began := time.Now()
	synctest.Test(t, func(t *testing.T) {
		x, y := link.Pipe(link.PipeConfig{})
		cable := link.WithFaults(x, link.FaultConfig{})
		a, b := host(t, cable, addrA, socket.Config{}), host(t, y, addrB, socket.Config{})
		c, _ := connect(t, a, b)
		troubles := make(chan error, 10)
		c.SetErrorReports(func(err error) { troubles <- err })
		write(t, c, "before")
		time.Sleep(time.Hour) // a delayed acknowledgment, and nothing else
		cable.Cut(link.Outbound, true)
		cable.Cut(link.Inbound, true)
		start := time.Now()
		_, err := c.Write(make([]byte, 16<<20))
		wantError(t, err, "write", syscall.ETIMEDOUT)
		if d := time.Since(start); d < 15*time.Minute || d >= 17*time.Minute {
			t.Errorf("given up after %v", d)
		}
		_, err = c.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ETIMEDOUT)
		select {
		case err := <-troubles:
			wantError(t, err, "report", syscall.ETIMEDOUT) // SHLD-9: R1 was reached first
		default:
			t.Error("nobody was told that R1 was reached")
		}
	})
	if d := time.Since(began); d > time.Second {
		t.Errorf("a quarter of an hour took %v", d)
	}
}

// page is what the HTTP server of the tests serves.
var page = pattern(1 << 20)

func serve(l net.Listener) *http.Server {
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(page) })}
	go server.Serve(l)
	return server
}

func client(s *socket.Stack) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: s.DialContext}}
}

func download(t *testing.T, c *http.Client, url string) {
	t.Helper()
	r, err := c.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Body.Close()
	if got, err := io.ReadAll(r.Body); err != nil || !bytes.Equal(got, page) {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

func TestHTTP(t *testing.T) {
	a, b := faulty(t, quick, 1, link.Faults{Loss: 0.01, Reorder: 0.01, Hold: time.Millisecond})
	l := listen(t, b)
	defer serve(l).Close()
	c := client(a)
	var gets sync.WaitGroup
	for range 8 {
		gets.Go(func() { download(t, c, fmt.Sprintf("http://10.0.0.2:%d/", port(l.Addr()))) })
	}
	gets.Wait()
	c.CloseIdleConnections()
}

// TestHTTPInVirtualTime downloads over a line of 10 Mbit/s and 200 ms, which takes
// as long as it must by the clock of the bubble.
func TestHTTPInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := faulty(t, socket.Settings{}, 1, link.Faults{Delay: 100 * time.Millisecond, Rate: 10e6})
		l := listen(t, b)
		server := serve(l)
		c := client(a)
		c.Timeout = time.Minute
		start := time.Now()
		download(t, c, fmt.Sprintf("http://10.0.0.2:%d/", port(l.Addr())))
		if d := time.Since(start); d < time.Second || d > 5*time.Second {
			t.Errorf("8 Mbit took %v", d)
		}
		c.CloseIdleConnections()
		server.Close()
	})
}

func TestManyConnections(t *testing.T) {
	const conns = 64
	a, b := pair(t, quick)
	l := listen(t, b)
	go echo(l)
	var all sync.WaitGroup
	for i := range conns {
		all.Go(func() {
			c, err := a.Dial("tcp", fmt.Sprintf("10.0.0.2:%d", port(l.Addr())))
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			text := bytes.Repeat(pattern(1000+i), 100)
			go func() {
				c.Write(text)
				c.(*socket.Conn).CloseWrite()
			}()
			if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, text) {
				t.Errorf("connection %d: %d octets of %d, %v", i, len(got), len(text), err)
			}
		})
	}
	all.Wait()
}

func TestOwnHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, socket.Settings{})
		l := listen(t, a)
		go echo(l)
		c, err := a.Dial("tcp", fmt.Sprintf(":%d", port(l.Addr())))
		if err != nil {
			t.Fatal(err)
		}
		write(t, c, "to myself")
		read(t, c, "to myself")
		c.Close()
		l.Close()
		synctest.Wait()
	})
}

// TestTwoLinks has a host in the middle of two networks.
func TestTwoLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		east, west := netip.MustParsePrefix("10.1.0.1/24"), netip.MustParsePrefix("10.2.0.1/24")
		x, xm := link.Pipe(link.PipeConfig{})
		y, ym := link.Pipe(link.PipeConfig{})
		m, err := socket.New(xm, socket.Config{Addrs: []netip.Prefix{east, west}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		m.AddLink(ym, west)
		a, b := host(t, x, netip.MustParseAddr("10.1.0.2"), socket.Config{}), host(t, y, netip.MustParseAddr("10.2.0.2"), socket.Config{})
		for _, s := range []*socket.Stack{a, b} {
			there, here := connect(t, m, s)
			write(t, there, "hello")
			read(t, here, "hello")
		}
	})
}

// TestNothingIsLeftRunning counts goroutines before and after.
func TestNothingIsLeftRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	a, b := pair(t, quick)
	l := listen(t, b)
	go echo(l)
	for range 10 {
		c, err := a.Dial("tcp", fmt.Sprintf("10.0.0.2:%d", port(l.Addr())))
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(time.Hour))
		write(t, c, "x")
		read(t, c, "x")
	}
	if n := runtime.NumGoroutine(); n > before+2+1+10*2 { // receivers, accept, echoes (twice until they copy)
		t.Errorf("%d goroutines for 10 connections, %d before", n, before)
	}
	a.Close()
	b.Close()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// late is a link that takes its time to end.
type late struct{ link.Link }

func (l late) Recv(batch []*link.Packet) (int, error) {
	n, err := l.Link.Recv(batch)
	if err != nil {
		time.Sleep(time.Second)
	}
	return n, err
}

func TestCloseWaitsForReceivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := link.Pipe(link.PipeConfig{})
		a := host(t, late{x}, addrA, socket.Config{})
		start := time.Now()
		a.Close()
		if d := time.Since(start); d != time.Second {
			t.Errorf("Close took %v, its receiver a second", d)
		}
	})
}

// TestCloseAtEveryStep ends a conversation after each of its packets, on either
// side, by every means. Nothing may hang, and after a while nothing may be left.
func TestCloseAtEveryStep(t *testing.T) {
	ends := map[string]func(c *socket.Conn){
		"close":      func(c *socket.Conn) { c.Close() },
		"abort":      func(c *socket.Conn) { c.Abort() },
		"closewrite": func(c *socket.Conn) { c.CloseWrite(); io.Copy(io.Discard, c); c.Close() },
		"closeread":  func(c *socket.Conn) { c.CloseRead(); c.Write([]byte("bye")); c.Close() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			for step := time.Duration(0); step < 12; step++ {
				synctest.Test(t, func(t *testing.T) { closeAt(t, step*5*time.Millisecond, end) })
			}
		})
	}
}

// closeAt dials over a line of 5 ms, talks, and ends both sides at the given time.
func closeAt(t *testing.T, at time.Duration, end func(*socket.Conn)) {
	a, b := faulty(t, socket.Settings{}, uint64(at), link.Faults{Delay: 5 * time.Millisecond, Loss: 0.1})
	l := listen(t, b)
	start := time.Now()
	talk := func(c *socket.Conn) {
		var calls sync.WaitGroup
		calls.Go(func() { c.Write(pattern(10000)) })
		calls.Go(func() { c.Read(make([]byte, 5000)) })
		time.Sleep(time.Until(start.Add(at)) + rand.N(2*time.Millisecond))
		end(c)
		calls.Wait()
	}
	var sides sync.WaitGroup
	sides.Go(func() {
		if c, err := a.DialTCP(t.Context(), netip.AddrPortFrom(addrB, port(l.Addr())), socket.Options{}); err == nil {
			talk(c)
		}
	})
	sides.Go(func() {
		l.SetDeadline(start.Add(time.Hour))
		if c, err := l.AcceptTCP(); err == nil {
			talk(c)
		}
		l.Close()
	})
	sides.Wait()
	time.Sleep(time.Hour)
	for _, s := range []*socket.Stack{a, b} {
		if u := s.Usage(); u.Connections != 0 || u.TimeWaits != 0 || u.Buffered != 0 || u.Timers != 0 || u.Listeners != 0 || s.Open() != 0 {
			t.Errorf("closed at %v, %v is left with %d sockets and %+v", at, s.Addr(), s.Open(), u)
		}
	}
}

func TestClosedStack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		l := listen(t, a)
		u, err := a.ListenPacket("udp", ":0")
		if err != nil {
			t.Fatal(err)
		}
		var calls sync.WaitGroup
		calls.Go(func() {
			_, err := l.Accept()
			wantError(t, err, "accept", net.ErrClosed)
		})
		calls.Go(func() {
			_, _, err := u.ReadFrom(make([]byte, 1))
			wantError(t, err, "read", net.ErrClosed)
		})
		calls.Go(func() {
			_, err := a.Dial("tcp", "10.0.0.77:1")
			wantError(t, err, "dial", net.ErrClosed)
		})
		synctest.Wait()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		calls.Wait()
		_, err = y.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ECONNRESET)
		_, err = x.Read(make([]byte, 1))
		wantError(t, err, "read", net.ErrClosed)
		_, err = a.Dial("tcp", "10.0.0.2:1")
		wantError(t, err, "dial", net.ErrClosed)
		_, err = a.Listen("tcp", ":1")
		wantError(t, err, "listen", net.ErrClosed)
		_, err = a.ListenPacket("udp", ":1")
		wantError(t, err, "listen", net.ErrClosed)
		if err := a.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("second close: %v", err)
		}
	})
}
