package proof

import (
	"strings"
	"testing"
)

// TestWorlds holds what a world says to the Go that it becomes.
func TestWorlds(t *testing.T) {
	code := squeezed(emit(t, `
world idle "for others to be like" like small {
  host A  R1 = 7
  host B  R1 = 8, no-delay = false
}

world test "what a world can say"  @rfc(9293, 3.8)  MUST-1  like idle {
  user A   OPEN active, await established, SEND 2, SEND 3 urgent, CLOSE half when quiet
  user B   OPEN passive, await EOF, await end, CLOSE, ABORT, crash, stop listening
  users    read nothing
  hosts    listen always, queue 9, ISS = 5000
  network  carries 6, loses 1, duplicates 2 of A, delays 3 of B and 2 of A, reports 1 to B, still carries <SEQ=5000><ACK=3><CTL=SYN,ACK><DATA=2> of B
  timers   expire early 1, give up 2 of B
  attacker forges 3 to A: RST, SYN, text, ACK, early
  clock    runs
  start    after the first calls
  asks     everything-ends, no-packet-war
  states   12
}

world more "the same, but for what it tries" like test { tries nothing; start before the first calls; attacker forges 0; asks nothing }
`))
	for _, want := range []string{
		`Name: "test", Source: "RFC 9293 3.8 MUST-1", Says: "what a world can say",`,
		`{Script: []Act{{Op: OpenActive}, {Op: AwaitEstablished}, {Op: Send, N: 2}, {Op: SendUrgent, N: 3}, {Op: CloseHalf, Quiet: true}}, Reads: false},`,
		`{Script: []Act{{Op: OpenPassive}, {Op: AwaitEOF}, {Op: AwaitEnd}, {Op: Close}, {Op: Abort}, {Op: Crash}, {Op: StopListening}}, Reads: false},`,
		`Settings: [2]tcp.Settings{settingsIdleA(), settingsIdleB()}, ISS: [2]tcp.Seq{5000, 5000},`,
		`Queue: 9, Carries: 6, Clock: true, Begun: true, Tries: true,`,
		`Harm: Harm{Lose: [2]uint8{1, 1}, Duplicate: [2]uint8{2, 0}, Delay: [2]uint8{2, 3}, ICMP: [2]uint8{0, 1}, Forge: [2]uint8{3, 0}, Early: [2]uint8{1, 1}, GiveUp: [2]uint8{0, 2}},`,
		`Old: [2]*tcp.Sent{nil, {SEQ: 5000, ACK: 3, DATA: 2, CTL: tcp.SYN | tcp.ACK}},`,
		`Forges: ForgeRST | ForgeSYN | ForgeText | ForgeACK | ForgeEarly,`,
		`Asks: []string{"everything-ends", "no-packet-war"}, States: 12,`,
		`Queue: 9, Carries: 6, Clock: true, Harm: Harm{Lose: [2]uint8{1, 1}, Duplicate: [2]uint8{2, 0}, Delay: [2]uint8{2, 3}, ICMP: [2]uint8{0, 1}, Early: [2]uint8{1, 1}, GiveUp: [2]uint8{0, 2}}, Old: [2]*tcp.Sent{nil, {SEQ: 5000, ACK: 3, DATA: 2, CTL: tcp.SYN | tcp.ACK}}, },`,
		`func settingsIdleA() (s tcp.Settings) { s.RCV.BUFF = 2 s.PATH.MSS = 1 s.DefaultMSS = 536 s.R1 = 7 s.NoDelay = true s.AckAtOnce = true return s }`,
		`func settingsIdleB() (s tcp.Settings) { s.RCV.BUFF = 2 s.PATH.MSS = 1 s.DefaultMSS = 536 s.R1 = 8 s.AckAtOnce = true return s }`,
		`ISS [2]tcp.Seq // initial send sequence number`,
	} {
		if !strings.Contains(code, squeezed(want)) {
			t.Errorf("nowhere stands %s", want)
		}
	}
	if strings.Contains(code, `"idle"`) || strings.Contains(code, `"small"`) {
		t.Error("a world that is there for others to be like is explored")
	}
}
