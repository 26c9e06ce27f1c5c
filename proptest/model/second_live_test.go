package model

import "github.com/lockstep-tcp/lockstep/generated/tcp"

// What must happen sooner or later, and what must not go on for ever.

var liveAgain = []again{
	{
		Name: "no-packet-war",
		Live: &Live{NoCycle: on(Deliver, DeliverLate)},
	},
	{
		Name: "no-timer-livelock",
		Live: &Live{NoCycle: on(Expire)},
	},
	{
		Name: "everything-ends",
		Live: &Live{NoCycle: on(CallOf, Read, Deliver, DeliverLate, Expire)},
	},
	{
		Name: "both-end",
		Live: &Live{Goal: func(h, p *Host) bool { return h.over() && p.over() && h.Lives+p.Lives > 0 }},
	},
	{
		Name: "handshake-completes",
		Live: &Live{
			From: func(h, p *Host) bool { return h.TCB.State == tcp.SynSent && !(p.TCB.State == tcp.Closed) },
			Goal: func(h, p *Host) bool {
				done := func(x *Host) bool { return tcp.Synchronized.Has(x.TCB.State) || x.Ended != NotEnded }
				return done(h) && done(p)
			},
		},
	},
	{
		Name: "one-connection",
		Live: &Live{
			From: func(h, p *Host) bool { return h.TCB.State == tcp.SynSent && p.TCB.State == tcp.SynSent },
			Goal: func(h, p *Host) bool {
				return paired(h, p) && tcp.Synchronized.Has(h.TCB.State) && tcp.Synchronized.Has(p.TCB.State) && h.Lives == 1 && p.Lives == 1
			},
		},
	},
	{
		Name: "simultaneous-close",
		Live: &Live{
			From: func(h, p *Host) bool { return h.TCB.State == tcp.Closing && p.TCB.State == tcp.Closing },
			Goal: func(h, p *Host) bool { return h.TCB.State == tcp.TimeWait },
		},
	},
	{
		Name: "text-arrives",
		Live: &Live{
			From: func(h, p *Host) bool { return paired(h, p) && h.Submitted > p.Received },
			Goal: func(h, p *Host) bool { return paired(h, p) && h.Submitted == p.Received },
		},
	},
	{
		Name: "closed-window-opens",
		Live: &Live{
			From: func(h, p *Host) bool { return paired(h, p) && h.TCB.SND.WND == 0 && h.Unsent() > 0 },
			Goal: func(h, p *Host) bool { return paired(h, p) && h.Submitted == p.Received },
		},
	},
	{
		Name: "FIN-arrives",
		Live: &Live{
			From: func(h, _ *Host) bool { return h.TCB.FINSent && h.TCB.SND.UNA != h.TCB.SND.NXT },
			Goal: func(h, _ *Host) bool { return h.vacant() || h.TCB.SND.UNA == h.TCB.SND.NXT },
		},
	},
	{
		Name: "half-close-is-usable",
		Live: &Live{
			From: func(h, p *Host) bool {
				return paired(h, p) && h.TCB.State == tcp.CloseWait && p.TCB.State == tcp.FinWait2 && h.Submitted > p.Received
			},
			Goal: func(h, p *Host) bool { return paired(h, p) && h.Submitted == p.Received },
		},
	},
	{
		Name: "half-open-is-found",
		Live: &Live{
			From: func(h, p *Host) bool {
				return tcp.Synchronized.Has(h.TCB.State) && h.TCB.State != tcp.TimeWait && !paired(h, p) && p.Ended == EndedByCrash && h.TCB.SND.UNA != h.TCB.SND.NXT
			},
			// What the peer acknowledged before it crashed is no reason to send: FIN-WAIT-2 may wait for ever.
			Goal: func(h, _ *Host) bool {
				return h.vacant() || h.TCB.State == tcp.SynReceived || h.TCB.SND.UNA == h.TCB.SND.NXT && h.Unsent() == 0
			},
		},
	},
	{
		Name: "reset-arrives",
		Live: &Live{
			From: func(h, p *Host) bool {
				return tcp.Synchronized.Has(h.TCB.State) && p.Ended != NotEnded && p.Lives > 0
			},
			Goal: func(h, _ *Host) bool { return h.over() },
		},
	},
	{
		Name: "TIME-WAIT-ends",
		Live: &Live{
			From: func(h, _ *Host) bool { return h.TCB.State == tcp.TimeWait },
			Goal: func(h, _ *Host) bool { return h.TCB.State != tcp.TimeWait },
		},
	},
}
