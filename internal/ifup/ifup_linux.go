package ifup

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Up gives the device the IPv4 address and its network, and brings it up. Its
// error says which command, and which right, is missing.
func Up(device string, addr netip.Prefix) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: no socket to configure it with: %w", device, err)
	}
	defer unix.Close(socket)
	mask := net.CIDRMask(addr.Bits(), 32)
	ip := addr.Addr().As4()
	for _, step := range []struct {
		request uint
		value   []byte
	}{{unix.SIOCSIFADDR, ip[:]}, {unix.SIOCSIFNETMASK, mask}} {
		if err := set(socket, step.request, device, step.value); err != nil {
			return refused(device, addr, "addr add "+addr.String()+" dev "+device, err)
		}
	}
	if err := up(socket, device); err != nil {
		return refused(device, addr, "link set "+device+" up", err)
	}
	return nil
}

func set(socket int, request uint, device string, value []byte) error {
	r, err := unix.NewIfreq(device)
	if err != nil {
		return err
	}
	if err := r.SetInet4Addr(value); err != nil {
		return err
	}
	return unix.IoctlIfreq(socket, request, r)
}

func up(socket int, device string) error {
	r, err := unix.NewIfreq(device)
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFFLAGS, r); err != nil {
		return err
	}
	r.SetUint16(r.Uint16() | unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, r)
}

func refused(device string, addr netip.Prefix, command string, err error) error {
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return fmt.Errorf("%s: this needs CAP_NET_ADMIN (%w); run as root, or let root do: ip %s", device, err, command)
	}
	return fmt.Errorf("%s: ip %s: %w", device, command, err)
}
