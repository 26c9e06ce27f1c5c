package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What text, FIN and the urgent pointer do: the sixth, seventh and eighth step.

var textProperties = []Property{
	{
		Name: "text-in-sequence", Source: "RFC 9293 3.10.7.4 seventh",
		Says:    "text that is next in sequence is delivered, up to the window, and RCV.NXT goes over it",
		Catches: "text thrown away in FIN-WAIT-2; a segment trimmed at the left edge whose number is not moved",
		On:      arrivals,
		If:      Acts,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			n, ok := s.newOctets()
			if !ok || b.ReaderGone {
				return Silent
			}
			out := s.Out
			return implies(n > 0, out.Set.Has(tcp.EffectDeliver) && out.Deliver.From == b.RCV.NXT && out.Deliver.Count == n)
		},
	},
	{
		Name: "nothing-else-delivered", Source: "RFC 9293 3.10.7.4",
		Says:    "only acceptable text that is next in sequence is delivered",
		Catches: "text taken in CLOSE-WAIT or TIME-WAIT, beyond the window, or with an ACK that is out of range",
		On:      arrivals,
		If:      Delivers,
		Step: func(s *Step) Verdict {
			n, ok := s.newOctets()
			b := &s.Before.TCB
			opening := b.State == tcp.SynSent || b.State == tcp.SynReceived
			return implies(!opening, ok && n > 0 && !b.ReaderGone)
		},
	},
	{
		Name: "receive-advances", Source: "RFC 9293 3.10.7.4 seventh, eighth",
		Says:    "RCV.NXT goes over the text that is delivered and the FIN that is taken, over nothing else, and the right edge stays",
		Catches: "a second FIN that advances RCV.NXT; an octet acknowledged that was not taken",
		On:      arrivals,
		If:      Lives,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			over := uint32(0)
			if s.Out.Set.Has(tcp.EffectDeliver) {
				over = s.Out.Deliver.Count
			}
			over += one(s.Out.Signals.Has(tcp.SignalConnectionClosing))
			edge := b.RCV.NXT.Add(b.RCV.WND)
			if s.Out.Signals.Has(tcp.SignalEstablished) { // from now on windows are scaled
				edge = b.RCV.NXT.Add(min(b.Settings.RCV.BUFF, 65535<<b.Rcv.Wind.Shift))
			}
			return implies(receives(b.State), m.RCV.NXT == b.RCV.NXT.Add(over) && m.RCV.NXT.Add(m.RCV.WND) == edge)
		},
	},
	{
		Name: "no-old-text", Source: "RFC 9293 3.4.3",
		Says:    "no octet of an earlier incarnation is delivered in a later one",
		Catches: "an old duplicate that lands in a new connection",
		On:      on(Deliver, DeliverLate),
		Step: func(s *Step) Verdict {
			p := s.Packet
			b := &s.Before.TCB
			old := p.DATA > 0 && knowsPeer(b) && !s.Trial && s.life != uint8(p.Text>>positionBits)
			return implies(old, !s.Out.Set.Has(tcp.EffectDeliver) && !s.Out.Set.Has(tcp.EffectHold))
		},
	},
	{
		Name: "text-out-of-sequence", Source: "RFC 9293 3.10.7.4 seventh SHLD-31",
		Says:    "text beyond a hole is held, and acknowledged at once",
		Catches: "text thrown away that would have filled a hole; a duplicate ACK that does not come",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			if !s.acts() || !b.RCV.NXT.Less(s.SEG.SEQ) || s.SEG.LEN == 0 || !acceptable(b, &s.SEG) {
				return implies(s.Out.Set.Has(tcp.EffectHold), b.State == tcp.SynReceived || b.State == tcp.SynSent)
			}
			room := b.RCV.NXT.Add(b.RCV.WND).Sub(s.SEG.SEQ)
			n := min(s.SEG.LEN-one(s.Has(tcp.FIN)), room)
			fin := s.Has(tcp.FIN) && s.SEG.LEN <= room
			out := s.Out
			return implies(true, out.Set.Has(tcp.EffectHold) && out.Hold.From == s.SEG.SEQ && out.Hold.Count == n && out.Hold.Fin == fin &&
				s.Mid.Holes && s.Mid.RCV.NXT == b.RCV.NXT && s.acknowledges())
		},
	},
	{
		Name: "held-is-within", Source: "RFC 9293 3.10.7.4 SHLD-31",
		Says:    "what is held lies in the window and above RCV.NXT, and holes says whether anything is",
		Catches: "text held beyond the window, or from behind a FIN that was taken; the hole forgotten while text is held",
		Host: func(h *Host) Verdict {
			some := h.Held|h.HeldFIN != 0
			within := h.Held>>min(h.TCB.RCV.WND, 8) == 0 && uint32(h.HeldFIN) <= h.TCB.RCV.WND
			if h.TCB.Holes && h.TCB.RCV.WND > 8 {
				some = true // it may lie further away than Held can tell
			}
			return implies(some || h.TCB.Holes, some == h.TCB.Holes && h.Held&1 == 0 && within)
		},
	},
	{
		Name: "holes-are-filled", Source: "RFC 9293 3.10.7.4 seventh",
		Says:    "when a hole is filled, what was held behind it is delivered with it, and all is acknowledged at once",
		Catches: "held text forgotten until it is sent again; a FIN lost in reassembly",
		On:      arrivals,
		If:      Delivers | Lives,
		Step: func(s *Step) Verdict {
			fills := s.Before.TCB.Holes && tcp.MayReceive.Has(s.Mid.State)
			octets, fin, _ := s.After.next()
			return implies(fills, octets == 0 && !fin && s.acknowledges())
		},
	},
	{
		Name: "ACK-promptly", Source: "RFC 9293 3.8.6.3 MUST-40",
		Says:    "text and FIN are acknowledged at once, or the delayed-ACK timer runs",
		Catches: "a peer that sends again what has arrived",
		On:      arrivals,
		If:      Lives | Advances,
		Step: func(s *Step) Verdict {
			a := &s.After.TCB
			return implies(true, s.acknowledges() || a.Timers.Has(tcp.TimerDelayedACK) && s.After.EOF == s.Before.EOF && !a.Settings.AckAtOnce)
		},
	},
	{
		Name: "FIN-is-taken", Source: "RFC 9293 3.10.7.4 eighth",
		Says:    "a FIN next in sequence moves ESTABLISHED to CLOSE-WAIT, FIN-WAIT-1 to CLOSING, FIN-WAIT-2 to TIME-WAIT; it is acknowledged and the user told",
		Catches: "a FIN that leads to the wrong state, or is not acknowledged",
		On:      arrivals,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			n, ok := s.newOctets()
			edge := b.RCV.NXT.Add(b.RCV.WND)
			next := ok && s.Has(tcp.FIN) && s.SEG.SEQ.Add(s.SEG.LEN-1) == b.RCV.NXT.Add(n) && b.RCV.NXT.Add(n).Less(edge) && !(b.ReaderGone && n > 0)
			if !next {
				return implies(s.Out.Signals.Has(tcp.SignalConnectionClosing), b.State == tcp.SynReceived || b.State == tcp.SynSent)
			}
			to := [tcp.NumStates]tcp.State{tcp.Established: tcp.CloseWait, tcp.FinWait1: tcp.Closing, tcp.FinWait2: tcp.TimeWait}[b.State]
			if b.State == tcp.FinWait1 && b.FINSent && s.SEG.ACK == b.SND.NXT {
				to = tcp.TimeWait
			}
			return implies(true, s.Mid.State == to && s.Out.Signals.Has(tcp.SignalConnectionClosing) &&
				s.Mid.RCV.NXT == b.RCV.NXT.Add(n+1) && s.acknowledges() && (to != tcp.TimeWait || s.Out.Start.Has(tcp.TimerTimeWait)))
		},
	},
	{
		Name: "text-for-nobody", Source: "RFC 9293 3.6.1 SHLD-3",
		Says:    "new text for a user who has closed his end is answered with a reset",
		Catches: "a peer that is never told that its text is lost",
		On:      arrivals,
		If:      Acts,
		Step: func(s *Step) Verdict {
			n, ok := s.newOctets()
			return implies(ok && n > 0 && s.Before.TCB.ReaderGone, s.Ends && s.Out.NSend == 1 && s.Out.Send[0].CTL.Has(tcp.RST))
		},
	},
	{
		Name: "window-probe", Source: "RFC 9293 3.8.6.1 MUST-66",
		Says:    "at a closed window, text and FIN are not taken, but the segment's ACK counts and it is answered",
		Catches: "a probe whose ACK is ignored, or that nobody answers",
		On:      arrivals,
		In:      tcp.Synchronized &^ states(tcp.TimeWait),
		If:      Passes | Lives,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			probe := b.RCV.WND == 0 && s.SEG.LEN > 0 && s.SEG.SEQ == b.RCV.NXT && ackInRange(b, s.SEG.ACK)
			return implies(probe, m.RCV.NXT == b.RCV.NXT && m.SND.UNA == later(b.SND.UNA, s.SEG.ACK) &&
				(s.acknowledges() || !tcp.MayReceive.Has(b.State) && b.State != tcp.CloseWait || m.State == tcp.TimeWait))
		},
	},
	{
		Name: "urgent-pointer", Source: "RFC 9293 3.8.5 MUST-30-32",
		Says:    "an urgent pointer ahead of what the user knows of moves RCV.UP and is told; one behind does not",
		Catches: "an urgent pointer that goes back, or is not reported",
		On:      arrivals,
		If:      Acts | Lives,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if b.RCV.WND == 0 {
				return Silent
			}
			edge := s.SEG.SEQ.Add(s.SEG.UP) // of the segment as it came, not of what is left of it
			ahead := s.Has(tcp.URG) && s.SEG.UP > 0 && b.RCV.NXT.Less(edge) && (!b.RCV.Urgent || b.RCV.UP.Less(edge))
			told := s.Out.Signals.Has(tcp.SignalUrgentData)
			if !ahead {
				return implies(s.Has(tcp.URG) || told, !told && m.RCV.UP == b.RCV.UP)
			}
			return implies(true, told && m.RCV.UP == edge && m.RCV.Urgent)
		},
	},
}

// acts tells that a segment's text and FIN are looked at.
func (s *Step) acts() bool {
	return s.passes() && s.actsIfItPasses()
}

func (s *Step) actsIfItPasses() bool {
	b := &s.Before.TCB
	return tcp.MayReceive.Has(b.State) && ackInRange(b, s.SEG.ACK)
}

// newOctets is how many octets of the segment are next in sequence and in the
// window; false if text does not count or begins beyond RCV.NXT.
func (s *Step) newOctets() (uint32, bool) {
	b := &s.Before.TCB
	if !s.acts() || b.RCV.NXT.Less(s.SEG.SEQ) || !acceptable(b, &s.SEG) {
		return 0, false
	}
	old := b.RCV.NXT.Sub(s.SEG.SEQ)
	text := s.SEG.LEN - one(s.Has(tcp.FIN))
	if old > text {
		return 0, true
	}
	return min(text-old, b.RCV.WND), true
}

// later is the later of two sequence numbers.
func later(a, b tcp.Seq) tcp.Seq {
	if a.Less(b) {
		return b
	}
	return a
}
