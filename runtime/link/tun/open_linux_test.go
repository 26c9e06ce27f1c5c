package tun

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Each failure that people meet has its own advice, and wraps the system's error.
func TestAdvice(t *testing.T) {
	cases := []struct {
		err    error
		system error
		want   string
	}{
		{openError(unix.ENOENT), unix.ENOENT, "modprobe tun"},
		{openError(unix.ENODEV), unix.ENODEV, "has no TUN driver"},
		{openError(unix.EACCES), unix.EACCES, "run as root"},
		{openError(unix.EMFILE), unix.EMFILE, "opening the TUN driver"},
		{attachError("t0", unix.EPERM), unix.EPERM, "CAP_NET_ADMIN"},
		{attachError("t0", unix.EBUSY), unix.EBUSY, "another process"},
		{attachError("t0", unix.EINVAL), unix.EINVAL, "not a TUN device"},
		{attachError("t0", unix.ENOMEM), unix.ENOMEM, "making the device"},
	}
	for _, c := range cases {
		if !errors.Is(c.err, c.system) || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%v: want it to say %q", c.err, c.want)
		}
	}
}
