package museum

// window is bugs of flow control and of closed windows.
var window = []Entry{
	{
		ID: "27", Stack: "Linux", Year: "1996-2020", Where: Text, Property: "window-update",
		Title:   "SND.WL1 is not updated on the fast path; after 2 GiB one way window updates are ignored for ever",
		Origin:  []string{"https://engineering.skroutz.gr/blog/uncovering-a-24-year-old-bug-in-the-linux-kernel/"},
		Planted: "a segment with text updates SND.WND and not SND.WL1",
		Patches: []Patch{{"spec/tcp/acknowledgment.spec", `  SND.WND <- scaled-window
  SND.WL1 <- SEG.SEQ
  SND.WL2 <- SEG.ACK
  MAX.SND.WND <- max(MAX.SND.WND, SND.WND)
  if SND.WND > 0 {`, `  SND.WND <- scaled-window
  if text-length = 0 { SND.WL1 <- SEG.SEQ }
  SND.WL2 <- SEG.ACK
  MAX.SND.WND <- max(MAX.SND.WND, SND.WND)
  if SND.WND > 0 {`}},
	},
	{
		ID: "29", Stack: "gVisor", Year: "2020", Where: Text, Property: "untimely-timers",
		Title:   "a closed window is never probed",
		Origin:  []string{github + "google/gvisor/issues/1644", github + "google/gvisor/commit/e590314fe"},
		Planted: "the persist timer expires and nothing is sent",
		Patches: []Patch{
			{"spec/tcp/timeouts.spec", `    rule persist.text     if queued > 0 and not outstanding  TO-PERSIST`,
				`    rule persist.text     if queued > 0 and not outstanding and usable-window > 0  TO-PERSIST`},
			{"spec/tcp/timeouts.spec", `    rule persist.FIN      if FIN-pending and not outstanding  TO-PERSIST`,
				`    rule persist.FIN      if FIN-pending and not outstanding and usable-window > 0  TO-PERSIST`},
			{"spec/tcp/timeouts.spec", `    rule persist.nothing  { }`, `    rule persist.nothing  { start PERSIST }`},
		},
	},
	{
		ID: "31a", Stack: "gVisor", Year: "2020", Where: Text, Property: "RECEIVE",
		Title: "the right edge of the offered window moves left",
		Origin: []string{github + "google/gvisor/commit/028e045da", github + "google/gvisor/commit/db36d948f",
			github + "google/gvisor/issues/4903"},
		Planted: "RECEIVE computes the window anew from the room there is, whatever was offered",
		Patches: []Patch{{"spec/tcp/calls.spec", `if wanted >= RCV.WND + receive-edge-step  OUT-WUPD`, `if wanted > 0  OUT-WUPD`}},
	},
	{
		ID: "31b", Stack: "gVisor", Year: "2020", Where: Runtime, Property: "S7k the window told is the window kept",
		Title:   "a closed window is not advertised as such",
		Origin:  []string{github + "google/gvisor/commit/3075ede86", github + "google/gvisor/commit/b645fcd24"},
		Planted: "the window field is never 0, whatever is stored",
		Patches: []Patch{{"runtime/engine/output.go", `return uint16(min(c.tcb.RCV.ADV.Sub(s.ACK)>>c.tcb.Rcv.Wind.Shift, 65535))`,
			`return uint16(max(1, min(c.tcb.RCV.ADV.Sub(s.ACK)>>c.tcb.Rcv.Wind.Shift, 65535)))`}},
		Check: Check{"./proptest", "TestStack/^(anything|closed-window)$"},
	},
	{
		ID: "33", Stack: "gVisor", Year: "2020", Where: Text, Property: "nothing-kept-back",
		Title:   "the check against splitting compares the whole write with the window: silence until a timeout",
		Origin:  []string{github + "google/gvisor/commit/162848e12", github + "google/gvisor/commit/c9446f053"},
		Planted: "text goes out only if all that is queued fits the window",
		Patches: []Patch{{"spec/tcp/output.spec", `    rule output.text  if n > 0 and (n = SND.MSS`, `    rule output.text  if n > 0 and D =< U and (n = SND.MSS`}},
	},
	{
		ID: "35", Stack: "gVisor", Year: "2024", Where: Text, Property: "window-update",
		Title:   "a peer that shrinks its window: the throughput collapses",
		Origin:  []string{github + "google/gvisor/issues/10312"},
		Planted: "the sender does not follow a right edge that moves left",
		Patches: []Patch{{"spec/tcp/acknowledgment.spec", `  let closed = SND.WND = 0
  SND.WND <- scaled-window
`, `  let closed = SND.WND = 0
  SND.WND <- max(scaled-window, SND.WND)
`}},
	},
	{
		ID: "37", Stack: "smoltcp", Year: "2021", Where: Text, Property: "numbers-of-segments",
		Title:   "a retransmission into a closed window: empty packets without end",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/538", github + "smoltcp-rs/smoltcp/commit/675c0a10"},
		Planted: "a retransmission into a closed window carries nothing",
		Patches: []Patch{{"spec/tcp/output.spec", `let n    = min(left, SND.MSS if SND.WND > 0 else 1)`, `let n    = min(left, SND.MSS if SND.WND > 0 else 0)`}},
	},
	{
		ID: "39", Stack: "smoltcp", Year: "2023", Where: Text, Property: "blind-reset",
		Title:   "segment acceptability asks for both ends to be in the window, not for one of them",
		Origin:  []string{github + "smoltcp-rs/smoltcp/commit/6acc2b47"},
		Planted: "and for or in Table 6",
		Patches: []Patch{{"spec/tcp/words.spec", `(SEQ-in-window or last-octet-in-window)`, `(SEQ-in-window and last-octet-in-window)`}},
	},
	{
		ID: "41", Stack: "smoltcp", Year: "2026", Where: Runtime, Property: "L14 a peer that lives is not given up",
		Title:   "the zero-window probe passes through the gate of the congestion window and is never sent",
		Origin:  []string{github + "smoltcp-rs/smoltcp/commit/521e722b"},
		Planted: "a probe waits until the windows, the peer's and the congestion window, let an octet go",
		Patches: []Patch{{"runtime/engine/timers.go", `	out := c.begin()
	c.tcb.Expires(t, c.unsent(), out)
`, `	if t == tcp.TimerPersist && min(c.tcb.SND.WND, c.recovery.room(c.tcb.SND.UNA, c.tcb.SND.NXT)) == 0 {
		c.deadlines[t] = now.Add(c.duration(t))
		return
	}
	out := c.begin()
	c.tcb.Expires(t, c.unsent(), out)
`}},
		Check: Check{"./proptest", "TestStack/^closed-window$"},
	},
	{
		ID: "43", Stack: "EDK2 TcpDxe", Year: "2017", Where: Text, Property: "window-update",
		Title:   "deadlock after a closed window: a reduced window is taken for an old one",
		Origin:  []string{github + "tianocore/edk2/issues/6949"},
		Planted: "a segment with the same SEQ and ACK as the last update cannot open the window",
		Patches: []Patch{{"spec/tcp/words.spec", `SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK)`, `SND.WL1 = SEG.SEQ and SND.WL2 < SEG.ACK)`}},
	},
	{
		ID: "45", Stack: "arcbox, loliOS", Year: "2021, 2026", Where: Text, Property: "a-reason-to-stop",
		Title:   "a lost window update is a deadlock",
		Origin:  []string{github + "arcboxlabs/arcbox/pull/477", github + "apsun/loliOS/issues/34"},
		Planted: "there is no persist timer",
		Patches: []Patch{{"spec/tcp/output.spec", `      { start PERSIST; start USER }`, `      { start USER }`}},
	},
}
