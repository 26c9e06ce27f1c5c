package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What user calls do, and what they answer.

var callAgain = []again{
	{
		Name: "SEND",
		On:   userCalls,
		Step: sendCall,
	},
	{
		Name: "SEND-urgent",
		On:   userCalls,
		Step: func(s *Step) Verdict {
			m := &s.Mid
			took := s.calls(SendUrgent) && s.Out.Set.Has(tcp.EffectQueue)
			return implies(took, m.SND.Urgent && m.SND.UP == m.ISS.Add(1+uint32(s.Before.Submitted)+s.Out.Queue.Count))
		},
	},
	{
		Name: "RECEIVE",
		On:   userCalls,
		Step: receiveCall,
	},
	{
		Name: "window-update-sent",
		On:   userCalls,
		Step: func(s *Step) Verdict {
			b, m := &s.Before.TCB, &s.Mid
			if s.Event.Kind != Read || !tcp.MayReceive.Has(b.State) {
				return Silent
			}
			offered := b.RCV.ADV.Sub(b.RCV.NXT)
			grows := m.RCV.WND > offered
			wanted := grows && (offered < 2*b.SND.MSS || m.RCV.WND-offered >= b.Settings.RCV.BUFF/2)
			return implies(true, s.answers(wanted))
		},
	},
	{
		Name: "CLOSE",
		On:   userCalls,
		Step: closeCall,
	},
	{
		Name: "unread-text-resets",
		On:   userCalls,
		Step: func(s *Step) Verdict {
			b := &s.Before.TCB
			closable := states(tcp.Established, tcp.FinWait1, tcp.FinWait2, tcp.CloseWait).Has(b.State)
			if s.calls(CloseHalf) {
				return implies(closable && s.Before.OnHand() > 0, !s.Ends)
			}
			return implies(s.calls(Close) && closable && s.Before.OnHand() > 0,
				s.Ends && s.Out.Reply == tcp.ReplyOk && s.sends(true, tcp.Sent{SEQ: b.SND.NXT, CTL: tcp.RST}))
		},
	},
	{
		Name: "flushed-at-the-end",
		On:   anyEvent,
		If:   Ends,
		Step: func(s *Step) Verdict {
			ends := !s.Stray && !s.Again && !(s.Event.Kind == CallOf && (s.Call.Op == Crash || s.Call.Op == StopListener))
			blank := tcp.TCB{State: s.Mid.State, Settings: s.Before.TCB.Settings}
			flush := s.Out.Set.Has(tcp.EffectFlush) || s.Mid.State == tcp.Listen && s.Out.Set.Has(tcp.EffectFlushRetransmissions)
			return implies(ends, s.Mid == blank && flush)
		},
	},
}

// calls tells that the event is this call of the script.
func (s *Step) calls(op Op) bool { return s.Event.Kind == CallOf && s.Call.Op == op }

func sendCall(s *Step) Verdict {
	if !s.calls(Send) && !s.calls(SendUrgent) {
		return Silent
	}
	b, out := &s.Before.TCB, s.Out
	queued := out.Set.Has(tcp.EffectQueue)
	switch {
	case s.Before.over():
		return implies(true, out.Reply == tcp.ReplyConnectionDoesNotExist && !queued)
	case b.FINQueued || states(tcp.FinWait1, tcp.FinWait2, tcp.Closing, tcp.LastAck, tcp.TimeWait).Has(b.State):
		return implies(true, out.Reply == tcp.ReplyConnectionClosing && !queued)
	}
	if s.room() == 0 {
		return implies(true, out.Reply == tcp.ReplyInsufficientResources && !queued)
	}
	return implies(true, out.Reply == tcp.ReplyOk && queued && out.Queue.Count == min(uint32(s.Call.N), uint32(s.room())) &&
		s.Mid.State == b.State && out.NSend == 0)
}

func receiveCall(s *Step) Verdict {
	if s.Event.Kind != Read {
		return Silent
	}
	b, m := &s.Before.TCB, &s.Mid
	if !tcp.MayReceive.Has(b.State) {
		return implies(true, s.Out.Reply == tcp.ReplyOk && s.Out.NSend == 0 && m.RCV.WND == b.RCV.WND)
	}
	space := min(b.Settings.RCV.BUFF, 65535<<b.Rcv.Wind.Shift)
	want := b.RCV.WND
	if step := min(b.Settings.RCV.BUFF/2, b.SND.MSS); space >= want+step {
		want = space
	}
	left := b.RCV.Urgent && m.RCV.UP.LessEq(m.RCV.NXT)
	return implies(true, s.Out.Reply == tcp.ReplyOk && m.RCV.WND == want && m.RCV.NXT == b.RCV.NXT && m.RCV.Urgent == (b.RCV.Urgent && !left))
}

func closeCall(s *Step) Verdict {
	if !s.calls(Close) && !s.calls(CloseHalf) {
		return Silent
	}
	b, m, reply := &s.Before.TCB, &s.Mid, s.Out.Reply
	gone := m.ReaderGone == (b.ReaderGone || s.calls(Close))
	switch {
	case s.Before.over():
		return implies(true, reply == tcp.ReplyConnectionDoesNotExist)
	case b.State == tcp.SynSent:
		return implies(true, s.Ends && reply == tcp.ReplyOk && s.Out.NSend == 0)
	case s.calls(Close) && s.Before.OnHand() > 0 && !states(tcp.Closing, tcp.LastAck, tcp.TimeWait).Has(b.State):
		return Silent // unread-text-resets
	}
	switch b.State {
	case tcp.SynReceived:
		early := s.Before.Unsent() == 0
		return implies(true, m.FINQueued && gone && (m.State == tcp.FinWait1) == early && (reply == tcp.ReplyOk) == early && (early || reply == tcp.ReplyPending))
	case tcp.Established:
		return implies(true, m.State == tcp.FinWait1 && m.FINQueued && gone && reply == tcp.ReplyOk)
	case tcp.CloseWait:
		return implies(true, m.State == tcp.CloseWait && m.FINQueued && gone && reply == tcp.ReplyOk)
	case tcp.FinWait1, tcp.FinWait2:
		return implies(true, m.State == b.State && m.FINQueued && gone && reply == tcp.ReplyOk)
	}
	return implies(true, m.State == b.State && reply == tcp.ReplyConnectionClosing && gone)
}
