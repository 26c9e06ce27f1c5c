package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What text, FIN and the urgent pointer do: the sixth, seventh and eighth step.

var textAgain = []again{
	{
		Name: "text-in-sequence",
		On:   arrivals,
		If:   Acts,
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
		Name: "nothing-else-delivered",
		On:   arrivals,
		If:   Delivers,
		Step: func(s *Step) Verdict {
			n, ok := s.newOctets()
			b := &s.Before.TCB
			opening := b.State == tcp.SynSent || b.State == tcp.SynReceived
			return implies(!opening, ok && n > 0 && !b.ReaderGone)
		},
	},
	{
		Name: "receive-advances",
		On:   arrivals,
		If:   Lives,
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
		Name: "text-out-of-sequence",
		On:   arrivals,
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
		Name: "held-is-within",
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
		Name: "holes-are-filled",
		On:   arrivals,
		If:   Delivers | Lives,
		Step: func(s *Step) Verdict {
			fills := s.Before.TCB.Holes && tcp.MayReceive.Has(s.Mid.State)
			octets, fin, _ := s.After.next()
			return implies(fills, octets == 0 && !fin && s.acknowledges())
		},
	},
	{
		Name: "ACK-promptly",
		On:   arrivals,
		If:   Lives | Advances,
		Step: func(s *Step) Verdict {
			a := &s.After.TCB
			return implies(true, s.acknowledges() || a.Timers.Has(tcp.TimerDelayedACK) && s.After.EOF == s.Before.EOF && !a.Settings.AckAtOnce)
		},
	},
	{
		Name: "FIN-is-taken",
		On:   arrivals,
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
		Name: "text-for-nobody",
		On:   arrivals,
		If:   Acts,
		Step: func(s *Step) Verdict {
			n, ok := s.newOctets()
			return implies(ok && n > 0 && s.Before.TCB.ReaderGone, s.Ends && s.Out.NSend == 1 && s.Out.Send[0].CTL.Has(tcp.RST))
		},
	},
	{
		Name: "window-probe",
		On:   arrivals,
		In:   tcp.Synchronized &^ states(tcp.TimeWait),
		If:   Passes | Lives,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			probe := b.RCV.WND == 0 && s.SEG.LEN > 0 && s.SEG.SEQ == b.RCV.NXT && ackInRange(b, s.SEG.ACK)
			return implies(probe, m.RCV.NXT == b.RCV.NXT && m.SND.UNA == later(b.SND.UNA, s.SEG.ACK) &&
				(s.acknowledges() || !tcp.MayReceive.Has(b.State) && b.State != tcp.CloseWait || m.State == tcp.TimeWait))
		},
	},
	{
		Name: "urgent-pointer",
		On:   arrivals,
		If:   Acts | Lives,
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
