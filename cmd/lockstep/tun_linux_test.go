package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gopacket/gopacket/pcapgo"
)

// The tests of this file run the tool on a TUN device against the kernel's own
// TCP and UDP, in a network namespace of their own: nothing outside it is touched.
//
//	LOCKSTEP_TUN=required  fail where there can be no namespace or device, rather than skip
//	LOCKSTEP_TUN_MIB=64    size of the downloads (8)

const inNamespace = "LOCKSTEP_IN_NAMESPACE"

const (
	stackAddr  = "10.7.0.2"
	kernelAddr = "10.7.0.1"
)

// TestTUN runs itself again in a namespace, as its root, and there the sub-tests.
func TestTUN(t *testing.T) {
	if os.Getenv(inNamespace) != "" {
		t.Run("download", testDownload)
		t.Run("refused", testRefused)
		t.Run("echo", testEcho)
		t.Run("fetch", testFetch)
		t.Run("capture", testCapture)
		t.Run("missing rights", testMissingRights)
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^TestTUN$", "-test.v", "-test.short="+strconv.FormatBool(testing.Short()))
	again.Env = append(os.Environ(), inNamespace+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		again.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		again.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	}
	var out bytes.Buffer
	again.Stdout, again.Stderr = &out, &out
	device, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err == nil {
		device.Close()
		err = again.Start()
	}
	if err != nil {
		cannot := fmt.Sprintf("NOT TESTED: the stack against the kernel over a TUN device: %v", err)
		if os.Getenv("LOCKSTEP_TUN") == "required" {
			t.Fatal(cannot)
		}
		t.Skip(cannot)
	}
	if err := again.Wait(); err != nil {
		t.Errorf("in the namespace: %v\n%s", err, out.String())
	} else {
		t.Log(out.String())
	}
}

// A server is `lockstep serve` in the background.
type server struct {
	t      *testing.T
	device string
	cmd    *exec.Cmd
	said   said
}

// said collects what a process says, and tells when it says that it is ready.
type said struct {
	mu    sync.Mutex
	text  strings.Builder
	ready chan struct{}
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := strings.Contains(s.text.String(), "ready")
	s.text.Write(b)
	if !was && strings.Contains(s.text.String(), "ready") {
		close(s.ready)
	}
	return len(b), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func startServer(t *testing.T, device string, args ...string) *server {
	t.Helper()
	s := &server{t: t, device: device, said: said{ready: make(chan struct{})}}
	s.cmd = exec.Command("lockstep", append([]string{"serve", "-tun", device, "-addr", stackAddr + "/24"}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = &s.said, &s.said
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.said.ready:
	case <-time.After(30 * time.Second):
		s.cmd.Process.Kill()
		t.Fatalf("serve is not ready after 30 s: %v\n%s", s.cmd.Wait(), s.said.String())
	}
	return s
}

// stop ends the server as init systems do, and looks whether it leaves anything behind.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Error(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("serve after SIGTERM: %v\n%s", err, s.said.String())
	}
	if _, err := net.InterfaceByName(s.device); err == nil {
		s.t.Errorf("serve left the device %s behind", s.device)
	}
}

// file writes octets that nobody could guess, and returns the folder and the sum.
func file(t *testing.T) (dir string, sum [sha256.Size]byte) {
	mib := 8
	if testing.Short() {
		mib = 2
	}
	if s := os.Getenv("LOCKSTEP_TUN_MIB"); s != "" {
		var err error
		if mib, err = strconv.Atoi(s); err != nil {
			t.Fatalf("LOCKSTEP_TUN_MIB: %v", err)
		}
	}
	octets := make([]byte, mib<<20)
	rand.NewChaCha8([32]byte{1}).Read(octets)
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), octets, 0o666); err != nil {
		t.Fatal(err)
	}
	return dir, sha256.Sum256(octets)
}

func checkSum(t *testing.T, name string, want [sha256.Size]byte) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if sha256.Sum256(got) != want {
		t.Errorf("%d octets came, and their SHA-256 is not that of the file served", len(got))
	}
}

