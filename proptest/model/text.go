package model

import (
	"math/bits"
	"slices"
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
	case t.Steps != nil:
		p.Step = func(s *Step) Verdict {
			_, all := ofEach(t, s)
			return all
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
		p.Live = &Live{Goal: bothSeen(t.Goal), From: bothSeen(t.From), Fair: assumed(t.Assuming)}
	default:
		p.Live = &Live{NoCycle: cycles[t.NoCycle]}
	}
	return p
}

// ofEach is what a property of the text says of the event of a step, and of all that is in the step.
func ofEach(t *proof.Property, s *Step) (own, all Verdict) {
	// Most are about few events; what a step looks like to the text takes longer to say.
	if s.first.happens && slices.ContainsFunc(t.Steps, func(c proof.Clause) bool { return c.On.Has(s.first.event) }) {
		own = says(t, s.seen())
	}
	all = own
	for i := range s.Then {
		all = max(all, says(t, s.behind(i)))
	}
	return own, all
}

// says is what a property of the text says of an event.
func says(p *proof.Property, s *proof.Step) (v Verdict) {
	if s == nil {
		return Silent
	}
	for i := range p.Steps {
		if c := &p.Steps[i]; c.On.Has(s.Event) && c.In.Has(s.Before.TCB.State) {
			v = max(v, Verdict(c.Ask(s)))
		}
	}
	return v
}

// cycles are the kinds of events that the text names.
var cycles = map[string]Kinds{
	"deliver": on(Deliver, DeliverLate),
	"timeout": on(Expire),
	"steps":   progress,
}

// progress is what goes on without harm: an execution ends where none of it is possible.
var progress = on(CallOf, Read, Deliver, DeliverLate, Expire)

// obliged is what of progress is not refused for ever, by the words of what is assumed.
var obliged = map[string]Kinds{
	"finitely many faults":              0, // so it is in every world
	"both users close":                  on(CallOf),
	"the peer's user reads":             on(Read), // whoever's peer it is
	"timers expire and segments arrive": on(Deliver, DeliverLate, Expire),
}

func assumed(words []string) (fair Kinds) {
	for _, w := range words {
		fair |= obliged[w]
	}
	return fair
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
	from, to := h.held()
	return proof.Host{TCB: t, Ghost: proof.Ghost{
		Incarnation:        uint32(h.Lives),
		OctetsSubmitted:    uint32(h.Submitted),
		OctetsAcknowledged: uint32(h.Front),
		OctetsUnsent:       h.Unsent(),
		OctetsReceived:     uint32(h.Received),
		OctetsUnread:       h.OnHand(),
		HeldFrom:           from,
		HeldTo:             to,
		AlienText:          h.Strange,
		TornText:           h.Torn,
		PeerFINTaken:       h.EOF,
		HasEnded:           h.Ended != NotEnded,
		HasCrashed:         h.Ended == EndedByCrash,
	}}
}

// held is where the first of what is held lies, and where the last ends, from RCV.NXT.
func (h *Host) held() (from, to uint32) {
	if h.Held != 0 {
		from, to = uint32(bits.TrailingZeros8(h.Held)), uint32(bits.Len8(h.Held))
	}
	if fin := uint32(h.HeldFIN); fin != 0 {
		if to == 0 {
			from = fin - 1
		}
		from, to = min(from, fin-1), max(to, fin)
	}
	return from, to
}

// occurrence is an event of the text.
type occurrence struct {
	happens bool
	event   proof.Event
	params  [proof.MaxParams]uint32 // in the text's order
}

// part is an event that a host brings about itself, behind another.
type part struct {
	occurrence
	before, after tcp.TCB
	beside        proof.Ghost // before
	seg           tcp.Segment
	out           tcp.Effects
}

// seen is the event itself as the text sees it; nil if it is none of the text's.
func (s *Step) seen() *proof.Step {
	if !s.first.happens {
		return nil
	}
	s.before, s.after = s.Before.seen(&s.Before.TCB), s.After.seen(&s.Mid)
	s.asking = proof.Step{Event: s.first.event, Params: s.first.params, SEG: &s.SEG, Out: s.Out, Before: &s.before, After: &s.after}
	return &s.asking
}

// behind is the i-th event that followed, as the text sees it. What is counted behind it is
// what is counted behind the step.
func (s *Step) behind(i int) *proof.Step {
	p := &s.Then[i]
	s.before, s.after = proof.Host{TCB: &p.before, Ghost: p.beside}, s.After.seen(&p.after)
	s.asking = proof.Step{Event: p.event, Params: p.params, SEG: &p.seg, Out: &p.out, Before: &s.before, After: &s.after}
	return &s.asking
}
