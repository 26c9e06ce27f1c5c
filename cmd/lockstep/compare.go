package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/proptest/model"
	"github.com/lockstep-tcp/lockstep/proptest/spin"
)

type compare struct {
	Config []string `help:"Configurations, by name; handshake-close, data and early-close unless given."`
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var races []*spin.Race
	differ := false
	for _, c := range configs {
		race, err := v.race(ctx, p, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
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
		if err := printJSON(s.out, races); err != nil {
			return err
		}
	}
	if differ {
		return errFindings
	}
	return nil
}

// worlds finds configurations by name, before anything takes time.
func worlds(p *ir.Program, names []string) (all []*model.Config, err error) {
	for _, name := range names {
		list, err := chosen(name)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if _, err := spin.World(p, c); err != nil {
				return nil, err
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
