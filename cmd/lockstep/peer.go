package main

import (
	"fmt"
	"net/netip"
)

// peerOf is the address of the kernel's side: the first one of the subnet that is
// neither the stack's own nor the subnet's nor its broadcast address.
func peerOf(own netip.Prefix) (netip.Prefix, error) {
	if !own.Addr().Is4() || own.Bits() > 30 {
		return netip.Prefix{}, fmt.Errorf("%s: want an IPv4 address with room for a second one beside it, such as 10.7.0.2/24", own)
	}
	subnet := own.Masked()
	broadcast := last(subnet)
	if own.Addr() == subnet.Addr() || own.Addr() == broadcast {
		return netip.Prefix{}, fmt.Errorf("%s is the address of the subnet itself or its broadcast address: no host has it", own)
	}
	peer := subnet.Addr().Next()
	if peer == own.Addr() {
		peer = peer.Next()
	}
	return netip.PrefixFrom(peer, own.Bits()), nil
}

// last is the highest address of an IPv4 network.
func last(subnet netip.Prefix) netip.Addr {
	a := subnet.Addr().As4()
	for bit := subnet.Bits(); bit < 32; bit++ {
		a[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(a)
}
