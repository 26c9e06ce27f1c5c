package requirements

import (
	"net/netip"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/engine"
	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// These tests show rows of the table that no test beside the code shows by itself.

const ack = uint8(tcp.ACK)

// MUST-1, REC-1: the highest bit of the window field is no sign.
func TestWindowIsUnsigned(t *testing.T) {
	p := meet(t)
	p.open(wire.TCP{HasMSS: true, MSS: 1460}, plain())
	sent := p.write(300_000)
	most := 0
	for range 20 {
		most = max(most, length(sent))
		sent = p.acknowledge(sent)
	}
	if most <= 32767 || most > 65535 {
		t.Errorf("at most %d octets in flight into a window of 65535", most)
	}
}

// MUST-14, MUST-15, MUST-16, MUST-65, MUST-67, SHLD-5, MAY-3: what the MSS option says,
// on the way out and on the way in. MUST-65 also by peer.heard: an MSS option without a
// SYN is odd.
func TestMSS(t *testing.T) {
	for _, c := range []struct {
		name  string
		syn   wire.TCP
		stamp bool
		want  int
	}{
		{"no option: 536", wire.TCP{}, false, 536},
		{"the peer's", wire.TCP{HasMSS: true, MSS: 1000}, false, 1000},
		{"no more than the MTU lets through", wire.TCP{HasMSS: true, MSS: 9000}, false, 1460},
		{"less the timestamps", wire.TCP{HasMSS: true, MSS: 1000, HasTS: true, TSval: 1}, true, 988},
		{"a tiny one is raised", wire.TCP{HasMSS: true, MSS: 1}, false, 48},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := meet(t)
			o := plain()
			o.Timestamps = c.stamp
			answer := p.open(c.syn, o)
			if !answer.HasMSS || answer.MSS != 1460 {
				t.Errorf("our SYN,ACK says MSS %d, want 1500 - 40", answer.MSS)
			}
			sent := p.write(5000)
			if len(sent) == 0 || len(sent[0].Payload) != c.want {
				t.Errorf("the first segment has %d octets of text, want %d", len(sent[0].Payload), c.want)
			}
		})
	}
	p := meet(t)
	if _, err := p.e.Dial(p.now, p.mine, engine.Options{}); err != nil {
		t.Fatal(err)
	}
	if syn := p.heard(); !syn[0].HasMSS || syn[0].MSS != 1460 {
		t.Errorf("our SYN says %+v", syn[0])
	}
}

// MUST-58, MUST-59: one acknowledgment for a whole batch, of all of it.
func TestBatchIsAcknowledgedOnce(t *testing.T) {
	p := meet(t)
	p.open(wire.TCP{HasMSS: true, MSS: 1460}, plain())
	for i := range 10 {
		p.e.Packet(p.now, p.packet(wire.TCP{CTL: ack, SEQ: p.seq + uint32(i)*1000}, 1000))
	}
	if early := p.heard(); len(early) > 0 {
		t.Errorf("%d segments were sent before the whole batch was processed", len(early))
	}
	p.e.Flush(p.now)
	if acks := p.heard(); len(acks) != 1 || acks[0].ACK != p.seq+10_000 {
		t.Errorf("answered with %v", acks)
	}
}

// MUST-60, MUST-61, SHLD-27, SHLD-28: small writes go without being pushed, together in
// segments as large as can be, and the one that empties the queue has PSH.
func TestPush(t *testing.T) {
	p := meet(t)
	p.open(wire.TCP{HasMSS: true, MSS: 1000}, plain())
	first := p.write(10)
	if len(first) != 1 || !tcp.Flags(first[0].CTL).Has(tcp.PSH) {
		t.Fatalf("a single small write was sent as %v", first)
	}
	var sent []wire.TCP
	for range 33 {
		sent = append(sent, p.write(130)...)
	}
	sent = append(sent, p.acknowledge(append(first, sent...))...)
	if length(sent) != 33*130 || len(sent) != 5 {
		t.Fatalf("33 writes of 130 octets were sent as %d octets in %d segments", length(sent), len(sent))
	}
	for i, s := range sent {
		last := i == len(sent)-1
		if !last && len(s.Payload) != 1000 || tcp.Flags(s.CTL).Has(tcp.PSH) != last {
			t.Errorf("segment %d of %d: %d octets, %v", i+1, len(sent), len(s.Payload), tcp.Flags(s.CTL))
		}
	}
}

