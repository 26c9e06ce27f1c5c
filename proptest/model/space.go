package model

import "github.com/lockstep-tcp/lockstep/proptest/explore"

// space is a Config as package explore sees it.
type space struct {
	c    *Config
	core func() Core
	live []string // Live properties to mark states for
	only string   // the one property to check; "": all

	gallery *gallery
}

// newSpace is what can happen to c on cores, one for each worker. Of properties that are
// no Live ones, the one that only names is asked, or all if it is empty.
func newSpace(c *Config, core func() Core, only string) *space {
	return &space{c: c, core: core, only: only, gallery: newGallery(c)}
}

func (s *space) Name() string                     { return s.c.Name }
func (s *space) Encode(w *World, b []byte) []byte { return s.gallery.shorten(s.c.Encode(w, nil), b) }
func (s *space) Decode(b []byte, w *World)        { s.c.Decode(s.gallery.spell(b, nil), w) }
func (s *space) Spell(b, spelt []byte) []byte     { return s.gallery.spell(b, spelt) }
func (s *space) Shorten(spelt, b []byte) []byte   { return s.gallery.shorten(spelt, b) }
func (s *space) Print(b []byte, strict bool) explore.Print {
	return s.gallery.print(b, strict)
}
func (s *space) Held() int64                   { return s.gallery.octets() }
func (s *space) Witnesses() []string           { return witnessNames() }
func (s *space) Worker() explore.Worker[World] { return s.worker() }

func (s *space) Start(put func(*World)) {
	w := s.dawn()
	if s.c.Begun {
		s.begin(&w)
	}
	put(&w)
}

// dawn is the world before anybody has called anything.
func (s *space) dawn() World {
	w := World{Left: s.c.Budget}
	for i := range w.Host {
		w.Host[i].TCB.Settings = s.c.Settings[i]
		if old := s.c.Old[i]; old != nil {
			w.Host[i].Lives = 1
			w.Net[i].Late, w.Net[i].Slow = true, *old
		}
	}
	return w
}

// begin makes the first call of each script.
func (s *space) begin(w *World) {
	m := machine{c: s.c, core: s.core()}
	for i := range w.Host {
		h := w.Host[i]
		step := m.run(Event{CallOf, uint8(i), 0}, &h, nil, 0)
		w.Host[i] = *step.After
		w.Net[i].N = uint8(copy(w.Net[i].Seg[:], step.Sent))
	}
}

func (s *space) worker() *worker {
	return &worker{tester: tester{machine: machine{c: s.c, core: s.core()}, checks: newChecks(s.live, s.only)}, memo: memo{gallery: s.gallery}}
}
