package socket_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

func TestDialRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, socket.Settings{})
		start := time.Now()
		_, err := a.Dial("tcp", "10.0.0.2:80")
		wantError(t, err, "dial", syscall.ECONNREFUSED)
		if text := "dial tcp 10.0.0.2:80: connect: connection refused"; err.Error() != text {
			t.Errorf("the error is %q, and %q in package net", err, text)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("it took %v to be refused", d)
		}
	})
}

// nowhere returns a stack whose packets are all lost.
func nowhere(t *testing.T) *socket.Stack {
	x, _ := link.Pipe(link.PipeConfig{})
	return host(t, link.WithFaults(x, link.FaultConfig{Out: link.Faults{Loss: 1}}), addrA, socket.Config{})
}

// "R2 for a SYN segment MUST be set large enough to provide retransmission of the
// segment for at least 3 minutes." RFC 9293 3.8.3, MUST-23
func TestDialTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := nowhere(t)
		start := time.Now()
		_, err := a.Dial("tcp", "10.0.0.2:80")
		wantError(t, err, "dial", syscall.ETIMEDOUT)
		if d := time.Since(start); d < 3*time.Minute || d > 5*time.Minute {
			t.Errorf("the SYN was given up after %v", d)
		}
		if u := a.Usage(); u.Connections != 0 {
			t.Errorf("left: %+v", u)
		}
	})
}

func TestDialUntilContextIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := nowhere(t)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := a.DialContext(ctx, "tcp", "10.0.0.2:80")
		var timeout net.Error
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("dial: %v", err)
		}
		if d := time.Since(start); d != time.Second {
			t.Errorf("it took %v", d)
		}

		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		_, err = a.DialContext(ctx, "tcp", "10.0.0.2:80")
		wantError(t, err, "dial", context.Canceled)
		_, err = a.DialContext(ctx, "tcp", "10.0.0.2:80")
		wantError(t, err, "dial", context.Canceled)
		if u := a.Usage(); u.Connections != 0 || u.Timers != 0 {
			t.Errorf("left: %+v", u)
		}
	})
}

// "A TCP implementation MUST reject as an error a local OPEN call for an invalid
// remote IP address (e.g., a broadcast or multicast address)." RFC 9293 3.9.2.3, MUST-46
func TestDialRejectsWhatIsNoHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, socket.Settings{})
		for _, address := range []string{"255.255.255.255:80", "10.0.0.255:80", "224.0.0.1:80", "0.0.0.0:80", "10.0.0.2:0"} {
			if c, err := a.Dial("tcp", address); err == nil {
				t.Errorf("dial %s: %v", address, c.RemoteAddr())
			}
		}
	})
}

func TestBadAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, socket.Settings{})
		for _, bad := range []struct{ network, address string }{
			{"tcp", "example.org:80"}, {"tcp", "10.0.0.2:http"}, {"tcp", "10.0.0.2"}, {"tcp", "10.0.0.2:65536"},
			{"tcp4", "[2001:db8::1]:80"}, {"tcp", "[2001:db8::1]:80"}, {"tcp6", "[2001:db8::1]:80"}, {"unix", "10.0.0.2:80"},
		} {
			var e *net.OpError
			if _, err := a.Dial(bad.network, bad.address); !errors.As(err, &e) || e.Op != "dial" {
				t.Errorf("dial %v: %v", bad, err)
			}
			if _, err := a.Listen(bad.network, bad.address); !errors.As(err, &e) || e.Op != "listen" {
				t.Errorf("listen %v: %v", bad, err)
			}
		}
		_, err := a.ListenPacket("tcp", ":80")
		wantError(t, err, "listen", net.UnknownNetworkError("tcp"))
		_, err = a.Listen("udp", ":80")
		wantError(t, err, "listen", net.UnknownNetworkError("udp"))
	})
}

func TestGoodAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		for i, at := range []string{":1000", "0.0.0.0:1001", "10.0.0.2:1002", "[::ffff:10.0.0.2]:1003", "[::]:1004", "10.0.0.2:"} {
			l, err := b.Listen("tcp", at)
			if err != nil {
				t.Errorf("listen %s: %v", at, err)
				continue
			}
			n := port(l.Addr())
			if i < 5 && n != uint16(1000+i) {
				t.Errorf("listen %s: port %d", at, n)
			}
			for _, to := range []string{"10.0.0.2:%d", "[::ffff:10.0.0.2]:%d"} {
				if c, err := a.Dial("tcp4", fmt.Sprintf(to, n)); err != nil || c.RemoteAddr().String() != fmt.Sprintf("10.0.0.2:%d", n) {
					t.Errorf("dial %s: %v", to, err)
				}
			}
		}
	})
}

func TestDialFromAPortInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		l := listen(t, b)
		to := netip.AddrPortFrom(addrB, port(l.Addr()))
		from := socket.Options{Local: netip.AddrPortFrom(addrA, 4000)}
		c, err := a.DialTCP(t.Context(), to, from)
		if err != nil || port(c.LocalAddr()) != 4000 {
			t.Fatalf("dial: %v", err)
		}
		_, err = a.DialTCP(t.Context(), to, from)
		wantError(t, err, "dial", syscall.EADDRINUSE)
		_, err = a.DialTCP(t.Context(), to, socket.Options{Local: netip.AddrPortFrom(addrB, 0)})
		wantError(t, err, "dial", syscall.EADDRNOTAVAIL)
	})
}

func TestListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		l := listen(t, b)
		_, err := b.Listen("tcp", l.Addr().String())
		wantError(t, err, "listen", syscall.EADDRINUSE)

		l.SetDeadline(time.Now().Add(time.Second))
		_, err = l.Accept()
		wantError(t, err, "accept", os.ErrDeadlineExceeded)
		l.SetDeadline(time.Time{})

		// One waits to be accepted when the listener closes: it is reset.
		c, err := a.DialTCP(t.Context(), netip.AddrPortFrom(addrB, port(l.Addr())), socket.Options{})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		l.Close()
		_, err = c.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ECONNRESET)
		wantError(t, l.Close(), "close", net.ErrClosed)
		_, err = l.Accept()
		wantError(t, err, "accept", net.ErrClosed)
	})
}

func TestListenerCloseUnblocksAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, b := pair(t, socket.Settings{})
		l := listen(t, b)
		time.AfterFunc(time.Second, func() { l.Close() })
		_, err := l.Accept()
		wantError(t, err, "accept", net.ErrClosed)
	})
}

// TestBacklog fills a backlog of two; the third connection is established when
// there is room again, because its SYN, or its ACK, is sent again.
func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		l, err := b.ListenTCP(netip.AddrPortFrom(addrB, 80), 2, socket.Options{})
		if err != nil {
			t.Fatal(err)
		}
		const dials = 5
		done := make(chan error, dials)
		for range dials {
			go func() {
				c, err := a.Dial("tcp", "10.0.0.2:80")
				if err == nil {
					_, err = c.Write([]byte("x"))
				}
				done <- err
			}()
		}
		synctest.Wait()
		if u := b.Usage(); u.Waiting > 2 {
			t.Errorf("%d connections wait in a backlog of 2", u.Waiting)
		}
		for range dials {
			c, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			read(t, c, "x")
			c.Close()
		}
		for range dials {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// What a listener calls its address can be dialled from its own host: 0.0.0.0 is this host.
func TestDialUnspecified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, socket.Settings{})
		l := listen(t, a)
		c, err := a.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr(); got != addrA {
			t.Errorf("dialled %v", got)
		}
		c.Close()
		p, err := a.ListenPacket("udp", ":0")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.WriteTo([]byte("to myself"), p.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 100)
		if n, _, err := p.ReadFrom(b); err != nil || string(b[:n]) != "to myself" {
			t.Errorf("%q, %v", b[:n], err)
		}
		u, err := a.Dial("udp", p.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		u.Close()
	})
}

// A port that is chosen is free: for the address asked for, and for every address.
func TestFreePort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := pair(t, socket.Settings{FirstPort: 50000, LastPort: 50000})
		for _, first := range []string{":0", addrA.String() + ":0"} {
			l, err := a.Listen("tcp", first)
			if err != nil {
				t.Fatal(err)
			}
			u, err := a.ListenPacket("udp", first)
			if err != nil {
				t.Fatal(err)
			}
			for _, second := range []string{":0", addrA.String() + ":0"} {
				if l, err := a.Listen("tcp", second); !errors.Is(err, syscall.EADDRNOTAVAIL) {
					t.Errorf("beside %s %s: %v, %v", first, second, l, err)
				}
				if u, err := a.ListenPacket("udp", second); !errors.Is(err, syscall.EADDRNOTAVAIL) {
					t.Errorf("UDP beside %s %s: %v, %v", first, second, u, err)
				}
			}
			l.Close()
			u.Close()
		}
		u, err := a.Dial("udp", "10.0.0.2:7")
		if err != nil {
			t.Fatal(err)
		}
		if other, err := a.ListenPacket("udp", ":0"); !errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Errorf("the port of a connected endpoint is free: %v, %v", other, err)
		}
		u.Close()
	})
}

// Who asks for UDP when it is too late gets what he gets for TCP.
func TestDialUDPCancelled(t *testing.T) {
	a, _ := pair(t, quick)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := a.DialContext(ctx, "udp", "10.0.0.2:7"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", c, err)
	}
}
