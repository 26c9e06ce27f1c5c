package socket_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// BenchmarkBulk moves writes of 64 KiB over one connection and a pipe of MTU 1500.
func BenchmarkBulk(b *testing.B) {
	x, y := connected(b)
	const size = 64 << 10
	text := make([]byte, size)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		for range b.N {
			if _, err := x.Write(text); err != nil {
				b.Error(err)
			}
		}
	}()
	buf := make([]byte, size)
	for left := int64(b.N) * size; left > 0; {
		n, err := y.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		left -= int64(n)
	}
	b.ReportMetric(float64(b.N)*size*8/b.Elapsed().Seconds()/1e9, "Gbit/s")
}

// BenchmarkPingPong sends 64 octets to and fro.
func BenchmarkPingPong(b *testing.B) {
	x, y := connected(b)
	go io.Copy(y, y)
	text := make([]byte, 64)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := x.Write(text); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(x, text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkChurn opens a connection, exchanges an octet, and closes it.
func BenchmarkChurn(b *testing.B) {
	x, y := pair(b, socket.Settings{MSL: time.Millisecond}) // or ports run out
	l := listen(b, y)
	go func() {
		buf := make([]byte, 1)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Read(buf)
			c.Write(buf)
			c.Close()
		}
	}()
	to := fmt.Sprintf("10.0.0.2:%d", port(l.Addr()))
	buf := make([]byte, 1)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		c, err := x.Dial("tcp", to)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Write(buf); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf); err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}

func connected(b *testing.B) (x, y *socket.Conn) {
	s, t := pair(b, socket.Settings{})
	return connect(b, s, t)
}
