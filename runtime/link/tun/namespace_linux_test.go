package tun_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/lockstep-tcp/lockstep/runtime/link/tun"
)

// inNamespace marks the process that has a network of its own.
const inNamespace = "TUN_TEST_IN_NAMESPACE"

// TestMain runs the tests in a network namespace of their own, where they can do
// no harm and meet no other device. Users who are not root get a user namespace
// as well, in which they are.
func TestMain(m *testing.M) {
	if os.Getenv(inNamespace) != "" {
		os.Exit(m.Run())
	}
	child := exec.Command("/proc/self/exe", os.Args[1:]...)
	child.Env = append(os.Environ(), inNamespace+"=1")
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if id := os.Getuid(); id != 0 {
		child.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		child.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: id, Size: 1}}
		child.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	err := child.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		// The tests run here; without a device they hold Open to saying why.
		fmt.Fprintf(os.Stderr, "NO NETWORK NAMESPACE: %v; the device is tested only if this process may make one\n", err)
		os.Exit(m.Run())
	}
	os.Exit(0)
}

// open makes a device. Where that is impossible it sees to it that the error
// says what is missing, prints that, and returns nil: the test is then over.
func open(t testing.TB, name string, mtu int) *tun.Device {
	t.Helper()
	d, err := tun.Open(name, mtu)
	if err == nil {
		t.Cleanup(func() { d.Close() })
		return d
	}
	for _, missing := range []error{syscall.ENOENT, syscall.ENODEV, syscall.ENXIO, syscall.EACCES, syscall.EPERM} {
		if errors.Is(err, missing) {
			fmt.Fprintf(os.Stderr, "NO TUN DEVICE HERE, %s PROVES NOTHING: %v\n", t.Name(), err)
			return nil
		}
	}
	t.Fatal(err)
	return nil
}
