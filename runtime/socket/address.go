package socket

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// transport returns "tcp" or "udp" for the networks there are.
func transport(network string) (string, error) {
	switch network {
	case "tcp", "tcp4", "udp", "udp4":
		return network[:3], nil
	}
	return "", net.UnknownNetworkError(network)
}

// resolve reads "host:port", where host is an IP address, or empty, and port is a
// number, or empty for 0. The address is invalid if the host is empty.
func resolve(network, address string) (netip.AddrPort, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	var port uint64
	if service != "" {
		if port, err = strconv.ParseUint(service, 10, 16); err != nil {
			return netip.AddrPort{}, &net.AddrError{Err: "the port must be a number from 0 to 65535: services are not looked up", Addr: address}
		}
	}
	if host == "" {
		return netip.AddrPortFrom(netip.Addr{}, uint16(port)), nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, &net.AddrError{Err: "the host must be an IP address: names are not looked up", Addr: address}
	}
	ip = ip.Unmap()
	if strings.HasSuffix(network, "4") && !ip.Is4() {
		return netip.AddrPort{}, &net.AddrError{Err: network + " needs an IPv4 address", Addr: address}
	}
	return netip.AddrPortFrom(ip, uint16(port)), nil
}

// wildcard turns the unspecified address into the engine's word for it.
func wildcard(a netip.AddrPort) netip.AddrPort {
	if a.Addr().IsUnspecified() {
		return netip.AddrPortFrom(netip.Addr{}, a.Port())
	}
	return a
}

func tcpAddr(a netip.AddrPort) net.Addr { return net.TCPAddrFromAddrPort(a) }
func udpAddr(a netip.AddrPort) net.Addr { return net.UDPAddrFromAddrPort(a) }
