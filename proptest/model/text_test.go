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
	o.Lock()
	defer o.Unlock()
	if text == Silent && hand == Silent {
		return
	}
	o.asked[name]++
	if text == Broken && hand == Broken {
		o.broken++
	}
	if text != hand && !(narrower[name] && text != Broken && hand != Broken) {
		key := fmt.Sprintf("%s: the text says %v, the code %v", name, text, hand)
		if o.differ[key]++; o.differ[key] == 1 {
			fmt.Println(key, what())
		}
	}
}

// narrower are about fewer or more cases in the text, all of them trivial: figure-5 has
// no words for a state that stays, and no-buffer-overrun goes by the state.
var narrower = map[string]bool{"figure-5": true, "no-buffer-overrun": true}

// both makes a property that asks both ways.
func (o *opinions) both(text, hand Property) Property {
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
	case p.Step != nil && hand.Step != nil:
		p.On |= hand.On
		p.Step = func(s *Step) Verdict {
			v, w := text.Step(s), Silent
			if hand.On>>s.Event.Kind&1 != 0 {
				w = hand.Step(s)
			}
			o.hold(p.Name, v, w, func() string {
				return fmt.Sprintf("%v %v SEG %+v\nbefore %+v\nmid %+v\nout %+v", s.Event.Kind, s.Timer, s.SEG, s.Before, s.Mid, *s.Out)
			})
			return v
		}
	}
	return p
}

// literalCore is RFC 9293 word for word, which breaks properties.
func literalCore(t *testing.T) func() Core {
	spec, found := parser.Load(os.DirFS("../../spec/tcp"))
	if spec == nil {
		t.Fatal(found)
	}
	p, err := ir.New(spec, ir.Literal())
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

// The properties of the text say of every state and step what those say that are
// written here under the same name.
func TestTextAgainstCode(t *testing.T) {
	o := &opinions{asked: map[string]int{}, differ: map[string]int{}}
	hand := map[string]Property{}
	for _, p := range written {
		hand[p.Name] = p
	}
	kept := slices.Clone(Properties)
	defer copy(Properties, kept)
	for i, p := range Properties {
		if h, ok := hand[p.Name]; ok && i < len(textualProperties()) {
			Properties[i] = o.both(p, h)
		}
	}
	literal := literalCore(t)
	for _, c := range Configs() {
		for states, core := range map[int64]func() Core{8000: nil, 400: literal} {
			_, err := Verify(context.Background(), c, Options{Core: core, SafetyOnly: true, Options: explore.Options{MaxStates: states, KeepGoing: true}})
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
	for _, p := range textualProperties() {
		if h, ok := hand[p.Name]; ok && o.asked[p.Name] == 0 && p.Live == nil {
			t.Errorf("%s was never asked: %s", p.Name, h.Says)
		}
	}
}
