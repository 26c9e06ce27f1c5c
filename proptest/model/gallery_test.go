package model

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// Encodings are numbers of pieces in the order in which they were met: what they stand
// for, and their fingerprints, do not depend on it.
func TestNumbersMeanTheSame(t *testing.T) {
	for _, c := range some(Configs()) {
		one, other := newSpace(c, (&Options{}).core(), ""), newSpace(c, (&Options{}).core(), "")
		worlds := reached(one, 300)
		for i := range slices.Backward(worlds) { // one has met them in their order
			other.Encode(&worlds[i], nil)
		}
		differ := 0
		for i := range worlds {
			w := &worlds[i]
			a, b := one.Encode(w, nil), other.Encode(w, nil)
			if !bytes.Equal(a, b) {
				differ++
			}
			spelt := one.Spell(a, nil)
			if !bytes.Equal(spelt, c.Encode(w, nil)) || !bytes.Equal(spelt, other.Spell(b, nil)) {
				t.Fatalf("%s: %+v is %x and %x, which stand for %x and %x", c.Name, w, a, b, spelt, other.Spell(b, nil))
			}
			if !bytes.Equal(one.Shorten(spelt, nil), a) || !bytes.Equal(other.Shorten(spelt, nil), b) {
				t.Fatalf("%s: %x is not what was spelt out as %x", c.Name, a, spelt)
			}
			for _, strict := range []bool{false, true} {
				if one.Print(a, strict) != other.Print(b, strict) {
					t.Fatalf("%s: %+v has two fingerprints", c.Name, w)
				}
			}
			var again World
			if other.Decode(b, &again); again != *w {
				t.Fatalf("%s: %+v is read as %+v", c.Name, w, again)
			}
		}
		if len(worlds) > 100 && differ < len(worlds)/2 {
			t.Errorf("%s: %d of %d worlds have other numbers: the order makes no difference", c.Name, differ, len(worlds))
		}
	}
}

// What is asked for in every state, or step, is a line of a cache, of 64 octets, or half of
// one.
func TestLines(t *testing.T) {
	for _, of := range []struct {
		piece  reflect.Type
		octets uintptr
	}{{reflect.TypeFor[way](), 64}, {reflect.TypeFor[seen](), 64}, {reflect.TypeFor[outcome](), 32}, {reflect.TypeFor[pair](), 32}} {
		if n := of.piece.Size(); n > of.octets {
			t.Errorf("%v: %d octets, more than %d", of.piece, n, of.octets)
		}
	}
}

// Different worlds have different fingerprints: not only by a piece, but by what piece stands where.
func TestFingerprintsOfPieces(t *testing.T) {
	c := Find("crossing-text")
	s := newSpace(c, (&Options{}).core(), "")
	met := map[explore.Print]World{}
	worlds := 3000
	for _, w := range reached(s, worlds) {
		for range 2 { // and with the hosts, and the ways, in each other's place
			for range 2 {
				p := s.Print(s.Encode(&w, nil), true)
				if old, known := met[p]; known && old != w {
					t.Fatalf("one fingerprint:\n%+v\n%+v", old, w)
				}
				met[p] = w
				w.Net[0], w.Net[1] = w.Net[1], w.Net[0]
			}
			w.Host[0], w.Host[1] = w.Host[1], w.Host[0]
		}
	}
	if len(met) < worlds {
		t.Errorf("%d fingerprints", len(met))
	}
}
