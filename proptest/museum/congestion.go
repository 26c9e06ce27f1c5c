package museum

// congestion is bugs of retransmission and of congestion control.
var congestion = []Entry{
	{
		ID: "71", Stack: "gVisor", Year: "2024", Where: Text, Property: "loss-is-told",
		Title:   "segments split anew for a smaller path MTU are counted as lost",
		Origin:  []string{github + "google/gvisor/commit/fe4459dba"},
		Planted: "a probe of a closed window that is sent again counts as a loss",
		Nearest: "there is no path MTU discovery here; the other thing that is sent again and was not lost is a probe",
		Patches: []Patch{{"spec/tcp/timeouts.spec", `if SND.WND > 0 or SYN-outstanding { timed-out }`, `timed-out`}},
	},
	{
		ID: "73", Stack: "gVisor", Year: "2021-23", Where: Runtime, Property: "C7 the RTO is that of RFC 6298",
		Title:   "the flow stops when round trips are tiny",
		Origin:  []string{github + "google/gvisor/issues/6113"},
		Planted: "the retransmission timeout has no floor: round trips of no time make it 0, and the timer never rings",
		Patches: []Patch{{"runtime/engine/rtt.go", `	r.base = max(r.SRTT+max(s.Granularity, 4*r.RTTVAR), s.RTOMin)
`, `	r.base = r.SRTT + 4*r.RTTVAR
`}},
		Check: Check{"./proptest", "TestStack/^(transfer|vanishing|faultless)$"},
	},
	{
		ID: "75", Stack: "gVisor", Year: "2026", Where: Runtime, Property: "C5 goodput recovers",
		Title:   "CUBIC lets an ACK reduce the congestion window",
		Origin:  []string{github + "google/gvisor/commit/5f8c66e26"},
		Planted: "in congestion avoidance the window becomes what was in flight",
		Nearest: "congestion control is Reno's here",
		Patches: []Patch{{"runtime/engine/reno.go", `			r.counted -= r.cwnd
			r.grow(r.mss)
`, `			r.counted -= r.cwnd
			r.cwnd = flight
`}},
		Check: Check{"./proptest", "TestStack/^(recovering|transfer)$"},
	},
	{
		ID: "77", Stack: "quiche", Year: "2026", Where: Runtime, Property: "C5 goodput recovers",
		Title:   "after an early loss the congestion window of CUBIC stays at its minimum for ever",
		Origin:  []string{"https://onlylabs.fyi/signals/78bfe7c8-7194-45b3-a9e8-9db6918eb075"},
		Planted: "each ACK begins the counting of congestion avoidance anew",
		Nearest: "congestion control is Reno's here",
		Patches: []Patch{{"runtime/engine/reno.go", `		r.counted += min(n, r.cwnd)
`, `		r.counted = min(n, r.cwnd)
`}},
		Check: Check{"./proptest", "TestStack/^recovering$"},
	},
	{
		ID: "79a", Stack: "smoltcp", Year: "2026", Where: Runtime, Property: "C1g cwnd grows by what is acknowledged",
		Title:   "ACKs that acknowledge nothing make the congestion window grow",
		Origin:  []string{github + "smoltcp-rs/smoltcp/commit/8a616d2f"},
		Planted: "a duplicate ACK counts as a segment acknowledged",
		Patches: []Patch{{"runtime/engine/newreno.go", `	flight := nxt.Sub(una)
	r.duplicates++
`, `	flight := nxt.Sub(una)
	r.control.Acknowledged(r.mss, flight)
	r.duplicates++
`}},
		Check: Check{"./proptest", "TestStack/^(recovering|transfer)$"},
	},
	{
		ID: "79b", Stack: "smoltcp", Year: "2026", Where: Runtime, Property: "C3 one reduction for each window of loss",
		Title:   "each retransmission timeout halves ssthresh, also a repeated one",
		Origin:  []string{github + "smoltcp-rs/smoltcp/commit/25239972"},
		Planted: "ssthresh is not held when the same segment times out again",
		Patches: []Patch{{"runtime/engine/reno.go", `	if !again {
		r.Lost(flight)
	}
`, `	r.Lost(min(flight, r.ssthresh))
`}},
		Check: Check{"./proptest", "TestStack/^(vanishing|recovering|transfer)$"},
	},
	{
		ID: "81", Stack: "smoltcp", Year: "2023", Where: Runtime, Property: "D1 there is one path",
		Title:   "a full reassembly refuses the very segment that would empty it",
		Origin:  []string{github + "smoltcp-rs/smoltcp/issues/452", github + "smoltcp-rs/smoltcp/pull/735"},
		Planted: "while the greatest number of pieces is held no segment with text is taken",
		Patches: []Patch{
			{"runtime/engine/input.go", `	e, seg := c.e, a.segment
`, `	e, seg := c.e, a.segment
	if _, pieces := c.in.Held(); pieces == e.cfg.Settings.Pieces && len(a.header.Payload) > 0 {
		return
	}
`},
		},
		Check: Check{"./proptest", "TestStack/^(anything|transfer)$"},
	},
	{
		ID: "83", Stack: "NuttX", Year: "2024", Where: Text, Property: "give-up",
		Title:   "a connection is not closed when the retransmissions are exhausted",
		Origin:  []string{github + "apache/nuttx/pull/12391"},
		Planted: "R2 starts over again",
		Patches: []Patch{{"spec/tcp/timeouts.spec", `    { signal connection-timed-out; give-up }
}

on timeout TIME-WAIT`, `    { start GIVE-UP }
}

on timeout TIME-WAIT`}},
	},
}
