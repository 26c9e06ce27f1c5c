package explore

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
)

// numbered is twins whose encodings are numbers, in the order in which pairs are met: what
// a number means is known to this value alone.
type numbered struct {
	*twins
	mu    sync.Mutex
	pairs [][2]byte
}

// newNumbered has met some pairs before.
func newNumbered(seed uint64, met ...[2]byte) *numbered {
	return &numbered{twins: newTwins(seed), pairs: met}
}

func (m *numbered) Encode(s *[2]byte, b []byte) []byte { return m.Shorten(s[:], b) }
func (m *numbered) Decode(b []byte, s *[2]byte)        { *s = [2]byte(m.Spell(b, nil)) }
func (m *numbered) Image(e, b []byte) []byte {
	return m.Shorten(m.twins.Image(m.Spell(e, nil), nil), b)
}
func (m *numbered) Worker() Worker[[2]byte] { return m }
func (m *numbered) Expand(b []byte, v *Visitor[[2]byte]) {
	m.twins.Expand(m.Spell(b, nil), v)
}

func (m *numbered) Spell(e, b []byte) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append(b, m.pairs[e[0]][:]...)
}

func (m *numbered) Shorten(spelt, b []byte) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.Index(m.pairs, [2]byte(spelt))
	if i < 0 {
		i = len(m.pairs)
		m.pairs = append(m.pairs, [2]byte(spelt))
	}
	return append(b, byte(i))
}

func (m *numbered) Print(e []byte, strict bool) Print {
	f := Fingerprint(m.Spell(e, nil))
	if !strict {
		f.b = 0
	}
	return f
}

func (m *numbered) Held() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.pairs)) << 20
}

// spelt is the facts of a report, in words that do not depend on who has met what.
func (m *numbered) spelt(r *Report) Report {
	word := func(b []byte) []byte { return m.Spell(b, nil) }
	f := facts(r)
	f.Breaches, f.Verdicts = slices.Clone(f.Breaches), inOtherWords(f.Verdicts, word)
	for i := range f.Breaches {
		b := &f.Breaches[i]
		b.State = word(b.State)
		b.Trace = inOtherWords([]Verdict{{Prefix: b.Trace}}, word)[0].Prefix
	}
	return f
}

// impatient is over when it is asked whether it is, but for the first time.
type impatient struct {
	context.Context
	asked bool
}

func (c *impatient) Err() (err error) {
	if c.asked {
		err = context.Canceled
	}
	c.asked = true
	return err
}

// What a model remembers counts: the bound is hit although the search itself takes little.
func TestBoundOfWhatIsHeld(t *testing.T) {
	m := newNumbered(0)
	all := run[[2]byte](t, m, Options{Workers: 1, KeepGoing: true})
	if all.End != Exhausted || all.Held != m.Held() || all.Octets > 1<<20 {
		t.Fatalf("%v, of which %d are held", all, all.Held)
	}
	m = newNumbered(0)
	r := run[[2]byte](t, m, Options{Workers: 1, KeepGoing: true, MaxOctets: all.Held / 2})
	if r.End != MemoryBound || r.States >= all.States {
		t.Errorf("%v, of at most %d octets", r, all.Held/2)
	}
}

// What is kept means the same to one who has met states in another order: found in pieces,
// also while what must come to pass is decided, it is what is found at once.
func TestResumeInOtherWords(t *testing.T) {
	live := []Liveness{
		{Trigger: trigger, Goal: goal, Fair: []Fairness{fair(0, strong), fair(1, weak)}},
		{Goal: goal << 2, Fair: []Fairness{fair(2, weak)}}, {NoCycle: Of(0, 3)}, {Goal: goal}, {NoCycle: Of(1)},
	}
	lassos, deciding := 0, 0
	for seed := range uint64(300) {
		o := Options{Liveness: live, KeepGoing: true, Symmetry: seed%2 == 0, Mode: Mode(seed % 3), Workers: 1}
		m := newNumbered(seed)
		want := m.spelt(run(t, m, o))
		o.Checkpoint = filepath.Join(t.TempDir(), "save")
		for end, n := Interrupted, 0; end.GoesOn(); n++ {
			o.MaxStates, o.Workers = o.MaxStates+5, 1+n%4
			m := newNumbered(seed, [2]byte{0, byte(n)}, [2]byte{byte(n + 1), 1})
			got, err := Run(&impatient{Context: context.Background()}, m, o)
			if err != nil {
				t.Fatal(err)
			}
			switch end = got.End; {
			case end == Interrupted:
				deciding++
			case end == Exhausted && !reflect.DeepEqual(m.spelt(got), want):
				t.Fatalf("seed %d, in %d pieces:\n%+v\nat once:\n%+v", seed, n+1, m.spelt(got), want)
			}
		}
		for _, v := range want.Verdicts {
			lassos += min(1, len(v.Cycle))
		}
	}
	if lassos < 200 || deciding < 500 {
		t.Errorf("%d lassos, interrupted %d times while deciding: too few to mean anything", lassos, deciding)
	}
}