// curl downloads from the stack, over links that lose more and more.
func testDownload(t *testing.T) {
	dir, sum := file(t)
	for i, loss := range []string{"0", "1%", "5%"} {
		t.Run(loss, func(t *testing.T) {
			s := startServer(t, fmt.Sprintf("ls%d", i), "-http", dir, "-loss", loss, "-seed", "7")
			defer s.stop()
			got := filepath.Join(t.TempDir(), "got")
			began := time.Now()
			out, err := exec.Command("curl", "--no-progress-meter", "--max-time", "600", "-o", got, "http://"+stackAddr+"/file").CombinedOutput()
			if err != nil {
				t.Fatalf("curl: %v\n%s", err, out)
			}
			checkSum(t, got, sum)
			t.Logf("%s loss: %v", loss, time.Since(began).Round(time.Millisecond))
		})
	}
}

// A port where nobody listens refuses at once, and does not let wait.
func testRefused(t *testing.T) {
	s := startServer(t, "ls0")
	defer s.stop()
	began := time.Now()
	const couldNotConnect = 7
	err := exec.Command("curl", "-sS", "http://"+stackAddr+":81/").Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != couldNotConnect {
		t.Errorf("curl to a closed port: %v", err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("refusing took %v", took)
	}
}

func testEcho(t *testing.T) {
	s := startServer(t, "ls0", "-echo", "7", "-udp-echo", "7")
	defer s.stop()
	for _, network := range []string{"tcp", "udp"} {
		c, err := net.DialTimeout(network, stackAddr+":7", 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		for _, n := range []int{1, 100, 1400} {
			sent, got := bytes.Repeat([]byte{byte(n)}, n), make([]byte, n)
			if _, err := c.Write(sent); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, sent) {
				t.Fatalf("%s: %d octets came back wrong: %v", network, n, err)
			}
		}
	}
}

// fetch downloads from a server of the kernel's, also over a lossy link.
func testFetch(t *testing.T) {
	dir, sum := file(t)
	l, err := net.Listen("tcp", "0.0.0.0:8000")
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: http.FileServer(http.Dir(dir))}
	go web.Serve(l)
	defer web.Close()
	for _, loss := range []string{"0", "1%"} {
		got := filepath.Join(t.TempDir(), "got")
		out, err := fetchFrom("/file", "-o", got, "-loss", loss)
		if err != nil {
			t.Fatalf("fetch: %v\n%s", err, out)
		}
		checkSum(t, got, sum)
	}
	for path, want := range map[string]string{":8000/none": "404", ":8001/file": "connection refused"} {
		var exit *exec.ExitError
		out, err := fetchFrom(path)
		if !errors.As(err, &exit) || exit.ExitCode() != findings || !strings.Contains(out, want) {
			t.Errorf("fetch of %s: %v, and not %q:\n%s", path, err, want, out)
		}
	}
}

// fetchFrom runs the tool; a path without a port is the server's.
func fetchFrom(path string, flags ...string) (string, error) {
	if path[0] == '/' {
		path = ":8000" + path
	}
	args := append([]string{"fetch", "-tun", "ls0", "-addr", stackAddr + "/24", "http://" + kernelAddr + path}, flags...)
	out, err := exec.Command("lockstep", args...).CombinedOutput()
	return string(out), err
}

// A capture has the handshake, and says by which rules it went.
func testCapture(t *testing.T) {
	name := filepath.Join(t.TempDir(), "capture.pcapng")
	s := startServer(t, "ls0", "-echo", "7", "-pcap", name)
	c, err := net.Dial("tcp", stackAddr+":7")
	if err != nil {
		t.Fatal(err)
	}
	// What comes back tells that the handshake was complete at the other end, too.
	octet := []byte("x")
	if _, err := c.Write(octet); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, octet); err != nil {
		t.Fatal(err)
	}
	c.Close()
	s.stop()
	capture, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer capture.Close()
	r, err := pcapgo.NewNgReader(capture, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for {
		_, _, options, err := r.ReadPacketDataWithOptions()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&said, strings.Join(options.Comments, "\n"))
	}
	for _, want := range []string{"LISTEN, now SYN-RECEIVED\nlisten.SYN (RFC 9293 3.10.7.2)", "ack.of-SYN (RFC 9293 3.10.7.4)"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("no packet's comment says %q:\n%s", want, said.String())
		}
	}
}

// Whoever may not make a device is told what is missing.
func testMissingRights(t *testing.T) {
	serve := exec.Command("lockstep", "serve", "-tun", "ls0", "-addr", stackAddr+"/24")
	serve.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER} // without the namespace's rights
	out, err := serve.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != trouble || !strings.Contains(string(out), "CAP_NET_ADMIN") {
		t.Errorf("serve without rights: %v\n%s", err, out)
	}
}
