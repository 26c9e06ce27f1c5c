package model

import (
	"math/bits"
	"slices"

	"github.com/lockstep-tcp/lockstep/generated/proof"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
)

// checks is the properties, sorted by when they are asked, and for one worker.
type checks struct {
	host  []placed[func(h *Host) Verdict]
	pair  []placed[func(h, p *Host) Verdict]
	hosts []placed[func(h, p *proof.Host) proof.Verdict] // those of host that stand in the text
	texts []placed[func(h, p *proof.Host) proof.Verdict] // … of pair
	step  []placed[func(s *Step) Verdict]
	steps [proof.NumEvents][tcp.NumStates]clauses // those of steps that stand in the text
	marks []marker
	seen  [2]proof.Host // scratch: hosts as the text sees them
}

type placed[F any] struct {
	ask   F
	place int // in Properties
}

// clauses is what properties say of an event that begins in one state, sorted by the signs
// that a step must show for them to say it.
type clauses struct {
	all   proof.Signs // that any must
	signs []proof.Signs
	ask   [][]placed[func(*proof.Step) proof.Verdict] // by the place in signs
}

func (c *clauses) add(p *proof.Clause, place int) {
	at := slices.Index(c.signs, p.If)
	if at < 0 {
		at = len(c.signs)
		c.all |= p.If
		c.signs, c.ask = append(c.signs, p.If), append(c.ask, nil)
	}
	c.ask[at] = append(c.ask[at], placed[func(*proof.Step) proof.Verdict]{p.Ask, place})
}

// marker computes the two bits of one Live property and one host.
type marker struct {
	live *Live
	host int
	bits uint
}

// newChecks sorts properties; live ones only if they are named, others only if
// only is empty or their name.
func newChecks(live []string, only string) *checks {
	c := &checks{}
	for i := range Properties {
		p := &Properties[i]
		switch {
		case only != "" && only != p.Name:
		case p.Host != nil && p.text != nil:
			c.hosts = append(c.hosts, placed[func(h, p *proof.Host) proof.Verdict]{p.text.State, i})
		case p.Host != nil:
			c.host = append(c.host, placed[func(h *Host) Verdict]{p.Host, i})
		case p.Pair != nil && p.text != nil:
			c.texts = append(c.texts, placed[func(h, p *proof.Host) proof.Verdict]{p.text.State, i})
		case p.Pair != nil:
			c.pair = append(c.pair, placed[func(h, p *Host) Verdict]{p.Pair, i})
		case p.Step != nil && p.text != nil:
			c.sort(p.text, i)
		case p.Step != nil:
			c.step = append(c.step, placed[func(s *Step) Verdict]{p.Step, i})
		case p.Live.Goal != nil && slices.Contains(live, p.Name):
			for host := range 2 {
				c.marks = append(c.marks, marker{p.Live, host, uint(2 * len(c.marks))})
			}
		}
	}
	return c
}

// sort sorts what a property says of steps by the events and states it is about.
func (c *checks) sort(p *proof.Property, place int) {
	for i := range p.Steps {
		of := &p.Steps[i]
		for e := range proof.Event(proof.NumEvents) {
			for s := range tcp.State(tcp.NumStates) {
				if of.On.Has(e) && of.In.Has(s) {
					c.steps[e][s].add(of, place)
				}
			}
		}
	}
}

// Places of Visitor.Count: first the properties, then the rules, then the states, then the rest.
var (
	countRules  = len(Properties)
	countStates = countRules + tcp.NumRules
	countFull   = countStates + tcp.NumStates
	numCounts   = countFull + 1
)

// QueueFull is the witness of a segment that was lost because too many were under way.
const QueueFull = "a segment lost because too many were under way"

func witnessNames() []string {
	names := make([]string, 0, numCounts)
	for i := range Properties {
		names = append(names, Properties[i].Name)
	}
	for r := range tcp.RuleID(tcp.NumRules) {
		names = append(names, r.String())
	}
	for s := range tcp.State(tcp.NumStates) {
		names = append(names, s.String())
	}
	return append(names, QueueFull)
}

// finding is what properties say of one host or step: the set of those that hold,
// and of those that are broken, by their places.
type finding struct{ held, broken places }

// places is a set of places in Properties.
type places [4]uint64

func (s *places) add(place int) { s[place/64] |= 1 << (place % 64) }

func (s *places) each(visit func(place int)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			visit(64*i + bits.TrailingZeros64(word))
		}
	}
}

func (s *places) has(place int) bool { return s[place/64]>>(place%64)&1 != 0 }

// join adds what another finding says.
func (f *finding) join(g *finding) {
	for i := range f.held {
		f.held[i] |= g.held[i]
		f.broken[i] |= g.broken[i]
	}
}

func (f *finding) note(v Verdict, place int) {
	switch v {
	case Holds:
		f.held.add(place)
	case Broken:
		f.broken.add(place)
	}
}

// ofHost asks what concerns one host alone.
func (c *checks) ofHost(h *Host) (f finding) {
	for i := range c.host {
		f.note(c.host[i].ask(h), c.host[i].place)
	}
	c.seen[0] = h.seen(&h.TCB)
	for i := range c.hosts {
		f.note(Verdict(c.hosts[i].ask(&c.seen[0], nil)), c.hosts[i].place)
	}
	return f
}

// ofStep asks what concerns a step: the event itself, and what the host did behind it.
func (c *checks) ofStep(s *Step) (f finding) {
	for i := range c.step {
		f.note(c.step[i].ask(s), c.step[i].place)
	}
	if seen := s.seen(); seen != nil {
		c.ofEvent(seen, &f)
	}
	for i := range s.Then {
		c.ofEvent(s.behind(i), &f)
	}
	return f
}

// ofEvent asks what the text says of an event.
func (c *checks) ofEvent(s *proof.Step, f *finding) {
	of := &c.steps[s.Event][s.Before.TCB.State]
	shown := s.Signs(of.all)
	for i, signs := range of.signs {
		if signs&^shown != 0 {
			continue
		}
		list := of.ask[i]
		for j := range list {
			f.note(Verdict(list[j].ask(s)), list[j].place)
		}
	}
}

// ofPair asks what concerns both hosts, and finds what is to be marked for liveness.
func (c *checks) ofPair(a, b *Host) (f finding, marks uint64) {
	hosts := [2]*Host{a, b}
	c.seen = [2]proof.Host{a.seen(&a.TCB), b.seen(&b.TCB)}
	for i := range hosts {
		for j := range c.texts {
			q := &c.texts[j]
			f.note(Verdict(q.ask(&c.seen[i], &c.seen[1-i])), q.place)
		}
		for j := range c.pair {
			q := &c.pair[j]
			f.note(q.ask(hosts[i], hosts[1-i]), q.place)
		}
	}
	for i := range c.marks {
		m := &c.marks[i]
		h, p := hosts[m.host], hosts[1-m.host]
		if m.live.From != nil && m.live.From(h, p) {
			marks |= 1 << m.bits
		}
		if m.live.Goal(h, p) {
			marks |= 2 << m.bits
		}
	}
	return f, marks
}