// MUST-34, MUST-35, SHLD-15, SHLD-16, SHLD-17, MAY-7: a window that shrinks below what was
// sent stops new text, not the repetition of old, and ends no connection.
func TestShrunkWindow(t *testing.T) {
	for _, left := range []uint16{300, 1} { // 1: as good as closed; 0 is p.packet's default
		p := meet(t)
		p.open(wire.TCP{HasMSS: true, MSS: 1000}, plain())
		p.wnd = 5000
		p.send(wire.TCP{CTL: ack}, 0)
		if sent := p.write(5000); length(sent) != 5000 {
			t.Fatalf("%d octets into a window of 5000", length(sent))
		}
		p.wnd = left
		p.send(wire.TCP{CTL: ack}, 0)
		if sent := p.write(2000); length(sent) != 0 {
			t.Errorf("%d new octets into a window that has shrunk", length(sent))
		}
		repeated := 0
		for range 60 {
			again := p.wait(time.Minute)
			for _, s := range again {
				if s.SEQ != p.ack {
					t.Fatalf("sent again from %d, not from SND.UNA = %d", s.SEQ, p.ack)
				}
			}
			repeated += len(again)
			p.send(wire.TCP{CTL: ack}, 0)
		}
		if repeated < 50 || p.c.State() != tcp.Established {
			t.Errorf("%d repetitions in an hour of answers, state %v: %v", repeated, p.c.State(), p.c.Err())
		}
		p.wnd = 65535
		sent := p.send(wire.TCP{CTL: ack}, 0)
		for i := 0; i < 10 && p.c.Status().Unsent+int(p.c.Status().TCB.SND.NXT.Sub(p.c.Status().TCB.SND.UNA)) > 0; i++ {
			sent = p.acknowledge(append(sent, p.wait(2*time.Minute)...))
		}
		if got := p.c.Status(); got.Unsent > 0 || got.TCB.SND.UNA != got.TCB.SND.NXT {
			t.Errorf("after the window has opened, %d octets are unsent and %d unacknowledged", got.Unsent, got.TCB.SND.NXT.Sub(got.TCB.SND.UNA))
		}
	}
}

// SHLD-14: however the user reads, ACK + window never goes back.
func TestRightEdgeNeverRetreats(t *testing.T) {
	p := meet(t)
	o := plain()
	o.ReceiveBuffer = 20_000
	p.open(wire.TCP{HasMSS: true, MSS: 1000}, o)
	edge := p.seq
	look := func(segments []wire.TCP) {
		t.Helper()
		for _, s := range segments {
			if now := s.ACK + uint32(s.WND); int32(now-edge) < 0 {
				t.Fatalf("the right edge went from %d back to %d", edge, now)
			} else {
				edge = now
			}
		}
	}
	for i := range 200 {
		if room := int(int32(edge - p.seq)); room > 0 || i == 0 {
			n := min(max(room, 1), 1+i*37%1000)
			look(p.send(wire.TCP{CTL: ack}, n))
			p.seq += uint32(n)
		}
		if _, err := p.c.Read(p.now, make([]byte, i*53%1500)); err != nil {
			t.Fatal(err)
		}
		look(p.heard())
		look(p.wait(50 * time.Millisecond))
	}
}

// MUST-41, MUST-42: a passive OPEN on a port that a connection has, in whatever state.
func TestListenBesideConnection(t *testing.T) {
	p := meet(t)
	local := p.ours
	c, err := p.e.Dial(p.now, p.mine, engine.Options{Local: local})
	if err != nil {
		t.Fatal(err)
	}
	syn := p.heard()
	before := c.Status().TCB
	l, err := p.e.Listen(p.now, local, 0, engine.Options{})
	if err != nil {
		t.Fatalf("LISTEN beside SYN-SENT: %v", err)
	}
	if c.Status().TCB != before {
		t.Error("the passive OPEN changed the connection's record")
	}
	p.ack = syn[0].SEQ + 1
	p.send(wire.TCP{CTL: uint8(tcp.SYN | tcp.ACK)}, 0)
	if c.State() != tcp.Established || l.Accept() != nil {
		t.Errorf("the SYN,ACK of the connection found %v", c.State())
	}
}

