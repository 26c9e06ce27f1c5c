package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing/fstest"

	"github.com/lockstep-tcp/lockstep/gen"
)

type generate struct {
	folder
	Output string `name:"output" short:"o" default:"generated/tcp" placeholder:"DIR" help:"Folder of the Go package (default ${default})."`
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
	files, err := gen.Generate(text)
	if err != nil {
		return failed{err}
	}
	stale, orphans, err := compare(v.Output, files)
	if err != nil {
		return err
	}
	if v.Check {
		for _, name := range stale {
			fmt.Fprintf(s.out, "%s: not what the text gives\n", filepath.Join(v.Output, name))
		}
		for _, name := range orphans {
			fmt.Fprintf(s.out, "%s: the text gives no such file any more\n", filepath.Join(v.Output, name))
		}
		if len(stale)+len(orphans) > 0 {
			fmt.Fprintln(s.out, "help: go generate ./...")
			return errFindings
		}
		fmt.Fprintf(s.out, "%s: %d files, all what the text gives\n", v.Output, len(files))
		return nil
	}
	if err := os.MkdirAll(v.Output, 0o777); err != nil {
		return err
	}
	for _, name := range stale {
		if err := os.WriteFile(filepath.Join(v.Output, name), files[name], 0o666); err != nil {
			return err
		}
	}
	for _, name := range orphans {
		if err := os.Remove(filepath.Join(v.Output, name)); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "%s: %d files, %d written, %d removed\n", v.Output, len(files), len(stale), len(orphans))
	return nil
}

// compare finds the files that differ from what they should be, and generated
// ones that should not be.
func compare(dir string, files map[string][]byte) (stale, orphans []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		old, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		if err != nil || !bytes.Equal(old, files[name]) {
			stale = append(stale, name)
		}
	}
	there, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, nil, err
	}
	for _, file := range there {
		name := filepath.Base(file)
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		if files[name] == nil && bytes.HasPrefix(b, []byte("// Code generated")) {
			orphans = append(orphans, name)
		}
	}
	return stale, orphans, nil
}
