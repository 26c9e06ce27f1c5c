package link

// FaultLink is a link with faults.
type FaultLink struct {
	link     Link
	out, in  *lane
	received *inbox // if a goroutine receives
}

// WithFaults puts faults on a link. Packets that are late are passed on when a
// timer says so. If there are faults on received packets, a goroutine receives
// them, until Close.
func WithFaults(l Link, config FaultConfig) *FaultLink {
	f := &FaultLink{link: l}
	f.out = newLane(config.Seed, Outbound, config.Out, l.Send)
	f.in = newLane(config.Seed, Inbound, config.In, nil)
	if config.In.any() {
		f.received = new(inbox)
		f.received.init(4096)
		f.in.next = f.received.add
		go f.pump()
	}
	return f
}

// pump receives until the link ends.
func (f *FaultLink) pump() {
	var batch [64]*Packet
	for {
		n, err := f.link.Recv(batch[:])
		if err != nil {
			f.received.close(err)
			return
		}
		_ = f.in.pass(batch[:n]) // the inbox has taken or dropped them
	}
}

// MTU implements Link.
func (f *FaultLink) MTU() int { return f.link.MTU() }

// Send implements Link.
func (f *FaultLink) Send(batch []*Packet) error { return f.out.pass(batch) }

// Recv implements Link.
func (f *FaultLink) Recv(batch []*Packet) (int, error) {
	if f.received != nil {
		return f.received.take(batch)
	}
	for {
		n, err := f.link.Recv(batch)
		if err != nil || !f.in.loseIfCut(batch[:n]) {
			return n, err
		}
	}
}

// Close implements Link. Packets that are late are lost.
func (f *FaultLink) Close() error {
	f.out.close()
	f.in.close()
	return f.link.Close()
}

// Cut interrupts one direction of the link, or mends it. What comes to the link
// meanwhile is lost; what is late already arrives.
func (f *FaultLink) Cut(direction Direction, cut bool) {
	l := f.lane(direction)
	l.mu.Lock()
	l.cut = cut
	l.mu.Unlock()
}

// Counters tells what happened in one direction.
func (f *FaultLink) Counters(direction Direction) FaultCounters {
	l := f.lane(direction)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counters
}

func (f *FaultLink) lane(direction Direction) *lane {
	if direction == Outbound {
		return f.out
	}
	return f.in
}
