package main

import "testing"

func TestInWords(t *testing.T) {
	for name, want := range map[string]string{
		"PacketsIn": "packets in", "FastRetransmits": "fast retransmits", "DuplicateACKs": "duplicate ACKs",
		"ICMPErrorsOut": "ICMP errors out", "TimeWaitsEvicted": "time waits evicted", "Opened": "opened",
	} {
		if got := inWords(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
