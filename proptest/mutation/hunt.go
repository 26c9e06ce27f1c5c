package mutation

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/interp"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/mutant"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// A mutant differs from the text in few events. So mutants are hunted together: the
// text is explored once, and at every occasion the mutants that it concerns, as
// interp.Watch tells, are played beside it. What does the same there as the text
// breaks no property there. A mutant is killed where it breaks one, if it comes
// there by the same steps as the text: the trace is then a trace of the mutant.

// Prey is a mutant that is hunted.
type Prey struct {
	*Subject
	Kill    *Kill           // nil while it is alive
	Comes   int64           // occasions at which it was played
	Differs int64           // … and did something else than the text
	Where   map[string]bool // the configurations in which it was played
	Example string          // an occasion, and what was different there, if anything was

	core model.Core
}

// rounds are how many states of each configuration are expanded before the next
// configuration is gone on with: most mutants die early.
var rounds = []int{10, 30, 100, 300, 1000, 3000, 10_000, 30_000, farthest}

// farthest is how far a hunt goes, whatever the bound: it keeps what it meets. What lies
// behind is explored, for each mutant alone.
const farthest = 100_000

// huntable is the part of a bound that a hunt covers; 0 stands for whole worlds.
func huntable(bound int) int {
	if bound == 0 {
		return farthest
	}
	return min(bound, farthest)
}

// Hunt hunts mutants that Load has made of the text, in so many packs at a time, up
// to bound states of each configuration. It calls done for each mutant that is killed.
// It returns all of them, also with an error.
func Hunt(ctx context.Context, text fs.FS, subjects []*Subject, configs []*model.Config, bound, packs int, done func(*Prey)) ([]*Prey, error) {
	began, all := time.Now(), make([]*Prey, len(subjects))
	for i, s := range subjects {
		all[i] = &Prey{Subject: s, Where: map[string]bool{}}
	}
	var busy sync.WaitGroup
	var told sync.Mutex
	packs = max(1, min(packs, len(all))) // each explores the text for itself
	failed := make([]error, packs)
	for n := range packs {
		p := &pack{began: began, done: func(p *Prey) { told.Lock(); defer told.Unlock(); done(p) }}
		for i := n; i < len(all); i += packs {
			p.prey = append(p.prey, all[i])
		}
		busy.Go(func() { failed[n] = p.hunt(ctx, text, configs, bound) })
	}
	busy.Wait()
	for _, err := range failed {
		if err != nil {
			return all, err
		}
	}
	return all, ctx.Err()
}

// pack hunts some of the mutants, alone.
type pack struct {
	prey  []*Prey
	began time.Time
	done  func(*Prey)

	alive     int
	seen, now interp.Seen // sites of prey that events came to
	states    int64       // of all tours so far
}

func (h *pack) hunt(ctx context.Context, text fs.FS, configs []*model.Config, bound int) error {
	p, err := program(text)
	if err != nil {
		return err
	}
	all := mutant.All(p)
	var sites []ir.Site
	for _, x := range h.prey {
		m, ok := mutant.Find(all, x.ID)
		if !ok {
			return fmt.Errorf("the text has no mutant %s; lockstep mutate -list shows all", x.ID)
		}
		sites = append(sites, m.Site)
	}
	base, seen, err := interp.Watch(p, sites)
	if err != nil {
		return err
	}
	h.seen, h.alive = seen, len(h.prey)
	tours := make([]*model.Tour, len(configs))
	for i, c := range configs {
		tours[i] = model.NewTour(c, base)
	}
	for _, round := range rounds {
		for _, t := range tours {
			if h.alive == 0 {
				return nil
			}
			if err := h.tour(ctx, t, min(round, bound)); err != nil {
				return err
			}
		}
		if round >= bound {
			break
		}
	}
	return nil
}

// tour goes on with one configuration, up to so many states.
func (h *pack) tour(ctx context.Context, t *model.Tour, states int) (err error) {
	before, q := t.States(), model.NewPlayer(t.Config())
	t.Walk(states, func(o *model.Occasion) bool {
		err = h.at(t, q, o, h.states+int64(t.States()-before))
		return err == nil && ctx.Err() == nil && h.alive > 0
	})
	h.states += int64(t.States() - before)
	return err
}

// at plays the mutants that an occasion concerns.
func (h *pack) at(t *model.Tour, q *model.Player, o *model.Occasion, states int64) error {
	h.now = append(h.now[:0], h.seen...)
	for n, p := range h.prey {
		if p.Kill != nil || !h.now.Has(n) {
			continue
		}
		if p.core == nil {
			var err error
			if p.core, err = p.Core(); err != nil {
				return fmt.Errorf("%s: %w", p.ID, err)
			}
		}
		q.Use(p.core)
		if p.play(t, q, o); p.Kill != nil {
			p.Kill.States, p.Kill.Elapsed, p.core = states, time.Since(h.began), nil
			h.alive--
			h.done(p)
		}
	}
	h.seen.Clear()
	return nil
}

// play plays one mutant. One that makes the checker panic is killed by that.
func (p *Prey) play(t *model.Tour, q *model.Player, o *model.Occasion) {
	defer func() {
		if broke := recover(); broke != nil {
			p.Kill = &Kill{Layer: "verify", By: fmt.Sprintf("panic: %v", broke), Config: t.Config().Name}
		}
	}()
	p.Comes++
	p.Where[t.Config().Name] = true
	q.Play(o)
	differs := !t.Base().Same(q, o)
	if differs {
		p.Differs++
	}
	if p.Comes == 1 || differs && p.Differs == 1 {
		p.Example = fmt.Sprintf("%s: %v", t.Config().Name, o)
		if differs {
			p.Example += ": " + t.Base().Difference(q, o)
		}
	}
	if !differs {
		return
	}
	if property := q.Broken(o); property >= 0 && t.Leads(o, q) {
		trace := t.Trace(o, property)
		p.Kill = &Kill{Layer: "verify", By: trace.Property, Config: trace.Config, Steps: len(trace.Schedule), Trace: trace}
	}
}
