package explore

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync/atomic"
	"testing"
)

// twins is two machines of one random table: what one may do depends on both, and
// what it may do in the other's place is the same. Some pairs break a property, some steps another.
type twins struct {
	size   byte
	steps  [][]byte // of a machine in x beside one in y, at x*size+y: where to
	mark   []uint64 // two bits of that
	broken byte     // by any pair with one machine here
	starts [][2]byte
	again  *atomic.Int64 // counts the steps said to be to a known successor; nil: none is said so
}

func newTwins(seed uint64) *twins {
	r := rand.New(rand.NewPCG(seed, 7))
	n := 2 + r.IntN(7)
	m := &twins{size: byte(n), steps: make([][]byte, n*n), mark: make([]uint64, n*n), broken: byte(r.IntN(3 * n))}
	for i := range m.steps {
		for range r.IntN(3) {
			m.steps[i] = append(m.steps[i], byte(r.IntN(n)))
		}
		m.mark[i] = [...]uint64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3}[r.IntN(16)]
	}
	m.starts = [][2]byte{{}}
	for range r.IntN(3) { // and the image of each
		x, y := byte(r.IntN(n)), byte(r.IntN(n))
		m.starts = append(m.starts, [2]byte{x, y}, [2]byte{y, x})
	}
	return m
}

func (m *twins) Name() string                       { return "twins" }
func (m *twins) Encode(s *[2]byte, b []byte) []byte { return append(b, s[0], s[1]) }
func (m *twins) Decode(b []byte, s *[2]byte)        { *s = [2]byte(b) }
func (m *twins) Worker() Worker[[2]byte]            { return m }
func (m *twins) Witnesses() []string                { return []string{"a machine at 0", "a step to 1"} }
func (m *twins) Flush(*Visitor[[2]byte])            {}

func (m *twins) Start(put func(*[2]byte)) {
	for _, s := range m.starts {
		put(&s)
	}
}

func (m *twins) Expand(b []byte, v *Visitor[[2]byte]) {
	known := map[[2]byte]Successor{}
	for i, own := range b {
		other := b[1-i]
		at := int(own)*int(m.size) + int(other)
		v.Mark(m.mark[at] << (2 * i))
		if own == 0 {
			v.Count[0] += v.Weight()
		}
		if own == m.broken {
			v.Violated(0)
		}
		for k, to := range m.steps[at] {
			next := [2]byte{to, other}
			if i == 1 {
				next = [2]byte{other, to}
			}
			if to == 1 {
				v.Count[1] += v.Weight()
			}
			switch class := Class(2*k + i); {
			case m.again == nil:
				v.Step(Label(k), class, &next)
			case v.StepAgain(class, known[next]):
				m.again.Add(1)
			default:
				known[next] = v.StepTo(Label(k), class, m.Encode(&next, v.Room()))
			}
			if to == m.broken-m.size {
				v.Broken(1)
			}
		}
	}
}

func (m *twins) Image(s, b []byte) []byte      { return append(b, s[1], s[0]) }
func (m *twins) ImageClass(c Class) Class      { return c ^ 1 }
func (m *twins) ImageMarks(bits uint64) uint64 { return bits&3<<2 | bits>>2&3 }

// marks is those of a state, of both machines.
func (m *twins) marks(s []byte) uint64 { return m.mark[s[0]*m.size+s[1]] | m.mark[s[1]*m.size+s[0]]<<2 }

// What is said up to symmetry is what is said without, of each of the two halves alone, too.
func TestSymmetry(t *testing.T) {
	var properties []Liveness
	for host := range 2 {
		for _, s := range []bool{weak, strong} {
			for _, f := range [][]Fairness{nil, {fair(0, s)}, {fair(1, s)}, {fair(0, s), fair(2, s)}, {fair(0, s), fair(1, s), fair(2, s), fair(3, s)}} {
				properties = append(properties, Liveness{Trigger: trigger << (2 * host), Goal: goal << (2 * host), Fair: f},
					Liveness{Goal: goal << (2 * host), Fair: f})
			}
		}
	}
	for _, within := range []Classes{Of(0), Of(1), Of(0, 1), Of(0, 3)} {
		properties = append(properties, Liveness{NoCycle: within})
	}
	var fewer, lassos, breaches int
	for seed := range uint64(400) {
		m := newTwins(seed)
		whole := run(t, m, Options{Liveness: properties, KeepGoing: true})
		half := run(t, m, Options{Liveness: properties, KeepGoing: true, Symmetry: true, Workers: 1 + int(seed%3)})
		if counted(half) != counted(whole) {
			t.Fatalf("seed %d:\n%v\n%v", seed, counted(whole), counted(half))
		}
		if half.Visited < whole.States {
			fewer++
		}
		for i, v := range whole.Verdicts {
			w := half.Verdicts[i]
			if v.Holds != w.Holds || v.Vacuous != w.Vacuous || v.Cases != w.Cases || len(v.Prefix) != len(w.Prefix) {
				t.Fatalf("seed %d, property %+v:\n%+v\n%+v", seed, properties[i], v, w)
			}
			if w.Prefix == nil {
				continue
			}
			lassos++
			if !breaks(m, m.marks, &properties[i], w) {
				t.Fatalf("seed %d: does not break %+v: %v", seed, properties[i], w)
			}
		}
		if fmt.Sprint(places(whole.Breaches)) != fmt.Sprint(places(half.Breaches)) {
			t.Fatalf("seed %d:\n%+v\n%+v", seed, whole.Breaches, half.Breaches)
		}
		for _, b := range half.Breaches {
			breaches++
			if !follows(m, b.Trace) || !begins(m, b.Trace[0]) {
				t.Fatalf("seed %d: no trace: %+v", seed, b)
			}
		}
	}
	if fewer < 200 || lassos < 200 || breaches < 100 {
		t.Errorf("%d searches smaller, %d lassos, %d breaches: too few to mean anything", fewer, lassos, breaches)
	}
}

// A step to a known successor is a step as any other: in counts, in breaches and in the graph.
func TestStepAgain(t *testing.T) {
	var again atomic.Int64
	lassos := 0
	properties := []Liveness{{Trigger: trigger, Goal: goal, Fair: []Fairness{fair(0, strong), fair(1, weak)}}, {Goal: goal}, {NoCycle: Of(0, 1)}}
	for seed := range uint64(400) {
		m := newTwins(seed)
		o := Options{Liveness: properties, KeepGoing: true, Symmetry: seed%2 == 0, Mode: Mode(seed % 3)}
		want := run(t, m, o)
		m.again = &again
		got := run(t, m, o)
		if counted(got) != counted(want) || !reflect.DeepEqual(got.Breaches, want.Breaches) || !reflect.DeepEqual(got.Verdicts, want.Verdicts) {
			t.Fatalf("seed %d:\n%+v\n%+v", seed, want, got)
		}
		for _, v := range got.Verdicts {
			lassos += len(v.Prefix)
		}
	}
	if again.Load() < 200 || lassos < 200 {
		t.Errorf("%d steps again, %d moves of lassos: too few to mean anything", again.Load(), lassos)
	}
}

// counted is what of counts does not depend on how many of them were visited.
func counted(r *Report) string {
	return fmt.Sprint(r.End, r.States, r.Transitions, r.Depth, r.Widest, r.Terminal, r.Witnesses)
}

// places is what of breaches does not depend on which of a pair was visited.
func places(breaches []Breach) (list [][3]int) {
	for _, b := range breaches {
		list = append(list, [3]int{b.Property, b.Depth, len(b.Trace)})
	}
	return list
}
