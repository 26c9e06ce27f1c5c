package explore

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// charts is a graph written down: its states are letters, the first is the
// initial one; a capital marks the goal (bit 1) and '!' before it the trigger (bit 0).
type charts struct {
	steps map[byte][]chart
	mark  map[byte]uint64
}

type chart struct {
	to    byte
	class Class
}

func (m *charts) Name() string                    { return "chart" }
func (m *charts) Start(put func(*byte))           { s := byte('a'); put(&s) }
func (m *charts) Encode(s *byte, b []byte) []byte { return append(b, *s) }
func (m *charts) Decode(b []byte, s *byte)        { *s = b[0] }
func (m *charts) Worker() Worker[byte]            { return m }
func (m *charts) Witnesses() []string             { return nil }
func (m *charts) Flush(*Visitor[byte])            {}
func (m *charts) Expand(b []byte, v *Visitor[byte]) {
	s := new(byte)
	m.Decode(b, s)
	v.Mark(m.mark[*s])
	for _, c := range m.steps[*s] {
		to := c.to
		v.Step(Label(c.to), c.class, &to)
	}
}

const (
	trigger, goal = 1, 2
	weak, strong  = false, true
)

func fair(c Class, s bool) Fairness { return Fairness{Of(c), s} }

// named is the steps that fairness is about.
func named(fair []Fairness) (steps Classes) {
	for _, f := range fair {
		steps |= f.Steps
	}
	return steps
}

