package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/lockstep-tcp/lockstep/internal/race"
	"github.com/rogpeppe/go-internal/testscript"
)

// Tests and scripts run this very binary as `lockstep`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lockstep": func() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", RequireExplicitExec: true, Condition: func(name string) (bool, error) {
		if name != "brief" {
			return false, fmt.Errorf("there is no condition %q", name)
		}
		return race.Brief(), nil
	}})
}
