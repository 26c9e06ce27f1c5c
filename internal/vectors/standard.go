package vectors

import "github.com/lockstep-tcp/lockstep/generated/tcp"

const (
	standardISS    = 1000
	standardIRS    = 5000
	standardWindow = 1000
)

// standard is the connection of a state before a vector says what is special.
func standard(state tcp.State) tcp.TCB {
	b := tcp.TCB{State: state}
	set := &b.Settings
	set.RCV.BUFF = standardWindow
	set.PATH.MSS = 1460
	set.DefaultMSS = 536
	set.R1 = 3
	set.AckAtOnce = true // and no ChallengeLimit: the limit counts as not exhausted
	if state == tcp.Closed {
		return b
	}
	b.ISS = standardISS
	if state == tcp.Listen {
		return b
	}
	b.SND.UNA, b.SND.NXT = standardISS, standardISS+1
	if state == tcp.SynSent {
		return b
	}
	b.IRS = standardIRS
	b.RCV.NXT = standardIRS + 1
	b.RCV.WND = standardWindow
	b.SND.WND, b.MAX.SND.WND = standardWindow, standardWindow
	b.SND.WL1, b.SND.WL2 = standardIRS, standardISS
	if state == tcp.TimeWait {
		// The one state whose vectors show little: both FINs have passed, ours as number 1201.
		b.SND.UNA, b.SND.NXT = 1202, 1202
		b.SND.WL1, b.SND.WL2 = 5001, 1202
		b.RCV.NXT = 5002
	}
	return b
}

// derive fills in what follows from the variables that a vector shows.
func derive(b *tcp.TCB) error {
	if b.State == tcp.Closed || b.State == tcp.Listen {
		return nil
	}
	b.SND.MSS = 536
	b.SYNOutstanding = b.State == tcp.SynSent || b.State == tcp.SynReceived
	if b.State == tcp.FinWait1 || b.State == tcp.TimeWait {
		b.FINQueued = true
	}
	if b.State == tcp.TimeWait {
		b.FINSent = true
		b.Timers |= 1 << tcp.TimerTimeWait
	}
	if !b.SYNOutstanding {
		b.SND.ACKED = b.SND.UNA.Sub(b.ISS) - 1
	}
	if b.State != tcp.SynSent {
		b.RCV.UP = b.RCV.NXT
		b.RCV.ADV = b.RCV.NXT.Add(b.RCV.WND)
		b.Last.ACK.Sent = b.RCV.NXT
	}
	if b.SND.UNA != b.SND.NXT && b.State != tcp.TimeWait {
		b.Timers |= 1<<tcp.TimerRetransmission | 1<<tcp.TimerGiveUp | 1<<tcp.TimerUser
	}
	return nil
}
