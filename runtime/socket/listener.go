package socket

import (
	"net"
	"net/netip"
	"time"

	"github.com/lockstep-tcp/lockstep/runtime/engine"
)

// Listener accepts TCP connections, a [net.Listener].
type Listener struct {
	stack   *Stack
	tcp     *engine.Listener
	network string
	local   netip.AddrPort
	waiting side
	news    bool // since wake
	closed  bool
}

var _ net.Listener = (*Listener)(nil)

// Listen announces an address such as "10.0.0.1:80" or ":80" on "tcp" or "tcp4";
// port 0 is replaced by a free one. The result is a [*Listener].
func (s *Stack) Listen(network, address string) (net.Listener, error) {
	proto, err := transport(network)
	if err == nil && proto != "tcp" {
		err = net.UnknownNetworkError(network)
	}
	if err != nil {
		return nil, callError("listen", network, nil, nil, err)
	}
	local, err := resolve(network, address)
	if err != nil {
		return nil, callError("listen", network, nil, nil, err)
	}
	l, err := s.listenTCP(network, local, 0, Options{})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// ListenTCP announces local, whose zero address means every one of this host's and
// whose port 0 a free one. At most backlog connections wait to be accepted; 0 means
// Settings.Backlog. Connections begin with o. Errors wrap EADDRINUSE or
// EADDRNOTAVAIL.
func (s *Stack) ListenTCP(local netip.AddrPort, backlog int, o Options) (*Listener, error) {
	return s.listenTCP("tcp", local, backlog, o)
}

func (s *Stack) listenTCP(network string, local netip.AddrPort, backlog int, o Options) (*Listener, error) {
	s.mu.Lock()
	defer s.unlock()
	if s.closed {
		return nil, callError("listen", network, nil, tcpAddr(local), net.ErrClosed)
	}
	e, err := s.engine.Listen(s.now(), wildcard(local), backlog, o)
	if err != nil {
		return nil, callError("listen", network, nil, tcpAddr(local), err)
	}
	l := &Listener{stack: s, tcp: e, network: network, local: e.Addr()}
	l.waiting.init(s)
	e.Notify = l.notice
	s.enter(l)
	return l, nil
}

func (l *Listener) notice(engine.Notice) {
	if !l.news {
		l.news = true
		l.stack.woken = append(l.stack.woken, l)
	}
}

func (l *Listener) wake() {
	l.news = false
	l.waiting.bell.Broadcast()
}

func (l *Listener) shut() {
	l.closed = true
	l.tcp.Notify = nil
	l.tcp.Close(l.stack.now())
	l.waiting.end()
}

// Accept waits for the next connection; it is a [*Conn].
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return c, nil
}

// AcceptTCP waits for the next connection. Errors wrap net.ErrClosed or
// os.ErrDeadlineExceeded.
func (l *Listener) AcceptTCP() (*Conn, error) {
	l.stack.mu.Lock()
	defer l.stack.unlock()
	for {
		switch err := l.waiting.late(); {
		case l.closed:
			return nil, l.fail("accept", net.ErrClosed)
		case err != nil:
			return nil, l.fail("accept", err)
		}
		if e := l.tcp.Accept(); e != nil {
			return l.stack.newConn(e, l.network), nil
		}
		l.stack.wait(&l.waiting)
	}
}

// Close ends the announcement. Connections nobody accepted are reset; blocked calls
// return.
func (l *Listener) Close() error {
	l.stack.mu.Lock()
	defer l.stack.unlock()
	if l.closed {
		return l.fail("close", net.ErrClosed)
	}
	delete(l.stack.open, l)
	l.shut()
	return nil
}

// Addr returns the local socket, a *net.TCPAddr.
func (l *Listener) Addr() net.Addr { return tcpAddr(l.local) }

// SetDeadline lets Accept fail with os.ErrDeadlineExceeded from t on, also where it
// waits already. The zero time means never.
func (l *Listener) SetDeadline(t time.Time) error {
	l.stack.mu.Lock()
	defer l.stack.unlock()
	if l.closed {
		return l.fail("set", net.ErrClosed)
	}
	l.waiting.setDeadline(t)
	return nil
}

func (l *Listener) fail(op string, err error) error {
	return callError(op, l.network, nil, l.Addr(), err)
}
