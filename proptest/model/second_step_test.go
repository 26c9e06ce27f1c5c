package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What must hold of every step, whatever the event: which states follow which,
// which variables never go back, why connections end, when resets are sent.

var stepAgain = []again{
	{
		Name: "a-rule-for-everything",
		On:   anyEvent,
		Step: func(s *Step) Verdict {
			none := true
			for _, word := range s.Out.Rules {
				none = none && word == 0
			}
			return implies(s.Event.Kind != CallOf || !s.Call.waits() && s.Call.Op != Crash && s.Call.Op != StopListener, !none)
		},
	},
	{
		Name: "ends-for-cause",
		On:   anyEvent,
		If:   Ends,
		Step: endsForCause,
	},
	{
		Name: "the-user-is-told",
		On:   anyEvent,
		If:   Ends,
		Step: userIsTold,
	},
	{
		Name: "reset-for-cause",
		On:   anyEvent,
		In:   tcp.Synchronized,
		If:   SendsReset,
		Step: func(s *Step) Verdict {
			return implies(!s.Forks, s.Ends && len(s.Sent) == 1)
		},
	},
	{
		Name: "output-ends",
		On:   anyEvent,
		If:   Sends,
		Step: func(s *Step) Verdict { return implies(true, !s.Mute && len(s.Sent) <= 8) },
	},
	{
		Name: "time-wait-quiet",
		On:   anyEvent,
		In:   states(tcp.TimeWait),
		Step: timeWaitQuiet,
	},
}

// lives tells that the connection is the same before and after.
func (s *Step) lives() bool { return !s.Ends && !s.Forks && !s.Before.vacant() }

func states(list ...tcp.State) tcp.States {
	var s tcp.States
	for _, x := range list {
		s |= 1 << x
	}
	return s
}

// endsForCause lists the causes.
func endsForCause(s *Step) Verdict {
	b := &s.Before.TCB
	cause := false
	switch s.Event.Kind {
	case CallOf:
		op := s.Call.Op
		cause = op == Abort || op == Crash || op == StopListener ||
			op == Close && (b.State == tcp.SynSent || s.Before.OnHand() > 0) || op == CloseHalf && b.State == tcp.SynSent
	case Expire, ExpireEarly:
		switch s.timer() {
		case tcp.TimerUser, tcp.TimerGiveUp:
			cause = true
		case tcp.TimerTimeWait, tcp.TimerFinWait2:
			cause = b.State == tcp.TimeWait && s.timer() == tcp.TimerTimeWait || b.State == tcp.FinWait2 && s.timer() == tcp.TimerFinWait2
		case tcp.TimerKeepAlive:
			cause = b.Probes >= b.Settings.KeepAliveLimit
		}
	case ICMP:
		cause = s.Event.Arg == 1 && (b.State == tcp.SynSent || b.State == tcp.SynReceived)
	case Deliver, DeliverLate, Forge:
		cause = endsBySegment(s)
	}
	return implies(true, cause)
}

// endsBySegment lists the segments that end a connection.
func endsBySegment(s *Step) bool {
	b := &s.Before.TCB
	exact := s.SEG.SEQ == b.RCV.NXT
	switch {
	case s.Again:
		return true
	case b.State == tcp.SynSent:
		return s.Has(tcp.RST|tcp.ACK) && s.SEG.ACK == b.SND.NXT
	case s.Has(tcp.RST):
		return exact && b.State != tcp.TimeWait
	case s.syn():
		return b.State == tcp.SynReceived && b.PassiveOpen && acceptable(b, &s.SEG)
	case b.State == tcp.LastAck:
		return s.Has(tcp.ACK) && b.FINSent && s.SEG.ACK == b.SND.NXT
	}
	return b.ReaderGone && s.SEG.LEN > one(s.Has(tcp.FIN)) && acceptable(b, &s.SEG) && tcp.MayReceive.Has(b.State) ||
		b.State == tcp.SynReceived && b.ReaderGone && s.SEG.LEN > 0
}

func userIsTold(s *Step) Verdict {
	if s.Stray {
		return Silent
	}
	b := &s.Before.TCB
	news := s.Out.Signals
	bad := news&(1<<tcp.SignalConnectionReset|1<<tcp.SignalConnectionRefused|1<<tcp.SignalUserTimeout|1<<tcp.SignalConnectionTimedOut) != 0
	switch s.Event.Kind {
	case Deliver, DeliverLate, Forge:
		switch {
		case s.Has(tcp.RST) && (b.State == tcp.SynSent || b.State == tcp.SynReceived):
			return implies(true, news.Has(tcp.SignalConnectionRefused) == !b.PassiveOpen && !news.Has(tcp.SignalConnectionReset))
		case s.Has(tcp.RST):
			user := b.State != tcp.Closing && b.State != tcp.LastAck
			return implies(true, news.Has(tcp.SignalConnectionReset) == user)
		case b.State == tcp.LastAck:
			return implies(true, !bad && news.Has(tcp.SignalCloseAcknowledged))
		case b.ReaderGone && tcp.Synchronized.Has(b.State) && b.State != tcp.TimeWait:
			return implies(true, news.Has(tcp.SignalConnectionReset))
		}
	case CallOf:
		if s.Call.Op == Abort {
			quiet := states(tcp.Closing, tcp.LastAck, tcp.TimeWait)
			return implies(true, news.Has(tcp.SignalConnectionReset) == !quiet.Has(b.State))
		}
	case Expire, ExpireEarly:
		switch s.timer() {
		case tcp.TimerUser:
			return implies(true, news.Has(tcp.SignalUserTimeout))
		case tcp.TimerGiveUp, tcp.TimerKeepAlive:
			return implies(true, news.Has(tcp.SignalConnectionTimedOut))
		}
		return implies(true, !bad)
	case ICMP:
		return implies(true, news.Has(tcp.SignalConnectionRefused) == !b.PassiveOpen)
	}
	return Silent
}

func timeWaitQuiet(s *Step) Verdict {
	b := &s.Before.TCB
	if s.Event.Kind == CallOf && s.Call.Op == Crash {
		return Silent
	}
	if s.Mid.State != tcp.TimeWait {
		return implies(true, s.Expires() && s.timer() == tcp.TimerTimeWait || s.Event.Kind == CallOf && s.Call.Op == Abort)
	}
	restarted := s.Out.Start.Has(tcp.TimerTimeWait)
	theFIN := s.Arrives() && s.Has(tcp.FIN) && !s.Has(tcp.RST) && !s.Has(tcp.SYN) && !s.paws() && s.SEG.SEQ.Add(s.SEG.LEN) == b.RCV.NXT
	return implies(true, restarted == theFIN && b.SND == s.Mid.SND && b.RCV.NXT == s.Mid.RCV.NXT)
}
