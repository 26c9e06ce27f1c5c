package museum

// resources is bugs of what is never given back, and of calls that never return.
var resources = []Entry{
	{
		ID: "85", Stack: "gVisor", Year: "2025", Where: Runtime, Property: "R4 conservation",
		Title:   "handshakes that time out leak: gateways run out of memory",
		Origin:  []string{github + "google/gvisor/commit/e22e7c46e", github + "xjasonlyu/tun2socks/pull/529"},
		Planted: "a handshake that fails stays counted among the half-open",
		Patches: []Patch{{"runtime/engine/perform.go", `		c.e.halfOpen--
		if !c.waiting {
`, `		if c.waiting {
			c.e.halfOpen--
		} else {
`}},
		Check: Check{"./proptest", "TestStack/^(vanishing|anything)$"},
	},
	{
		ID: "87", Stack: "lwIP", Year: "2009", Where: Runtime, Property: "R4 conservation",
		Title:   "a place in the backlog is not given back when SYN-RECEIVED times out",
		Origin:  []string{"https://savannah.nongnu.org/bugs/?25467"},
		Planted: "the place of a handshake that fails stays taken",
		Patches: []Patch{{"runtime/engine/perform.go", `			c.listener.places--
			c.listener = nil
`, `			c.listener = nil
`}},
		Check: Check{"./proptest", "TestStack/^(vanishing|anything)$"},
	},
	{
		ID: "89", Stack: "wireguard-go netstack", Year: "2022-25", Where: Runtime, Property: "R9c every call returns",
		Title: "Close during Connect blocks for ever; goroutines leak",
		Origin: []string{github + "WireGuard/wireguard-go/pull/59", github + "WireGuard/wireguard-go/pull/85",
			github + "WireGuard/wireguard-go/pull/101", github + "WireGuard/wireguard-go/pull/134"},
		Planted: "a Dial is woken neither when its context is done nor when the stack closes",
		Patches: []Patch{
			{"runtime/socket/dial.go", `		s.mu.Lock()
		c.writing.bell.Broadcast()
		s.mu.Unlock()
	})`, `	})`},
			{"runtime/socket/conn.go", `	c.reading.end()
	c.writing.end()
`, `	c.reading.end()
`},
		},
		Check: Check{"./proptest", "TestStack/^blocking$"},
	},
	{
		ID: "91", Stack: "Shadow", Year: "2014", Where: Runtime, Property: "R9 no wake-up is lost",
		Title:   "nobody is told that he may write again after a retransmission: the application waits for ever",
		Origin:  []string{github + "shadow/shadow/issues/191"},
		Planted: "room that comes of text sent again is not told",
		Patches: []Patch{{"runtime/engine/perform.go", `		if c.blocked && c.out.Room() >= c.out.Len()/2 {
`, `		if c.blocked && c.retransmitted == 0 && c.out.Room() >= c.out.Len()/2 {
`}},
		Check: Check{"./proptest", "TestStack/^(anything|transfer)$"},
	},
}
