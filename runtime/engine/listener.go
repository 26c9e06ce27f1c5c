package engine

import "net/netip"

// Listener is a connection in LISTEN, which every SYN forks.
type Listener struct {
	// Notify, if set, gets Acceptable and Closed. It must not call the engine.
	Notify func(Notice)
}

// Addr returns the local socket.
func (l *Listener) Addr() netip.AddrPort { return netip.AddrPort{} }

// Accept returns the connection that has waited longest; nil if there is none: a
// notice Acceptable will come. The connection may have received text, its peer's
// FIN, or a reset meanwhile: set Conn.Notify, then try Read.
func (l *Listener) Accept() *Conn { return nil }

// Close deletes the listener and resets the connections nobody accepted.
func (l *Listener) Close(now Time) {}
