package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/spin"
)

type compare struct {
	Config []string `help:"Configurations, by name; timestamps, idle-delay and early-close unless given."`
	JSON   bool     `name:"json" help:"Print the results as JSON."`
}

// Run explores worlds with SPIN and with the explorer, one after the other on one core.
func (v *compare) Run(s streams) error {
	names := v.Config
	if len(names) == 0 {
		names = spin.Standard()
	}
	p, err := shipped()
	if err != nil {
		return err
	}
	configs, err := worlds(p, names)
	if err != nil {
		return err
	}
	ctx, stop := untilSignal()
	defer stop()
	var wrong error
	races, differ := []*spin.Race{}, false
	for i, c := range configs {
		race, err := v.race(ctx, p, c)
		if ctx.Err() != nil {
			wrong = fmt.Errorf("interrupted: %d of %d configurations were not compared", len(configs)-i, len(configs))
			break
		}
		if err != nil {
			wrong = fmt.Errorf("%s: %w", c.Name, err)
			break
		}
		if !v.JSON && len(races) == 0 {
			fmt.Fprintln(s.out, spin.Heading)
		}
		races = append(races, race)
		differ = differ || len(race.Differences) > 0
		if !v.JSON {
			fmt.Fprintln(s.out, strings.Join(append([]string{race.String()}, race.Differences...), "\n  "))
		}
	}
	if v.JSON {
		wrong = errors.Join(wrong, printJSON(s.out, races))
	}
	if differ {
		wrong = errors.Join(errFindings, wrong)
	}
	return wrong
}

// worlds finds configurations by name, before anything takes time.
func worlds(p *ir.Program, names []string) (all []*model.Config, err error) {
	for _, name := range names {
		list, err := chosen(name)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if w := spin.World(p, c); w.Check(p) != nil {
				return nil, w.Check(p)
			}
		}
		all = append(all, list...)
	}
	return all, nil
}

func (v *compare) race(ctx context.Context, p *ir.Program, c *model.Config) (*spin.Race, error) {
	dir, err := os.MkdirTemp("", "lockstep-spin-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	return spin.RunRace(ctx, p, c, spin.Options{Dir: dir, Fast: true})
}
