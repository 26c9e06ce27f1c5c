package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/lockstep-tcp/lockstep/gen/ir"
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if !v.JSON {
		fmt.Fprintln(s.out, spin.Heading)
	}
	var races []*spin.Race
	differ := false
	for _, name := range names {
		race, err := v.race(ctx, p, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
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

func (v *compare) race(ctx context.Context, p *ir.Program, name string) (*spin.Race, error) {
	list, err := chosen(name)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, errors.New("-config takes names of configurations, separated by commas")
	}
	dir, err := os.MkdirTemp("", "lockstep-spin-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	return spin.RunRace(ctx, p, list[0], spin.Options{Dir: dir, Fast: true})
}
