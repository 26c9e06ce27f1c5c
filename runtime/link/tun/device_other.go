//go:build !linux

package tun

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"

	"github.com/lockstep-tcp/lockstep/runtime/link"
)

// Device is a TUN device. There is none on this system.
type Device struct{ link.Link }

// Counters count packets.
type Counters struct{ Sent, Received, Failed, Dropped uint64 }

// Open says that this system is not supported; the error wraps
// errors.ErrUnsupported.
func Open(name string, mtu int) (*Device, error) {
	return nil, fmt.Errorf("tun: device %q: TUN devices work on Linux, not on %s: %w", name, runtime.GOOS, errors.ErrUnsupported)
}

// Name is the name of the network interface.
func (d *Device) Name() string { return "" }

// Counters tells what the device has counted.
func (d *Device) Counters() Counters { return Counters{} }

// Configure says that this system is not supported.
func (d *Device) Configure(kernel netip.Prefix) error { return errors.ErrUnsupported }
