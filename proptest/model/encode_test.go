package model

import (
	"testing"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
)

// some is a few of a list, where the race detector makes all of them take too long.
func some[T any](list []T) []T {
	if race.Enabled {
		return list[:3]
	}
	return list
}

// reached are some worlds of a configuration: the first so many.
func reached(s *space, many int) (worlds []World) {
	seen := map[string]bool{}
	put := func(w *World) {
		if code := string(s.Encode(w, nil)); !seen[code] && len(worlds) < many {
			seen[code] = true
			worlds = append(worlds, *w)
		}
	}
	s.Start(put)
	for i := 0; i < len(worlds) && len(worlds) < many; i++ {
		explore.Successors(s, s.Encode(&worlds[i], nil), func(_ explore.Label, _ explore.Class, w *World) { put(w) })
	}
	return worlds
}

// What a host becomes is written down without loss, wherever the numbers begin:
// two states with one encoding would be taken for one.
func TestEncodingLosesNothing(t *testing.T) {
	worlds := 60
	if race.Brief() {
		worlds = 8
	}
	for _, c := range some(Configs()) {
		for _, iss := range [][2]tcp.Seq{c.ISS, {1<<32 - 1, 1<<31 - 1}, {0, 1<<32 - 2}} {
			s := newSpace(c.with(func(c *Config) { c.ISS = iss }), (&Options{}).core(), "")
			k, hosts := s.worker(), 0
			for _, w := range reached(s, worlds) {
				for i := range w.Host {
					for n, tried := range s.c.trials(i, &w.Host[i], nil) {
						if n%5 != 0 && tried.event.Kind == Deliver {
							continue
						}
						k.trial = &tried.call
						k.run(tried.event, &w.Host[i], &tried.packet, w.Time)
						k.trial = nil
						hosts++
						var again Host
						s.c.decodeHost(i, &again, s.c.encodeHost(i, &k.h, nil))
						if again != k.h {
							t.Fatalf("%s from %v: %s\n%+v\nis read as\n%+v", c.Name, iss, tried.text(), k.h, again)
						}
					}
				}
			}
			if hosts == 0 {
				t.Errorf("%s: no host was looked at", c.Name)
			}
		}
	}
}
