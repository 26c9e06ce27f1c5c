package spin

import (
	"context"
	"fmt"
	"slices"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/promela"
	"github.com/lockstep-tcp/lockstep/proptest/explore"
	"github.com/lockstep-tcp/lockstep/proptest/model"
)

// Configs are the small worlds that both checkers explore in every run of the tests.
func Configs() []*model.Config {
	small := func(of, name, doc string, change func(*model.Config)) *model.Config {
		c := *model.Find(of)
		c.Name, c.Doc = name, doc
		c.Pokes, c.Begun, c.States = false, false, 0
		change(&c)
		return &c
	}
	return []*model.Config{
		small("handshake-close", "handshake-close-quiet", "a handshake and a close by either side; nothing is lost", func(c *model.Config) {
			c.Budget = model.Budget{}
		}),
		small("handshake-close", "handshake-close-harmed", "the same; of each direction one segment lost, one duplicated, one delayed", func(*model.Config) {}),
		small("simultaneous-open", "simultaneous", "both users open and close, one sends an octet; one segment of each direction lost", func(c *model.Config) {
			c.Budget = model.Budget{Lose: c.Budget.Lose}
		}),
		small("zero-window", "octets-one-way", "two octets through a window of one, which closes with each; one segment of each direction lost", func(c *model.Config) {
			c.Script[1] = slices.DeleteFunc(slices.Clone(c.Script[1]), func(call model.Call) bool { return call.Op == model.Send })
		}),
		small("old-handshake", "old-handshake-quiet", "a SYN and a SYN,ACK of a former connection arrive while a new one is opened; nothing is lost", func(c *model.Config) {
			c.Budget = model.Budget{}
		}),
		small("challenge-limit", "attacked", "one forged segment at each host; nothing is lost, and nobody sends text", func(c *model.Config) {
			c.Budget = model.Budget{Forge: [2]uint8{1, 1}}
			c.Script[0] = slices.DeleteFunc(slices.Clone(c.Script[0]), func(call model.Call) bool { return call.Op == model.Send })
		}),
	}
}

// Comparison is what both checkers say of one world.
type Comparison struct {
	Config   *model.Config
	Spin     *Result
	Explorer *model.Result
	Before   int64 // states, and steps, that SPIN counts before the world has begun
}

// Compare explores a world with SPIN and with the explorer, which runs the core that ships.
func Compare(ctx context.Context, p *ir.Program, c *model.Config, o Options) (*Comparison, error) {
	source, err := Export(p, c)
	if err != nil {
		return nil, err
	}
	s, err := Run(ctx, p, source, o)
	if err != nil {
		return nil, err
	}
	e, err := explored(ctx, c, explore.Exact, "")
	if err != nil {
		return nil, err
	}
	return compared(c, s, e, promela.Before(World(p, c))), nil
}

// explored is what the explorer says of a world, on one core; what it does with copies
// of hosts, and SPIN does not, it leaves out.
func explored(ctx context.Context, c *model.Config, mode explore.Mode, property string) (*model.Result, error) {
	alone := *c
	alone.Pokes = false
	return model.Verify(ctx, &alone, model.Options{
		SafetyOnly: true, Property: property, Options: explore.Options{Mode: mode, Workers: 1, KeepGoing: true},
	})
}

func compared(c *model.Config, s *Result, e *model.Result, before int64) *Comparison {
	return &Comparison{c, s, e, before}
}

// Differences are what the checkers do not agree on, one a line; none if neither
// found anything broken and the rest is the same.
func (c *Comparison) Differences() []string {
	var list []string
	note := func(format string, args ...any) {
		list = append(list, c.Config.Name+": "+fmt.Sprintf(format, args...))
	}
	if c.Spin.Broken != "" {
		note("SPIN finds broken: %s", c.Spin.Broken)
	}
	for _, f := range c.Explorer.Failures {
		note("the explorer finds broken: %s", f.Property.Name)
	}
	if s, e := c.Spin.States-c.Before, c.Explorer.Report.States; s != e {
		note("SPIN stores %d states, the explorer %d", s, e)
	}
	if s, e := c.Spin.Steps-c.Before, c.Explorer.Report.Transitions; s != e {
		note("SPIN makes %d steps, the explorer %d", s, e)
	}
	return list
}

// RuleDifferences are the rules that fired for one checker and not for the other, and
// the states that one saw and not the other, those included that the text wants to be met. SPIN must have been run with Coverage,
// and the world must not begin with calls already made: the explorer does not count those.
func (c *Comparison) RuleDifferences(p *ir.Program) []string {
	var list []string
	seen := c.Explorer.Exercised()
	states := map[string]bool{}
	for pair := range c.Spin.Pairs {
		states[pair[0]], states[pair[1]] = true, true
	}
	check := func(what, name string, spin bool) {
		if explorer := seen[name] > 0; spin != explorer {
			list = append(list, fmt.Sprintf("%s: %s %s: SPIN %v, the explorer %v", c.Config.Name, what, name, spin, explorer))
		}
	}
	for _, r := range p.Rules {
		check("rule", r.Name, c.Spin.Rules[r.Name])
	}
	for _, x := range promela.ToBeMet(p) {
		check("a state to be met,", x.Name, c.Spin.Met[x.Name])
	}
	for _, s := range p.States {
		check("state", s.Name, states[s.Name])
	}
	return list
}
