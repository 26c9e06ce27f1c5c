package main

import (
	"cmp"
	"errors"

	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/gen/smt"
	"github.com/lockstep-tcp/lockstep/proptest/spin"
	"github.com/lockstep-tcp/lockstep/spec"
)

type export struct {
	Config string `help:"Configuration of the explorer whose world is exported; handshake-close unless given." placeholder:"NAME"`
	Format string `help:"promela: for SPIN. tla: a TLA+ module, TCP.tla. tlc: the configuration beside it, TCP.cfg. smt2: claims for z3, which need no world." enum:"promela,tla,tlc,smt2" default:"promela"`
}

// Run writes the machine, and a world around it, for another checker.
func (v *export) Run(s streams) error {
	if v.Format == "smt2" && v.Config != "" {
		return errors.New("-format smt2 and -config: claims for z3 are about no world; leave out -config")
	}
	world, err := configuration(cmp.Or(v.Config, "handshake-close"))
	if err != nil {
		return err
	}
	p, err := shipped()
	if err != nil {
		return err
	}
	var b []byte
	switch v.Format {
	case "promela":
		b, err = spin.Export(p, world)
	case "tla":
		b, _, err = spin.ExportTLA(p, world)
	case "tlc":
		_, b, err = spin.ExportTLA(p, world)
	case "smt2":
		b, _ = smt.Emit(p)
	}
	if err != nil {
		return err
	}
	_, err = s.out.Write(b)
	return err
}

// shipped is the text that is compiled into the tool, in the reading that ships.
func shipped() (*ir.Program, error) {
	return ir.Load(spec.TCP(), ir.Amended())
}
