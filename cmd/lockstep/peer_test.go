package main

import (
	"net/netip"
	"testing"
)

func TestPeerOf(t *testing.T) {
	for own, want := range map[string]string{
		"10.7.0.2/24":    "10.7.0.1/24",
		"10.7.0.1/24":    "10.7.0.2/24",
		"10.7.0.200/24":  "10.7.0.1/24",
		"192.0.2.129/25": "192.0.2.130/25",
		"10.0.0.1/30":    "10.0.0.2/30",
	} {
		if got, err := peerOf(netip.MustParsePrefix(own)); err != nil || got.String() != want {
			t.Errorf("peerOf(%s) = %v, %v; want %s", own, got, err, want)
		}
	}
	for _, own := range []string{"10.7.0.0/24", "10.7.0.255/24", "10.7.0.2/31", "10.7.0.2/32", "fd00::2/64"} {
		if got, err := peerOf(netip.MustParsePrefix(own)); err == nil {
			t.Errorf("peerOf(%s) = %v, without an error", own, got)
		}
	}
}
