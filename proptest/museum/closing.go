package museum

const github = "https://github.com/"

// closing is bugs of CLOSE and FIN.
var closing = []Entry{
	{
		ID: "1", Stack: "gVisor", Year: "2026", Where: Text, Property: "CLOSE",
		Title:   "CLOSE with text queued behind a closed window leaves the state ESTABLISHED for ever",
		Origin:  []string{github + "google/gvisor/issues/13393", github + "google/gvisor/pull/13401"},
		Planted: "CLOSE enters FIN-WAIT-1 only when the FIN is sent",
		Patches: []Patch{
			{"spec/tcp/calls.spec", `{ FIN-queued <- true; goto FIN-WAIT-1; return ok }`, `{ FIN-queued <- true; return ok }`},
			{"spec/tcp/output.spec", `if state in CLOSE-WAIT { goto LAST-ACK }`,
				`if state in CLOSE-WAIT { goto LAST-ACK }
      if state in ESTABLISHED { goto FIN-WAIT-1 }`},
		},
	},
	{
		ID: "3", Stack: "gVisor", Year: "2019", Where: Text, Property: "only-the-ACK-counts",
		Title:   "LAST-ACK goes to CLOSED before our FIN is acknowledged",
		Origin:  []string{github + "google/gvisor/commit/27e2c4ddc"},
		Planted: "in LAST-ACK any segment with an ACK deletes the TCB, before its numbers are looked at",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec", `  step first "check sequence number" {
`, `  step first "check sequence number" {
    in LAST-ACK { rule seq.anything  if ACK  "planted" { delete-TCB; drop } }
`}},
	},
	{
		ID: "5", Stack: "gVisor", Year: "2021", Where: Text, Property: "text-with-the-handshake",
		Title:   "text or FIN on the ACK that completes the handshake is dropped",
		Origin:  []string{github + "google/gvisor/commit/03f17c7d9"},
		Planted: "SYN-RECEIVED takes the ACK and drops the rest of the segment",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec",
			`{ take-SYN-acknowledgment; enter-ESTABLISHED }`, `{ take-SYN-acknowledgment; enter-ESTABLISHED; drop }`}},
	},
	{
		ID: "7", Stack: "gVisor", Year: "2021", Where: Runtime, Property: "D0 one owner",
		Title:   "a SYN is acknowledged in TIME-WAIT because a queue of segments outlives its connection",
		Origin:  []string{github + "google/gvisor/commit/45cd7c1b1"},
		Planted: "the connection found for the last segment is used for the next one although it is deleted",
		Nearest: "segments wait in no queue here: what can be stale is the demultiplexer's memory of the last connection",
		Patches: []Patch{{"runtime/engine/perform.go", `	if e.latest == c {
		e.latest = nil
	}
`, ``}},
		Check: Check{"./proptest", "TestStack/^again$"},
	},
	{
		ID: "9", Stack: "smoltcp", Year: "2021", Where: Text, Property: "ends-for-cause",
		Title:   "any ACK takes LAST-ACK to CLOSED, not only the one of our FIN",
		Origin:  []string{github + "smoltcp-rs/smoltcp/issues/470", github + "smoltcp-rs/smoltcp/pull/477"},
		Planted: "the guard FIN-acknowledged is gone",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec",
			`rule ack.CLOSED  if FIN-acknowledged  SA-ACK-13`, `rule ack.CLOSED  if ACK  SA-ACK-13`}},
	},
	{
		ID: "11", Stack: "smoltcp", Year: "2020", Where: Text, Property: "text-in-sequence",
		Title:   "FIN-WAIT-2 takes no text",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/350", github + "smoltcp-rs/smoltcp/pull/388"},
		Planted: "FIN-WAIT-2 does not process segment text",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec", `  step seventh "process the segment text" {
    in may-receive {`, `  step seventh "process the segment text" {
    in ESTABLISHED | FIN-WAIT-1 {`}},
	},
	{
		ID: "13", Stack: "smoltcp", Year: "2024", Where: Text, Property: "shrunk-window",
		Title:   "in CLOSING the FIN is not retransmitted",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/1026"},
		Planted: "CLOSING ignores the retransmission timeout",
		Patches: []Patch{
			{"spec/tcp/timeouts.spec", `on timeout RETRANSMISSION in SYN-SENT | SYN-RECEIVED | may-transmit  @`,
				`on timeout RETRANSMISSION in SYN-SENT | SYN-RECEIVED | ESTABLISHED | CLOSE-WAIT | FIN-WAIT-1 | LAST-ACK  @`},
			{"spec/tcp/timeouts.spec", `on timeout RETRANSMISSION in CLOSED | LISTEN | FIN-WAIT-2 | TIME-WAIT {`,
				`on timeout RETRANSMISSION in CLOSED | LISTEN | FIN-WAIT-2 | CLOSING | TIME-WAIT {`},
		},
	},
	{
		ID: "15", Stack: "smoltcp", Year: "2020", Where: Text, Property: "give-up",
		Title:   "SYN-SENT ignores the user timeout; FIN and ACK are sent for ever",
		Origin:  []string{github + "smoltcp-rs/smoltcp/issues/323", github + "smoltcp-rs/smoltcp/issues/1049"},
		Planted: "no timeout ends a connection in SYN-SENT or FIN-WAIT-1",
		Patches: []Patch{{"spec/tcp/timeouts.spec", `    { signal user-timeout; give-up }`,
			`    { if not state in SYN-SENT | FIN-WAIT-1 { signal user-timeout; give-up } }`},
			{"spec/tcp/timeouts.spec", `    { signal connection-timed-out; give-up }
}

on timeout TIME-WAIT`, `    { if not state in SYN-SENT | FIN-WAIT-1 { signal connection-timed-out; give-up } }
}

on timeout TIME-WAIT`}},
	},
	{
		ID: "17", Stack: "Zephyr", Year: "2021", Where: Runtime, Property: "R1 stream integrity",
		Title:   "[FIN,PSH,ACK] is no FIN in FIN-WAIT-2: the connection is stuck",
		Origin:  []string{github + "zephyrproject-rtos/zephyr/issues/37842"},
		Planted: "the FIN is counted only in segments with FIN and ACK and nothing else",
		Patches: []Patch{{"runtime/engine/input.go", `	if s.CTL.Has(tcp.FIN) {
		s.LEN++`, `	if s.CTL == tcp.FIN|tcp.ACK {
		s.LEN++`}},
		Check: Check{"./proptest", "TestStack/^transfer$"},
	},
	{
		ID: "19", Stack: "FreeRTOS+TCP", Year: "2025", Where: Text, Property: "FIN-is-taken",
		Title:   "a FIN in FIN-WAIT-1 or FIN-WAIT-2 leads to LAST-ACK or CLOSE-WAIT",
		Origin:  []string{github + "FreeRTOS/FreeRTOS-Plus-TCP/issues/1303"},
		Planted: "the targets of two transitions are wrong",
		Patches: []Patch{
			{"spec/tcp/segment-arrives.spec", `{ goto CLOSING } }`, `{ goto LAST-ACK } }`},
			{"spec/tcp/segment-arrives.spec", `"Enter the TIME-WAIT state."           { enter-TIME-WAIT } }`,
				`"Enter the TIME-WAIT state."           { goto CLOSE-WAIT } }`},
		},
	},
	{
		ID: "21", Stack: "uTCP", Year: "2023", Where: Text, Property: "progress-restarts",
		Title:   "a session is stuck in FIN-WAIT-1 for four hours",
		Origin:  []string{github + "robur-coop/utcp/issues/27"},
		Planted: "an ACK of a part of what is outstanding stops the retransmission timer",
		Patches: []Patch{{"spec/tcp/acknowledgment.spec", `        SYN-outstanding <- false
        if SND.urgent and SND.UP =< SND.UNA { SND.urgent <- false }
        if outstanding { restart-retransmission } else { rest-retransmission }`, `        SYN-outstanding <- false
        if SND.urgent and SND.UP =< SND.UNA { SND.urgent <- false }
        rest-retransmission`}},
	},
	{
		ID: "23", Stack: "FreeBSD", Year: "2021", Where: Runtime, Property: "S9r a FIN is the end",
		Title:   "a FIN is lost in reassembly; the stack fights itself with ACKs, LAST-ACK has no timer",
		Origin:  []string{"https://reviews.freebsd.org/D30451"},
		Planted: "a FIN that was held is counted, and its control bit forgotten",
		Patches: []Patch{{"runtime/engine/input.go", `		seg.LEN++
		seg.CTL |= tcp.FIN
`, `		seg.LEN++
`}},
		Check: Check{"./proptest", "TestStack/^unruly$"},
	},
	{
		ID: "25", Stack: "lwIP", Where: Runtime, Property: "S9r a FIN is the end",
		Title:   "text behind a FIN, and two FINs, in the queue of what is out of order",
		Origin:  []string{"https://savannah.nongnu.org/bugs/?28288", "https://savannah.nongnu.org/bugs/?28054"},
		Planted: "text beyond a known FIN is held",
		Patches: []Patch{{"runtime/buffer/receive.go", `	if r.hasFIN {
		end = min(end, r.fin)
	}
`, ``}},
		Check: Check{"./proptest", "TestStack/^unruly$"},
	},
}
