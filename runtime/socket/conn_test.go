package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

func TestConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		if x.LocalAddr().String() != y.RemoteAddr().String() || x.RemoteAddr().String() != y.LocalAddr().String() {
			t.Errorf("%v > %v on one side is %v > %v on the other", x.LocalAddr(), x.RemoteAddr(), y.RemoteAddr(), y.LocalAddr())
		}
		write(t, x, "question")
		read(t, y, "question")
		write(t, y, "answer")
		read(t, x, "answer")
		if s := x.Status(); s.TCB.State != tcp.Established || s.Unread != 0 {
			t.Errorf("status %v with %d octets unread", s.TCB.State, s.Unread)
		}
	})
}

func TestHalfClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		write(t, x, "last words")
		if err := x.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		_, err := x.Write([]byte("more"))
		wantError(t, err, "write", syscall.EPIPE)
		if got, err := io.ReadAll(y); string(got) != "last words" || err != nil {
			t.Fatalf("read %q, %v", got, err)
		}
		write(t, y, "still here")
		y.Close()
		if got, err := io.ReadAll(x); string(got) != "still here" || err != nil {
			t.Fatalf("read %q, %v", got, err)
		}
		x.Close()
		time.Sleep(10 * time.Minute) // 2 MSL and all that
		for _, s := range []*socket.Stack{a, b} {
			if u := s.Usage(); u.Connections != 0 || u.TimeWaits != 0 || u.Buffered != 0 {
				t.Errorf("%v is left with %+v", s.Addr(), u)
			}
		}
	})
}

func TestCloseWithUnreadTextResets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		write(t, x, "lost")
		synctest.Wait()
		y.Close()
		_, err := x.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ECONNRESET)
		_, err = x.Write([]byte("x"))
		if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write after a reset: %v", err)
		}
	})
}

func TestReadsBeforeTheResetAreGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		write(t, x, "before")
		synctest.Wait()
		x.SetLinger(0)
		x.Close()
		synctest.Wait()
		b1 := make([]byte, 10)
		n, err := y.Read(b1)
		if err == nil && string(b1[:n]) == "before" {
			_, err = y.Read(b1)
		}
		wantError(t, err, "read", syscall.ECONNRESET)
	})
}

func TestCloseUnblocksEverybody(t *testing.T) {
	for name, end := range map[string]func(x *socket.Conn, s *socket.Stack) error{
		"close":       func(x *socket.Conn, _ *socket.Stack) error { return x.Close() },
		"abort":       func(x *socket.Conn, _ *socket.Stack) error { return x.Abort() },
		"stack close": func(_ *socket.Conn, s *socket.Stack) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := pair(t, socket.Settings{})
				x, _ := connect(t, a, b)
				var calls sync.WaitGroup
				for range 3 {
					calls.Go(func() {
						_, err := x.Read(make([]byte, 1))
						wantError(t, err, "read", net.ErrClosed)
					})
					calls.Go(func() {
						_, err := x.Write(make([]byte, 16<<20)) // nobody reads
						wantError(t, err, "write", net.ErrClosed)
					})
				}
				synctest.Wait()
				if err := end(x, a); err != nil {
					t.Fatal(err)
				}
				calls.Wait()
				wantError(t, x.Close(), "close", net.ErrClosed)
				wantError(t, x.SetDeadline(time.Time{}), "set", net.ErrClosed)
				wantError(t, x.CloseWrite(), "close", net.ErrClosed)
			})
		})
	}
}

func TestCloseReadThrowsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		done := make(chan error)
		go func() {
			_, err := x.Read(make([]byte, 1))
			done <- err
		}()
		synctest.Wait()
		if err := x.CloseRead(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != io.EOF {
			t.Errorf("read: %v", err)
		}
		if n, err := y.Write(make([]byte, 8<<20)); err != nil { // more than both buffers
			t.Errorf("the peer wrote %d: %v", n, err)
		}
		write(t, x, "talking")
		read(t, y, "talking")
	})
}

// TestWritesDoNotMix has two writers of blocks larger than the buffers.
func TestWritesDoNotMix(t *testing.T) {
	const size = 5 << 20
	a, b := pair(t, quick)
	x, y := connect(t, a, b)
	var writers sync.WaitGroup
	for _, c := range []byte("xy") {
		writers.Go(func() {
			if n, err := x.Write(bytes.Repeat([]byte{c}, size)); n != size || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
		})
	}
	go func() { writers.Wait(); x.Close() }()
	got, err := io.ReadAll(y)
	if err != nil || len(got) != 2*size {
		t.Fatalf("%d octets, %v", len(got), err)
	}
	for _, half := range [][]byte{got[:size], got[size:]} {
		if bytes.Count(half, half[:1]) != size {
			t.Errorf("two writes are mixed")
		}
	}
}

func TestSimultaneousOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := faulty(t, socket.Settings{}, 1, link.Faults{Delay: 10 * time.Millisecond}) // the SYNs cross
		pa, pb := netip.AddrPortFrom(addrA, 4000), netip.AddrPortFrom(addrB, 5000)
		var dials sync.WaitGroup
		talk := func(s *socket.Stack, local, remote netip.AddrPort, say, hear string) {
			c, err := s.DialTCP(context.Background(), remote, socket.Options{Local: local})
			if err != nil {
				t.Error(err)
				return
			}
			write(t, c, say)
			read(t, c, hear)
		}
		dials.Go(func() { talk(a, pa, pb, "from a", "from b") })
		dials.Go(func() { talk(b, pb, pa, "from b", "from a") })
		dials.Wait()
	})
}

func TestWriteUrgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		reports := make(chan error, 10)
		y.SetErrorReports(func(err error) { reports <- err })
		write(t, x, "calm ")
		if _, err := x.WriteUrgent([]byte("urgent")); err != nil {
			t.Fatal(err)
		}
		write(t, x, " calm")
		if err := <-reports; err != socket.ErrUrgent {
			t.Errorf("report %v", err)
		}
		synctest.Wait()
		if n := y.UrgentRemaining(); n != len("calm urgent") || y.AtMark() {
			t.Errorf("%d octets up to the mark, at mark %v", n, y.AtMark())
		}
		read(t, y, "calm urgent")
		if n := y.UrgentRemaining(); n != 0 || !y.AtMark() {
			t.Errorf("%d octets up to the mark, at mark %v", n, y.AtMark())
		}
		read(t, y, " calm")
		if len(reports) != 0 {
			t.Errorf("reported again: %v", <-reports)
		}
	})
}

// TestReportsComeOneByOne has a user who takes his time.
func TestReportsComeOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		var calls, inside atomic.Int32
		y.SetErrorReports(func(error) {
			if inside.Add(1) != 1 {
				t.Error("two calls at a time")
			}
			time.Sleep(time.Minute)
			inside.Add(-1)
			calls.Add(1)
		})
		for range 3 {
			x.WriteUrgent([]byte("urgent"))
			time.Sleep(time.Second)
			read(t, y, "urgent")
		}
		time.Sleep(10 * time.Minute)
		if n := calls.Load(); n != 2 { // one, and one for the two that came meanwhile
			t.Errorf("%d reports", n)
		}
		x.WriteUrgent([]byte("urgent"))
		time.Sleep(10 * time.Minute)
		if n := calls.Load(); n != 3 {
			t.Errorf("%d reports", n)
		}
	})
}

// TestOneWayClosed: x does not read, so that y probes its window. What x sends is
// acknowledged behind the octet of the probe all the same.
func TestOneWayClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		go y.Write(make([]byte, 4<<20)) // until the test ends
		time.Sleep(10 * time.Second)
		start := time.Now()
		go func() {
			x.Write(make([]byte, 4<<20))
			x.CloseWrite()
		}()
		if n, err := io.Copy(io.Discard, y); n != 4<<20 || err != nil {
			t.Errorf("%d octets, %v", n, err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("the open way took %v", d)
		}
	})
}

func TestZeroLengthCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		if n, err := x.Read(nil); n != 0 || err != nil {
			t.Errorf("read %d, %v", n, err)
		}
		if n, err := x.Write(nil); n != 0 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		x.Close()
		if n, err := y.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("an empty write made %d, %v", n, err)
		}
	})
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, _ := connect(t, a, b)
		start := time.Now()
		at := func(want time.Duration) {
			t.Helper()
			if got := time.Since(start); got != want {
				t.Errorf("it is %v past the start, not %v", got, want)
			}
		}
		readByte := func() error {
			_, err := x.Read(make([]byte, 1))
			return err
		}

		x.SetReadDeadline(start.Add(time.Second))
		wantError(t, readByte(), "read", os.ErrDeadlineExceeded)
		at(time.Second)
		wantError(t, readByte(), "read", os.ErrDeadlineExceeded)
		at(time.Second)

		x.SetReadDeadline(start.Add(10 * time.Second)) // later,
		time.AfterFunc(time.Second, func() { x.SetReadDeadline(start.Add(3 * time.Second)) })
		wantError(t, readByte(), "read", os.ErrDeadlineExceeded) // then earlier
		at(3 * time.Second)

		x.SetReadDeadline(start.Add(4 * time.Second)) // earlier, then later
		time.AfterFunc(500*time.Millisecond, func() { x.SetReadDeadline(start.Add(5 * time.Second)) })
		wantError(t, readByte(), "read", os.ErrDeadlineExceeded)
		at(5 * time.Second)

		x.SetReadDeadline(time.Time{}) // never, then the past
		time.AfterFunc(time.Second, func() { x.SetReadDeadline(start) })
		wantError(t, readByte(), "read", os.ErrDeadlineExceeded)
		at(6 * time.Second)

		x.SetWriteDeadline(start.Add(7 * time.Second))
		n, err := x.Write(make([]byte, 16<<20))
		wantError(t, err, "write", os.ErrDeadlineExceeded)
		if n == 0 || n == 16<<20 {
			t.Errorf("%d octets were queued", n)
		}
		at(7 * time.Second)
	})
}

// Who has said that no more will be written writes no more: also not what waits for room.
func TestCloseWriteEndsWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, _ := connect(t, a, b)
		written := make(chan error)
		go func() {
			_, err := x.Write(make([]byte, 64<<20))
			written <- err
		}()
		synctest.Wait()
		if err := x.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-written:
			wantError(t, err, "write", syscall.EPIPE)
		case <-time.After(time.Hour):
			t.Error("Write still waits")
		}
	})
}

// How a connection ended is no failure of Close; what is closed is closed for an empty Read, too.
func TestCloseAfterReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, socket.Settings{})
		x, y := connect(t, a, b)
		y.Abort()
		_, err := x.Read(make([]byte, 1))
		wantError(t, err, "read", syscall.ECONNRESET)
		if err := x.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		_, err = x.Read(nil)
		wantError(t, err, "read", net.ErrClosed)
	})
}
