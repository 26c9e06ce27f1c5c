package museum

// arithmetic is bugs of numbers that wrap around, and of options.
var arithmetic = []Entry{
	{
		ID: "61", Stack: "libxlio, libvma (lwIP)", Year: "2023", Where: Runtime, Property: "R2 shift invariance",
		Title:   "numbers of text out of order are compared without regard to wrapping: the stream is corrupted",
		Origin:  []string{github + "Mellanox/libxlio/pull/26", github + "Mellanox/libvma/pull/1039"},
		Planted: "a difference of two sequence numbers is one of plain integers",
		Patches: []Patch{{"runtime/buffer/receive.go", `	begin := int64(int32(from.Sub(rcvNXT)))
`, `	begin := int64(from) - int64(rcvNXT)
`}},
		Check: Check{"./proptest", "TestStack/^(wrapping|shift)$"},
	},
	{
		ID: "63", Stack: "XNU", Year: "2026", Where: Runtime, Property: "R5 totality",
		Title:   "the clock of TCP freezes at 2^32 ms, after 49.7 days: TIME-WAIT never ends, ports run out",
		Origin:  []string{"https://core-jmp.org/2026/04/the-49-day-macos-time-bomb-how-a-tcp-timer-overflow-breaks-the-network-stack"},
		Planted: "timers are compared with a clock of 32 bits that is never turned back",
		Patches: []Patch{{"runtime/engine/engine.go", `func (e *Engine) Advance(now Time) {
`, `func (e *Engine) Advance(now Time) {
	now = min(now, (1<<32-1)*1_000_000)
`}},
		Check: Check{"./proptest", "TestStack/^(anything|wrapping|shift)$"},
	},
	{
		ID: "65", Stack: "smoltcp, lwIP", Year: "2008, 2021", Where: Text, Property: "R8 options as agreed",
		Title:   "an MSS option of 0: an endless loop, a division by zero",
		Origin:  []string{github + "smoltcp-rs/smoltcp/commit/43697943", "https://savannah.nongnu.org/bugs/?22249"},
		Planted: "the MSS option is believed, however small",
		Patches: []Patch{{"spec/tcp/rfc7323.spec", `  = max(SEG.MSS if SEG.MSS > 0 else default-MSS, 48)`, `  = SEG.MSS`}},
		Check:   Check{"./proptest", "TestStack/^(anything|hostile)$"},
	},
	{
		ID: "67", Stack: "smoltcp", Year: "2024", Where: Text, Property: "options-by-SYN",
		Title:   "the client never remembers that the server permits SACK",
		Origin:  []string{github + "smoltcp-rs/smoltcp/pull/995"},
		Planted: "whoever opens actively forgets that timestamps were agreed upon",
		Nearest: "there is no SACK here; timestamps are agreed upon in the same way, by both roles",
		Patches: []Patch{{"spec/tcp/segment-arrives.spec", `  step fourth "check the SYN bit" when SYN {
    synchronize-receive
    agree-options
`, `  step fourth "check the SYN bit" when SYN {
    synchronize-receive
    agree-options
    TS.OK <- false
`}},
	},
	{
		ID: "69", Stack: "Linux, FreeBSD", Year: "2018", Where: Runtime, Property: "S8p few pieces",
		Title:   "SegmentSmack: each segment costs a walk along all that is held out of order",
		Origin:  []string{"http://vuxml.org/freebsd/3c2eea8c-99bf-11e8-8bee-a4badb2f4699.html"},
		Planted: "a hundred times more pieces are held, and walked along one by one",
		Nearest: "a walk along few pieces is a little work; what bounds it is how many there may be, so that is what is asked",
		Patches: []Patch{
			{"runtime/buffer/receive.go", `	if len(r.pieces) < r.maxPieces {
`, `	if len(r.pieces) < 100*r.maxPieces {
`},
			{"runtime/buffer/receive.go", `	first, _ = slices.BinarySearchFunc(r.pieces, from, func(p piece, from uint64) int {
		if p.to < from {
			return -1
		}
		return 1
	})
`, `	for first < len(r.pieces) && r.pieces[first].to < from {
		first++
	}
`},
		},
		Check: Check{"./proptest", "TestStack/^unruly$"},
	},
}
