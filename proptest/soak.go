package proptest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lockstep-tcp/lockstep/generated/tcp"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
	"github.com/lockstep-tcp/lockstep/proptest/sim"
)

// Campaign is a long search: cases are made up and judged until its context ends.
// A case follows from its seed and its kind alone, wherever in a campaign it stands:
// what was found is found again by a campaign of one case.
type Campaign struct {
	Seed    int64  // of the first case; that of the n-th is Seed+n
	Test    string // the kind of run; "": all of them in turn, by seed
	Cases   int64  // no more than so many; 0: no end
	Workers int    // at least 1

	Found    func(*Found)  // a property that did not hold is told, once for each property and kind of run
	Progress func(*Soaked) // told about once a second; it must not keep what it is given
}

// Soaked is what a campaign has come through.
type Soaked struct {
	Seen    sim.Seen
	Cases   int64
	Elapsed time.Duration
	Found   []Found
}

// Found is a property that did not hold, and the smallest case found that shows it.
type Found struct {
	Test    string
	Seed    int64 // of the case as it was made up
	Verdict Verdict
	Shrunk  time.Duration // how long the case took to be made small
	test    *Test
}

// Counterexample is the failure in the form of all failures.
func (f *Found) Counterexample() *counterexample.Counterexample {
	return f.test.Counterexample(f.Seed, f.Verdict, f.Shrunk)
}

// Run runs the campaign. It fails if there is no such test.
func (c *Campaign) Run(ctx context.Context) (*Soaked, error) {
	tests := Tests()
	if c.Test != "" {
		tests = slices.DeleteFunc(tests, func(x Test) bool { return x.Name != c.Test })
	}
	if len(tests) == 0 {
		return nil, fmt.Errorf("there is no test %q; there are %s", c.Test, strings.Join(names(), ", "))
	}
	s := &soak{c: c, tests: tests, began: time.Now(), known: map[string]bool{}}
	s.told = s.began
	var busy sync.WaitGroup
	for range max(c.Workers, 1) {
		busy.Go(func() { s.work(ctx) })
	}
	busy.Wait()
	s.all.Elapsed = time.Since(s.began)
	slices.SortFunc(s.all.Found, func(a, b Found) int { return cmp.Compare(a.Seed, b.Seed) })
	return &s.all, nil
}

func names() (list []string) {
	for _, x := range Tests() {
		list = append(list, x.Name)
	}
	return list
}

// soak is a campaign under way.
type soak struct {
	c     *Campaign
	tests []Test
	began time.Time
	next  atomic.Int64

	mu    sync.Mutex
	all   Soaked
	told  time.Time
	known map[string]bool
}

// work judges cases until there are no more.
func (s *soak) work(ctx context.Context) {
	for ctx.Err() == nil {
		n := s.next.Add(1) - 1
		if s.c.Cases > 0 && n >= s.c.Cases {
			return
		}
		seed := s.c.Seed + n
		x := &s.tests[remainder(seed, len(s.tests))]
		var seen sim.Seen
		v := x.Check(x.Case(seed), &seen)
		if v.Violation != nil && s.isNew(x, v) {
			s.found(x, seed, v)
		}
		s.add(&seen)
	}
}

func (s *soak) isNew(x *Test, v Verdict) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := x.Name + " " + v.Violation.Property.String()
	fresh := !s.known[key]
	s.known[key] = true
	return fresh
}

func (s *soak) found(x *Test, seed int64, v Verdict) {
	began := time.Now()
	v = x.shrink(v)
	f := Found{test: x, Test: x.Name, Seed: seed, Verdict: v, Shrunk: time.Since(began)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.Found = append(s.all.Found, f)
	if s.c.Found != nil {
		s.c.Found(&f)
	}
}

func (s *soak) add(seen *sim.Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.Seen.Add(seen)
	s.all.Cases++
	if now := time.Now(); s.c.Progress != nil && now.Sub(s.told) >= time.Second {
		s.told, s.all.Elapsed = now, now.Sub(s.began)
		s.c.Progress(&s.all)
	}
}

// shrink makes the case of a verdict small, as long as it breaks the same
// property, for as long as patience lasts.
func (x *Test) shrink(v Verdict) Verdict {
	for end := time.Now().Add(patience); ; {
		smaller, again := smaller(v.Case), false
		for !again {
			c, more := smaller()
			if !more || time.Now().After(end) {
				return v
			}
			if w := x.Check(c.(sim.Case), &sim.Seen{}); w.Violation != nil && w.Violation.Property == v.Violation.Property {
				v, again = w, true
			}
		}
	}
}

// NeverAsked are the properties that runs never put to the test, and NeverFired
// the rules of the text that never fired and that a run could make fire: what was
// not seen was not checked.
func NeverAsked(seen *sim.Seen) (list []string) {
	for _, p := range sim.Properties() {
		if seen.Asked[p] == 0 {
			list = append(list, p.String())
		}
	}
	return list
}

// NeverFired: see NeverAsked.
func NeverFired(seen *sim.Seen) (list []string) {
	for r := range tcp.RuleID(tcp.NumRules) {
		if unreachable[r.String()] == "" && seldom[r.String()] == "" && !seen.Rules.Has(r) {
			list = append(list, r.String())
		}
	}
	return list
}

// unreachable are the rules that no run of these can make fire, and why.
var unreachable = func() map[string]string {
	const (
		noCall  = "the engine has no such call"
		stopped = "the timer is stopped where this rule would stand"
		before  = "the engine asks only where something can come of it"
	)
	return map[string]string{
		"open.unspecified": noCall, "open.from-LISTEN": noCall, "open.from-LISTEN-unspecified": noCall,
		"open.again": noCall, "open.exists": noCall, "send.from-LISTEN": noCall, "send.no-room-to-open": noCall, "send.unspecified": noCall,
		"status.closed": noCall, "status.known": noCall, "keep-alive.off": "nobody switches keep-alives off here",
		"receive.closed": before, "output.nothing": before, "output.not-now": before, "retransmit.nothing": before,
		"held.nothing": before, "icmp.nobody": before,
		"timeout.nothing-outstanding": stopped, "persist.nothing": stopped, "persist.not-now": stopped,
		"override.not-now": stopped, "delayed-ACK.nothing": stopped,
	}
}()

// seldom are the rules that made-up cases seldom make fire, each with a case that does.
var seldom = map[string]string{
	// The window closes within the second in which small text is held back.
	"override.nothing": "delay=5,20 A=mtu:100 B=rcv:206 B+0:listen A+2:open A+33:send:912 B+246:send:1462 B#8:lose:5",
}
