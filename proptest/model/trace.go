package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/ladder"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Trace is a counterexample: a schedule of events from the beginning. It can be
// written as JSON, walked again on any core, and drawn.
type Trace struct {
	Config   string      `json:"config"`
	World    string      `json:"world,omitempty"` // what the Config was like, as Config.Mark says
	Property string      `json:"property"`
	Says     string      `json:"says"`
	Source   string      `json:"source"`
	Place    string      `json:"place,omitempty"`   // of the property: file:line
	Again    string      `json:"again,omitempty"`   // the command that found it
	Reading  string      `json:"reading,omitempty"` // … in a reading of the text: literal, and defects; none: the code that ships
	Schedule []Scheduled `json:"schedule"`
	// Cycle is where in the schedule a cycle begins that can be walked for ever; -1
	// if there is none. Ends tells that nothing but harm can follow the last event.
	Cycle int  `json:"cycle"`
	Ends  bool `json:"ends,omitempty"`
}

// Scheduled is an Event with its name, and its description for people. Of an event
// that is only tried, the description says what it is.
type Scheduled struct {
	Event Event
	Text  string
}

type scheduledJSON struct {
	Event string `json:"event"`
	Host  string `json:"host"`
	Arg   uint16 `json:"arg,omitempty"`
	Text  string `json:"text,omitempty"`
}

// MarshalJSON writes the event by its name, and the host as A or B.
func (s Scheduled) MarshalJSON() ([]byte, error) {
	return json.Marshal(scheduledJSON{s.Event.Kind.String(), hostName(s.Event.Host), s.Event.Arg, s.Text})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Scheduled) UnmarshalJSON(b []byte) error {
	j := struct {
		Event string          `json:"event"`
		Host  string          `json:"host"`
		Arg   json.RawMessage `json:"arg"` // one that will not do is said in words of the trace
		Text  string          `json:"text"`
	}{Arg: json.RawMessage("0")}
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("the event %.200s: %w", b, counterexample.InWords(err))
	}
	arg, err := strconv.ParseUint(string(j.Arg), 10, 16)
	if err != nil {
		return fmt.Errorf("the event %q at host %q, %q: its arg is %s; want a number from 0 to %d", j.Event, j.Host, j.Text, j.Arg, math.MaxUint16)
	}
	for k, name := range kindNames {
		if name == j.Event && (j.Host == hostName(0) || j.Host == hostName(1)) {
			*s = Scheduled{Event{Kind(k), uint8(bit(j.Host == hostName(1))), uint16(arg)}, j.Text}
			return nil
		}
	}
	return fmt.Errorf("no event %q at host %q: events are %q, hosts A and B", j.Event, j.Host, kindNames)
}

func hostName(i uint8) string { return string(rune('A' + i)) }

// ReadTrace reads a trace that was written as JSON, and looks whether it can be one
// of this program's: whether its events can happen shows when it is walked.
func ReadTrace(b []byte) (*Trace, error) {
	t := Trace{Cycle: -1}
	if err := counterexample.ReadTrace(b, &t, "the explorer"); err != nil {
		return nil, err
	}
	return &t, t.check()
}

// check looks whether the trace is about what there is.
func (t *Trace) check() error {
	c := Find(t.Config)
	if c == nil {
		return fmt.Errorf("the trace is of configuration %q, which there is not; lockstep verify -list shows all%s", t.Config, t.patched())
	}
	p := propertyOf(t.Property)
	if p == nil {
		return fmt.Errorf("the trace is about property %q, which there is not; lockstep verify -list shows all%s", t.Property, t.patched())
	}
	switch {
	case t.Cycle < -1 || t.Cycle >= 0 && t.Cycle >= len(t.Schedule):
		return fmt.Errorf("the cycle begins at %d of a schedule of %d events", t.Cycle, len(t.Schedule))
	case t.Cycle >= 0 && t.Ends:
		return errors.New("a cycle goes on and does not end")
	case p.Live == nil && (t.Cycle >= 0 || t.Ends):
		return fmt.Errorf("%s is about states and steps; a cycle or an end cannot break it", p.Name)
	case p.Live != nil && t.Cycle < 0 && !t.Ends:
		return fmt.Errorf("%s is about what goes on for ever; the trace has neither a cycle nor an end", p.Name)
	}
	for n, s := range t.Schedule {
		if e := s.Event; !c.knows(e) {
			return fmt.Errorf("event %d is a %v at %s with arg %d, which none has in configuration %s", n+1, e.Kind, hostName(e.Host), e.Arg, c.Name)
		}
		if only := s.Event.Kind >= Tried; only && n+1 < len(t.Schedule) {
			return fmt.Errorf("event %d is only tried, and others follow it", n+1)
		}
		if s.Event.Kind == Tried && s.Text == "" {
			return fmt.Errorf("event %d is tried, and its text does not say what", n+1)
		}
	}
	return nil
}