func TestEventually(t *testing.T) {
	ring := map[byte][]chart{'a': {{'b', 0}}, 'b': {{'c', 0}}, 'c': {{'b', 0}, {'d', 1}}, 'd': {}}
	for _, c := range []struct {
		name  string
		steps map[byte][]chart
		mark  map[byte]uint64
		fair  []Fairness
		want  string
	}{
		{"a cycle may avoid the goal", ring, map[byte]uint64{'d': goal}, nil, "a b | c b"},
		{"weak fairness: the exit is closed at b again and again", ring, map[byte]uint64{'d': goal}, []Fairness{fair(0, weak), fair(1, weak)}, "a b | c b"},
		{"strong fairness: the exit must be taken at last", ring, map[byte]uint64{'d': goal}, []Fairness{fair(0, weak), fair(1, strong)}, "holds"},
		{"the end of an execution without the goal", ring, map[byte]uint64{'b': 0}, []Fairness{fair(0, weak), fair(1, strong)}, "a b c d |"},
		{"where only steps are possible that nobody must take, it may end", map[byte][]chart{'a': {{'b', 5}}, 'b': {}},
			map[byte]uint64{'b': goal}, []Fairness{fair(0, strong)}, "a |"},
		{"without fairness, any step is taken if there is no other", map[byte][]chart{'a': {{'b', 5}}, 'b': {}}, map[byte]uint64{'b': goal}, nil, "holds"},
		{"no trigger, no verdict", ring, map[byte]uint64{'d': goal, 'z': trigger}, nil, "vacuous"},
		{"the goal was met before the trigger", map[byte][]chart{'a': {{'b', 0}}, 'b': {{'c', 0}}, 'c': {{'c', 0}}},
			map[byte]uint64{'b': goal, 'c': trigger}, nil, "a b c | c"},
		{"the goal is met with the trigger", map[byte][]chart{'a': {{'b', 0}}, 'b': {{'b', 0}}},
			map[byte]uint64{'b': goal | trigger}, nil, "holds"},
		{"weak fairness: the exit is open at each state of the cycle",
			map[byte][]chart{'a': {{'b', 0}, {'d', 1}}, 'b': {{'a', 0}, {'d', 1}}, 'd': {}}, map[byte]uint64{'d': goal}, []Fairness{fair(1, weak)}, "holds"},
		{"a self-loop is a cycle", map[byte][]chart{'a': {{'a', 0}, {'d', 1}}, 'd': {}}, map[byte]uint64{'d': goal}, nil, "a | a"},
		{"the cycle has to show that it is fair",
			map[byte][]chart{'a': {{'a', 0}, {'b', 1}}, 'b': {{'a', 0}, {'d', 0}}, 'd': {}},
			map[byte]uint64{'d': goal}, []Fairness{fair(1, weak), fair(0, weak)}, "a | b a"},
		{"strong fairness leaves a smaller cycle",
			map[byte][]chart{'a': {{'b', 0}}, 'b': {{'a', 0}, {'c', 0}}, 'c': {{'c', 0}, {'b', 0}}, 'd': {}},
			map[byte]uint64{'d': goal}, []Fairness{fair(0, strong)}, "a | b a"},
		{"strong fairness twice: first one component, then a part of it",
			map[byte][]chart{'a': {{'b', 0}, {'d', 1}}, 'b': {{'a', 0}, {'c', 0}}, 'c': {{'c', 0}, {'b', 0}}, 'd': {}},
			map[byte]uint64{'d': goal}, []Fairness{fair(0, weak), fair(1, strong)}, "a b | c b"},
	} {
		if c.mark['z'] == 0 {
			c.mark['a'] |= trigger
		}
		for b, m := range c.mark {
			if m&trigger != 0 && b != 'a' && b != 'z' {
				c.mark['a'] &^= trigger
			}
		}
		got := verdict(t, &charts{c.steps, c.mark}, Liveness{Name: c.name, Trigger: trigger, Goal: goal, Due: named(c.fair), Fair: c.fair})
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func verdict(t *testing.T, m *charts, p Liveness) string {
	v := run[byte](t, m, Options{Liveness: []Liveness{p}}).Verdicts[0]
	switch {
	case v.Holds:
		return "holds"
	case v.Prefix == nil:
		if !v.Vacuous {
			t.Error("fails without a counterexample")
		}
		return "vacuous"
	}
	text := ""
	for _, m := range v.Prefix {
		text += fmt.Sprintf("%s ", m.State)
	}
	text += "|"
	for _, m := range v.Cycle {
		text += fmt.Sprintf(" %s", m.State)
	}
	return text
}

func TestNoCycle(t *testing.T) {
	m := &charts{map[byte][]chart{
		'a': {{'b', 0}, {'c', 1}}, 'b': {{'a', 1}, {'c', 0}}, 'c': {{'d', 0}}, 'd': {{'b', 1}, {'e', 2}}, 'e': {{'e', 3}},
	}, nil}
	for class, want := range map[Classes]string{
		Of(0): "holds", Of(1): "holds", Of(0, 1): "a | b a", Of(2): "holds", Of(3): "a c d e | e", Of(4): "vacuous",
	} {
		if got := verdict(t, m, Liveness{NoCycle: class}); got != want {
			t.Errorf("classes %b: %s, want %s", class, got, want)
		}
	}
}

// The two TCPs with unbounded loss: no packet war; and as SPIN says, an
// adversary that loses everything keeps them from closing.
func TestLivenessOfTwoTCPs(t *testing.T) {
	r := run(t, &twoTCP{data: 1, simOpen: true}, Options{Liveness: []Liveness{
		{Name: "no packet war", NoCycle: Of(tcpDeliver)},
		{Name: "closes", Goal: goal, Fair: []Fairness{fair(tcpDeliver, strong), fair(tcpTimer, strong), fair(tcpUser, strong)}},
	}})
	if v := r.Verdicts[0]; !v.Holds {
		t.Errorf("%+v", v)
	}
	if v := r.Verdicts[1]; v.Holds || len(v.Cycle) == 0 {
		t.Errorf("%+v", v)
	}
}

// What is found on components is what is found by trying every set of states that an
// execution could stay in; and what is shown of it is a fair execution.
func TestLivenessByForce(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 11))
		m := newChart(r)
		p := Liveness{Trigger: uint64(r.IntN(2)) * trigger, Goal: goal}
		if r.IntN(4) == 0 {
			p = Liveness{NoCycle: Classes(1 + r.IntN(7))}
		}
		p.Due = Classes(r.IntN(16))
		for c := range Class(r.IntN(4)) {
			p.Fair = append(p.Fair, fair(c, r.IntN(2) == 0))
		}
		v := run[byte](t, m, Options{Liveness: []Liveness{p}}).Verdicts[0]
		want, cases := m.byForce(&p)
		if (v.Prefix != nil) != want || v.Vacuous != (cases == 0) || v.Holds != (!want && cases > 0) {
			t.Fatalf("seed %d, %+v of %+v: %+v; by force: %v, of %d", seed, p, m, v, want, cases)
		}
		seen[fmt.Sprint("no cycle ", p.NoCycle != 0, ", found ", want, ", ends ", v.Prefix != nil && v.Cycle == nil)]++
		if v.Prefix != nil && !breaks(m, func(s []byte) uint64 { return m.mark[s[0]] }, &p, v) {
			t.Fatalf("seed %d, %+v of %+v: not an execution that breaks it: %+v", seed, p, m, v)
		}
	}
	if len(seen) < 5 {
		t.Errorf("not of every kind: %v", seen)
	}
}

// newChart draws a chart of up to six states.
func newChart(r *rand.Rand) *charts {
	m := &charts{map[byte][]chart{}, map[byte]uint64{}}
	n := 2 + r.IntN(5)
	for i := range n {
		s := 'a' + byte(i)
		for range r.IntN(4) {
			m.steps[s] = append(m.steps[s], chart{'a' + byte(r.IntN(n)), Class(r.IntN(4))})
		}
		m.mark[s] = [...]uint64{0, 0, 0, 0, trigger, goal, goal, trigger | goal}[r.IntN(8)]
	}
	m.mark['a'] |= uint64(r.IntN(2)) * trigger
	return m
}

// bit is where a state of newChart stands in a set.
func bit(s byte) uint64 { return 1 << (s - 'a') }

// reach is the set of states that steps lead to from those given, through allowed states alone.
func (m *charts) reach(from []byte, within Classes, allowed func(byte) bool) (set uint64) {
	for len(from) > 0 {
		s := from[0]
		from = from[1:]
		if set&bit(s) != 0 || !allowed(s) {
			continue
		}
		set |= bit(s)
		for _, e := range m.steps[s] {
			if within.Has(e.class) {
				from = append(from, e.to)
			}
		}
	}
	return set
}

