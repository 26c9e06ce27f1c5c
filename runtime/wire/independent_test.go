package wire_test

import (
	"bytes"
	"math/rand/v2"
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/lockstep-tcp/lockstep/runtime/wire"
)

// These tests hold wire to a decoder and an encoder that were written by others.

func randomOctets(random *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

func randomIPv4(random *rand.Rand, protocol uint8) wire.IPv4 {
	return wire.IPv4{
		Src: [4]byte(randomOctets(random, 4)), Dst: [4]byte(randomOctets(random, 4)),
		Protocol: protocol, TTL: uint8(random.Uint32()), TOS: uint8(random.Uint32()),
		ID: uint16(random.Uint32()), DontFragment: random.IntN(2) == 0, Options: []byte{},
	}
}

func randomTCP(random *rand.Rand) wire.TCP {
	h := wire.TCP{
		SourcePort: uint16(1 + random.IntN(65535)), DestinationPort: uint16(1 + random.IntN(65535)),
		SEQ: random.Uint32(), ACK: random.Uint32(), CTL: uint8(random.Uint32()),
		WND: uint16(random.Uint32()), UP: uint16(random.Uint32()),
		Payload: randomOctets(random, random.IntN(1461)),
	}
	if h.CTL&syn != 0 {
		if h.HasMSS = random.IntN(2) == 0; h.HasMSS {
			h.MSS = uint16(random.Uint32())
		}
		if h.HasWS = random.IntN(2) == 0; h.HasWS {
			h.WS = uint8(random.IntN(15))
		}
		h.SACKPermitted = random.IntN(2) == 0
	}
	if h.HasTS = random.IntN(2) == 0; h.HasTS {
		h.TSval, h.TSecr = random.Uint32(), random.Uint32()
	}
	return h
}

// emitTCP writes a packet from the inside out, as the engine does.
func emitTCP(ip wire.IPv4, h wire.TCP) []byte {
	offset := wire.IPv4HeaderLen + h.HeaderLen()
	b := make([]byte, offset+len(h.Payload))
	copy(b[offset:], h.Payload)
	h.Put(b[wire.IPv4HeaderLen:], ip.Pseudo())
	ip.Put(b)
	return b
}

// verified decodes a packet and has all its checksums verified.
func verified(t *testing.T, b []byte, first gopacket.Decoder) gopacket.Packet {
	t.Helper()
	p := gopacket.NewPacket(b, first, gopacket.Default)
	if transport, ok := p.TransportLayer().(interface {
		SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
	}); ok {
		if err := transport.SetNetworkLayerForChecksum(p.NetworkLayer()); err != nil {
			t.Fatal(err)
		}
	}
	if err, mismatches := p.VerifyChecksums(); err != nil || len(mismatches) != 0 {
		t.Fatalf("%v %v\n%v", err, mismatches, p)
	}
	return p
}

func TestTCPIsReadByOthers(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		ip, h := randomIPv4(random, wire.ProtocolTCP), randomTCP(random)
		b := emitTCP(ip, h)
		p := verified(t, b, layers.LayerTypeIPv4)
		their4 := p.Layer(layers.LayerTypeIPv4).(*layers.IPv4)
		if !their4.SrcIP.Equal(net.IP(ip.Src[:])) || !their4.DstIP.Equal(net.IP(ip.Dst[:])) ||
			their4.TTL != ip.TTL || their4.TOS != ip.TOS || their4.Id != ip.ID ||
			(their4.Flags == layers.IPv4DontFragment) != ip.DontFragment {
			t.Fatalf("%+v was read as %v", ip, their4)
		}
		theirs := p.Layer(layers.LayerTypeTCP).(*layers.TCP)
		wantEqual(t, fromTheirs(theirs), h)
		if t.Failed() {
			t.Fatal(p)
		}
	}
}

// fromTheirs translates a header.
func fromTheirs(l *layers.TCP) wire.TCP {
	h := wire.TCP{
		SourcePort: uint16(l.SrcPort), DestinationPort: uint16(l.DstPort),
		SEQ: l.Seq, ACK: l.Ack, WND: l.Window, UP: l.Urgent, Payload: l.Payload,
	}
	for i, on := range []bool{l.FIN, l.SYN, l.RST, l.PSH, l.ACK, l.URG, l.ECE, l.CWR} {
		if on {
			h.CTL |= 1 << i
		}
	}
	for _, o := range l.Options {
		number := uint64(0)
		for _, octet := range o.OptionData {
			number = number<<8 | uint64(octet)
		}
		switch o.OptionType {
		case layers.TCPOptionKindMSS:
			h.HasMSS, h.MSS = true, uint16(number)
		case layers.TCPOptionKindWindowScale:
			h.HasWS, h.WS = true, uint8(number)
		case layers.TCPOptionKindTimestamps:
			h.HasTS, h.TSval, h.TSecr = true, uint32(number>>32), uint32(number)
		case layers.TCPOptionKindSACKPermitted:
			h.SACKPermitted = true
		}
	}
	if h.Payload == nil {
		h.Payload = []byte{}
	}
	return h
}

