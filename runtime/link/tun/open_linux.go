package tun

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
	"golang.zx2c4.com/wireguard/tun"
)

const clonePath = "/dev/net/tun"

// Open makes a TUN device with a name and an MTU in octets; an empty name lets
// the kernel choose one. Closing the device removes it. An error says what is
// missing, and wraps the system's.
func Open(name string, mtu int) (*Device, error) {
	// "Every internet module must be able to forward a datagram of 68 octets without
	// further fragmentation." (RFC 791, 3.2)
	if mtu < 68 || mtu > 65535 {
		return nil, fmt.Errorf("tun: MTU %d: must be from 68 to 65535", mtu)
	}
	fd, err := attach(name)
	if err != nil {
		return nil, err
	}
	native, name, err := tun.CreateUnmonitoredTUNFromFD(fd)
	if err != nil {
		if native != nil {
			_ = native.Close()
		} else {
			_ = unix.Close(fd)
		}
		return nil, fmt.Errorf("tun: device %q: switching offloads on: %w", name, err)
	}
	if err := setMTU(name, mtu); err != nil {
		_ = native.Close()
		return nil, err
	}
	return newDevice(native, name, mtu), nil
}

// attach opens a device, which is made if it does not exist.
func attach(name string) (fd int, err error) {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return 0, fmt.Errorf("tun: name %q: must be shorter than %d octets", name, unix.IFNAMSIZ)
	}
	fd, err = unix.Open(clonePath, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, openError(err)
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI | unix.IFF_VNET_HDR)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		_ = unix.Close(fd)
		return 0, attachError(name, err)
	}
	return fd, nil
}

// openError says why there is no TUN driver for us.
func openError(err error) error {
	advice := "opening the TUN driver"
	switch {
	case errors.Is(err, unix.ENOENT):
		advice = "the TUN driver is missing; load it with \"modprobe tun\", or give the container --device " + clonePath
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		advice = "the kernel has no TUN driver; load it with \"modprobe tun\""
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		advice = "this user or container may not use the TUN driver; run as root, or allow the device"
	}
	return fmt.Errorf("tun: %s: %s: %w", clonePath, advice, err)
}

// attachError says why there is no such device for us.
func attachError(name string, err error) error {
	advice := "making the device"
	switch {
	case errors.Is(err, unix.EPERM):
		advice = "the capability CAP_NET_ADMIN is missing; run as root, or in a namespace of your own with \"unshare -rn\""
	case errors.Is(err, unix.EBUSY):
		advice = "the device exists and another process has it open"
	case errors.Is(err, unix.EINVAL):
		advice = "an interface of this name exists and is not a TUN device, or the name is illegal"
	}
	return fmt.Errorf("tun: device %q: %s: %w", name, advice, err)
}

// Configure gives the kernel's side of the device an address, IPv4, and a prefix
// whose other addresses are behind the device, and brings it up.
func (d *Device) Configure(kernel netip.Prefix) error {
	if !kernel.IsValid() || !kernel.Addr().Is4() {
		return fmt.Errorf("tun: device %q: address %v: only IPv4 is supported; use \"ip address add\" for others", d.name, kernel)
	}
	address := kernel.Addr().As4()
	mask := net.CIDRMask(kernel.Bits(), 32)
	return configure(d.name, func(socket int, request *unix.Ifreq) error {
		if err := setAddress(socket, request, unix.SIOCSIFADDR, address[:]); err != nil {
			return fmt.Errorf("setting the address %v: %w", kernel.Addr(), err)
		}
		if err := setAddress(socket, request, unix.SIOCSIFNETMASK, mask); err != nil {
			return fmt.Errorf("setting the prefix length %d: %w", kernel.Bits(), err)
		}
		if err := unix.IoctlIfreq(socket, unix.SIOCGIFFLAGS, request); err != nil {
			return fmt.Errorf("reading the flags: %w", err)
		}
		request.SetUint16(request.Uint16() | unix.IFF_UP)
		if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
			return fmt.Errorf("bringing it up: %w", err)
		}
		return nil
	})
}

func setAddress(socket int, request *unix.Ifreq, what uint, address []byte) error {
	if err := request.SetInet4Addr(address); err != nil {
		return err
	}
	return unix.IoctlIfreq(socket, what, request)
}

// setMTU sets the MTU, unless it is right: that needs no privilege on a device
// that was made for us.
func setMTU(name string, mtu int) error {
	return configure(name, func(socket int, request *unix.Ifreq) error {
		if err := unix.IoctlIfreq(socket, unix.SIOCGIFMTU, request); err != nil {
			return fmt.Errorf("reading the MTU: %w", err)
		}
		if request.Uint32() == uint32(mtu) {
			return nil
		}
		request.SetUint32(uint32(mtu))
		if err := unix.IoctlIfreq(socket, unix.SIOCSIFMTU, request); err != nil {
			return fmt.Errorf("setting the MTU %d: %w", mtu, err)
		}
		return nil
	})
}

// configure does something to an interface, for which Linux wants a socket.
func configure(name string, do func(socket int, request *unix.Ifreq) error) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return fmt.Errorf("tun: device %q: %w", name, err)
	}
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("tun: device %q: opening a socket to configure it: %w", name, err)
	}
	defer unix.Close(socket)
	if err := do(socket, request); err != nil {
		return fmt.Errorf("tun: device %q: %w", name, err)
	}
	return nil
}
