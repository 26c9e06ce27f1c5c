package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// How long timers run, by kind: each kind outlasts any number of the shorter ones
// before it. Those of the last kind end connections that may still have hope.
const (
	fastTimers = 1<<tcp.TimerDelayedACK | 1<<tcp.TimerSWSOverride                         // below 1 second
	midTimers  = 1<<tcp.TimerRetransmission | 1<<tcp.TimerPersist | 1<<tcp.TimerChallenge // seconds
	slowTimers = 1<<tcp.TimerKeepAlive | 1<<tcp.TimerTimeWait | 1<<tcp.TimerFinWait2      // minutes, hours
	harmTimers = 1<<tcp.TimerGiveUp | 1<<tcp.TimerUser | 1<<tcp.TimerTSRecent             // budgeted
)

// inTime is the timers of host i that may expire now, for free. None may while a
// segment is under way.
func (w *World) inTime(i int) tcp.Timers {
	if !w.Net[0].Empty() || !w.Net[1].Empty() {
		return 0
	}
	own, other := w.Host[i].TCB.Timers, w.Host[1-i].TCB.Timers
	switch running := own | other; {
	case running&fastTimers != 0:
		return own & fastTimers
	case running&midTimers != 0:
		due := own & midTimers
		// 2 MSL outlast a peer's retransmissions of its FIN, which we would answer;
		// not those of a SYN, which we would not.
		switch w.Host[1-i].TCB.State {
		case tcp.FinWait1, tcp.Closing, tcp.LastAck:
		default:
			due |= own & (1 << tcp.TimerTimeWait)
		}
		return due
	}
	return own & slowTimers
}

// expire makes a timer expire.
func (m *machine) expire(timer tcp.Timer) {
	h := m.h
	m.step.Timer = timer
	if m.c.Clock && midTimers>>timer&1 != 0 && m.w.Time < maxTime {
		m.w.Time++
	}
	m.core.Expires(&h.TCB, timer, h.Unsent(), &m.out)
	m.did(&h.TCB)
	m.perform(h.TCB.RCV.NXT)
	m.finish()
}

// maxTime bounds the clock of timestamps.
const maxTime = 6
