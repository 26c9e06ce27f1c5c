package model

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/parser"
)

// with is a copy of a Config in which something is changed.
func (c *Config) with(change func(*Config)) *Config {
	d := *c
	change(&d)
	return &d
}

// settingsOf is what a world sets, by way of the names that the text's have in Go.
func settingsOf(p *parser.Spec, host parser.Host) (s tcp.Settings) {
	for _, v := range p.Settings {
		f := reflect.ValueOf(&s).Elem()
		for _, name := range ir.Path(v.Name) {
			f = f.FieldByName(name)
		}
		if f.Kind() == reflect.Bool {
			f.SetBool(host[v] != 0)
		} else {
			f.SetUint(uint64(host[v]))
		}
	}
	return s
}

// The worlds that are explored are those of the text: what a world says there is what
// its Config has, and nothing is said that gets lost on the way.
func TestConfigsAreTheText(t *testing.T) {
	text, found := parser.Load(os.DirFS("../../spec/tcp"))
	if text == nil {
		t.Fatal(found)
	}
	n := 0
	for _, w := range text.Worlds {
		if w.Base() {
			continue
		}
		n++
		c := Find(w.Name)
		if c == nil {
			t.Errorf("there is no %s: run go generate", w.Name)
			continue
		}
		twice := func(h parser.Harm) [2]uint8 { return [2]uint8{uint8(w.Harm[h][0]), uint8(w.Harm[h][1])} }
		want := Config{
			Name: w.Name, Doc: w.Doc, Source: c.Source, Queue: w.Carries, SendBuff: uint8(w.Queue), Once: w.Once, Begun: w.Begun, Pokes: w.Tries,
			Clock: w.Clock, Forge: Forgery(w.Forges), States: int64(w.States),
			Budget: Budget{Lose: twice(parser.Loses), Duplicate: twice(parser.Duplicates), Delay: twice(parser.Delays), Early: twice(parser.Early),
				GiveUp: twice(parser.GivesUp), ICMP: twice(parser.Reports), Forge: twice(parser.Forgeries)},
		}
		for i, u := range w.Users {
			want.Reads[i], want.Settings[i] = u.Reads, settingsOf(text, w.Hosts[i])
			for _, a := range u.Script {
				want.Script[i] = append(want.Script[i], Call{Op: Op(a.Kind), N: uint8(a.N), Quiet: a.Quiet})
				if got := Op(a.Kind).String(); got != a.Kind.String() {
					t.Errorf("%s is %s here", a.Kind, got)
				}
			}
			if old := w.Old[i]; old != nil {
				want.Old[i] = &Packet{SEQ: tcp.Seq(old.SEQ.Add), DATA: uint8(old.Count), WND: 1}
				if old.ACK != nil {
					want.Old[i].ACK = tcp.Seq(old.ACK.Add)
				}
				for _, b := range old.CTL {
					want.Old[i].CTL |= 1 << b.Index
				}
				if old.Count > 0 {
					want.Old[i].Text = textAt(1, c.Old[i].SEQ.Sub(c.ISS[i])-1) // none of them has a SYN
				}
			}
			for v, x := range w.Hosts[i] {
				if v.Name == "ISS" {
					want.ISS[i] = tcp.Seq(x)
				}
			}
		}
		for _, p := range w.Asks {
			want.Live = append(want.Live, p.Name)
		}
		for _, p := range w.Shows {
			want.Shows = append(want.Shows, p.Name)
		}
		if !reflect.DeepEqual(*c, want) {
			t.Errorf("%s is\n%+v\nand the text says\n%+v", w.Name, *c, want)
		}
	}
	if n != len(Configs()) {
		t.Errorf("the text has %d worlds, and %d are explored", n, len(Configs()))
	}
}

// What the language lets a world have can be counted here: the largest of all survives
// being encoded.
func TestLargestWorld(t *testing.T) {
	if parser.MaxCarries != MaxQueue || parser.MaxLives != maxLives || parser.LifeGap != Gap {
		t.Errorf("in the language a network carries %d, and a user opens %d connections, %d numbers apart; here it is %d, %d and %d",
			parser.MaxCarries, parser.MaxLives, parser.LifeGap, MaxQueue, maxLives, Gap)
	}
	most := [2]uint8{parser.MaxHarm, parser.MaxHarm}
	c := &Config{Queue: parser.MaxCarries, SendBuff: parser.MaxQueue, ISS: [2]tcp.Seq{1000, 5000}}
	w := World{Left: Budget{most, most, most, most, most, most, most}}
	for i := range w.Host {
		h := &w.Host[i]
		h.TCB.State, h.TCB.ISS, h.TCB.SND.UNA, h.TCB.SND.NXT = tcp.SynSent, c.iss(i, maxLives), c.iss(i, maxLives), c.iss(i, maxLives)+1
		h.TCB.SND.UP, h.Next, h.Lives, h.Submitted = h.TCB.ISS, parser.MaxScript, maxLives, parser.MaxText
		h.Front, h.Received, h.Read = parser.MaxText, parser.MaxText, parser.MaxText
		w.Net[i].N = parser.MaxCarries
		for j := range w.Net[i].Seg {
			w.Net[i].Seg[j] = Packet{SEQ: h.TCB.ISS, CTL: tcp.SYN}
		}
	}
	var again World
	c.Decode(c.Encode(&w, nil), &again)
	if !reflect.DeepEqual(again, w) {
		t.Errorf("encoded and decoded, it is\n%+v\nand was\n%+v", again, w)
	}
}

// Sets of properties have room for all of them.
func TestPlaces(t *testing.T) {
	if n := 64 * len(places{}); len(Properties) > n {
		t.Errorf("%d properties, and places has room for %d: enlarge it", len(Properties), n)
	}
}

// The documentation tells the numbers that are pinned.
func TestDocumentedCounts(t *testing.T) {
	b, err := os.ReadFile("../../docs/exploring.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for _, c := range Configs() {
		sum += c.States
		if row := fmt.Sprintf("\n%-20s %11d ", c.Name, c.States); !strings.Contains(string(b), row) {
			t.Errorf("docs/exploring.md has no row %q", row)
		}
	}
	names := map[string]bool{}
	for i := range Properties {
		names[Properties[i].Name] = true
	}
	for _, want := range []string{
		fmt.Sprintf("\n%d states; %d properties asked", sum, len(names)),
		fmt.Sprintf("(`states %d` in `handshake-close`)", Find("handshake-close").States),
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("docs/exploring.md does not say %q", want)
		}
	}
}

func TestBounds(t *testing.T) {
	for name, want := range map[string]string{
		"handshake-close": "5 under way, lost 1+1, doubled 1+1, delayed 1+1", "blind-attacker": "5 under way, lost 1+1, forged 1+1",
	} {
		if got := Find(name).Bounds(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
