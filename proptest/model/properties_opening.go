package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What a segment brings along that completes the handshake.

var openingProperties = []Property{
	{
		Name: "text-with-the-handshake", Source: "RFC 9293 3.10.7.4 fifth",
		Says:    "text and FIN on the segment that completes the handshake are taken with it",
		Catches: "a segment thrown away once its ACK was taken: the first text, or the FIN, waits for a retransmission",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			completes := b.State == tcp.SynReceived && tcp.Synchronized.Has(s.Mid.State) && !s.Has(tcp.SYN)
			next := s.SEG.LEN > 0 && s.SEG.SEQ == b.RCV.NXT
			return implies(completes && next, s.Mid.RCV.NXT == b.RCV.NXT.Add(min(s.SEG.LEN, b.RCV.WND)))
		},
	},
}
