package museum

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Options say how to run entries. The zero value looks for the checkout around the
// working directory, and runs as many entries at a time as there are processors.
type Options struct {
	Root    string // of a checkout of this module, for the runtime; "": at or above the working directory
	Workers int    // of the explorer, for each entry; 0: 1
	AtOnce  int    // entries that run at a time; 0: GOMAXPROCS
}

// Result is what came of one entry.
type Result struct {
	ID       string        `json:"id"`
	Killed   bool          `json:"killed"`
	By       string        `json:"by,omitempty"`      // the property that does not hold, or the test that fails
	Config   string        `json:"config,omitempty"`  // of the explorer, in which it is broken
	Test     string        `json:"test,omitempty"`    // of the stack, that failed
	States   int64         `json:"states,omitempty"`  // visited until then
	Steps    int           `json:"steps,omitempty"`   // of the shortest trace, or of the shrunk run
	Packets  int           `json:"packets,omitempty"` // of the shrunk run
	Shrunk   time.Duration `json:"shrunk,omitempty"`  // ns that making the run small took
	Case     string        `json:"case,omitempty"`    // the shrunk run: plays again with -lockstep.replay
	Elapsed  time.Duration `json:"elapsed"`           // ns, compiling included
	Error    string        `json:"error,omitempty"`   // why it could not be run, or not to its end
	Trace    *model.Trace  `json:"trace,omitempty"`   // the shortest
	Output   string        `json:"-"`                 // of the test, or the trace as people read it
	Property string        `json:"property,omitempty"`
}

// Run plants one bug and looks for it. A bug that nobody finds is an outcome; an
// error means that it could not be planted or the search did not end.
func Run(ctx context.Context, e *Entry, o Options) (Result, error) {
	var r Result
	var err error
	begin := time.Now()
	switch {
	case e.None != "":
	case e.Check == Check{}:
		r, err = e.explore(ctx, o)
	default:
		r, err = e.test(ctx, o)
	}
	r.ID, r.Property, r.Elapsed = e.ID, e.Property, time.Since(begin)
	if err != nil {
		r.Error = err.Error()
	}
	return r, err
}

// AllFound tells that no bug that has a counterpart here, and was run, went unnoticed.
func AllFound(results []Result) bool {
	for _, r := range results {
		if !r.Killed && r.Error == "" && Find(r.ID)[0].None == "" {
			return false
		}
	}
	return true
}

// RunAll runs entries, several at a time, and tells of each as it is done, in any
// order but one at a time. The results are in the order of the entries; the error
// joins those of all. When the context ends, what is not done is not run, which its
// result says, and the error once.
func RunAll(ctx context.Context, entries []Entry, o Options, done func(Result)) ([]Result, error) {
	if o.AtOnce <= 0 {
		o.AtOnce = runtime.GOMAXPROCS(0)
	}
	results, failed := make([]Result, len(entries)), make([]error, len(entries))
	var mu sync.Mutex
	var all sync.WaitGroup
	turns := make(chan int)
	for range o.AtOnce {
		all.Go(func() {
			for i := range turns {
				if ctx.Err() != nil {
					results[i] = unrun(&entries[i])
					continue
				}
				r, err := Run(ctx, &entries[i], o)
				if err != nil && ctx.Err() != nil {
					r, err = unrun(&entries[i]), nil
				}
				results[i], failed[i] = r, err
				mu.Lock()
				if done != nil && r.Error != interrupted {
					done(r)
				}
				mu.Unlock()
			}
		})
	}
	for i := range entries {
		if ctx.Err() == nil {
			turns <- i
			continue
		}
		results[i] = unrun(&entries[i])
	}
	close(turns)
	all.Wait()
	if n := count(results, func(r Result) bool { return r.Error == interrupted }); n > 0 {
		failed = append(failed, fmt.Errorf("interrupted: %d of %d were not run", n, len(results)))
	}
	return results, errors.Join(failed...)
}

// interrupted is why what somebody has interrupted was not run.
const interrupted = "interrupted"

func unrun(e *Entry) Result {
	r := Result{ID: e.ID, Property: e.Property}
	if e.None == "" {
		r.Error = interrupted
	}
	return r
}

func count(results []Result, is func(Result) bool) (n int) {
	for _, r := range results {
		if is(r) {
			n++
		}
	}
	return n
}
