package engine

import (
	"bytes"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func (w *world) listenUDP(h *host, port uint16) *UDP {
	w.t.Helper()
	u, err := h.ListenUDP(w.now, netip.AddrPortFrom(netip.Addr{}, port))
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func TestDatagrams(t *testing.T) {
	w := newWorld(t)
	server := w.listenUDP(w.b, 53)
	client, err := w.a.DialUDP(w.now, netip.AddrPort{}, at(w.b, 53))
	if err != nil {
		t.Fatal(err)
	}
	// The port spaces are apart.
	if _, err := w.b.Listen(w.now, at(w.b, 53), 0, Options{}); err != nil {
		t.Error(err)
	}
	notices := Notice(0)
	server.Notify = func(n Notice) { notices |= n }
	client.SetTTL(7)
	client.SetTOS(0x2e << 2)
	for _, data := range [][]byte{[]byte("question"), {}, noise(1472)} {
		if err := client.Write(w.now, data, netip.AddrPort{}); err != nil {
			t.Fatal(err)
		}
	}
	w.run(time.Second)
	buffer := make([]byte, 1000)
	want := []struct {
		n         int
		truncated bool
	}{{8, false}, {0, false}, {1000, true}}
	for i, want := range want {
		n, d, ok, err := server.Read(buffer)
		if n != want.n || d.Truncated != want.truncated || !ok || err != nil {
			t.Errorf("datagram %d: %d %+v %v %v", i, n, d, ok, err)
		}
		if d.From != client.LocalAddr() || d.To != at(w.b, 53) || d.TTL != 7 || d.TOS != 0x2e<<2 {
			t.Errorf("datagram %d: %+v", i, d)
		}
	}
	if _, _, ok, _ := server.Read(buffer); ok || notices != Readable {
		t.Errorf("%v, %v", ok, notices)
	}
	if err := server.Write(w.now, []byte("answer"), client.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	w.run(time.Second)
	if n, d, ok, _ := client.Read(buffer); string(buffer[:n]) != "answer" || d.From != client.RemoteAddr() || !ok {
		t.Errorf("%q %+v", buffer[:n], d)
	}
	server.Close()
	client.Close()
	client.Close()
	w.listenUDP(w.b, 53)
}

func TestDatagramErrors(t *testing.T) {
	w := newWorld(t)
	u := w.listenUDP(w.a, 5000)
	connected, err := w.a.DialUDP(w.now, netip.AddrPort{}, at(w.b, 53))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		u    *UDP
		n    int
		to   netip.AddrPort
		want error
	}{
		{u, 1472, at(w.b, 53), nil},
		{u, 1473, at(w.b, 53), syscall.EMSGSIZE},
		{u, 1, netip.AddrPort{}, syscall.EDESTADDRREQ},
		{u, 1, at(w.b, 0), syscall.ENETUNREACH},
		{u, 1, netip.MustParseAddrPort("10.0.0.255:9"), syscall.EACCES},
		{u, 1, netip.MustParseAddrPort("255.255.255.255:9"), syscall.EACCES},
		{connected, 1, at(w.b, 53), syscall.EISCONN},
	} {
		if err := test.u.Write(w.now, make([]byte, test.n), test.to); err != test.want {
			t.Errorf("Write of %d octets to %v: %v, want %v", test.n, test.to, err, test.want)
		}
	}
	if _, err := w.a.ListenUDP(w.now, netip.AddrPortFrom(netip.Addr{}, 5000)); err != syscall.EADDRINUSE {
		t.Errorf("the same port again: %v", err)
	}
	u.Close()
	if err := u.Write(w.now, nil, at(w.b, 53)); err != syscall.EBADF {
		t.Errorf("Write after Close: %v", err)
	}
}

// A datagram for a closed port is answered by ICMP, and a connected endpoint is told.
func TestPortUnreachable(t *testing.T) {
	w := newWorld(t)
	u, err := w.a.DialUDP(w.now, netip.AddrPort{}, at(w.b, 53))
	if err != nil {
		t.Fatal(err)
	}
	u.Write(w.now, []byte("anyone?"), netip.AddrPort{})
	w.run(time.Second)
	if _, _, ok, err := u.Read(nil); ok || err != syscall.ECONNREFUSED {
		t.Errorf("Read: %v %v", ok, err)
	}
	if _, _, ok, err := u.Read(nil); ok || err != nil {
		t.Errorf("Read again: %v %v", ok, err)
	}
	if n := w.b.Counters(); n.Drops[UDPPortClosed] != 1 || n.ICMPErrorsOut != 1 {
		t.Errorf("%+v", n)
	}
	quoted := w.log[1].ip.Payload[8:]
	if !bytes.Equal(quoted, w.log[0].raw) {
		t.Error("the offending packet is not quoted as it came")
	}
}

// Errors that are not about what we sent to that peer are ignored.
func TestForeignICMP(t *testing.T) {
	w := newWorld(t)
	u, err := w.a.DialUDP(w.now, netip.AddrPort{}, at(w.b, 53))
	if err != nil {
		t.Fatal(err)
	}
	u.Write(w.now, []byte("anyone?"), netip.AddrPort{})
	w.collect()
	sent := w.log[0].raw
	for _, change := range []int{12, 16, 21, 23} { // either address, either port
		forged := bytes.Clone(sent)
		forged[change] ^= 1
		w.injectError(wire.ICMPv4PortUnreachable, forged)
	}
	if err := u.takeError(); err != nil || w.a.Counters().Drops[ICMPForeign] != 4 {
		t.Errorf("%v, %+v", err, w.a.Counters())
	}
}

// injectError lets an ICMP error about a packet arrive at A.
func (w *world) injectError(code uint8, about []byte) {
	p := link.Get(28 + len(about))
	copy(p.B[28:], about)
	h := wire.ICMPv4{Type: wire.ICMPv4DestinationUnreachable, Code: code}
	h.Put(p.B[20:])
	ip := wire.IPv4{Src: [4]byte{10, 0, 0, 9}, Dst: [4]byte{10, 0, 0, 1}, Protocol: wire.ProtocolICMP, TTL: 64}
	ip.Put(p.B)
	w.a.Packet(w.now, p)
	w.a.Flush(w.now)
}

// The queue of a slow reader is bounded; the newest are dropped.
func TestDatagramQueue(t *testing.T) {
	w := newWorld(t)
	server, client := w.listenUDP(w.b, 53), w.listenUDP(w.a, 5000)
	server.SetBuffer(10 * 512)
	for i := range 15 {
		client.Write(w.now, []byte{byte(i)}, at(w.b, 53))
	}
	w.run(time.Second)
	if n := w.b.Counters().Drops[UDPQueueFull]; n != 5 {
		t.Errorf("%d dropped", n)
	}
	for i := range 10 {
		var b [1]byte
		if _, _, ok, _ := server.Read(b[:]); !ok || b[0] != byte(i) {
			t.Errorf("datagram %d: %v %d", i, ok, b[0])
		}
	}
	if server.octets != 0 {
		t.Errorf("%d octets in an empty queue", server.octets)
	}
}

// Demultiplexing: the connected endpoint, then the one at the address, then the
// wildcard; strangers do not reach a connected one.
func TestDatagramChoice(t *testing.T) {
	w := newWorld(t)
	stranger := w.listenUDP(w.a, 5000)
	friend := w.listenUDP(w.a, 5001)
	wildcard := w.listenUDP(w.b, 53)
	bound, err := w.b.ListenUDP(w.now, at(w.b, 53))
	if err != nil {
		t.Fatal(err)
	}
	connected, err := w.b.DialUDP(w.now, at(w.b, 53), at(w.a, 5001))
	if err != nil {
		t.Fatal(err)
	}
	readable := func(u *UDP) bool { _, _, ok, _ := u.Read(make([]byte, 9)); return ok }
	friend.Write(w.now, nil, at(w.b, 53))
	stranger.Write(w.now, nil, at(w.b, 53))
	w.run(time.Second)
	if !readable(connected) || !readable(bound) || readable(wildcard) || readable(connected) {
		t.Error("a datagram went elsewhere")
	}
	bound.Close()
	stranger.Write(w.now, nil, at(w.b, 53))
	w.run(time.Second)
	if !readable(wildcard) || readable(connected) {
		t.Error("a datagram went elsewhere without the bound endpoint")
	}
}
