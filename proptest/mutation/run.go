package mutation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Outcome is what the layers made of one mutant.
type Outcome struct {
	Subject    *Subject
	Kills      []*Kill // one for each layer, in their order
	Err        error   // a layer could not be run on the mutant
	Prey       *Prey   // how it was hunted; nil if it was not
	Equivalent string  // the argument why no layer can notice it; "" if there is none
	Unfinished bool    // it is alive, and not all that was to notice it was asked: somebody has interrupted
}

// Killed tells whether any layer noticed.
func (o *Outcome) Killed() bool { return o.By() != nil }

// By is the first layer's kill; nil if the mutant survived all.
func (o *Outcome) By() *Kill {
	for _, k := range o.Kills {
		if k.Noticed() {
			return k
		}
	}
	return nil
}

// Options say how mutants are tried.
type Options struct {
	Layers    []string // names of Layers; nil: "verify"
	Configs   []*model.Config
	Bound     int             // states of each configuration; 0: all of them
	Whole     []*model.Config // to explore wholly, behind that, of a patch that nobody has noticed
	MaxOctets int64           // of the memory of whole worlds; 0: no bound
	Workers   int             // mutants at a time; of one that was built, goroutines of the explorer
	Checkout  string          // the folder of go.mod, for the layer that compiles
	Progress  func(tried, killed int)
	World     func(c *model.Config) func(explore.Progress) // of whole worlds
}

// Run holds every subject to every layer. The outcomes are in the order of the subjects.
// Those of a run that is interrupted come with the context's error.
func Run(ctx context.Context, text fs.FS, subjects []*Subject, o Options) ([]*Outcome, error) {
	all := make([]*Outcome, len(subjects))
	for i, s := range subjects {
		all[i] = &Outcome{Subject: s}
		if s.Mutant != nil {
			all[i].Equivalent = Equivalent()[s.ID]
		}
	}
	if len(o.Layers) == 0 {
		o.Layers = []string{"verify"}
	}
	for _, name := range o.Layers {
		if layers[name] == nil {
			return nil, fmt.Errorf("there is no layer %q; there are %s", name, strings.Join(Layers(), ", "))
		}
	}
	for _, name := range o.Layers {
		if name == "verify" && subjects[0].Mutant != nil {
			if err := verify(ctx, text, all, o); err != nil && ctx.Err() == nil {
				return nil, err
			}
			continue
		}
		each(ctx, all, o.Workers, func(x *Outcome) { x.held(ctx, name, layers[name], &o) })
	}
	for _, x := range all {
		x.Unfinished = !x.Killed() && len(x.Kills) < len(o.Layers)
	}
	return all, ctx.Err()
}

// verify hunts the mutants; those that did something else than the text and were not
// killed are explored, for what their worlds lead to.
func verify(ctx context.Context, text fs.FS, all []*Outcome, o Options) error {
	var subjects []*Subject
	for _, x := range all {
		subjects = append(subjects, x.Subject)
	}
	began, killed := time.Now(), 0
	preys, err := Hunt(ctx, text, subjects, o.Configs, huntable(o.Bound), o.Workers, func(*Prey) {
		killed++
		o.tell(len(all), killed)
	})
	for i, x := range all {
		if x.Prey = preys[i]; x.Prey.Kill != nil {
			x.Kills = append(x.Kills, x.Prey.Kill)
		}
	}
	if err != nil {
		return err
	}
	each(ctx, all, o.Workers, func(x *Outcome) {
		if x.Prey.Kill != nil {
			return
		}
		k := &Kill{Layer: "verify", Survived: true, Elapsed: time.Since(began)}
		if configs := o.behind(x); len(configs) > 0 {
			var err error
			k, err = Explore(ctx, x.Subject, configs, o.explored())
			if ctx.Err() == nil && err != nil {
				k = x.unrun("verify", err, time.Since(began))
			}
		}
		if ctx.Err() != nil && (k == nil || k.Survived) {
			return // it is unfinished
		}
		x.Kills = append(x.Kills, k)
	})
	return ctx.Err()
}

// behind is the configurations in which a mutant may break a property although the hunt
// did not see it: those whose worlds it changes, and all that the hunt did not come to the
// bound of.
func (o *Options) behind(x *Outcome) []*model.Config {
	switch {
	case x.Equivalent != "":
		return nil
	case o.Bound != huntable(o.Bound):
		return o.Configs
	case x.Prey.Differs == 0:
		return nil
	}
	return slices.DeleteFunc(slices.Clone(o.Configs), func(c *model.Config) bool { return !x.Prey.Where[c.Name] })
}

// explored is how far one mutant's worlds are explored.
func (o *Options) explored() explore.Options {
	return explore.Options{Workers: 1, MaxStates: int64(o.Bound), MaxOctets: o.MaxOctets}
}

func (o *Options) tell(tried, killed int) {
	if o.Progress != nil {
		o.Progress(tried, killed)
	}
}

// each calls f for every outcome, several at a time.
func each(ctx context.Context, all []*Outcome, workers int, f func(*Outcome)) {
	next := make(chan *Outcome)
	var busy sync.WaitGroup
	for range workers {
		busy.Go(func() {
			for x := range next {
				if ctx.Err() == nil {
					f(x)
				}
			}
		})
	}
	for _, x := range all {
		next <- x
	}
	close(next)
	busy.Wait()
}

// unrun is what is known of a layer that could not be run.
func (o *Outcome) unrun(name string, err error, took time.Duration) *Kill {
	o.Err = errors.Join(o.Err, err)
	return &Kill{Layer: name, Error: err.Error(), Elapsed: took}
}

// held holds one mutant to one layer. A panic of what runs it is a kill, too.
func (o *Outcome) held(ctx context.Context, name string, check layer, with *Options) {
	begin := time.Now()
	k := &Kill{Layer: name}
	defer func() {
		if p := recover(); p != nil {
			k.By, k.Survived, k.Error = fmt.Sprintf("panic: %v", p), false, ""
		}
		if k.Elapsed = time.Since(begin); ctx.Err() == nil || k.Noticed() {
			o.Kills = append(o.Kills, k)
		}
	}()
	kill, err := check(ctx, o.Subject, with)
	if ctx.Err() != nil && (err != nil || kill.Survived) {
		k.Survived = true
		return // it is unfinished
	}
	if err != nil {
		k = o.unrun(name, err, 0)
		return
	}
	kill.Layer = name
	k = kill
}
