package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// The two hosts of most tests.
var (
	addrA = netip.MustParseAddr("10.0.0.1")
	addrB = netip.MustParseAddr("10.0.0.2")
)

// quick are settings for a network without distance, in real time.
var quick = socket.Settings{
	RTOInitial: 20 * time.Millisecond, RTOMin: 5 * time.Millisecond, RTOMax: 100 * time.Millisecond,
	DelayedACK: 2 * time.Millisecond, MSL: 50 * time.Millisecond,
}

// host starts a stack on l. The test closes it.
func host(t testing.TB, l link.Link, addr netip.Addr, cfg socket.Config) *socket.Stack {
	t.Helper()
	cfg.Host = addr.String()
	cfg.Addrs = []netip.Prefix{netip.PrefixFrom(addr, 24)}
	s, err := socket.New(l, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// pair starts two stacks on the ends of a pipe.
func pair(t testing.TB, settings socket.Settings) (a, b *socket.Stack) {
	t.Helper()
	x, y := link.Pipe(link.PipeConfig{})
	return host(t, x, addrA, socket.Config{Settings: settings}), host(t, y, addrB, socket.Config{Settings: settings})
}

// faulty starts two stacks with the same faults in both directions between them.
func faulty(t testing.TB, settings socket.Settings, seed uint64, f link.Faults) (a, b *socket.Stack) {
	t.Helper()
	x, y := link.Pipe(link.PipeConfig{})
	l := link.WithFaults(x, link.FaultConfig{Seed: seed, In: f, Out: f})
	return host(t, l, addrA, socket.Config{Settings: settings}), host(t, y, addrB, socket.Config{Settings: settings})
}

// listen announces a free port of s.
func listen(t testing.TB, s *socket.Stack) *socket.Listener {
	t.Helper()
	l, err := s.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.(*socket.Listener)
}

// port returns the port of a TCP or UDP address.
func port(a net.Addr) uint16 { return netip.MustParseAddrPort(a.String()).Port() }

// connect opens a connection from a to b and returns both ends.
func connect(t testing.TB, a, b *socket.Stack) (x, y *socket.Conn) {
	t.Helper()
	l := listen(t, b)
	x, err := a.DialTCP(context.Background(), netip.AddrPortFrom(b.Addr(), port(l.Addr())), socket.Options{})
	if err != nil {
		t.Fatal(err)
	}
	y, err = l.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	return x, y
}

// echo answers everything that connections of l send.
func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

// pattern returns n octets that are easy to tell apart at different places.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i>>8) ^ byte(i*7)
	}
	return b
}

func write(t testing.TB, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatalf("write %q: %v", text, err)
	}
}

func read(t testing.TB, r io.Reader, text string) {
	t.Helper()
	b := make([]byte, len(text))
	if _, err := io.ReadFull(r, b); err != nil || !bytes.Equal(b, []byte(text)) {
		t.Fatalf("read %q, %v; want %q", b, err, text)
	}
}

// wantError checks that err is a *net.OpError of the call op around target.
func wantError(t testing.TB, err error, op string, target error) {
	t.Helper()
	var e *net.OpError
	if !errors.As(err, &e) || e.Op != op || !errors.Is(err, target) {
		t.Errorf("error %v; want a net.OpError of %q around %q", err, op, target)
		return
	}
	if late := target == os.ErrDeadlineExceeded || target == syscall.ETIMEDOUT; e.Timeout() != late {
		t.Errorf("Timeout() of %v is %v", err, e.Timeout())
	}
}