// serialize has others write a packet.
func serialize(t *testing.T, all ...gopacket.SerializableLayer) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(b, options, all...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPacketsOfOthersAreRead(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		text := randomOctets(random, random.IntN(1400))
		ip4 := &layers.IPv4{Version: 4, TTL: 64, SrcIP: randomOctets(random, 4), DstIP: randomOctets(random, 4)}
		ip6 := &layers.IPv6{Version: 6, HopLimit: 64, SrcIP: randomOctets(random, 16), DstIP: randomOctets(random, 16)}
		segment := &layers.TCP{SrcPort: 1, DstPort: 2, Seq: random.Uint32(), ACK: true, Window: 9,
			Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: randomOctets(random, 8)}}}
		datagram := &layers.UDP{SrcPort: 1, DstPort: 2}

		readAs := func(network gopacket.NetworkLayer, protocol uint8) ([]byte, wire.Sum) {
			check := segment.SetNetworkLayerForChecksum
			if protocol == wire.ProtocolUDP {
				check = datagram.SetNetworkLayerForChecksum
			}
			if err := check(network); err != nil {
				t.Fatal(err)
			}
			transport := gopacket.SerializableLayer(segment)
			if protocol == wire.ProtocolUDP {
				transport = datagram
			}
			if network == ip4 {
				ip4.Protocol = layers.IPProtocol(protocol)
				h, drop := wire.ParseIPv4(serialize(t, ip4, transport, gopacket.Payload(text)))
				wantDrop(t, drop, wire.Whole)
				return h.Payload, h.Pseudo()
			}
			ip6.NextHeader = layers.IPProtocol(protocol)
			h, drop := wire.ParseIPv6(serialize(t, ip6, transport, gopacket.Payload(text)))
			wantDrop(t, drop, wire.Whole)
			return h.Payload, h.Pseudo()
		}
		for _, network := range []gopacket.NetworkLayer{ip4, ip6} {
			h, drop := wire.ParseTCP(readAs(network, wire.ProtocolTCP))
			wantDrop(t, drop, wire.Whole)
			if h.SEQ != segment.Seq || !h.HasTS || h.CTL != ack || !bytes.Equal(h.Payload, text) {
				t.Fatalf("%+v was read as %+v", segment, h)
			}
			u, drop := wire.ParseUDP(readAs(network, wire.ProtocolUDP))
			wantDrop(t, drop, wire.Whole)
			if u.SourcePort != 1 || u.DestinationPort != 2 || u.Unchecked || !bytes.Equal(u.Payload, text) {
				t.Fatalf("%+v was read as %+v", datagram, u)
			}
		}
	}
}

func TestOtherPacketsAreReadByOthers(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	verify := func(b []byte, first gopacket.Decoder, last gopacket.LayerType) {
		t.Helper()
		if p := verified(t, b, first); p.Layer(last) == nil {
			t.Fatal(p)
		}
	}
	for range 500 {
		text := randomOctets(random, 2+random.IntN(1400))
		ip := randomIPv4(random, wire.ProtocolUDP)
		u := wire.UDP{SourcePort: 7000, DestinationPort: 7001}
		b := append(make([]byte, wire.UDPHeaderLen), text...)
		u.Put(b, ip.Pseudo())
		verify(packet(ip, b), layers.LayerTypeIPv4, layers.LayerTypeUDP)

		ip6 := wire.IPv6{Src: [16]byte(randomOctets(random, 16)), Dst: [16]byte(randomOctets(random, 16)), Protocol: wire.ProtocolUDP, HopLimit: 1}
		u.Put(b, ip6.Pseudo())
		b = append(make([]byte, wire.IPv6HeaderLen), b...)
		ip6.Put(b)
		verify(b, layers.LayerTypeIPv6, layers.LayerTypeUDP)

		ip.Protocol = wire.ProtocolICMP
		verify(packet(ip, message(wire.ICMPv4{Type: wire.ICMPv4Echo, Rest: random.Uint32()}, text)),
			layers.LayerTypeIPv4, layers.LayerTypeICMPv4)
	}
}