// able is the classes of the steps of a state.
func (m *charts) able(s byte) (able Classes) {
	for _, e := range m.steps[s] {
		able |= Of(e.class)
	}
	return able
}

// byForce tells whether a property of infinite executions fails, and of how many cases it speaks.
func (m *charts) byForce(p *Liveness) (fails bool, cases int) {
	everyState := func(byte) bool { return true }
	reached := m.reach([]byte("a"), all, everyState)
	within := all
	region := reached
	if p.NoCycle != 0 {
		within = p.NoCycle
	} else {
		var from []byte
		for s := byte('a'); s <= 'f'; s++ {
			if reached&bit(s) != 0 && (m.mark[s]&p.Trigger != 0 || p.Trigger == 0 && s == 'a') {
				from = append(from, s)
			}
		}
		cases = len(from)
		region = m.reach(from, all, func(s byte) bool { return m.mark[s]&goal == 0 })
	}
	for s := byte('a'); s <= 'f'; s++ {
		if p.NoCycle != 0 && reached&bit(s) != 0 {
			for _, e := range m.steps[s] {
				cases += int(within >> e.class & 1)
			}
		}
		if p.NoCycle == 0 && region&bit(s) != 0 && m.able(s)&p.due() == 0 {
			fails = true
		}
	}
	for set := uint64(1); set < 1<<6; set++ { // to stay in
		if set&^region != 0 {
			continue
		}
		in := func(s byte) bool { return set&bit(s) != 0 }
		var inside, somewhere Classes
		everywhere, whole := all, true
		for s := byte('a'); s <= 'f'; s++ {
			if !in(s) {
				continue
			}
			somewhere |= m.able(s)
			everywhere &= spread(m.able(s), p.Fair)
			var next []byte
			for _, e := range m.steps[s] {
				if within.Has(e.class) && in(e.to) {
					inside |= Of(e.class)
					next = append(next, e.to)
				}
			}
			whole = whole && m.reach(next, within, in) == set // each from each, in one step or more
		}
		for i, f := range p.Fair {
			if p.NoCycle == 0 && f.Steps&inside == 0 && (f.Strong && f.Steps&somewhere != 0 || !f.Strong && everywhere>>i&1 != 0) {
				whole = false
			}
		}
		fails = fails || whole
	}
	return fails, cases
}

// spread is a bit for each fairness of which a step is possible.
func spread(able Classes, fair []Fairness) (bits Classes) {
	for i, f := range fair {
		if able&f.Steps != 0 {
			bits |= 1 << i
		}
	}
	return bits
}

// breaks tells whether a verdict's execution is one of the model, and breaks the property:
// it is fair and stays without the goal once there was a trigger, or it goes round by steps
// of the classes alone.
func breaks[S any](m Model[S], marks func(state []byte) uint64, p *Liveness, v Verdict) bool {
	end := v.Prefix[len(v.Prefix)-1]
	around := append([]Move{end}, v.Cycle...)
	if !begins(m, v.Prefix[0]) || !follows(m, v.Prefix) || !follows(m, around) || !bytes.Equal(around[len(v.Cycle)].State, end.State) {
		return false
	}
	var taken, somewhere Classes
	everywhere, triggered := all, false
	for _, move := range v.Prefix {
		mark := marks(move.State)
		triggered = (triggered || mark&p.Trigger != 0 || p.Trigger == 0 && begins(m, move)) && mark&p.Goal == 0
	}
	for i, move := range around {
		var able Classes
		Successors(m, move.State, func(_ Label, c Class, _ *S) { able |= Of(c) })
		somewhere |= spread(able, p.Fair)
		everywhere &= spread(able, p.Fair)
		if len(v.Cycle) == 0 {
			return triggered && able&p.due() == 0
		}
		if i > 0 {
			taken |= Of(move.Class)
			triggered = triggered && marks(move.State)&p.Goal == 0
		}
	}
	if p.NoCycle != 0 {
		return taken&^p.NoCycle == 0
	}
	for i, f := range p.Fair {
		if f.Steps&taken == 0 && (f.Strong && somewhere>>i&1 != 0 || !f.Strong && everywhere>>i&1 != 0) {
			return false
		}
	}
	return triggered
}

// begins tells whether a move is one to an initial state.
func begins[S any](m Model[S], first Move) (begins bool) {
	m.Start(func(s *S) { begins = begins || bytes.Equal(m.Encode(s, nil), first.State) })
	return begins
}

// follows tells whether moves are steps of the model, one behind the other.
func follows[S any](m Model[S], moves []Move) bool {
	for i, to := range moves[1:] {
		found := false
		Successors(m, moves[i].State, func(l Label, c Class, next *S) {
			found = found || l == to.Label && c == to.Class && bytes.Equal(m.Encode(next, nil), to.State)
		})
		if !found {
			return false
		}
	}
	return true
}
