package tun_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/link/tun"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

func dial(t testing.TB, network, address string) net.Conn {
	t.Helper()
	c, err := net.DialTimeout(network, address, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

func wantWhole(t *testing.T, drop wire.Drop) {
	t.Helper()
	if drop != wire.Whole {
		t.Error(drop)
	}
}

// The kernel pings us, and we answer with wire alone.
func TestPing(t *testing.T) {
	if behind(t, 1500) == nil {
		return
	}
	c := dial(t, "ip4:icmp", "192.0.2.2")
	for _, n := range []int{0, 1, 56, 1472} {
		data := bytes.Repeat([]byte{0xa5}, n)
		b := append(make([]byte, wire.ICMPv4HeaderLen), data...)
		(&wire.ICMPv4{Type: wire.ICMPv4Echo, Rest: 0x1234_0000 | uint32(n)}).Put(b)
		if _, err := c.Write(b); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 2000)
		k, err := c.Read(got)
		if err != nil {
			t.Fatal(err)
		}
		ip, drop := wire.ParseIPv4(got[:k]) // a raw socket reads the header too
		wantWhole(t, drop)
		h, drop := wire.ParseICMPv4(ip.Payload)
		if drop != wire.Whole || h.Type != wire.ICMPv4EchoReply || h.Sequence() != uint16(n) || !bytes.Equal(h.Payload, data) {
			t.Errorf("%d octets were answered by %v %+v", n, drop, h)
		}
	}
}

// Datagrams go both ways unharmed; the checksums of those that the kernel sends
// are completed, and it accepts ours.
func TestUDPThereAndBack(t *testing.T) {
	if behind(t, 1500) == nil {
		return
	}
	c := dial(t, "udp4", "192.0.2.2:7")
	for n := 0; n <= 1472; n += 46 {
		want := bytes.Repeat([]byte{byte(n)}, n)
		if _, err := c.Write(want); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 2000)
		if k, err := c.Read(got); err != nil || !bytes.Equal(got[:k], want) {
			t.Fatalf("%d octets came back as %d: %v", n, k, err)
		}
	}
}

func TestTCPConnectionIsRefused(t *testing.T) {
	if behind(t, 1500) == nil {
		return
	}
	_, err := net.DialTimeout("tcp4", "192.0.2.2:1", 10*time.Second)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the kernel understood our RST as %v", err)
	}
}

// The kernel writes long segments; we get what fits the MTU, with right
// checksums, and more than one at a time.
func TestLongSegmentsOfTheKernelAreCutUp(t *testing.T) {
	const mtu, total = 1400, 1 << 20
	p := behind(t, mtu)
	if p == nil {
		return
	}
	c := dial(t, "tcp4", "192.0.2.2:2")
	if _, err := c.Write(make([]byte, total)); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.tcp.bytes < total {
		p.tcp.progress.Wait()
	}
	if p.tcp.longest != mtu {
		t.Errorf("the longest packet has %d octets, the MTU is %d", p.tcp.longest, mtu)
	}
}

// What we send in batches arrives whole, however the device has joined it.
func TestBatchesToTheKernel(t *testing.T) {
	const mss = 1460
	p := behind(t, 1500)
	if p == nil {
		return
	}
	c := dial(t, "tcp4", "192.0.2.2:2")
	want := make([]byte, 0, 2<<20)
	for i := range cap(want) {
		want = append(want, byte(i*i>>8+i))
	}
	streamed := make(chan struct{})
	go func() {
		defer close(streamed)
		p.stream(want, mss)
	}()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the kernel read other octets than were sent")
	}
	<-streamed
	if counters := p.device.Counters(); counters.Failed != 0 || counters.Dropped != 0 || counters.Sent < uint64(len(want)/mss) {
		t.Errorf("counted %+v", counters)
	}
}

// stream sends octets in batches of segments, as far as the window goes.
func (p *peer) stream(b []byte, mss int) {
	var batch []*link.Packet
	for len(b) > 0 {
		p.mu.Lock()
		for p.tcp.room() < mss {
			p.tcp.progress.Wait()
		}
		for room := p.tcp.room(); len(b) > 0 && room >= mss && len(batch) < 128; room -= mss {
			n := min(mss, len(b))
			batch, b = append(batch, p.tcp.text(b[:n])), b[n:]
		}
		p.mu.Unlock()
		if p.device.Send(batch) != nil {
			return
		}
		batch = batch[:0]
	}
}

