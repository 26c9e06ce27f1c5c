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

// inTime is the timers of a host that may expire now, for free, while nothing is under way.
func inTime(own, peers tcp.Timers, peer tcp.State) tcp.Timers {
	switch running := own | peers; {
	case running&fastTimers != 0:
		return own & fastTimers
	case running&midTimers != 0:
		due := own & midTimers
		// 2 MSL outlast a peer's retransmissions of its FIN, which we would answer;
		// not those of a SYN, which we would not.
		switch peer {
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
	t := &m.h.TCB
	m.expires(t, timer, m.h.Unsent())
	m.did(t)
	m.perform(t.RCV.NXT)
}

// after is World.Time when an event was at that time: it moves on with timeouts
// that take seconds, and with users, who take their time.
func (c *Config) after(e Event, time uint8) uint8 {
	passes := e.Kind == CallOf || (e.Kind == Expire || e.Kind == ExpireEarly) && midTimers>>e.Arg&1 != 0
	if c.Clock && time < maxTime && passes {
		return time + 1
	}
	return time
}

// maxTime bounds the clock of timestamps.
const maxTime = 7
