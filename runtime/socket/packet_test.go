package socket_test

import (
	"bytes"
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

// bind binds a UDP endpoint of s to a free port.
func bind(t testing.TB, s *socket.Stack) (c *socket.PacketConn, at netip.AddrPort) {
	t.Helper()
	p, err := s.ListenPacket("udp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p.(*socket.PacketConn), netip.AddrPortFrom(s.Addr(), port(p.LocalAddr()))
}

func TestUDPEcho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		server, at := bind(t, b)
		go func() {
			buf := make([]byte, 2000)
			for {
				n, from, err := server.ReadFrom(buf)
				if err != nil {
					return
				}
				server.WriteTo(buf[:n], from)
			}
		}()
		c, err := a.Dial("udp", at.String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		buf := make([]byte, 2000)
		for _, size := range []int{5, 0, 1, 1472} { // the last one fills the MTU
			if n, err := c.Write(pattern(size)); n != size || err != nil {
				t.Fatalf("wrote %d of %d, %v", n, size, err)
			}
			if n, err := c.Read(buf); err != nil || !bytes.Equal(buf[:n], pattern(size)) {
				t.Fatalf("read %d of %d, %v", n, size, err)
			}
		}
		server.Close()
	})
}

func TestUDPBoundariesAndTruncation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		p, from := bind(t, a)
		q, to := bind(t, b)
		for _, text := range []string{"one", "two and more", "three"} {
			if _, err := p.WriteToAddrPort([]byte(text), to); err != nil {
				t.Fatal(err)
			}
		}
		buf := make([]byte, 5)
		for _, want := range []struct {
			text string
			cut  bool
		}{{"one", false}, {"two a", true}, {"three", false}} {
			n, d, err := q.ReadDatagram(buf)
			if err != nil || string(buf[:n]) != want.text || d.Truncated != want.cut || d.From != from || d.To != to || d.TTL != 64 {
				t.Errorf("read %q, %+v, %v; want %+v", buf[:n], d, err, want)
			}
		}
	})
}

func TestUDPErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		p, _ := bind(t, a)
		q, to := bind(t, b)
		_, err := p.WriteToAddrPort(make([]byte, 65508), to)
		wantError(t, err, "write", syscall.EMSGSIZE)
		_, err = p.Write([]byte("x"))
		wantError(t, err, "write", syscall.EDESTADDRREQ)
		_, err = p.WriteTo([]byte("x"), nil)
		wantError(t, err, "write", syscall.EDESTADDRREQ)
		_, err = a.ListenPacket("udp", p.LocalAddr().String())
		wantError(t, err, "listen", syscall.EADDRINUSE)

		c, err := a.DialUDP(netip.AddrPort{}, to)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.WriteTo([]byte("x"), q.LocalAddr())
		wantError(t, err, "write", net.ErrWriteToConnected)
		q.Close()
		write(t, c, "anybody there?")
		_, err = c.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ECONNREFUSED)

		time.AfterFunc(time.Second, func() { c.Close() })
		_, err = c.Read(make([]byte, 1))
		wantError(t, err, "read", net.ErrClosed)
		_, err = c.Write(make([]byte, 1))
		wantError(t, err, "write", net.ErrClosed)
		wantError(t, c.Close(), "close", net.ErrClosed)
		p.Close()
		if n := a.Open(); n != 0 || a.Usage().UDP != 0 {
			t.Errorf("%d sockets are left, %+v", n, a.Usage())
		}
	})
}

func TestUDPDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		p, _ := bind(t, a)
		_, to := bind(t, b)
		p.SetReadDeadline(time.Now().Add(time.Minute))
		_, _, err := p.ReadFrom(make([]byte, 1))
		wantError(t, err, "read", os.ErrDeadlineExceeded)
		if _, err := p.WriteToAddrPort([]byte("x"), to); err != nil {
			t.Error(err)
		}
		p.SetWriteDeadline(time.Now())
		_, err = p.WriteToAddrPort([]byte("x"), to)
		wantError(t, err, "write", os.ErrDeadlineExceeded)
	})
}

// TestUDPLoss: what is lost is lost, the rest keeps its order and its boundaries.
func TestUDPLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sent = 1000
		a, b := faulty(t, socket.Settings{}, 7, link.Faults{Loss: 0.1})
		p, _ := bind(t, a)
		q, to := bind(t, b)
		go func() {
			for i := range sent {
				p.WriteToAddrPort(fmt.Appendf(nil, "datagram %03d", i), to)
				time.Sleep(time.Millisecond)
			}
		}()
		q.SetReadDeadline(time.Now().Add(time.Minute))
		got, last := 0, ""
		for buf := make([]byte, 100); ; got++ {
			n, _, err := q.ReadFromAddrPort(buf)
			if err != nil {
				wantError(t, err, "read", os.ErrDeadlineExceeded)
				break
			}
			if text := string(buf[:n]); len(text) != len("datagram 000") || text <= last {
				t.Fatalf("%q after %q", text, last)
			} else {
				last = text
			}
		}
		if got < sent*8/10 || got > sent*97/100 {
			t.Errorf("%d of %d datagrams came", got, sent)
		}
	})
}

// A connected endpoint sends to its peer alone, whatever address it is given.
func TestWriteToConnected(t *testing.T) {
	a, _ := pair(t, quick)
	c, err := a.Dial("udp", "10.0.0.2:7")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, to := range []net.Addr{&net.UDPAddr{Port: 9}, &net.UDPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 7}} {
		if _, err := c.(*socket.PacketConn).WriteTo([]byte("x"), to); !errors.Is(err, net.ErrWriteToConnected) {
			t.Errorf("to %v: %v", to, err)
		}
	}
}