// patched says what may be amiss with a trace of a patched text.
func (t *Trace) patched() string {
	if !strings.HasPrefix(t.Again, "lockstep mutate -patch ") {
		return ""
	}
	return "; it was found in a patched text (" + t.Again + "): copy the patch into spec/tcp, and go generate ./..., first"
}

// propertyOf is the property of a name; nil if there is none.
func propertyOf(name string) *Property {
	for i := range Properties {
		if Properties[i].Name == name {
			return &Properties[i]
		}
	}
	return nil
}

// Place is where the property stands: file and line of the text, or of the code.
func (p *Property) Place() string {
	if place := counterexample.InText(p.Name); place != "" {
		return place
	}
	for _, ask := range []any{p.Host, p.Pair, p.Step} {
		if place := counterexample.InCode(ask); place != "" {
			return place
		}
	}
	return ""
}

// trace makes a Trace of moves; the first of prefix is the initial state.
func (s *space) trace(property int, prefix, cycle []explore.Move) *Trace {
	p := &Properties[property]
	t := &Trace{
		Config: s.c.Name, World: s.c.Mark(), Property: p.Name, Says: p.Says, Source: p.Source, Place: p.Place(),
		Cycle: -1, Ends: p.Live != nil && len(cycle) == 0,
	}
	if len(cycle) > 0 {
		t.Cycle = len(prefix) - 1
	}
	from := prefix[0].State
	for _, m := range append(prefix[1:len(prefix):len(prefix)], cycle...) {
		t.Schedule = append(t.Schedule, s.scheduled(from, m))
		from = m.State
	}
	return t
}

// breach makes a Trace of a breach, with the trial or the call at its end that broke
// the property, if one did.
func (s *space) breach(b *explore.Breach) *Trace {
	t := s.trace(b.Property, b.Trace, nil)
	if b.Step >= 0 || !s.c.Pokes {
		return t
	}
	var w World
	s.Decode(b.State, &w)
	k := s.worker()
	for i := range w.Host {
		if f := k.checks.ofHost(&w.Host[i]); f.broken.has(b.Property) {
			return t
		}
	}
	for i := range w.Host {
		if n := k.blame(i, &w.Host[i], b.Property); n >= 0 {
			t.Schedule = append(t.Schedule, Scheduled{Event{Tried, uint8(i), uint16(n)}, k.trials[n].text()})
			return t
		}
		if kind, ok := k.blamePoke(i, &w.Host[i], b.Property); ok {
			e := Event{Poked, uint8(i), uint16(kind)}
			t.Schedule = append(t.Schedule, Scheduled{e, s.c.Text(e)})
			return t
		}
	}
	return t
}

// scheduled is a move from an encoded state, described.
func (s *space) scheduled(from []byte, m explore.Move) Scheduled {
	e := eventOf(m.Label)
	var w World
	s.Decode(from, &w)
	text := s.c.Text(e)
	if p := s.packet(&w, e); p != nil {
		text += " " + p.String()
	}
	return Scheduled{e, text}
}

// words are what an event is called: what it is in the world, and not what the file says
// of it, which somebody may have edited. Of a segment that is not there only the file knows.
func (s *space) words(w *World, e Scheduled) string {
	if e.Event.Kind == Tried {
		return e.Text // by which it is found
	}
	text := s.c.Text(e.Event)
	if p := s.packet(w, e.Event); p != nil {
		return text + " " + p.String()
	}
	if !s.c.knows(e.Event) {
		return fmt.Sprintf("%s (arg %d, which no such event has)", text, e.Event.Arg)
	}
	if strings.HasPrefix(e.Text, text+" <") {
		return e.Text
	}
	return text
}

// knows tells that some event of the kind has such an Arg.
func (c *Config) knows(e Event) bool {
	switch n := int(e.Arg); e.Kind {
	case CallOf:
		return n < len(c.Script[e.Host])
	case Expire, ExpireEarly:
		return n < int(tcp.NumTimers)
	case ICMP:
		return n < 2
	case Forge, Tried: // how many there are depends on the host
		return true
	case Poked:
		return n < int(numPokes)
	default:
		return n == 0
	}
}

// packet is the segment that an event is about; nil if there is none.
func (s *space) packet(w *World, e Event) *Packet {
	way := &w.Net[1-e.Host]
	switch e.Kind {
	case Deliver, Lose, Duplicate, Delay:
		if way.N > 0 {
			return &way.Seg[0]
		}
	case DeliverLate:
		if way.Late {
			return &way.Slow
		}
	case Forge:
		if forged := s.c.forged(&w.Host[e.Host].TCB, nil); int(e.Arg) < len(forged) {
			return &forged[e.Arg]
		}
	}
	return nil
}

// String is the segment as the RFC writes one.
func (p *Packet) String() string {
	s := p.sent()
	return ladder.Text(&s)
}

func (p *Packet) sent() tcp.Sent {
	return tcp.Sent{SEQ: p.SEQ, ACK: p.ACK, DATA: uint32(p.DATA), UP: uint32(p.UP), CTL: p.CTL}
}
