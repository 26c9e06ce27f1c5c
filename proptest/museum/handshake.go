package museum

// handshake is bugs of acknowledgments, resets and the handshake.
var handshake = []Entry{
	{
		ID: "47a", Stack: "smoltcp", Year: "2021", Where: Text, Property: "delays-acknowledgment",
		Title:   "no acknowledgment after two full segments",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/530"},
		Planted: "every third full segment is acknowledged at once, not every second",
		Patches: []Patch{{"spec/tcp/acknowledgment.spec", `RCV.NXT - Last.ACK.sent >= 2 * SND.MSS`, `RCV.NXT - Last.ACK.sent >= 3 * SND.MSS`}},
	},
	{
		ID: "47b", Stack: "smoltcp", Year: "2020", Where: Runtime, Property: "T1 an unacceptable segment gets an ACK",
		Title:   "the number in an acknowledgment is stale",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/353"},
		Planted: "of the acknowledgments of one batch the first is sent, not the last",
		Patches: []Patch{{"runtime/engine/output.go", `	c.ack, c.ackPending = *s, true
`, `	if !c.ackPending {
		c.ack, c.ackPending = *s, true
	}
`}},
		Check: Check{"./proptest", "TestStack/^(anything|transfer)$"},
	},
	{
		ID: "49a", Stack: "smoltcp", Year: "2021", Where: Text, Property: "no-answer-to-empty",
		Title:   "challenge ACKs answer challenge ACKs for ever",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/542"},
		Planted: "an unacceptable segment without text is acknowledged without limit, one at the right edge too",
		Patches: []Patch{
			{"spec/tcp/segment-arrives.spec", `            amended { }
          }
        }
      rule seq.RST`, `            amended { send-ACK; drop }
          }
        }
      rule seq.RST`},
			{"spec/tcp/segment-arrives.spec", `        note "the same, within the limit: nobody waits for it"
        { challenge-ACK; drop }`, `        note "the same, within the limit: nobody waits for it"
        { send-ACK; drop }`},
		},
	},
	{
		ID: "49b", Stack: "smoltcp", Year: "2026", Where: Text, Property: "unacceptable-gets-ACK",
		Title:   "the limit that cured it makes lossy links crawl at one exchange a second",
		Origin:  []string{github + "smoltcp-rs/smoltcp/commit/9d532a7b"},
		Planted: "the limit of challenge ACKs counts answers to text sent again",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec",
			`        "If an incoming segment is not acceptable, an acknowledgment should be sent in reply"
        { send-ACK; drop }`, `        "If an incoming segment is not acceptable, an acknowledgment should be sent in reply"
        { challenge-ACK; drop }`}},
	},
	{
		ID: "51", Stack: "FreeRTOS+TCP", Year: "2023", Where: Runtime, Property: "T6 the form of a reset",
		Title:   "the reset for a full backlog acknowledges SEG.SEQ and not SEG.SEQ+1: the peer ignores it",
		Origin:  []string{github + "FreeRTOS/FreeRTOS-Plus-TCP/issues/700"},
		Planted: "the SYN is not counted in SEG.LEN",
		Nearest: "a full backlog is silent here; the reset is that of a port where nobody listens",
		Patches: []Patch{{"runtime/engine/input.go", `	if s.CTL.Has(tcp.SYN) {
		s.LEN++
`, `	if s.CTL.Has(tcp.SYN) {
`}},
		Check: Check{"./proptest", "TestStack/^(anything|hostile)$"},
	},
	{
		ID: "53", Stack: "smoltcp", Year: "2025", Where: Text, Property: "listener",
		Title:   "a listening socket accepts a RST",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/1058"},
		Planted: "a RST takes LISTEN to CLOSED",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec", `"An incoming RST should be ignored.  Return."
      { drop }`, `"An incoming RST should be ignored.  Return."
      { delete-TCB; drop }`}},
	},
	{
		ID: "55a", Stack: "lneto", Year: "2026", Where: Text, Property: "receive-advances",
		Title:   "a SYN is taken on a synchronized connection",
		Origin:  []string{github + "soypat/lneto/pull/44"},
		Planted: "a SYN in the window begins the receive side anew",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec",
			`TCP MUST send an ACK (also referred to as challenge ACK)"
      { challenge-ACK; drop }`, `TCP MUST send an ACK (also referred to as challenge ACK)"
      { synchronize-receive; send-ACK; drop }`}},
	},
	{
		ID: "55b", Stack: "lneto", Year: "2026", Where: Text, Property: "unacceptable-gets-ACK",
		Title:   "a segment outside of the window gets no ACK",
		Origin:  []string{github + "soypat/lneto/pull/45"},
		Planted: "unacceptable text is dropped in silence",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec",
			`        "If an incoming segment is not acceptable, an acknowledgment should be sent in reply"
        { send-ACK; drop }`, `        "If an incoming segment is not acceptable, an acknowledgment should be sent in reply"
        { drop }`}},
	},
	{
		ID: "55c", Stack: "lneto", Year: "2026", Where: Text, Property: "wrong-SYN-ACK",
		Title:   "challenge ACKs without end",
		Origin:  []string{github + "soypat/lneto/pull/73"},
		Planted: "challenge ACKs are counted and the count is not looked at",
		Patches: []Patch{{"spec/tcp/rfc5961.spec", `  if challenge-allowed { count-challenge; send-ACK }`, `  count-challenge
  send-ACK`}},
	},
	{
		ID: "57", Stack: "gVisor", Year: "2019", Where: Runtime, Property: "R1 stream integrity",
		Title:   "a segment is trimmed at its left edge and its sequence number is not moved",
		Origin:  []string{github + "google/gvisor/commit/9f4e1cb79"},
		Planted: "what is left of a trimmed segment is taken from its beginning",
		Patches: []Patch{{"runtime/engine/perform.go", `	offset := int(from.Sub(t.SEQ))
`, `	offset := 0 * int(from.Sub(t.SEQ))
`}},
		Check: Check{"./proptest", "TestStack/^(anything|transfer|closed-window)$"},
	},
	{
		ID: "59", Stack: "mirage-tcpip", Year: "2026", Where: Runtime, Property: "S2 acknowledgments are correct",
		Title:   "there are functions to verify the checksum, and nobody calls them",
		Origin:  []string{github + "mirage/mirage-tcpip/pull/539"},
		Planted: "the checksum of what arrives is not verified",
		Patches: []Patch{{"runtime/wire/tcp.go", `	if pseudo.addUint16(uint16(len(b))).Add(b).Checksum() != 0 {
		return h, TCPChecksum
	}
	h.SourcePort`, `	h.SourcePort`}},
		Check: Check{"./proptest", "TestStack/^transfer$"},
	},
}
