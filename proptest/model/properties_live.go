package model

import (
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// What must hold of infinite executions. Harm is finite in every Config; so what
// happens for ever happens without it. An execution is fair if it delivers what is
// under way, lets timers expire, and lets users do what they are going to do.
//
// Which of these a Config can be asked depends on what its users do, and so each
// Config names them.

var liveProperties = []Property{
	{
		Name: "no-packet-war", Source: "RFC 9293 A.2",
		Says:    "no cycle consists of deliveries alone",
		Catches: "hosts that answer each other's answers at line rate",
		Live:    &Live{NoCycle: on(Deliver, DeliverLate)},
	},
	{
		Name: "no-timer-livelock", Source: "RFC 9293 3.8.3",
		Says:    "no cycle consists of timeouts alone",
		Catches: "a timer that expires for nothing, for ever",
		Live:    &Live{NoCycle: on(Expire)},
	},
	{
		Name: "everything-ends", Source: "RFC 9293 3.6",
		Says:    "no execution goes on for ever",
		Catches: "a retransmission, a probe, a TIME-WAIT without end",
		Live:    &Live{NoCycle: on(CallOf, Read, Deliver, DeliverLate, Expire)},
	},
	{
		Name: "both-end", Source: "RFC 9293 3.6",
		Says:    "when both users close, both connections end",
		Catches: "LAST-ACK, FIN-WAIT-2 or CLOSING for ever",
		Live:    &Live{Goal: func(h, p *Host) bool { return h.over() && p.over() && h.Lives+p.Lives > 0 }},
	},
	{
		Name: "handshake-completes", Source: "RFC 9293 3.5",
		Says:    "when both users open, both connections are synchronized, or one of the users hears that it failed",
		Catches: "a handshake that hangs",
		Live: &Live{
			From: func(h, p *Host) bool { return h.TCB.State == tcp.SynSent && !(p.TCB.State == tcp.Closed) },
			Goal: func(h, p *Host) bool {
				done := func(x *Host) bool { return tcp.Synchronized.Has(x.TCB.State) || x.Ended != NotEnded }
				return done(h) && done(p)
			},
		},
	},
	{
		Name: "one-connection", Source: "RFC 9293 3.5 Figure 7 MUST-10",
		Says:    "a simultaneous open leads to one connection: both hosts synchronized with each other, in their first life",
		Catches: "a simultaneous open that fails, or opens twice",
		Live: &Live{
			From: func(h, p *Host) bool { return h.TCB.State == tcp.SynSent && p.TCB.State == tcp.SynSent },
			Goal: func(h, p *Host) bool {
				return paired(h, p) && tcp.Synchronized.Has(h.TCB.State) && tcp.Synchronized.Has(p.TCB.State) && h.Lives == 1 && p.Lives == 1
			},
		},
	},
	{
		Name: "simultaneous-close", Source: "RFC 9293 3.6 Figure 13",
		Says:    "when the FINs cross, both ends go through TIME-WAIT",
		Catches: "a CLOSING that is never left, or left for CLOSED",
		Live: &Live{
			From: func(h, p *Host) bool { return h.TCB.State == tcp.Closing && p.TCB.State == tcp.Closing },
			Goal: func(h, p *Host) bool { return h.TCB.State == tcp.TimeWait },
		},
	},
	{
		Name: "text-arrives", Source: "RFC 9293 3.8",
		Says:    "all that the user sent is delivered, if the peer reads",
		Catches: "a lost segment nobody sends again",
		Live: &Live{
			From: func(h, p *Host) bool { return paired(h, p) && h.Submitted > p.Received },
			Goal: func(h, p *Host) bool { return paired(h, p) && h.Submitted == p.Received },
		},
	},
	{
		Name: "closed-window-opens", Source: "RFC 9293 3.8.6.1 MUST-36",
		Says:    "text that waits behind a closed window is delivered, though the window update be lost",
		Catches: "no zero-window probe; an answer to probes that does not count",
		Live: &Live{
			From: func(h, p *Host) bool { return paired(h, p) && h.TCB.SND.WND == 0 && h.Unsent() > 0 },
			Goal: func(h, p *Host) bool { return paired(h, p) && h.Submitted == p.Received },
		},
	},
	{
		Name: "FIN-arrives", Source: "RFC 9293 3.10.8",
		Says:    "a FIN that was sent is acknowledged, or the connection ends",
		Catches: "a lost FIN nobody sends again in FIN-WAIT-1, CLOSING or LAST-ACK",
		Live: &Live{
			From: func(h, _ *Host) bool { return h.TCB.FINSent && h.TCB.SND.UNA != h.TCB.SND.NXT },
			Goal: func(h, _ *Host) bool { return h.vacant() || h.TCB.SND.UNA == h.TCB.SND.NXT },
		},
	},
	{
		Name: "half-close-is-usable", Source: "RFC 9293 3.6",
		Says:    "in FIN-WAIT-2 text still comes in; in CLOSE-WAIT it still goes out",
		Catches: "retransmission or reception switched off by a half close",
		Live: &Live{
			From: func(h, p *Host) bool {
				return paired(h, p) && h.TCB.State == tcp.CloseWait && p.TCB.State == tcp.FinWait2 && h.Submitted > p.Received
			},
			Goal: func(h, p *Host) bool { return paired(h, p) && h.Submitted == p.Received },
		},
	},
	{
		Name: "half-open-is-found", Source: "RFC 9293 3.5.1 Figure 9",
		Says:    "a host that has something to send learns that its peer has crashed",
		Catches: "a half-open connection for ever",
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
		Name: "TIME-WAIT-ends", Source: "RFC 9293 3.6.1 MUST-13",
		Says:    "TIME-WAIT is left",
		Catches: "2 MSL that start anew for ever",
		Live: &Live{
			From: func(h, _ *Host) bool { return h.TCB.State == tcp.TimeWait },
			Goal: func(h, _ *Host) bool { return h.TCB.State != tcp.TimeWait },
		},
	},
}

// fairness is what every fair execution does: it delivers, lets timers expire,
// and lets users go on, whenever it can again and again.
func fairness() []explore.Fairness {
	var list []explore.Fairness
	fair := func(e Event) { list = append(list, explore.Fairness{Steps: explore.Of(e.class()), Strong: true}) }
	for host := range uint8(2) {
		for _, k := range []Kind{Deliver, DeliverLate, CallOf, Read} {
			fair(Event{k, host, 0})
		}
		for timer := range uint16(tcp.NumTimers) {
			fair(Event{Expire, host, timer})
		}
	}
	return list
}

// classes are those of some kinds of events, at both hosts and for all timers.
func (k Kinds) classes() explore.Classes {
	var s explore.Classes
	for kind := range numKinds {
		for host := range uint8(2) {
			for arg := range uint16(tcp.NumTimers) {
				if k>>kind&1 != 0 {
					s |= explore.Of(Event{kind, host, arg}.class())
				}
			}
		}
	}
	return s
}

// liveness is the named properties as package explore wants them, and their
// places in Properties. Bits are given out as newChecks does.
func liveness(names []string) (list []explore.Liveness, places []int) {
	bits := uint(0)
	for i := range Properties {
		p := &Properties[i]
		switch {
		case p.Live == nil || !slices.Contains(names, p.Name):
		case p.Live.Goal == nil:
			list = append(list, explore.Liveness{Name: p.Name, NoCycle: p.Live.NoCycle.classes()})
			places = append(places, i)
		default:
			for range 2 {
				trigger := uint64(1) << bits
				if p.Live.From == nil {
					trigger = 0
				}
				list = append(list, explore.Liveness{Name: p.Name, Trigger: trigger, Goal: 2 << bits, Fair: fairness()})
				places = append(places, i)
				bits += 2
			}
		}
	}
	return list, places
}
