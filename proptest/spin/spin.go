// Package spin runs SPIN on the Promela that gen/promela writes, beside the
// explorer: two checkers that share nothing but the text must find the same number
// of states and of steps, see the same rules fire, and call the same texts broken.
package spin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/promela"
)

// ErrMissing means that SPIN, or the C compiler it needs, is not on this machine.
var ErrMissing = errors.New("spin: needs the programs spin and gcc, of Debian's packages spin and gcc: apt-get install -y spin gcc libc6-dev; with tcc it takes less time")

// Options say how to run SPIN.
type Options struct {
	Dir      string // where files are written; it exists
	Coverage bool   // tell which rules fired and which pairs of states were met; slower
	Bare     bool   // ask no property of the text of states and steps
	Claims   bool   // build a pan that checks ltl formulas, and nothing else
	Cycles   bool   // and those about cycles of steps, for which the state remembers the last step
	Claim    string // check this one
	Fast     bool   // let the compiler take its time: gcc -O2
	Depth    int    // of the search's stack, in steps of pan; 0: a million
}

// Result is what pan, the program that SPIN writes, said at its end.
type Result struct {
	States  int64         // distinct states
	Steps   int64         // between them
	Depth   int64         // of the stack
	Elapsed time.Duration // of the search alone
	Broken  string        // the assertion, or what else was wrong; "": nothing
	Rules   map[string]bool
	Pairs   map[[2]string]bool // of states that the two hosts were in at once
	Met     map[string]bool    // properties of the text that want a state to be met, and it was
}

// StatesPerSecond is the rate of the search, without compilation.
func (r *Result) StatesPerSecond() float64 { return float64(r.States) / r.Elapsed.Seconds() }

// Run checks a model that Export wrote. A broken assertion is an outcome; an error
// means that the search could not be made, or not to its end.
func Run(ctx context.Context, p *ir.Program, source []byte, o Options) (*Result, error) {
	if err := Build(ctx, source, o); err != nil {
		return nil, err
	}
	return Search(ctx, p, o)
}

// Build makes the program pan of a model, in Options.Dir.
func Build(ctx context.Context, source []byte, o Options) error {
	for _, tool := range []string{"spin", "gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			return ErrMissing
		}
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "model.pml"), source, 0o644); err != nil {
		return err
	}
	if _, err := run(ctx, o.Dir, "spin", o.spin()...); err != nil {
		return err
	}
	_, err := run(ctx, o.Dir, o.compiler(), o.flags()...)
	return err
}

// Search runs the pan that Build made.
func Search(ctx context.Context, p *ir.Program, o Options) (*Result, error) {
	began := time.Now()
	out, err := run(ctx, o.Dir, "./pan", o.pan()...)
	if err != nil {
		return nil, err
	}
	r := &Result{Rules: map[string]bool{}, Pairs: map[[2]string]bool{}, Met: map[string]bool{}}
	return r, r.read(p, out, time.Since(began))
}

func (o *Options) spin() []string {
	var flags []string
	if o.Coverage {
		flags = append(flags, "-DCOVERAGE")
	}
	if o.Bare || o.Claims {
		flags = append(flags, "-DNOPROPERTIES")
	}
	if o.Cycles {
		flags = append(flags, "-DEVENTS")
	}
	return append(flags, "-a", "model.pml")
}

// compiler makes pan. Its source is large and it runs for a moment: tcc, which optimizes
// nothing, makes it forty times as fast as gcc does.
func (o *Options) compiler() string {
	if _, err := exec.LookPath("tcc"); err == nil && !o.Fast {
		return "tcc"
	}
	return "gcc"
}

// flags are the compiler's: no partial order reduction, no compression, whole states in
// the table. Machine code that is twice as fast takes gcc ten times as long to make.
func (o *Options) flags() []string {
	flags := []string{"-w", "-DNOREDUCE", "-DNOFAIR", "-o", "pan", "pan.c"}
	if !o.Claims {
		flags = append(flags, "-DSAFETY", "-DNOCLAIM")
	}
	if o.Fast {
		return append(flags, "-O2")
	}
	return append(flags, "-O0")
}

func (o *Options) pan() []string {
	depth := o.Depth
	if depth == 0 {
		depth = 1_000_000
	}
	flags := []string{"-m" + strconv.Itoa(depth), "-w22"}
	if o.Claim != "" {
		flags = append(flags, "-a", "-N", o.Claim)
	}
	return flags
}

// run runs a program, and puts what it says into its error.
func run(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second // a compiler has children, who do not hear that it is over
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s in %s: %w\n%s", name, strings.Join(args, " "), dir, err, out)
	}
	return string(out), nil
}

var (
	stored = regexp.MustCompile(`(\d+) states, stored`)
	steps  = regexp.MustCompile(`(\d+) transitions \(= `)
	depth  = regexp.MustCompile(`depth reached (\d+), errors: (\d+)`)
	broken = regexp.MustCompile(`(?m)^pan:\d+: (.*)$`)
	took   = regexp.MustCompile(`elapsed time ([0-9.]+) seconds`)
	fired  = regexp.MustCompile(`(?m)^rule (\d+)$`)
	tobe   = regexp.MustCompile(`(?m)^met (\d+)$`)
	met    = regexp.MustCompile(`(?m)^pair (\d+) (\d+)$`)
)

// read fills in the result from pan's output.
func (r *Result) read(p *ir.Program, out string, elapsed time.Duration) error {
	if strings.Contains(out, "max search depth too small") || strings.Contains(out, "out of memory") || strings.Contains(out, "hash-conflict resolution") {
		return fmt.Errorf("spin: the search came to a bound, and its numbers mean nothing: raise Options.Depth\n%s", out)
	}
	d := depth.FindStringSubmatch(out)
	if d == nil || !stored.MatchString(out) {
		return fmt.Errorf("spin: pan ended without a report:\n%s", out)
	}
	r.Depth, r.States, r.Steps = number(d[1]), first(stored, out), first(steps, out)-1 // pan counts coming to the initial state
	r.Elapsed = elapsed
	if m := took.FindStringSubmatch(out); m != nil {
		if s, err := strconv.ParseFloat(m[1], 64); err == nil && s > 0.1 { // below, pan's clock is too coarse
			r.Elapsed = time.Duration(s * float64(time.Second))
		}
	}
	if d[2] != "0" {
		r.Broken = "unknown"
		if m := broken.FindStringSubmatch(out); m != nil {
			r.Broken = m[1]
		}
	}
	for _, m := range fired.FindAllStringSubmatch(out, -1) {
		r.Rules[p.Rules[number(m[1])].Name] = true
	}
	wanted := promela.ToBeMet(p)
	for _, m := range tobe.FindAllStringSubmatch(out, -1) {
		r.Met[wanted[number(m[1])].Name] = true
	}
	for _, m := range met.FindAllStringSubmatch(out, -1) {
		r.Pairs[[2]string{p.States[number(m[1])].Name, p.States[number(m[2])].Name}] = true
	}
	return nil
}

func first(r *regexp.Regexp, s string) int64 {
	m := r.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	return number(m[1])
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // digits alone: the expressions say so
	return n
}
