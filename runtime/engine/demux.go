package engine

// lookup returns the connection of a flow, or nil; listeners come after that.
// Packets come in trains, so the last one found is tried first.
func (e *Engine) lookup(f flow) *Conn {
	if c := e.latest; c != nil && c.flow == f {
		return c
	}
	c := e.conns[f]
	if c != nil {
		e.latest = c
	}
	return c
}

// listenerFor returns the listener at a socket: the one bound to the address
// before the one that takes every local address; nil if there is none.
func (e *Engine) listenerFor(s socket) *Listener {
	if l := e.listeners[s]; l != nil {
		return l
	}
	return e.listeners[socket{port: s.port}]
}

// full tells whether there are as many connections as there may be.
func (e *Engine) full() bool {
	return len(e.conns) >= e.cfg.Settings.Connections+e.timeWaits.count
}

// choosePort chooses an ephemeral port by RFC 6056, 3.3.3: it begins where a keyed
// hash of the other sockets says, and goes on from there by one for each choice.
// 0 means that every port is in use.
func (e *Engine) choosePort(f flow, inUse func(port uint16) bool) uint16 {
	s := &e.cfg.Settings
	ports := uint32(s.LastPort-s.FirstPort) + 1
	f.localPort = 0
	offset := uint32(e.keyed(f, forPort))
	for range ports {
		port := s.FirstPort + uint16((offset+e.nextPort)%ports)
		e.nextPort++
		if !inUse(port) {
			return port
		}
	}
	return 0
}