// MUST-43, MUST-44, MUST-45: which address a connection has, and keeps.
func TestLocalAddress(t *testing.T) {
	for _, c := range []struct {
		name          string
		local, remote string
		want          string
	}{
		{"chosen by the route", "", "10.1.0.9:9", "10.1.0.1"},
		{"the first one for strangers", "", "192.0.2.1:9", "10.0.0.1"},
		{"the user's", "10.0.0.1:0", "10.1.0.9:9", "10.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := meet(t, "10.0.0.1/24", "10.1.0.1/24")
			o := engine.Options{}
			if c.local != "" {
				o.Local = netip.MustParseAddrPort(c.local)
			}
			conn, err := p.e.Dial(p.now, netip.MustParseAddrPort(c.remote), o)
			if err != nil {
				t.Fatal(err)
			}
			p.heard()
			p.wait(10 * time.Second)
			if got := conn.LocalAddr().Addr().String(); got != c.want {
				t.Errorf("the connection is at %s, want %s", got, c.want)
			}
			checkSource(t, p, c.want)
		})
	}
	p := meet(t, "10.0.0.1/24", "10.1.0.1/24")
	p.ours = netip.MustParseAddrPort("10.1.0.1:80")
	p.open(wire.TCP{}, plain())
	p.write(1000)
	p.wait(time.Minute)
	checkSource(t, p, "10.1.0.1")
}

func checkSource(t *testing.T, p *peer, want string) {
	t.Helper()
	for _, b := range p.raw {
		if ip, _ := wire.ParseIPv4(b); ip.SrcAddr().String() != want {
			t.Errorf("a packet from %v, want %s", ip.SrcAddr(), want)
		}
	}
}

// U-01: reserved bits are sent as zero, and nothing to us.
func TestReservedBits(t *testing.T) {
	p := meet(t)
	p.open(wire.TCP{}, plain())
	packet := p.packet(wire.TCP{CTL: ack}, 10)
	segment := packet.B[wire.IPv4HeaderLen:]
	const offsetOctet, checksumOctet = 12, 16
	segment[offsetOctet] |= 0x0f
	segment[checksumOctet], segment[checksumOctet+1] = 0, 0
	ip, _ := wire.ParseIPv4(packet.B)
	sum := ip.Pseudo().Add([]byte{0, byte(len(segment))}).Add(segment).Checksum()
	segment[checksumOctet], segment[checksumOctet+1] = byte(sum>>8), byte(sum)
	p.e.Packet(p.now, packet)
	p.e.Flush(p.now)
	if p.c.Unread() != 10 {
		t.Errorf("%d of 10 octets were delivered from a segment with reserved bits", p.c.Unread())
	}
	p.heard()
	p.write(5000)
	p.wait(time.Minute)
	for _, b := range p.raw {
		if b[wire.IPv4HeaderLen+offsetOctet]&0x0f != 0 {
			t.Errorf("a segment left with reserved bits: %x", b[:40])
		}
	}
}

// MUST-25, MUST-28, SHLD-10: defaults.
func TestDefaults(t *testing.T) {
	if o := engine.DefaultOptions(); o.KeepAlive || o.KeepAliveIdle < 2*time.Hour {
		t.Errorf("keep-alive on: %v, after %v", o.KeepAlive, o.KeepAliveIdle)
	}
	p := meet(t)
	p.open(wire.TCP{}, plain())
	p.write(100)
	for n := range 3 {
		if err := p.c.SoftError(); err != nil {
			t.Errorf("trouble was reported after %d retransmissions: %v", n, err)
		}
		for len(p.wait(time.Second)) == 0 {
		}
	}
	p.wait(time.Minute)
	if p.c.SoftError() == nil {
		t.Error("trouble was not reported after three retransmissions and more")
	}
}

