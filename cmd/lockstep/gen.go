package main

import (
	"fmt"
	"path"
	"path/filepath"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/gen"
)

type generate struct {
	folder
	Output string `name:"output" short:"o" default:"generated" placeholder:"DIR" help:"Folder of the generated files (default ${default})."`
	Check  bool   `help:"Write nothing; say which files are not what the text gives."`
}

// Run writes the files that the text gives, and takes away those it no longer gives.
func (v *generate) Run(s streams) error {
	texts, _, err := v.files()
	if err != nil {
		return err
	}
	text := fstest.MapFS{}
	for name, b := range texts {
		text[path.Base(name)] = &fstest.MapFile{Data: b}
	}
	if v.Check {
		return v.check(s, text)
	}
	changes, err := gen.Write(text, v.Output)
	if err != nil {
		return failed{err}
	}
	fmt.Fprintf(s.out, "%s: %d files, %d written, %d removed\n", v.Output, changes.Files, len(changes.Stale), len(changes.Orphans))
	return nil
}

func (v *generate) check(s streams, text fstest.MapFS) error {
	changes, err := gen.Check(text, v.Output)
	if err != nil {
		return failed{err}
	}
	for _, name := range changes.Stale {
		fmt.Fprintf(s.out, "%s: not what the text gives\n", filepath.Join(v.Output, name))
	}
	for _, name := range changes.Orphans {
		fmt.Fprintf(s.out, "%s: the text gives no such file any more\n", filepath.Join(v.Output, name))
	}
	if !changes.None() {
		fmt.Fprintln(s.out, "help: go generate ./...")
		return errFindings
	}
	fmt.Fprintf(s.out, "%s: %d files, all what the text gives\n", v.Output, changes.Files)
	return nil
}
