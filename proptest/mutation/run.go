package mutation

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Outcome is what the layers made of one mutant.
type Outcome struct {
	Subject *Subject
	Kills   []*Kill // one for each layer, in their order
	Err     error   // the mutant could not be run
}

// Killed tells whether any layer noticed.
func (o *Outcome) Killed() bool { return o.By() != nil }

// By is the first layer's kill; nil if the mutant survived all.
func (o *Outcome) By() *Kill {
	for _, k := range o.Kills {
		if !k.Survived {
			return k
		}
	}
	return nil
}

// Run holds every subject to every layer, several at a time, and calls done for
// each as it ends; the outcomes come back in the order of the subjects.
func Run(ctx context.Context, subjects []*Subject, layers []Layer, workers int, done func(*Outcome)) []*Outcome {
	all := make([]*Outcome, len(subjects))
	next := make(chan int)
	var busy sync.WaitGroup
	var told sync.Mutex
	for range workers {
		busy.Go(func() {
			for i := range next {
				all[i] = hold(ctx, subjects[i], layers)
				told.Lock()
				done(all[i])
				told.Unlock()
			}
		})
	}
	for i := range subjects {
		select {
		case next <- i:
		case <-ctx.Done():
			close(next)
			busy.Wait()
			return all[:i]
		}
	}
	close(next)
	busy.Wait()
	return all
}

// hold holds one mutant to the layers. A panic of what runs it is a kill, too.
func hold(ctx context.Context, s *Subject, layers []Layer) *Outcome {
	o := &Outcome{Subject: s}
	for _, layer := range layers {
		k, err := check(ctx, s, layer)
		if err != nil {
			o.Err = err
			return o
		}
		o.Kills = append(o.Kills, k)
	}
	return o
}

func check(ctx context.Context, s *Subject, layer Layer) (k *Kill, err error) {
	begin := time.Now()
	defer func() {
		if p := recover(); p != nil {
			k, err = &Kill{Layer: layer.Name, By: fmt.Sprintf("panic: %v", p), Elapsed: time.Since(begin)}, nil
		}
	}()
	return layer.Check(ctx, s)
}