// MUST-21: the user sets R2 for one connection, shorter, longer, or infinite.
func TestUserSetsR2(t *testing.T) {
	for _, c := range []struct{ timeout, alive, dead time.Duration }{
		{0, 14 * time.Minute, 20 * time.Minute},
		{time.Minute, 50 * time.Second, 2 * time.Minute},
		{time.Hour, 50 * time.Minute, 70 * time.Minute},
		{-1, 1000 * time.Hour, 0},
	} {
		p := meet(t)
		p.open(wire.TCP{}, plain())
		p.write(100)
		p.c.SetUserTimeout(p.now, c.timeout)
		if p.wait(c.alive); p.c.State() != tcp.Established {
			t.Errorf("R2 of %v: given up before %v: %v", c.timeout, c.alive, p.c.Err())
		}
		if p.wait(c.dead - c.alive); c.dead > 0 && p.c.State() != tcp.Closed {
			t.Errorf("R2 of %v: still %v after %v", c.timeout, p.c.State(), c.dead)
		}
	}
}

// MUST-29, SHLD-12, and MAY-6 as a receiver: one probe without an answer ends nothing.
func TestLostProbe(t *testing.T) {
	p := meet(t)
	o := plain()
	o.KeepAlive = true
	p.open(wire.TCP{}, o)
	first := p.wait(2*time.Hour + time.Second)
	if len(first) != 1 || len(first[0].Payload) != 0 || first[0].SEQ != p.ack-1 {
		t.Fatalf("after two idle hours: %v", first)
	}
	if second := p.wait(76 * time.Second); len(second) != 1 {
		t.Fatalf("after the first probe was lost: %v", second)
	}
	p.send(wire.TCP{CTL: ack}, 0)
	if again := p.wait(2*time.Hour - time.Second); len(again) != 0 || p.c.State() != tcp.Established {
		t.Errorf("after an answer: %v in %v", again, p.c.State())
	}
	// A peer's probe with one octet of garbage is answered, and the octet is not delivered.
	if answer := p.send(wire.TCP{CTL: ack, SEQ: p.seq - 1}, 1); len(answer) != 1 || answer[0].ACK != p.seq || p.c.Unread() != 0 {
		t.Errorf("a probe with an octet was answered with %v, %d octets delivered", answer, p.c.Unread())
	}
}

// MUST-31: urgent data longer than the pointer can tell; OUT-URG saturates it.
func TestLongUrgentData(t *testing.T) {
	p := meet(t)
	p.open(wire.TCP{HasMSS: true, MSS: 1460}, plain())
	const all = 200_000
	if n, err := p.c.WriteUrgent(p.now, make([]byte, all)); n != all || err != nil {
		t.Fatal(n, err)
	}
	first := p.ack
	sent := p.heard()
	for octets := 0; octets < all; sent = p.acknowledge(sent) {
		for _, s := range sent {
			left := all - int(s.SEQ-first)
			if !tcp.Flags(s.CTL).Has(tcp.URG) || int(s.UP) != min(left, 65535) {
				t.Fatalf("%d octets before the end of urgent data: %v, pointer %d", left, tcp.Flags(s.CTL), s.UP)
			}
			octets += len(s.Payload)
		}
	}
}

// U-09: once ESTABLISHED, every segment carries the current acknowledgment.
func TestEverySegmentAcknowledges(t *testing.T) {
	p := meet(t)
	p.open(wire.TCP{HasMSS: true, MSS: 1000}, plain())
	var sent []wire.TCP
	for range 20 {
		sent = append(sent, p.send(wire.TCP{CTL: ack}, 100)...)
		p.seq += 100
		for _, s := range append(sent, p.write(700)...) {
			if !tcp.Flags(s.CTL).Has(tcp.ACK) {
				t.Fatalf("a segment without ACK: %v", tcp.Flags(s.CTL))
			}
		}
		for _, s := range p.wait(time.Millisecond) {
			if s.ACK != p.seq {
				t.Fatalf("a segment acknowledges %d, when %d had come", s.ACK, p.seq)
			}
		}
		sent = nil
	}
	p.c.CloseWrite(p.now)
	for _, s := range append(p.heard(), p.wait(time.Minute)...) {
		if !tcp.Flags(s.CTL).Has(tcp.ACK) || s.ACK != p.seq {
			t.Fatalf("at the end: %v, ACK %d, want %d", tcp.Flags(s.CTL), s.ACK, p.seq)
		}
	}
}
