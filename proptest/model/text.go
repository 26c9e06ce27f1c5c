package model

import (
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// textualProperties are those of the text.
func textualProperties() (all []Property) {
	for i := range proof.Properties {
		all = append(all, textual(&proof.Properties[i]))
	}
	return all
}

func textual(t *proof.Property) Property {
	p := Property{Name: t.Name, Says: t.Says, Catches: t.Catches, Source: t.Source, Assumes: strings.Join(t.Assuming, ", "), text: t}
	switch {
	case t.Step != nil:
		p.On = kindsOf(t.On)
		p.Step = func(s *Step) Verdict {
			if seen := s.seen(); seen != nil && t.On.Has(seen.Event) && t.In.Has(seen.Before.TCB.State) {
				return Verdict(t.Step(seen))
			}
			return Silent
		}
	case t.State != nil && t.Pair:
		p.Pair = func(h, p *Host) Verdict {
			own, peer := h.seen(&h.TCB), p.seen(&p.TCB)
			return Verdict(t.State(&own, &peer))
		}
	case t.State != nil:
		p.Host = func(h *Host) Verdict {
			own := h.seen(&h.TCB)
			return Verdict(t.State(&own, nil))
		}
	case t.Goal != nil:
		p.Live = &Live{Goal: bothSeen(t.Goal), From: bothSeen(t.From)}
	default:
		p.Live = &Live{NoCycle: cycles[t.NoCycle]}
	}
	return p
}

// cycles are the kinds of events that the text names.
var cycles = map[string]Kinds{
	"deliver": on(Deliver, DeliverLate),
	"timeout": on(Expire),
	"steps":   on(CallOf, Read, Deliver, DeliverLate, Expire),
}

func bothSeen(of func(h, p *proof.Host) bool) func(h, p *Host) bool {
	if of == nil {
		return nil
	}
	return func(h, p *Host) bool {
		own, peer := h.seen(&h.TCB), p.seen(&p.TCB)
		return of(&own, &peer)
	}
}

// seen is a host as the text sees it, with this TCB.
func (h *Host) seen(t *tcp.TCB) proof.Host {
	return proof.Host{TCB: t, Ghost: proof.Ghost{
		Incarnation:        uint32(h.Lives),
		OctetsSubmitted:    uint32(h.Submitted),
		OctetsAcknowledged: uint32(h.Front),
		OctetsUnsent:       h.Unsent(),
		OctetsReceived:     uint32(h.Received),
		OctetsUnread:       h.OnHand(),
		AlienText:          h.Strange,
		TornText:           h.Torn,
		PeerFINTaken:       h.EOF,
		HasEnded:           h.Ended != NotEnded,
		HasCrashed:         h.Ended == EndedByCrash,
	}}
}

// textStep is a step as the text sees it.
type textStep struct {
	made, none    bool
	before, after proof.Host
	step          proof.Step
}

// seen is the step as the text sees it; nil if the event is none of the text's.
func (s *Step) seen() *proof.Step {
	t := &s.text
	if t.made || t.none {
		return t.given()
	}
	event, params, ok := s.event()
	t.made, t.none = ok, !ok
	if ok {
		t.before, t.after = s.Before.seen(&s.Before.TCB), s.After.seen(&s.Mid)
		t.step = proof.Step{Event: event, Params: params, SEG: &s.SEG, Out: s.Out, Before: &t.before, After: &t.after}
	}
	return t.given()
}

func (t *textStep) given() *proof.Step {
	if t.none {
		return nil
	}
	return &t.step
}

// event is the text's event, with its parameters in the text's order.
func (s *Step) event() (e proof.Event, params [proof.MaxParams]uint32, ok bool) {
	queued := s.Before.Unsent()
	switch s.Event.Kind {
	case Deliver, DeliverLate, Forge:
		return proof.EventSegmentArrives, params, true
	case Expire, ExpireEarly:
		params[0] = queued
		return proof.Timeout(s.Timer), params, true
	case ICMP:
		params[0] = uint32(s.Event.Arg)
		return proof.EventICMPError, params, true
	case Read:
		params[0] = s.Before.OnHand()
		return proof.EventReceive, params, true
	case CallOf:
		return s.call(queued)
	}
	return 0, params, false
}

// call is a call of the script as an event of the text, if it is one.
func (s *Step) call(queued uint32) (e proof.Event, params [proof.MaxParams]uint32, ok bool) {
	switch s.Call.Op {
	case OpenActive, OpenPassive:
		params[0], params[1] = one(s.Call.Op == OpenPassive), one(s.Call.Op == OpenActive)
		return proof.EventOpen, params, true
	case Send, SendUrgent:
		params[0], params[1], params[2], params[4] = uint32(s.Call.N), queued, uint32(s.Room), one(s.Call.Op == SendUrgent)
		return proof.EventSend, params, true
	case Close, CloseHalf:
		params[0], params[1], params[2] = queued, s.Before.OnHand(), one(s.Call.Op == CloseHalf)
		return proof.EventClose, params, true
	case Abort:
		return proof.EventAbort, params, true
	}
	return 0, params, false
}

// kindsOf is the kinds of events that bring about these events of the text.
func kindsOf(events proof.Events) (k Kinds) {
	for e := range proof.Event(proof.NumEvents) {
		if !events.Has(e) {
			continue
		}
		switch {
		case e == proof.EventSegmentArrives:
			k |= arrivals
		case e == proof.EventICMPError:
			k |= on(ICMP)
		case e == proof.EventReceive:
			k |= on(Read)
		case e >= proof.Timeout(0):
			k |= timeouts
		default:
			k |= on(CallOf)
		}
	}
	return k
}
