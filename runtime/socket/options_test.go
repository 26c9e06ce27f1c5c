package socket_test

import (
	"bytes"
	"math"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// tapped starts two stacks and shows packets sent by the first one.
func tapped(t *testing.T, see func(ip wire.IPv4, h wire.TCP)) (a, b *socket.Stack, cable *link.FaultLink) {
	x, y := link.Pipe(link.PipeConfig{})
	cable = link.WithFaults(x, link.FaultConfig{})
	tap := link.Tap(cable, func(_ time.Time, d link.Direction, packet []byte) {
		if ip, _ := wire.ParseIPv4(packet); d == link.Outbound && ip.Protocol == wire.ProtocolTCP {
			h, _ := wire.ParseTCP(ip.Payload, ip.Pseudo())
			see(ip, h)
		}
	})
	return host(t, tap, addrA, socket.Config{}), host(t, y, addrB, socket.Config{}), cable
}

func TestHeaderFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var last wire.IPv4
		a, b, _ := tapped(t, func(ip wire.IPv4, _ wire.TCP) { last = ip })
		l := listen(t, b)
		o := socket.DefaultOptions()
		o.TTL, o.DSCP = 9, 46
		c, err := a.DialTCP(t.Context(), netip.AddrPortFrom(addrB, port(l.Addr())), o)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if last.TTL != 9 || last.TOS != 46<<2 {
			t.Errorf("TTL %d, TOS %#x in the handshake", last.TTL, last.TOS)
		}
		c.SetTTL(33)
		c.SetDSCP(10)
		write(t, c, "x")
		synctest.Wait()
		if last.TTL != 33 || last.TOS != 10<<2 {
			t.Errorf("TTL %d, TOS %#x later", last.TTL, last.TOS)
		}
		wantError(t, c.SetDSCP(64), "set", syscall.EINVAL)
	})
}

// "there MUST be a way for an application to disable the Nagle algorithm on an
// individual connection" RFC 9293 3.7.4, MUST-17
func TestNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var segments atomic.Int32
		a, b, _ := tapped(t, func(_ wire.IPv4, h wire.TCP) {
			if len(h.Payload) > 0 {
				segments.Add(1)
			}
		})
		c, _ := connect(t, a, b)
		small := func() int32 {
			segments.Store(0)
			for range 10 {
				write(t, c, "x")
			}
			synctest.Wait()
			return segments.Load()
		}
		if n := small(); n != 10 {
			t.Errorf("without delay 10 small writes made %d segments at once", n)
		}
		time.Sleep(time.Second)
		c.SetNoDelay(false)
		if n := small(); n != 1 {
			t.Errorf("with delay 10 small writes made %d segments at once", n)
		}
	})
}

// "Keep-alive packets MUST only be sent when no sent data is outstanding, and no data
// or acknowledgment packets have been received for the connection within an interval"
// RFC 9293 3.8.4, MUST-26
func TestKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		a, b, cable := tapped(t, func(wire.IPv4, wire.TCP) { sent.Add(1) })
		x, _ := connect(t, a, b)
		synctest.Wait()
		sent.Store(0)
		time.Sleep(100 * time.Hour)
		synctest.Wait()
		if n := sent.Load(); n != 0 {
			t.Errorf("%d packets in an idle connection (MUST-25)", n)
		}
		x.SetKeepAlivePeriod(10 * time.Second) // from here on, though nothing comes
		time.Sleep(100 * time.Second)
		synctest.Wait()
		if n := sent.Load(); n < 9 || n > 10 {
			t.Errorf("%d packets in 100 seconds of keep-alives every 10", n)
		}
		x.SetKeepAlive(false)
		sent.Store(0)
		time.Sleep(100 * time.Hour)
		synctest.Wait()
		if n := sent.Load(); n > 1 {
			t.Errorf("%d packets after keep-alives were switched off", n)
		}
		cable.Cut(link.Inbound, true)
		x.SetKeepAlive(true)
		noticesDeath(t, x)
	})
}

func TestUserTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, cable := tapped(t, func(wire.IPv4, wire.TCP) {})
		x, _ := connect(t, a, b)
		x.SetUserTimeout(time.Minute)
		cable.Cut(link.Outbound, true)
		start := time.Now()
		write(t, x, "anybody there?")
		_, err := x.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ETIMEDOUT)
		if d := time.Since(start); d < time.Minute || d > 2*time.Minute {
			t.Errorf("given up after %v", d)
		}
	})
}

func TestBuffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		small := socket.DefaultOptions()
		small.SendBuffer, small.ReceiveBuffer = 10_000, 20_000
		l, err := b.ListenTCP(netip.AddrPort{}, 0, small)
		if err != nil {
			t.Fatal(err)
		}
		x, err := a.DialTCP(t.Context(), netip.AddrPortFrom(addrB, port(l.Addr())), small)
		if err != nil {
			t.Fatal(err)
		}
		y, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		// fill checks how much x takes, all in all, while nobody reads. A writer is
		// woken not for the last octets of room but for a good part of the buffer.
		total := 0
		fill := func(room int) {
			t.Helper()
			x.SetWriteDeadline(time.Now().Add(time.Minute))
			n, _ := x.Write(make([]byte, 1<<20))
			if total += n; total > room || total < room-5_000 {
				t.Errorf("%d octets into buffers of %d", total, room)
			}
		}
		fill(30_000)
		x.SetWriteBuffer(20_000)
		fill(40_000)
		y.SetReadBuffer(50_000)
		read(t, y, string(make([]byte, 20_000)))
		fill(90_000)
	})
}

// TestSoftErrors: an ICMP message about a segment is reported, and ends nothing
// (RFC 9293 3.9.2.2, MUST-56).
func TestSoftErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, y := link.Pipe(link.PipeConfig{})
		var last []byte
		a := host(t, link.Tap(x, func(_ time.Time, d link.Direction, packet []byte) {
			if d == link.Outbound {
				last = bytes.Clone(packet)
			}
		}), addrA, socket.Config{})
		b := host(t, y, addrB, socket.Config{})
		c, peer := connect(t, a, b)
		reports := make(chan error, 10)
		c.SetErrorReports(func(err error) { reports <- err })
		write(t, c, "lost on the way")
		icmp := hostUnreachable(last)
		y.Send([]*link.Packet{link.Copy(icmp)})
		synctest.Wait()
		select {
		case err := <-reports:
			wantError(t, err, "report", syscall.EHOSTUNREACH)
		default:
			t.Error("the message was not reported")
		}
		read(t, peer, "lost on the way")
	})
}

// hostUnreachable is what a router says about a packet from addrA.
func hostUnreachable(packet []byte) []byte {
	quote := wire.Quote(packet)
	const headers = wire.IPv4HeaderLen + wire.ICMPv4HeaderLen
	b := append(make([]byte, headers), quote...)
	icmp := wire.ICMPv4{Type: wire.ICMPv4DestinationUnreachable, Code: wire.ICMPv4HostUnreachable}
	icmp.Put(b[wire.IPv4HeaderLen:])
	ip := wire.IPv4{TTL: 64, Protocol: wire.ProtocolICMP, Src: [4]byte{10, 0, 0, 254}, Dst: addrA.As4()}
	ip.Put(b)
	return b
}

// noticesDeath holds keep-alives every ten seconds to finding out that the peer is gone.
func noticesDeath(t *testing.T, x *socket.Conn) {
	t.Helper()
	start := time.Now()
	_, err := x.Read(make([]byte, 1))
	wantError(t, err, "read", syscall.ETIMEDOUT)
	if d := time.Since(start); d > 2*time.Minute {
		t.Errorf("a dead peer was noticed after %v", d)
	}
}

// A user who has closed his half and waits for the peer's learns that it is gone.
func TestKeepAliveHalfClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, cable := tapped(t, func(wire.IPv4, wire.TCP) {})
		x, _ := connect(t, a, b)
		x.SetKeepAlivePeriod(10 * time.Second)
		x.CloseWrite()
		time.Sleep(time.Second)
		cable.Cut(link.Inbound, true)
		noticesDeath(t, x)
	})
}

// The longest duration there is means never, and not at once.
func TestLongestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, cable := tapped(t, func(wire.IPv4, wire.TCP) {})
		x, y := connect(t, a, b)
		time.Sleep(time.Second)
		x.SetUserTimeout(math.MaxInt64)
		cable.Cut(link.Outbound, true)
		write(t, x, "a day late")
		time.Sleep(24 * time.Hour)
		cable.Cut(link.Outbound, false)
		read(t, y, "a day late")
	})
}
