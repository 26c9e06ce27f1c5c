package main

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/gen"
	"github.com/lockstep-tcp/lockstep/internal/amount"
	table "github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
)

type generate struct {
	folder
	Output string `name:"output" short:"o" default:"generated" placeholder:"DIR" help:"Folder of what is generated (default ${default})."`
	Check  bool   `help:"Write nothing; say which files are not what the text gives."`
	JSON   bool   `name:"json" help:"Print which files are stale, and which are left over, as JSON."`
}

// Run writes the files that the text gives, and takes away those it no longer gives.
func (v *generate) Run(s streams) error {
	files, _, err := v.files()
	if err != nil {
		return err
	}
	if _, found := parser.LoadFiles(files, table.RFC9293()); found.HasErrors() {
		fmt.Fprint(s.out, found)
		return errFindings
	}
	work := gen.Write
	if v.Check {
		work = gen.Check
	}
	changes, err := work(folderOf(files), v.Output)
	if err != nil {
		return failed{err}
	}
	switch {
	case v.JSON:
		err = printJSON(s.out, changes)
	case v.Check:
		v.tell(s.out, changes)
	default:
		fmt.Fprintf(s.out, "%s: %s, %d written, %d removed\n", v.Output, amount.Of(changes.Files, "file"), len(changes.Stale), len(changes.Orphans))
	}
	if err == nil && v.Check && !changes.None() {
		err = errFindings
	}
	return err
}

// tell says what -check found.
func (v *generate) tell(w io.Writer, c gen.Changes) {
	for _, name := range c.Stale {
		fmt.Fprintf(w, "%s: not what the text gives\n", filepath.Join(v.Output, name))
	}
	for _, name := range c.Orphans {
		fmt.Fprintf(w, "%s: the text gives no such file any more\n", filepath.Join(v.Output, name))
	}
	if c.None() {
		fmt.Fprintf(w, "%s: %s, all what the text gives\n", v.Output, amount.Of(c.Files, "file"))
	} else {
		fmt.Fprintln(w, "help: go generate ./...")
	}
}

// folderOf is the texts as a folder of their own.
func folderOf(files map[string][]byte) fs.FS {
	f := fstest.MapFS{}
	for name, b := range files {
		f[path.Base(name)] = &fstest.MapFile{Data: b}
	}
	return f
}
