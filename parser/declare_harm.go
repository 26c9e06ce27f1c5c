package parser

import "slices"

// This file resolves what a world says of the network, the timers and the attacker,
// and of itself as a whole.

// harmVerbs are the phrases that say how often, as participle joins their words.
var harmVerbs = map[string]Harm{
	"loses": Loses, "duplicates": Duplicates, "delays": Delays, "reports": Reports, "expireearly": Early, "giveup": GivesUp,
}

// harmSaid are what the phrases say.
var harmSaid = [numHarms]string{
	"what the network loses", "what it duplicates", "what it delays", "what it reports", "what the attacker forges",
	"what expires early", "what gives up",
}

// harms resolves the phrases of a line.
func (s *stage) harms(items []*harmNode, whose string, verbs map[string]bool) {
	for _, item := range items {
		at := s.file.place(item.Pos)
		switch {
		case !verbs[item.Verb]:
			d := s.errorf("syntax", at, "this is not said of %s", whose)
			s.help(d, "%s", shapeOf(whose))
		case item.Verb == "carries":
			s.says("what the network carries", at)
			if len(item.Times) > 1 || item.Times[0].Whose != nil {
				d := s.errorf("world", at, "the network carries as much in each direction")
				s.help(d, "%s", shapeOf("the network"))
			}
			s.world.Carries = s.count(item.Times[0].Number, at, 1, MaxCarries, "the network carries")
		default:
			s.harm(harmVerbs[item.Verb], item.Times, at)
		}
	}
}

// harm resolves how often: of both hosts, or of one or each.
func (s *stage) harm(h Harm, times []*amountNode, at Pos) {
	s.says(harmSaid[h], at)
	var all [2]int
	seen := map[int]bool{}
	for _, t := range times {
		place := s.file.place(t.Pos)
		n := s.count(t.Number, place, 0, MaxHarm, "of this there may be")
		if t.Whose == nil {
			if len(times) > 1 {
				d := s.errorf("world", place, "this is about both hosts, and there is more")
				s.help(d, "1 is of both; 2 of A, and none of B; 2 of A and 1 of B")
			}
			all = [2]int{n, n}
			continue
		}
		for _, i := range s.sides(*t.Whose) {
			if seen[i] {
				s.errorf("duplicate", place, "host %s is named twice", sideNames[i])
			}
			seen[i] = true
			all[i] = n
		}
	}
	s.world.Harm[h] = all
}

// old resolves a segment of a former connection.
func (s *stage) old(n *oldNode) {
	at := s.file.place(n.Pos)
	line := &drawnLine{}
	for _, f := range n.Fields {
		field := drawnField{name: f.Tokens[1]}
		if len(f.Values) > 0 {
			field.values = f.Tokens[3 : len(f.Tokens)-1]
		}
		line.fields = append(line.fields, field)
	}
	drawn := s.drawn(s.file, line)
	if drawn.SEQ.Letter != "" || drawn.ACK != nil && drawn.ACK.Letter != "" {
		d := s.errorf("number", at, "a segment that is still under way has numbers, and no letters")
		s.help(d, "those of the former connection begin at ISS, those of the next one %d above", LifeGap)
	}
	if drawn.Count > MaxText || drawn.DATA && drawn.Count == 0 {
		d := s.errorf("limit", at, "a segment that is still under way has 1 to %d octets of text, or none", MaxText)
		s.help(d, "write <DATA=1>, or nothing")
	}
	for _, i := range s.sides(n.Whose) {
		s.says("what is still under way of "+sideNames[i], at)
		s.world.Old[i] = drawn
	}
}

var forgedKinds = map[string]Forged{"RST": ForgesRST, "SYN": ForgesSYN, "text": ForgesText, "ACK": ForgesACK, "early": ForgesEarly}

func (s *stage) attacker(n *attackerNode) {
	s.harm(Forgeries, n.Times, s.file.place(n.Pos))
	s.world.Forges = 0
	for _, k := range n.Kinds {
		kind, ok := forgedKinds[k.Text]
		at := s.file.place(k.Pos)
		switch {
		case !ok:
			d := s.errorf("unknown-name", at, "the attacker forges no %s", k.Text)
			s.help(d, "there are RST, SYN, text and ACK; and early: also while a connection is opened")
		case s.world.Forges&kind != 0:
			s.errorf("duplicate", at, "%s is forged twice", k.Text)
		}
		s.world.Forges |= kind
	}
}

// plain resolves a line that says one thing of the whole world.
func (s *stage) plain(n *plainLineNode) {
	at, w := s.file.place(n.Pos), s.world
	switch {
	case n.Clock != "":
		s.says("the clock", at)
		w.Clock = n.Clock == "runs"
	case n.Start != "":
		s.says("the start", at)
		w.Begun = n.Start == "after"
	case n.Tries != "":
		s.says("what is tried", at)
		w.Tries = n.Tries == "everything"
	case n.States != "":
		s.says("how many states there are", at)
		w.States = s.count(n.States, at, 1, 1<<31-1, "states are counted from")
	case len(n.Shows) > 0:
		s.says("what is shown", at)
		for _, name := range n.Shows {
			if p := s.property(name, w.Shows, "shown"); p != nil {
				w.Shows = append(w.Shows, p)
			}
		}
	default:
		s.says("what is asked", at)
		w.Asks = nil
		for _, name := range n.Asks {
			s.ask(name)
		}
	}
}

// property resolves a property that a list goes on with; nil after an error.
func (s *stage) property(n *nameNode, before []*Property, done string) *Property {
	at := s.file.place(n.Pos)
	choices := &space{what: "property", byName: map[string]named{}}
	for _, p := range s.spec.Properties {
		choices.byName[p.Name] = named{decl: &p.Decl, thing: p}
	}
	thing, _ := s.find(choices, n.Text, at)
	p, _ := thing.(*Property)
	if p != nil && slices.Contains(before, p) {
		s.errorf("duplicate", at, "%s is %s twice", p.Name, done)
	}
	return p
}

// ask resolves a property to be asked.
func (s *stage) ask(n *nameNode) {
	p := s.property(n, s.world.Asks, "asked")
	if p == nil {
		return
	}
	if !p.ofTheEnd() {
		d := s.errorf("world", s.file.place(n.Pos), "%s is asked in every world", p.Name)
		s.also(d, p.Pos, "it is about states or steps, and not about the end")
		s.help(d, "a world asks properties of the forms eventually and nocycle: whether they can hold depends on what its users do")
	}
	s.world.Asks = append(s.world.Asks, p)
}

// ofTheEnd tells that worlds ask the property by name.
func (p *Property) ofTheEnd() bool { return p.Form == Eventually || p.Form == NoCycle }