// room is how many octets the kernel will take.
func (c *connection) room() int { return int(c.acked + c.window - c.sndNXT) }

func TestCloseRemovesTheDevice(t *testing.T) {
	d := open(t, "lockstep1", 1280)
	if d == nil {
		return
	}
	if i, err := net.InterfaceByName("lockstep1"); err != nil || i.MTU != 1280 || d.MTU() != 1280 || d.Name() != "lockstep1" {
		t.Errorf("interface %+v, device %q with MTU %d: %v", i, d.Name(), d.MTU(), err)
	}
	ended := make(chan error)
	go func() {
		_, err := d.Recv(make([]*link.Packet, 1))
		ended <- err
	}()
	time.Sleep(20 * time.Millisecond) // it blocks, or will find the device closed
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Recv: %v, want net.ErrClosed", err)
	}
	if err := d.Send([]*link.Packet{link.Get(20)}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Send: %v, want net.ErrClosed", err)
	}
	if _, err := d.Recv(make([]*link.Packet, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Recv: %v, want net.ErrClosed", err)
	}
	if i, err := net.InterfaceByName("lockstep1"); err == nil {
		t.Errorf("interface %+v is still there", i)
	}
}

func TestTheKernelChoosesAName(t *testing.T) {
	d := open(t, "", 1500)
	if d == nil {
		return
	}
	if !strings.HasPrefix(d.Name(), "tun") {
		t.Errorf("the device is called %q", d.Name())
	}
}

// A device that is down loses packets and does not fail.
func TestSendOnADeviceThatIsDown(t *testing.T) {
	d := open(t, "lockstep2", 1500)
	if d == nil {
		return
	}
	b := link.Get(wire.IPv4HeaderLen)
	(&wire.IPv4{Src: [4]byte{192, 0, 2, 2}, Dst: [4]byte{192, 0, 2, 1}, TTL: 1}).Put(b.B)
	if err := d.Send([]*link.Packet{b}); err != nil {
		t.Error(err)
	}
	if got, want := d.Counters(), (tun.Counters{Failed: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	if d := open(t, "lockstep3", 1500); d != nil {
		for name, want := range map[string]string{
			"lockstep3": "another process has it open",
			"lo":        "is not a TUN device",
		} {
			_, err := tun.Open(name, 1500)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v, want it to say %q", name, err, want)
			}
		}
		err := d.Configure(netip.MustParsePrefix("2001:db8::1/64"))
		if err == nil || !strings.Contains(err.Error(), "only IPv4") {
			t.Errorf("IPv6: %v", err)
		}
		if err := d.Configure(netip.Prefix{}); err == nil {
			t.Error("no address at all was taken")
		}
	}
	for _, mtu := range []int{-1, 67, 65536} {
		if _, err := tun.Open("lockstep4", mtu); err == nil || !strings.Contains(err.Error(), "from 68 to 65535") {
			t.Errorf("MTU %d: %v", mtu, err)
		}
	}
	if _, err := tun.Open("a name that is too long", 1500); err == nil || !strings.Contains(err.Error(), "shorter than 16") {
		t.Errorf("a long name: %v", err)
	}
}

// BenchmarkSend is per packet of a batch to the kernel, which reads them.
func BenchmarkSend(b *testing.B) {
	p := behind(b, 1500)
	if p == nil {
		return
	}
	c := dial(b, "tcp4", "192.0.2.2:2")
	_ = c.SetDeadline(time.Time{})
	go func() { _, _ = io.Copy(io.Discard, struct{ io.Reader }{c}) }()
	b.SetBytes(1460)
	b.ReportAllocs()
	p.stream(make([]byte, b.N*1460), 1460)
}

// BenchmarkRecv is per segment of what the kernel writes.
func BenchmarkRecv(b *testing.B) {
	p := behind(b, 1500)
	if p == nil {
		return
	}
	c := dial(b, "tcp4", "192.0.2.2:2")
	_ = c.SetDeadline(time.Time{})
	b.SetBytes(1460)
	b.ReportAllocs()
	total := b.N * 1460
	if _, err := c.Write(make([]byte, total)); err != nil {
		b.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.tcp.bytes < total {
		p.tcp.progress.Wait()
	}
}
