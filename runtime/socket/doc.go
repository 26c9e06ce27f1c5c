// Package socket gives programs the sockets they know from package net, on a
// TCP/IP stack that lives in the program itself.
//
//	stack, err := socket.New(link, socket.Config{Addrs: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/24")}})
//	conn, err := stack.Dial("tcp", "10.0.0.2:80")
//	listener, err := stack.Listen("tcp", ":8080")
//	err = http.Serve(listener, nil)
//	client := http.Client{Transport: &http.Transport{DialContext: stack.DialContext}}
//
// The protocol is not here: a [Stack] owns one engine and hands it packets, calls
// and the time. This package is the only place with goroutines, locks and a clock.
//
// # What runs
//
// One goroutine per link receives packets in batches, and one timer stands for all
// timers of all connections. A connection has no goroutine of its own. One mutex
// guards the engine and everything of this package; nobody blocks while holding it,
// and callers wait on condition variables of their own socket. Nothing polls. In a
// bubble of testing/synctest all of it therefore works unchanged, in virtual time.
//
// # Errors
//
// Errors are what package net returns: a [net.OpError] around [net.ErrClosed],
// [os.ErrDeadlineExceeded], syscall.ECONNREFUSED, ECONNRESET, ETIMEDOUT, EPIPE and
// the like, and a bare [io.EOF] after the peer's FIN. Names of hosts and services
// are not looked up.
package socket
