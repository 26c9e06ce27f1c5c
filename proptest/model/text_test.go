package model

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// opinions collects where two ways to write a property say different things.
type opinions struct {
	sync.Mutex
	asked  map[string]int
	differ map[string]int
	broken int // verdicts that are so in both
}

func (o *opinions) hold(name string, text, hand Verdict, what func() string) {
	if text == Silent && hand == Silent {
		return
	}
	o.Lock()
	defer o.Unlock()
	o.asked[name]++
	if text == Broken && hand == Broken {
		o.broken++
	}
	if text != hand && !(wider[name] && hand != Broken) && !(narrower[name] && text != Broken && hand != Broken) {
		key := fmt.Sprintf("%s: the text says %v, the code %v", name, text, hand)
		if o.differ[key]++; o.differ[key] == 1 {
			fmt.Println(key, what())
		}
	}
}

// narrower are about fewer or more cases in the text, all of them trivial: figure-5 has
// no words for a state that stays, and no-buffer-overrun goes by the state.
var narrower = map[string]bool{"figure-5": true, "no-buffer-overrun": true}

// wider say more in the text: there they are asked of everything that a host does in a step,
// one by one, and of what is only tried. What is written in Go must not find what they do not.
var wider = func() map[string]bool {
	all := map[string]bool{}
	for _, list := range [][]again{stepAgain, unacceptableAgain, openingAgain, textAgain, outputAgain, callAgain, pokeAgain} {
		for i := range list {
			all[list[i].Name] = true
		}
	}
	return all
}()

// both makes a property that asks both ways.
func (o *opinions) both(text Property, hand *again) Property {
	p := text
	p.text = nil
	switch {
	case p.Host != nil && hand.Host != nil:
		p.Host = func(h *Host) Verdict {
			v := text.Host(h)
			o.hold(p.Name, v, hand.Host(h), func() string { return fmt.Sprintf("%+v", h) })
			return v
		}
	case p.Pair != nil && hand.Pair != nil:
		p.Pair = func(a, b *Host) Verdict {
			v := text.Pair(a, b)
			o.hold(p.Name, v, hand.Pair(a, b), func() string { return fmt.Sprintf("%+v\n%+v", a, b) })
			return v
		}
	case p.Live != nil && hand.Live != nil:
		p.Live, p.Pair = nil, o.live(p.Name, text.Live, hand.Live)
	case p.Step != nil && (hand.Step != nil || hand.Poke != nil):
		wider := wider[p.Name]
		p.Step = func(s *Step) Verdict {
			own, v := ofEach(text.text, s)
			switch {
			case wider:
				own = v
			case s.Event.Kind == Poked:
				return v
			}
			o.hold(p.Name, own, hand.says(s), func() string {
				return fmt.Sprintf("%v %v SEG %+v\nbefore %+v\nmid %+v\nout %+v", s.Event.Kind, s.Event.Arg, s.SEG, s.Before, s.Mid, *s.Out)
			})
			return v
		}
	}
	return p
}

// live is asked of two hosts where two ways to write a property of infinite executions
// say that it begins, and that it has come true. Which cycles there may not be, it
// compares at once.
func (o *opinions) live(name string, text, hand *Live) func(a, b *Host) Verdict {
	if text.NoCycle != hand.NoCycle || (text.From == nil) != (hand.From == nil) || (text.Goal == nil) != (hand.Goal == nil) {
		o.differ[fmt.Sprintf("%s: the text says %+v, the code %+v", name, text, hand)]++
	}
	return func(a, b *Host) Verdict {
		what := func() string { return fmt.Sprintf("%+v\n%+v", a, b) }
		if text.From != nil && hand.From != nil {
			o.hold(name+whenever, implies(text.From(a, b), true), implies(hand.From(a, b), true), what)
		}
		if text.Goal != nil && hand.Goal != nil {
			o.hold(name+eventually, implies(text.Goal(a, b), true), implies(hand.Goal(a, b), true), what)
		}
		return Silent
	}
}

// The two questions of a property of infinite executions.
const whenever, eventually = ", whenever", ", eventually"

// questions are what a property is asked about.
func questions(p *again) (list []string) {
	if p.Live == nil {
		return []string{p.Name}
	}
	if p.Live.From != nil {
		list = append(list, p.Name+whenever)
	}
	if p.Live.Goal != nil {
		list = append(list, p.Name+eventually)
	}
	return list
}

// literalCore is RFC 9293 word for word, which breaks properties.
func literalCore(t *testing.T) func() Core {
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	return interpreting(t, spec, ir.Literal())
}

// interpreting is the machine of a text in a reading.
func interpreting(t *testing.T, spec *parser.Spec, reading ir.Reading) func() Core {
	t.Helper()
	p, err := ir.New(spec, reading)
	if err != nil {
		t.Fatal(err)
	}
	return func() Core {
		core, err := interp.NewCore(p)
		if err != nil {
			panic(err)
		}
		return core
	}
}

// Every property is written in one place, the text's a second time in tests alone.
func TestOnePlace(t *testing.T) {
	named := map[string]bool{}
	for _, p := range Properties { // the text's first; one that refines a queue is asked in two ways
		if named[p.Name] && p.text == nil {
			t.Errorf("%s stands twice: if the text has it now, move the one in Go to second_*_test.go, where it is compared with the text's", p.Name)
		}
		named[p.Name] = true
	}
	again := map[string]bool{}
	for _, p := range written {
		if again[p.Name] {
			t.Errorf("%s is written twice in second_*_test.go", p.Name)
		}
		again[p.Name] = true
		if found := propertyOf(p.Name); found == nil || found.text == nil {
			t.Errorf("%s is not in spec/tcp/properties*.spec: there is nothing to compare it with", p.Name)
		}
	}
}

// The properties of the text say of every state and step what those say that are
// written in second_*_test.go under the same name.
func TestTextAgainstCode(t *testing.T) {
	o := &opinions{asked: map[string]int{}, differ: map[string]int{}}
	kept := slices.Clone(Properties)
	defer copy(Properties, kept)
	for _, hand := range written {
		if p := propertyOf(hand.Name); p != nil {
			*p = o.both(*p, &hand)
		}
	}
	literal := literalCore(t)
	less := int64(1)
	if race.Brief() {
		less = 8
	}
	for _, c := range some(Configs()) {
		for states, core := range map[int64]func() Core{8000: nil, 400: literal} {
			_, err := Verify(context.Background(), c, Options{Core: core, SafetyOnly: true, Options: explore.Options{
				Workers: 1, MaxStates: states / less, KeepGoing: true, // one worker: which states are the first ones is the same in every run
			}})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if o.broken == 0 {
		t.Error("the RFC word for word breaks no property: nothing was compared that is broken")
	}
	for _, key := range slices.Sorted(maps.Keys(o.differ)) {
		t.Errorf("%s, %d times", key, o.differ[key])
	}
	for _, hand := range written {
		for _, q := range questions(&hand) {
			if o.asked[q] == 0 && less == 1 {
				t.Errorf("%s was never asked", q)
			}
		}
	}
}
