//go:build !linux

package ifup

import (
	"errors"
	"net/netip"
)

// Up is not to be had here: TUN devices are Linux's.
func Up(device string, addr netip.Prefix) error {
	return errors.New(device + ": TUN devices need Linux")
}
