package explore

import (
	"fmt"
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
		got := verdict(t, &charts{c.steps, c.mark}, Liveness{Name: c.name, Trigger: trigger, Goal: goal, Fair: c.fair})
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
