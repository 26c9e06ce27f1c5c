package socket_test

import (
	"net"
	"testing"
	"time"

	"golang.org/x/net/nettest"

	"github.com/lockstep-tcp/lockstep/runtime/link"
	"github.com/lockstep-tcp/lockstep/runtime/socket"
)

// makePipe returns the pipes of nettest: two connected stacks each time.
func makePipe(t *testing.T, stacks func() (a, b *socket.Stack)) nettest.MakePipe {
	return func() (x, y net.Conn, stop func(), err error) {
		a, b := stacks()
		x, y = connect(t, a, b)
		return x, y, func() {
			x.Close()
			y.Close()
			a.Close()
			b.Close()
		}, nil
	}
}

func TestConnIsANetConn(t *testing.T) {
	nettest.TestConn(t, makePipe(t, func() (a, b *socket.Stack) { return pair(t, quick) }))
}

func TestConnIsANetConnOverALossyLink(t *testing.T) {
	seed := uint64(0)
	nettest.TestConn(t, makePipe(t, func() (a, b *socket.Stack) {
		seed++
		return faulty(t, quick, seed, link.Faults{Loss: 0.03, Duplicate: 0.01, Reorder: 0.01, Hold: time.Millisecond})
	}))
}

func TestConnIsANetConnToItsOwnHost(t *testing.T) {
	nettest.TestConn(t, makePipe(t, func() (a, b *socket.Stack) {
		a, _ = pair(t, quick)
		return a, a
	}))
}
